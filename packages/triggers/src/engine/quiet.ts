/**
 * Quiet subjects. Nearly every observation of a fleet changes nothing, and looking at each window to find that out
 * costs more than anything else: the state of a vehicle has left the cache when its next observation comes.
 *
 * After an evaluation each trigger with windows is asked for its guard (guard.ts) and left out while the guard holds.
 * The others are evaluated at crossings and timers only; while there are none of either, an observation inside the
 * guard is only written down: a comparison per input, a row in the log, nothing else. The log is taken in by the
 * windows when it is full, or when the guard is left; the inputs then stand as after the last row. What is emitted
 * is the same with and without (quiet.test.ts).
 *
 * Numbers: rows in the log (−1: no guard), cell before which all is quiet, greatest distance between observations for
 * which it is; the same of the guard alone; least distance between observations, cell of the last one, cell that was
 * promised to have passed, reference of the last one, 1 if observations are evaluated for some triggers, 1 if all
 * triggers with windows have a guard, times to wait before asking again, length of the next pause, cells between the
 * last two observations; then per input low
 * and high (∞, −∞: is absent; NaN: comes invalid), per input the last value, and the log: cell and the values that
 * windows want, row 0 the observation before the log.
 */
import { ABSENT, Guard, INVALID, VALID } from "./guard.ts";
import type { TriggerRunner } from "./firing.ts";
import { CELL, EXPIRY, INPUT_SLOTS, REF, SAMPLE, VALUE, type Absorber, type Builder, type Log } from "./node.ts";
import type { SubjectState } from "./state.ts";

export const LENGTH = 0,
  UNTIL = 1,
  GAP = 2,
  GUARD_UNTIL = 3,
  GUARD_GAP = 4,
  LEAST = 5,
  LAST = 6,
  NOW = 7,
  LAST_REF = 8,
  HOT = 9,
  ALL = 10,
  WAIT = 11,
  PAUSE = 12,
  PACE = 13,
  LIMITS = 14;

/** Rows of the log. */
export const ROWS = 32;
/** A guard that lasted as long was worth asking for. */
const LASTING = 4;
const LONGEST_PAUSE = 32;
/** Times that the log fills before triggers without a guard are asked again. */
const ROUNDS = 2;

/** Of `awakeAt`: the trigger is left out. */
export const GUARDED = 2;

/** How an observation was taken. */
export const NOT_QUIET = 0;
/** Nothing further is to be done. */
export const NOTED = 1;
/** Triggers without a guard are still to be evaluated. */
export const NOTED_SOME = 2;

export interface QuietLayout {
  /** Offset of the numbers. */
  readonly at: number;
  /** Inputs of which windows want every sample. */
  readonly logged: readonly number[];
}

/** Gives it its room; inputs are declared and nothing is compiled yet. */
export function layOutQuiet(builder: Builder, logged: readonly number[]): QuietLayout {
  const inputs = builder.inputs.length;
  const room = LIMITS + 3 * inputs + (ROWS + 1) * (1 + logged.length);
  return { at: builder.slots(-1, ...Array.from({ length: room - 1 }, () => 0)), logged };
}

