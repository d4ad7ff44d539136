/**
 * The part of a programme that decides over a project, as it is pinned in the project when it is filed: a later version of the
 * programme never changes the rules of a project that runs.
 */
import type { LegalBasis } from "../basis.ts";
import type { CreditGrade, Programme, ProgrammeBasis, RiskTier } from "./schema.ts";

export interface TierTerms {
  readonly panelSize: number;
  readonly reportMonths: number;
  readonly assessmentMonths: number;
  readonly approvesChanges: boolean;
  readonly rulePacks: readonly string[];
  readonly maxSubjects?: number;
  /** km/h. */
  readonly maxSpeed?: number;
}

export interface ProgrammeTerms {
  readonly programme: string;
  readonly version: number;
  readonly subjects: Programme["subjects"];
  readonly leads: readonly string[];
  readonly coIssuers: readonly string[];
  /** Codes of the catalogue items in force when it was pinned. */
  readonly catalogue: readonly string[];
  readonly criteria: readonly { readonly code: string; readonly weight: number }[];
  readonly passMark: number;
  readonly exclusions: readonly string[];
  readonly requiredDocuments: readonly string[];
  readonly grading: {
    readonly points: { readonly [factor: string]: number };
    readonly mediumFrom: number;
    readonly highFrom: number;
  };
  readonly credit: {
    readonly [grade: string]: { readonly points: number; readonly interval: number; readonly priority: boolean };
  };
  readonly businessModels: { readonly [model: string]: number };
  readonly tiers: { readonly [tier in RiskTier]: TierTerms };
  readonly decisionMonths: number;
  readonly appealDays: number;
  readonly testMonths: number;
  readonly finalReportDays: number;
  readonly trackingMonths: number;
  readonly tacitDays?: number;
  /** Working days of a department for its opinion; absent in projects that were filed before it was asked for by a duty. */
  readonly opinionDays?: number;
  /** Where the limits come from; absent in projects that were filed before that was pinned. */
  readonly bases?: { readonly decision: LegalBasis; readonly test: LegalBasis; readonly opinion?: LegalBasis };
  /** `basis` is absent in projects that were filed before it was pinned. */
  readonly extension: { readonly times: number; readonly months: number; readonly basis?: ProgrammeBasis };
  /** CNY per vehicle. */
  readonly insuranceMinimum?: number;
  readonly requiresAccessProof: boolean;
  readonly involvesSubjects: boolean;
}

/** The roles of its departments: those that decide, and those that issued it together with them. */
export function departmentsOf({ leads, coIssuers }: Pick<Programme, "leads" | "coIssuers">) {
  return { leads, coIssuers: coIssuers.map((each) => each.role) };
}

/** @param date ISO day on which it is pinned: catalogue items that are not in force on it are left out */
export function termsOf(programme: Programme, date: string): ProgrammeTerms {
  const { times, tiers, extension } = programme;
  const tier = (code: RiskTier): TierTerms => {
    const { basis: _basis, rulePacks = [], ...rest } = tiers[code];
    return { ...rest, rulePacks };
  };
  return {
    programme: programme.id,
    version: programme.version,
    subjects: programme.subjects,
    ...departmentsOf(programme),
    catalogue: programme.catalogue.filter((each) => isInForce(each, date)).map((each) => each.code),
    criteria: programme.criteria.map(({ code, weight }) => ({ code, weight })),
    passMark: programme.passMark.amount,
    exclusions: programme.exclusions.map((each) => each.code),
    requiredDocuments: programme.documents.filter((each) => each.required).map((each) => each.code),
    grading: {
      points: Object.fromEntries(programme.grading.factors.map((each) => [each.code, each.points])),
      mediumFrom: programme.grading.mediumFrom,
      highFrom: programme.grading.highFrom,
    },
    credit: Object.fromEntries(
      programme.credit.map(({ grade, points, interval, priority }) => [grade, { points, interval, priority }]),
    ),
    businessModels: Object.fromEntries(programme.businessModels.map((each) => [each.code, each.points])),
    tiers: { low: tier("low"), medium: tier("medium"), high: tier("high") },
    decisionMonths: times.decisionMonths.amount,
    appealDays: times.appealDays.amount,
    testMonths: times.testMonths.amount,
    finalReportDays: times.finalReportDays.amount,
    trackingMonths: times.trackingMonths.amount,
    ...(times.tacitDays === undefined ? {} : { tacitDays: times.tacitDays.amount }),
    ...(times.opinionDays === undefined ? {} : { opinionDays: times.opinionDays.amount }),
    bases: {
      decision: times.decisionMonths.basis,
      test: times.testMonths.basis,
      ...(times.opinionDays === undefined ? {} : { opinion: times.opinionDays.basis }),
    },
    extension: { times: extension.times, months: extension.months, basis: extension.basis },
    ...(programme.insuranceMinimum === undefined ? {} : { insuranceMinimum: programme.insuranceMinimum.amount }),
    requiresAccessProof: programme.requiresAccessProof,
    involvesSubjects: programme.involvesSubjects,
  };
}

