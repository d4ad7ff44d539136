/** Steps rows that history exported as columns, vehicle by vehicle: for backtests and screenings. Synchronous. */
import type { Emit, Monitor, SubjectState } from "@sandglass/triggers";
import { physicalOf } from "../history/exported-rows.ts";
import type { ExportedRows } from "../history/mod.ts";
import { SubjectReplay } from "./replay-subject.ts";
import { NO_SAMPLE, RowBuilder } from "./rows.ts";

/** Rows [start, end) of a block, all of one vehicle. */
export interface RowPart {
  readonly rows: ExportedRows;
  readonly start: number;
  readonly end: number;
}

export interface GatheredVehicle {
  readonly vehicle: bigint;
  /** In order of time. */
  readonly parts: readonly RowPart[];
}

/** Gathers the rows of each vehicle from blocks in their order: a vehicle may begin in one and go on in the next. */
export class VehicleGatherer {
  #vehicle: bigint | undefined;
  #parts: RowPart[] = [];

  /** @returns the vehicles that are whole now */
  add(block: ExportedRows): GatheredVehicle[] {
    const whole: GatheredVehicle[] = [];
    for (const { vehicle, start, end } of block.vehicles) {
      if (vehicle !== this.#vehicle) {
        whole.push(...this.end());
        this.#vehicle = vehicle;
      }
      this.#parts.push({ rows: block, start, end });
    }
    return whole;
  }

  /** The last one. */
  end(): GatheredVehicle[] {
    if (this.#vehicle === undefined) return [];
    const last = { vehicle: this.#vehicle, parts: this.#parts };
    this.#vehicle = undefined;
    this.#parts = [];
    return [last];
  }
}

/** Their rows with event time in [from, to), UTC ms. */
export function partsBetween(parts: readonly RowPart[], from: number, to: number): RowPart[] {
  return parts.flatMap(({ rows, start, end }) => {
    const first = firstFrom(rows.time, from, start, end);
    const behind = firstFrom(rows.time, to, first, end);
    return first < behind ? [{ rows, start: first, end: behind }] : [];
  });
}

/** First row of [start, end) with this time or a later one. */
function firstFrom(time: Float64Array, from: number, start: number, end: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface StepTarget {
  readonly monitor: Monitor;
  readonly state: SubjectState;
  readonly emit: Emit;
  /** Called before the first row behind the time that it answered last; begins with the first row. */
  readonly reach?: (time: number) => number;
  /** Step rows without any of the inputs too. */
  readonly everyRow?: boolean;
  /** Rows that were received before are not stepped, UTC ms. */
  readonly since?: number;
}

/** Steps the rows of one vehicle in order of time. Rows of one instant are settled as supervision settles them. */
export function stepVehicle(
  { monitor, state, emit, reach, everyRow = monitor.set.needsEveryFrame, since }: StepTarget,
  parts: readonly RowPart[],
  signals: readonly string[],
): void {
  const { inputs } = monitor.set;
  const width = inputs.length;
  const from = inputs.map((id) => signals.indexOf(id));
  const values = new Float64Array(width);
  const present = new Uint8Array(width);
  let reached = reach === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
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
    const replay = new SubjectReplay({ monitor, state, emit, ...(since === undefined ? {} : { since }) });
    replay.add(builder.build());
    replay.stepTo(Number.POSITIVE_INFINITY);
  };
  parts.forEach((part, index) => {
    const { rows, start, end } = part;
    const { time, receivedAt, seq } = rows;
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
      if (at > reached && reach !== undefined) reached = reach(at);
      if (instant.length > 0 || at === (row + 1 < end ? time[row + 1] : behind)) {
        instant.push({ part, row });
        if (at !== (row + 1 < end ? time[row + 1] : behind)) settle();
        continue;
      }
      if (since !== undefined && receivedAt[row] < since) continue;
      let any = everyRow;
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