export interface QuietParts extends QuietLayout {
  readonly builder: Builder;
  readonly runners: readonly TriggerRunner[];
  readonly holds: readonly number[];
  readonly dueAt: number;
  readonly awakeAt: number;
  /** Per trigger: evaluated at crossings and timers only, so that it is left out as it is. */
  readonly byCrossing: readonly boolean[];
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
  /** Asks for guards after an evaluation with samples at cell k. */
  enter(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void;
  /** Takes the log in; the guard stays. */
  settle(s: SubjectState): void;
  leave(s: SubjectState): void;
  /** The guard stays, but observations are evaluated again for the triggers without one. */
  stir(s: SubjectState): void;
  /** Whether time may pass to cell `limit` under the guard; true also without one. */
  promise(s: SubjectState, limit: number): boolean;
  /** Cell before which nothing happens without an observation. */
  next(s: SubjectState): number;
}

export function createQuiet(parts: QuietParts): Quiet {
  const { at, logged, builder, runners, holds, dueAt, awakeAt, byCrossing, crossingInputs, guardedInputs } = parts;
  const inputs = builder.inputs.length;
  const { context, heardAt = -1, shortestSilence } = builder;
  const valuesAt = at + LIMITS + 2 * inputs;
  const logAt = valuesAt + inputs;
  const width = 1 + logged.length;
  const columns = new Map(logged.map((input, column) => [input, column]));
  const rates = builder.rates.map((rate) => ({ ...rate, column: columns.get(rate.input) ?? 0 }));
  const absorbers = runners.map((runner) =>
    (runner.absorbers ?? []).map((absorber: Absorber) => ({
      absorber,
      column: 1 + (columns.get(absorber.input) ?? 0),
    })),
  );
  const crossingOnly = Array.from({ length: inputs }, (_, i) => i).filter((i) => !guardedInputs.includes(i));
  const guard = new Guard(inputs);
  const log: Log = { from: 0, width, column: 0, count: 0 };

  function isInside(n: Float64Array, i: number, values: Float64Array, present: Uint8Array): boolean {
    const low = n[at + LIMITS + 2 * i] as number;
    const high = n[at + LIMITS + 2 * i + 1] as number;
    const p = present[i] as number;
    if (p === VALID) {
      const v = values[i] as number;
      return v >= low && v <= high;
    }
    return p === ABSENT ? low > high : low !== low;
  }

  function settle(s: SubjectState): void {
    let n = s.numbers;
    const rows = n[at + LENGTH] as number;
    if (!(rows > 0)) return;
    // Window by window: the rows of one lie together.
    for (let t = 0; t < absorbers.length; t++) {
      if (n[awakeAt + t] !== GUARDED) continue;
      const list = absorbers[t] as (typeof absorbers)[number];
      for (let j = 0; j < list.length; j++) {
        const { absorber, column } = list[j] as (typeof list)[number];
        const limit = at + LIMITS + 2 * absorber.input;
        if ((n[limit] as number) > (n[limit + 1] as number)) continue;
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
    n[at + PACE] = (n[logAt + rows * width] as number) - (n[logAt + (rows - 1) * width] as number);
    n.copyWithin(logAt, logAt + rows * width, logAt + (rows + 1) * width);
    n[at + LENGTH] = 0;
    // Otherwise the inputs follow each observation.
    if (n[at + HOT] === 1) return;
    const k = n[at + LAST] as number;
    const ref = n[at + LAST_REF] as number;
    for (let i = 0; i < inputs; i++) {
      const low = n[at + LIMITS + 2 * i] as number;
      if (low > (n[at + LIMITS + 2 * i + 1] as number)) continue;
      const to = i * INPUT_SLOTS;
      if (low === low) {
        const v = n[valuesAt + i] as number;
        n[to + VALUE] = v;
        n[to + EXPIRY] = k + (holds[i] as number);
        n[to + CELL] = parts.cellOf(i, v);
      }
      n[to + SAMPLE] = k;
      n[to + REF] = ref;
    }
    if (heardAt >= 0) n[heardAt] = k;
  }

  /** Cell up to which the guard holds without a further observation. */
  function guardEnd(n: Float64Array): number {
    return Math.min(n[at + GUARD_UNTIL] as number, (n[at + LAST] as number) + (n[at + GUARD_GAP] as number));
  }

  /** The same for a subject of which nothing is evaluated. */
  function calmEnd(n: Float64Array): number {
    return Math.min(n[at + UNTIL] as number, (n[at + LAST] as number) + (n[at + GAP] as number));
  }

  /** The guard stays, but observations are evaluated again for the triggers without one. */
  function stir(s: SubjectState): void {
    settle(s);
    s.numbers[at + HOT] = 1;
    s.next = parts.earliest(s);
  }

  function leave(s: SubjectState): void {
    const rows = s.numbers[at + LENGTH] as number;
    if (rows < 0) return;
    settle(s);
    const n = s.numbers;
    if (rows >= LASTING) n[at + PAUSE] = 0;
    // Up to there it would have held without any observation: they need not be evaluated earlier than that.
    const due = Math.max(s.clock, guardEnd(n));
    for (let t = 0; t < runners.length; t++) {
      if (n[awakeAt + t] !== GUARDED) continue;
      n[awakeAt + t] = 0;
      n[dueAt + t] = due;
    }
    n[at + LENGTH] = -1;
    n[at + WAIT] = (n[at + PAUSE] as number) > 3 ? (n[at + PAUSE] as number) : 0;
    s.next = parts.earliest(s);
  }

  function ask(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void {
    const n = s.numbers;
    guard.reset();
    guard.pace = n[at + PACE] as number;
    guard.within(shortestSilence);
    look(values, present);
    let guarded = 0;
    let hot = 0;
    for (let t = 0; t < runners.length; t++) {
      if (byCrossing[t] === true) continue;
      if ((runners[t] as TriggerRunner).guard(s, k, guard)) {
        n[awakeAt + t] = GUARDED;
        guarded++;
      } else hot++;
    }
    if (guarded === 0 && hot > 0) return;
    for (let j = 0; j < guardedInputs.length; j++) confine(n, guardedInputs[j] as number);
    if (!(guard.until > k)) {
      for (let t = 0; t < runners.length; t++) if (n[awakeAt + t] === GUARDED) n[awakeAt + t] = 0;
      return;
    }
    for (let t = 0; t < runners.length; t++) if (n[awakeAt + t] === GUARDED) n[dueAt + t] = Infinity;
    for (let j = 0; j < guardedInputs.length; j++) writeLimits(n, guardedInputs[j] as number);
    n[at + LENGTH] = 0;
    n[at + GUARD_UNTIL] = guard.until;
    n[at + GUARD_GAP] = guard.gap;
    n[at + LEAST] = guard.least;
    n[at + LAST] = k;
    n[at + NOW] = k;
    n[at + HOT] = 1;
    n[at + ALL] = hot === 0 ? 1 : 0;
    n[logAt] = k;
    for (let c = 0; c < logged.length; c++) n[logAt + 1 + c] = n[(logged[c] as number) * INPUT_SLOTS + VALUE] as number;
    s.next = parts.earliest(s);
  }

  /** An input that comes must not expire in between; one that does not must not expire now. */
  function confine(n: Float64Array, i: number): void {
    if (guard.present[i] === VALID) guard.within(holds[i] as number);
    else if (guard.present[i] === ABSENT) guard.before(n[i * INPUT_SLOTS + EXPIRY] as number);
  }

  function writeLimits(n: Float64Array, i: number): void {
    const p = guard.present[i];
    n[at + LIMITS + 2 * i] = p === VALID ? (guard.low[i] as number) : p === ABSENT ? Infinity : NaN;
    n[at + LIMITS + 2 * i + 1] = p === VALID ? (guard.high[i] as number) : p === ABSENT ? -Infinity : NaN;
  }

  /** If no other trigger needs an observation either: limits at their constants, and before their timers. */
  function calm(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void {
    const n = s.numbers;
    guard.reset();
    guard.before(n[at + GUARD_UNTIL] as number);
    guard.within(n[at + GUARD_GAP] as number);
    for (let t = 0; t < runners.length; t++) {
      if (byCrossing[t] !== true) continue;
      if (n[awakeAt + t] === 1) return;
      guard.before(n[dueAt + t] as number);
    }
    if (!(guard.until > k)) return;
    look(values, present);
    for (let j = 0; j < guardedInputs.length; j++) {
      const i = guardedInputs[j] as number;
      if (guard.present[i] === VALID)
        guard.keep(i, n[at + LIMITS + 2 * i] as number, n[at + LIMITS + 2 * i + 1] as number);
    }
    for (let j = 0; j < crossingInputs.length; j++) {
      const i = crossingInputs[j] as number;
      if (guard.present[i] === VALID) parts.limitsOf(i, n[i * INPUT_SLOTS + VALUE] as number, guard);
    }
    for (let j = 0; j < crossingOnly.length; j++) confine(n, crossingOnly[j] as number);
    if (!(guard.until > k)) return;
    for (let i = 0; i < inputs; i++) writeLimits(n, i);
    n[at + UNTIL] = guard.until;
    n[at + GAP] = guard.gap;
    n[at + HOT] = 0;
    for (let i = 0; i < inputs; i++) n[valuesAt + i] = n[i * INPUT_SLOTS + VALUE] as number;
  }

  function look(values: Float64Array, present: Uint8Array): void {
    for (let i = 0; i < inputs; i++) {
      const v = values[i] as number;
      guard.present[i] = present[i] === VALID && v !== v ? INVALID : (present[i] as number);
    }
  }

  return {
    note(s, k, values, present, ref) {
      let n = s.numbers;
      let length = n[at + LENGTH] as number;
      if (length < 0) return NOT_QUIET;
      const passed = k - (n[at + LAST] as number);
      let holds =
        k >= (n[at + NOW] as number) &&
        k < (n[at + GUARD_UNTIL] as number) &&
        passed < (n[at + GUARD_GAP] as number) &&
        passed >= (n[at + LEAST] as number);
      for (let j = 0; holds && j < guardedInputs.length; j++)
        holds = isInside(n, guardedInputs[j] as number, values, present);
      const before = logAt + length * width + 1;
      for (let j = 0; holds && j < rates.length; j++) {
        const { input, column, limit, rising } = rates[j] as (typeof rates)[number];
        if (present[input] !== VALID) continue;
        const rate = (((values[input] as number) - (n[before + column] as number)) * 2000) / passed;
        holds = rising ? rate < limit : rate > limit;
      }
      if (!holds) {
        leave(s);
        return NOT_QUIET;
      }
      if (n[at + HOT] !== 1) {
        let calm = k < (n[at + UNTIL] as number) && passed < (n[at + GAP] as number);
        for (let j = 0; calm && j < crossingOnly.length; j++)
          calm = isInside(n, crossingOnly[j] as number, values, present);
        if (!calm) {
          stir(s);
          n = s.numbers;
          length = 0;
        }
      }
      const hot = n[at + HOT] === 1;
      const row = logAt + (length + 1) * width;
      n[row] = k;
      for (let c = 0; c < logged.length; c++) {
        const i = logged[c] as number;
        n[row + 1 + c] = present[i] === VALID ? (values[i] as number) : NaN;
      }
      if (!hot) for (let i = 0; i < inputs; i++) n[valuesAt + i] = values[i] as number;
      n[at + LAST] = k;
      n[at + NOW] = k;
      n[at + LAST_REF] = ref;
      n[at + LENGTH] = length + 1;
      if (!hot) s.clock = k;
      if (length + 1 === ROWS) {
        settle(s);
        s.numbers[at + PAUSE] = 0;
      }
      return hot ? NOTED_SOME : NOTED;
    },
    enter(s, k, values, present) {
      const n = s.numbers;
      const length = n[at + LENGTH] as number;
      if (length >= 0 && n[at + ALL] === 1) return calm(s, k, values, present);
      // With some triggers left over, ask all again when the log was taken in.
      if (length > 0) return;
      if (length < 0) {
        n[at + PACE] = k - (n[at + LAST] as number);
        n[at + LAST] = k;
      }
      if ((n[at + WAIT] as number) > 0) {
        n[at + WAIT] = (n[at + WAIT] as number) - 1;
        return;
      }
      if (length === 0) leave(s);
      ask(s, k, values, present);
      // Asking costs as much as an evaluation: not each time of a subject whose guards end soon.
      n[at + PAUSE] = Math.min(LONGEST_PAUSE, 2 * (n[at + PAUSE] as number) + 1);
      n[at + WAIT] = (n[at + LENGTH] as number) < 0 ? (n[at + PAUSE] as number) : ROUNDS;
      if (n[at + LENGTH] === 0 && n[at + ALL] === 1) calm(s, k, values, present);
    },
    parts,
    settle,
    leave,
    stir,
    promise(s, limit) {
      const n = s.numbers;
      if ((n[at + LENGTH] as number) < 0) return false;
      if (limit > guardEnd(n)) {
        leave(s);
        return false;
      }
      if (n[at + HOT] !== 1 && limit > calmEnd(n)) stir(s);
      s.numbers[at + NOW] = Math.max(limit, s.numbers[at + NOW] as number);
      if (s.numbers[at + HOT] === 1) return false;
      s.clock = s.numbers[at + NOW] as number;
      return true;
    },
    next(s) {
      const n = s.numbers;
      if ((n[at + LENGTH] as number) < 0) return s.next;
      return n[at + HOT] === 1 ? Math.min(s.next, guardEnd(n)) : calmEnd(n);
    },
  };
}
