/**
 * Observation block → one ClickHouse Native block (the file format: no revision-dependent extras).
 *
 * Native: varint columns, varint rows, then per column: name, type, data. Nullable = one null byte per value, then the
 * values; Array = cumulative ends as UInt64, then the elements; String = varint length + bytes; all little-endian.
 * Ticks under a NULL are written as 0: a reader that skips the null map must not find an old number there. Lists are
 * strings of packed ticks (packed-list.ts). A signal that no row of the block has, and a list that all frames have, is
 * left out: ClickHouse fills the column with its default, which is NULL or an empty string.
 */
import {
  FRAME_LISTS,
  getList,
  Reason,
  RUN_WORDS,
  type ListColumn,
  type ObservationBlock,
  type TickArray,
} from "@sandglass/signals";
import { observationTable, type ObservationColumn, type RowField } from "./native-layout.ts";
import { ListPacker, packedBound, settleRuns, type WrittenLists } from "./packed-list.ts";

/** Reasons that `invalid` names: all but ok (0) and absent (1) have one of these bits, in each byte of a word. */
const NAMED_REASONS = 0x06060606;
const CELLS = getList(FRAME_LISTS.cells).column;
const PROBES = getList(FRAME_LISTS.probes).column;
const TWO_32 = 4_294_967_296;

interface PreparedColumn {
  readonly column: ObservationColumn;
  /** Name and type, as they stand before the column's data. */
  readonly header: Buffer;
}

function headerOf(name: string, type: string): Buffer {
  if (name.length > 127 || type.length > 127) throw new Error(`column name or type too long: ${name}`);
  const text = (value: string) => [Buffer.of(value.length), Buffer.from(value, "latin1")];
  return Buffer.concat([...text(name), ...text(type)]);
}

function prepare(): readonly PreparedColumn[] {
  return observationTable().map((column) => ({
    column,
    header: headerOf(column.name, column.type),
  }));
}

/** Encodes blocks one after the other into two buffers of its own in turn, which grow to the largest block seen. */
export class NativeEncoder {
  #out = Buffer.allocUnsafeSlow(1 << 20);
  #other = Buffer.allocUnsafeSlow(1 << 20);
  #at = 0;
  readonly #columns = prepare();
  /** Aligned work space; one column at a time. */
  #words = new Uint32Array(8192);
  #notes = new Uint32Array(1024);
  readonly #packer = new ListPacker();
  /** Columns of the block in hand. */
  readonly #present: PreparedColumn[] = [];
  readonly #namedScalars: Uint8Array[] = [];
  readonly #namedScalarColumns: number[] = [];
  readonly #namedLists: ListColumn[] = [];
  readonly #namedListColumns: number[] = [];

  /** The Native block, as a view that stays valid until the call after the next: one is written meanwhile. */
  encode(block: ObservationBlock): Buffer {
    [this.#out, this.#other] = [this.#other, this.#out];
    this.#at = 0;
    this.#namedScalars.length = this.#namedScalarColumns.length = 0;
    this.#namedLists.length = this.#namedListColumns.length = 0;
    this.#present.length = 0;
    const written = settleRuns(block);
    for (const prepared of this.#columns) if (isPresent(prepared.column, block, written)) this.#present.push(prepared);
    this.#ensure(20);
    this.#putVarint(this.#present.length);
    this.#putVarint(block.rows);
    for (const { column, header } of this.#present) {
      this.#putBytes(header);
      switch (column.kind) {
        case "field":
          this.#putField(block, column.field);
          break;
        case "scalar":
          this.#putScalar(block, column.index);
          break;
        case "list":
          this.#putList(block, column.index);
          break;
        case "invalid":
          this.#putInvalid(block);
          break;
        case "invalid-entries":
          this.#putInvalidEntries(block);
          break;
      }
    }
    return this.#out.subarray(0, this.#at);
  }

  #ensure(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#out.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#out.length * 2));
    grown.set(this.#out.subarray(0, this.#at));
    this.#out = grown;
  }

  #wordSpace(count: number): Uint32Array {
    if (count > this.#words.length) this.#words = new Uint32Array(Math.max(count, this.#words.length * 2));
    return this.#words;
  }

  #putVarint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#out[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#out[this.#at++] = rest;
  }

  #putBytes(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#out.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #putTyped(array: TickArray | BigUint64Array, count: number): void {
    this.#putBytes(new Uint8Array(array.buffer, array.byteOffset, count * array.BYTES_PER_ELEMENT));
  }

