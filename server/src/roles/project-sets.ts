/** Which trigger sets watch a sandbox project: what its plan names, and its limits as triggers. */
import type { RuleVersion, SandboxProjectData } from "@sandglass/casework";
import { CATALOGUE } from "@sandglass/signals";
import {
  allTriggers,
  compileTriggers,
  type Pack,
  type Region,
  type TriggerSet,
  type TriggerSource,
} from "@sandglass/triggers";
import { sql } from "kysely";
import { parseSubjectId, parseVehicleId } from "../access/mod.ts";
import type { ProjectAssignment as WatchedProject } from "../cases/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor, Records } from "../records/mod.ts";
import type { RegionRegistry } from "../regions/mod.ts";
import { ruleKey, type PublishedRule } from "../rulebook/mod.ts";
import { compileContainment, partsByFeed, type Containment, type ProjectAssignment } from "../supervision/mod.ts";

/** Packs that a plan may name: those of the program and those that somebody forked. */
export interface PackLookup {
  find(id: string): { readonly pack: Pack; readonly set: TriggerSet } | undefined;
  ids(): readonly string[];
}

export interface PlanTriggerSet {
  readonly pack?: string;
  readonly text?: string;
  readonly rules?: readonly RuleVersion[];
  /** What it compiled to when the plan was signed: it means the regions of then. */
  readonly hash?: string;
}

/** What a set is compiled from. */
interface PlanTexts {
  readonly sources: readonly TriggerSource[];
  readonly regions: readonly Region[];
}

type RegionSource = Pick<RegionRegistry, "pinnedTo"> & { today(): readonly Region[] };

/**
 * Texts of a plan: its own, those of its pack, and its published rules. These mean the regions of their publication, and so
 * does then whatever else in the plan names one of those: a set has one shape of a region.
 * @throws SG_PLAN_PACK, SG_PLAN_EMPTY
 */
export function textsOf(
  { pack: id, text, rules: pins = [], hash }: PlanTriggerSet,
  packs: PackLookup,
  regions: RegionSource,
  rules: readonly PublishedRule[],
): PlanTexts {
  const pack = id === undefined ? undefined : packs.find(id)?.pack;
  if (pack === undefined && id !== undefined)
    throw new SandglassError(ERRORS.PLAN_PACK, { pack: id, possible: packs.ids() });
  if (id === undefined && text === undefined && pins.length === 0)
    throw new SandglassError(ERRORS.PLAN_EMPTY, { possible: packs.ids() });
  const named = (hash === undefined ? undefined : regions.pinnedTo(hash)) ?? regions.today();
  return {
    sources: [
      ...(text === undefined ? [] : [{ text }]),
      ...(pack?.sources ?? []),
      ...rules.map(({ compiled, trigger }) => ({ text: compiled.text.en, name: trigger })),
    ],
    regions: [
      ...new Map([...named, ...rules.flatMap((rule) => rule.regions)].map((region) => [region.id, region])).values(),
    ],
  };
}

/**
 * The set that a plan names. @param rules those that it is pinned to
 * @throws SG_TRIGGER_SET with the place and the cause of the first error, SG_PLAN_PACK, SG_PLAN_EMPTY, SG_PLAN_RULE
 */
export function compileProjectSet(
  plan: PlanTriggerSet,
  packs: PackLookup,
  regions: RegionSource,
  rules: readonly PublishedRule[] = [],
): TriggerSet {
  const texts = textsOf(plan, packs, regions, rules);
  const found = plan.pack === undefined ? undefined : packs.find(plan.pack);
  if (plan.text === undefined && rules.length === 0 && found !== undefined) return found.set;
  const result = compileTriggers(texts.sources, CATALOGUE, { regions: texts.regions });
  if (result.ok) {
    refuseOtherMeaning(result.set, rules);
    return result.set;
  }
  const { line, column, message, messageZh, suggestion, suggestionZh = suggestion } = result.errors[0];
  throw new SandglassError(ERRORS.TRIGGER_SET, {
    line,
    column,
    reason: message,
    reasonZh: messageZh,
    suggestion: suggestion === undefined ? "" : `; perhaps: ${suggestion}`,
    suggestionZh: suggestionZh === undefined ? "" : `；可改为：${suggestionZh}`,
  });
}

