/** Records of a project that came with the programmes: parties, departments, panel, assessments, incidents, tolerance, publication. */
import type { CaseActor } from "../access/extent.ts";
import type { CreditGrade, Grade, ProgrammeTerms, RiskTier } from "../programmes/mod.ts";
import type { Infer } from "../schema.ts";
import type { EXIT, PANEL, PLAN_FIELDS } from "./inputs.ts";
import type { COMMISSIONER, DEEP_TEST, INSPECTION, PERMIT } from "./inputs-oversight.ts";
import type { PANEL_ROUNDS, PUBLISHED_FIELDS, SERVICE_KINDS } from "./names.ts";
import type { BALLOT, LIABILITY, OPINION, PERIODIC, REQUEST_EXTENSION, SUBJECTS, TOLERANCE } from "./inputs-review.ts";

export interface PartyConsent {
  readonly organisation: string;
  readonly by: CaseActor;
  readonly at: number;
}
export interface DepartmentOpinion extends Infer<typeof OPINION> {
  readonly role: string;
  readonly by: CaseActor;
  readonly at: number;
}
/** What one expert declared and voted, in one round. */
export interface PanelMember {
  readonly id: string;
  readonly freeOfInterest: boolean;
  readonly statement: string;
  readonly scores?: Infer<typeof BALLOT>["scores"];
  readonly vote?: Infer<typeof BALLOT>["vote"];
  readonly dissent?: string;
  readonly at: number;
}
export interface Panel {
  readonly round: keyof typeof PANEL_ROUNDS;
  readonly members: readonly PanelMember[];
}
export interface PanelResult {
  readonly round: Panel["round"];
  readonly experts: number;
  readonly for: number;
  readonly against: number;
  readonly abstain: number;
  /** Weighted by the programme's criteria, 0–100; absent when nobody scored. */
  readonly score?: number;
  readonly passMark?: number;
  readonly opinion: string;
  readonly dissents: readonly { readonly expert: string; readonly reasons: string }[];
  readonly at: number;
}
export interface Incident {
  /** Id of the action that reported it. */
  readonly id: string;
  readonly kind: string;
  readonly what: string;
  /** UTC ms. */
  readonly happenedAt: number;
  readonly injured: number;
  readonly dead: number;
  readonly majorImpact: boolean;
  readonly vehicle?: string;
  readonly reportedAt: number;
  readonly references: readonly { readonly duty: string; readonly reference: string; readonly at: number }[];
}
export interface ToleranceDecision extends Infer<typeof TOLERANCE> {
  readonly by: CaseActor;
  readonly at: number;
}
export interface LiabilityRecord extends Infer<typeof LIABILITY> {
  readonly at: number;
}
export interface SupervisoryContact {
  readonly kind: keyof typeof SERVICE_KINDS;
  readonly note: string;
  readonly by: CaseActor;
  readonly at: number;
  /** Asked for by the enterprise; the other entries are what the authority did. */
  readonly requested: boolean;
}
export interface AssessmentRecord extends Infer<typeof PERIODIC> {
  readonly at: number;
}
export interface PublicationConsent {
  readonly agrees: boolean;
  readonly fields: readonly (keyof typeof PUBLISHED_FIELDS)[];
  readonly by: CaseActor;
  readonly at: number;
}

/** What the server established about a rehearsal; a person's word alone never counts. */
export interface RehearsalFacts {
  readonly kind: "past" | "simulated";
  readonly reference: string;
  readonly setHash: string;
  readonly rows: number;
  readonly vehicles: number;
  readonly firings: number;
  readonly failed: number;
}

/** What the authority demanded, and what came of it. */
export interface InformationRequest {
  readonly id: string;
  readonly what: string;
  readonly by: CaseActor;
  readonly at: number;
  readonly answer?: string;
  readonly answeredAt?: number;
}

export interface ReviewData {
  /** The programme's rules as they were when the project was filed. */
  readonly terms?: ProgrammeTerms;
  readonly credit?: CreditGrade;
  readonly grade?: Grade;
  readonly consents?: readonly PartyConsent[];
  readonly opinions?: readonly DepartmentOpinion[];
  readonly panel?: Panel;
  readonly panelResults?: readonly PanelResult[];
  readonly rehearsal?: RehearsalFacts & { readonly at: number; readonly planRevision: number };
  readonly extensionRequest?: (Infer<typeof REQUEST_EXTENSION> & { readonly at: number }) | undefined;
  readonly incidents?: readonly Incident[];
  readonly tolerances?: readonly ToleranceDecision[];
  readonly liabilities?: readonly LiabilityRecord[];
  readonly contacts?: readonly SupervisoryContact[];
  readonly stageReports?: readonly { readonly from: string; readonly to: string; readonly at: number }[];
  readonly assessments?: readonly AssessmentRecord[];
  readonly participants?: Infer<typeof SUBJECTS>;
  readonly publication?: { readonly enterprise?: PublicationConsent; readonly authority?: PublicationConsent };
  /** How it left the box. */
  readonly exit?: Infer<typeof EXIT> & { readonly at: number };
  readonly finalReport?: {
    readonly activities: string;
    readonly results: string;
    readonly learning: string;
    readonly at: number;
  };
  /** Who answers for the project inside the authority. */
  readonly commissioner?: Infer<typeof COMMISSIONER> & { readonly at: number };
  readonly informationRequests?: readonly InformationRequest[];
  readonly inspections?: readonly (Infer<typeof INSPECTION> & { readonly by: CaseActor; readonly at: number })[];
  readonly accessPermits?: readonly (Infer<typeof PERMIT> & { readonly id: string })[];
  readonly deepTestFilings?: readonly (Infer<typeof DEEP_TEST> & { readonly at: number })[];
  /** Vehicles that moved after a suspension, by the finding of it. */
  readonly breaches?: readonly { readonly vehicle: string; readonly seenAt: number; readonly at: number }[];
}

