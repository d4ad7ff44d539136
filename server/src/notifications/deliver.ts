/**
 * Sending what waits: rows are leased, sent outside of any transaction, then marked. An attempt that fails is repeated with
 * growing pauses and given up in the end; a process that dies in between leaves a lease that runs out, so a delivery may come
 * twice, with the same id, but is never lost.
 */
import { SYSTEM_NOTIFIER, type Records, type Tx } from "../records/mod.ts";
import type { AddressList } from "../access/address-list.ts";
import { AddressRefused, type Resolve } from "./addresses.ts";
import { CLOUD_EVENT_TYPE, cloudEventOf, type TestNotice } from "./event.ts";
import type { DeliveredNotice } from "./hand-out.ts";
import type { Mailer } from "./mail.ts";
import { isTestEvent, TEST_PREFIX } from "./deliveries.ts";
import { post } from "./post.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import type { WebhookKeys } from "./signature.ts";
import { messageOf } from "../errors/mod.ts";

/** Pauses before the second and every further attempt, ms (P). */
export const PAUSES_MS = [30_000, 120_000, 600_000, 3_600_000, 6 * 3_600_000, 12 * 3_600_000] as const;
const LEASE_MS = 120_000;
const BATCH = 50;
/** Deliveries given up in a row after which a webhook is switched off. */
const GIVEN_UP = 5;

export interface DeliverOptions {
  readonly records: Records;
  readonly now: () => number;
  readonly keys: WebhookKeys;
  /** Absent: no mail is sent; it waits. */
  readonly mailer?: Mailer | undefined;
  readonly allowed: AddressList;
  readonly resolve?: Resolve | undefined;
  readonly ca?: string | undefined;
  /** `source` of the events. */
  readonly source: string;
  /** Of one call, ms. */
  readonly timeoutMs?: number;
}

interface Leased {
  readonly id: bigint;
  readonly channel: "email" | "webhook";
  readonly account_id: string;
  readonly webhook_id: string | null;
  readonly event: string;
  readonly payload: unknown;
  readonly attempts: number;
}

/** Sends what is due once. @returns how many deliveries were tried */
export async function deliver(options: DeliverOptions): Promise<number> {
  for (let total = 0; ;) {
    const leased = await lease(options);
    if (leased.length === 0) return total;
    const webhooks = leased.filter((each) => each.channel === "webhook");
    const mails = Map.groupBy(
      leased.filter((each) => each.channel === "email"),
      (each) => each.account_id,
    );
    await Promise.all([
      ...webhooks.map((each) => settle(options, [each], () => sendWebhook(options, each))),
      ...[...mails].map(([account, rows]) => settle(options, rows, () => sendMail(options, account, rows))),
    ]);
    total += leased.length;
    if (leased.length < BATCH) return total;
  }
}

async function lease({ records, now, mailer }: DeliverOptions): Promise<readonly Leased[]> {
  return records.transact(
    SYSTEM_NOTIFIER,
    async (tx) => {
      let query = tx.selectFrom("deliveries").select("id").where("next_at", "<=", new Date(now()));
      if (mailer === undefined) query = query.where("channel", "=", "webhook");
      const ids = (await query.orderBy("next_at").limit(BATCH).forUpdate().skipLocked().execute()).map(({ id }) => id);
      if (ids.length === 0) return [];
      return tx
        .updateTable("deliveries")
        .set((eb) => ({ next_at: new Date(now() + LEASE_MS), attempts: eb("attempts", "+", 1) }))
        .where("id", "in", ids)
        .returning(["id", "channel", "account_id", "webhook_id", "event", "payload", "attempts"])
        .execute();
    },
    { retry: true },
  );
}

async function settle(options: DeliverOptions, rows: readonly Leased[], send: () => Promise<void>): Promise<void> {
  let failure: unknown;
  try {
    await send();
  } catch (cause) {
    failure = cause ?? new Error("unknown");
  }
  await options.records.transact(SYSTEM_NOTIFIER, (tx) => mark(tx, options.now(), rows, failure), { retry: true });
}

async function mark(tx: Tx, now: number, rows: readonly Leased[], failure: unknown): Promise<void> {
  for (const { id, attempts, event, webhook_id: webhook } of rows) {
    const query = tx.updateTable("deliveries").where("id", "=", id);
    if (failure === undefined) {
      await query.set({ done_at: new Date(now), next_at: null, last_error: null }).execute();
      continue;
    }
    const reason = messageOf(failure).slice(0, 400);
    // An address that may not be called is not tried again: nothing but an operator changes that.
    // A person waits for the outcome of a test: it is tried once, and says nothing about the deliveries.
    const isTest = isTestEvent(event);
    const pause = failure instanceof AddressRefused || isTest ? undefined : PAUSES_MS[attempts - 1];
    await query
      .set(
        pause === undefined
          ? { failed_at: new Date(now), next_at: null, last_error: reason }
          : { next_at: new Date(now + pause), last_error: reason },
      )
      .execute();
    if (pause === undefined && webhook !== null && !isTest) await switchOff(tx, now, webhook, reason);
  }
}

/** Switches a webhook off after its last deliveries were all given up. */
async function switchOff(tx: Tx, now: number, webhook: string, reason: string): Promise<void> {
  const last = await tx
    .selectFrom("deliveries")
    .select("failed_at")
    .where("webhook_id", "=", webhook)
    .where("next_at", "is", null)
    .where("event", "not like", `${TEST_PREFIX}%`)
    .orderBy("id", "desc")
    .limit(GIVEN_UP)
    .execute();
  if (last.length < GIVEN_UP || last.some((each) => each.failed_at === null)) return;
  await tx
    .updateTable("webhooks")
    .set({ disabled_at: new Date(now), disabled_reason: reason })
    .where("id", "=", webhook)
    .where("disabled_at", "is", null)
    .execute();
}

async function sendWebhook(options: DeliverOptions, row: Leased): Promise<void> {
  const { records, keys, now, source, allowed, resolve, ca, timeoutMs = 10_000 } = options;
  const webhook = await records.transact(
    SYSTEM_NOTIFIER,
    (tx) =>
      tx
        .selectFrom("webhooks")
        .select(["id", "url", "algorithm", "disabled_at"])
        .where("id", "=", row.webhook_id ?? "")
        .executeTakeFirst(),
    { retry: true },
  );
  if (webhook === undefined || webhook.disabled_at !== null)
    throw new AddressRefused("the webhook is switched off", "回调地址已停用");
  const body = cloudEventOf(row.event, source, row.payload as DeliveredNotice | TestNotice);
  const headers = {
    "content-type": CLOUD_EVENT_TYPE,
    "user-agent": "Sandglass-Webhooks/1",
    ...keys.headers(webhook.id, webhook.algorithm, row.event, now(), body),
  };
  await post(webhook.url, headers, body, { allowed, resolve, ca, timeoutMs });
}

async function sendMail({ records, mailer }: DeliverOptions, account: string, rows: readonly Leased[]): Promise<void> {
  const settings = await records.transact(
    SYSTEM_NOTIFIER,
    (tx) =>
      tx
        .selectFrom("notification_settings")
        .select(["email", "language"])
        .where("account_id", "=", account)
        .executeTakeFirst(),
    { retry: true },
  );
  if (mailer === undefined || settings?.email === null || settings?.email === undefined) return;
  await mailer.send({
    to: settings.email,
    language: settings.language ?? DEFAULT_SETTINGS.language,
    notices: rows.map((row) => row.payload as DeliveredNotice),
    id: rows[0]!.event,
  });
}
