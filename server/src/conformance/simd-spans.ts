/**
 * Smallest, largest and sum of stretches of 16-bit numbers, eight at a time: a WebAssembly module of one function,
 * written out below. A plain loop in JavaScript costs 2 ns a number, which for 192 cells and 96 probes is twice what all
 * other rules together cost; simd-spans.test.ts holds the two against each other.
 */

/** Numbers that are copied in at once, and stretches worked through at once. */
const NUMBERS = 65_536;
const STRETCHES = 2048;
const BOUNDS_AT = NUMBERS * 2;
const OUT_AT = BOUNDS_AT + STRETCHES * 8;
const PAGES = Math.ceil((OUT_AT + STRETCHES * 12) / 65_536);

/** Three entries per stretch in what `spans` gives. */
export const SPAN = { min: 0, max: 1, sum: 2, size: 3 } as const;

type Fold = (bounds: number, count: number, out: number) => void;

export class SpanFolder {
  readonly #memory: WebAssembly.Memory;
  readonly #unsigned: Fold;
  readonly #signed: Fold;
  readonly #u16: Uint16Array;
  readonly #i16: Int16Array;
  readonly #bounds: Uint32Array;
  readonly #out: Int32Array;
  #spans = new Int32Array(16_384 * SPAN.size);

  constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()));
    this.#memory = exports.memory as WebAssembly.Memory;
    this.#unsigned = exports.unsigned as Fold;
    this.#signed = exports.signed as Fold;
    const { buffer } = this.#memory;
    this.#u16 = new Uint16Array(buffer, 0, NUMBERS);
    this.#i16 = new Int16Array(buffer, 0, NUMBERS);
    this.#bounds = new Uint32Array(buffer, BOUNDS_AT, STRETCHES * 2);
    this.#out = new Int32Array(buffer, OUT_AT, STRETCHES * SPAN.size);
  }

  /**
   * @param bounds pairs [from, to) of positions in `numbers`, ascending, none longer than 65,536
   * @returns SPAN.size entries per pair, valid until the next call; of an empty stretch they mean nothing
   *   but sum 0; the sum of unsigned numbers is to be read with `>>> 0`
   */
  fold(numbers: Uint16Array | Int16Array, bounds: Uint32Array, count: number): Int32Array {
    if (this.#spans.length < count * SPAN.size) this.#spans = new Int32Array(count * SPAN.size * 2);
    const spans = this.#spans;
    for (let first = 0; first < count;) {
      const origin = bounds[first * 2];
      let last = first;
      while (last < count && last - first < STRETCHES && bounds[last * 2 + 1] - origin <= NUMBERS) last++;
      if (last === first) throw new RangeError("a stretch is longer than 65,536 numbers");
      for (let i = first; i < last; i++) {
        this.#bounds[(i - first) * 2] = (bounds[i * 2] - origin) * 2;
        this.#bounds[(i - first) * 2 + 1] = (bounds[i * 2 + 1] - origin) * 2;
      }
      const end = bounds[last * 2 - 1];
      if (numbers instanceof Uint16Array) {
        this.#u16.set(numbers.subarray(origin, end));
        this.#unsigned(BOUNDS_AT, last - first, OUT_AT);
      } else {
        this.#i16.set(numbers.subarray(origin, end));
        this.#signed(BOUNDS_AT, last - first, OUT_AT);
      }
      spans.set(this.#out.subarray(0, (last - first) * SPAN.size), first * SPAN.size);
      first = last;
    }
    return spans;
  }
}

// ── the module ────────────────────────────────────────────────────────────────────────────────────────────────────

const I32 = 0x7f;
const V128 = 0x7b;
/** Opcodes of the WebAssembly core specification 2.0, vector ones behind the prefix 0xFD. */
const OP = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  select: [0x1b],
  load: [0x28, 2, 0],
  store: (offset: number) => [0x36, 2, offset],
  eqz: [0x45],
  add: [0x6a],
  sub: [0x6b],
  lessUnsigned: [0x49],
  lessSigned: [0x48],
  vectorLoad: [0xfd, 0x00, 1, 0],
  vectorAdd32: [0xfd, 0xae, 0x01],
  shuffle: (lanes: readonly number[]) => [0xfd, 0x0d, ...lanes],
  lane32: [0xfd, 0x1b, 0],
} as const;
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, ...signedLeb(value)];
const branch = (depth: number) => [0x0c, depth];
const branchIf = (depth: number) => [0x0d, depth];
const vectorOf16 = (value: number) => [
  0xfd,
  0x0c,
  ...Array.from({ length: 16 }, (_, i) => (i % 2 ? value >> 8 : value) & 0xff),
];

