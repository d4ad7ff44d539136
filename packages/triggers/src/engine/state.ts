/**
 * State of one subject.
 *
 * Time inside the engine is counted in *half milliseconds*: k = 2t is the instant t, k = 2t + 1 the open interval
 * (t, t + 1 ms). All inputs change at whole milliseconds, so every condition is constant on each cell and dense time
 * becomes integer arithmetic: a point event is one even cell, a right-continuous run starts at an even cell, a
 * left-open run at an odd one, and a window [t − b, t − a] is exactly the cells k − 2b … k − 2a.
 */
import { Queue } from "./queue.ts";

/** Verdicts of Kleene's logic: `and` is the minimum, `or` the maximum, `not` is 2 − v. */
export const F = 0;
export const U = 1;
export const T = 2;
export type Verdict = 0 | 1 | 2;

/** Numbers per input: value (NaN unknown), cell at which it expires, cell of the last sample, its reference. */
export const INPUT_SLOTS = 4;
export const VALUE = 0;
export const EXPIRY = 1;
export const SAMPLE = 2;
export const REF = 3;

export class SubjectState {
  readonly subject: string;
  /** Every number of the subject; the layout is fixed when the set is compiled. */
  readonly numbers: Float64Array;
  /** Windows that must keep samples or runs; they grow to the bound computed at compile time. */
  readonly queues: Queue[];
  /** Cell up to which everything has been evaluated. */
  clock = -Infinity;
  /** No timer is due before this cell; may be earlier than the true next one. */
  next = Infinity;
  /** Inputs seen in the current instant, one bit each, 32 per word. */
  readonly touched: Int32Array;

  constructor(subject: string, numbers: Float64Array, queues: Queue[], words: number) {
    this.subject = subject;
    this.numbers = numbers;
    this.queues = queues;
    this.touched = new Int32Array(words);
  }
}
