import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { actorOf, Nullable, Time } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";
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
  intake: Type.Object({ paused: Type.Boolean(), code: Nullable(Type.String()) }),
  alarms: Type.Array(
    Type.Object({ code: Type.String(), message: Type.String(), messageZh: Type.String(), since: Time, times: Count }),
  ),
});

const HealthAnswer = Type.Object({
  status: Type.Union([Type.Literal("ok"), Type.Literal("degraded")]),
  parts: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), code: Nullable(Type.String()) })),
});

export function situationRoutes(
  { health }: ApiDependencies,
  situation: (actor: Actor) => Promise<Situation>,
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
  };
}
