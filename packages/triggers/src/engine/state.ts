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

/** The first of `quiet`: cell up to which everything has been evaluated, one before which no timer is due, 1 if inputs are left out. */
export const CLOCK = 0;
export const NEXT = 1;
const LEFT_OUT = 2;
export const APART = 3;

/** Inputs of a subject of which nothing is evaluated can be told from what noting needs: then they need not be packed. */
export interface InputsApart {
  leaveOut(quiet: Float64Array, numbers: Float64Array): void;
  bringBack(quiet: Float64Array, numbers: Float64Array): void;
}

/** Where numbers are kept that nobody works with (pack.ts). */
export interface Shelf {
  /** A place for a subject, until nobody holds it any more. */
  admit(subject: object): number;
  /** Packs the numbers of the windows, all others; `base` is a cell that most cells are near to. */
  packWindows(place: number, numbers: Float64Array, base: number): void;
  packRest(place: number, numbers: Float64Array, base: number): void;
  /** Of a new subject. */
  create(): Float64Array;
  /** Without windows as if nothing were in them. */
  unpack(place: number, withWindows: boolean): Float64Array;
  /** Takes an array for others that nobody holds. */
  giveBack(numbers: Float64Array): void;
  forget(place: number): void;
  /** Bytes of what is packed. */
  bytes(place: number): number;
  /** Room for what noting needs, instead of what it had. */
  room(place: number, numbers: number): Float64Array;
  readonly inputs: InputsApart;
  /** Most bytes of numbers at work, which what is packed beside them may not exceed. */
  readonly most: number;
}

export class SubjectState {
  readonly subject: string;
  /** `CLOCK`, `NEXT`, and what an observation of a quiet subject needs, see quiet.ts. */
  quiet: Float64Array;
  /** Inputs with a sample in the current instant, one bit each, 32 per word. Of all subjects: empty between evaluations. */
  readonly sampled: Int32Array;
  /** Inputs that crossed a constant or became known or unknown in it. */
  readonly crossed: Int32Array;
  readonly #shelf: Shelf;
  #numbers: Float64Array | undefined;
  /** On the shelf; −1 as long as it was never packed. */
  #place = -1;
  #isPacked = false;
  /** `quiet` lies among those of other subjects. */
  isShelved = false;
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
    quiet[CLOCK] = -Infinity;
    quiet[NEXT] = Infinity;
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

  /** Cell up to which everything has been evaluated. */
  get clock(): number {
    return this.quiet[CLOCK] as number;
  }

  set clock(k: number) {
    this.quiet[CLOCK] = k;
  }

  /** No timer is due before this cell; may be earlier than the true next one. */
  get next(): number {
    return this.quiet[NEXT] as number;
  }

  set next(k: number) {
    this.quiet[NEXT] = k;
  }

  #open(): Float64Array {
    const numbers = this.#isPacked ? this.#shelf.unpack(this.#place, true) : this.#shelf.create();
    this.#numbers = numbers;
    this.#bringBack(numbers);
    // What is packed is kept to be written over.
    if (this.#isPacked && numbers.byteLength + this.#shelf.bytes(this.#place) > this.#shelf.most) this.#forget();
    return numbers;
  }

  #bringBack(numbers: Float64Array): void {
    if (this.quiet[LEFT_OUT] !== 1) return;
    this.#shelf.inputs.bringBack(this.quiet, numbers);
    this.quiet[LEFT_OUT] = 0;
  }

  #forget(): void {
    this.#isPacked = false;
    this.#shelf.forget(this.#place);
  }

  /** Makes `numbers` ready for who leaves the windows of triggers that are left out alone. */
  openPart(): void {
    if (this.#numbers !== undefined) return;
    if (!this.#isPacked) return void this.#open();
    this.#numbers = this.#shelf.unpack(this.#place, false);
    this.#isPart = true;
    this.#bringBack(this.#numbers);
  }

  /** Makes `numbers` ready for who works with windows too. Nobody may hold them. */
  openWhole(): void {
    if (!this.#isPart) return;
    this.rest();
    this.#open();
  }

  /** Packs the numbers until they are asked for. Nobody may hold them. `isCalm`: the inputs can be told from `quiet`. */
  rest(isCalm = false): void {
    const numbers = this.#numbers;
    if (numbers === undefined || this.clock === -Infinity) return;
    const shelf = this.#shelf;
    const place = this.#admitted();
    const isWhole = !this.#isPart;
    if (isCalm) {
      shelf.inputs.leaveOut(this.quiet, numbers);
      this.quiet[LEFT_OUT] = 1;
    }
    if (isWhole) shelf.packWindows(place, numbers, this.clock);
    shelf.packRest(place, numbers, this.clock);
    if (isWhole && shelf.bytes(place) > numbers.byteLength) {
      this.#bringBack(numbers);
      return this.#forget();
    }
    this.#isPacked = true;
    shelf.giveBack(numbers);
    this.#numbers = undefined;
    this.#isPart = false;
  }

  #admitted(): number {
    if (this.#place < 0) this.#place = this.#shelf.admit(this);
    return this.#place;
  }

  /** Gives `quiet` room for so many numbers, of which the first are kept; for good among those of other subjects. */
  fitQuiet(numbers: number, kept: number, isShelved: boolean): void {
    const old = this.quiet;
    this.isShelved ||= isShelved;
    this.quiet = this.isShelved ? this.#shelf.room(this.#admitted(), numbers) : new Float64Array(numbers);
    for (let i = 0; i < kept; i++) this.quiet[i] = old[i] as number;
  }

  /** Bytes of its numbers as they are kept now. */
  get bytes(): number {
    const packed = this.#isPacked ? this.#shelf.bytes(this.#place) : 0;
    return this.quiet.byteLength + (this.#numbers?.byteLength ?? 0) + packed;
  }
}
