/** Which trigger sets watch a sandbox project: the one that its plan names, and its limits as triggers. */
import type { SandboxProjectData } from "@sandglass/casework";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, type Pack, type Region, type TriggerSet } from "@sandglass/triggers";
import { sql } from "kysely";
import { parseSubjectId, parseVehicleId } from "../access/mod.ts";
import type { ProjectAssignment as WatchedProject } from "../cases/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor, Records } from "../records/mod.ts";
import type { RegionRegistry } from "../regions/mod.ts";
import { compileContainment, partsByFeed, type Containment, type ProjectAssignment } from "../supervision/mod.ts";

/** Packs that a plan may name: those of the program and those that somebody forked. */
export interface PackLookup {
  find(id: string): { readonly pack: Pack; readonly set: TriggerSet } | undefined;
  ids(): readonly string[];
}

export interface PlanTriggerSet {
  readonly pack?: string;
  readonly text?: string;
  /** What it compiled to when the plan was signed: it means the regions of then. */
  readonly hash?: string;
}

/** The set that a plan names. @throws SG_TRIGGER_SET with the place and the cause of the first error, SG_PACK_UNKNOWN */
export function compileProjectSet(
  { pack: id, text, hash }: PlanTriggerSet,
  packs: PackLookup,
  regions: Pick<RegionRegistry, "pinnedTo"> & { today(): readonly Region[] },
): TriggerSet {
  const found = id === undefined ? undefined : packs.find(id);
  if (found === undefined && (id !== undefined || text === undefined))
    throw new SandglassError(ERRORS.PACK_UNKNOWN, { pack: id ?? "", possible: packs.ids() });
  if (text === undefined && found !== undefined) return found.set;
  const named = (hash === undefined ? undefined : regions.pinnedTo(hash)) ?? regions.today();
  const sources = [...(text === undefined ? [] : [{ text }]), ...(found?.pack.sources ?? [])];
  const result = compileTriggers(sources, CATALOGUE, { regions: named });
  if (result.ok) return result.set;
  const { line, column, message, messageZh, suggestion } = result.errors[0];
  throw new SandglassError(ERRORS.TRIGGER_SET, {
    line,
    column,
    reason: message,
    reasonZh: messageZh,
    suggestion: suggestion ?? "",
  });
}

export interface ProjectSetSources {
  readonly packs: PackLookup;
  readonly regions: RegionRegistry;
  readonly today: () => readonly Region[];
  /** How long a vehicle may need to come to a halt, ms. */
  readonly haltMs: number;
}

/** The assignments of one project: first its own set, which also carries the suspension, then its limits. */
export function assignmentsOf(project: WatchedProject, sources: ProjectSetSources): readonly ProjectAssignment[] {
  const { packs, regions, today, haltMs } = sources;
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
    set: compileProjectSet(project.triggerSet, packs, { pinnedTo: (hash) => regions.pinnedTo(hash), today }),
    ...(project.suspendedSince === undefined ? {} : { suspendedAt: project.suspendedSince + haltMs }),
  };
  const { frames, events } = containmentOf(project, regions);
  return [own, ...[frames, events].flatMap((set) => (set === undefined ? [] : [{ ...common, set }]))];
}

/** The limits that are in force: those of the plan, narrowed while the project is restricted. */
export function containmentOf(
  { limits, narrowed, planRevision }: Pick<WatchedProject, "limits" | "narrowed" | "planRevision">,
  regions: Pick<RegionRegistry, "find">,
): Containment {
  return compileContainment({ ...limits, ...narrowed }, Math.max(1, planRevision), regions);
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
  const { limits, restriction, planRevision } = row.data;
  return containmentOf({ limits, narrowed: restriction?.limits, planRevision }, regions);
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
