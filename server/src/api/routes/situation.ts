import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { FLEET_GROUPS } from "../../access/mod.ts";
import { actorOf, Nullable, Time, toTime } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { ONSET_STEP_MS, type FleetOverview } from "../overview.ts";
import type { Situation } from "../situation.ts";

const Count = Type.Integer({ minimum: 0 });
const SituationAnswer = Type.Object({
  at: Time,
  vehicles: Type.Object({ registered: Count, unregistered: Count, online: Count, silent: Count }),
  frames: Type.Object({ total: Count, lastMinute: Count, perSecond: Type.Number() }),
  lagMs: Type.Object(
    { p50: Nullable(Type.Number()), p95: Nullable(Type.Number()) },
    { description: "Receive time minus event time over the last minute." },
  ),
  findings: Type.Object({ open: Type.Record(Type.String(), Count) }),
  cases: Type.Object({ open: Count, overdue: Count }),
  projects: Type.Object({ byState: Type.Record(Type.String(), Count) }),
  intake: Type.Object({
    paused: Type.Boolean(),
    code: Nullable(Type.String()),
    waitingMs: Type.Integer({
      minimum: 0,
      description: "What came within this time is durable and supervised; signals and frames do not show it yet.",
    }),
  }),
  alarms: Type.Array(
    Type.Object({ code: Type.String(), message: Type.String(), messageZh: Type.String(), since: Time, times: Count }),
  ),
});

const FleetAnswer = Type.Object({
  at: Time,
  vehicles: Count,
  groups: Type.Array(
    Type.Object({
      name: Nullable(Type.String({ description: "null: vehicles that have none, as those that are not registered." })),
      vehicles: Count,
      online: Count,
      byLevel: Type.Record(Type.String(), Count, { description: "Vehicles by their worst open finding, 1 to 4." }),
    }),
  ),
  others: Type.Object(
    { groups: Count, vehicles: Count },
    { description: "Groups that are not listed: those with the fewest vehicles." },
  ),
});

const OnsetsAnswer = Type.Object({
  from: Time,
  to: Time,
  stepMs: Count,
  items: Type.Array(Type.Object({ at: Time, level: Type.Integer({ minimum: 1, maximum: 4 }), count: Count })),
});

const HealthAnswer = Type.Object({
  status: Type.Union([Type.Literal("ok"), Type.Literal("degraded")]),
  parts: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), code: Nullable(Type.String()) })),
});

export function situationRoutes(
  { health }: ApiDependencies,
  situation: (actor: Actor) => Promise<Situation>,
  overview: FleetOverview,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/health",
      {
        config: { public: true },
        schema: {
          tags: ["situation"],
          summary: "Whether every part answers",
          description: "200 when all do, 503 otherwise.",
          response: { 200: HealthAnswer, 503: HealthAnswer },
        },
      },
      async (_request, reply) => {
        const parts = await health();
        const ok = parts.every((part) => part.ok);
        return reply.code(ok ? 200 : 503).send({
          status: ok ? "ok" : "degraded",
          parts: parts.map((part) => ({ name: part.name, ok: part.ok, code: part.code ?? null })),
        });
      },
    );
    app.get(
      "/situation",
      { schema: { tags: ["situation"], summary: "Key figures", response: { 200: SituationAnswer } } },
      (request) => situation(actorOf(request)),
    );
    app.get(
      "/situation/fleet",
      {
        schema: {
          tags: ["situation"],
          summary: "Vehicles that exist for the actor, summed by maker, region or model; most vehicles first",
          querystring: Type.Object({ by: Type.Enum([...FLEET_GROUPS]) }, { additionalProperties: false }),
          response: { 200: FleetAnswer },
        },
      },
      async (request) => {
        const { at, vehicles, groups, others } = await overview.fleet(actorOf(request), request.query.by);
        return {
          at: toTime(at),
          vehicles,
          groups: groups.map(({ name, byLevel, ...counts }) => ({
            name: name ?? null,
            ...counts,
            byLevel: { ...byLevel },
          })),
          others,
        };
      },
    );
    app.get(
      "/situation/onsets",
      {
        schema: {
          tags: ["situation"],
          summary: "Onsets of findings in the last 24 hours, by level, in steps of ten minutes",
          response: { 200: OnsetsAnswer },
        },
      },
      async (request) => {
        const { from, to, items } = await overview.onsets(actorOf(request));
        return {
          from: toTime(from),
          to: toTime(to),
          stepMs: ONSET_STEP_MS,
          items: items.map(({ at, level, count }) => ({ at: toTime(at), level, count })),
        };
      },
    );
  };
}
