/** HTTP routes of webhooks: a person's own addresses, and what became of each delivery. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import type { AddressList } from "../access/address-list.ts";
import { Bilingual, ErrorAnswer, Nullable, Time, toTime, toTimeOrNull } from "../http/mod.ts";
import type { Records, Tx } from "../records/mod.ts";
import type { Resolve } from "./addresses.ts";
import {
  getWebhook,
  isTestEvent,
  listDeliveries,
  PAUSED,
  REMOVED,
  retryDelivery,
  testWebhook,
  type Delivery,
  type Webhook,
} from "./deliveries.ts";
import type { NoticeKind } from "./kinds.ts";
import { codes, Kinds, personOf } from "./schema.ts";
import type { Algorithm, WebhookKeys } from "./signature.ts";
import { addWebhook, checkWebhookUrl, setWebhookOn } from "./webhooks.ts";

export interface WebhookRoutesOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  readonly keys: WebhookKeys;
  readonly allowed: AddressList;
  readonly resolve?: Resolve;
}

const WebhookView = Type.Object({
  id: Type.String(),
  url: Type.String(),
  kinds: Kinds,
  algorithm: codes<Algorithm>(["hmac-sha256", "ed25519"]),
  createdAt: Time,
  disabledAt: Nullable(Time),
  disabledReason: Nullable(Type.String({ description: "`paused`: by its owner; else why the server gave it up." })),
});
const WebhookBody = Type.Object(
  {
    url: Type.String({ minLength: 8, maxLength: 1000 }),
    kinds: Kinds,
    algorithm: codes<Algorithm>(["hmac-sha256", "ed25519"]),
  },
  { additionalProperties: false },
);
const Opened = Type.Object({
  ...WebhookView.properties,
  secret: Nullable(Type.String({ description: "Of HMAC signatures; shown this once." })),
  publicKey: Nullable(Type.String({ description: "Of Ed25519 signatures." })),
});
const DeliveryView = Type.Object({
  id: Type.String(),
  event: Type.String(),
  kind: Type.String({ description: "Kind of the notice; `test` for a test." }),
  case: Nullable(
    Type.Object({
      id: Type.String(),
      title: Nullable(Bilingual),
    }),
  ),
  attempts: Type.Integer(),
  state: codes(["waiting", "done", "failed"] as const),
  nextAt: Nullable(Time),
  endedAt: Nullable(Time),
  lastError: Nullable(Type.String()),
  createdAt: Time,
});
const WebhookId = Type.Object({ id: Type.String({ pattern: "^whk_[0-9a-z]{20}$" }) });
const DeliveryId = Type.Object({ ...WebhookId.properties, delivery: Type.String({ pattern: "^[0-9]{1,18}$" }) });
const SWITCH = codes(["enable", "disable"] as const);
const TAGS = ["notifications"];
const REFUSED = { 400: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer };

export const webhookRoutes: FastifyPluginAsyncTypebox<WebhookRoutesOptions> = async (
  app,
  { records, now, keys, allowed, resolve },
) => {
  app.get(
    "/webhooks",
    {
      schema: {
        tags: TAGS,
        summary: "The person's webhooks",
        response: { 200: Type.Object({ items: Type.Array(WebhookView), next: Type.Null() }), 403: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = personOf(request);
      const rows = await records.transact(
        actor,
        (tx) =>
          tx.selectFrom("webhooks").selectAll().where("account_id", "=", actor.id).orderBy("created_at").execute(),
        { retry: true },
      );
      return { items: rows.filter((row) => row.disabled_reason !== REMOVED).map(webhookView), next: null };
    },
  );

  app.post(
    "/webhooks",
    {
      schema: {
        tags: TAGS,
        summary: "Have notices sent to an address, signed, as CloudEvents; what its owner would see",
        body: WebhookBody,
        response: { 201: Opened, ...REFUSED },
      },
    },
    async (request, reply) => {
      const actor = personOf(request);
      await checkWebhookUrl(request.body.url, allowed, resolve);
      const row = await records.transact(actor, async (tx) => {
        const id = await addWebhook(tx, actor.id, request.body, now());
        return getWebhook(tx, actor.id, id);
      });
      const isHmac = row.algorithm === "hmac-sha256";
      return reply.code(201).send({
        ...webhookView(row),
        secret: isHmac ? keys.secretOf(row.id) : null,
        publicKey: isHmac ? null : keys.publicKey,
      });
    },
  );

  app.delete(
    "/webhooks/:id",
    {
      schema: {
        tags: TAGS,
        summary: "Stop a webhook for good",
        params: WebhookId,
        response: { 200: Type.Object({ removed: Type.Boolean() }), ...REFUSED },
      },
    },
    async (request) => {
      const actor = personOf(request);
      await records.transact(actor, async (tx) => {
        const webhook = await getWebhook(tx, actor.id, request.params.id);
        await tx
          .updateTable("webhooks")
          .set({ disabled_at: new Date(now()), disabled_reason: REMOVED })
          .where("id", "=", webhook.id)
          .execute();
      });
      return { removed: true };
    },
  );

  app.post(
    "/webhooks/:id/:switch",
    {
      schema: {
        tags: TAGS,
        summary: "Switch a webhook off for a while, or on again after it was switched off",
        params: Type.Object({ ...WebhookId.properties, switch: SWITCH }),
        response: { 200: WebhookView, ...REFUSED },
      },
    },
    async (request) => {
      const actor = personOf(request);
      const { id, switch: to } = request.params;
      const { url } = await records.transact(actor, (tx) => getWebhook(tx, actor.id, id), { retry: true });
      if (to === "enable") await checkWebhookUrl(url, allowed, resolve);
      const row = await records.transact(actor, async (tx) => {
        await setWebhookOn(tx, await getWebhook(tx, actor.id, id), to === "enable", PAUSED, now());
        return getWebhook(tx, actor.id, id);
      });
      return webhookView(row);
    },
  );

  app.post(
    "/webhooks/:id/test",
    {
      schema: {
        tags: TAGS,
        summary: "Send a test event, once; the deliveries say what became of it",
        params: WebhookId,
        response: { 202: DeliveryView, ...REFUSED },
      },
    },
    async (request, reply) => {
      const actor = personOf(request);
      const row = await records.transact(actor, async (tx) =>
        testWebhook(tx, await getWebhook(tx, actor.id, request.params.id), now()),
      );
      return reply.code(202).send(deliveryView(row, NO_CASE));
    },
  );

  app.get(
    "/webhooks/:id/deliveries",
    {
      schema: {
        tags: TAGS,
        summary: "The newest 100 deliveries of a webhook",
        params: WebhookId,
        response: { 200: Type.Object({ items: Type.Array(DeliveryView), next: Type.Null() }), ...REFUSED },
      },
    },
    async (request) => {
      const actor = personOf(request);
      const rows = await records.transact(
        actor,
        async (tx) => {
          const found = await listDeliveries(tx, await getWebhook(tx, actor.id, request.params.id));
          return deliveryViews(tx, found);
        },
        { retry: true },
      );
      return { items: rows, next: null };
    },
  );

  app.post(
    "/webhooks/:id/deliveries/:delivery/retry",
    {
      schema: {
        tags: TAGS,
        summary: "Try a delivery that waits or was given up again at once, with the id that it had",
        params: DeliveryId,
        response: { 202: DeliveryView, ...REFUSED },
      },
    },
    async (request, reply) => {
      const actor = personOf(request);
      const { id, delivery } = request.params;
      const [view] = await records.transact(actor, async (tx) =>
        deliveryViews(tx, [await retryDelivery(tx, await getWebhook(tx, actor.id, id), BigInt(delivery), now())]),
      );
      return reply.code(202).send(view!);
    },
  );
};

function webhookView(row: Webhook): Static<typeof WebhookView> {
  return {
    id: row.id,
    url: row.url,
    kinds: [...row.kinds] as NoticeKind[],
    algorithm: row.algorithm,
    createdAt: toTime(row.created_at.getTime()),
    disabledAt: toTimeOrNull(row.disabled_at?.getTime()),
    disabledReason: row.disabled_reason,
  };
}

/** A test speaks of no case. */
const NO_CASE: ReadonlyMap<string, Static<typeof Bilingual>> = new Map();

