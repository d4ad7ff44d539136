/** Steps exported rows through trigger sets, vehicle by vehicle: the monitor and the replay that supervision runs. */
import { createMonitor, type FiringEvent, type Monitor, type TriggerSet } from "@sandglass/triggers";
import type { ExportedRows } from "../../history/mod.ts";
import { SubjectReplay, type RowChunk } from "../../supervision/mod.ts";
import type { BacktestFiring, ChunkResult, ChunkWork } from "./firing.ts";

const MAX_WITNESSES = 4;

interface OpenFiring {
  readonly trigger: number;
  readonly onset: number;
  level: number;
  clearedAt: number | undefined;
  readonly margin: BacktestFiring["margin"];
  readonly witnesses: readonly number[];
}

/** One set, stepped over one vehicle after the other. */
class SetRun {
  readonly #monitor: Monitor;
  readonly #set: TriggerSet;
  readonly #indexOf: ReadonlyMap<string, number>;
  /** Column of the file for input i of the set. */
  readonly #columns: readonly number[];
  readonly firings: BacktestFiring[] = [];
  readonly degradations: number[];
  readonly cooled: number[];
  #replay: SubjectReplay | undefined;
  #vehicle = 0n;
  #applies: readonly (0 | 1)[] = [];
  #open: (OpenFiring | undefined)[] = [];
  #done: OpenFiring[] = [];

  constructor(set: TriggerSet, signals: readonly string[]) {
    this.#set = set;
    this.#monitor = createMonitor(set);
    this.#indexOf = new Map(set.triggers.map(({ id }, index) => [id, index]));
    this.#columns = set.inputs.map((id) => signals.indexOf(id));
    this.degradations = set.triggers.map(() => 0);
    this.cooled = set.triggers.map(() => 0);
  }

  begin(vehicle: bigint, applies: readonly (0 | 1)[]): void {
    this.#vehicle = vehicle;
    this.#applies = applies;
    this.#open = this.#set.triggers.map(() => undefined);
    this.#done = [];
    this.#replay = applies.includes(1)
      ? new SubjectReplay({ monitor: this.#monitor, state: this.#monitor.create(), emit: this.#emit })
      : undefined;
  }

  /** Rows [start, end) of a block, all of the current vehicle. */
  add(rows: ExportedRows, start: number, end: number): void {
    if (this.#replay === undefined) return;
    this.#replay.add(this.#chunk(rows, start, end));
    // The last instant may go on in the next block.
    this.#replay.stepTo(rows.time[end - 1]);
  }

  end(work: Pick<ChunkWork, "from" | "to">): void {
    this.#replay?.runTo(work.to);
    for (const open of this.#open) if (open !== undefined) this.#done.push(open);
    for (const firing of this.#done) {
      if (firing.onset < work.from || firing.onset >= work.to) continue;
      this.firings.push({ vehicle: this.#vehicle, ...firing });
    }
  }

  #chunk(rows: ExportedRows, start: number, end: number): RowChunk {
    const count = end - start;
    const width = this.#columns.length;
    const values = new Float64Array(count * width);
    const present = new Uint8Array(count * width);
    for (let input = 0; input < width; input++) {
      const from = rows.values[this.#columns[input]];
      const given = rows.present[this.#columns[input]];
      for (let row = start, at = input; row < end; row++, at += width) {
        values[at] = from[row];
        present[at] = given[row];
      }
    }
    return {
      count,
      inputs: width,
      time: rows.time.subarray(start, end),
      receivedAt: rows.receivedAt.subarray(start, end),
      seq: rows.seq.subarray(start, end),
      reissued: rows.reissued.subarray(start, end),
      values,
      present,
    };
  }

  readonly #emit = (event: FiringEvent): void => {
    const trigger = this.#indexOf.get(event.trigger) ?? -1;
    if (this.#applies[trigger] !== 1) return;
    switch (event.kind) {
      case "onset":
        if (event.suppressedBy !== undefined) return;
        this.#open[trigger] = {
          trigger,
          onset: event.onset,
          level: event.level,
          clearedAt: undefined,
          margin: event.margin === undefined ? undefined : { value: event.margin.value, unit: event.margin.unit },
          witnesses: [...new Set(event.witnesses.map(({ ref }) => ref))].slice(0, MAX_WITNESSES),
        };
        break;
      case "escalated": {
        const open = this.#open[trigger];
        if (open !== undefined) open.level = Math.max(open.level, event.level);
        break;
      }
      case "cleared": {
        const open = this.#open[trigger];
        if (open === undefined || open.onset !== event.onset) return;
        open.clearedAt = event.at;
        this.#done.push(open);
        this.#open[trigger] = undefined;
        break;
      }
      case "suppressed":
        this.cooled[trigger]++;
        break;
      case "degraded":
        this.degradations[trigger]++;
        break;
      case "restored":
        break;
    }
  };
}

/** Steps one file. Rows stand by vehicle and time; vehicles without rows find nothing. */
export function stepChunk(sets: readonly TriggerSet[], work: ChunkWork, blocks: Iterable<ExportedRows>): ChunkResult {
  const runs = sets.map((set) => new SetRun(set, work.signals));
  const vehicles = new Map(work.vehicles.map((vehicle) => [vehicle.key, vehicle]));
  let current: bigint | undefined;
  let rows = 0;
  const end = () => {
    if (current !== undefined) for (const run of runs) run.end(work);
  };
  for (const block of blocks) {
    for (let start = 0; start < block.count;) {
      const key = block.vehicle[start];
      let stop = start + 1;
      while (stop < block.count && block.vehicle[stop] === key) stop++;
      if (key !== current) {
        end();
        current = key;
        runs.forEach((run, set) => run.begin(key, vehicles.get(key)?.applies[set] ?? []));
      }
      for (const run of runs) run.add(block, start, stop);
      rows += stop - start;
      start = stop;
    }
  }
  end();
  return {
    rows,
    sets: runs.map(({ firings, degradations, cooled }) => ({ firings, degradations, cooled })),
  };
}
