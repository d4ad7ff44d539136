/**
 * The monitor: steps one subject through samples and timers. One code path for live supervision, replay, backtest
 * and test cases; the caller owns threads, clocks and storage.
 */
import { generate, type Actions, type Generated } from "../generate/mod.ts";
import type { TriggerSet } from "../set.ts";
import { above, below, GUARDED } from "./guard.ts";
import { INPUT_SLOTS } from "./node.ts";
import { NOTED, type QuietLayout } from "./quiet-layout.ts";
import { createQuiet, type Quiet } from "./quiet.ts";
import type { Emit, LoggedFiring, TriggerRunner, TriggerStatus } from "./firing.ts";
import { carryState, layoutOf, type CarriedFrom, type StateLayout } from "./carry.ts";
import { loadState, saveState } from "./checkpoint.ts";
import { excuseSilence } from "./presence.ts";
import { CELL, EXPIRED, EXPIRY, REF, SAMPLE, VALUE, type SubjectState } from "./state.ts";

export interface Monitor {
  readonly set: TriggerSet;
  create(subject?: string): SubjectState;
  /**
   * One observation. `values[i]`/`present[i]` belong to `set.inputs[i]`: 0 = no sample, 1 = valid physical value,
   * 2 = invalid sample (the value becomes unknown). Times must not go back; a step earlier than a `tick` is applied
   * at the time that was promised by it. Without any sample it is a frame that only shows that the subject is there;
   * sets with `needsEveryFrame` are to get those too.
   */
  step(s: SubjectState, timeMs: number, values: Float64Array, present: Uint8Array, ref: number, emit: Emit): void;
  /**
   * Reads what a step of a quiet subject reads, and changes nothing. For callers with many subjects at hand: their states
   * are fetched from memory together instead of one after the other. The number means nothing.
   */
  warm(s: SubjectState): number;
  /** Promises that no observation before `nowMs` follows and runs every timer that is due before it. */
  tick(s: SubjectState, nowMs: number, emit: Emit): void;
  /** Earliest `nowMs` for which `tick` may have something to do; Infinity if nothing is pending. */
  nextTimer(s: SubjectState): number;
  save(s: SubjectState): Uint8Array;
  load(bytes: Uint8Array): SubjectState;
  /** Where saved states keep what, for another set that takes over. */
  layout(): StateLayout;
  /**
   * A state that goes on where states of other sets stood, for triggers that stay as they are and for versions with
   * `carry`; what else the set has starts cold. Undefined when nothing goes over. Throws SG_TRIGGER_STATE.
   */
  carry(from: readonly CarriedFrom[]): SubjectState | undefined;
  /**
   * Sets the firing automaton of a trigger to what a log says, for a replay that begins in the middle of a history:
   * conditions are warmed up by samples, firings can be older than any horizon. `trigger` is an index of the set.
   */
  seed(s: SubjectState, trigger: number, log: LoggedFiring): void;
  /**
   * Of what is kept however long nothing is known since (the last known verdict of an edge, or of a trigger), that of which
   * nothing was ever known. A replay that begins with less than another state knows may take a condition that goes on for
   * one that begins.
   */
  unknowns(s: SubjectState): Unknown[];
  /**
   * Tells that nothing could have arrived for `ms` up to now, because we or the link were away: silence of that length
   * is not the subject's. Call it before the step or tick that passes over the time.
   */
  excuse(s: SubjectState, ms: number): void;
  /** Live state and margin of every trigger, in set order. */
  status(s: SubjectState): TriggerStatus[];
}

export interface Unknown {
  /** Its number in the set. */
  readonly memory: number;
  readonly trigger: string;
}

/**
 * What is done for the memory of a fleet. "fast": nothing. "small": subjects are packed while nothing of them is
 * evaluated; about half of the memory, and up to one and a half times the work. "least": those that report less than
 * every five seconds are packed after each observation; a quarter of the memory, and about three times the work.
 */
export type Economy = "fast" | "small" | "least";

export interface MonitorSettings {
  /**
   * Observations after which code is generated for the set: less would not pay for a short replay or a test case.
   * Infinity: always interpret.
   */
  readonly generateAfter?: number;
  /** Without it by the number of subjects that were made: "small" from 20,000 on, "least" from 250,000 on. */
  readonly economy?: Economy;
  /** Evaluate at every observation, also of subjects of which nothing can change: slower, for comparison. */
  readonly everyTime?: boolean;
}

