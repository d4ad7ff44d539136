/**
 * States at rest. The numbers of a subject are doubles where they are worked with, and most subjects are not worked with:
 * their observations are only noted (quiet.ts). Then their numbers are kept packed, and come back exactly as they were
 * when they are asked for, but for the sign of a zero.
 *
 * Windows of triggers that may be left out are packed apart: while they are, others are evaluated without them.
 *
 * Bytes of a block: its units, the cell that cells are counted from, how many numbers its queues take. Of
 * the fixed numbers those that differ from the template, which is the first subject that came to rest, each with how
 * many do not in between; an input is told from the one before it, because samples usually come together. Of each queue
 * its rows, column by column (columns.ts).
 */
import {
  EACH,
  isSame,
  MOST_BYTES,
  putColumn,
  putCount,
  putDouble,
  putNumber,
  takeColumn,
  takeCount,
  takeDouble,
  taken,
  takeNumber,
  TYPE_BITS,
} from "./columns.ts";
import { BASE, HEAD, layOut, LENGTH, QUEUE_SLOTS, ROOM, SPARE, type Queue } from "./queue.ts";
import { NONE, Places, REST, WINDOWS } from "./shelf.ts";
import { INPUT_SLOTS, type InputsApart, type Shelf } from "./state.ts";

/** Offsets in a block. */
const CLOCK = 4,
  SIZE = 12,
  HEADER = 16;
/** Numbers that are left out before one that is not, at most. */
const MOST_SKIPPED = 2 ** (8 - TYPE_BITS) - 1;
/** Columns of a queue. */
const MOST_COLUMNS = 8;
/** Rows that a queue has room for beyond those that it must, so that it does not grow at once. */
const EXTRA = 8;
/** Arrays for unpacked numbers have lengths of so many, so that they can be used again. */
const LENGTH_STEP = 128;
const MOST_POOLED = 32;

export class Packer implements Shelf {
  readonly #fixed: number;
  /** How many fixed numbers are those of inputs. */
  readonly #inputNumbers: number;
  readonly #queues: readonly Queue[];
  /** Indices of the queues that are windows of triggers that may be left out, and of the others. */
  readonly #windows: readonly number[];
  readonly #others: readonly number[];
  /** Fixed numbers other than where queues lie, which is found again from their lengths: from, to, from, to … */
  readonly #spans: readonly number[];
  readonly most: number;
  readonly inputs: InputsApart;
  /** What is being written, by bytes and by words; as long as a state of `reserved` numbers takes at most. */
  #out = new Uint8Array(0);
  #words = new Int32Array(0);
  #column = new Float64Array(0);
  #reserved = 0;
  readonly #pool = new Map<number, Float64Array[]>();
  #template: Float64Array | undefined;
  /** How each column was kept last, for it will be again; now and then it is looked whether a shorter way does. */
  readonly #kinds: Uint8Array;
  #turn = 0;
  /** Numbers that the queues take which are being packed. */
  #size = 0;
  readonly #initial: readonly number[];
  readonly #places = new Places();

  /**
   * @param initial fixed numbers of a new subject, first those of its inputs
   * @param windows indices of queues that are packed apart
   * @param most numbers of the largest state
   */
  constructor(
    initial: readonly number[],
    inputs: number,
    apart: InputsApart,
    queues: readonly Queue[],
    windows: ReadonlySet<number>,
    most: number,
  ) {
    this.#initial = initial;
    this.#fixed = initial.length;
    this.#inputNumbers = inputs * INPUT_SLOTS;
    this.inputs = apart;
    this.#queues = queues;
    this.#windows = [...windows];
    this.#others = [...queues.keys()].filter((index) => !windows.has(index));
    this.#spans = spansBetween(queues, initial.length);
    this.most = 8 * most;
    this.#kinds = new Uint8Array(queues.length * MOST_COLUMNS);
  }

  admit(subject: object): number {
    return this.#places.admit(subject);
  }

  bytes(place: number): number {
    return this.#places.bytes(place);
  }

  forget(place: number): void {
    this.#places.forget(place);
  }

  room(place: number, numbers: number): Float64Array {
    return this.#places.room(place, numbers);
  }

