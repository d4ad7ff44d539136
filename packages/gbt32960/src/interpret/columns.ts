/** The readable path from realtime bodies to columns, reference for the generated column decoder. */
import { TickReason, type ColumnMap, type ColumnSink } from "../column-types.ts";
import { DEFAULT_DIALECT, isReserved, type Dialect } from "../dialect.ts";
import type { Edition } from "../frame.ts";
import { findBody, isUserDefined } from "../layout/bodies.ts";
import type { CodeElement, Element, ListElement, QuantityElement, ViewElement } from "../layout/element.ts";
import { ALARM_BITS_2016, ALARM_BITS_2025 } from "../views.ts";
import { isCount } from "../layout/counts.ts";
import { isGroup, listLength, readUnsigned } from "./decode.ts";

type NumberElement = QuantityElement | CodeElement | ViewElement;
const ALL_ONES = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff } as const;

/** Bits of the alarm flags that an edition defines. */
export function alarmMask(edition: Edition): number {
  return 2 ** (edition === 2016 ? ALARM_BITS_2016 : ALARM_BITS_2025) - 1;
}

/** One frame on its way into one row. */
class Row {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly edition: Edition;
  readonly map: ColumnMap;
  readonly sink: ColumnSink;
  readonly row: number;
  readonly dialect: Dialect;
  at: number;
  /** Position status of the location body being read: signs of what follows. */
  fix = 0;

  constructor(
    bytes: Uint8Array,
    at: number,
    end: number,
    edition: Edition,
    map: ColumnMap,
    sink: ColumnSink,
    row: number,
    dialect: Dialect,
  ) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.edition = edition;
    this.map = map;
    this.sink = sink;
    this.row = row;
    this.dialect = dialect;
  }

  has(count: number): boolean {
    return this.end - this.at >= count;
  }

  /** What the row's scalar holds so far; undefined if nothing, or no value. A fresh row holds nothing. */
  findSoFar(column: string | undefined): number | undefined {
    const target = column === undefined ? undefined : this.map[column];
    if (target === undefined || !("scalar" in target)) return undefined;
    const { ticks, reasons } = this.sink.scalars[target.scalar];
    return reasons[this.row] === TickReason.ok ? ticks[this.row] : undefined;
  }

  /** Keeps what the row holds where that is larger, or is a value and this is none. */
  putLargest(column: string | undefined, ticks: number, reason: number): void {
    const before = this.findSoFar(column);
    if (before === undefined || (reason === TickReason.ok && ticks > before)) this.put(column, ticks, reason);
  }

  put(column: string | undefined, ticks: number, reason: number): void {
    const target = column === undefined ? undefined : this.map[column];
    if (target === undefined) return;
    if ("scalar" in target) {
      const scalar = this.sink.scalars[target.scalar];
      scalar.ticks[this.row] = reason === TickReason.ok ? ticks : 0;
      scalar.reasons[this.row] = reason;
    } else {
      const list = this.sink.lists[target.list];
      list.reserve(1);
      list.ticks[list.length] = reason === TickReason.ok ? ticks : 0;
      list.reasons[list.length] = reason;
      list.length++;
    }
  }
}

/**
 * Reads the items in [at, end) into the row.
 * @returns -1, or the offset where the data unit ends too early
 */
export function readColumns(
  bytes: Uint8Array,
  at: number,
  end: number,
  edition: Edition,
  map: ColumnMap,
  sink: ColumnSink,
  rowIndex: number,
  dialect: Dialect = DEFAULT_DIALECT,
): number {
  const row = new Row(bytes, at, end, edition, map, sink, rowIndex, dialect);
  while (row.at < end) {
    const type = bytes[row.at++];
    const layout = isReserved(dialect, edition, type) ? undefined : findBody(edition, type);
    if (layout !== undefined) {
      const sums = new Map<string, Sum>();
      if (!readElements(row, layout.elements, sums)) return row.at;
      for (const [column, { sum, reason }] of sums) row.putLargest(column, sum, sum === 0 ? reason : TickReason.ok);
      if (layout.kind === "signature") return -1;
    } else if (isUserDefined(type)) {
      if (!skipBlob(row)) return row.at;
    } else {
      return -1;
    }
  }
  return -1;
}

