/**
 * Quiet subjects. Nearly every observation of a fleet changes nothing, and looking at each window to find that out
 * costs more than anything else: the state of a vehicle has left the cache when its next observation comes.
 *
 * After an evaluation each trigger with windows is asked for its guard (guard.ts) and left out while the guard holds.
 * The others are evaluated at crossings and timers only; while there are none of either, an observation inside the
 * guard is only written down: a comparison per input, a row in the log, nothing else. The log is taken in by the
 * windows when it is full, or when the guard is left; the inputs then stand as after the last row. What is emitted
 * is the same with and without (quiet.test.ts).
 */
import { createAsking } from "./asking.ts";
import { createBriefRates } from "./brief-rates.ts";
import { ABSENT, AWAKE, GUARDED, REPLAYED, VALID, type Guard } from "./guard.ts";
import type { TriggerRunner } from "./firing.ts";
import type { Economy } from "./monitor.ts";
import {
  ALL,
  BRIEF,
  CAPACITY,
  GAP,
  GUARD_GAP,
  GUARD_UNTIL,
  HOT,
  LAST,
  LAST_REF,
  LEAST,
  LENGTH,
  LIMITS,
  NOT_QUIET,
  NOTED,
  NOTED_SOME,
  NOW,
  PACE,
  PAUSE,
  ROWS,
  SLOW_ROWS,
  UNTIL,
  WAIT,
  type QuietLayout,
} from "./quiet-layout.ts";
import { createReplay, type Replay } from "./replay.ts";
import { CELL, EXPIRY, INPUT_SLOTS, REF, SAMPLE, VALUE, type Absorber, type Builder, type Log } from "./node.ts";
import type { SubjectState } from "./state.ts";

/** A guard that lasted as long was worth asking for. */
const LASTING = 4;
/** Numbers in a line of the cache. */
const LINE = 8;
/** Cells between observations from which on a subject is slow. */
const SLOW = 10_000;

export interface QuietParts extends QuietLayout {
  readonly builder: Builder;
  readonly runners: readonly TriggerRunner[];
  readonly holds: readonly number[];
  readonly dueAt: number;
  readonly awakeAt: number;
  /** Per trigger: evaluated at crossings and timers only, so that it is left out as it is. */
  readonly byCrossing: readonly boolean[];
  /** Per input: the other triggers that use it. */
  readonly users: readonly (readonly number[])[];
  /** Inputs of those, and of the others. */
  readonly crossingInputs: readonly number[];
  readonly guardedInputs: readonly number[];
  /** Limits of the cell of a value among the constants of an input. */
  readonly limitsOf: (input: number, value: number, guard: Guard) => void;
  readonly cellOf: (input: number, value: number) => number;
  /** Next timer of a subject whose guard ended. */
  readonly earliest: (s: SubjectState) => number;
}

