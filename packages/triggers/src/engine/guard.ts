/**
 * What must stay so that a subject's next observations change nothing: limits for its inputs, a time before which no
 * timer is due, and limits for the distance between observations.
 *
 * A trigger that can name them for its present state need not be evaluated while they hold: its verdict stays, its
 * witnesses stay, and the samples that its windows want are taken in later, several at once (see quiet.ts).
 */
export const ABSENT = 0;
export const VALID = 1;
export const INVALID = 2;

/** How a trigger is while the guard holds: evaluated, left out, or left out and evaluated later (`TriggerRunner.guard`). */
export const AWAKE = 0;
export const GUARDED = 2;
export const REPLAYED = 3;

export class Guard {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** How each input comes with every observation: ABSENT, VALID or INVALID. */
  readonly present: Uint8Array;
  /** Cells between the last two observations. */
  pace = Infinity;
  /** Cell before which it holds. */
  until = Infinity;
  /** Distances between observations in cells: less than `gap`, at least `least`. */
  gap = Infinity;
  least = 1;

  constructor(inputs: number) {
    this.low = new Float64Array(inputs);
    this.high = new Float64Array(inputs);
    this.present = new Uint8Array(inputs);
  }

  reset(): void {
    this.low.fill(-Infinity);
    this.high.fill(Infinity);
    this.until = Infinity;
    this.gap = Infinity;
    this.least = 1;
  }

  /** Takes the limits of another one. */
  copy(other: Guard): void {
    this.low.set(other.low);
    this.high.set(other.high);
    this.until = other.until;
    this.gap = other.gap;
    this.least = other.least;
  }

  /** Input i stays in [low, high]. */
  keep(i: number, low: number, high: number): void {
    if (low > (this.low[i] as number)) this.low[i] = low;
    if (high < (this.high[i] as number)) this.high[i] = high;
  }

  before(k: number): void {
    if (k < this.until) this.until = k;
  }

  /** The next observation comes less than `cells` after the one before. */
  within(cells: number): void {
    if (cells < this.gap) this.gap = cells;
  }

  /** No two observations are closer than `cells`. */
  apart(cells: number): void {
    if (cells > this.least) this.least = cells;
  }
}

const bits = new BigInt64Array(1);
const real = new Float64Array(bits.buffer);

/** The next greater number. */
export function above(x: number): number {
  if (!Number.isFinite(x)) return x;
  if (x === 0) return Number.MIN_VALUE;
  real[0] = x;
  bits[0] = (bits[0] as bigint) + (x > 0 ? 1n : -1n);
  return real[0];
}

/** The next smaller number. */
export function below(x: number): number {
  return -above(-x);
}
