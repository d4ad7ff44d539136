/**
 * Steps stored rows of one subject through a trigger set, in order of time: the one way in which anything but the live
 * step runs a monitor. Late replays, rebuilds and backtests use it; the result depends on the set of rows alone, not
 * on the order in which they were received, how they are cut into chunks or when timers are run.
 *
 * Rows of one instant. A report may come in several frames (large packs), each with its own inputs: they are stepped
 * one after the other, as live. A re-issue, or a frame that was received long after the others of its instant, is a
 * second saying of the same report: where it differs it is a correction, which is stepped instead, with what only the
 * sayings before it have; where it agrees the first one stays, so that witnesses lead to the first reception. Never both:
 * a condition would see a mix of what was said and what was corrected, and fire on what nobody ever said.
 */
import type { Emit, Monitor, SubjectState } from "@sandglass/triggers";
import { INVALID, NO_SAMPLE, type RowChunk } from "./rows.ts";

/** Frames of one report arrive together; what comes later than this behind the first is another saying. */
const ONE_REPORT_MS = 10_000;

export interface ReplayTarget {
  readonly monitor: Monitor;
  readonly state: SubjectState;
  /** Rows that were received before are not stepped, UTC ms. */
  readonly since?: number;
  /** Step rows without any of the inputs too. */
  readonly everyRow?: boolean;
  /** Told of every row before it is stepped. */
  readonly onRow?: (seq: number, time: number) => void;
  readonly emit: Emit;
}

interface Place {
  readonly chunk: RowChunk;
  readonly row: number;
}

