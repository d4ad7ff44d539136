/** Webhooks of the person who asks. */
import { createId } from "../access/mod.ts";
import type { AddressList } from "../access/address-list.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Tx } from "../records/mod.ts";
import { AddressRefused, parseTarget, permittedAddress, type Resolve } from "./addresses.ts";
import type { NoticeKind } from "./kinds.ts";
import type { Algorithm } from "./signature.ts";

/** Of one person. */
const MOST = 10;

export interface NewWebhook {
  readonly url: string;
  readonly kinds: readonly NoticeKind[];
  readonly algorithm: Algorithm;
}

/** Whether the address may be called, checked when it is entered as at every call. @throws SG_WEBHOOK_ADDRESS */
export async function checkWebhookUrl(url: string, allowed: AddressList, resolve?: Resolve): Promise<void> {
  try {
    await permittedAddress(parseTarget(url), allowed, resolve);
  } catch (cause) {
    const [reason, reasonZh] =
      cause instanceof AddressRefused ? [cause.message, cause.zh] : ["its name cannot be resolved", "域名无法解析"];
    throw new SandglassError(ERRORS.WEBHOOK_ADDRESS, { reason, reasonZh });
  }
}

/** @throws SG_WEBHOOK_LIMIT */
export async function addWebhook(tx: Tx, account: string, webhook: NewWebhook, now: number): Promise<string> {
  await requireRoom(tx, account);
  const id = createId("whk");
  await tx
    .insertInto("webhooks")
    .values({
      id,
      account_id: account,
      url: webhook.url,
      kinds: [...webhook.kinds],
      algorithm: webhook.algorithm,
      created_at: new Date(now),
      disabled_at: null,
      disabled_reason: null,
    })
    .execute();
  return id;
}

/** Switches a webhook on, which counts against the limit, or off. @throws SG_WEBHOOK_LIMIT */
export async function setWebhookOn(
  tx: Tx,
  webhook: { readonly id: string; readonly account_id: string; readonly disabled_at: Date | null },
  on: boolean,
  reason: string,
  now: number,
): Promise<void> {
  if (on === (webhook.disabled_at === null)) return;
  if (on) await requireRoom(tx, webhook.account_id);
  await tx
    .updateTable("webhooks")
    .set({ disabled_at: on ? null : new Date(now), disabled_reason: on ? null : reason })
    .where("id", "=", webhook.id)
    .execute();
}

async function requireRoom(tx: Tx, account: string): Promise<void> {
  const { count } = await tx
    .selectFrom("webhooks")
    .select((eb) => eb.fn.countAll<bigint>().as("count"))
    .where("account_id", "=", account)
    .where("disabled_at", "is", null)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST) throw new SandglassError(ERRORS.WEBHOOK_LIMIT, { limit: MOST });
}
