/** HTTP routes of notifications: inbox, settings, webhooks; each person's own. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { Type, type Static } from "typebox";
import type { AddressList } from "../access/address-list.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import {
  Bilingual,
  DEFAULT_LIMIT,
  ErrorAnswer,
  Nullable,
  PAGE_QUERY,
  PageOf,
  pageOf,
  Time,
  toTime,
  toTimeOrNull,
  actorOf as requestActor,
} from "../http/mod.ts";
import type { Actor, Records } from "../records/mod.ts";
import type { Resolve } from "./addresses.ts";
import { countUnread, listInbox, markRead } from "./inbox.ts";
import { DIGESTS, NOTICE_KINDS, type Digest, type NoticeKind } from "./kinds.ts";
import { getSettings, saveSettings } from "./settings.ts";
import type { Algorithm, WebhookKeys } from "./signature.ts";
import { addWebhook, checkWebhookUrl } from "./webhooks.ts";

export interface NotificationRoutesOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  readonly keys: WebhookKeys;
  readonly allowed: AddressList;
  readonly resolve?: Resolve;
  /** Whether mail can be sent at all. */
  readonly canMail: boolean;
}

const codes = <Code extends string>(values: readonly Code[]) =>
  Type.Unsafe<Code>({ type: "string", enum: [...values] });
const Kinds = Type.Array(codes<NoticeKind>(NOTICE_KINDS), { uniqueItems: true, maxItems: NOTICE_KINDS.length });
const Item = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  text: Bilingual,
  urgent: Type.Boolean(),
  at: Time,
  readAt: Nullable(Time),
  case: Type.Object({ id: Type.String(), kind: Type.String(), title: Bilingual, state: Type.String() }),
});
const Ordinal = Type.String({ pattern: "^[0-9]{1,18}$" });
const SETTINGS = {
  inboxKinds: Kinds,
  email: Nullable(Type.String({ format: "email", maxLength: 200 })),
  emailKinds: Kinds,
  digest: codes<Digest>(DIGESTS),
  language: codes(["zh", "en"] as const),
};
const SettingsView = Type.Object({
  ...SETTINGS,
  canMail: Type.Boolean({ description: "False: this installation has no mail server configured." }),
});
const SettingsBody = Type.Object(SETTINGS, { additionalProperties: false });
const WebhookView = Type.Object({
  id: Type.String(),
  url: Type.String(),
  kinds: Kinds,
  algorithm: codes<Algorithm>(["hmac-sha256", "ed25519"]),
  createdAt: Time,
  disabledAt: Nullable(Time),
  disabledReason: Nullable(Type.String()),
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
  attempts: Type.Integer(),
  state: codes(["waiting", "done", "failed"] as const),
  nextAt: Nullable(Time),
  lastError: Nullable(Type.String()),
  createdAt: Time,
});
const WebhookId = Type.Object({ id: Type.String({ pattern: "^whk_[0-9a-z]{20}$" }) });
const TAGS = ["notifications"];
const REFUSED = { 400: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer };

