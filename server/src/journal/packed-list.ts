/**
 * Lists of ticks as bytes: neighbours in a list of cells or probes differ by little, so each entry is written as the
 * zigzag difference to the one before it, in the width of its type, little-endian.
 *
 * A column of such strings costs the history half of what `Array(Nullable(UInt16))` costs (docs/adr/0040): ClickHouse
 * sorts an array column entry by entry, and keeps a byte per entry for NULL. An entry without a usable number is the
 * mark of its type, which no value can be.
 */
import { Reason, TICK_MARKS as MARKS, TICK_WIDTHS as WIDTHS, type ListColumn } from "@sandglass/signals";

/** Bytes that a list's rows need at most: entries, and a length of up to five bytes per row. */
export function packedBound(list: ListColumn, rows: number): number {
  return (rows === 0 ? 0 : list.ends[rows - 1]) * WIDTHS[list.type] + rows * 5;
}

/** Below so many bytes a loop is faster than a call. */
const SHORT = 32;

export class ListPacker {
  /** Packed entries of all rows, back to back. */
  #space = new Uint32Array(1 << 14);
  /** The list of the last call had values that are the mark. */
  hasRefused = false;

  /**
   * Writes the rows of a list as strings, length first, to `out` from `start`; returns where they end. Ticks under a
   * NULL become the mark in the list itself, and a value that is the mark becomes out of range: who reads the block
   * sees what who reads the journal will see.
   * @param hasNulls false = every entry has a number
   */
  pack(list: ListColumn, rows: number, hasNulls: boolean, out: Buffer, start: number): number {
    const count = rows === 0 ? 0 : list.ends[rows - 1];
    const width = WIDTHS[list.type];
    if (count * width > this.#space.byteLength) this.#space = new Uint32Array((count * width) >> 1);
    const { buffer } = this.#space;
    const { ends, ticks } = list;
    if (hasNulls) setMarks(list, count);
    // Signed and unsigned ticks of one width have the same bits; one view keeps each loop on one kind of array.
    const mark = MARKS[list.type];
    const hasMark =
      width === 1
        ? difference8(new Uint8Array(ticks.buffer, 0, count), ends, rows, mark, new Uint8Array(buffer))
        : width === 2
          ? difference16(ticks.buffer, count, ends, rows, mark, buffer)
          : difference32(new Int32Array(ticks.buffer, 0, count), ends, rows, mark | 0, new Int32Array(buffer));
    this.hasRefused = hasMark && refuseMarks(list, count);
    return copyRows(Buffer.from(buffer), ends, rows, width, out, start);
  }
}

/** Writes the mark under every NULL. */
function setMarks({ ticks, reasons, type }: ListColumn, count: number): void {
  const mark = MARKS[type];
  const words = new Uint32Array(reasons.buffer, 0, count >>> 2);
  for (let word = 0; word < words.length; word++) {
    if (words[word] === 0) continue;
    for (let i = word * 4; i < word * 4 + 4; i++) if (reasons[i] !== Reason.ok) ticks[i] = mark;
  }
  for (let i = words.length * 4; i < count; i++) if (reasons[i] !== Reason.ok) ticks[i] = mark;
}

/** Values that are the mark become out of range. @returns whether there were any */
function refuseMarks({ ticks, reasons, type }: ListColumn, count: number): boolean {
  const mark = MARKS[type];
  let any = false;
  for (let i = 0; i < count; i++) {
    if (ticks[i] !== mark || reasons[i] !== Reason.ok) continue;
    reasons[i] = Reason.outOfRange;
    any = true;
  }
  return any;
}

/** Each of these tells whether a tick may be the mark. */
function difference8(ticks: Uint8Array, ends: Uint32Array, rows: number, mark: number, packed: Uint8Array): boolean {
  let i = 0;
  let hasMark = false;
  for (let row = 0; row < rows; row++) {
    let previous = 0;
    for (const end = ends[row]; i < end; i++) {
      const tick = ticks[i];
      const difference = ((tick - previous) << 24) >> 24;
      packed[i] = (difference << 1) ^ (difference >> 31);
      hasMark ||= tick === mark;
      previous = tick;
    }
  }
  return hasMark;
}

const HIGH = 0x8000_8000 | 0;
const LOW = 0x7fff_7fff;
const ONES = 0x0001_0001;

/**
 * Two entries of 16 bits at a time, over the ends of rows; then the first entry of each row is set right. Cells are
 * nearly all that a list column holds, and this is four times as fast as entry by entry.
 */
function difference16(
  ticks: ArrayBufferLike,
  count: number,
  ends: Uint32Array,
  rows: number,
  mark: number,
  packed: ArrayBufferLike,
): boolean {
  const pairs = (count + 1) >>> 1;
  const source = new Int32Array(ticks, 0, Math.min(pairs, ticks.byteLength >>> 2));
  const target = new Int32Array(packed, 0, pairs);
  const marks = (mark * ONES) | 0;
  let previous = 0;
  let zeroLanes = 0;
  for (let i = 0; i < source.length; i++) {
    const pair = source[i];
    // A lane that equals the mark becomes 0; subtracting 1 from it borrows into its highest bit.
    const other = pair ^ marks;
    zeroLanes |= (other - ONES) & ~other & HIGH;
    // The entries before those of the pair, and the difference of both lanes without a borrow between them.
    const before = (pair << 16) | (previous >>> 16);
    const difference = ((pair | HIGH) - (before & LOW)) ^ ((pair ^ ~before) & HIGH);
    target[i] = ((difference << 1) & ~ONES) ^ Math.imul((difference >>> 15) & ONES, 0xffff);
    previous = pair;
  }
  const entries = new Int16Array(ticks, 0, count);
  const words = new Uint16Array(packed, 0, count);
  // An odd last entry of a buffer that ends there has no pair.
  if (source.length < pairs) words[count - 1] = zigzag16(entries[count - 1] - (entries[count - 2] ?? 0));
  let start = 0;
  for (let row = 0; row < rows; row++) {
    const end = ends[row];
    if (end > start) words[start] = zigzag16(entries[start]);
    start = end;
  }
  return zeroLanes !== 0 || (source.length < pairs && (entries[count - 1] & 0xffff) === mark);
}

function zigzag16(difference: number): number {
  const wrapped = (difference << 16) >> 16;
  return (wrapped << 1) ^ (wrapped >> 31);
}

function difference32(ticks: Int32Array, ends: Uint32Array, rows: number, mark: number, packed: Int32Array): boolean {
  let i = 0;
  let hasMark = false;
  for (let row = 0; row < rows; row++) {
    let previous = 0;
    for (const end = ends[row]; i < end; i++) {
      const tick = ticks[i];
      const difference = (tick - previous) | 0;
      packed[i] = (difference << 1) ^ (difference >> 31);
      hasMark ||= tick === mark;
      previous = tick;
    }
  }
  return hasMark;
}

/** Rows of the packed entries as strings. */
function copyRows(packed: Buffer, ends: Uint32Array, rows: number, width: number, out: Buffer, start: number): number {
  let at = start;
  let from = 0;
  for (let row = 0; row < rows; row++) {
    const to = ends[row] * width;
    let rest = to - from;
    while (rest > 0x7f) {
      out[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    out[at++] = rest;
    if (to - from > SHORT) {
      at += packed.copy(out, at, from, to);
      from = to;
    } else {
      while (from < to) out[at++] = packed[from++];
    }
  }
  return at;
}

/** Appends a packed row to a list; marks become `Reason.absent`, to be replaced by what `invalid_entries` says. */
export function unpackRow(bytes: Buffer, list: ListColumn): void {
  const width = WIDTHS[list.type];
  const count = bytes.length / width;
  const mark = MARKS[list.type];
  list.reserve(count);
  const at = list.length;
  const { ticks, reasons } = list;
  let previous = 0;
  for (let i = 0; i < count; i++) {
    const word = width === 2 ? bytes.readUInt16LE(i * 2) : width === 1 ? bytes[i] : bytes.readUInt32LE(i * 4);
    previous = (previous + ((word >>> 1) ^ -(word & 1))) | 0;
    // Storing into the typed array reduces the sum to its width.
    ticks[at + i] = previous;
    const isMark = ticks[at + i] === mark;
    reasons[at + i] = isMark ? Reason.absent : Reason.ok;
    if (isMark) ticks[at + i] = 0;
  }
  list.length = at + count;
}