function skipBlob(row: Row): boolean {
  if (!row.has(2)) return false;
  const length = readUnsigned(row.bytes, row.at, 2);
  row.at += 2;
  if (!row.has(length)) return false;
  row.at += length;
  return true;
}

/** How long a list is; where its count is no number, why. */
interface Count {
  readonly length: number;
  readonly reason: number;
}

/** Lengths of several lists; where a count among them is no number, why. */
interface Sum {
  readonly sum: number;
  readonly reason: number;
}
const NO_COUNT: Count = { length: 0, reason: TickReason.ok };

function readElements(row: Row, elements: readonly Element[], sums: Map<string, Sum>): boolean {
  const counts = new Map<string, Count>();
  for (const element of elements) {
    switch (element.kind) {
      case "quantity":
      case "code":
      case "view": {
        if (!row.has(element.size)) return false;
        const raw = readUnsigned(row.bytes, row.at, element.size);
        row.at += element.size;
        const isSentinel = raw >= ALL_ONES[element.size] - 1;
        const reason = isSentinel ? reasonOf(element, raw) : TickReason.ok;
        counts.set(element.name, { length: listLength(raw, element.size), reason });
        putNumber(row, element, raw);
        if (isSentinel && row.dialect.countSentinels === "malformed" && isCount(element, elements)) return false;
        break;
      }
      case "hexWord":
        if (!row.has(4)) return false;
        row.at += 4;
        break;
      case "blob":
        if (!skipBlob(row)) return false;
        break;
      case "list":
        if (!readList(row, element, counts.get(element.count) ?? NO_COUNT, sums)) return false;
        break;
      default:
        throw new Error(`no columns for ${element.kind}`);
    }
  }
  return true;
}

function readList(row: Row, element: ListElement, { length, reason }: Count, sums: Map<string, Sum>): boolean {
  row.put(element.lengthColumn, length, reason);
  if (element.sumColumn !== undefined) {
    const before = sums.get(element.sumColumn) ?? { sum: 0, reason: TickReason.ok };
    sums.set(element.sumColumn, {
      sum: before.sum + length,
      reason: reason === TickReason.ok ? before.reason : reason,
    });
  }
  const items = isGroup(element.of) ? element.of : [element.of];
  for (let i = 0; i < length; i++) {
    if (!readElements(row, items, sums)) return false;
    for (const { column, value } of element.constants ?? []) row.put(column, value, TickReason.ok);
  }
  return true;
}

function putNumber(row: Row, element: NumberElement, raw: number): void {
  const { column } = element;
  switch (element.as) {
    case "fix":
      row.fix = raw;
      return row.put(column, (raw & 1) === 0 ? 1 : 0, TickReason.ok);
    case "gear":
      if (raw >= 0xfe || (row.edition === 2025 && (raw & 0x80) !== 0)) return row.put(column, 0, TickReason.absent);
      return row.put(column, raw & 15, TickReason.ok);
    case "flags":
      // Two alarm bodies in a frame: an alarm of either stands.
      return row.put(column, ((raw & alarmMask(row.edition)) | (row.findSoFar(column) ?? 0)) >>> 0, TickReason.ok);
    case "longitude":
      return raw <= element.max
        ? row.put(column, (row.fix & 4) === 0 ? raw : -raw, TickReason.ok)
        : row.put(column, 0, TickReason.outOfRange);
    case "latitude":
      return raw <= element.max
        ? row.put(column, (row.fix & 2) === 0 ? raw : -raw, TickReason.ok)
        : row.put(column, 0, TickReason.outOfRange);
    default:
      if (element.repeated === "largest") return row.putLargest(column, raw + element.bias, reasonOf(element, raw));
      if (element.column === "packs.firstCell" && row.dialect.firstCell === 0)
        return raw + 1 <= element.max
          ? row.put(column, raw + 1, TickReason.ok)
          : row.put(column, 0, reasonOf(element, raw));
      return row.put(column, raw + element.bias, reasonOf(element, raw));
  }
}

function reasonOf(element: NumberElement, raw: number): number {
  if (raw >= element.min && raw <= element.max) return TickReason.ok;
  const ones = ALL_ONES[element.size];
  if (element.sentinels && raw === ones) return TickReason.invalid;
  if (element.sentinels && raw === ones - 1) return TickReason.abnormal;
  return TickReason.outOfRange;
}