  packWindows(place: number, n: Float64Array, base: number): void {
    this.#turn = (this.#turn + 1) & 63;
    this.#keep(place, WINDOWS, this.#packQueues(n, base, this.#windows, this.#header(n, base)));
  }

  packRest(place: number, n: Float64Array, base: number): void {
    const p = this.#packFixed(n, base, (this.#template ??= this.#templateOf(n)), this.#header(n, base));
    this.#keep(place, REST, this.#packQueues(n, base, this.#others, p));
  }

  #templateOf(n: Float64Array): Float64Array {
    const template = n.slice(0, this.#fixed);
    template.set(this.#initial.slice(0, this.#inputNumbers));
    return template;
  }

  /** The units of the block and the numbers of the queues are written when they are known. */
  #header(n: Float64Array, base: number): number {
    if (n.length > this.#reserved) this.#reserve(n.length);
    this.#size = 0;
    putDouble(this.#out, CLOCK, base);
    return HEADER;
  }

  /** States grow with what windows hold; the largest may be megabytes that most sets never come to. */
  #reserve(numbers: number): void {
    this.#reserved = Math.max(numbers, Math.min(this.most / 8, 2 * this.#reserved));
    const longest = HEADER + (MOST_BYTES + 1) * (this.#reserved + (MOST_COLUMNS + 1) * this.#queues.length);
    this.#words = new Int32Array(Math.ceil(longest / 4));
    this.#out = new Uint8Array(this.#words.buffer);
    this.#column = new Float64Array(this.#reserved);
  }

  #packQueues(n: Float64Array, base: number, queues: readonly number[], from: number): number {
    let p = from;
    for (let j = 0; j < queues.length; j++) p = this.#packQueue(queues[j] as number, n, base, p);
    return p;
  }

  #keep(place: number, part: typeof WINDOWS | typeof REST, length: number): void {
    this.#words[SIZE / 4] = this.#size;
    this.#places.keep(place, part, this.#words, length);
  }

  #packFixed(n: Float64Array, base: number, template: Float64Array, from: number): number {
    const out = this.#out;
    const inputs = this.#inputNumbers;
    const spans = this.#spans;
    let p = from;
    /** The next number that is not told yet. */
    let next = 0;
    for (let span = 0; span < spans.length; span += 2)
      for (let i = spans[span] as number, end = spans[span + 1] as number; i < end; i++) {
        const x = n[i] as number;
        const y = (i < inputs && i >= INPUT_SLOTS ? n[i - INPUT_SLOTS] : template[i]) as number;
        if (isSame(x, y)) continue;
        for (; i - next >= MOST_SKIPPED; next += MOST_SKIPPED) out[p++] = MOST_SKIPPED << TYPE_BITS;
        p = putNumber(out, p, (i - next) << TYPE_BITS, x, base);
        next = i + 1;
      }
    for (; next < this.#fixed; next += MOST_SKIPPED) out[p++] = MOST_SKIPPED << TYPE_BITS;
    return p;
  }

