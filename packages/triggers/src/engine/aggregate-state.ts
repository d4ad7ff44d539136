/** What an aggregate over a window of samples keeps. */

/** Sums are kept in millionths of the unit, as integers: adding and taking away leaves no rounding error behind. */
export const MICRO = 1e6;

/** Numbers of an aggregate: extremes (extremes.ts); result, 1 if stale, samples, sum in millionths or extreme, cell of the last sample and what was taken of it (NaN = nothing), cell of the newest row; of a slope also origin, Σt, Σt², Σtv. */
export const RESULT = 5,
  STALE = 6,
  COUNT = 7,
  SUM = 8,
  LAST = 9,
  TAKEN = 10,
  NEWEST = 11,
  ORIGIN = 12,
  SUM_T = 13,
  SUM_TT = 14,
  SUM_TV = 15;
