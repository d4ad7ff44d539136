/**
 * Smallest, largest and sum of stretches of 16-bit numbers, eight at a time: a WebAssembly module of one function,
 * written out below. A plain loop in JavaScript costs 2 ns a number, which for 192 cells and 96 probes is twice what all
 * other rules together cost; simd-spans.test.ts holds the two against each other.
 */
import { branch, branchIf, constant, get, OP, PAGE_BYTES, set, wasmModule } from "./wasm-code.ts";

/** Numbers that are copied in at once, at most; as a rule so many that the cache next to the core holds them. */
const NUMBERS = 65_536;
const NUMBERS_AT_ONCE = 12_288;
/** Stretches worked through at once. */
const STRETCHES = 4096;
const BOUNDS_AT = NUMBERS * 2;
const OUT_AT = BOUNDS_AT + STRETCHES * 8;
const PAGES = 8;

/** Three entries per stretch in what `end` gives. */
export const SPAN = { min: 0, max: 1, sum: 2, size: 3 } as const;
const OUT_BYTES = SPAN.size * 4;

type Fold = (bounds: number, count: number, out: number) => void;

/** `begin`, then `add` for every stretch, then `end`. */
export class SpanFolder {
  readonly #memory: WebAssembly.Memory;
  readonly #unsigned: Fold;
  readonly #signed: Fold;
  #input = new Uint8Array(0);
  #bounds = new Uint32Array(0);
  #numbers: Uint16Array | Int16Array = new Uint16Array(0);
  /** First number of the stretches that wait, how many wait, how many are done. */
  #origin = 0;
  #last = 0;
  #waiting = 0;
  #done = 0;

  constructor() {
    const { exports } = new WebAssembly.Instance(MODULE);
    this.#memory = exports.memory as WebAssembly.Memory;
    this.#unsigned = exports.unsigned as Fold;
    this.#signed = exports.signed as Fold;
    this.#view();
  }

