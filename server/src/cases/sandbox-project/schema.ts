/** A sandbox project in JSON. */
import { Type } from "typebox";
import { Bilingual, Nullable, PageOf, Time } from "../../http/mod.ts";
import { ActionView, ActorView, BasisView, CASE_LINE, CASE_PAGE } from "../engine/view-schema.ts";

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

const Person = Nullable(ActorView);

/** What the programme asks of the project, and what is on record for it. */
export const ReviewView = Type.Object({
  programme: Nullable(Type.Object({ id: Type.String(), version: Type.Integer(), title: Bilingual })),
  checklist: Type.Array(
    Type.Object({
      code: Type.String(),
      title: Bilingual,
      required: Type.Boolean(),
      present: Type.Boolean(),
      basis: BasisView,
    }),
  ),
  criteria: Type.Array(Type.Object({ code: Type.String(), title: Bilingual, weight: Type.Integer() })),
  riskFactors: Type.Array(Type.Object({ code: Type.String(), title: Bilingual, points: Type.Integer() })),
  credit: Nullable(Type.String()),
  grade: Nullable(Type.Object({ tier: Type.String(), points: Type.Integer() })),
  strategy: Nullable(
    Type.Object({
      reportMonths: Type.Integer(),
      assessmentMonths: Type.Integer(),
      panelSize: Type.Integer(),
      priority: Type.Boolean(),
    }),
  ),
  consents: Type.Array(Type.Object({ organisation: Type.String(), at: Time })),
  opinions: Type.Array(
    Type.Object({
      role: Type.String(),
      roleTitle: Bilingual,
      opinion: Type.String(),
      reasons: Type.String(),
      at: Time,
    }),
  ),
  panel: Type.Array(
    Type.Object({
      expert: Type.String(),
      freeOfInterest: Type.Boolean(),
      vote: Nullable(Type.String()),
      score: Nullable(Type.Number()),
      at: Time,
    }),
    { description: "Declarations and ballots of the present round; hidden from the parties." },
  ),
  panelResults: Type.Array(
    Type.Object({
      round: Type.String(),
      experts: Type.Integer(),
      for: Type.Integer(),
      against: Type.Integer(),
      abstain: Type.Integer(),
      score: Nullable(Type.Number()),
      passMark: Nullable(Type.Number()),
      opinion: Type.String(),
      dissents: Type.Array(Type.Object({ expert: Type.String(), reasons: Type.String() })),
      at: Time,
    }),
  ),
  rehearsal: Nullable(
    Type.Object({
      kind: Type.String(),
      reference: Type.String(),
      rows: Type.Integer(),
      vehicles: Type.Integer(),
      firings: Type.Integer(),
      failed: Type.Integer(),
      at: Time,
      current: Type.Boolean({ description: "Whether it was of the plan as it stands now." }),
    }),
  ),
  extensionRequest: Nullable(Type.Object({ months: Type.Integer(), reasons: Type.String(), at: Time })),
  incidents: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      what: Type.String(),
      happenedAt: Time,
      injured: Type.Integer(),
      dead: Type.Integer(),
      reportedAt: Time,
      references: Type.Array(Type.Object({ duty: Type.String(), reference: Type.String(), at: Time })),
    }),
  ),
  breaches: Type.Array(Type.Object({ vehicle: Type.String(), seenAt: Time, at: Time })),
  tolerances: Type.Array(
    Type.Object({
      matter: Type.String(),
      effect: Type.String(),
      scope: Type.String(),
      conditions: Type.String(),
      expiresAt: Time,
      reasons: Type.String(),
      by: Person,
      at: Time,
    }),
    { description: "Fault tolerance (R-6.6). Liability is kept apart and never touched by it." },
  ),
  liabilities: Type.Array(
    Type.Object({ claim: Type.String(), status: Type.String(), amount: Nullable(Type.Integer()), at: Time }),
  ),
  commissioner: Nullable(Type.Object({ name: Type.String(), contact: Type.Optional(Type.String()), at: Time })),
  informationRequests: Type.Array(
    Type.Object({ what: Type.String(), at: Time, answer: Nullable(Type.String()), answeredAt: Nullable(Time) }),
  ),
  inspections: Type.Array(
    Type.Object({
      mode: Type.String(),
      findings: Type.String(),
      announced: Type.Boolean(),
      place: Nullable(Type.String()),
      by: Person,
      at: Time,
    }),
  ),
  accessPermits: Type.Array(Type.Object({ product: Type.String(), permit: Type.String(), grantedAt: Time })),
  contacts: Type.Array(
    Type.Object({ kind: Type.String(), note: Type.String(), requested: Type.Boolean(), by: Person, at: Time }),
  ),
  stageReports: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), at: Time })),
  assessments: Type.Array(
    Type.Object({ rating: Type.String(), opinion: Type.String(), draft: Nullable(Type.String()), at: Time }),
  ),
  participants: Nullable(
    Type.Object({
      consented: Type.Integer(),
      withdrawn: Type.Integer(),
      deleted: Type.Integer(),
      compensated: Type.Integer(),
    }),
  ),
  publication: Type.Object({
    enterprise: Type.Boolean(),
    authority: Type.Boolean(),
    fields: Type.Array(Type.String(), { description: "Fields that both sides agreed to show." }),
  }),
});

/** How the project ended; each part is null until it is there. */
export const LeavingView = Type.Object({
  report: Nullable(ActionView),
  decision: Nullable(ActionView),
  proposal: Nullable(ActionView),
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
  businessModel: Nullable(Type.String()),
  riskFactors: Type.Array(Type.String(), { description: "Declared by the applicant, confirmed on grading." }),
  sme: Nullable(Type.Boolean()),
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
    hypotheses: Nullable(Type.String()),
    emergency: Nullable(Type.String()),
    consent: Nullable(Type.String()),
    compensation: Nullable(Type.String()),
    insuranceAmount: Nullable(Type.Integer()),
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
  review: ReviewView,
  startedAt: Nullable(Time),
  ending: Nullable(Type.String()),
  leaving: LeavingView,
  margins: Type.Unknown({
    description: "How far the project's triggers are from firing; null where supervision has none.",
  }),
});
