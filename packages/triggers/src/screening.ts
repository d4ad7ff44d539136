/**
 * Conditions over many subjects. The live engine judges one subject at a time; a fleet or spatial condition is a plan
 * that a screening job runs over rollups: for every subject the sub-condition on its own (`member`, an ordinary trigger
 * set), then one count per group or place (`screen`). Both halves are pure; reading data is the caller's business.
 */
import { distanceM, METRES_PER_DEGREE } from "./engine/places.ts";
import { longMemoryOf, type LongMemory } from "./lang/analysis.ts";
import type { CoreFleet, CoreTrigger, Quantity, RegistryCond } from "./lang/core.ts";
import type { TriggerSet } from "./set.ts";

export interface ScreeningPlan {
  /** `fleet`: one result per group; `near`: one per place. */
  readonly kind: "fleet" | "near";
  readonly subject: string;
  /** Which subjects belong to the population at all. */
  readonly where: RegistryCond | undefined;
  readonly population: CoreFleet["population"];
  /** Registry attribute to group by; undefined: one group. */
  readonly group: string | undefined;
  /** The sub-condition must have been true at some instant of (t − windowMs, t]. */
  readonly windowMs: number;
  /** Past before the window that the sub-condition itself depends on, with what still held when that began. */
  readonly horizonMs: number;
  readonly cmp: Quantity;
  /** What the sub-condition goes by however old it is. */
  readonly remembers: LongMemory;
  /** A number of subjects, or a fraction (0 to 1) of the population when `percent`. */
  readonly amount: number;
  readonly percent: boolean;
  /** Smaller populations are unknown, never true or false. */
  readonly minSubjects: number;
  /** Least part of the registered subjects that must be active, 0 to 1. */
  readonly minActive: number;
  /** Of `near`. */
  readonly radiusM: number | undefined;
  /** Signals that give the position, of `near`. */
  readonly position: { readonly longitude: string; readonly latitude: string } | undefined;
  /** Signals of the sub-condition. */
  readonly inputs: readonly string[];
  /** One trigger that fires exactly while the sub-condition of one subject is true (the unknown counts as false). */
  readonly member: TriggerSet;
}

/** What is known about one subject of the population at the instant of a screening. */
export interface ScreenedSubject {
  readonly subject: string;
  /** Value of the plan's group attribute. */
  readonly group?: string | undefined;
  /** At least one valid sample in the window. */
  readonly active: boolean;
  /** The sub-condition was true at some instant of the window. */
  readonly holds: boolean;
  /** Last known position, degrees; without one a subject is near nobody. */
  readonly longitude?: number | undefined;
  readonly latitude?: number | undefined;
}

export interface ScreeningResult {
  /** Undefined: the one group of everybody, or a place. */
  readonly group: string | undefined;
  /** U: the population is too small to say. */
  readonly verdict: "T" | "F" | "U";
  /** Subjects that had the condition; of a place: the most around one of them. */
  readonly count: number;
  /** Denominator: active or registered subjects of the group. */
  readonly population: number;
  /** Distance from the threshold in subjects, positive when true. */
  readonly margin: number;
  /** Who had the condition, in the order of the input; of a place: everybody of the cluster. */
  readonly members: readonly string[];
  /** Of a place: the subject with most others around it. */
  readonly centre?: { readonly subject: string; readonly longitude: number; readonly latitude: number };
}

/** The sub-condition of one subject as a trigger of its own. */
export function memberOf(core: CoreTrigger): CoreTrigger {
  const { fleet: _fleet, effective: _effective, ...rest } = core;
  return {
    ...rest,
    severity: [{ level: 1 }],
    keepFiringMs: 0,
    cooldownMs: 0,
    missing: { mode: "reset" },
    suppressedBy: [],
    effects: [],
  };
}

export function planOf(
  core: CoreTrigger,
  fleet: CoreFleet,
  member: TriggerSet,
  names: { readonly byId: ReadonlyMap<string, unknown> },
): ScreeningPlan {
  const atLeast = (what: "samples" | "coverage") =>
    core.requires.reduce(
      (n, r) => (r.what === what ? Math.max(n, r.value + (r.op === "gt" && what === "samples" ? 1 : 0)) : n),
      0,
    );
  const { holds } = member.program;
  const prefix = names.byId.has("location.longitude") ? "location." : "";
  return {
    kind: fleet.nearM === undefined ? "fleet" : "near",
    subject: fleet.subject,
    where: core.where,
    population: fleet.population,
    group: fleet.group,
    windowMs: fleet.ms,
    remembers: longMemoryOf(core.when),
    // Without the sample before, what was true all along would seem to begin there. Holds are in half milliseconds.
    horizonMs: member.horizonMs + Math.ceil(Math.max(0, ...holds) / 2),
    cmp: fleet.cmp,
    amount: fleet.amount,
    percent: fleet.percent,
    minSubjects: atLeast("samples"),
    minActive: atLeast("coverage"),
    radiusM: fleet.nearM,
    position:
      fleet.nearM === undefined ? undefined : { longitude: `${prefix}longitude`, latitude: `${prefix}latitude` },
    inputs: member.inputs,
    member,
  };
}

