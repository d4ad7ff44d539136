/**
 * Lists of ticks as bytes: neighbours in a list of cells or probes differ by little, so each entry is written as the
 * zigzag difference to the one before it, in the width of its type, little-endian.
 *
 * A column of such strings costs the history half of what `Array(Nullable(UInt16))` costs (docs/adr/0040): ClickHouse
 * sorts an array column entry by entry, and keeps a byte per entry for NULL. An entry without a usable number is the
 * mark of its type, which no value can be.
 */
import { Reason, type ListColumn, type TickType } from "@sandglass/signals";

/** Tick that stands for "no number here". */
export const MARKS: Readonly<Record<TickType, number>> = {
  UInt8: 0xff,
  UInt16: 0xffff,
  Int16: 0x7fff,
  UInt32: 0xffff_ffff,
  Int32: 0x7fff_ffff,
};

/** Bytes of an entry. */
export const WIDTHS: Readonly<Record<TickType, 1 | 2 | 4>> = { UInt8: 1, UInt16: 2, Int16: 2, UInt32: 4, Int32: 4 };

/** Work space for packed entries of any width. */
export class PackSpace {
  #bytes = new Uint8Array(1 << 16);

  /** Packs the entries of all rows; byte `i * width` is entry `i`. A value that is the mark becomes out of range. */
  pack(list: ListColumn, rows: number): Uint8Array {
    const count = rows === 0 ? 0 : list.ends[rows - 1];
    const width = WIDTHS[list.type];
    if (count * width > this.#bytes.length) this.#bytes = new Uint8Array(count * width * 2);
    const { buffer } = this.#bytes;
    const { ends, reasons, ticks } = list;
    const mark = MARKS[list.type];
    refuseMarks(list, count, mark);
    // Signed and unsigned ticks of one width have the same bits; one view keeps each loop on one kind of array.
    if (width === 2) {
      pack16(
        new Uint16Array(ticks.buffer, ticks.byteOffset, count),
        reasons,
        ends,
        rows,
        mark,
        new Uint16Array(buffer),
      );
    } else if (width === 1) {
      pack8(new Uint8Array(ticks.buffer, ticks.byteOffset, count), reasons, ends, rows, mark, this.#bytes);
    } else {
      pack32(
        new Int32Array(ticks.buffer, ticks.byteOffset, count),
        reasons,
        ends,
        rows,
        mark | 0,
        new Int32Array(buffer),
      );
    }
    return this.#bytes.subarray(0, count * width);
  }
}

/** No catalogued value reaches the mark of its type; one that does must not come back as something else. */
function refuseMarks({ ticks, reasons }: ListColumn, count: number, mark: number): void {
  const end = ticks.subarray(0, count);
  for (let at = end.indexOf(mark); at >= 0; at = end.indexOf(mark, at + 1)) {
    if (reasons[at] === Reason.ok) reasons[at] = Reason.outOfRange;
  }
}

function pack8(
  ticks: Uint8Array,
  reasons: Uint8Array,
  ends: Uint32Array,
  rows: number,
  mark: number,
  out: Uint8Array,
): void {
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let previous = 0;
    for (const end = ends[row]; at < end; at++) {
      const tick = reasons[at] === Reason.ok ? ticks[at] : mark;
      const difference = ((tick - previous) << 24) >> 24;
      out[at] = (difference << 1) ^ (difference >> 31);
      previous = tick;
    }
  }
}

function pack16(
  ticks: Uint16Array,
  reasons: Uint8Array,
  ends: Uint32Array,
  rows: number,
  mark: number,
  out: Uint16Array,
): void {
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let previous = 0;
    for (const end = ends[row]; at < end; at++) {
      const tick = reasons[at] === Reason.ok ? ticks[at] : mark;
      const difference = ((tick - previous) << 16) >> 16;
      out[at] = (difference << 1) ^ (difference >> 31);
      previous = tick;
    }
  }
}

function pack32(
  ticks: Int32Array,
  reasons: Uint8Array,
  ends: Uint32Array,
  rows: number,
  mark: number,
  out: Int32Array,
): void {
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let previous = 0;
    for (const end = ends[row]; at < end; at++) {
      const tick = reasons[at] === Reason.ok ? ticks[at] : mark;
      const difference = (tick - previous) | 0;
      out[at] = (difference << 1) ^ (difference >> 31);
      previous = tick;
    }
  }
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

/** ClickHouse expression that gives a packed column as `Array(Nullable(<type>))`; the column name must be a literal. */
export function unpackSql(column: string, type: TickType): string {
  const width = WIDTHS[type] * 8;
  const words = `reinterpret(${column}, 'Array(UInt${width})')`;
  const differences = `arrayMap(z -> bitXor(toInt64(bitShiftRight(z, 1)), -toInt64(bitAnd(z, 1))), ${words})`;
  return `arrayMap(t -> nullIf(to${type}(t), ${MARKS[type]}), arrayCumSum(${differences}))`;
}
