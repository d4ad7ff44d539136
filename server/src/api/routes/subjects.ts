/** Subjects that are no vehicles, and their events. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ASSURANCE_NAMES, DISPOSITION_NAMES } from "@sandglass/signals";
import { parseVehicleId, type Access, type HistoryScope, type OtherKind, type Subject } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { StoredEvent } from "../../history/mod.ts";
import {
  actorOf,
  decodeCursor,
  DEFAULT_LIMIT,
  encodeCursor,
  fromTime,
  Nullable,
  pageOf,
  PageOf,
  PAGE_QUERY,
  Time,
  toTime,
  toTimeOrNull,
} from "../../http/mod.ts";
import { EVENT_FORMATS } from "../../journal/mod.ts";
import type { Actor } from "../../records/mod.ts";
import { samplesOf } from "../../supervision/mod.ts";

const Kind = Type.Union([Type.Literal("ai_service"), Type.Literal("backend_account"), Type.Literal("platform")]);
const SubjectAnswer = Type.Object({
  id: Type.String(),
  kind: Kind,
  name: Type.String(),
  organisation: Type.String(),
  region: Nullable(Type.String()),
  registered: Type.Boolean(),
  details: Type.Record(Type.String(), Type.Unknown()),
  registeredAt: Nullable(Time),
  firstSeen: Nullable(Time),
});
const SubjectDetail = Type.Object({
  ...SubjectAnswer.properties,
  events: Nullable(Type.Object({ receptions: Type.Integer(), events: Type.Integer(), lastEvent: Nullable(Time) })),
});
const EventAnswer = Type.Object({
  seq: Type.String(),
  time: Time,
  receivedAt: Time,
  name: Type.String(),
  value: Nullable(Type.Number()),
  source: Type.String(),
  id: Type.String({ description: "With `source` it names the event." }),
  format: Type.String(),
  assurance: Type.String(),
  disposition: Type.String(),
  attributes: Type.Unknown({ description: "{fields, histogram?, counter?, context?}" }),
});
const SampleAnswer = Type.Object({
  time: Time,
  receivedAt: Time,
  seq: Type.String(),
  values: Type.Record(Type.String(), Nullable(Type.Number())),
});
const MAX_EVENTS = 10_000;
const EventQuery = Type.Object(
  {
    ...PAGE_QUERY,
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    newestFirst: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
const SubjectId = Type.Object({ id: Type.String({ maxLength: 40 }) });

/** What the routes need of the history. */
export interface EventReader {
  events(
    scope: HistoryScope,
    query: {
      readonly subject: bigint;
      readonly from: number;
      readonly to: number;
      readonly limit: number;
      readonly name?: string;
      readonly after?: { readonly time: number; readonly seq: number };
      readonly newestFirst?: boolean;
    },
  ): Promise<{
    readonly items: readonly StoredEvent[];
    readonly next?: { readonly time: number; readonly seq: number };
  }>;
  event(
    scope: HistoryScope,
    query: { readonly subject: bigint; readonly seq: number },
  ): Promise<{ readonly event: StoredEvent; readonly raw: Uint8Array } | undefined>;
  eventCounts(
    scope: HistoryScope,
    subject: bigint,
  ): Promise<{ readonly receptions: number; readonly events: number; readonly lastEvent?: number }>;
}

