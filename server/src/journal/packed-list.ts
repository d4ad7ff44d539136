/**
 * Lists of ticks as bytes: neighbours in a list of cells or probes differ by little, so each entry is written as the
 * zigzag difference to the one before it, in the width of its type, little-endian.
 *
 * A column of such strings costs the history half of what `Array(Nullable(UInt16))` costs (docs/adr/0040): ClickHouse
 * sorts an array column entry by entry, and keeps a byte per entry for NULL. An entry without a usable number is the
 * mark of its type, which no value can be.
 */
import { Reason, TICK_MARKS as MARKS, TICK_WIDTHS as WIDTHS, type ListColumn } from "@sandglass/signals";
import { DifferencePacker } from "./simd-differences.ts";

/** Bytes that a list's rows need at most: entries, and a length of up to five bytes per row. */
export function packedBound(list: ListColumn, rows: number): number {
  return (rows === 0 ? 0 : list.ends[rows - 1]) * WIDTHS[list.type] + rows * 5;
}

export class ListPacker {
  readonly #differences = new DifferencePacker();
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
    const { ends, ticks, type } = list;
    if (hasNulls) setMarks(list, count);
    const bytes = new Uint8Array(ticks.buffer, ticks.byteOffset, ticks.byteLength);
    const end = this.#differences.pack(bytes, WIDTHS[type], ends, rows, MARKS[type], out, start);
    this.hasRefused = this.#differences.mayHaveMark && refuseMarks(list, count);
    return end;
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
