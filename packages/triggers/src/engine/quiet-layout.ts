/**
 * What a quiet subject has apart from its other numbers.
 *
 * Numbers: clock and next timer (state.ts), rows in the log (−1: no guard), cell before which all is quiet, greatest distance between observations for
 * which it is; the same of the guard alone; least distance between observations, cell of the last one, cell that was
 * promised to have passed, reference of the last one, 1 if observations are evaluated for some triggers, 1 if all
 * triggers with windows have a guard, times to wait before asking again, length of the next pause, cells between the
 * last two observations, rows that the log has room for; then per input low and high (∞, −∞: is absent; NaN: comes
 * invalid), per input the last value, and the log: cell and the values that windows want, row 0 the observation before
 * the log.
 */
import type { Builder } from "./node.ts";

export const LENGTH = 2,
  UNTIL = 3,
  GAP = 4,
  GUARD_UNTIL = 5,
  GUARD_GAP = 6,
  LEAST = 7,
  LAST = 8,
  NOW = 9,
  LAST_REF = 10,
  HOT = 11,
  ALL = 12,
  WAIT = 13,
  PAUSE = 14,
  PACE = 15,
  CAPACITY = 16,
  LIMITS = 17;

/** Rows of the log, and of the one of subjects that report slowly: they have the time to take it in more often. */
export const ROWS = 32;
export const SLOW_ROWS = 8;
/** How an observation was taken. */
export const NOT_QUIET = 0;
/** Nothing further is to be done. */
export const NOTED = 1;
/** Triggers without a guard are still to be evaluated. */
export const NOTED_SOME = 2;

export interface QuietLayout {
  /** Inputs of which windows want every sample. */
  readonly logged: readonly number[];
}

/** Gives it its room; inputs are declared and nothing is compiled yet. */
export function layOutQuiet(builder: Builder, logged: readonly number[]): QuietLayout {
  const width = 1 + logged.length;
  const logAt = LIMITS + 3 * builder.inputs.length;
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
  return { logged };
}
