/** HTTP routes of what is generated from a project's data: the draft of an assessment, the proof that a halt was obeyed. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { SandboxProjectData } from "@sandglass/casework";
import { Type } from "typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { actorOf, Bilingual, ErrorAnswer, fromTime, Nullable, Time } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { getCase } from "../engine/store.ts";
import { PROJECT_KIND } from "./actions.ts";
import {
  assessedSince,
  behind,
  draftAssessment,
  findLastHalt,
  proveHalt,
  type AssessmentDraft,
  type Telemetry,
} from "./assessment.ts";
import type { ProjectMargins } from "./queries.ts";

export interface AssessmentRoutesOptions {
  readonly engine: CaseEngine;
  readonly now: () => number;
  readonly margins?: ProjectMargins | undefined;
  readonly activity?: Telemetry | undefined;
}

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 40 }) });
const Draft = Type.Object({
  from: Time,
  to: Time,
  telemetry: Nullable(
    Type.Object(
      {
        subjects: Type.Integer(),
        reporting: Type.Integer(),
        frames: Type.Integer(),
        through: Nullable(Time),
      },
      { description: "`through`: when the store is behind, through when was counted." },
    ),
  ),
  findings: Type.Array(
    Type.Object({
      trigger: Type.String(),
      level: Type.Integer(),
      count: Type.Integer(),
      standing: Type.Integer(),
      retracted: Type.Integer(),
    }),
  ),
  effects: Type.Record(Type.String(), Type.Integer()),
  suspensions: Type.Integer(),
  breaches: Type.Integer(),
  incidents: Type.Integer(),
  obligations: Type.Object({ open: Type.Integer(), overdue: Type.Integer(), met: Type.Integer() }),
  stageReports: Type.Integer(),
  changes: Type.Integer(),
  margins: Type.Unknown(),
  sentences: Type.Array(Bilingual),
  hash: Type.String({
    description:
      "SHA-256 over what the records say (all but frames and margins); the assessment that rests on the draft of the default period names it, and is refused when the records say something else by then.",
  }),
});
const Proof = Type.Object({
  since: Time,
  until: Nullable(Time),
  through: Nullable(Time),
  graceMs: Type.Integer({ description: "Time that a vehicle may take to come to a halt (P)." }),
  vehicles: Type.Array(
    Type.Object({
      vehicle: Type.String(),
      verdict: Type.Union([
        Type.Literal("standing"),
        Type.Literal("moved"),
        Type.Literal("noData"),
        Type.Literal("notStored"),
      ]),
      frames: Type.Integer(),
      lastFrameAt: Nullable(Time),
      lastMovingAt: Nullable(Time),
    }),
  ),
  left: Type.Integer({
    description: "Subjects that were not read: too many, no vehicles, or not the reader's to see.",
  }),
});

export const assessmentRoutes: FastifyPluginAsyncTypebox<AssessmentRoutesOptions> = async (
  app,
  { engine, now, margins, activity },
) => {
  const project = (actor: Actor, id: string) =>
    engine.transact(actor, ({ tx }) => getCase(tx, id, PROJECT_KIND), { retry: true });

  app.get(
    "/projects/:id/assessment-draft",
    {
      schema: {
        tags: ["projects"],
        summary: "Draft of a comprehensive assessment, made from the data of a period (default: since the last one)",
        params: Id,
        querystring: Type.Object({ from: Type.Optional(Time), to: Type.Optional(Time) }),
        response: { 200: Draft, 400: ErrorAnswer, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const stored = await project(actor, request.params.id);
      const data = stored.folded.data as SandboxProjectData;
      const { query } = request;
      const to = query.to === undefined ? now() : fromTime(query.to, "query/to");
      const from = query.from === undefined ? assessedSince(stored.folded) : fromTime(query.from, "query/from");
      const telemetry = await readTelemetry(actor, data.vehicles ?? [], from, to);
      const live = (await margins?.(stored.id)) ?? null;
      const draft = await engine.transact(
        actor,
        ({ tx }) => draftAssessment(tx, stored, { from, to }, telemetry, live, now()),
        { retry: true },
      );
      return {
        ...draft,
        findings: [...draft.findings],
        sentences: [...draft.sentences],
        effects: { ...draft.effects },
      };
    },
  );

  async function readTelemetry(
    actor: Actor,
    subjects: readonly string[],
    from: number,
    to: number,
  ): Promise<AssessmentDraft["telemetry"]> {
    if (activity === undefined) return null;
    const vehicles = subjects.filter((id) => id.startsWith("veh_"));
    if (vehicles.length === 0) return null;
    return {
      subjects: vehicles.length,
      ...(await activity.count(actor, vehicles, from, to)),
      through: behind(activity.storedThrough(), to),
    };
  }

  app.get(
    "/projects/:id/halt-proof",
    {
      schema: {
        tags: ["projects"],
        summary: "Whether each vehicle stood during the suspension that is on, or during the last one",
        params: Id,
        response: { 200: Proof, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const [{ folded }, halt] = await engine.transact(
        actor,
        async ({ tx }) => [
          await getCase(tx, request.params.id, PROJECT_KIND),
          await findLastHalt(tx, request.params.id),
        ],
        { retry: true },
      );
      if (halt === undefined || activity === undefined)
        throw new SandglassError(ERRORS.NOT_FOUND, { what: "suspension" });
      const { vehicles = [], breaches = [] } = folded.data as SandboxProjectData;
      const proof = await proveHalt(actor, { ...halt, vehicles, breaches }, activity, now());
      return { ...proof, vehicles: [...proof.vehicles] };
    },
  );
};
