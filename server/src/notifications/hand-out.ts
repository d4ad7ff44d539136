/**
 * From notices to persons: each notice is handed out once, in one transaction, to the persons of its roles for whom the case
 * exists, by what each of them has chosen. Who caused it is not told of it.
 */
import { randomUUID } from "node:crypto";
import { sql, type Insertable } from "kysely";
import { SYSTEM_NOTIFIER, type Records, type Tx } from "../records/mod.ts";
import type { DeliveryTable, InboxTable } from "../records/tables/notifications.ts";
import { sendTime } from "./kinds.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";

const BATCH = 100;

/** What a delivery carries; JSON. */
export interface DeliveredNotice {
  readonly notice: string;
  readonly kind: string;
  readonly urgent: boolean;
  /** RFC 3339. */
  readonly at: string;
  readonly text: { readonly en: string; readonly zh: string };
  readonly case: {
    readonly id: string;
    readonly kind: string;
    readonly title: { readonly en: string; readonly zh: string };
  };
  readonly obligation: string | null;
}

interface Recipient {
  readonly account_id: string;
  readonly inbox_kinds: string[] | null;
  readonly email: string | null;
  readonly email_kinds: string[] | null;
  readonly digest: "none" | "hourly" | "daily" | null;
}

/** Hands out what waits. @returns how many notices */
export async function handOut(records: Records, now: number): Promise<number> {
  for (let total = 0; ;) {
    const count = await records.transact(SYSTEM_NOTIFIER, (tx) => handOutBatch(tx, now), { retry: true });
    total += count;
    if (count < BATCH) return total;
  }
}

async function handOutBatch(tx: Tx, now: number): Promise<number> {
  const notices = await tx
    .selectFrom("case_notices")
    .innerJoin("cases", "cases.id", "case_notices.case_id")
    .select([
      "case_notices.id",
      "case_notices.case_id",
      "case_notices.kind",
      "case_notices.obligation_id",
      "case_notices.roles",
      "case_notices.text_en",
      "case_notices.text_zh",
      "case_notices.urgent",
      "case_notices.by_actor",
      "case_notices.at",
      "cases.kind as case_kind",
      "cases.title_en",
      "cases.title_zh",
    ])
    .where("case_notices.done_at", "is", null)
    .orderBy("case_notices.id")
    .limit(BATCH)
    .forUpdate("case_notices")
    .skipLocked()
    .execute();
  const inbox: Insertable<InboxTable>[] = [];
  const deliveries: Insertable<DeliveryTable>[] = [];
  for (const notice of notices) {
    const payload: DeliveredNotice = {
      notice: String(notice.id),
      kind: notice.kind,
      urgent: notice.urgent,
      at: notice.at.toISOString(),
      text: { en: notice.text_en, zh: notice.text_zh },
      case: { id: notice.case_id, kind: notice.case_kind, title: { en: notice.title_en, zh: notice.title_zh } },
      obligation: notice.obligation_id,
    };
    const common = {
      notice_id: notice.id,
      payload: JSON.stringify(payload),
      attempts: 0,
      done_at: null,
      failed_at: null,
      last_error: null,
      created_at: new Date(now),
    };
    for (const person of await recipientsOf(tx, notice.case_id, notice.roles)) {
      if (person.account_id === notice.by_actor) continue;
      if ((person.inbox_kinds ?? DEFAULT_SETTINGS.inboxKinds).includes(notice.kind))
        inbox.push({
          notice_id: notice.id,
          account_id: person.account_id,
          case_id: notice.case_id,
          kind: notice.kind,
          text_en: notice.text_en,
          text_zh: notice.text_zh,
          urgent: notice.urgent,
          at: notice.at,
          read_at: null,
        });
      if (person.email !== null && (person.email_kinds ?? DEFAULT_SETTINGS.emailKinds).includes(notice.kind)) {
        const at = notice.urgent ? now : sendTime(person.digest ?? DEFAULT_SETTINGS.digest, now);
        deliveries.push({
          ...common,
          channel: "email",
          account_id: person.account_id,
          webhook_id: null,
          event: `msg_${randomUUID()}`,
          next_at: new Date(at),
        });
      }
      for (const webhook of await webhooksOf(tx, person.account_id, notice.kind))
        deliveries.push({
          ...common,
          channel: "webhook",
          account_id: person.account_id,
          webhook_id: webhook,
          event: `evt_${notice.id}_${webhook}`,
          next_at: new Date(now),
        });
    }
  }
  if (inbox.length > 0)
    await tx
      .insertInto("inbox")
      .values(inbox)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  if (deliveries.length > 0) await tx.insertInto("deliveries").values(deliveries).execute();
  if (notices.length > 0)
    await tx
      .updateTable("case_notices")
      .set({ done_at: new Date(now) })
      .where(
        "id",
        "in",
        notices.map(({ id }) => id),
      )
      .execute();
  return notices.length;
}

async function recipientsOf(tx: Tx, caseId: string, roles: readonly string[]): Promise<readonly Recipient[]> {
  const { rows } = await sql<Recipient>`select r.account_id, s.inbox_kinds, s.email, s.email_kinds, s.digest
    from case_recipients(${caseId}, ${[...roles]}::text[]) r
    left join notification_settings s on s.account_id = r.account_id`.execute(tx);
  return rows;
}

async function webhooksOf(tx: Tx, account: string, kind: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("webhooks")
    .select("id")
    .where("account_id", "=", account)
    .where("disabled_at", "is", null)
    .where(sql<boolean>`${kind} = any (kinds)`)
    .execute();
  return rows.map(({ id }) => id);
}