export function subjectRoutes({
  access,
  history,
}: {
  readonly access: Access;
  readonly history: EventReader;
}): FastifyPluginAsyncTypebox {
  const { subjects, scopes } = access;
  return async (app) => {
    app.get(
      "/subjects",
      {
        schema: {
          tags: ["subjects"],
          summary: "AI services, backend accounts and platforms",
          querystring: Type.Object(
            { ...PAGE_QUERY, kind: Type.Optional(Kind), text: Type.Optional(Type.String({ maxLength: 100 })) },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(SubjectAnswer) },
        },
      },
      async (request) => {
        const { kind, text, cursor, limit = DEFAULT_LIMIT } = request.query;
        const found = await subjects.list(actorOf(request), {
          limit: limit + 1,
          ...(kind === undefined ? {} : { kind }),
          ...(text === undefined ? {} : { text }),
          ...(cursor === undefined ? {} : { after: keyOfCursor(cursor) }),
        });
        return pageOf(found, limit, answerOf, (subject) => [String(subject.key)]);
      },
    );

    app.post(
      "/subjects",
      {
        schema: {
          tags: ["subjects"],
          summary: "Register a subject or change what is known of it",
          description: "Events of an unknown name make an unregistered subject by themselves.",
          body: Type.Object(
            {
              kind: Kind,
              name: Type.String({ minLength: 1, maxLength: 256 }),
              organisation: Type.String({ minLength: 1, maxLength: 100 }),
              region: Type.Optional(Type.String({ pattern: "^[0-9]{6}$" })),
              details: Type.Optional(
                Type.Record(
                  Type.String({ maxLength: 64 }),
                  Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean()]),
                ),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 200: SubjectAnswer },
        },
      },
      async (request) =>
        answerOf(await subjects.register(actorOf(request), request.body as typeof request.body & { kind: OtherKind })),
    );

    app.get(
      "/subjects/:id",
      { schema: { tags: ["subjects"], summary: "One subject", params: SubjectId, response: { 200: SubjectDetail } } },
      async (request) => {
        const actor = actorOf(request);
        const subject = await subjects.get(actor, request.params.id);
        const scope = await scopes.ofSubject(actor, subject.id).catch((error: unknown) => {
          if (
            error instanceof SandglassError &&
            (error.code === ERRORS.FORBIDDEN.code || error.code === ERRORS.NEEDS_CASE.code)
          )
            return undefined;
          throw error;
        });
        const counts = scope === undefined ? undefined : await history.eventCounts(scope, subject.key);
        return {
          ...answerOf(subject),
          events:
            counts === undefined
              ? null
              : { receptions: counts.receptions, events: counts.events, lastEvent: toTimeOrNull(counts.lastEvent) },
        };
      },
    );

    app.get(
      "/subjects/:id/samples",
      {
        schema: {
          tags: ["subjects"],
          summary: "What triggers see of a subject's events: values of catalogue names by time",
          description: "Counters as their increases. At most 10,000 events of the range.",
          params: SubjectId,
          querystring: Type.Object(
            {
              signals: Type.String({
                minLength: 1,
                maxLength: 2_000,
                description: "Catalogue names, separated by commas.",
              }),
              from: Time,
              to: Time,
              ...PAGE_QUERY,
            },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(SampleAnswer) },
        },
      },
      async (request) => {
        const { signals, from, to } = request.query;
        const { scope, key } = await readable(access, actorOf(request), request.params.id);
        const events: StoredEvent[] = [];
        const range = {
          subject: key,
          from: fromTime(from, "querystring/from"),
          to: fromTime(to, "querystring/to") + 1,
        };
        for (let after: { readonly time: number; readonly seq: number } | undefined; events.length < MAX_EVENTS;) {
          const page = await history.events(scope, {
            ...range,
            limit: 1_000,
            ...(after === undefined ? {} : { after }),
          });
          events.push(...page.items);
          if (page.next === undefined) break;
          after = page.next;
        }
        const samples = samplesOf(
          signals.split(",").slice(0, 50),
          events.filter(({ disposition }) => disposition === 0),
        );
        return {
          items: samples.map(({ time, receivedAt, seq, values }) => ({
            time: toTime(time),
            receivedAt: toTime(receivedAt),
            seq: String(seq),
            values,
          })),
          next: null,
        };
      },
    );

    for (const path of ["/subjects/:id/events", "/vehicles/:id/events"] as const) {
      app.get(
        path,
        {
          schema: {
            tags: ["subjects"],
            summary: "Events of a subject by their time, each once",
            description: "Visible 1–2 s after their receipt.",
            params: SubjectId,
            querystring: EventQuery,
            response: { 200: PageOf(EventAnswer) },
          },
        },
        async (request) => {
          const { from, to, name, newestFirst, cursor, limit = DEFAULT_LIMIT } = request.query;
          const { scope, key } = await readable(access, actorOf(request), request.params.id);
          const after = cursor === undefined ? undefined : decodeCursor(cursor, ["number", "number"]);
          const page = await history.events(scope, {
            subject: key,
            from: from === undefined ? 0 : fromTime(from, "querystring/from"),
            to: to === undefined ? Number.MAX_SAFE_INTEGER : fromTime(to, "querystring/to") + 1,
            limit,
            ...(name === undefined ? {} : { name }),
            ...(after === undefined ? {} : { after: { time: after[0], seq: after[1] } }),
            ...(newestFirst === undefined ? {} : { newestFirst }),
          });
          return {
            items: page.items.map(eventOf),
            next: page.next === undefined ? null : encodeCursor([page.next.time, page.next.seq]),
          };
        },
      );
      app.get(
        `${path}/:seq`,
        {
          schema: {
            tags: ["subjects"],
            summary: "One event with the body of its request",
            params: Type.Object({ id: SubjectId.properties.id, seq: Type.String({ pattern: "^[0-9]{1,15}$" }) }),
            response: { 200: Type.Object({ ...EventAnswer.properties, raw: Type.String({ description: "Base64." }) }) },
          },
        },
        async (request) => {
          const { scope, key } = await readable(access, actorOf(request), request.params.id);
          const found = await history.event(scope, { subject: key, seq: Number(request.params.seq) });
          if (found === undefined)
            throw new SandglassError(ERRORS.NOT_FOUND, { what: "event", id: request.params.seq });
          return { ...eventOf(found.event), raw: Buffer.from(found.raw).toString("base64") };
        },
      );
    }
  };
}

async function readable(access: Access, actor: Actor, id: string): Promise<{ scope: HistoryScope; key: bigint }> {
  const vehicle = parseVehicleId(id);
  if (vehicle !== undefined) return { scope: await access.scopes.ofVehicle(actor, vehicle), key: vehicle };
  const subject = await access.subjects.get(actor, id);
  return { scope: await access.scopes.ofSubject(actor, id), key: subject.key };
}

function keyOfCursor(cursor: string): bigint {
  const [text] = decodeCursor(cursor, ["string"]);
  if (!/^\d{1,19}$/.test(text)) throw new SandglassError(ERRORS.CURSOR_INVALID);
  return BigInt(text);
}

const answerOf = (subject: Subject) => ({
  id: subject.id,
  kind: subject.kind,
  name: subject.name,
  organisation: subject.organisation,
  region: subject.region ?? null,
  registered: subject.registered,
  details: { ...subject.details },
  registeredAt: toTimeOrNull(subject.registeredAt),
  firstSeen: toTimeOrNull(subject.firstSeen),
});

const eventOf = (event: StoredEvent) => ({
  seq: String(event.seq),
  time: toTime(event.time),
  receivedAt: toTime(event.receivedAt),
  name: event.name,
  value: event.value,
  source: event.source,
  id: event.id,
  format: EVENT_FORMATS[event.format] ?? "unknown",
  assurance: ASSURANCE_NAMES[event.assurance] ?? "none",
  disposition: DISPOSITION_NAMES[event.disposition] ?? "unknown",
  attributes: JSON.parse(event.attributes) as unknown,
});
