/** The inbox of the person who asks; row policies show nobody else's, and nothing of cases they may not see any more. */
import type { Tx } from "../records/mod.ts";
import { DEFAULT_LIMIT, decodeOrdinal } from "../http/mod.ts";

export interface InboxItem {
  readonly id: bigint;
  readonly kind: string;
  readonly text: { readonly en: string; readonly zh: string };
  readonly urgent: boolean;
  readonly at: Date;
  readonly readAt: Date | null;
  readonly case: {
    readonly id: string;
    readonly kind: string;
    readonly title: { readonly en: string; readonly zh: string };
    readonly state: string;
  };
}

export interface InboxFilter {
  readonly unread?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Newest first, at most `limit + 1`. @throws SG_CURSOR_INVALID */
export async function listInbox(tx: Tx, account: string, filter: InboxFilter): Promise<InboxItem[]> {
  let query = tx
    .selectFrom("inbox")
    .innerJoin("cases", "cases.id", "inbox.case_id")
    .select([
      "inbox.id",
      "inbox.kind",
      "inbox.text_en",
      "inbox.text_zh",
      "inbox.urgent",
      "inbox.at",
      "inbox.read_at",
      "cases.id as case_id",
      "cases.kind as case_kind",
      "cases.title_en",
      "cases.title_zh",
      "cases.state",
    ])
    .where("inbox.account_id", "=", account);
  if (filter.unread === true) query = query.where("inbox.read_at", "is", null);
  if (filter.cursor !== undefined) query = query.where("inbox.id", "<", decodeOrdinal(filter.cursor));
  const rows = await query
    .orderBy("inbox.id", "desc")
    .limit((filter.limit ?? DEFAULT_LIMIT) + 1)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    text: { en: row.text_en, zh: row.text_zh },
    urgent: row.urgent,
    at: row.at,
    readAt: row.read_at,
    case: { id: row.case_id, kind: row.case_kind, title: { en: row.title_en, zh: row.title_zh }, state: row.state },
  }));
}

export async function countUnread(tx: Tx, account: string): Promise<number> {
  const { count } = await tx
    .selectFrom("inbox")
    .innerJoin("cases", "cases.id", "inbox.case_id")
    .select((eb) => eb.fn.countAll<bigint>().as("count"))
    .where("account_id", "=", account)
    .where("read_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Marks as read: the ids, or everything up to one (what a person had seen when they said so). @returns how many */
export async function markRead(
  tx: Tx,
  account: string,
  what: { readonly ids?: readonly bigint[] | undefined; readonly upTo?: bigint | undefined },
  now: number,
): Promise<number> {
  let query = tx
    .updateTable("inbox")
    .set({ read_at: new Date(now) })
    .where("account_id", "=", account)
    .where("read_at", "is", null);
  if (what.ids !== undefined) query = query.where("id", "in", [...what.ids]);
  if (what.upTo !== undefined) query = query.where("id", "<=", what.upTo);
  const { numUpdatedRows } = await query.executeTakeFirst();
  return Number(numUpdatedRows);
}
