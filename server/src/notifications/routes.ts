/** HTTP routes of notifications: inbox, settings, webhooks; each person's own, by session or by a token of theirs. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import type { AddressList } from "../access/address-list.ts";
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
import { isPerson, type Records } from "../records/mod.ts";
import type { Resolve } from "./addresses.ts";
import { countUnread, listInbox, markRead } from "./inbox.ts";
import { DIGESTS, type Digest } from "./kinds.ts";
import { getSettings, saveSettings } from "./settings.ts";
import { codes, Kinds, personOf } from "./schema.ts";
import type { WebhookKeys } from "./signature.ts";
import { webhookRoutes } from "./webhook-routes.ts";

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
        summary: "How many are unread; 0 for a token that belongs to nobody",
        response: { 200: Type.Object({ unread: Type.Integer() }) },
      },
    },
    async (request) => {
      const actor = requestActor(request);
      if (!isPerson(actor)) return { unread: 0 };
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

  await app.register(webhookRoutes, { records, now, keys, allowed, ...(resolve === undefined ? {} : { resolve }) });
};

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
