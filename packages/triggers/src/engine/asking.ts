/** Asking triggers for their guards: all of a subject, those that are awake, and, when all have one, the limits of the rest. */
import type { TriggerRunner } from "./firing.ts";
import { ABSENT, AWAKE, Guard, GUARDED, INVALID, VALID } from "./guard.ts";
import { EXPIRY, INPUT_SLOTS, REF, VALUE } from "./node.ts";
import {
  ALL,
  BRIEF,
  GAP,
  GUARD_GAP,
  GUARD_UNTIL,
  HOT,
  LAST,
  LAST_REF,
  LEAST,
  LENGTH,
  LIMITS,
  NOW,
  PACE,
  PAUSE,
  UNTIL,
  WAIT,
} from "./quiet-layout.ts";
import type { QuietParts } from "./quiet.ts";
import type { Replay } from "./replay.ts";
import type { SubjectState } from "./state.ts";

/** Observations between two times of asking. */
const LONGEST_PAUSE = 32;

export interface Asking {
  /** Asks after an evaluation with samples at cell k, unless it was just asked in vain. */
  enter(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void;
  /** Takes the limits of inputs away: nobody whose guard stays uses them. */
  open(h: Float64Array, inputs: readonly number[], values: Float64Array, present: Uint8Array): void;
}

/** @param settle takes the log in */
export function createAsking(
  parts: QuietParts,
  replays: readonly (Replay | undefined)[],
  settle: (s: SubjectState) => void,
): Asking {
  const {
    logged,
    unlogged,
    valuesAt,
    logAt,
    builder,
    runners,
    holds,
    dueAt,
    awakeAt,
    byCrossing,
    crossingInputs,
    guardedInputs,
  } = parts;
  const { shortestSilence } = builder;
  const inputs = builder.inputs.length;
  const crossingOnly = Array.from({ length: inputs }, (_, i) => i).filter((i) => !guardedInputs.includes(i));
  const guard = new Guard(inputs);
  /** As it was before a trigger was asked. */
  const before = new Guard(inputs);

  function isAsleep(n: Float64Array, t: number): boolean {
    return (n[awakeAt + t] as number) >= GUARDED;
  }

  function ask(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void {
    const h = s.quiet;
    const n = s.numbers;
    guard.reset();
    guard.pace = h[PACE] as number;
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
    for (let j = 0; j < guardedInputs.length; j++) writeLimits(h, guardedInputs[j] as number);
    h[LENGTH] = 0;
    h[BRIEF] = Infinity;
    h[GUARD_UNTIL] = guard.until;
    h[GUARD_GAP] = guard.gap;
    h[LEAST] = guard.least;
    h[LAST] = k;
    h[NOW] = k;
    h[LAST_REF] = n[present.findIndex((p) => p !== ABSENT) * INPUT_SLOTS + REF] as number;
    h[HOT] = 1;
    h[ALL] = hot === 0 ? 1 : 0;
    h[logAt] = k;
    for (let c = 0; c < logged.length; c++) h[logAt + 1 + c] = n[(logged[c] as number) * INPUT_SLOTS + VALUE] as number;
    s.next = parts.earliest(s);
  }

  /** Asks the triggers that are awake, under the guard that the others have. */
  function askAwake(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void {
    s.openWhole();
    settle(s);
    const h = s.quiet;
    const n = s.numbers;
    guard.reset();
    guard.pace = h[PACE] as number;
    guard.before(h[GUARD_UNTIL] as number);
    guard.within(h[GUARD_GAP] as number);
    guard.apart(h[LEAST] as number);
    look(values, present);
    for (let j = 0; j < guardedInputs.length; j++) {
      const i = guardedInputs[j] as number;
      if (guard.present[i] !== VALID) continue;
      guard.low[i] = h[LIMITS + 2 * i] as number;
      guard.high[i] = h[LIMITS + 2 * i + 1] as number;
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
    h[ALL] = hot === 0 ? 1 : 0;
    if (!joined) return;
    for (let j = 0; j < guardedInputs.length; j++) writeLimits(h, guardedInputs[j] as number);
    h[GUARD_UNTIL] = guard.until;
    h[GUARD_GAP] = guard.gap;
    h[LEAST] = guard.least;
    s.next = parts.earliest(s);
  }

  /** An input that comes must not expire in between; one that does not must not expire now. */
  function confine(n: Float64Array, i: number): void {
    if (guard.present[i] === VALID) guard.within(holds[i] as number);
    else if (guard.present[i] === ABSENT) guard.before(n[i * INPUT_SLOTS + EXPIRY] as number);
  }

  function writeLimits(h: Float64Array, i: number): void {
    const p = guard.present[i];
    h[LIMITS + 2 * i] = p === VALID ? (guard.low[i] as number) : p === ABSENT ? Infinity : NaN;
    h[LIMITS + 2 * i + 1] = p === VALID ? (guard.high[i] as number) : p === ABSENT ? -Infinity : NaN;
  }

  /** If no other trigger needs an observation either: limits at their constants, and before their timers. */
  function calm(s: SubjectState, k: number, values: Float64Array, present: Uint8Array): void {
    const h = s.quiet;
    const n = s.numbers;
    guard.reset();
    guard.before(h[GUARD_UNTIL] as number);
    guard.within(h[GUARD_GAP] as number);
    for (let t = 0; t < runners.length; t++) {
      if (byCrossing[t] !== true) continue;
      if (n[awakeAt + t] === 1) return;
      guard.before(n[dueAt + t] as number);
    }
    if (!(guard.until > k)) return;
    look(values, present);
    for (let j = 0; j < guardedInputs.length; j++) {
      const i = guardedInputs[j] as number;
      if (guard.present[i] === VALID) guard.keep(i, h[LIMITS + 2 * i] as number, h[LIMITS + 2 * i + 1] as number);
    }
    for (let j = 0; j < crossingInputs.length; j++) {
      const i = crossingInputs[j] as number;
      if (guard.present[i] === VALID) parts.limitsOf(i, n[i * INPUT_SLOTS + VALUE] as number, guard);
    }
    for (let j = 0; j < crossingOnly.length; j++) confine(n, crossingOnly[j] as number);
    if (!(guard.until > k)) return;
    for (let i = 0; i < inputs; i++) writeLimits(h, i);
    h[UNTIL] = guard.until;
    h[GAP] = guard.gap;
    h[HOT] = 0;
    for (let j = 0; j < unlogged.length; j++)
      h[valuesAt + j] = n[(unlogged[j] as number) * INPUT_SLOTS + VALUE] as number;
  }

  function look(values: Float64Array, present: Uint8Array): void {
    for (let i = 0; i < inputs; i++) {
      const v = values[i] as number;
      guard.present[i] = present[i] === VALID && v !== v ? INVALID : (present[i] as number);
    }
  }

  return {
    enter(s, k, values, present) {
      const h = s.quiet;
      const length = h[LENGTH] as number;
      if (length >= 0 && h[ALL] === 1) return calm(s, k, values, present);
      if (length < 0) {
        h[PACE] = k - (h[LAST] as number);
        h[LAST] = k;
      }
      if ((h[WAIT] as number) > 0) {
        h[WAIT] = (h[WAIT] as number) - 1;
        return;
      }
      if (length < 0) ask(s, k, values, present);
      else askAwake(s, k, values, present);
      // Asking costs as much as an evaluation: not each time of a subject whose guards end soon.
      h[PAUSE] = Math.min(LONGEST_PAUSE, 2 * (h[PAUSE] as number) + 1);
      h[WAIT] = h[PAUSE] as number;
      if ((h[LENGTH] as number) >= 0 && h[ALL] === 1) calm(s, k, values, present);
    },
    open(h, opened, values, present) {
      look(values, present);
      for (let j = 0; j < opened.length; j++) {
        const i = opened[j] as number;
        guard.low[i] = -Infinity;
        guard.high[i] = Infinity;
        writeLimits(h, i);
      }
    },
  };
}
