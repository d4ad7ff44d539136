/** Steps exported rows through trigger sets, vehicle by vehicle: the monitor and the replay that supervision runs. */
import type { FiringEvent, Monitor, SubjectState, TriggerSet } from "@sandglass/triggers";
import { physicalOf } from "../../history/exported-rows.ts";
import type { ExportedRows } from "../../history/mod.ts";
import { SubjectReplay } from "../../supervision/replay-subject.ts";
import { NO_SAMPLE, RowBuilder } from "../../supervision/rows.ts";
import type { BacktestFiring, ChunkResult, ChunkWork, SetTexts } from "./firing.ts";
import { SetParts } from "./set-parts.ts";
import { rangesOf, type RowPart } from "./vehicle-rows.ts";

const MAX_WITNESSES = 4;

interface OpenFiring {
  readonly trigger: number;
  readonly onset: number;
  level: number;
  clearedAt: number | undefined;
  readonly margin: BacktestFiring["margin"];
  readonly witnesses: readonly number[];
}

/** Steps the rows of one vehicle in order of time. Rows of one instant are settled as supervision settles them. */
function stepVehicle(
  monitor: Monitor,
  state: SubjectState,
  parts: readonly RowPart[],
  signals: readonly string[],
  emit: (event: FiringEvent) => void,
): void {
  const { inputs, needsEveryFrame } = monitor.set;
  const width = inputs.length;
  const from = inputs.map((id) => signals.indexOf(id));
  const values = new Float64Array(width);
  const present = new Uint8Array(width);
  /** Rows of the instant in hand, when there are several. */
  let instant: { part: RowPart; row: number }[] = [];
  const settle = (): void => {
    const builder = new RowBuilder(width, instant.length);
    for (const { part, row } of instant) {
      const { time, receivedAt, seq, reissued, columns } = part.rows;
      from.forEach((column, i) => {
        present[i] = column < 0 ? NO_SAMPLE : columns[column].present[row];
        values[i] = column < 0 ? 0 : columns[column].ticks[row] / columns[column].perUnit;
      });
      builder.add(time[row], receivedAt[row], seq[row], reissued[row] === 1, values, present);
    }
    instant = [];
    const replay = new SubjectReplay({ monitor, state, emit });
    replay.add(builder.build());
    replay.stepTo(Number.POSITIVE_INFINITY);
  };
  parts.forEach((part, index) => {
    const { rows, start, end } = part;
    const { time, seq } = rows;
    const ofInput = from.map((column) =>
      column < 0 ? new Float64Array(end - start) : physicalOf(rows.columns[column], start, end),
    );
    const givenOf = from.map((column) =>
      column < 0 ? new Uint8Array(end - start) : rows.columns[column].present.subarray(start, end),
    );
    const next = parts[index + 1];
    const behind = next === undefined ? Number.NaN : next.rows.time[next.start];
    for (let row = start; row < end; row++) {
      const at = time[row];
      if (instant.length > 0 || at === (row + 1 < end ? time[row + 1] : behind)) {
        instant.push({ part, row });
        if (at !== (row + 1 < end ? time[row + 1] : behind)) settle();
        continue;
      }
      let any = needsEveryFrame;
      for (let i = 0, r = row - start; i < width; i++) {
        const is = givenOf[i][r];
        present[i] = is;
        values[i] = ofInput[i][r];
        if (is !== NO_SAMPLE) any = true;
      }
      if (any) monitor.step(state, at, values, present, seq[row], emit);
      // A frame without any of the inputs still says what time it is.
      else if (monitor.nextTimer(state) <= at) monitor.tick(state, at, emit);
    }
  });
}

/** One set, stepped over one vehicle after the other. */
class SetRun {
  readonly #parts: SetParts;
  readonly #set: TriggerSet;
  readonly firings: BacktestFiring[] = [];
  readonly degradations: number[];
  readonly cooled: number[];
  #indexOf: ReadonlyMap<string, number> = new Map();
  #applies: readonly (0 | 1)[] = [];
  #open: (OpenFiring | undefined)[] = [];
  #done: OpenFiring[] = [];

  constructor(set: TriggerSet, parts: SetParts) {
    this.#set = set;
    this.#parts = parts;
    this.degradations = set.triggers.map(() => 0);
    this.cooled = set.triggers.map(() => 0);
  }

  run(vehicle: bigint, applies: readonly (0 | 1)[], parts: readonly RowPart[], work: ChunkWork): void {
    const part = this.#parts.find(applies, work.everyRow === true ? () => EVERYTHING : rangesOf(parts, work.signals));
    if (part === undefined) return;
    this.#indexOf = part.indexOf;
    this.#applies = applies;
    this.#open = this.#set.triggers.map(() => undefined);
    this.#done = [];
    const { monitor } = part;
    const state = monitor.create();
    stepVehicle(monitor, state, parts, work.signals, this.#emit);
    monitor.tick(state, work.to, this.#emit);
    for (const open of this.#open) if (open !== undefined) this.#done.push(open);
    for (const firing of this.#done) {
      if (firing.onset < work.from || firing.onset >= work.to) continue;
      this.firings.push({ vehicle, ...firing });
    }
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

const EVERYTHING = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** Steps files of rows, one after the other; what it compiles for parts of a set it keeps. */
export class RowStepper {
  readonly #sets: readonly { readonly set: TriggerSet; readonly parts: SetParts }[];

  constructor(sets: readonly { readonly set: TriggerSet; readonly texts: SetTexts }[]) {
    this.#sets = sets.map(({ set, texts }) => ({ set, parts: new SetParts(set, texts) }));
  }

  /** Rows stand by vehicle and time; vehicles without rows find nothing. */
  step(work: ChunkWork, blocks: Iterable<ExportedRows>): ChunkResult {
    const runs = this.#sets.map(({ set, parts }) => new SetRun(set, parts));
    const vehicles = new Map(work.vehicles.map((vehicle) => [vehicle.key, vehicle]));
    let current: bigint | undefined;
    let parts: RowPart[] = [];
    let rows = 0;
    const finish = (): void => {
      if (current === undefined) return;
      const { applies = [] } = vehicles.get(current) ?? {};
      for (const [index, run] of runs.entries()) run.run(current, applies[index] ?? [], parts, work);
      parts = [];
    };
    for (const block of blocks) {
      for (const { vehicle, start, end } of block.vehicles) {
        if (vehicle !== current) {
          finish();
          current = vehicle;
        }
        parts.push({ rows: block, start, end });
        rows += end - start;
      }
    }
    finish();
    return {
      rows,
      sets: runs.map(({ firings, degradations, cooled }) => ({ firings, degradations, cooled })),
    };
  }
}