/** Moves the upper half of 2^n lanes of `width` bytes onto the lower half. */
const fold = (width: number) => OP.shuffle(Array.from({ length: 16 }, (_, i) => (i + width) % 16));

function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

const named = (name: string, kind: number, index: number) => [name.length, ...Buffer.from(name, "latin1"), kind, index];

/** (bounds, count, out): for each pair of byte offsets at `bounds`, min, max and sum as 32-bit numbers at `out`. */
function foldBody(isSigned: boolean): number[] {
  const [bounds, count, out, at, end, min, max, sum, value, mins, maxs, sums, vector] = Array(13).keys();
  const first = isSigned ? 0x7fff : 0xffff;
  const last = isSigned ? -0x8000 : 0;
  const op = (unsigned: number, signed: number) => [0xfd, isSigned ? signed : unsigned, 0x01];
  const minOf = op(0x97, 0x96);
  const maxOf = op(0x99, 0x98);
  const pairwise = [0xfd, isSigned ? 0x7e : 0x7f, 0x01].slice(0, 2);
  const lane16 = [0xfd, isSigned ? 0x18 : 0x19, 0];
  const load16 = [isSigned ? 0x2e : 0x2f, 1, 0];
  const less = isSigned ? OP.lessSigned : OP.lessUnsigned;
  const reduce = (from: number, by: readonly number[], widths: readonly number[]) =>
    widths.flatMap((width) => [...get(from), ...get(from), ...get(from), ...fold(width), ...by, ...set(from)]);
  const code = [
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
    // Eight at a time.
    ...OP.block,
    ...OP.loop,
    ...get(end),
    ...get(at),
    ...OP.sub,
    ...constant(16),
    ...OP.lessUnsigned,
    ...branchIf(1),
    ...get(at),
    ...OP.vectorLoad,
    ...set(vector),
    ...get(mins),
    ...get(vector),
    ...minOf,
    ...set(mins),
    ...get(maxs),
    ...get(vector),
    ...maxOf,
    ...set(maxs),
    ...get(sums),
    ...get(vector),
    ...pairwise,
    ...OP.vectorAdd32,
    ...set(sums),
    ...get(at),
    ...constant(16),
    ...OP.add,
    ...set(at),
    ...branch(0),
    ...OP.end,
    ...OP.end,
    ...reduce(mins, minOf, [8, 4, 2]),
    ...get(mins),
    ...lane16,
    ...set(min),
    ...reduce(maxs, maxOf, [8, 4, 2]),
    ...get(maxs),
    ...lane16,
    ...set(max),
    ...reduce(sums, OP.vectorAdd32, [8, 4]),
    ...get(sums),
    ...OP.lane32,
    ...set(sum),
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
    ...get(sum),
    ...get(value),
    ...OP.add,
    ...set(sum),
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
    ...OP.end,
  ];
  const locals = [2, 6, I32, 4, V128];
  const body = [...locals, ...code];
  return [...leb(body.length), ...body];
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, [1, 0x60, 3, I32, I32, I32, 0]),
    ...section(3, [2, 0, 0]),
    ...section(5, [1, 0, PAGES]),
    ...section(7, [3, ...named("memory", 2, 0), ...named("unsigned", 0, 0), ...named("signed", 0, 1)]),
    ...section(10, [2, ...foldBody(false), ...foldBody(true)]),
  ]);
}
