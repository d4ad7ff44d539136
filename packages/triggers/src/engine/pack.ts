/**
 * States at rest. The numbers of a subject are doubles where they are worked with, and most subjects are not worked with:
 * their observations are only noted (quiet.ts). Then their numbers are kept packed, and come back exactly as they were
 * when they are asked for.
 *
 * Windows of triggers that may be left out are packed apart: while they are, others are evaluated without them.
 *
 * Words of 32 bits. Fixed numbers in groups of sixteen: two bits for each tell whether it is as the template has it, an
 * integer counted from the clock, millionths, or a double. The template is the first subject that came to rest; an input
 * is told from the one before it, because samples usually come together. Of each queue its rows, column by column: a
 * column is constant, or distances of 16 bits from row to row, or integers, or millionths, or doubles.
 */
import {
  DOUBLES,
  halves,
  isSame,
  KINDS,
  MOST,
  millionths,
  ofMillionths,
  readColumn,
  real,
  UNKNOWN,
  writeColumn,
} from "./columns.ts";
import { BASE, HEAD, layOut, LENGTH, QUEUE_SLOTS, ROOM, SPARE, type Queue } from "./queue.ts";
import { INPUT_SLOTS, type Shelf } from "./state.ts";

/** Words before what is packed: the cell that cells are counted from, and how many numbers the queues take. */
const HEADER = 3;
/** Columns of a queue. */
const MOST_COLUMNS = 8;

/** Rows that a queue has room for beyond those that it must, so that it does not grow at once. */
const EXTRA = 8;
/** Arrays for unpacked numbers have lengths of so many, so that they can be used again. */
const LENGTH_STEP = 128;
const MOST_POOLED = 32;

export class Packer implements Shelf {
  readonly #fixed: number;
  readonly #inputs: number;
  readonly #queues: readonly Queue[];
  /** Indices of the queues that are windows of triggers that may be left out, and of the others. */
  readonly #windows: readonly number[];
  readonly #others: readonly number[];
  readonly most: number;
  readonly #out: Int32Array;
  readonly #pool = new Map<number, Float64Array[]>();
  #template: Float64Array | undefined;
  /** How each column was kept last, for it will be again; now and then it is looked whether a shorter way does. */
  readonly #kinds: Uint8Array;
  #turn = 0;
  /** Numbers that the queues take which are being packed. */
  #size = 0;
  readonly #places: Float64Array;
  readonly #column: Float64Array;

  readonly #initial: readonly number[];

  /**
   * @param initial fixed numbers of a new subject, first those of its inputs
   * @param windows indices of queues that are packed apart
   * @param most numbers of the largest state
   */
  constructor(
    initial: readonly number[],
    inputs: number,
    queues: readonly Queue[],
    windows: ReadonlySet<number>,
    most: number,
  ) {
    this.#initial = initial;
    this.#fixed = initial.length;
    this.#inputs = inputs * INPUT_SLOTS;
    this.#queues = queues;
    this.#windows = [...windows];
    this.#others = [...queues.keys()].filter((index) => !windows.has(index));
    this.most = 8 * most;
    this.#kinds = new Uint8Array(queues.length * MOST_COLUMNS);
    this.#column = new Float64Array(Math.max(1, ...queues.map((q) => q.mostRoom)));
    this.#places = new Float64Array(QUEUE_SLOTS * queues.length);
    this.#out = new Int32Array(3 * most + 8 * queues.length + 16);
  }

  /** `base` is a cell that most cells are near to; `old`: words that may be written over. */
  packWindows(n: Float64Array, base: number, old: Int32Array | undefined): Int32Array {
    this.#turn = (this.#turn + 1) & 63;
    return this.#keep(this.#packQueues(n, base, this.#windows, this.#header(base)), old);
  }

  packRest(n: Float64Array, base: number, old: Int32Array | undefined): Int32Array {
    const template = (this.#template ??= n.slice(0, this.#fixed));
    const places = this.#places;
    for (let i = 0, j = 0; i < this.#queues.length; i++) {
      // Where queues lie is found again from their lengths.
      const { meta } = this.#queues[i] as Queue;
      for (let at = meta; at < meta + QUEUE_SLOTS; at++) {
        places[j++] = n[at] as number;
        n[at] = template[at] as number;
      }
    }
    let p = this.#packFixed(n, base, template, this.#header(base));
    for (let i = 0, j = 0; i < this.#queues.length; i++) {
      const { meta } = this.#queues[i] as Queue;
      for (let at = meta; at < meta + QUEUE_SLOTS; at++) n[at] = places[j++] as number;
    }
    p = this.#packQueues(n, base, this.#others, p);
    return this.#keep(p, old);
  }

  /** The cell that cells are counted from, and room for how many numbers the queues will take. */
  #header(base: number): number {
    this.#size = 0;
    return this.#double(0, base) + 1;
  }