interface Payload {
  readonly kind: string;
  readonly case: { readonly id: string } | null;
}

/** With the titles that the cases have today, where the person may still see them. */
async function deliveryViews(tx: Tx, rows: readonly Delivery[]): Promise<Static<typeof DeliveryView>[]> {
  const ids = [...new Set(rows.flatMap((row) => (row.payload as Payload).case?.id ?? []))];
  const cases =
    ids.length === 0
      ? []
      : await tx.selectFrom("cases").select(["id", "title_en", "title_zh"]).where("id", "in", ids).execute();
  const titles = new Map(cases.map(({ id, title_en: en, title_zh: zh }) => [id, { en, zh }]));
  return rows.map((row) => deliveryView(row, titles));
}

function deliveryView(
  row: Delivery,
  titles: ReadonlyMap<string, Static<typeof Bilingual>>,
): Static<typeof DeliveryView> {
  const { kind, case: about } = row.payload as Payload;
  return {
    id: String(row.id),
    event: row.event,
    kind: isTestEvent(row.event) ? "test" : kind,
    case: about === null ? null : { id: about.id, title: titles.get(about.id) ?? null },
    attempts: row.attempts,
    state: row.done_at !== null ? "done" : row.failed_at !== null ? "failed" : "waiting",
    nextAt: toTimeOrNull(row.next_at?.getTime()),
    endedAt: toTimeOrNull((row.done_at ?? row.failed_at)?.getTime()),
    lastError: row.last_error,
    createdAt: toTime(row.created_at.getTime()),
  };
}
