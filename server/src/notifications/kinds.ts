/** Kinds of notices, and what each person gets of them without having chosen. */
export const NOTICE_KINDS = ["duty", "dueSoon", "overdue", "escalation", "proposal", "decision"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export const DIGESTS = ["none", "hourly", "daily"] as const;
export type Digest = (typeof DIGESTS)[number];

export function isNoticeKind(kind: string): kind is NoticeKind {
  return NOTICE_KINDS.some((each) => each === kind);
}

/** Shanghai hour at which a daily digest is sent (P). */
export const DIGEST_HOUR = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * HOUR_MS;

/** When what is not urgent is sent under a digest, UTC ms. */
export function sendTime(digest: Digest, now: number): number {
  switch (digest) {
    case "none":
      return now;
    case "hourly":
      return (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;
    case "daily": {
      const today = Math.floor((now + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS + DIGEST_HOUR * HOUR_MS;
      return now < today ? today : today + DAY_MS;
    }
  }
}
