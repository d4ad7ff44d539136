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

/** Where numbers are kept that nobody works with (pack.ts). */
export interface Shelf {
  /** Words of the windows, of everything else. */
  packWindows(numbers: Float64Array, base: number, old: Int32Array | undefined): Int32Array;
  packRest(numbers: Float64Array, base: number, old: Int32Array | undefined): Int32Array;
  /** Of a new subject. */
  create(): Float64Array;
  /** Without `windows` as if nothing were in them. */
  unpack(rest: Int32Array, windows: Int32Array | undefined): Float64Array;
  /** Takes an array for others that nobody holds. */
  giveBack(numbers: Float64Array): void;
  /** Most bytes of numbers at work, which words beside them may not exceed. */
  readonly most: number;
}

export class SubjectState {
  readonly subject: string;
  /** What an observation of a quiet subject needs, see quiet.ts. Empty where nothing is left out. */
  quiet: Float64Array;
  /** Cell up to which everything has been evaluated. */
  clock = -Infinity;
  /** No timer is due before this cell; may be earlier than the true next one. */
  next = Infinity;
  /** Inputs with a sample in the current instant, one bit each, 32 per word. Of all subjects: empty between evaluations. */
  readonly sampled: Int32Array;
  /** Inputs that crossed a constant or became known or unknown in it. */
  readonly crossed: Int32Array;
  readonly #shelf: Shelf;
  #numbers: Float64Array | undefined;
  #rest: Int32Array | undefined;
  #windows: Int32Array | undefined;
  /** The numbers are without the windows. */
  #isPart = false;

  /** Without `numbers` it gets those of a new subject when they are asked for. */
  constructor(
    subject: string,
    numbers: Float64Array | undefined,
    quiet: Float64Array,
    shelf: Shelf,
    bits: readonly Int32Array[],
  ) {
    this.subject = subject;
    this.#numbers = numbers;
    this.quiet = quiet;
    this.#shelf = shelf;
    this.sampled = bits[0] as Int32Array;
    this.crossed = bits[1] as Int32Array;
  }

  /** Every other number of the subject: slots fixed when the set is compiled, then queues, see queue.ts. */
  get numbers(): Float64Array {
    return this.#numbers ?? this.#open();
  }

  set numbers(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  #open(): Float64Array {
    const rest = this.#rest;
    const numbers = rest === undefined ? this.#shelf.create() : this.#shelf.unpack(rest, this.#windows);
    this.#numbers = numbers;
    // Words are kept to be written over.
    if (numbers.byteLength + this.#words > this.#shelf.most) this.#forget();
    return numbers;
  }

  get #words(): number {
    return (this.#rest?.byteLength ?? 0) + (this.#windows?.byteLength ?? 0);
  }

  #forget(): void {
    this.#rest = undefined;
    this.#windows = undefined;
  }

  /** Makes `numbers` ready for who leaves the windows of triggers that are left out alone. */
  openPart(): void {
    if (this.#numbers !== undefined) return;
    this.#numbers = this.#shelf.unpack(this.#rest as Int32Array, undefined);
    this.#isPart = true;
  }

  /** Makes `numbers` ready for who works with windows too. Nobody may hold them. */
  openWhole(): void {
    if (!this.#isPart) return;
    this.rest();
    this.#open();
  }

  /** Packs the numbers until they are asked for. Nobody may hold them. */
  rest(): void {
    const numbers = this.#numbers;
    if (numbers === undefined || this.clock === -Infinity) return;
    if (!this.#isPart) this.#windows = this.#shelf.packWindows(numbers, this.clock, this.#windows);
    this.#rest = this.#shelf.packRest(numbers, this.clock, this.#rest);
    if (!this.#isPart && this.#words > numbers.byteLength) return this.#forget();
    this.#shelf.giveBack(numbers);
    this.#numbers = undefined;
    this.#isPart = false;
  }

  /** Bytes of its numbers as they are kept now. */
  get bytes(): number {
    return this.quiet.byteLength + (this.#numbers?.byteLength ?? 0) + this.#words;
  }
}
