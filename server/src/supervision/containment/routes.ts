/** What of a project's limits triggers enforce, and what they cannot. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { actorOf, Bilingual, ErrorAnswer } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import { allTriggers } from "@sandglass/triggers";
import type { Containment } from "./compile.ts";

const Answer = Type.Object({
  rules: Type.Array(
    Type.Object({
      limit: Type.String({ description: "Which of the plan's limits." }),
      trigger: Type.String(),
      version: Type.Integer(),
      versionHash: Type.String(),
      title: Bilingual,
      sentence: Bilingual,
      text: Bilingual,
      feed: Type.Enum(["frames", "events", "screening"], {
        description: "What it is judged on: frames, events of the vehicle, or a job over all of them.",
      }),
    }),
  ),
  unenforced: Type.Array(Type.Object({ limit: Type.String(), value: Type.String(), reason: Bilingual })),
});

export interface ContainmentRoutes {
  /** As the actor may see the project. @throws SG_NOT_FOUND */
  readonly containment: (actor: Actor, project: string) => Promise<Containment>;
}

export function containmentRoutes({ containment }: ContainmentRoutes): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/projects/:id/containment",
      {
        schema: {
          tags: ["projects"],
          summary: "The limits of a project's plan as enforced triggers",
          params: Type.Object({ id: Type.String({ pattern: "^prj_[0-9a-z]{1,40}$" }) }),
          response: { 200: Answer, 403: ErrorAnswer, 404: ErrorAnswer },
        },
      },
      async (request) => {
        const { rules, unenforced, frames, events } = await containment(actorOf(request), request.params.id);
        const compiled = [
          ...(frames?.triggers ?? []).map((trigger) => ({ trigger, feed: "frames" as const })),
          ...(frames?.screenings ?? []).map((trigger) => ({ trigger, feed: "screening" as const })),
          ...(events === undefined ? [] : allTriggers(events)).map((trigger) => ({ trigger, feed: "events" as const })),
        ];
        return {
          rules: rules.flatMap(({ limit, versionHash }) =>
            compiled
              .filter(({ trigger }) => trigger.versionHash === versionHash)
              .map(({ trigger, feed }) => ({
                limit,
                trigger: trigger.id,
                version: trigger.version,
                versionHash,
                title: { ...trigger.title },
                sentence: { ...trigger.plain },
                text: { ...trigger.text },
                feed,
              })),
          ),
          unenforced: unenforced.map(({ limit, value, reason }) => ({ limit, value, reason: { ...reason } })),
        };
      },
    );
  };
}
