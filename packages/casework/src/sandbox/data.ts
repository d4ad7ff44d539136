/** What a sandbox project carries, and the pure rules over it: limits, trigger effects, completeness. */
import type { CaseActor, Extent } from "../access/extent.ts";
import type { Infer } from "../schema.ts";
import type { RiskTier } from "../programmes/mod.ts";
import type { Text } from "../text.ts";
import type { ReviewData } from "./data-review.ts";
import { extentOfProgramme } from "./departments.ts";
import type { APPLICATION_FIELDS, DOCUMENT, FIRING, LIMITS, PLAN_FIELDS, PARTY, TRIGGER_SET } from "./inputs.ts";

export type Party = Infer<typeof PARTY>;
export type Limits = Infer<typeof LIMITS>;
export type ProjectTriggerSet = Infer<typeof TRIGGER_SET>;
/** A published rule in the version that the plan is pinned to. */
export type RuleVersion = NonNullable<ProjectTriggerSet["rules"]>[number];
export type ProjectDocument = Infer<typeof DOCUMENT>;
export type FiringInput = Infer<typeof FIRING>;
type Application = { readonly [Key in keyof typeof APPLICATION_FIELDS]?: Infer<(typeof APPLICATION_FIELDS)[Key]> };
type Plan = { readonly [Key in keyof typeof PLAN_FIELDS]?: Infer<(typeof PLAN_FIELDS)[Key]> };

export type { RiskTier };
export type TriggerEffect = "warn" | "restrict" | "suspend" | "terminate";
/** How the test itself ended; decides which exits remain. */
export type TestEnding = "completed" | "withdrawn" | "expired";

/** A finding that acted, or would have acted, on the project. */
export interface ProjectFinding {
  readonly finding: string;
  readonly trigger: string;
  readonly level: number;
  readonly vehicle: string;
  /** What it asked for. */
  readonly effect: TriggerEffect;
  readonly action: string;
  readonly at: number;
  /** When late data took it back. */
  readonly retractedAt?: number;
}

/** Narrower limits in force while RESTRICTED. */
export interface Restriction {
  readonly since: number;
  readonly limits?: Limits;
  /** Vehicles that may not take part until the restriction is lifted. */
  readonly stoppedVehicles: readonly string[];
  readonly reason: Text;
  readonly finding?: string;
  /** When late data took that finding back: a person decides what follows. */
  readonly findingRetractedAt?: number;
}

export interface Suspension {
  readonly since: number;
  readonly by: CaseActor;
  readonly reason: Text;
  readonly finding?: string;
  /** When late data took that finding back: a person decides what follows. */
  readonly findingRetractedAt?: number;
}

export interface ControlledChange {
  readonly subject: string;
  readonly component: string;
  readonly toVersion: string;
  readonly at: number;
}

export interface SandboxProjectData extends Application, Plan, ReviewData {
  readonly createdBy?: CaseActor;
  readonly riskTier?: RiskTier;
  readonly assignedExperts: readonly string[];
  /** Number of the plan's text: a signature counts only for the text it was given on. */
  readonly planRevision: number;
  readonly enterpriseSignature?: { readonly by: CaseActor; readonly at: number; readonly planRevision: number };
  readonly authoritySignature?: { readonly by: CaseActor; readonly at: number; readonly planRevision: number };
  /** Plan revision whose triggers were last rehearsed without objection. */
  readonly rehearsedRevision?: number;
  readonly appeal?: { readonly at: number; readonly grounds: string };
  readonly refusedAt?: number;
  readonly startedAt?: number;
  readonly extensions: number;
  readonly restriction?: Restriction | undefined;
  readonly suspension?: Suspension | undefined;
  readonly ending?: TestEnding;
  /** The last hundred; the whole list is in the actions and the findings. */
  readonly findings: readonly ProjectFinding[];
  readonly changes: readonly ControlledChange[];
}

export const EMPTY_PROJECT: SandboxProjectData = {
  assignedExperts: [],
  planRevision: 0,
  extensions: 0,
  findings: [],
  changes: [],
};

export function extentOfProject(data: SandboxProjectData): Extent {
  const organisations = [data.applicant?.organisation, ...(data.parties ?? []).map((party) => party.organisation)];
  return {
    organisations: [...new Set(organisations.filter((each): each is string => each !== undefined && each !== ""))],
    assigned: data.assignedExperts,
    ...extentOfProgramme(data.terms, data.limits?.regions),
  };
}

/** Effect by level where the plan names none for the trigger (P; the programme's default ladder of ). */
export const DEFAULT_EFFECTS: readonly TriggerEffect[] = ["warn", "warn", "restrict", "suspend", "suspend"];

const SEVERITY: readonly TriggerEffect[] = ["warn", "restrict", "suspend", "terminate"];

/** How severe an effect is; compare two effects by it. */
export function severityOf(effect: TriggerEffect): number {
  return SEVERITY.indexOf(effect);
}

/**
 * What a firing of a level does to the project: of the plan's entries for this trigger that the level reaches, the most severe;
 * without one, what the trigger itself declares; without that, the programme's default for the level.
 */
export function effectOfFiring(
  set: ProjectTriggerSet | undefined,
  trigger: string,
  level: number,
  declared?: TriggerEffect,
): TriggerEffect {
  const named = (set?.effects ?? []).filter((each) => each.trigger === trigger && level >= (each.level ?? 0));
  if (named.length > 0)
    return named.reduce<TriggerEffect>(
      (worst, each) => (severityOf(each.effect) > severityOf(worst) ? each.effect : worst),
      "warn",
    );
  if (declared !== undefined) return declared;
  return DEFAULT_EFFECTS[Math.max(0, Math.min(level, DEFAULT_EFFECTS.length - 1))]!;
}

/** Whether there is anything in the set that watches. */
export function hasTriggers({ pack = "", text = "", rules = [] }: ProjectTriggerSet = {}): boolean {
  return pack.trim() !== "" || text.trim() !== "" || rules.length > 0;
}

/** Whether `after` allows anything that `before` did not: then the authority must approve again. */
export function widens(before: Limits | undefined, after: Limits): boolean {
  if (before === undefined) return true;
  const grows = (old: number | undefined, now: number | undefined) =>
    old !== undefined && (now === undefined || now > old);
  const adds = (old: readonly string[] | undefined, now: readonly string[] | undefined) =>
    old !== undefined && (now === undefined || now.some((each) => !old.includes(each)));
  return (
    grows(before.maxVehicles, after.maxVehicles) ||
    grows(before.maxSpeed, after.maxSpeed) ||
    adds(before.regions, after.regions) ||
    adds(before.areas, after.areas) ||
    adds(before.roads, after.roads) ||
    adds(before.softwareVersions, after.softwareVersions) ||
    adds(before.functions, after.functions) ||
    // Words cannot be compared: whoever says otherwise who takes part asks first.
    (before.users !== undefined && after.users !== before.users) ||
    (before.dailyFrom !== undefined && (after.dailyFrom === undefined || after.dailyFrom < before.dailyFrom)) ||
    (before.dailyTo !== undefined && (after.dailyTo === undefined || after.dailyTo > before.dailyTo))
  );
}
