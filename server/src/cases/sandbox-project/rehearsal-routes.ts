/** HTTP routes of rehearsals over past data: begun for a project's own plan, and what came of them. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { refusalOf, type SandboxProjectData } from "@sandglass/casework";
import { Type } from "typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { actorOf, ErrorAnswer, fromTime, Nullable, Time } from "../../http/mod.ts";
import { toCaseActor, type CaseEngine } from "../engine/engine.ts";
import { ActionRefusedError } from "../engine/refused.ts";
import { getCase } from "../engine/store.ts";
import { PROJECT_KIND } from "./actions.ts";
import type { Rehearsals } from "./policy.ts";

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 40 }) });
const Reference = Type.Object({ ...Id.properties, reference: Type.String({ minLength: 1, maxLength: 100 }) });
const Facts = Type.Object({
  kind: Type.String(),
  reference: Type.String(),
  setHash: Type.String(),
  rows: Type.Integer(),
  vehicles: Type.Integer(),
  firings: Type.Integer(),
  failed: Type.Integer(),
});
const REHEARSE = "rehearse";
const REFUSALS = { 400: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer };

export const rehearsalRoutes: FastifyPluginAsyncTypebox<{
  readonly engine: CaseEngine;
  /** UTC ms. */
  readonly now: () => number;
  readonly rehearsals?: Rehearsals | undefined;
}> = async (app, { engine, now, rehearsals }) => {
  const opened = (): Rehearsals => {
    if (rehearsals === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "rehearsals" });
    return rehearsals;
  };

  app.post(
    "/projects/:id/rehearsals",
    {
      schema: {
        tags: ["projects"],
        summary: "Run the plan's triggers over what its vehicles sent in a period",
        params: Id,
        body: Type.Object({ from: Time, to: Time }, { additionalProperties: false }),
        response: { 202: Type.Object({ reference: Type.String() }), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const stored = await engine.transact(actor, ({ tx }) => getCase(tx, request.params.id, PROJECT_KIND), {
        retry: true,
      });
      const lifecycle = engine.lifecycleOf(stored);
      // Whoever may put a rehearsal on record may run it.
      const refusal = refusalOf(lifecycle, stored.folded, REHEARSE, toCaseActor(actor, REHEARSE), now());
      if (refusal !== undefined) throw new ActionRefusedError(REHEARSE, refusal, [], []);
      const { triggerSet, vehicles = [] } = stored.folded.data as SandboxProjectData;
      if (triggerSet === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "triggerSet" });
      const reference = await opened().request(actor, {
        project: request.params.id,
        set: triggerSet,
        vehicles,
        from: fromTime(request.body.from, "body/from"),
        to: fromTime(request.body.to, "body/to"),
      });
      return reply.code(202).send({ reference });
    },
  );

  app.get(
    "/projects/:id/rehearsals/:reference",
    {
      schema: {
        tags: ["projects"],
        summary: "What a rehearsal came to; `facts` is null while it runs",
        params: Reference,
        response: { 200: Type.Object({ facts: Nullable(Facts) }), ...REFUSALS },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await engine.transact(actor, ({ tx }) => getCase(tx, request.params.id, PROJECT_KIND), { retry: true });
      return { facts: (await opened().result(actor, request.params.reference)) ?? null };
    },
  );
};
