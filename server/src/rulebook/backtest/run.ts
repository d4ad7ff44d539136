/**
 * Runs trigger sets over the history: vehicles in portions of about a million rows, exported by the store to a file and
 * stepped in threads, the next portion being exported meanwhile. Triggers that cannot fire on a vehicle, by the extremes
 * of what it sent, are not stepped. What was received after the run began is left out, so
 * that the same run can be made again.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { findSignal } from "@sandglass/signals";
import { appliesTo, type Attributes, type TriggerSet } from "@sandglass/triggers";
import type { HistoryScope } from "../../access/mod.ts";
import type { History } from "../../history/mod.ts";
import type { BacktestFiring, ChunkResult, ChunkVehicle, ChunkWork, SetResult, SetTexts } from "./firing.ts";
import { SteppingThreads } from "./threads.ts";

const ROWS_PER_CHUNK = 1_000_000;
/** Covers rounding of horizons to whole reports. */
const SLACK_MS = 60_000;

export interface BacktestInput {
  readonly sets: readonly { readonly set: TriggerSet; readonly texts: SetTexts }[];
  /** Judged event time, [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  readonly throughSeq: number;
  /** Undefined: every vehicle of the scope that sent in the range. */
  readonly vehicles?: readonly bigint[];
  /** Step every trigger through every row, also where none can fire: slower, for comparison. */
  readonly everyRow?: boolean;
}

export interface BacktestPorts {
  readonly history: Pick<History, "countRows" | "exportRows">;
  readonly scope: HistoryScope;
  /** Attributes of vehicles in the registry, for `applies to … where`. */
  readonly attributesOf: (vehicles: readonly bigint[]) => Promise<ReadonlyMap<bigint, Attributes>>;
  /** For the files of rows; made when missing. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
}

export interface BacktestOutput {
  readonly vehicles: readonly bigint[];
  readonly attributes: ReadonlyMap<bigint, Attributes>;
  readonly rows: number;
  /** One per set. */
  readonly sets: readonly SetResult[];
}

/** @throws SG_HISTORY_CANCELLED after `signal` */
export async function runBacktest(input: BacktestInput, ports: BacktestPorts): Promise<BacktestOutput> {
  const { history, scope, signal } = ports;
  const horizon = Math.max(0, ...input.sets.map(({ set }) => set.horizonMs));
  const range = { from: input.from - horizon - SLACK_MS, to: input.to, throughSeq: input.throughSeq };
  const counted = await history.countRows(
    scope,
    { ...range, ...(input.vehicles === undefined ? {} : { vehicles: input.vehicles }) },
    { signal },
  );
  const vehicles = counted.map(({ vehicle }) => vehicle);
  const attributes = await ports.attributesOf(vehicles);
  const total = counted.reduce((sum, { rows }) => sum + rows, 0);
  // Events are not among the frames of vehicles.
  const signals = [...new Set(input.sets.flatMap(({ set }) => set.inputs))].filter(
    (id) => findSignal(id) !== undefined,
  );
  const collected = input.sets.map(({ set }) => ({
    firings: [] as BacktestFiring[],
    degradations: set.triggers.map(() => 0),
    cooled: set.triggers.map(() => 0),
  }));
  let done = 0;
  ports.progress(0, total);
  const folder = join(ports.folder, randomUUID());
  await mkdir(folder, { recursive: true });
  const cut = [...portions(counted)];
  const threads = new SteppingThreads(
    input.sets.map(({ texts }) => texts),
    signal,
    cut.length,
  );
  try {
    const stepped = (result: ChunkResult) => {
      done += result.rows;
      result.sets.forEach((set, index) => {
        for (const firing of set.firings) collected[index].firings.push(firing);
        set.degradations.forEach((count, trigger) => (collected[index].degradations[trigger] += count));
        set.cooled.forEach((count, trigger) => (collected[index].cooled[trigger] += count));
      });
      ports.progress(Math.min(done, total), total);
    };
    const stepping: Promise<void>[] = [];
    for (const [number, portion] of cut.entries()) {
      const path = join(folder, `${number}.native`);
      await history.exportRows(scope, { ...range, vehicles: portion, signals, path }, { signal });
      const work: ChunkWork = {
        path,
        signals,
        from: input.from,
        to: input.to,
        ...(input.everyRow === true ? { everyRow: true } : {}),
        vehicles: portion.map((key) => applicable(key, attributes.get(key) ?? {}, input.sets)),
      };
      // One portion ahead of the threads: so many files are there at most, and one more.
      const { result } = await threads.start(work);
      const settled = result.then(async (found) => {
        stepped(found);
        await rm(path, { force: true });
      });
      settled.catch(() => undefined);
      stepping.push(settled);
    }
    await Promise.all(stepping);
    for (const { firings } of collected) firings.sort(byVehicle);
    return { vehicles, attributes, rows: done, sets: collected };
  } finally {
    await threads.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Portions end in any order; the result does not depend on it. */
function byVehicle(a: BacktestFiring, b: BacktestFiring): number {
  if (a.vehicle !== b.vehicle) return a.vehicle < b.vehicle ? -1 : 1;
  return a.onset - b.onset || a.trigger - b.trigger;
}

function applicable(key: bigint, attributes: Attributes, sets: BacktestInput["sets"]): ChunkVehicle {
  return {
    key,
    applies: sets.map(({ set }) => set.triggers.map((trigger) => (appliesTo(trigger, "vehicle", attributes) ? 1 : 0))),
  };
}

/** Vehicles in portions of about equal rows; a vehicle is never divided. */
function* portions(counted: readonly { readonly vehicle: bigint; readonly rows: number }[]): Generator<bigint[]> {
  let portion: bigint[] = [];
  let sum = 0;
  for (const { vehicle, rows } of counted) {
    if (portion.length > 0 && sum + rows > ROWS_PER_CHUNK) {
      yield portion;
      portion = [];
      sum = 0;
    }
    portion.push(vehicle);
    sum += rows;
  }
  if (portion.length > 0) yield portion;
}