const KEPT = 100;
/** The list with one more entry; only the last hundred stay in the snapshot, all of them in the actions. */
export function added<Entry>(list: readonly Entry[] | undefined, entry: Entry): readonly Entry[] {
  return [...(list ?? []).slice(-(KEPT - 1)), entry];
}

/** Fields that both sides agreed to show; undefined while one of them has not agreed. */
export function publishedFields(data: ReviewData): readonly (keyof typeof PUBLISHED_FIELDS)[] | undefined {
  const { enterprise, authority } = data.publication ?? {};
  if (enterprise?.agrees !== true || authority?.agrees !== true) return undefined;
  return enterprise.fields.filter((field) => authority.fields.includes(field));
}

/** Voters of the round: ballots cast here, and those that a protocol on paper names. */
export interface Voter {
  readonly expert: string;
  readonly freeOfInterest: boolean;
  readonly vote: "for" | "against" | "abstain" | undefined;
  readonly reasons: string | undefined;
  readonly score: number | undefined;
}

export function votersOf(data: ReviewData, input: Partial<Infer<typeof PANEL>>): readonly Voter[] {
  const cast = (data.panel?.members ?? [])
    .filter((member) => member.freeOfInterest)
    .map((member): Voter => ({
      expert: member.id,
      freeOfInterest: true,
      vote: member.vote,
      reasons: member.dissent,
      score: scoreOf(data.terms, member.scores),
    }));
  const paper = (input.experts ?? []).map((expert): Voter => ({
    expert: expert.name,
    freeOfInterest: expert.freeOfInterest,
    vote: expert.vote,
    reasons: expert.dissent,
    score: expert.score,
  }));
  return [...cast, ...paper];
}

/** Weighted by the criteria; undefined unless every criterion was scored. */
export function scoreOf(
  terms: ProgrammeTerms | undefined,
  scores: Infer<typeof BALLOT>["scores"] | undefined,
): number | undefined {
  if (terms === undefined || scores === undefined) return undefined;
  let sum = 0;
  for (const { code, weight } of terms.criteria) {
    const scored = scores.find((each) => each.criterion === code);
    if (scored === undefined) return undefined;
    sum += (scored.score * weight) / 100;
  }
  return Math.round(sum * 10) / 10;
}

export function resultOf(data: ReviewData, input: Infer<typeof PANEL>, round: Panel["round"], at: number): PanelResult {
  const voters = votersOf(data, input);
  const count = (vote: Voter["vote"]): number => voters.filter((voter) => voter.vote === vote).length;
  const scores = voters.map((voter) => voter.score).filter((score): score is number => score !== undefined);
  return {
    round,
    experts: voters.length,
    for: count("for"),
    against: count("against"),
    abstain: count("abstain"),
    ...(scores.length === 0
      ? {}
      : { score: Math.round((scores.reduce((sum, score) => sum + score, 0) / scores.length) * 10) / 10 }),
    ...(data.terms === undefined ? {} : { passMark: data.terms.passMark }),
    opinion: input.opinion,
    dissents: voters.flatMap(({ expert, vote, reasons }) =>
      vote === minorityOf(voters) && reasons !== undefined ? [{ expert, reasons }] : [],
    ),
    at,
  };
}

export function minorityOf(voters: readonly Voter[]): "for" | "against" {
  const count = (vote: Voter["vote"]): number => voters.filter((voter) => voter.vote === vote).length;
  return count("for") >= count("against") ? "against" : "for";
}

export interface ChecklistLine {
  readonly code: string;
  readonly required: boolean;
  readonly present: boolean;
}

/** The documents of the programme, and which of them the application has. */
export function missingDocuments(
  data: ReviewData & { readonly documents?: readonly { readonly kind: string }[] },
): readonly string[] {
  const kinds = new Set((data.documents ?? []).map((each) => each.kind));
  return (data.terms?.requiredDocuments ?? []).filter((code) => !kinds.has(code));
}

export type PlanFields = { readonly [Key in keyof typeof PLAN_FIELDS]?: Infer<(typeof PLAN_FIELDS)[Key]> };
export type { CreditGrade, ProgrammeTerms, RiskTier };
