/**
 * One screening at one instant: finds out of every vehicle of the population whether the sub-condition held in the
 * window, and counts. Rollups say whose rows cannot matter; of the others the rows are stepped by the engine itself, so
 * the result is what the definitions say and not an estimate.
 */
import { rm } from "node:fs/promises";
import path from "node:path";
import {
  appliesTo,
  createMonitor,
  judgeSubject,
  screen,
  type CompiledScreening,
  type ScreenedSubject,
  type ScreeningResult,
} from "@sandglass/triggers";
import type { HistoryScope } from "../../access/mod.ts";
import { readExportedRows, ROLLUP_SIGNALS, type History, type RollupRow } from "../../history/mod.ts";
import { VehicleGatherer, type GatheredVehicle } from "../step-exported.ts";
import { bucketOf } from "./instants.ts";
import { comparedSignals, mayHold } from "./may-hold.ts";
import { nameOf, type FleetMember } from "./members.ts";
import { placeOf, signalsOf, sweepVehicle, type LastKnown } from "./sweep.ts";

const HOUR_MS = 3_600_000;
const PAGE = 10_000;
/** Vehicles whose rows are exported at once. */
const BATCH = 50;
const ROLLED_UP = new Set(ROLLUP_SIGNALS.map(({ id }) => id));

export interface FleetSource {
  readonly history: Pick<History, "countRows" | "exportRows" | "lastReports" | "rollups" | "fleetNow">;
  readonly scope: HistoryScope;
  /** Folder for exported rows, on the same disk as the history. */
  readonly folder: string;
}

export interface FleetVerdict {
  readonly results: readonly ScreeningResult[];
  readonly subjects: number;
  readonly active: number;
  /** Whose rows were read, and how many rows. */
  readonly readSubjects: number;
  readonly readRows: number;
}

/** `at`: UTC ms, a multiple of `bucketOf`. `members`: everything in the registry. */
export async function judgeFleet(
  screening: CompiledScreening,
  members: readonly FleetMember[],
  at: number,
  throughSeq: number,
  source: FleetSource,
): Promise<FleetVerdict> {
  const { plan } = screening;
  const population = members.filter(({ attributes }) => appliesTo(screening, plan.subject, attributes));
  const keys = new Set(population.map(({ key }) => key));
  const begin = at - plan.windowMs;
  const { candidates, active } = await preselect(screening, keys, begin, at, source);
  const judged = new Map<bigint, ReturnType<typeof judgeSubject>>();
  let readRows = 0;
  const wanted = [...candidates];
  for (let i = 0; i < wanted.length; i += BATCH) {
    const batch = wanted.slice(i, i + BATCH);
    readRows += await judgeBatch(screening, batch, at, throughSeq, source, judged);
  }
  await judgeSilent(screening, keys, at, source, judged);
  const subjects = population.map((member): ScreenedSubject => {
    const verdict = judged.get(member.key);
    return {
      ...nameOf(plan, member),
      // Of who cannot have had the condition no row is read: that something was received says the rollup.
      active: verdict?.active === true || active.has(member.key),
      holds: verdict?.holds ?? false,
      ...(verdict?.longitude === undefined ? {} : { longitude: verdict.longitude }),
      ...(verdict?.latitude === undefined ? {} : { latitude: verdict.latitude }),
    };
  });
  return {
    results: screen(plan, subjects),
    subjects: subjects.length,
    active: subjects.filter((one) => one.active).length,
    readSubjects: judged.size,
    readRows,
  };
}