export const notificationRoutes: FastifyPluginAsyncTypebox<NotificationRoutesOptions> = async (
  app,
  { records, now, keys, allowed, resolve, canMail },
) => {
  app.get(
    "/notifications",
    {
      schema: {
        tags: TAGS,
        summary: "The inbox of the person who asks, newest first",
        querystring: Type.Object({ ...PAGE_QUERY, unread: Type.Optional(Type.Boolean()) }),
        response: { 200: PageOf(Item), 403: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = personOf(request);
      const rows = await records.transact(actor, (tx) => listInbox(tx, actor.id, request.query), { retry: true });
      return pageOf(
        rows,
        request.query.limit ?? DEFAULT_LIMIT,
        (row) => ({
          ...row,
          id: String(row.id),
          at: toTime(row.at.getTime()),
          readAt: toTimeOrNull(row.readAt?.getTime()),
        }),
        (row) => [String(row.id)],
      );
    },
  );

  app.get(
    "/notifications/count",
    {
      schema: {
        tags: TAGS,
        summary: "How many are unread; 0 for a token, which has no inbox",
        response: { 200: Type.Object({ unread: Type.Integer() }) },
      },
    },
    async (request) => {
      const actor = requestActor(request);
      if (actor.kind !== "person") return { unread: 0 };
      return { unread: await records.transact(actor, (tx) => countUnread(tx, actor.id), { retry: true }) };
    },
  );

  app.post(
    "/notifications/read",
    {
      schema: {
        tags: TAGS,
        summary: "Mark as read: some, or everything up to the newest one that was seen",
        body: Type.Union([
          Type.Object({ ids: Type.Array(Ordinal, { minItems: 1, maxItems: 1000 }) }, { additionalProperties: false }),
          Type.Object({ upTo: Ordinal }, { additionalProperties: false }),
        ]),
        response: { 200: Type.Object({ read: Type.Integer() }), ...REFUSED },
      },
    },
    async (request) => {
      const actor = personOf(request);
      const what = "ids" in request.body ? { ids: request.body.ids.map(BigInt) } : { upTo: BigInt(request.body.upTo) };
      return { read: await records.transact(actor, (tx) => markRead(tx, actor.id, what, now()), { retry: true }) };
    },
  );

  app.get(
    "/notifications/settings",
    {
      schema: {
        tags: TAGS,
        summary: "What the person wants to be told, where, how often",
        response: { 200: SettingsView, 403: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = personOf(request);
      return settingsView(await records.transact(actor, (tx) => getSettings(tx, actor.id), { retry: true }), canMail);
    },
  );

  app.put(
    "/notifications/settings",
    {
      schema: {
        tags: TAGS,
        summary: "Change the settings",
        body: SettingsBody,
        response: { 200: SettingsView, ...REFUSED },
      },
    },
    async (request) => {
      const actor = personOf(request);
      const settings = { ...request.body, email: request.body.email ?? undefined };
      await records.transact(actor, (tx) => saveSettings(tx, actor.id, settings, now()), { retry: true });
      return settingsView(settings, canMail);
    },
  );

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
        return tx.selectFrom("webhooks").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
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
      const removed = await records.transact(actor, (tx) =>
        tx
          .updateTable("webhooks")
          .set({ disabled_at: new Date(now()), disabled_reason: REMOVED })
          .where("id", "=", request.params.id)
          .executeTakeFirst(),
      );
      if (removed.numUpdatedRows === 0n) throw new SandglassError(ERRORS.NOT_FOUND, { what: request.params.id });
      return { removed: true };
    },
  );

  app.get(
    "/webhooks/:id/deliveries",
    {
      schema: {
        tags: TAGS,
        summary: "The newest 100 deliveries of a webhook",
        params: WebhookId,
        response: { 200: Type.Object({ items: Type.Array(DeliveryView), next: Type.Null() }), 403: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = personOf(request);
      const rows = await records.transact(
        actor,
        (tx) =>
          tx
            .selectFrom("deliveries")
            .select(["id", "event", "attempts", "next_at", "done_at", "failed_at", "last_error", "created_at"])
            .where("webhook_id", "=", request.params.id)
            .orderBy("id", "desc")
            .limit(100)
            .execute(),
        { retry: true },
      );
      const items = rows.map((row) => ({
        id: String(row.id),
        event: row.event,
        attempts: row.attempts,
        state:
          row.done_at !== null
            ? ("done" as const)
            : row.failed_at !== null
              ? ("failed" as const)
              : ("waiting" as const),
        nextAt: toTimeOrNull(row.next_at?.getTime()),
        lastError: row.last_error,
        createdAt: toTime(row.created_at.getTime()),
      }));
      return { items, next: null };
    },
  );
};

const REMOVED = "removed";

/** @throws SG_NOTIFICATION_PERSON */
function personOf(request: FastifyRequest): Actor {
  const actor = requestActor(request);
  if (actor.kind !== "person") throw new SandglassError(ERRORS.NOTIFICATION_PERSON);
  return actor;
}

function settingsView(
  settings: Awaited<ReturnType<typeof getSettings>>,
  canMail: boolean,
): Static<typeof SettingsView> {
  return {
    inboxKinds: [...settings.inboxKinds],
    email: settings.email ?? null,
    emailKinds: [...settings.emailKinds],
    digest: settings.digest,
    language: settings.language,
    canMail,
  };
}

function webhookView(row: {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly algorithm: Algorithm;
  readonly created_at: Date;
  readonly disabled_at: Date | null;
  readonly disabled_reason: string | null;
}): Static<typeof WebhookView> {
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