  /** First the length of the queue; then its columns, if it is not empty. */
  #packQueue(index: number, n: Float64Array, base: number, from: number): number {
    const q = this.#queues[index] as Queue;
    const out = this.#out;
    const length = q.length(n);
    const { width } = q;
    let p = putCount(out, from, length);
    this.#size += roomOf(q, length) * width;
    if (length === 0) return p;
    const start = n[q.meta + BASE] as number;
    const ring = (n[q.meta + ROOM] as number) * width;
    const column = this.#column;
    const head = start + (n[q.meta + HEAD] as number) * width;
    for (let c = 0; c < width; c++) {
      // In a line, so that loops over it are short.
      for (let row = 0, at = head + c; row < length; row++) {
        column[row] = n[at] as number;
        at += width;
        if (at >= start + ring) at -= ring;
      }
      let kind = this.#kinds[index * MOST_COLUMNS + c] as number;
      let end = kind === EACH || this.#turn === 0 ? -1 : putColumn(kind, column, length, base, out, p);
      if (end < 0) for (kind = 0; (end = putColumn(kind, column, length, base, out, p)) < 0;) kind++;
      this.#kinds[index * MOST_COLUMNS + c] = kind;
      p = end;
    }
    return p;
  }

  create(): Float64Array {
    return layOut(this.#initial, this.#queues);
  }

  unpack(place: number, withWindows: boolean): Float64Array {
    const { slab } = this.#places;
    const rest = this.#places.block(place, REST);
    const windows = withWindows ? this.#places.block(place, WINDOWS) : NONE;
    const size = slab.word(rest, SIZE / 4) + (windows === NONE ? 0 : slab.word(windows, SIZE / 4));
    const n = this.#take(this.#fixed + size);
    const page = slab.page(rest);
    const from = slab.offset(rest);
    const base = takeDouble(page, from + CLOCK);
    const at = this.#unpackFixed(n, base, page, from + HEADER);
    const to = this.#unpackQueues(n, this.#fixed, base, page, at, this.#others);
    if (windows === NONE) {
      for (let j = 0; j < this.#windows.length; j++) {
        const { meta } = this.#queues[this.#windows[j] as number] as Queue;
        n.fill(0, meta, meta + QUEUE_SLOTS);
      }
    } else {
      const other = slab.page(windows);
      const begin = slab.offset(windows);
      this.#unpackQueues(n, to, takeDouble(other, begin + CLOCK), other, begin + HEADER, this.#windows);
    }
    return n;
  }

  /** Writes the queues from number `from` on; returns where the next ones go. */
  #unpackQueues(
    n: Float64Array,
    from: number,
    base: number,
    bytes: Uint8Array,
    at: number,
    queues: readonly number[],
  ): number {
    let to = from;
    let p = at;
    for (let j = 0; j < queues.length; j++) {
      const q = this.#queues[queues[j] as number] as Queue;
      const { meta, width } = q;
      const length = takeCount(bytes, p);
      p = taken.end;
      const room = roomOf(q, length);
      n[meta + BASE] = to;
      n[meta + HEAD] = 0;
      n[meta + LENGTH] = length;
      n[meta + ROOM] = room;
      if (length > 0)
        for (let column = 0; column < width; column++) p = takeColumn(n, to + column, width, length, base, bytes, p);
      to += room * width;
    }
    return to;
  }

  #unpackFixed(n: Float64Array, base: number, bytes: Uint8Array, from: number): number {
    const inputs = this.#inputNumbers;
    const fixed = this.#fixed;
    n.set(this.#template as Float64Array);
    let p = from;
    let next = 0;
    while (next < fixed) {
      const skipped = (bytes[p] as number) >> TYPE_BITS;
      for (let i = next; i < next + skipped && i < inputs; i++)
        if (i >= INPUT_SLOTS) n[i] = n[i - INPUT_SLOTS] as number;
      next += skipped;
      if (skipped === MOST_SKIPPED) {
        p++;
        continue;
      }
      n[next++] = takeNumber(bytes, p, base);
      p = taken.end;
    }
    return p;
  }

  #take(size: number): Float64Array {
    const length = Math.min(this.most / 8, Math.ceil(size / LENGTH_STEP) * LENGTH_STEP);
    const pooled = this.#pool.get(length)?.pop();
    // What is read of it is written first; the rest is the same in every run.
    return pooled?.fill(0, this.#fixed) ?? new Float64Array(length);
  }

  giveBack(n: Float64Array): void {
    if (n.length % LENGTH_STEP !== 0 && n.length !== this.most / 8) return;
    const pool = this.#pool.get(n.length);
    if (pool === undefined) this.#pool.set(n.length, [n]);
    else if (pool.length < MOST_POOLED) pool.push(n);
  }
}

function roomOf(q: Queue, length: number): number {
  return Math.min(q.mostRoom, length + SPARE + (length === 0 ? 1 : EXTRA));
}

/** From, to, from, to … of the fixed numbers that are no queue's own. */
function spansBetween(queues: readonly Queue[], fixed: number): readonly number[] {
  const spans = [0];
  for (const { meta } of queues.toSorted((a, b) => a.meta - b.meta)) spans.push(meta, meta + QUEUE_SLOTS);
  return [...spans, fixed];
}
