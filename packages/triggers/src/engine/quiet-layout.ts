/**
 * What a quiet subject has apart from its other numbers.
 *
 * Numbers: clock, next timer and whether inputs are left out (state.ts), rows in the log (−1: no guard), cell before which all is quiet, greatest distance between observations for
 * which it is; the same of the guard alone; least distance between observations, cell of the last one, cell that was
 * promised to have passed, reference of the last one, 1 if observations are evaluated for some triggers, 1 if all
 * triggers with windows have a guard, times to wait before asking again, length of the next pause, cells between the
 * last two observations, rows that the log has room for, cell before which a rate that is beyond its limit must be back
 * (∞: none is, see brief-rates.ts); then per input low and high (∞, −∞: is absent; NaN: comes
 * invalid), per input that is not in the log the last value, and the log: cell and the values that windows want, row 0 the observation before
 * the log.
 */
import type { Builder } from "./node.ts";

export const LENGTH = 3,
  UNTIL = 4,
  GAP = 5,
  GUARD_UNTIL = 6,
  GUARD_GAP = 7,
  LEAST = 8,
  LAST = 9,
  NOW = 10,
  LAST_REF = 11,
  HOT = 12,
  ALL = 13,
  WAIT = 14,
  PAUSE = 15,
  PACE = 16,
  CAPACITY = 17,
  BRIEF = 18,
  LIMITS = 19;

/** Rows of the log, and of the one of subjects that report slowly: they have the time to take it in more often. */
export const ROWS = 64;
export const SLOW_ROWS = 8;
/** How an observation was taken. */
export const NOT_QUIET = 0;
/** Nothing further is to be done. */
export const NOTED = 1;
/** Triggers without a guard are still to be evaluated. */
export const NOTED_SOME = 2;

export interface QuietLayout {
  /** Inputs of which windows want every sample, and the others: of these the last value is kept apart. */
  readonly logged: readonly number[];
  readonly unlogged: readonly number[];
  /** Where those values begin, and the log; numbers of a row. */
  readonly valuesAt: number;
  readonly logAt: number;
  readonly width: number;
}

/** Gives it its room; inputs are declared and nothing is compiled yet. */
export function layOutQuiet(builder: Builder, logged: readonly number[]): QuietLayout {
  const width = 1 + logged.length;
  const unlogged = [...builder.inputs.keys()].filter((input) => !logged.includes(input));
  const valuesAt = LIMITS + 2 * builder.inputs.length;
  const logAt = valuesAt + unlogged.length;
  builder.quiet = {
    kept: logAt + width,
    most: logAt + (ROWS + 1) * width,
    create(saved) {
      const rows = saved?.[CAPACITY] === ROWS ? ROWS : SLOW_ROWS;
      const h = new Float64Array(logAt + (rows + 1) * width);
      if (saved === undefined) h[LENGTH] = -1;
      else h.set(saved);
      h[CAPACITY] = rows;
      return h;
    },
  };
  return { logged, unlogged, valuesAt, logAt, width };
}
