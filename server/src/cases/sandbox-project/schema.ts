/** A sandbox project in JSON. */
import { Type } from "typebox";
import { Bilingual, Nullable, PageOf, Time } from "../../http/mod.ts";
import { ActorView, CASE_LINE, CASE_PAGE } from "../engine/view-schema.ts";

const Anything = Type.Unknown();

export const ProjectLine = Type.Object({
  ...CASE_LINE,
  title: Type.String(),
  programme: Nullable(Type.String()),
  applicant: Nullable(Type.Unknown({ description: "Party in charge: {organisation, role, name?}." })),
  riskTier: Nullable(Type.String()),
  vehicleCount: Type.Integer(),
  openFindings: Type.Integer({
    description: "Findings of the project's triggers that still stand, of vehicles that the actor may see.",
  }),
});
export const ProjectPage = PageOf(ProjectLine);

const FindingView = Type.Object({
  finding: Type.String(),
  trigger: Type.String(),
  level: Type.Integer(),
  vehicle: Type.String(),
  effect: Type.String(),
  action: Type.String(),
  at: Time,
  retractedAt: Nullable(Time),
});

export const ProjectView = Type.Object({
  ...ProjectLine.properties,
  ...CASE_PAGE,
  summary: Nullable(Type.String()),
  parties: Type.Array(Anything),
  technology: Nullable(Anything),
  access: Nullable(Anything),
  applicationDocuments: Type.Array(Anything),
  exclusions: Type.Array(Type.String()),
  /** Containment limits of the plan; `restriction.limits` are narrower while RESTRICTED. */
  limits: Nullable(Anything),
  restriction: Nullable(
    Type.Object({
      since: Time,
      limits: Nullable(Anything),
      stoppedVehicles: Type.Array(Type.String()),
      reason: Bilingual,
      finding: Nullable(Type.String()),
      findingRetractedAt: Nullable(Time),
    }),
  ),
  suspension: Nullable(
    Type.Object({
      since: Time,
      by: ActorView,
      reason: Bilingual,
      finding: Nullable(Type.String()),
      findingRetractedAt: Nullable(Time),
    }),
  ),
  triggerSet: Nullable(Anything),
  plan: Type.Object({
    revision: Type.Integer(),
    goals: Nullable(Type.String()),
    metrics: Nullable(Type.String()),
    safeguards: Nullable(Type.String()),
    insurance: Nullable(Type.String()),
    earlyExit: Nullable(Type.String()),
    months: Nullable(Type.Integer()),
    enterpriseSignature: Nullable(Type.Object({ by: ActorView, at: Time, revision: Type.Integer() })),
    authoritySignature: Nullable(Type.Object({ by: ActorView, at: Time, revision: Type.Integer() })),
    rehearsedRevision: Nullable(Type.Integer()),
  }),
  findings: Type.Array(FindingView, { description: "The last findings that acted on the project, oldest first." }),
  changes: Type.Array(
    Type.Object({ subject: Type.String(), component: Type.String(), toVersion: Type.String(), at: Time }),
  ),
  startedAt: Nullable(Time),
  ending: Nullable(Type.String()),
  margins: Type.Unknown({
    description: "How far the project's triggers are from firing; null where supervision has none.",
  }),
});