  #packQueues(n: Float64Array, base: number, queues: readonly number[], from: number): number {
    let p = from;
    for (let j = 0; j < queues.length; j++) p = this.#packQueue(queues[j] as number, n, base, p);
    return p;
  }

  #keep(length: number, old: Int32Array | undefined): Int32Array {
    const out = this.#out;
    out[2] = this.#size;
    if (old === undefined || old.length < length || old.length > length + (length >> 2) + 32)
      return out.slice(0, length + (length >> 4));
    old.set(out.subarray(0, length));
    return old;
  }

  #double(p: number, x: number): number {
    real[0] = x;
    this.#out[p] = halves[0] as number;
    this.#out[p + 1] = halves[1] as number;
    return p + 2;
  }

  #packFixed(n: Float64Array, base: number, template: Float64Array, from: number): number {
    const out = this.#out;
    const fixed = this.#fixed;
    const inputs = this.#inputs;
    let p = from;
    for (let first = 0; first < fixed; first += 16) {
      const at = p++;
      const end = first + 16 < fixed ? first + 16 : fixed;
      let tags = 0;
      let i = first;
      if (first >= inputs) while (i < end && isSame(n[i] as number, template[i] as number)) i++;
      for (; i < end; i++) {
        const x = n[i] as number;
        const y = (i < inputs && i >= INPUT_SLOTS ? n[i - INPUT_SLOTS] : template[i]) as number;
        if (isSame(x, y)) continue;
        const shift = 2 * (i - first);
        const distance = x - base;
        if (distance >= UNKNOWN && distance <= MOST && (distance | 0) === distance && base + distance === x) {
          tags |= 1 << shift;
          out[p++] = distance;
          continue;
        }
        const whole = millionths(x);
        if (whole !== 0 || x === 0) {
          tags |= 2 << shift;
          out[p++] = whole;
          continue;
        }
        tags |= 3 << shift;
        real[0] = x;
        out[p++] = halves[0] as number;
        out[p++] = halves[1] as number;
      }
      out[at] = tags;
    }
    return p;
  }

  /** First a word with the length of the queue; for each column one that says how it is kept, and its first number. */
  #packQueue(index: number, n: Float64Array, base: number, from: number): number {
    const q = this.#queues[index] as Queue;
    const out = this.#out;
    const length = q.length(n);
    const { width } = q;
    let p = from;
    out[p++] = length;
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
      const guess = this.#kinds[index * MOST_COLUMNS + c] as number;
      real[0] = column[0] as number;
      out[p + 1] = halves[0] as number;
      out[p + 2] = halves[1] as number;
      let end = guess === DOUBLES || this.#turn === 0 ? -1 : writeColumn(guess, column, length, base, out, p + 3);
      let kind = guess;
      for (let i = 0; end < 0; i++) {
        kind = KINDS[i] as number;
        end = writeColumn(kind, column, length, base, out, p + 3);
      }
      this.#kinds[index * MOST_COLUMNS + c] = kind;
      out[p] = kind;
      p = end;
    }
    return p;
  }

  create(): Float64Array {
    return layOut(this.#initial, this.#queues);
  }

  /** The numbers that were packed, in an array that may be longer than they are. */
  unpack(rest: Int32Array, windows: Int32Array | undefined): Float64Array {
    const n = this.#take(this.#fixed + (rest[2] as number) + (windows?.[2] ?? 0));
    halves[0] = rest[0] as number;
    halves[1] = rest[1] as number;
    const base = real[0] as number;
    const at = this.#unpackFixed(n, base, rest, HEADER);
    const to = this.#unpackQueues(n, this.#fixed, base, rest, at, this.#others);
    if (windows === undefined) {
      for (let j = 0; j < this.#windows.length; j++) {
        const { meta } = this.#queues[this.#windows[j] as number] as Queue;
        n.fill(0, meta, meta + QUEUE_SLOTS);
      }
    } else {
      halves[0] = windows[0] as number;
      halves[1] = windows[1] as number;
      this.#unpackQueues(n, to, real[0] as number, windows, HEADER, this.#windows);
    }
    return n;
  }

  /** Writes the queues from number `from` on; returns where the next ones go. */
  #unpackQueues(
    n: Float64Array,
    from: number,
    base: number,
    words: Int32Array,
    at: number,
    queues: readonly number[],
  ): number {
    let to = from;
    let p = at;
    for (let j = 0; j < queues.length; j++) {
      const q = this.#queues[queues[j] as number] as Queue;
      const { meta, width } = q;
      const length = words[p++] as number;
      const room = roomOf(q, length);
      n[meta + BASE] = to;
      n[meta + HEAD] = 0;
      n[meta + LENGTH] = length;
      n[meta + ROOM] = room;
      if (length > 0)
        for (let column = 0; column < width; column++) p = readColumn(n, to + column, width, length, base, words, p);
      to += room * width;
    }
    return to;
  }

  #unpackFixed(n: Float64Array, base: number, words: Int32Array, from: number): number {
    const template = this.#template as Float64Array;
    const fixed = this.#fixed;
    const inputs = this.#inputs;
    let p = from;
    for (let first = 0; first < fixed; first += 16) {
      let tags = words[p++] as number;
      const end = first + 16 < fixed ? first + 16 : fixed;
      if (tags === 0 && first >= inputs) {
        for (let i = first; i < end; i++) n[i] = template[i] as number;
        continue;
      }
      for (let i = first; i < end; i++, tags >>>= 2) {
        switch (tags & 3) {
          case 0:
            n[i] = (i < inputs && i >= INPUT_SLOTS ? n[i - INPUT_SLOTS] : template[i]) as number;
            break;
          case 1:
            n[i] = base + (words[p++] as number);
            break;
          case 2:
            n[i] = ofMillionths(words[p++] as number);
            break;
          default:
            halves[0] = words[p++] as number;
            halves[1] = words[p++] as number;
            n[i] = real[0] as number;
        }
      }
    }
    return p;
  }

  #take(size: number): Float64Array {
    const length = Math.min(this.most / 8, Math.ceil(size / LENGTH_STEP) * LENGTH_STEP);
    const pooled = this.#pool.get(length)?.pop();
    if (pooled === undefined) return new Float64Array(length);
    // What is read of it is written first; the rest is the same in every run.
    pooled.fill(0, this.#fixed);
    return pooled;
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
