/**
 * State of one subject.
 *
 * Time inside the engine is counted in *half milliseconds*: k = 2t is the instant t, k = 2t + 1 the open interval
 * (t, t + 1 ms). All inputs change at whole milliseconds, so every condition is constant on each cell and dense time
 * becomes integer arithmetic: a point event is one even cell, a right-continuous run starts at an even cell, a
 * left-open run at an odd one, and a window [t − b, t − a] is exactly the cells k − 2b … k − 2a.
 */
/** Verdicts of Kleene's logic: `and` is the minimum, `or` the maximum, `not` is 2 − v. */
export const F = 0;
export const U = 1;
export const T = 2;
export type Verdict = 0 | 1 | 2;

/**
 * Numbers per input: value (NaN unknown), cell at which it expires, cell of the last sample, its reference, and where
 * the value lies among the constants that it is compared with (−1 invalid, −2 expired, −3 never given,
 * even between two, odd on one).
 */
export const INPUT_SLOTS = 5;
export const VALUE = 0;
export const EXPIRY = 1;
export const SAMPLE = 2;
export const REF = 3;
export const CELL = 4;
/** A sample that has outlived its hold is no witness of anything. */
export const EXPIRED = -2;
/** Nothing was given yet: a first sample moves the value, an invalid one too. */
export const NEVER = -3;

export class SubjectState {
  readonly subject: string;
  /** Every number of the subject: slots fixed when the set is compiled, then queues, see queue.ts. */
  numbers: Float64Array;
  /** Cell up to which everything has been evaluated. */
  clock = -Infinity;
  /** No timer is due before this cell; may be earlier than the true next one. */
  next = Infinity;
  /** Inputs with a sample in the current instant, one bit each, 32 per word. */
  readonly sampled: Int32Array;
  /** Inputs that crossed a constant or became known or unknown in it. */
  readonly crossed: Int32Array;

  constructor(subject: string, numbers: Float64Array, words: number) {
    this.subject = subject;
    this.numbers = numbers;
    this.sampled = new Int32Array(words);
    this.crossed = new Int32Array(words);
  }
}