/** Two rules that were published with different shapes of one region cannot both keep theirs. @throws SG_PLAN_RULE */
function refuseOtherMeaning(set: TriggerSet, rules: readonly PublishedRule[]): void {
  const hashes = new Set(allTriggers(set).map(({ versionHash }) => versionHash));
  const other = rules.find(({ compiled }) => !hashes.has(compiled.versionHash));
  if (other === undefined) return;
  const { trigger, version } = other;
  throw new SandglassError(ERRORS.PLAN_RULE, {
    trigger,
    version,
    reason: "another rule of the plan was published with another shape of a region that it names",
    reasonZh: "方案中的另一条规则发布时，其所指区域的边界不同",
  });
}

export interface ProjectSetSources {
  readonly packs: PackLookup;
  /** Those that any of the projects is pinned to, by `ruleKey`. */
  readonly rules: ReadonlyMap<string, PublishedRule>;
  readonly regions: RegionRegistry;
  readonly today: () => readonly Region[];
  /** How long a vehicle may need to come to a halt, ms. */
  readonly haltMs: number;
}

/** The assignments of one project: first its own set, which also carries the suspension, then its limits. */
export function assignmentsOf(project: WatchedProject, sources: ProjectSetSources): readonly ProjectAssignment[] {
  const { packs, rules, regions, today, haltMs } = sources;
  const { triggerSet } = project;
  const common = {
    project: project.project,
    vehicles: new Set(
      project.vehicles
        .map((id) => parseVehicleId(id) ?? parseSubjectId(id))
        .filter((key): key is bigint => key !== undefined),
    ),
    since: project.startedAt ?? 0,
  };
  const own: ProjectAssignment = {
    ...common,
    set: compileProjectSet(
      triggerSet,
      packs,
      { pinnedTo: (hash) => regions.pinnedTo(hash), today },
      (triggerSet.rules ?? []).map((pin) => getRule(rules, pin)),
    ),
    ...(project.suspendedSince === undefined ? {} : { suspendedAt: project.suspendedSince + haltMs }),
  };
  const { frames, events } = containmentOf(project, regions);
  return [own, ...[frames, events].flatMap((set) => (set === undefined ? [] : [{ ...common, set }]))];
}

/** @throws SG_NOT_FOUND: what watches less than its plan says must not seem to watch */
function getRule(rules: ProjectSetSources["rules"], pin: RuleVersion): PublishedRule {
  const key = ruleKey(pin);
  const found = rules.get(key);
  if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: key });
  return found;
}

/** The limits that are in force: those of the plan, narrowed while the project is restricted. */
export function containmentOf(
  {
    limits,
    narrowed,
    planRevision,
    vehicles,
  }: Pick<WatchedProject, "limits" | "narrowed" | "planRevision" | "vehicles">,
  regions: Pick<RegionRegistry, "find">,
): Containment {
  const tested =
    vehicles.length > 0 && vehicles.every((id) => parseVehicleId(id) === undefined) ? "ai_service" : "vehicle";
  return compileContainment({ ...limits, ...narrowed }, Math.max(1, planRevision), regions, tested);
}

/** The limits of a project's plan as the actor may see it. @throws SG_NOT_FOUND */
export async function readContainment(
  records: Records,
  actor: Actor,
  project: string,
  regions: Pick<RegionRegistry, "find">,
): Promise<Containment> {
  const row = await records.transact(
    actor,
    (tx) =>
      tx
        .selectFrom("cases")
        .select(sql<SandboxProjectData>`folded -> 'data'`.as("data"))
        .where("id", "=", project)
        .where("kind", "=", "sandbox-project")
        .executeTakeFirst(),
    { retry: true },
  );
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: project });
  const { limits, restriction, planRevision, vehicles = [] } = row.data;
  return containmentOf({ limits, narrowed: restriction?.limits, planRevision, vehicles }, regions);
}

/**
 * Assignments of either feed, each with the triggers that it can judge. A project whose set events feed keeps its entry
 * among those of frames while it is suspended: its vehicles must not move.
 */
export function splitByFeed(assignments: readonly ProjectAssignment[]): {
  readonly frames: readonly ProjectAssignment[];
  readonly events: readonly ProjectAssignment[];
} {
  const split = assignments.map((each) => ({ each, parts: each.set && partsByFeed(each.set) }));
  return {
    frames: split.flatMap(({ each, parts }) =>
      parts === undefined || parts.frames !== undefined || each.suspendedAt !== undefined
        ? [{ ...each, set: parts?.frames }]
        : [],
    ),
    events: split.flatMap(({ each, parts }) => (parts?.events === undefined ? [] : [{ ...each, set: parts.events }])),
  };
}
