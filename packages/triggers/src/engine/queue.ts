/**
 * A first-in first-out list of rows of `width` numbers inside the numbers of a subject.
 *
 * All queues of a subject live in its one Float64Array behind the fixed slots: a fleet is then one cache-friendly
 * block per vehicle instead of dozens of small objects. A queue starts with room for a few rows; after an evaluation
 * in which it became tight, `growQueues` lays the numbers out anew with a quarter more room, up to the bound. Within an
 * evaluation a queue takes at most SPARE rows, so that no array moves while operators hold it.
 */
import type { SubjectState } from "./state.ts";

/** Rows that are always free before an evaluation. */
export const SPARE = 4;

/** Offsets from a queue's own slots. */
export const BASE = 0,
  HEAD = 1,
  LENGTH = 2,
  ROOM = 3;
export const QUEUE_SLOTS = 4;

/** Told by a queue that has little room left. */
export interface Pressure {
  tight: boolean;
}

export class Queue {
  readonly meta: number;
  readonly width: number;
  readonly limit: number;
  private readonly pressure: Pressure;

  constructor(meta: number, width: number, limit: number, pressure: Pressure) {
    this.meta = meta;
    this.width = width;
    this.limit = limit;
    this.pressure = pressure;
  }

  // `| 0` turns the doubles of the state into small integers: typed arrays are indexed by those without a detour.
  length(n: Float64Array): number {
    return (n[this.meta + LENGTH] as number) | 0;
  }

  full(n: Float64Array): boolean {
    return (n[this.meta + LENGTH] as number) >= this.limit;
  }

  /** Whether a further row would ask for more room: what is out of date should leave first. */
  tight(n: Float64Array): boolean {
    return ((n[this.meta + LENGTH] as number) | 0) + SPARE >= ((n[this.meta + ROOM] as number) | 0);
  }

  /** Offset of row i (0 = oldest). */
  at(n: Float64Array, i: number): number {
    const meta = this.meta;
    const room = (n[meta + ROOM] as number) | 0;
    let row = ((n[meta + HEAD] as number) | 0) + i;
    if (row >= room) row -= room;
    return (((n[meta + BASE] as number) | 0) + row * this.width) | 0;
  }

  /** Offset of the oldest row; the queue is not empty. */
  first(n: Float64Array): number {
    const meta = this.meta;
    return (((n[meta + BASE] as number) | 0) + ((n[meta + HEAD] as number) | 0) * this.width) | 0;
  }

  /** Offset of the newest row; the queue is not empty. */
  last(n: Float64Array): number {
    return this.at(n, this.length(n) - 1);
  }

  /** Appends a row and returns its offset; the caller fills it and has made sure that the queue is not full. */
  push(n: Float64Array): number {
    const meta = this.meta;
    const length = (n[meta + LENGTH] as number) | 0;
    const room = (n[meta + ROOM] as number) | 0;
    if (length >= room) throw new Error("queue overflow: an operator took more rows than it may in one evaluation");
    if (length + 1 + SPARE > room) this.pressure.tight = true;
    n[meta + LENGTH] = length + 1;
    return this.at(n, length);
  }

  shift(n: Float64Array): void {
    const meta = this.meta;
    const head = ((n[meta + HEAD] as number) | 0) + 1;
    n[meta + HEAD] = head === ((n[meta + ROOM] as number) | 0) ? 0 : head;
    n[meta + LENGTH] = ((n[meta + LENGTH] as number) | 0) - 1;
  }

  /** Takes the newest row back. */
  pop(n: Float64Array): void {
    n[this.meta + LENGTH] = ((n[this.meta + LENGTH] as number) | 0) - 1;
  }

  clear(n: Float64Array): void {
    n[this.meta + HEAD] = 0;
    n[this.meta + LENGTH] = 0;
  }

  /** Rows that the queue may come to occupy. */
  get mostRoom(): number {
    return this.limit + SPARE;
  }

