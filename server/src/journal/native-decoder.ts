/**
 * One ClickHouse Native block of a segment → observation block, all columns.
 *
 * Columns are found by name, so that a segment written before a signal existed stays readable; a column that this
 * version does not know, or knows with another type, is refused: guessing would turn bytes into wrong numbers.
 */
import { FRAME_LISTS, getList, ObservationBlock, Reason, RUN_WORDS, type TickArray } from "@sandglass/signals";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { observationTable, ROW_FIELDS, type ObservationColumn, type RowField } from "./native-layout.ts";
import { takeFromFrame, unpackRow } from "./packed-list.ts";

const TWO_32 = 4_294_967_296;
const COLUMNS = new Map<string, ObservationColumn>(observationTable().map((column) => [column.name, column]));

class Reader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.at === this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 5; i++) {
      const byte = this.take(1)[0];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw corrupt("a length has more than 5 bytes");
  }

  take(count: number): Buffer {
    if (this.at + count > this.#bytes.length) throw corrupt("the block ends inside a column");
    const view = this.#bytes.subarray(this.at, this.at + count);
    this.at += count;
    return view;
  }

  text(): string {
    return this.take(this.varint()).toString("latin1");
  }

  /** Copies the next bytes over the start of a typed array. */
  into(array: TickArray | BigUint64Array | Float64Array, count: number): void {
    const bytes = count * array.BYTES_PER_ELEMENT;
    new Uint8Array(array.buffer, array.byteOffset, bytes).set(this.take(bytes));
  }

  /** The next `count` UInt64 as numbers. */
  longs(count: number, into: Float64Array | Uint32Array): void {
    const bytes = this.take(count * 8);
    for (let i = 0; i < count; i++) into[i] = bytes.readUInt32LE(i * 8 + 4) * TWO_32 + bytes.readUInt32LE(i * 8);
  }
}

function corrupt(detail: string): SandglassError {
  return new SandglassError(ERRORS.JOURNAL_CORRUPT, { detail });
}

/**
 * Decodes exactly one block. `reuse` is filled instead of a new block when its capacity suffices.
 * Throws SG_JOURNAL_CORRUPT when the bytes are not a block of this layout.
 */
export function decodeNativeBlock(bytes: Uint8Array, reuse?: ObservationBlock): ObservationBlock {
  const reader = new Reader(bytes);
  const columnCount = reader.varint();
  const rows = reader.varint();
  if (rows * 8 > bytes.length) throw corrupt("more rows than the block can hold");
  const block = reuse !== undefined && reuse.capacity >= rows ? reuse : new ObservationBlock(Math.max(rows, 1));
  block.reset();
  for (const list of block.lists) list.ends.fill(0, 0, rows);
  block.rows = rows;
  let fields = 0;
  for (let i = 0; i < columnCount; i++) {
    const name = reader.text();
    const type = reader.text();
    const column = COLUMNS.get(name);
    if (column?.type !== type) throw corrupt(`unknown column ${name} ${type}`);
    readColumn(reader, block, column);
    if (column.kind === "field") fields++;
  }
  // Blocks of an earlier layout have no runs, and lists in another form.
  if (fields !== ROW_FIELDS.length) throw corrupt("the block has not got all fields of a row");
  if (!reader.atEnd) throw corrupt("bytes after the last column");
  return block;
}

function readColumn(reader: Reader, block: ObservationBlock, column: ObservationColumn): void {
  switch (column.kind) {
    case "field":
      readField(reader, block, column.field);
      break;
    case "scalar": {
      const { ticks, reasons } = block.scalars[column.index];
      reader.into(reasons, block.rows);
      reader.into(ticks, block.rows);
      break;
    }
    case "list":
      readList(reader, block, column.index);
      break;
    case "invalid":
      readInvalid(reader, block);
      break;
    case "invalid-entries":
      readInvalidEntries(reader, block);
      break;
  }
}