/** Whether something with effective dates holds on a day (ISO dates compare as text; the end is exclusive). */
export function isInForce(
  each: { readonly effectiveFrom?: string; readonly effectiveTo?: string },
  date: string,
): boolean {
  return (each.effectiveFrom ?? "") <= date && (each.effectiveTo === undefined || date < each.effectiveTo);
}

/** Whether an application may be filed at an instant: without windows always. */
export function isOpenAt(programme: Pick<Programme, "windows">, at: number): boolean {
  return (
    programme.windows.length === 0 ||
    programme.windows.some(({ from, to }) => Date.parse(from) <= at && at < Date.parse(to))
  );
}

export interface GradingInput {
  readonly factors: readonly string[];
  readonly credit?: CreditGrade | undefined;
  readonly businessModel?: string | undefined;
}

export interface Grade {
  readonly tier: RiskTier;
  readonly points: number;
  /** What the points come from, in the order of the programme. */
  readonly parts: readonly {
    readonly kind: "factor" | "credit" | "businessModel";
    readonly code: string;
    readonly points: number;
  }[];
}

/** Classification and grading: the sum of the points of what applies decides the tier. */
export function gradeOf(terms: ProgrammeTerms, input: GradingInput): Grade {
  const parts: Grade["parts"][number][] = [...new Set(input.factors)].map((code) => ({
    kind: "factor",
    code,
    points: terms.grading.points[code] ?? 0,
  }));
  const credit = input.credit === undefined ? undefined : terms.credit[input.credit];
  if (credit !== undefined && input.credit !== undefined)
    parts.push({ kind: "credit", code: input.credit, points: credit.points });
  const model = input.businessModel === undefined ? undefined : terms.businessModels[input.businessModel];
  if (model !== undefined && input.businessModel !== undefined)
    parts.push({ kind: "businessModel", code: input.businessModel, points: model });
  const points = parts.reduce((sum, part) => sum + part.points, 0);
  const { mediumFrom, highFrom } = terms.grading;
  return { tier: points >= highFrom ? "high" : points >= mediumFrom ? "medium" : "low", points, parts };
}

/** How closely a project is followed: the tier's intervals, longer or shorter by credit, at least one month. */
export interface Strategy {
  readonly reportMonths: number;
  readonly assessmentMonths: number;
  readonly panelSize: number;
  readonly priority: boolean;
}

export function strategyOf(terms: ProgrammeTerms, tier: RiskTier, credit?: CreditGrade): Strategy {
  const { reportMonths, assessmentMonths, panelSize } = terms.tiers[tier];
  const { interval = 1, priority = false } = (credit === undefined ? undefined : terms.credit[credit]) ?? {};
  const months = (amount: number): number => Math.max(1, Math.round(amount * interval));
  return { reportMonths: months(reportMonths), assessmentMonths: months(assessmentMonths), panelSize, priority };
}