  /** Room of a new subject. */
  get firstRoom(): number {
    return Math.min(this.mostRoom, SPARE + 1);
  }

  /** Room that the queue should have, given its rows. */
  roomWanted(n: Float64Array): number {
    const room = n[this.meta + ROOM] as number;
    // Rows that were pushed may have left again within the evaluation: some more, or it would be asked for each time.
    const wanted = this.length(n) + SPARE + 3;
    return wanted <= room ? room : Math.min(this.mostRoom, Math.max(wanted, Math.ceil(1.25 * room)));
  }
}

/** Numbers of a new subject: the fixed slots, then the first room of every queue. */
export function layOut(fixed: readonly number[], queues: readonly Queue[]): Float64Array {
  const size = queues.reduce((sum, q) => sum + q.firstRoom * q.width, fixed.length);
  const numbers = new Float64Array(size);
  numbers.set(fixed);
  let base = fixed.length;
  for (const q of queues) {
    place(numbers, q, base, q.firstRoom, 0);
    base += q.firstRoom * q.width;
  }
  return numbers;
}

function place(n: Float64Array, q: Queue, base: number, room: number, length: number): void {
  n[q.meta + BASE] = base;
  n[q.meta + HEAD] = 0;
  n[q.meta + LENGTH] = length;
  n[q.meta + ROOM] = room;
}

/** Gives every tight queue more room. Called between evaluations only. */
export function growQueues(s: SubjectState, fixed: number, queues: readonly Queue[]): void {
  const old = s.numbers;
  const rooms = queues.map((q) => q.roomWanted(old));
  s.numbers = relaid(old, fixed, queues, rooms);
}

/** The numbers with the given rooms; rows are copied in order, oldest first. */
function relaid(old: Float64Array, fixed: number, queues: readonly Queue[], rooms: readonly number[]): Float64Array {
  let size = fixed;
  for (let i = 0; i < queues.length; i++) size += (rooms[i] as number) * (queues[i] as Queue).width;
  const numbers = new Float64Array(size);
  numbers.set(old.subarray(0, fixed));
  let base = fixed;
  for (let i = 0; i < queues.length; i++) {
    const q = queues[i] as Queue;
    const length = q.length(old);
    for (let row = 0, to = base; row < length; row++)
      for (let from = q.at(old, row), end = from + q.width; from < end;) numbers[to++] = old[from++] as number;
    place(numbers, q, base, rooms[i] as number, length);
    base += (rooms[i] as number) * q.width;
  }
  return numbers;
}

/** Fixed slots and the rows of every queue, without spare room, for saving. */
export function packNumbers(numbers: Float64Array, fixed: number, queues: readonly Queue[]): Float64Array {
  return relaid(
    numbers,
    fixed,
    queues,
    queues.map((q) => q.length(numbers)),
  );
}

/** The inverse of `packNumbers`; undefined if the numbers cannot be such a packing. */
export function unpackNumbers(packed: Float64Array, fixed: number, queues: readonly Queue[]): Float64Array | undefined {
  let base = fixed;
  const rooms: number[] = [];
  for (const q of queues) {
    const length = packed[q.meta + LENGTH] as number;
    if (!Number.isInteger(length) || length < 0 || length > q.limit) return undefined;
    // A packing has no spare room: its rows begin at the first.
    packed[q.meta + BASE] = base;
    packed[q.meta + HEAD] = 0;
    packed[q.meta + ROOM] = length + 1;
    base += length * q.width;
    rooms.push(Math.min(q.mostRoom, Math.max(q.firstRoom, length + SPARE)));
  }
  return base === packed.length ? relaid(packed, fixed, queues, rooms) : undefined;
}

/** Appends a row of a cell and a value. */
export function append2(q: Queue, n: Float64Array, k: number, v: number): void {
  const row = q.push(n);
  n[row] = k;
  n[row + 1] = v;
}