export interface Quiet {
  readonly parts: QuietParts;
  /** Takes an observation if the guard holds; otherwise ends the guard. */
  note(s: SubjectState, k: number, values: Float64Array, present: Uint8Array, ref: number): number;
  /** Reads what `note` reads of the subject, one number per line of the cache. */
  warm(s: SubjectState): number;
  /** Asks for guards after an evaluation with samples at cell k. */
  enter(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void;
  /** Takes the log in; the guard stays. */
  settle(s: SubjectState): void;
  /** The same, so that nothing is left to be done later: before the state is saved. */
  prepare(s: SubjectState): void;
  leave(s: SubjectState): void;
  /**
   * An observation is beyond the guard. Triggers that it concerns are woken and the guard stays for the others: then the
   * observation is to be noted for them. False: the guard has ended.
   */
  breach(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): boolean;
  /** The guard stays, but observations are evaluated again for the triggers without one. */
  stir(s: SubjectState): void;
  economise(economy: Economy): void;
  /**
   * Packs it if it is not needed soon. Call when nobody holds its numbers. One that was just loaded gets no longer log
   * yet: its monitor may be about to have so many that none is wanted.
   */
  rest(s: SubjectState, isLoaded?: boolean): void;
  /** Whether time may pass to cell `limit` under the guard; true also without one. */
  promise(s: SubjectState, limit: number): boolean;
  /** Cell before which nothing happens without an observation. */
  next(s: SubjectState): number;
}

export function createQuiet(parts: QuietParts): Quiet {
  const { logged, unlogged, valuesAt, logAt, width } = parts;
  const { builder, runners, holds, dueAt, awakeAt, users, guardedInputs } = parts;
  const inputs = builder.inputs.length;
  const { context, heardAt = -1 } = builder;
  const columns = new Map(logged.map((input, column) => [input, column]));
  /** Where the last value of an input is: in the newest row of the log, or apart. */
  const isLogged = Uint8Array.from({ length: inputs }, (_, i) => (columns.has(i) ? 1 : 0));
  const placeOf = Int32Array.from({ length: inputs }, (_, i) => columns.get(i) ?? valuesAt + unlogged.indexOf(i));
  const rates = builder.rates.map(({ trigger, input, limit, rising, brief = 0 }) => {
    return { trigger, input, limit, rising, brief, column: columns.get(input) ?? 0 };
  });
  const briefRates = createBriefRates(builder, columns, parts, awakeAt);
  const absorbers = runners.map((runner) =>
    (runner.absorbers ?? []).map((absorber: Absorber) => ({
      absorber,
      column: 1 + (columns.get(absorber.input) ?? 0),
    })),
  );
  const crossingOnly = Array.from({ length: inputs }, (_, i) => i).filter((i) => !guardedInputs.includes(i));
  const replays = runners.map((runner) => createReplay(runner, columns, builder, { limitsAt: LIMITS, logAt, width }));
  const asking = createAsking(parts, replays, settle);
  let economy: Economy = "fast";
  const woken: number[] = [];
  const opened: number[] = [];
  const log: Log = { rows: new Float64Array(0), from: 0, width, column: 0, count: 0 };

  function isInside(h: Float64Array, i: number, values: Float64Array, present: Uint8Array): boolean {
    const low = h[LIMITS + 2 * i] as number;
    const high = h[LIMITS + 2 * i + 1] as number;
    const p = present[i] as number;
    if (p === VALID) {
      const v = values[i] as number;
      return v >= low && v <= high;
    }
    return p === ABSENT ? low > high : low !== low;
  }

  function settle(s: SubjectState): void {
    const h = s.quiet;
    const rows = h[LENGTH] as number;
    if (!(rows > 0)) return;
    s.openWhole();
    let n = s.numbers;
    log.rows = h;
    // Window by window: the rows of one lie together.
    for (let t = 0; t < absorbers.length; t++) {
      if (n[awakeAt + t] === REPLAYED) {
        (replays[t] as Replay).rows(s, rows);
        n = s.numbers;
      }
      if (n[awakeAt + t] !== GUARDED) continue;
      const list = absorbers[t] as (typeof absorbers)[number];
      for (let j = 0; j < list.length; j++) {
        const { absorber, column } = list[j] as (typeof list)[number];
        const limit = LIMITS + 2 * absorber.input;
        if ((h[limit] as number) > (h[limit + 1] as number)) continue;
        log.from = logAt + width;
        log.column = column;
        log.count = rows;
        let done = absorber.skip?.(n, log) ?? 0;
        while (done < rows) {
          log.from = logAt + (1 + done) * width;
          log.count = rows - done;
          done += absorber.absorb(n, log);
          if (!context.tight) continue;
          builder.settle(s);
          n = s.numbers;
        }
      }
    }
    h[PACE] = (h[logAt + rows * width] as number) - (h[logAt + (rows - 1) * width] as number);
    h.copyWithin(logAt, logAt + rows * width, logAt + (rows + 1) * width);
    h[LENGTH] = 0;
    if (h[HOT] !== 1) catchUp(h, n);
    briefRates.settle(s);
  }

  /** The inputs of a subject of which nothing is evaluated come to stand as after its last observation. */
  function catchUp(h: Float64Array, n: Float64Array): void {
    const k = h[LAST] as number;
    const ref = h[LAST_REF] as number;
    const newest = logAt + (h[LENGTH] as number) * width + 1;
    for (let i = 0; i < inputs; i++) {
      const low = h[LIMITS + 2 * i] as number;
      if (low > (h[LIMITS + 2 * i + 1] as number)) continue;
      const to = i * INPUT_SLOTS;
      const isValid = low === low;
      const v = isValid
        ? (h[isLogged[i] === 1 ? newest + (placeOf[i] as number) : (placeOf[i] as number)] as number)
        : NaN;
      n[to + VALUE] = v;
      n[to + EXPIRY] = isValid ? k + (holds[i] as number) : Infinity;
      n[to + CELL] = isValid ? parts.cellOf(i, v) : -1;
      n[to + SAMPLE] = k;
      n[to + REF] = ref;
    }
    if (heardAt >= 0) n[heardAt] = k;
  }

  /** Inputs that `catchUp` knows are set to what those of a new subject are. */
  function leaveOut(h: Float64Array, n: Float64Array): void {
    for (let i = 0; i < inputs; i++) {
      if ((h[LIMITS + 2 * i] as number) > (h[LIMITS + 2 * i + 1] as number)) continue;
      for (let at = i * INPUT_SLOTS, end = at + INPUT_SLOTS; at < end; at++) n[at] = builder.initial[at] as number;
    }
  }

  builder.inputsApart = { leaveOut, bringBack: catchUp };

  /** Cell up to which the guard holds without a further observation. */
  function guardEnd(h: Float64Array): number {
    return Math.min(h[GUARD_UNTIL] as number, h[BRIEF] as number, (h[LAST] as number) + (h[GUARD_GAP] as number));
  }

  /** The same for a subject of which nothing is evaluated. */
  function calmEnd(h: Float64Array): number {
    return Math.min(h[UNTIL] as number, h[BRIEF] as number, (h[LAST] as number) + (h[GAP] as number));
  }

  /** The guard stays, but observations are evaluated again for the triggers without one. */
  function stir(s: SubjectState): void {
    s.openPart();
    if ((s.quiet[LENGTH] as number) > 0) catchUp(s.quiet, s.numbers);
    s.quiet[HOT] = 1;
    s.next = parts.earliest(s);
  }

  /** A timer of a trigger that is evaluated later may lie before the clock: whoever takes the state over has none for it. */
  function prepare(s: SubjectState): void {
    s.openWhole();
    settle(s);
    if (!((s.quiet[LENGTH] as number) >= 0) || !(s.clock > (s.quiet[LAST] as number))) return;
    for (let t = 0; t < runners.length; t++) {
      if (s.numbers[awakeAt + t] !== REPLAYED || !(replays[t] as Replay).isLate(s)) continue;
      wake(s, t);
      s.quiet[HOT] = 1;
      s.quiet[ALL] = 0;
    }
    s.next = parts.earliest(s);
  }

  /** Packs a subject of which nothing is evaluated, or that has time until its next observation. */
  function rest(s: SubjectState, isLoaded = false): void {
    const h = s.quiet;
    const isSlow = economy === "least" && (h[PACE] as number) >= SLOW;
    const isCalm = h[HOT] === 0 && (h[LENGTH] as number) >= 0;
    if (economy !== "fast" && (isSlow || isCalm)) s.rest(isCalm);
    const rows = isSlow || isLoaded ? SLOW_ROWS : ROWS;
    const isShelved = economy !== "fast";
    if ((h[CAPACITY] === rows && (s.isShelved || !isShelved)) || (h[LENGTH] as number) > 0) return;
    s.fitQuiet(logAt + (rows + 1) * width, logAt + width, isShelved);
    s.quiet[CAPACITY] = rows;
  }

  /** From now on the trigger is evaluated again; the log is empty. */
  function wake(s: SubjectState, t: number): void {
    const how = s.numbers[awakeAt + t] as number;
    if (how < GUARDED) return;
    // Up to there the guard would have held without any observation: it need not be evaluated earlier than that.
    const due = how === GUARDED ? Math.max(s.clock, guardEnd(s.quiet)) : (replays[t] as Replay).timers(s);
    s.numbers[awakeAt + t] = AWAKE;
    s.numbers[dueAt + t] = due;
  }

  function breach(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): boolean {
    const h = s.quiet;
    const passed = k - (h[LAST] as number);
    const inTime =
      k >= (h[NOW] as number) &&
      k < (h[GUARD_UNTIL] as number) &&
      k < (h[BRIEF] as number) &&
      passed < (h[GUARD_GAP] as number) &&
      passed >= (h[LEAST] as number);
    if (!inTime) {
      leave(s);
      return false;
    }
    const newest = logAt + (h[LENGTH] as number) * width + 1;
    for (let j = 0; j < rates.length; j++) {
      const { input, column, limit, rising, trigger } = rates[j] as (typeof rates)[number];
      if (present[input] !== VALID) continue;
      const rate = (((values[input] as number) - (h[newest + column] as number)) * 2000) / passed;
      if (!(rising ? rate < limit : rate > limit)) woken.push(trigger);
    }
    for (let j = 0; j < guardedInputs.length; j++) {
      const i = guardedInputs[j] as number;
      if (isInside(h, i, values, present)) continue;
      woken.push(...(users[i] as readonly number[]));
      opened.push(i);
    }
    if ((h[LENGTH] as number) >= LASTING) h[PAUSE] = 0;
    s.openWhole();
    settle(s);
    for (let j = 0; j < woken.length; j++) wake(s, woken[j] as number);
    asking.open(h, opened, values, present);
    woken.length = 0;
    opened.length = 0;
    h[HOT] = 1;
    h[ALL] = 0;
    h[WAIT] = 1;
    s.next = parts.earliest(s);
    return true;
  }

  function leave(s: SubjectState): void {
    const rows = s.quiet[LENGTH] as number;
    if (rows < 0) return;
    s.openWhole();
    settle(s);
    if (rows >= LASTING) s.quiet[PAUSE] = 0;
    for (let t = 0; t < runners.length; t++) wake(s, t);
    const h = s.quiet;
    h[LENGTH] = -1;
    h[WAIT] = (h[PAUSE] as number) > 3 ? (h[PAUSE] as number) : 0;
    s.next = parts.earliest(s);
  }

  return {
    warm(s) {
      const h = s.quiet;
      let sum = 0;
      for (let i = LENGTH; i < logAt; i += LINE) sum += h[i] as number;
      return sum + (h[logAt + ((h[LENGTH] as number) + 1) * width] as number);
    },
    note(s, k, values, present, ref) {
      const h = s.quiet;
      let length = h[LENGTH] as number;
      if (length < 0) return NOT_QUIET;
      const passed = k - (h[LAST] as number);
      let holds =
        k >= (h[NOW] as number) &&
        k < (h[GUARD_UNTIL] as number) &&
        k < (h[BRIEF] as number) &&
        passed < (h[GUARD_GAP] as number) &&
        passed >= (h[LEAST] as number);
      for (let j = 0; holds && j < guardedInputs.length; j++)
        holds = isInside(h, guardedInputs[j] as number, values, present);
      const newest = logAt + length * width + 1;
      let until = Infinity;
      for (let j = 0; holds && j < rates.length; j++) {
        const { input, column, limit, rising, brief } = rates[j] as (typeof rates)[number];
        if (present[input] !== VALID) continue;
        const rate = (((values[input] as number) - (h[newest + column] as number)) * 2000) / passed;
        if (rising ? rate < limit : rate > limit) continue;
        holds = passed < brief && h[BRIEF] === Infinity;
        until = Math.min(until, (h[LAST] as number) + brief);
      }
      if (!holds) {
        if (!breach(s, k, values, present)) return NOT_QUIET;
        length = 0;
        until = Infinity;
      }
      if (h[HOT] !== 1) {
        let calm = k < (h[UNTIL] as number) && passed < (h[GAP] as number);
        for (let j = 0; calm && j < crossingOnly.length; j++)
          calm = isInside(h, crossingOnly[j] as number, values, present);
        if (!calm) stir(s);
      }
      const hot = h[HOT] === 1;
      const row = logAt + (length + 1) * width;
      h[row] = k;
      for (let c = 0; c < logged.length; c++) {
        const i = logged[c] as number;
        h[row + 1 + c] = present[i] === VALID ? (values[i] as number) : NaN;
      }
      if (!hot) for (let j = 0; j < unlogged.length; j++) h[valuesAt + j] = values[unlogged[j] as number] as number;
      h[LAST] = k;
      h[NOW] = k;
      h[LAST_REF] = ref;
      h[BRIEF] = until;
      h[LENGTH] = length + 1;
      if (!hot) s.clock = k;
      if (length + 1 === h[CAPACITY]) {
        settle(s);
        h[PAUSE] = 0;
        rest(s);
      }
      return hot ? NOTED_SOME : NOTED;
    },
    enter: asking.enter,
    parts,
    settle,
    prepare,
    economise: (wanted) => void (economy = wanted),
    rest,
    leave,
    breach,
    stir,
    promise(s, limit) {
      const h = s.quiet;
      if ((h[LENGTH] as number) < 0) return false;
      if (limit > guardEnd(h)) {
        leave(s);
        return false;
      }
      if (h[HOT] !== 1 && limit > calmEnd(h)) stir(s);
      s.quiet[NOW] = Math.max(limit, s.quiet[NOW] as number);
      if (s.quiet[HOT] === 1) return false;
      s.clock = s.quiet[NOW] as number;
      return true;
    },
    next(s) {
      const h = s.quiet;
      if ((h[LENGTH] as number) < 0) return s.next;
      return h[HOT] === 1 ? Math.min(s.next, guardEnd(h)) : calmEnd(h);
    },
  };
}
