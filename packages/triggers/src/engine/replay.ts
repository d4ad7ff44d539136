/**
 * Evaluating a trigger later than its observations came: what can only move what its recovery condition remembers need
 * not be done each time, if it is done in order before anything can come of it. Rows of the log that is kept for windows
 * (quiet.ts) are evaluated one after the other, with the timers in between.
 */
import type { Emit, TriggerRunner } from "./firing.ts";
import { INPUT_SLOTS, REF, SAMPLE, VALUE, type Builder } from "./node.ts";
import { LAST_REF } from "./quiet-layout.ts";
import type { SubjectState } from "./state.ts";

/** Offsets of the limits of the inputs and of the log, whose first row is the observation before it. */
export interface LogPlace {
  readonly limitsAt: number;
  readonly logAt: number;
  readonly width: number;
}

export interface Replay {
  /** Evaluates the rows of the log. Inputs are left as they are. */
  rows(s: SubjectState, count: number): void;
  /**
   * Runs the timers between the last observation, which stands in the first row of an empty log, and the clock of the
   * subject. Returns the next one.
   */
  timers(s: SubjectState): number;
  /** Whether there is any such timer: then `timers` must be run before the state goes elsewhere. */
  isLate(s: SubjectState): boolean;
}

const refuse: Emit = ({ kind, trigger }) => {
  throw new Error(`trigger ${trigger} was left out, but there was something to tell: ${kind}`);
};

/** Undefined if the log has not every input of the trigger. `columns`: place of an input in a row. */
export function createReplay(
  runner: TriggerRunner,
  columns: ReadonlyMap<number, number>,
  builder: Builder,
  { limitsAt, logAt, width }: LogPlace,
): Replay | undefined {
  const { inputs } = runner;
  if (!inputs.every((input) => columns.has(input))) return undefined;
  const places = inputs.map((input) => ({
    at: input * INPUT_SLOTS,
    limit: limitsAt + 2 * input,
    column: 1 + (columns.get(input) as number),
  }));
  const held = new Float64Array(3 * inputs.length);
  const { context } = builder;

  /** Evaluates and returns the next timer. */
  function evaluate(s: SubjectState, k: number): number {
    context.due = Infinity;
    context.awake = false;
    runner.evaluate(s, k, refuse);
    if (context.tight) builder.settle(s);
    return context.due;
  }

  function setInputs({ numbers: n, quiet: h }: SubjectState, row: number): void {
    for (let j = 0; j < places.length; j++) {
      const { at, limit, column } = places[j] as (typeof places)[number];
      // What is absent stays as it was.
      if ((h[limit] as number) > (h[limit + 1] as number)) continue;
      n[at + VALUE] = h[row + column] as number;
      n[at + SAMPLE] = h[row] as number;
      // The log has no references, but only of the newest row anything is kept: of a rate that is beyond its limit for one report.
      n[at + REF] = h[LAST_REF] as number;
    }
  }

  return {
    rows(s, count) {
      for (let j = 0; j < places.length; j++) {
        const { at } = places[j] as (typeof places)[number];
        held[3 * j] = s.numbers[at + VALUE] as number;
        held[3 * j + 1] = s.numbers[at + SAMPLE] as number;
        held[3 * j + 2] = s.numbers[at + REF] as number;
      }
      setInputs(s, logAt);
      let due = evaluate(s, s.quiet[logAt] as number);
      for (let r = 1; r <= count; r++) {
        const row = logAt + r * width;
        const k = s.quiet[row] as number;
        while (due < k) due = evaluate(s, due);
        setInputs(s, row);
        due = evaluate(s, k);
      }
      for (let j = 0; j < places.length; j++) {
        const { at } = places[j] as (typeof places)[number];
        s.numbers[at + VALUE] = held[3 * j] as number;
        s.numbers[at + SAMPLE] = held[3 * j + 1] as number;
        s.numbers[at + REF] = held[3 * j + 2] as number;
      }
    },
    timers(s) {
      let due = evaluate(s, s.quiet[logAt] as number);
      while (due < s.clock) due = evaluate(s, due);
      return due;
    },
    isLate: (s) => evaluate(s, s.quiet[logAt] as number) < s.clock,
  };
}