function readField(reader: Reader, block: ObservationBlock, field: RowField): void {
  const { rows } = block;
  switch (field) {
    case "seq": {
      const values = new Float64Array(rows);
      reader.longs(rows, values);
      for (let row = 1; row < rows; row++) if (values[row] !== values[0] + row) throw corrupt("sequence has a gap");
      block.firstSeq = values[0] ?? 0;
      break;
    }
    case "vehicle":
      reader.into(block.vehicle, rows);
      break;
    case "event_time":
      reader.longs(rows, block.eventTime);
      break;
    case "receive_time":
      reader.longs(rows, block.receiveTime);
      break;
    case "link":
      reader.into(block.link, rows);
      break;
    case "assurance":
      reader.into(block.assurance, rows);
      break;
    case "edition":
      reader.into(block.edition, rows);
      break;
    case "command":
      reader.into(block.command, rows);
      break;
    case "disposition":
      reader.into(block.disposition, rows);
      break;
    case "raw":
      readRaw(reader, block);
      break;
    case "cell_runs":
      readRuns(reader, block, getList(FRAME_LISTS.cells).column);
      break;
    case "probe_runs":
      readRuns(reader, block, getList(FRAME_LISTS.probes).column);
      break;
  }
}

function readRaw(reader: Reader, block: ObservationBlock): void {
  let end = 0;
  for (let row = 0; row < block.rows; row++) {
    const bytes = reader.take(reader.varint());
    if (end + bytes.length > block.raw.length) {
      const grown = new Uint8Array(Math.max(end + bytes.length, block.raw.length * 2));
      grown.set(block.raw.subarray(0, end));
      block.raw = grown;
    }
    block.raw.set(bytes, end);
    end += bytes.length;
    block.rawEnds[row] = end;
  }
}

/** The runs of a list, and the rows that the frames have. The column of the list, where there is one, has the others. */
function readRuns(reader: Reader, block: ObservationBlock, index: number): void {
  const list = block.lists[index];
  const { runs, form } = list;
  if (runs === undefined) throw new Error("the list is not looked for in frames");
  reader.into(runs, block.rows * RUN_WORDS);
  for (let row = 0; row < block.rows; row++) {
    const [first, firstBytes, second, secondBytes] = runs.subarray(row * RUN_WORDS, (row + 1) * RUN_WORDS);
    const { length } = block.rawOf(row);
    if (first + firstBytes > second || second + secondBytes > length || (firstBytes | secondBytes) % form.width !== 0)
      throw corrupt("a list is not where its frame should have it");
    takeFromFrame(block, list, row);
    list.ends[row] = list.length;
  }
}

function readList(reader: Reader, block: ObservationBlock, index: number): void {
  const list = block.lists[index];
  list.length = 0;
  for (let row = 0; row < block.rows; row++) {
    const bytes = reader.take(reader.varint());
    if (bytes.length % list.form.width !== 0) throw corrupt("a list ends inside an entry");
    if (bytes.length > 0 || !takeFromFrame(block, list, row)) unpackRow(bytes, list);
    list.ends[row] = list.length;
  }
}

/** Until here reasons are null bytes: 0 = ok, 1 = absent; `invalid` names the others. */
function readInvalid(reader: Reader, block: ObservationBlock): void {
  const ends = new Uint32Array(block.rows);
  reader.longs(block.rows, ends);
  const notes = reader.take((ends.at(-1) ?? 0) * 2);
  let at = 0;
  for (let row = 0; row < block.rows; row++) {
    for (; at < ends[row]; at++) {
      const note = notes.readUInt16LE(at * 2);
      const reasons = block.scalars[note >>> 3]?.reasons;
      if (reasons?.[row] !== Reason.absent) throw corrupt("invalid names a value that is present");
      reasons[row] = note & 7;
    }
  }
}

function readInvalidEntries(reader: Reader, block: ObservationBlock): void {
  const ends = new Uint32Array(block.rows);
  reader.longs(block.rows, ends);
  const notes = reader.take((ends.at(-1) ?? 0) * 4);
  let at = 0;
  for (let row = 0; row < block.rows; row++) {
    for (; at < ends[row]; at++) {
      const note = notes.readUInt32LE(at * 4);
      const list = block.lists[note >>> 24];
      if (list === undefined) throw corrupt("invalid_entries names an unknown list");
      const entry = (row === 0 ? 0 : list.ends[row - 1]) + ((note & 0xffffff) >>> 3);
      if (entry >= list.ends[row] || list.reasons[entry] !== Reason.absent) {
        throw corrupt("invalid_entries names an entry that is present");
      }
      list.reasons[entry] = note & 7;
    }
  }
}
