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
import { ABSENT, AWAKE, Guard, GUARDED, INVALID, REPLAYED, VALID } from "./guard.ts";
import type { TriggerRunner } from "./firing.ts";
import { createReplay, type Replay } from "./replay.ts";
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
  /** Whether time may pass to cell `limit` under the guard; true also without one. */
  promise(s: SubjectState, limit: number): boolean;
  /** Cell before which nothing happens without an observation. */
  next(s: SubjectState): number;
}

export function createQuiet(parts: QuietParts): Quiet {
  const { at, logged, builder, runners, holds, dueAt, awakeAt, byCrossing, users, crossingInputs, guardedInputs } =
    parts;
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
  const replays = runners.map((runner) =>
    createReplay(runner, columns, builder, { limitsAt: at + LIMITS, logAt, width }),
  );
  const guard = new Guard(inputs);
  /** As it was before a trigger was asked. */
  const before = new Guard(inputs);
  const woken: number[] = [];
  const opened: number[] = [];
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
      if (n[awakeAt + t] === REPLAYED) {
        (replays[t] as Replay).rows(s, rows);
        n = s.numbers;
      }
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
    if (n[at + HOT] !== 1) catchUp(n);
  }

  /** The inputs of a subject of which nothing is evaluated come to stand as after its last observation. */
  function catchUp(n: Float64Array): void {
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
    if ((s.numbers[at + LENGTH] as number) > 0) catchUp(s.numbers);
    s.numbers[at + HOT] = 1;
    s.next = parts.earliest(s);
  }

  /** A timer of a trigger that is evaluated later may lie before the clock: whoever takes the state over has none for it. */
  function prepare(s: SubjectState): void {
    settle(s);
    if (!((s.numbers[at + LENGTH] as number) >= 0) || !(s.clock > (s.numbers[at + LAST] as number))) return;
    for (let t = 0; t < runners.length; t++) {
      if (s.numbers[awakeAt + t] !== REPLAYED || !(replays[t] as Replay).isLate(s)) continue;
      wake(s, t);
      s.numbers[at + HOT] = 1;
      s.numbers[at + ALL] = 0;
    }
    s.next = parts.earliest(s);
  }

  function isAsleep(n: Float64Array, t: number): boolean {
    return (n[awakeAt + t] as number) >= GUARDED;
  }

  /** From now on the trigger is evaluated again; the log is empty. */
  function wake(s: SubjectState, t: number): void {
    const how = s.numbers[awakeAt + t] as number;
    if (how < GUARDED) return;
    // Up to there the guard would have held without any observation: it need not be evaluated earlier than that.
    const due = how === GUARDED ? Math.max(s.clock, guardEnd(s.numbers)) : (replays[t] as Replay).timers(s);
    s.numbers[awakeAt + t] = AWAKE;
    s.numbers[dueAt + t] = due;
  }

  function breach(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): boolean {
    let n = s.numbers;
    const passed = k - (n[at + LAST] as number);
    const inTime =
      k >= (n[at + NOW] as number) &&
      k < (n[at + GUARD_UNTIL] as number) &&
      passed < (n[at + GUARD_GAP] as number) &&
      passed >= (n[at + LEAST] as number);
    if (!inTime) {
      leave(s);
      return false;
    }
    const newest = logAt + (n[at + LENGTH] as number) * width + 1;
    for (let j = 0; j < rates.length; j++) {
      const { input, column, limit, rising, trigger } = rates[j] as (typeof rates)[number];
      if (present[input] !== VALID) continue;
      const rate = (((values[input] as number) - (n[newest + column] as number)) * 2000) / passed;
      if (!(rising ? rate < limit : rate > limit)) woken.push(trigger);
    }
    for (let j = 0; j < guardedInputs.length; j++) {
      const i = guardedInputs[j] as number;
      if (isInside(n, i, values, present)) continue;
      woken.push(...(users[i] as readonly number[]));
      opened.push(i);
    }
    if ((n[at + LENGTH] as number) >= LASTING) n[at + PAUSE] = 0;
    settle(s);
    n = s.numbers;
    for (let j = 0; j < woken.length; j++) wake(s, woken[j] as number);
    n = s.numbers;
    // Nobody who still sleeps asks for them.
    look(values, present);
    for (let j = 0; j < opened.length; j++) {
      const i = opened[j] as number;
      guard.low[i] = -Infinity;
      guard.high[i] = Infinity;
      writeLimits(n, i);
    }
    woken.length = 0;
    opened.length = 0;
    n[at + HOT] = 1;
    n[at + ALL] = 0;
    n[at + WAIT] = 1;
    s.next = parts.earliest(s);
    return true;
  }

  function leave(s: SubjectState): void {
    const rows = s.numbers[at + LENGTH] as number;
    if (rows < 0) return;
    settle(s);
    if (rows >= LASTING) s.numbers[at + PAUSE] = 0;
    for (let t = 0; t < runners.length; t++) wake(s, t);
    const n = s.numbers;
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
      before.copy(guard);
      const how = (runners[t] as TriggerRunner).guard(s, k, guard, replays[t] !== undefined);
      if (how !== AWAKE) {
        n[awakeAt + t] = how;
        guarded++;
      } else {
        guard.copy(before);
        hot++;
      }
    }
    if (guarded === 0 && hot > 0) return;
    for (let j = 0; j < guardedInputs.length; j++) confine(n, guardedInputs[j] as number);
    if (!(guard.until > k)) {
      for (let t = 0; t < runners.length; t++) if (isAsleep(n, t)) n[awakeAt + t] = AWAKE;
      return;
    }
    for (let t = 0; t < runners.length; t++) if (isAsleep(n, t)) n[dueAt + t] = Infinity;
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

  /** Asks the triggers that are awake, under the guard that the others have. */
  function askAwake(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void {
    settle(s);
    const n = s.numbers;
    guard.reset();
    guard.pace = n[at + PACE] as number;
    guard.before(n[at + GUARD_UNTIL] as number);
    guard.within(n[at + GUARD_GAP] as number);
    guard.apart(n[at + LEAST] as number);
    look(values, present);
    for (let j = 0; j < guardedInputs.length; j++) {
      const i = guardedInputs[j] as number;
      if (guard.present[i] !== VALID) continue;
      guard.low[i] = n[at + LIMITS + 2 * i] as number;
      guard.high[i] = n[at + LIMITS + 2 * i + 1] as number;
    }
    for (let j = 0; j < guardedInputs.length; j++) confine(n, guardedInputs[j] as number);
    let hot = 0;
    let joined = false;
    for (let t = 0; t < runners.length; t++) {
      if (byCrossing[t] === true || isAsleep(n, t)) continue;
      before.copy(guard);
      const how = (runners[t] as TriggerRunner).guard(s, k, guard, replays[t] !== undefined);
      if (how !== AWAKE && guard.until > k) {
        n[awakeAt + t] = how;
        n[dueAt + t] = Infinity;
        joined = true;
      } else {
        guard.copy(before);
        hot++;
      }
    }
    n[at + ALL] = hot === 0 ? 1 : 0;
    if (!joined) return;
    for (let j = 0; j < guardedInputs.length; j++) writeLimits(n, guardedInputs[j] as number);
    n[at + GUARD_UNTIL] = guard.until;
    n[at + GUARD_GAP] = guard.gap;
    n[at + LEAST] = guard.least;
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
      const newest = logAt + length * width + 1;
      for (let j = 0; holds && j < rates.length; j++) {
        const { input, column, limit, rising } = rates[j] as (typeof rates)[number];
        if (present[input] !== VALID) continue;
        const rate = (((values[input] as number) - (n[newest + column] as number)) * 2000) / passed;
        holds = rising ? rate < limit : rate > limit;
      }
      if (!holds) {
        if (!breach(s, k, values, present)) return NOT_QUIET;
        n = s.numbers;
        length = 0;
      }
      if (n[at + HOT] !== 1) {
        let calm = k < (n[at + UNTIL] as number) && passed < (n[at + GAP] as number);
        for (let j = 0; calm && j < crossingOnly.length; j++)
          calm = isInside(n, crossingOnly[j] as number, values, present);
        if (!calm) {
          stir(s);
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
      if (length < 0) {
        n[at + PACE] = k - (n[at + LAST] as number);
        n[at + LAST] = k;
      }
      if ((n[at + WAIT] as number) > 0) {
        n[at + WAIT] = (n[at + WAIT] as number) - 1;
        return;
      }
      if (length < 0) ask(s, k, values, present);
      else askAwake(s, k, values, present);
      // Asking costs as much as an evaluation: not each time of a subject whose guards end soon.
      n[at + PAUSE] = Math.min(LONGEST_PAUSE, 2 * (n[at + PAUSE] as number) + 1);
      n[at + WAIT] = n[at + PAUSE] as number;
      if ((n[at + LENGTH] as number) >= 0 && n[at + ALL] === 1) calm(s, k, values, present);
    },
    parts,
    settle,
    prepare,
    leave,
    breach,
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
