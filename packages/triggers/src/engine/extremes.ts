/**
 * Extremes of two generations of at least one window each: together they cover the window at any instant, and often
 * prove a comparison without a look at its rows and without a timer for each row that leaves.
 *
 * Numbers: what x was at least and at most since the last turn, and between the turn before and it; cell of the next
 * turn.
 */
const LOW = 0,
  HIGH = 1,
  OLD_LOW = 2,
  OLD_HIGH = 3;
export const TURN = 4;
/** Before the first sample; what else a window keeps comes behind. */
export const NO_EXTREMES = [Infinity, -Infinity, Infinity, -Infinity, NaN] as const;

export function turn(n: Float64Array, at: number, next: number): void {
  n[at + OLD_LOW] = n[at + LOW] as number;
  n[at + OLD_HIGH] = n[at + HIGH] as number;
  n[at + LOW] = Infinity;
  n[at + HIGH] = -Infinity;
  n[at + TURN] = next;
}

export function forgetExtremes(n: Float64Array, at: number): void {
  n[at + LOW] = Infinity;
  n[at + HIGH] = -Infinity;
  n[at + OLD_LOW] = Infinity;
  n[at + OLD_HIGH] = -Infinity;
  n[at + TURN] = NaN;
}

/** The unknown may be anything. */
export function widen(n: Float64Array, at: number, v: number): void {
  if (!(v >= (n[at + LOW] as number))) n[at + LOW] = v === v ? v : -Infinity;
  if (!(v <= (n[at + HIGH] as number))) n[at + HIGH] = v === v ? v : Infinity;
}

export function lowest(n: Float64Array, at: number): number {
  const a = n[at + LOW] as number;
  const b = n[at + OLD_LOW] as number;
  return a < b ? a : b;
}

export function highest(n: Float64Array, at: number): number {
  const a = n[at + HIGH] as number;
  const b = n[at + OLD_HIGH] as number;
  return a > b ? a : b;
}
