/** What a person wants to be told, where and how often. */
import type { Tx } from "../records/mod.ts";
import { NOTICE_KINDS, type Digest, type NoticeKind } from "./kinds.ts";

export interface Settings {
  readonly inboxKinds: readonly NoticeKind[];
  /** Undefined: no mail is sent. */
  readonly email: string | undefined;
  readonly emailKinds: readonly NoticeKind[];
  /** How mail that is not urgent is gathered. */
  readonly digest: Digest;
  readonly language: "zh" | "en";
}

export const DEFAULT_SETTINGS: Settings = {
  inboxKinds: NOTICE_KINDS,
  email: undefined,
  emailKinds: ["duty", "dueSoon", "overdue", "escalation", "proposal"],
  digest: "daily",
  language: "zh",
};

/** The settings of an account; the defaults where it has chosen nothing. */
export async function getSettings(tx: Tx, account: string): Promise<Settings> {
  const row = await tx
    .selectFrom("notification_settings")
    .selectAll()
    .where("account_id", "=", account)
    .executeTakeFirst();
  if (row === undefined) return DEFAULT_SETTINGS;
  return {
    inboxKinds: row.inbox_kinds as NoticeKind[],
    email: row.email ?? undefined,
    emailKinds: row.email_kinds as NoticeKind[],
    digest: row.digest,
    language: row.language,
  };
}

export async function saveSettings(tx: Tx, account: string, settings: Settings, now: number): Promise<void> {
  const values = {
    inbox_kinds: [...settings.inboxKinds],
    email: settings.email ?? null,
    email_kinds: [...settings.emailKinds],
    digest: settings.digest,
    language: settings.language,
    changed_at: new Date(now),
  };
  await tx
    .insertInto("notification_settings")
    .values({ account_id: account, ...values })
    .onConflict((conflict) => conflict.column("account_id").doUpdateSet(values))
    .execute();
}