  /** Begins with the stretches of a list of numbers. @param stretches as many will be added at most */
  begin(numbers: Uint16Array | Int16Array, stretches: number): void {
    const missing = OUT_AT + stretches * OUT_BYTES - this.#memory.buffer.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.#view();
    }
    this.#numbers = numbers;
    this.#waiting = this.#done = 0;
  }

  /** The numbers [from, to), not before those of the last call and no more than 65,536. */
  add(from: number, to: number): void {
    if (this.#waiting === STRETCHES || to - this.#origin > NUMBERS_AT_ONCE) this.#flush();
    if (this.#waiting === 0) this.#origin = from;
    const at = this.#waiting++ * 2;
    this.#bounds[at] = (from - this.#origin) * 2;
    this.#bounds[at + 1] = (to - this.#origin) * 2;
    this.#last = to;
  }

  /**
   * @returns SPAN.size entries per stretch, valid until the next `begin`; of an empty stretch they mean nothing but
   *   sum 0. The sum is to be read with `>>> 0`; it is made of unsigned numbers only
   */
  end(): Int32Array {
    this.#flush();
    return new Int32Array(this.#memory.buffer, OUT_AT, this.#done * SPAN.size);
  }

  #flush(): void {
    if (this.#waiting === 0) return;
    const numbers = this.#numbers;
    const bytes = (this.#last - this.#origin) * 2;
    if (bytes > NUMBERS * 2) throw new RangeError("a stretch is longer than 65,536 numbers");
    this.#input.set(new Uint8Array(numbers.buffer, numbers.byteOffset + this.#origin * 2, bytes));
    const fold = numbers instanceof Uint16Array ? this.#unsigned : this.#signed;
    fold(BOUNDS_AT, this.#waiting, OUT_AT + this.#done * OUT_BYTES);
    this.#done += this.#waiting;
    this.#waiting = 0;
  }

  #view(): void {
    const { buffer } = this.#memory;
    this.#input = new Uint8Array(buffer, 0, NUMBERS * 2);
    this.#bounds = new Uint32Array(buffer, BOUNDS_AT, STRETCHES * 2);
  }
}

// ── the module ────────────────────────────────────────────────────────────────────────────────────────────────────

const vectorOf16 = (value: number) => [
  0xfd,
  0x0c,
  ...Array.from({ length: 16 }, (_, i) => (i % 2 ? value >> 8 : value) & 0xff),
];

/** Moves the upper half of 2^n lanes of `width` bytes onto the lower half. */
const fold = (width: number) => OP.shuffle(Array.from({ length: 16 }, (_, i) => (i + width) % 16));

/** (bounds, count, out): for each pair of byte offsets at `bounds`, min, max and sum as 32-bit numbers at `out`. */
function foldBody(isSigned: boolean): number[] {
  const [bounds, count, out, at, end, min, max, sum, value, mins, maxs, sums, vector] = Array(13).keys();
  const first = isSigned ? 0x7fff : 0xffff;
  const last = isSigned ? -0x8000 : 0;
  const op = (unsigned: number, signed: number) => [0xfd, isSigned ? signed : unsigned, 0x01];
  const minOf = op(0x97, 0x96);
  const maxOf = op(0x99, 0x98);
  const lane16 = [0xfd, isSigned ? 0x18 : 0x19, 0];
  const load16 = [isSigned ? 0x2e : 0x2f, 1, 0];
  const less = isSigned ? OP.lessSigned : OP.lessUnsigned;
  const reduce = (from: number, by: readonly number[], widths: readonly number[]) =>
    widths.flatMap((width) => [...get(from), ...get(from), ...get(from), ...fold(width), ...by, ...set(from)]);
  const take = (offset: number) => [
    ...get(at),
    ...OP.vectorLoad(offset),
    ...set(vector),
    ...get(mins),
    ...get(vector),
    ...minOf,
    ...set(mins),
    ...get(maxs),
    ...get(vector),
    ...maxOf,
    ...set(maxs),
    ...(isSigned ? [] : [...get(sums), ...get(vector), ...OP.pairwiseUnsigned, ...OP.vectorAdd32, ...set(sums)]),
  ];
  const vectors = (some: number) => [
    ...OP.block,
    ...OP.loop,
    ...get(end),
    ...get(at),
    ...OP.sub,
    ...constant(16 * some),
    ...OP.lessUnsigned,
    ...branchIf(1),
    ...Array.from({ length: some }, (_, i) => take(16 * i)).flat(),
    ...get(at),
    ...constant(16 * some),
    ...OP.add,
    ...set(at),
    ...branch(0),
    ...OP.end,
    ...OP.end,
  ];
  return [
    ...OP.block,
    ...OP.loop,
    ...get(count),
    ...OP.eqz,
    ...branchIf(1),
    ...get(bounds),
    ...OP.load,
    ...set(at),
    ...get(bounds),
    ...constant(4),
    ...OP.add,
    ...OP.load,
    ...set(end),
    ...vectorOf16(first),
    ...set(mins),
    ...vectorOf16(last & 0xffff),
    ...set(maxs),
    ...vectorOf16(0),
    ...set(sums),
    // Thirty-two at a time, then eight at a time.
    ...vectors(4),
    ...vectors(1),
    ...reduce(mins, minOf, [8, 4, 2]),
    ...get(mins),
    ...lane16,
    ...set(min),
    ...reduce(maxs, maxOf, [8, 4, 2]),
    ...get(maxs),
    ...lane16,
    ...set(max),
    ...(isSigned ? [] : [...reduce(sums, OP.vectorAdd32, [8, 4]), ...get(sums), ...OP.lane32, ...set(sum)]),
    // The rest, one by one.
    ...OP.block,
    ...OP.loop,
    ...get(at),
    ...get(end),
    ...OP.lessUnsigned,
    ...OP.eqz,
    ...branchIf(1),
    ...get(at),
    ...load16,
    ...set(value),
    ...(isSigned ? [] : [...get(sum), ...get(value), ...OP.add, ...set(sum)]),
    ...get(value),
    ...get(min),
    ...get(value),
    ...get(min),
    ...less,
    ...OP.select,
    ...set(min),
    ...get(max),
    ...get(value),
    ...get(value),
    ...get(max),
    ...less,
    ...OP.select,
    ...set(max),
    ...get(at),
    ...constant(2),
    ...OP.add,
    ...set(at),
    ...branch(0),
    ...OP.end,
    ...OP.end,
    ...get(out),
    ...get(min),
    ...OP.store(0),
    ...get(out),
    ...get(max),
    ...OP.store(4),
    ...get(out),
    ...get(sum),
    ...OP.store(8),
    ...get(out),
    ...constant(12),
    ...OP.add,
    ...set(out),
    ...get(bounds),
    ...constant(8),
    ...OP.add,
    ...set(bounds),
    ...get(count),
    ...constant(1),
    ...OP.sub,
    ...set(count),
    ...branch(0),
    ...OP.end,
    ...OP.end,
  ];
}

const MODULE = wasmModule(PAGES, 3, false, [
  { name: "unsigned", locals: [6, 4], code: foldBody(false) },
  { name: "signed", locals: [6, 4], code: foldBody(true) },
]);