export class SubjectReplay {
  readonly #target: ReplayTarget;
  readonly #inputs: number;
  readonly #values: Float64Array;
  readonly #present: Uint8Array;
  readonly #chunks: RowChunk[] = [];
  /** First row of the first chunk that was not stepped. */
  #row = 0;
  #stepped = 0;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(target: ReplayTarget) {
    this.#target = target;
    this.#inputs = target.monitor.set.inputs.length;
    this.#values = new Float64Array(this.#inputs);
    this.#present = new Uint8Array(this.#inputs);
  }

  /** Rows stepped so far. */
  get stepped(): number {
    return this.#stepped;
  }

  /** Event time of the newest row stepped, UTC ms. */
  get newest(): number {
    return this.#newest;
  }

  /** Rows behind those that were added before. */
  add(chunk: RowChunk): void {
    if (chunk.count > 0) this.#chunks.push(chunk);
  }

  /** Steps the added rows with event time before `time`, but no timer behind the last of them. */
  stepTo(time: number): void {
    for (;;) {
      const [chunk] = this.#chunks;
      if (chunk === undefined) return;
      if (this.#row >= chunk.count) {
        this.#chunks.shift();
        this.#row = 0;
        continue;
      }
      const at = chunk.time[this.#row];
      if (at >= time) return;
      const isAlone = this.#row + 1 < chunk.count ? chunk.time[this.#row + 1] !== at : this.#chunks.length === 1;
      if (isAlone) {
        this.#step(chunk, this.#row);
        this.#row++;
      } else this.#stepInstant(at);
    }
  }

  /** Steps the rows before `time` and runs the timers that are due before it. */
  runTo(time: number): void {
    this.stepTo(time);
    this.#target.monitor.tick(this.#target.state, time, this.#target.emit);
  }

  /** All rows of one instant, across chunks. */
  #stepInstant(time: number): void {
    const places: Place[] = [];
    while (this.#chunks.length > 0 && this.#chunks[0].time[this.#row] === time) {
      const [chunk] = this.#chunks;
      places.push({ chunk, row: this.#row++ });
      if (this.#row < chunk.count) continue;
      this.#chunks.shift();
      this.#row = 0;
    }
    const sayings = groupSayings(places);
    if (sayings.length === 1) {
      for (const { chunk, row } of places) this.#step(chunk, row);
      return;
    }
    const saidBy = Array.from({ length: this.#inputs }, (_, input) => decisive(sayings, input));
    const last = Math.max(...saidBy);
    // What the correction does not say comes with its first row.
    const more = saidBy.flatMap((which, input) =>
      sayings[last].some((place) => presentAt(place, input) !== NO_SAMPLE)
        ? []
        : sayings[which].filter((place) => presentAt(place, input) !== NO_SAMPLE).map((place) => ({ input, ...place })),
    );
    sayings.forEach((saying, index) => {
      saying.forEach(({ chunk, row }, part) => {
        if (index === last) this.#step(chunk, row, part === 0 ? more : undefined);
        else if (this.#isWatched(chunk, row)) this.#target.onRow?.(chunk.seq[row], chunk.time[row]);
      });
    });
  }

  #isWatched(chunk: RowChunk, row: number): boolean {
    const { since } = this.#target;
    return since === undefined || chunk.receivedAt[row] >= since;
  }

  /** `more`: samples of other rows of the instant that belong to it. */
  #step(chunk: RowChunk, row: number, more: readonly (Place & { readonly input: number })[] = []): void {
    const { monitor, state, emit, onRow, everyRow = monitor.set.needsEveryFrame } = this.#target;
    if (!this.#isWatched(chunk, row)) return;
    const width = this.#inputs;
    const values = this.#values;
    const present = this.#present;
    let any = false;
    for (let i = 0, at = row * width; i < width; i++, at++) {
      values[i] = chunk.values[at];
      present[i] = chunk.present[at];
      if (present[i] !== NO_SAMPLE) any = true;
    }
    for (const { input, ...place } of more) {
      values[input] = place.chunk.values[place.row * width + input];
      present[input] = presentAt(place, input);
      any = true;
    }
    const time = chunk.time[row];
    onRow?.(chunk.seq[row], time);
    this.#stepped++;
    this.#newest = time;
    if (any || everyRow) monitor.step(state, time, values, present, chunk.seq[row], emit);
    // A frame without any of the inputs still says what time it is.
    else if (monitor.nextTimer(state) <= time) monitor.tick(state, time, emit);
  }
}

function presentAt({ chunk, row }: Place, input: number): number {
  return chunk.present[row * chunk.inputs + input];
}

function groupSayings(places: readonly Place[]): Place[][] {
  const sayings: Place[][] = [];
  let first: Place | undefined;
  for (const place of places) {
    const isSame =
      first !== undefined &&
      place.chunk.reissued[place.row] === first.chunk.reissued[first.row] &&
      place.chunk.receivedAt[place.row] - first.chunk.receivedAt[first.row] <= ONE_REPORT_MS;
    if (isSame) sayings.at(-1)?.push(place);
    else {
      sayings.push([place]);
      first = place;
    }
  }
  return sayings;
}

/** Which saying has the word on an input: the last one that has it, or the first one that says the same. */
function decisive(sayings: readonly (readonly Place[])[], input: number): number {
  const said = sayings.map((places) => samplesOf(places, input));
  const last = said.findLastIndex((samples) => samples.length > 0);
  if (last < 0) return 0;
  return said.findIndex(
    (samples) => samples.length === said[last].length && samples.every((value, i) => Object.is(value, said[last][i])),
  );
}

function samplesOf(places: readonly Place[], input: number): number[] {
  return places.flatMap(({ chunk, row }) => {
    const at = row * chunk.inputs + input;
    const present = chunk.present[at];
    return present === NO_SAMPLE ? [] : [present === INVALID ? Number.NaN : chunk.values[at]];
  });
}

/** Steps everything of `chunks` with event time before `until` and runs the timers up to there. */
export async function replaySubject(
  target: ReplayTarget,
  chunks: AsyncIterable<RowChunk> | Iterable<RowChunk>,
  until: number,
): Promise<{ readonly rows: number; readonly newest: number }> {
  const replay = new SubjectReplay(target);
  for await (const chunk of chunks) {
    if (chunk.count === 0) continue;
    replay.add(chunk);
    // The last instant of a chunk may go on in the next one.
    replay.stepTo(Math.min(until, chunk.time[chunk.count - 1]));
  }
  replay.runTo(until);
  return { rows: replay.stepped, newest: replay.newest };
}
