/** Deliveries of a webhook as its owner handles them: looked at, tested, tried again. */
import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Tx } from "../records/mod.ts";
import type { DeliveryTable, WebhookTable } from "../records/tables/notifications.ts";
import type { TestNotice } from "./event.ts";

export type Delivery = Selectable<DeliveryTable>;
export type Webhook = Selectable<WebhookTable>;

/** Of the event ids of tests; no other id begins so. */
export const TEST_PREFIX = "test_";
const NEWEST = 100;
/** Removed webhooks stay as rows, because deliveries name them. */
export const REMOVED = "removed";
/** Reason of a webhook that its owner switched off. */
export const PAUSED = "paused";

export function isTestEvent(event: string): boolean {
  return event.startsWith(TEST_PREFIX);
}

/** @throws SG_NOT_FOUND also for another's, and for one that was removed */
export async function getWebhook(tx: Tx, account: string, id: string): Promise<Webhook> {
  const row = await tx
    .selectFrom("webhooks")
    .selectAll()
    .where("id", "=", id)
    .where("account_id", "=", account)
    .executeTakeFirst();
  if (row === undefined || row.disabled_reason === REMOVED) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return row;
}

/** The newest 100. */
export function listDeliveries(tx: Tx, webhook: Webhook): Promise<readonly Delivery[]> {
  return tx
    .selectFrom("deliveries")
    .selectAll()
    .where("webhook_id", "=", webhook.id)
    .orderBy("id", "desc")
    .limit(NEWEST)
    .execute();
}

/** Sends a notice of no case; while one waits, that one is the answer. @throws SG_WEBHOOK_STATE */
export async function testWebhook(tx: Tx, webhook: Webhook, now: number): Promise<Delivery> {
  requireOn(webhook);
  const waiting = await tx
    .selectFrom("deliveries")
    .selectAll()
    .where("webhook_id", "=", webhook.id)
    .where("event", "like", `${TEST_PREFIX}%`)
    .where("next_at", "is not", null)
    .executeTakeFirst();
  if (waiting !== undefined) return waiting;
  const payload: TestNotice = {
    notice: "test",
    kind: "test",
    urgent: false,
    at: new Date(now).toISOString(),
    text: { en: "Test of this webhook", zh: "回调地址测试" },
    case: null,
    obligation: null,
  };
  return tx
    .insertInto("deliveries")
    .values({
      channel: "webhook",
      account_id: webhook.account_id,
      webhook_id: webhook.id,
      notice_id: null,
      event: `${TEST_PREFIX}${randomUUID()}`,
      payload: JSON.stringify(payload),
      attempts: 0,
      next_at: new Date(now),
      done_at: null,
      failed_at: null,
      last_error: null,
      created_at: new Date(now),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Tries one again at once, with the id that it had. @throws SG_NOT_FOUND, SG_WEBHOOK_STATE */
export async function retryDelivery(tx: Tx, webhook: Webhook, id: bigint, now: number): Promise<Delivery> {
  requireOn(webhook);
  const changed = await tx
    .updateTable("deliveries")
    .set({ next_at: new Date(now), failed_at: null })
    .where("id", "=", id)
    .where("webhook_id", "=", webhook.id)
    .where("done_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (changed !== undefined) return changed;
  const found = await tx
    .selectFrom("deliveries")
    .select("id")
    .where("id", "=", id)
    .where("webhook_id", "=", webhook.id)
    .executeTakeFirst();
  if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: String(id) });
  throw new SandglassError(ERRORS.WEBHOOK_STATE, { reason: "it was delivered", reasonZh: "已送达" });
}

function requireOn({ disabled_at: disabled }: Webhook): void {
  if (disabled === null) return;
  throw new SandglassError(ERRORS.WEBHOOK_STATE, { reason: "the webhook is switched off", reasonZh: "回调地址已停用" });
}