/** Who was active in the window, and who may have had the condition, by the extremes of the rollups. */
async function preselect(
  screening: CompiledScreening,
  keys: ReadonlySet<bigint>,
  begin: number,
  at: number,
  { history, scope }: FleetSource,
): Promise<{ candidates: Set<bigint>; active: Set<bigint> }> {
  const { core, plan } = screening;
  const signals = [...comparedSignals(core.when)].filter((id) => ROLLED_UP.has(id));
  const candidates = new Set<bigint>();
  const active = new Set<bigint>();
  let before: RollupRow | undefined;
  for (let after: { vehicle: bigint; time: number } | undefined; ;) {
    const page = await history.rollups(scope, {
      period: bucketOf(plan.windowMs) === HOUR_MS ? "hour" : "day",
      signals,
      // A value of the period before may still hold when the window begins.
      from: begin - bucketOf(plan.windowMs),
      to: at + 1,
      limit: PAGE,
      lane: "background",
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.items) {
      const { vehicle, frames, time } = row;
      const previous = before?.vehicle === vehicle ? before : undefined;
      before = row;
      if (!keys.has(vehicle)) continue;
      if (frames > 0 && time >= begin && time < at) active.add(vehicle);
      // Two signals of one instant may have been said in two periods.
      if (!candidates.has(vehicle) && mayHold(core.when, (id) => extremesOf(id, row, previous)))
        candidates.add(vehicle);
    }
    if (page.next === undefined) return { candidates, active };
    after = page.next;
  }
}

function extremesOf(
  id: string,
  row: RollupRow,
  previous: RollupRow | undefined,
): { readonly min: number; readonly max: number } | undefined {
  if (!ROLLED_UP.has(id)) return { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
  const values = [row.values[id], previous?.values[id]].flatMap((value) =>
    value === undefined || value.min === null || value.max === null ? [] : [{ min: value.min, max: value.max }],
  );
  if (values.length === 0) return undefined;
  return { min: Math.min(...values.map(({ min }) => min)), max: Math.max(...values.map(({ max }) => max)) };
}

async function judgeBatch(
  screening: CompiledScreening,
  vehicles: readonly bigint[],
  at: number,
  throughSeq: number,
  source: FleetSource,
  into: Map<bigint, ReturnType<typeof judgeSubject>>,
): Promise<number> {
  const { plan } = screening;
  const { history, scope, folder } = source;
  const signals = signalsOf(plan);
  const range = { vehicles, from: at - plan.windowMs - plan.horizonMs, to: at + 1, throughSeq };
  const before = plan.member.needsEveryFrame ? await lastBefore(range, signals, source) : undefined;
  const file = path.join(folder, `screening-${screening.versionHash.slice(0, 16)}-${at}-${vehicles[0]}.native`);
  await rm(file, { force: true });
  const monitor = createMonitor(plan.member);
  let rows = 0;
  try {
    await history.exportRows(scope, { ...range, signals, path: file });
    const gatherer = new VehicleGatherer();
    const judge = ({ vehicle, parts }: GatheredVehicle): void => {
      const { active, holds, positions } = sweepVehicle(plan, monitor, { parts, signals }, [at], {
        before: before?.get(vehicle),
      });
      into.set(vehicle, { active: active[0] === 1, holds: holds[0] === 1, ...placeOf(positions, 0) });
    };
    for (const block of readExportedRows(file, signals)) {
      rows += block.count;
      gatherer.add(block).forEach(judge);
      // Stepped on the server's event loop: others have their turn after every block.
      await new Promise((resolve) => setImmediate(resolve));
    }
    gatherer.end().forEach(judge);
  } finally {
    await rm(file, { force: true });
  }
  return rows;
}

/**
 * A silence may have begun before the rows that are read: what vehicles said last before them, of those whose rows do not
 * begin where the range begins.
 */
async function lastBefore(
  range: {
    readonly vehicles: readonly bigint[];
    readonly from: number;
    readonly to: number;
    readonly throughSeq: number;
  },
  signals: readonly string[],
  { history, scope }: FleetSource,
): Promise<ReadonlyMap<bigint, LastKnown>> {
  const counted = await history.countRows(scope, range);
  const late = counted.filter(({ first }) => first > range.from + HOUR_MS).map(({ vehicle }) => vehicle);
  if (late.length === 0) return new Map();
  const last = await history.lastReports(scope, {
    vehicles: late,
    signals,
    before: range.from,
    throughSeq: range.throughSeq,
  });
  return new Map(last.map(({ vehicle, ...known }) => [vehicle, known]));
}

/**
 * Of vehicles that sent nothing in the window no row is read; a condition about silence (`offline for 60 d`) is true of
 * just those. They are judged by the last state that the history keeps of each.
 */
async function judgeSilent(
  screening: CompiledScreening,
  keys: ReadonlySet<bigint>,
  at: number,
  { history, scope }: FleetSource,
  into: Map<bigint, ReturnType<typeof judgeSubject>>,
): Promise<void> {
  const { plan } = screening;
  if (!plan.member.needsEveryFrame) return;
  const signals = signalsOf(plan);
  for (let after: bigint | undefined; ;) {
    const page = await history.fleetNow(scope, {
      limit: PAGE,
      lane: "background",
      ...(after === undefined ? {} : { after }),
    });
    for (const { vehicle, lastEvent, lastReceived, values } of page.items) {
      if (!keys.has(vehicle) || into.has(vehicle) || lastReceived > at) continue;
      const known = signals.flatMap((id) => {
        const value = values[id];
        return typeof value === "number" ? [[id, value] as const] : [];
      });
      // Silence is counted from reception; the values are as old as the last event.
      const time = Math.max(lastReceived, lastEvent ?? 0);
      into.set(vehicle, judgeSubject(plan, [{ time, values: Object.fromEntries(known) }], at));
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}