const GENERATE_AFTER = 500;
/** Subjects from which on memory weighs more than work. */
const MANY = 20_000;
const MOST = 250_000;

export function createMonitor(set: TriggerSet, settings: MonitorSettings = {}): Monitor {
  const { program } = set;
  const {
    runners,
    context,
    builder,
    holds,
    crossings,
    crossingEnds,
    crossingMasks,
    sampleMasks,
    modes,
    grids,
    dueAt,
    awakeAt,
    listeners,
  } = program;
  const { silences, heardAt = -1, shortestSilence } = builder;
  const longAgo = 2 * set.horizonMs + 4 * 86_400_000;
  const words = Math.max(1, Math.ceil(holds.length / 32));
  const count = runners.length;
  const inputCount = holds.length;

  function run(s: SubjectState, k: number, index: number, emit: Emit): void {
    context.due = Infinity;
    context.awake = false;
    (runners[index] as TriggerRunner).evaluate(s, k, emit);
    s.numbers[dueAt + index] = context.due;
    s.numbers[awakeAt + index] = context.awake ? 1 : 0;
    if (context.due < s.next) s.next = context.due;
  }

  /** Cell up to which timers are being run. */
  let target = -Infinity;

  /** A trigger on a grid is evaluated at the multiples of its period. */
  function runOnGrid(s: SubjectState, k: number, index: number, touched: boolean, emit: Emit): void {
    const grid = grids[index] as number;
    const { numbers } = s;
    const at = dueAt + index;
    let due = numbers[at] as number;
    if (k % grid === 0 && (due <= k || touched)) {
      context.due = Infinity;
      (runners[index] as TriggerRunner).evaluate(s, k, emit);
      due = k + grid;
      // While nothing is known every instant is alike: the last one before the next observation stands for all.
      if (asleep(s, k, index))
        due = Math.max(due, Math.min(Math.ceil(context.due / grid), Math.ceil(target / grid) - 1) * grid);
    } else if (touched || due <= k) due = Math.min(due <= k ? Infinity : due, Math.ceil(k / grid) * grid);
    numbers[at] = due;
    if (due < s.next) s.next = due;
  }

  function asleep(s: SubjectState, k: number, index: number): boolean {
    let last = -Infinity;
    for (let i = 0; i < inputCount; i++) {
      if (((sampleMasks[index * words + (i >> 5)] as number) & (1 << (i & 31))) === 0) continue;
      const at = i * INPUT_SLOTS;
      if (!Number.isNaN(s.numbers[at + VALUE] as number)) return false;
      if ((s.numbers[at + SAMPLE] as number) > last) last = s.numbers[at + SAMPLE] as number;
    }
    return k - last > longAgo;
  }

  /** Evaluates a trigger if something happened for it or its timer is due. */
  function consider(s: SubjectState, k: number, i: number, samples: boolean, emit: Emit): void {
    const { sampled, crossed, numbers } = s;
    let hit = false;
    const awake = numbers[awakeAt + i] === 1;
    for (let w = i * words, j = 0; j < words && !hit; w++, j++) {
      hit =
        ((crossed[j] as number) & ((crossingMasks[w] as number) | (sampleMasks[w] as number))) !== 0 ||
        ((sampled[j] as number) & ((sampleMasks[w] as number) | (awake ? (crossingMasks[w] as number) : 0))) !== 0;
    }
    const mode = modes[i] as number;
    if (mode === 0) {
      if (hit || (numbers[dueAt + i] as number) <= k) run(s, k, i, emit);
    } else if (mode === 1) {
      // The clock of such a trigger are its own samples: neither a timer nor an expiry is one.
      let ticks = false;
      for (let w = i * words, j = 0; j < words && !ticks; w++, j++)
        ticks = ((sampled[j] as number) & (sampleMasks[w] as number)) !== 0;
      if (ticks && samples) run(s, k, i, emit);
      numbers[dueAt + i] = Infinity;
    } else runOnGrid(s, k, i, hit, emit);
  }

  let layout: StateLayout | undefined;
  const plans: Parameters<typeof carryState>[1]["plans"] = new Map();
  let generated: Generated | undefined;
  let untilGenerated = settings.generateAfter ?? GENERATE_AFTER;

  /** Triggers for which something happened, or whose timer is due, at cell k. `samples`: an observation has arrived. */
  function evaluate(s: SubjectState, k: number, samples: boolean, emit: Emit): void {
    if (generated !== undefined) return generated.evaluate(s, k, samples, emit);
    const { sampled, crossed } = s;
    for (let i = 0; i < count; i++) if ((s.numbers[awakeAt + i] as number) < GUARDED) consider(s, k, i, samples, emit);
    if (context.tight) builder.settle(s);
    for (let j = 0; j < words; j++) {
      sampled[j] = 0;
      crossed[j] = 0;
    }
  }

  /** Where a value lies among the constants of input i: 2 × constants below it, + 1 if it equals the next. */
  function cellOf(i: number, value: number): number {
    let cell = 0;
    for (let j = i === 0 ? 0 : (crossingEnds[i - 1] as number), end = crossingEnds[i] as number; j < end; j++) {
      const constant = crossings[j] as number;
      if (value > constant) cell += 2;
      else return value === constant ? cell + 1 : cell;
    }
    return cell;
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
    target = limit;
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

  /** An observation ends a silence: who waits for one looks again, even if none of its inputs came. */
  function hear(numbers: Float64Array, k: number): void {
    if (k - (numbers[heardAt] as number) >= shortestSilence || Number.isNaN(numbers[heardAt] as number))
      for (let i = 0; i < listeners.length; i++) numbers[dueAt + (listeners[i] as number)] = k;
    numbers[heardAt] = k;
  }

  function expire(s: SubjectState, k: number): void {
    const { numbers, crossed } = s;
    for (let i = 0; i < inputCount; i++) {
      const at = i * INPUT_SLOTS;
      if ((numbers[at + EXPIRY] as number) > k) continue;
      numbers[at + VALUE] = NaN;
      numbers[at + EXPIRY] = Infinity;
      numbers[at + CELL] = EXPIRED;
      crossed[i >> 5] = (crossed[i >> 5] as number) | (1 << (i & 31));
    }
  }

  const actions: Actions = {
    reach(s, k, emit) {
      if (s.next < k) advance(s, k, emit);
      target = k;
    },
    expire,
    hear,
    consider,
    grow: (s) => builder.settle(s),
    cellOf,
  };

  const quiet = settings.everyTime === true || program.quiet === undefined ? undefined : quietOf(program.quiet);

  function quietOf(layout: QuietLayout): Quiet {
    const byCrossing = runners.map((_, t) => modes[t] === 0 && !hasInput(sampleMasks, t));
    const inputsOf = (wanted: boolean): number[] =>
      holds.flatMap((_, i) =>
        byCrossing.some((by, t) => by === wanted && (hasInput(crossingMasks, t, i) || hasInput(sampleMasks, t, i)))
          ? [i]
          : [],
      );
    return createQuiet({
      ...layout,
      builder,
      runners,
      holds,
      dueAt,
      awakeAt,
      byCrossing,
      users: holds.map((_, i) =>
        byCrossing.flatMap((by, t) =>
          !by && (hasInput(crossingMasks, t, i) || hasInput(sampleMasks, t, i)) ? [t] : [],
        ),
      ),
      crossingInputs: inputsOf(true),
      guardedInputs: inputsOf(false),
      cellOf,
      earliest,
      limitsOf(i, value, guard) {
        const begin = i === 0 ? 0 : (crossingEnds[i - 1] as number);
        for (let j = begin; j < (crossingEnds[i] as number); j++) {
          const constant = crossings[j] as number;
          if (value === constant) guard.keep(i, constant, constant);
          else if (value > constant) guard.keep(i, above(constant), Infinity);
          else guard.keep(i, -Infinity, below(constant));
        }
      },
    });
  }

  /** Whether a mask of a trigger holds an input; without `input`, any. */
  function hasInput(masks: Int32Array, trigger: number, input?: number): boolean {
    if (input !== undefined) return ((masks[trigger * words + (input >> 5)] as number) & (1 << (input & 31))) !== 0;
    return masks.subarray(trigger * words, (trigger + 1) * words).some((word) => word !== 0);
  }

  quiet?.economise(settings.economy ?? "fast");
  let made = 0;

  function countOne(): void {
    made++;
    if (settings.economy === undefined && (made === MANY || made === MOST))
      quiet?.economise(made === MANY ? "small" : "least");
  }

  return {
    set,
    create(subject = "") {
      countOne();
      return builder.createState(subject);
    },
    step(s, timeMs, values, present, ref, emit) {
      if (generated !== undefined) return generated.step(s, timeMs, values, present, ref, emit);
      if (untilGenerated-- <= 0) {
        untilGenerated = Infinity;
        generated = generate(program, quiet, actions);
        if (generated !== undefined) return generated.step(s, timeMs, values, present, ref, emit);
      }
      let k = 2 * timeMs;
      if (quiet !== undefined && quiet.note(s, k, values, present, ref) === NOTED) return;
      if (s.next < k) advance(s, k, emit);
      target = k;
      // A sample that comes after a promise of `tick` counts at the promised instant: order is kept, nothing is lost.
      if (k < s.clock) k = s.clock + (s.clock % 2);
      s.clock = k;
      const { numbers, sampled, crossed } = s;
      if (heardAt >= 0) hear(numbers, k);
      if (s.next <= k) expire(s, k);
      for (let i = 0; i < inputCount; i++) {
        const p = present[i] as number;
        if (p === 0) continue;
        const at = i * INPUT_SLOTS;
        let cell = -1;
        const value = values[i] as number;
        if (p === 1 && value === value) {
          const expiry = k + (holds[i] as number);
          numbers[at + VALUE] = value;
          numbers[at + EXPIRY] = expiry;
          if (expiry < s.next) s.next = expiry;
          cell = cellOf(i, value);
        } else {
          numbers[at + VALUE] = NaN;
          numbers[at + EXPIRY] = Infinity;
        }
        numbers[at + SAMPLE] = k;
        numbers[at + REF] = ref;
        sampled[i >> 5] = (sampled[i >> 5] as number) | (1 << (i & 31));
        if (cell !== numbers[at + CELL]) {
          numbers[at + CELL] = cell;
          crossed[i >> 5] = (crossed[i >> 5] as number) | (1 << (i & 31));
        }
      }
      evaluate(s, k, true, emit);
      quiet?.enter(s, k, values, present);
      quiet?.rest(s);
    },
    warm: quiet === undefined ? () => 0 : quiet.warm,
    tick(s, nowMs, emit) {
      const limit = 2 * nowMs;
      if (quiet?.promise(s, limit) === true) return;
      if (s.next < limit) advance(s, limit, emit);
      if (limit > s.clock) s.clock = limit;
      quiet?.rest(s);
    },
    nextTimer(s) {
      const next = quiet === undefined ? s.next : quiet.next(s);
      return next === Infinity ? Infinity : Math.floor(next / 2) + 1;
    },
    seed(s, trigger, log) {
      quiet?.leave(s);
      (runners[trigger] as TriggerRunner).seed(s, log);
      // The automaton is to look at its conditions again, whether or not a sample comes.
      if (s.clock === -Infinity) return;
      s.numbers[dueAt + trigger] = s.clock;
      if (s.clock < s.next) s.next = s.clock;
    },
    unknowns(s) {
      s.openWhole();
      quiet?.settle(s);
      const { numbers } = s;
      const unknown = builder.memories.flatMap(({ at, trigger }, memory) =>
        numbers[at] === -1 ? [{ memory, trigger: (runners[trigger] as TriggerRunner).id }] : [],
      );
      quiet?.rest(s);
      return unknown;
    },
    excuse(s, ms) {
      if (silences.length > 0) quiet?.leave(s);
      for (let i = 0; i < silences.length; i++) {
        const { at, source } = silences[i] as (typeof silences)[number];
        excuseSilence(s.numbers, at, source, 2 * ms);
      }
    },
    save(s) {
      quiet?.prepare(s);
      const bytes = saveState(s, set.hash, builder);
      quiet?.rest(s);
      return bytes;
    },
    load(bytes) {
      const s = loadState(bytes, set.hash, builder);
      countOne();
      quiet?.rest(s, true);
      return s;
    },
    layout: () => (layout ??= layoutOf(set)),
    carry(from) {
      layout ??= layoutOf(set);
      countOne();
      return carryState(from, { set, layout, plans, cellOf, earliest });
    },
    status(s) {
      s.openWhole();
      quiet?.settle(s);
      const all = runners.map((runner) => runner.status(s));
      quiet?.rest(s);
      return all;
    },
  };
}
