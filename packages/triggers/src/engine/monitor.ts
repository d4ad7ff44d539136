/**
 * The monitor: steps one subject through samples and timers. One code path for live supervision, replay, backtest
 * and test cases; the caller owns threads, clocks and storage.
 */
import type { TriggerSet } from "../set.ts";
import { createQueues, INPUT_SLOTS } from "./node.ts";
import type { Emit, TriggerRunner, TriggerStatus } from "./firing.ts";
import { loadState, saveState } from "./checkpoint.ts";
import { EXPIRY, REF, SAMPLE, SubjectState, VALUE } from "./state.ts";

export interface Monitor {
  readonly set: TriggerSet;
  create(subject?: string): SubjectState;
  /**
   * One observation. `values[i]`/`present[i]` belong to `set.inputs[i]`: 0 = no sample, 1 = valid physical value,
   * 2 = invalid sample (the value becomes unknown). Times must not go back; a step earlier than a `tick` is applied
   * at the time that was promised by it.
   */
  step(s: SubjectState, timeMs: number, values: Float64Array, present: Uint8Array, ref: number, emit: Emit): void;
  /** Promises that no observation before `nowMs` follows and runs every timer that is due before it. */
  tick(s: SubjectState, nowMs: number, emit: Emit): void;
  /** Earliest `nowMs` for which `tick` may have something to do; Infinity if nothing is pending. */
  nextTimer(s: SubjectState): number;
  save(s: SubjectState): Uint8Array;
  load(bytes: Uint8Array): SubjectState;
  /** Live state and margin of every trigger, in set order. */
  status(s: SubjectState): TriggerStatus[];
}

export function createMonitor(set: TriggerSet): Monitor {
  const { program } = set;
  const { runners, context, initial, queueShapes, holds, masks, modes, grids } = program;
  const quiet = 2 * set.horizonMs + 4 * 86_400_000;
  const words = Math.max(1, Math.ceil(holds.length / 32));
  const template = Float64Array.from(initial);
  const dueAt = program.dueAt;
  const count = runners.length;
  const inputCount = holds.length;

  function run(s: SubjectState, k: number, index: number, emit: Emit): void {
    context.due = Infinity;
    (runners[index] as TriggerRunner).evaluate(s, k, emit);
    s.numbers[dueAt + index] = context.due;
    if (context.due < s.next) s.next = context.due;
  }

  /** A trigger on a grid is evaluated at the multiples of its period, and sleeps while nothing is known. */
  function runOnGrid(s: SubjectState, k: number, index: number, touched: boolean, emit: Emit): void {
    const grid = grids[index] as number;
    const { numbers } = s;
    const at = dueAt + index;
    let due = numbers[at] as number;
    if (k % grid === 0 && (due <= k || touched)) {
      context.due = Infinity;
      (runners[index] as TriggerRunner).evaluate(s, k, emit);
      due = asleep(s, k, index) ? Math.ceil(context.due / grid) * grid : k + grid;
    } else if (touched || due <= k) due = Math.min(due <= k ? Infinity : due, Math.ceil(k / grid) * grid);
    numbers[at] = due;
    if (due < s.next) s.next = due;
  }

  function asleep(s: SubjectState, k: number, index: number): boolean {
    let last = -Infinity;
    for (let i = 0; i < inputCount; i++) {
      if (((masks[index * words + (i >> 5)] as number) & (1 << (i & 31))) === 0) continue;
      const at = i * INPUT_SLOTS;
      if (!Number.isNaN(s.numbers[at + VALUE] as number)) return false;
      if ((s.numbers[at + SAMPLE] as number) > last) last = s.numbers[at + SAMPLE] as number;
    }
    return k - last > quiet;
  }

  /** Triggers that read a touched input, or whose timer is due, at cell k. `samples`: an observation has arrived. */
  function evaluate(s: SubjectState, k: number, samples: boolean, emit: Emit): void {
    const { touched, numbers } = s;
    for (let i = 0; i < count; i++) {
      let hit = false;
      for (let w = 0; w < words && !hit; w++) hit = ((touched[w] as number) & (masks[i * words + w] as number)) !== 0;
      const mode = modes[i] as number;
      if (mode === 0) {
        if (hit || (numbers[dueAt + i] as number) <= k) run(s, k, i, emit);
      } else if (mode === 1) {
        if (hit && samples) run(s, k, i, emit);
        numbers[dueAt + i] = Infinity;
      } else runOnGrid(s, k, i, hit, emit);
    }
    touched.fill(0);
  }

  function earliest(s: SubjectState): number {
    const { numbers } = s;
    let next = Infinity;
    for (let i = 0; i < inputCount; i++) {
      const expiry = numbers[i * INPUT_SLOTS + EXPIRY] as number;
      if (expiry < next) next = expiry;
    }
    for (let i = 0; i < count; i++) {
      const due = numbers[dueAt + i] as number;
      if (due < next) next = due;
    }
    return next;
  }

  /** Runs every timer before cell `limit`. */
  function advance(s: SubjectState, limit: number, emit: Emit): void {
    while (s.next < limit) {
      const k = earliest(s);
      s.next = k;
      if (k >= limit) return;
      const at = Math.max(k, s.clock);
      s.clock = at;
      expire(s, at);
      evaluate(s, at, false, emit);
      s.next = earliest(s);
    }
  }

  function expire(s: SubjectState, k: number): void {
    const { numbers, touched } = s;
    for (let i = 0; i < inputCount; i++) {
      const at = i * INPUT_SLOTS;
      if ((numbers[at + EXPIRY] as number) > k) continue;
      numbers[at + VALUE] = NaN;
      numbers[at + EXPIRY] = Infinity;
      touched[i >> 5] = (touched[i >> 5] as number) | (1 << (i & 31));
    }
  }

  return {
    set,
    create(subject = "") {
      return new SubjectState(subject, template.slice(), createQueues(queueShapes), words);
    },
    step(s, timeMs, values, present, ref, emit) {
      let k = 2 * timeMs;
      if (s.next < k) advance(s, k, emit);
      // A sample that comes after a promise of `tick` counts at the promised instant: order is kept, nothing is lost.
      if (k < s.clock) k = s.clock + (s.clock % 2);
      s.clock = k;
      const { numbers, touched } = s;
      if (s.next <= k) expire(s, k);
      for (let i = 0; i < inputCount; i++) {
        const p = present[i] as number;
        if (p === 0) continue;
        const at = i * INPUT_SLOTS;
        if (p === 1) {
          const expiry = k + (holds[i] as number);
          numbers[at + VALUE] = values[i] as number;
          numbers[at + EXPIRY] = expiry;
          if (expiry < s.next) s.next = expiry;
        } else {
          numbers[at + VALUE] = NaN;
          numbers[at + EXPIRY] = Infinity;
        }
        numbers[at + SAMPLE] = k;
        numbers[at + REF] = ref;
        touched[i >> 5] = (touched[i >> 5] as number) | (1 << (i & 31));
      }
      evaluate(s, k, true, emit);
    },
    tick(s, nowMs, emit) {
      const limit = 2 * nowMs;
      if (s.next < limit) advance(s, limit, emit);
      if (limit > s.clock) s.clock = limit;
    },
    nextTimer(s) {
      return s.next === Infinity ? Infinity : Math.floor(s.next / 2) + 1;
    },
    save: (s) => saveState(s, set.hash),
    load: (bytes) => loadState(bytes, set.hash, () => new SubjectState("", template.slice(), createQueues(queueShapes), words)),
    status: (s) => runners.map((runner) => runner.status(s)),
  };
}