/** Judges a population at one instant. Subjects that the plan's `where` leaves out must not be given. */
export function screen(plan: ScreeningPlan, subjects: readonly ScreenedSubject[]): ScreeningResult[] {
  const groups = new Map<string | undefined, ScreenedSubject[]>();
  for (const one of subjects) {
    const key = plan.group === undefined ? undefined : (one.group ?? undefined);
    // Who has no value of the attribute belongs to no group.
    if (plan.group !== undefined && key === undefined) continue;
    const list = groups.get(key);
    if (list) list.push(one);
    else groups.set(key, [one]);
  }
  if (plan.group === undefined && groups.size === 0) groups.set(undefined, []);
  return [...groups].flatMap(([group, members]) =>
    plan.kind === "near" ? screenPlaces(plan, group, members) : [screenGroup(plan, group, members)],
  );
}

function populationOf(
  plan: ScreeningPlan,
  members: readonly ScreenedSubject[],
): { counted: readonly ScreenedSubject[]; known: boolean } {
  const active = members.filter((one) => one.active);
  const counted = plan.population === "active" ? active : members;
  const known = counted.length >= Math.max(1, plan.minSubjects) && active.length >= plan.minActive * members.length;
  return { counted, known };
}

function screenGroup(
  plan: ScreeningPlan,
  group: string | undefined,
  members: readonly ScreenedSubject[],
): ScreeningResult {
  const { counted, known } = populationOf(plan, members);
  const holding = counted.filter((one) => one.holds).map((one) => one.subject);
  // A product of the denominator, not a quotient: 1 of 50 is exactly 2 %.
  const need = plan.percent ? Number((plan.amount * counted.length).toPrecision(12)) : plan.amount;
  return {
    group,
    verdict: known ? (reaches(plan.cmp, holding.length, need) ? "T" : "F") : "U",
    count: holding.length,
    population: counted.length,
    margin: plan.cmp === "gt" || plan.cmp === "ge" ? holding.length - need : need - holding.length,
    members: holding,
  };
}

function reaches(cmp: Quantity, count: number, need: number): boolean {
  switch (cmp) {
    case "gt":
      return count > need;
    case "ge":
      return count >= need;
    case "lt":
      return count < need;
    default:
      return count <= need;
  }
}

/**
 * Places where enough subjects with the condition are near one of them. Such centres that are near each other are one
 * place; it is told by the centre with most around it (of several the first by id), so that it keeps its name while it
 * grows.
 */
function screenPlaces(
  plan: ScreeningPlan,
  group: string | undefined,
  members: readonly ScreenedSubject[],
): ScreeningResult[] {
  const { counted, known } = populationOf(plan, members);
  if (!known) return [{ group, verdict: "U", count: 0, population: counted.length, margin: -plan.amount, members: [] }];
  const points: Located[] = [];
  for (const { subject, holds, longitude, latitude } of counted)
    if (holds && longitude !== undefined && latitude !== undefined) points.push({ subject, longitude, latitude });
  const near = neighbours(points, plan.radiusM ?? 0);
  const isCentre = points.map((_, i) => reaches(plan.cmp, (near[i] as number[]).length, plan.amount));
  const seen = new Set<number>();
  const results: ScreeningResult[] = [];
  points.forEach((_, start) => {
    if (!isCentre[start] || seen.has(start)) return;
    const place = new Set<number>();
    let best = start;
    const open = [start];
    seen.add(start);
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const around = near[i] as number[];
      const lead = around.length - (near[best] as number[]).length;
      if (lead > 0 || (lead === 0 && (points[i] as Located).subject < (points[best] as Located).subject)) best = i;
      for (const j of around) {
        place.add(j);
        if (!isCentre[j] || seen.has(j)) continue;
        seen.add(j);
        open.push(j);
      }
    }
    const count = (near[best] as number[]).length;
    results.push({
      group,
      verdict: "T",
      count,
      population: counted.length,
      margin: count - plan.amount,
      members: [...place].sort((a, b) => a - b).map((i) => (points[i] as Located).subject),
      centre: points[best] as Located,
    });
  });
  const most = near.reduce((n, list) => Math.max(n, list.length), 0);
  return results.length > 0
    ? results
    : [{ group, verdict: "F", count: most, population: counted.length, margin: most - plan.amount, members: [] }];
}

interface Located {
  readonly subject: string;
  readonly longitude: number;
  readonly latitude: number;
}

/** Indices within the radius of every point, itself included, by a grid of cells as wide as the radius. */
function neighbours(points: readonly Located[], radiusM: number): number[][] {
  const step = radiusM / METRES_PER_DEGREE;
  const rowOf = (latitude: number) => Math.floor(latitude / step);
  const columnOf = (longitude: number, row: number) =>
    Math.floor((longitude * Math.max(0.01, Math.cos(((row + 0.5) * step * Math.PI) / 180))) / step);
  const cells = new Map<string, number[]>();
  points.forEach((point, i) => {
    const row = rowOf(point.latitude);
    const key = `${row} ${columnOf(point.longitude, row)}`;
    const list = cells.get(key);
    if (list) list.push(i);
    else cells.set(key, [i]);
  });
  return points.map((point) => {
    const found: number[] = [];
    const row = rowOf(point.latitude);
    for (let r = row - 1; r <= row + 1; r++) {
      const column = columnOf(point.longitude, r);
      // Rows shrink differently: one cell more on either side covers the difference.
      for (let c = column - 2; c <= column + 2; c++)
        for (const j of cells.get(`${r} ${c}`) ?? []) {
          const other = points[j] as Located;
          if (distanceM(point.longitude, point.latitude, other.longitude, other.latitude) <= radiusM) found.push(j);
        }
    }
    return found.sort((a, b) => a - b);
  });
}