  #putZeros(count: number): void {
    this.#ensure(count);
    this.#out.fill(0, this.#at, this.#at + count);
    this.#at += count;
  }

  #putField(block: ObservationBlock, field: RowField): void {
    const { rows } = block;
    switch (field) {
      case "seq": {
        const words = this.#wordSpace(rows * 2);
        for (let row = 0; row < rows; row++) splitWord(words, row, block.firstSeq + row);
        this.#putTyped(words, rows * 2);
        break;
      }
      case "vehicle":
        this.#putTyped(block.vehicle, rows);
        break;
      case "event_time":
        this.#putTimes(block.eventTime, rows);
        break;
      case "receive_time":
        this.#putTimes(block.receiveTime, rows);
        break;
      case "link":
        this.#putTyped(block.link, rows);
        break;
      case "assurance":
        this.#putTyped(block.assurance, rows);
        break;
      case "edition":
        this.#putTyped(block.edition, rows);
        break;
      case "command":
        this.#putTyped(block.command, rows);
        break;
      case "disposition":
        this.#putTyped(block.disposition, rows);
        break;
      case "raw":
        this.#putRaw(block);
        break;
      case "cell_runs":
        this.#putRuns(block, CELLS);
        break;
      case "probe_runs":
        this.#putRuns(block, PROBES);
        break;
    }
  }

  /** DateTime64(3) = Int64 of milliseconds; GB/T 32960 times are never before 2000. */
  #putTimes(times: Float64Array, rows: number): void {
    const words = this.#wordSpace(rows * 2);
    for (let row = 0; row < rows; row++) splitWord(words, row, times[row]);
    this.#putTyped(words, rows * 2);
  }

  #putRaw(block: ObservationBlock): void {
    const { raw, rawEnds, rows } = block;
    this.#ensure(block.rawLength + rows * 5);
    const source = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const out = this.#out;
    let start = 0;
    for (let row = 0; row < rows; row++) {
      const end = rawEnds[row];
      this.#putVarint(end - start);
      this.#at += source.copy(out, this.#at, start, end);
      start = end;
    }
  }

  #putRuns({ lists, rows }: ObservationBlock, index: number): void {
    const { runs } = lists[index];
    if (runs !== undefined) this.#putTyped(runs, rows * RUN_WORDS);
  }

  /** Null bytes of `count` reasons; returns the OR of all reasons (0 = no NULL at all). */
  #putNulls(reasons: Uint8Array, count: number): number {
    const whole = count >>> 2;
    const source = new Uint32Array(reasons.buffer, reasons.byteOffset, whole);
    const words = this.#wordSpace(whole + 1);
    let seen = 0;
    for (let i = 0; i < whole; i++) {
      const word = source[i];
      seen |= word;
      words[i] = (word | (word >>> 1) | (word >>> 2)) & 0x01010101;
    }
    const bytes = new Uint8Array(words.buffer, 0, count);
    for (let i = whole << 2; i < count; i++) {
      seen |= reasons[i];
      bytes[i] = reasons[i] === Reason.ok ? 0 : 1;
    }
    this.#putBytes(bytes);
    return seen;
  }

  #putTicks(ticks: TickArray, reasons: Uint8Array, count: number, seen: number): void {
    const start = this.#at;
    this.#putTyped(ticks, count);
    if (seen === 0) return;
    const width = ticks.BYTES_PER_ELEMENT;
    const out = this.#out;
    for (let i = 0; i < count; i++) {
      if (reasons[i] === Reason.ok) continue;
      const at = start + i * width;
      for (let byte = 0; byte < width; byte++) out[at + byte] = 0;
    }
  }

  #putScalar(block: ObservationBlock, index: number): void {
    const { ticks, reasons } = block.scalars[index];
    const { rows } = block;
    const seen = this.#putNulls(reasons, rows);
    if ((seen & NAMED_REASONS) !== 0) {
      this.#namedScalars.push(reasons);
      this.#namedScalarColumns.push(index);
    }
    this.#putTicks(ticks, reasons, rows, seen);
  }

  #putList(block: ObservationBlock, index: number): void {
    const list = block.lists[index];
    const { rows } = block;
    const count = rows === 0 ? 0 : list.ends[rows - 1];
    const seen = reasonsSeen(list.reasons, count);
    this.#ensure(packedBound(list, rows));
    this.#at = this.#packer.pack(list, rows, this.#out, this.#at);
    if ((seen & NAMED_REASONS) !== 0 || this.#packer.hasRefused) {
      this.#namedLists.push(list);
      this.#namedListColumns.push(index);
    }
  }

  #putInvalid(block: ObservationBlock): void {
    const { rows } = block;
    const columns = this.#namedScalarColumns;
    if (columns.length === 0) {
      this.#putZeros(rows * 8);
      return;
    }
    const ends = this.#wordSpace(rows * 2);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      this.#reserveNotes(count + columns.length);
      for (let i = 0; i < columns.length; i++) {
        const reason = this.#namedScalars[i][row];
        if (reason > Reason.absent) this.#notes[count++] = columns[i] * 8 + reason;
      }
      ends[row * 2] = count;
      ends[row * 2 + 1] = 0;
    }
    this.#putTyped(ends, rows * 2);
    this.#putTyped(Uint16Array.from(this.#notes.subarray(0, count)), count);
  }

  #putInvalidEntries(block: ObservationBlock): void {
    const { rows } = block;
    const columns = this.#namedListColumns;
    if (columns.length === 0) {
      this.#putZeros(rows * 8);
      return;
    }
    const ends = this.#wordSpace(rows * 2);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < columns.length; i++) {
        const { ends: listEnds, reasons } = this.#namedLists[i];
        const start = row === 0 ? 0 : listEnds[row - 1];
        const end = listEnds[row];
        this.#reserveNotes(count + end - start);
        for (let entry = start; entry < end; entry++) {
          const reason = reasons[entry];
          if (reason > Reason.absent) this.#notes[count++] = columns[i] * 0x1000000 + ((entry - start) << 3) + reason;
        }
      }
      ends[row * 2] = count;
      ends[row * 2 + 1] = 0;
    }
    this.#putTyped(ends, rows * 2);
    this.#putTyped(this.#notes, count);
  }

  #reserveNotes(count: number): void {
    if (count <= this.#notes.length) return;
    const grown = new Uint32Array(Math.max(count, this.#notes.length * 2));
    grown.set(this.#notes);
    this.#notes = grown;
  }
}

/** Writes a non-negative integer below 2^53 as UInt64. */
function splitWord(words: Uint32Array, index: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  words[index * 2] = value - high * TWO_32;
  words[index * 2 + 1] = high;
}

/** OR of the reasons, four lanes in a word: 0 = there is no NULL. Eight words at a time: the loop costs more than they do. */
function reasonsSeen(reasons: Uint8Array, count: number): number {
  const whole = count >>> 2;
  const words = new Int32Array(reasons.buffer, reasons.byteOffset, whole);
  let seen = 0;
  let i = 0;
  for (; i + 8 <= whole; i += 8) {
    seen |=
      words[i] | words[i + 1] | words[i + 2] | words[i + 3] | words[i + 4] | words[i + 5] | words[i + 6] | words[i + 7];
  }
  for (; i < whole; i++) seen |= words[i];
  for (i = whole << 2; i < count; i++) seen |= reasons[i];
  return seen;
}

/** What no row of the block has is left out; readers take it as absent. Most signals belong to some vehicles only. */
function isPresent(
  column: ObservationColumn,
  { rows, scalars, lists }: ObservationBlock,
  { cells, probes }: WrittenLists,
): boolean {
  if (column.kind === "list" && column.index === CELLS) return cells;
  if (column.kind === "list" && column.index === PROBES) return probes;
  if (column.kind === "scalar") return !isAllAbsent(scalars[column.index].reasons, rows);
  if (column.kind === "list") return rows > 0 && lists[column.index].ends[rows - 1] > 0;
  return true;
}

function isAllAbsent(reasons: Uint8Array, rows: number): boolean {
  for (let row = 0; row < rows; row++) if (reasons[row] !== Reason.absent) return false;
  return true;
}
