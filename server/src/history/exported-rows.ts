/** Reads the files of export-rows.ts: blocks of columns. Synchronous, for worker threads. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { findSignal } from "@sandglass/signals";
import { invalidColumnOf } from "./read-sql.ts";

export type TickColumn = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array;

/** One signal of a block. */
export interface ExportedColumn {
  /** Physical value = ticks / perUnit; 0 where there is none. */
  readonly ticks: TickColumn;
  readonly perUnit: number;
  /** Per row: 0 = no sample, 1 = a number, 2 = a sample without a usable number. */
  readonly present: Uint8Array;
}

/** Consecutive rows of one vehicle, [start, end). */
export interface VehicleRows {
  readonly vehicle: bigint;
  readonly start: number;
  readonly end: number;
}

/** Columns of a block of exported rows, by vehicle, event time and sequence number. */
export interface ExportedRows {
  readonly count: number;
  readonly vehicles: readonly VehicleRows[];
  /** Event time, UTC ms. */
  readonly time: Float64Array;
  readonly receivedAt: Float64Array;
  readonly seq: Float64Array;
  readonly reissued: Uint8Array;
  /** In the order of the exported signals. */
  readonly columns: readonly ExportedColumn[];
}

/** Physical values of rows [start, end) of a column; 0 where there is none. */
export function physicalOf({ ticks, perUnit }: ExportedColumn, start: number, end: number): Float64Array {
  const values = new Float64Array(ticks.subarray(start, end));
  if (perUnit !== 1) for (let row = 0; row < values.length; row++) values[row] = (values[row] as number) / perUnit;
  return values;
}

/** No signal has it: the column says nothing, not even why it is empty. */
export const WITHHELD_TYPE = "Nullable(Int8)";

const NULLABLE = {
  [WITHHELD_TYPE]: Int8Array,
  "Nullable(UInt8)": Uint8Array,
  "Nullable(UInt16)": Uint16Array,
  "Nullable(UInt32)": Uint32Array,
  "Nullable(Int16)": Int16Array,
  "Nullable(Int32)": Int32Array,
} as const;

/** The blocks of a file with these signals. A frame that was received twice stands once. */
export function* readExportedRows(path: string, signals: readonly string[]): Generator<ExportedRows> {
  const reader = new NativeFile(path);
  const known = signals.map((id) => {
    const signal = findSignal(id);
    if (signal === undefined) throw new Error(`no signal ${id}`);
    return { perUnit: signal.perUnit, column: invalidColumnOf(id, signal) };
  });
  const repetitions = new Repetitions();
  try {
    while (!reader.atEnd) {
      const columns = reader.varint();
      const count = reader.varint();
      if (columns !== 7 + signals.length) throw new Error(`${path} has ${columns} columns`);
      const vehicle = new Uint32Array(reader.column(count * 8));
      const time = new Float64Array(reader.column(count * 8));
      const receivedAt = new Float64Array(reader.column(count * 8));
      const seq = new Float64Array(reader.column(count * 8));
      const reissued = new Uint8Array(reader.column(count));
      const hash = new Uint32Array(reader.column(count * 8));
      const invalid = reader.lists(count);
      const read = known.map(({ perUnit, column }): ExportedColumn => {
        const { ticks, present } = reader.ticks(count);
        const isWithheld = ticks instanceof Int8Array;
        if (invalid.entries.length > 0 && column >= 0 && !isWithheld) markInvalid(present, invalid, column);
        return { ticks, perUnit, present };
      });
      const block = { count, time, receivedAt, seq, reissued, columns: read };
      const kept = repetitions.without(vehicle, time, hash);
      const rows = kept === undefined ? block : picked(block, kept);
      yield { ...rows, vehicles: vehiclesOf(kept === undefined ? vehicle : pickPairs(vehicle, kept)) };
    }
  } finally {
    reader.close();
  }
}

interface Lists {
  /** Row r owns entries [ends[r-1], ends[r]). */
  readonly ends: Uint32Array;
  /** `column * 8 + reason`. */
  readonly entries: Uint16Array;
}

function markInvalid(present: Uint8Array, { ends, entries }: Lists, column: number): void {
  for (let row = 0, at = 0; row < present.length; row++) {
    const end = ends[2 * row] as number;
    for (; at < end; at++) if ((entries[at] as number) >> 3 === column && present[row] === 0) present[row] = 2;
  }
}

/** Finds frames that were received twice: same vehicle, event time and hash. They stand beside each other, or nearly. */
class Repetitions {
  #low = 0;
  #high = 0;
  #time = Number.NaN;
  /** Hashes of the rows of the instant in hand. */
  #hashes = new Set<string>();

  /** Rows to keep; undefined = all. Vehicles and hashes are pairs of words. */
  without(vehicle: Uint32Array, time: Float64Array, hash: Uint32Array): Uint32Array | undefined {
    const drop: number[] = [];
    const { length } = time;
    for (let row = 0; row < length; row++) {
      const isSame = time[row] === this.#time && vehicle[2 * row] === this.#low && vehicle[2 * row + 1] === this.#high;
      if (!isSame) {
        this.#time = time[row] as number;
        this.#low = vehicle[2 * row] as number;
        this.#high = vehicle[2 * row + 1] as number;
        if (this.#hashes.size > 0) this.#hashes.clear();
        // Most instants have one row: its hash is noted only when another one follows.
        const next = row + 1;
        if (next < length && time[next] !== this.#time) continue;
      }
      const key = `${hash[2 * row]} ${hash[2 * row + 1]}`;
      if (this.#hashes.has(key)) drop.push(row);
      else this.#hashes.add(key);
    }
    if (drop.length === 0) return undefined;
    const dropped = new Set(drop);
    return Uint32Array.from(Array.from({ length }, (_, row) => row).filter((row) => !dropped.has(row)));
  }
}

function picked(block: Omit<ExportedRows, "vehicles">, kept: Uint32Array): Omit<ExportedRows, "vehicles"> {
  return {
    count: kept.length,
    time: pick(block.time, kept),
    receivedAt: pick(block.receivedAt, kept),
    seq: pick(block.seq, kept),
    reissued: pick(block.reissued, kept),
    columns: block.columns.map(({ ticks, perUnit, present }) => ({
      ticks: pick(ticks, kept),
      perUnit,
      present: pick(present, kept),
    })),
  };
}

function pick<T extends Float64Array | TickColumn>(column: T, kept: Uint32Array): T {
  const to = new (column.constructor as new (length: number) => T)(kept.length);
  for (let i = 0; i < kept.length; i++) to[i] = column[kept[i] as number] as number;
  return to;
}

function pickPairs(pairs: Uint32Array, kept: Uint32Array): Uint32Array {
  const to = new Uint32Array(2 * kept.length);
  kept.forEach((row, i) => to.set(pairs.subarray(2 * row, 2 * row + 2), 2 * i));
  return to;
}

function vehiclesOf(pairs: Uint32Array): VehicleRows[] {
  const vehicles: VehicleRows[] = [];
  const count = pairs.length / 2;
  for (let start = 0; start < count;) {
    const [low, high] = [pairs[2 * start] as number, pairs[2 * start + 1] as number];
    let end = start + 1;
    while (end < count && pairs[2 * end] === low && pairs[2 * end + 1] === high) end++;
    vehicles.push({ vehicle: (BigInt(high) << 32n) | BigInt(low), start, end });
    start = end;
  }
  return vehicles;
}

const WINDOW_BYTES = 1 << 22;

/** A file of Native blocks, read from front to back. */
class NativeFile {
  readonly #path: string;
  readonly #file: number;
  readonly #size: number;
  #at = 0;
  /** Bytes of the file from `#start` on, `#filled` of them read. */
  #window = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  #start = 0;
  #filled = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "r");
    this.#size = fstatSync(this.#file).size;
  }

  get atEnd(): boolean {
    return this.#at >= this.#size;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const [byte] = this.#take(1);
      value += ((byte as number) & 0x7f) * factor;
      if ((byte as number) < 0x80) return value;
    }
  }

  /** Data of the next column of fixed width, in memory of its own (typed arrays need alignment). */
  column(bytes: number): ArrayBuffer {
    this.#header();
    return this.#copy(bytes);
  }

  /** The next column, `Array(UInt16)`. */
  lists(count: number): Lists {
    const type = this.#header();
    if (type !== "Array(UInt16)") throw new Error(`${this.#path}: ${type}`);
    const ends = new Uint32Array(this.#copy(count * 8));
    const length = count === 0 ? 0 : (ends[2 * count - 2] as number);
    return { ends, entries: new Uint16Array(this.#copy(length * 2)) };
  }

  /** The next column, a nullable integer. */
  ticks(count: number): Pick<ExportedColumn, "ticks" | "present"> {
    const type = this.#header();
    const Column = NULLABLE[type as keyof typeof NULLABLE];
    if (Column === undefined) throw new Error(`${this.#path}: ${type}`);
    const present = new Uint8Array(this.#copy(count));
    for (let row = 0; row < count; row++) present[row] = (present[row] as number) ^ 1;
    return { ticks: new Column(this.#copy(count * Column.BYTES_PER_ELEMENT)), present };
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Skips the name. @returns the type */
  #header(): string {
    this.#take(this.varint());
    return this.#take(this.varint()).toString("latin1");
  }

  #copy(bytes: number): ArrayBuffer {
    const copy = new Uint8Array(bytes);
    copy.set(this.#take(bytes));
    return copy.buffer;
  }

  #take(count: number): Buffer {
    if (this.#at + count > this.#start + this.#filled) this.#read(count);
    const from = this.#at - this.#start;
    this.#at += count;
    return this.#window.subarray(from, from + count);
  }

  #read(count: number): void {
    if (this.#at + count > this.#size) throw new Error(`${this.#path} ends inside a block`);
    if (count > this.#window.length) this.#window = Buffer.allocUnsafeSlow(count);
    this.#start = this.#at;
    const length = Math.min(this.#window.length, this.#size - this.#at);
    this.#filled = 0;
    while (this.#filled < length)
      this.#filled += readSync(
        this.#file,
        this.#window,
        this.#filled,
        length - this.#filled,
        this.#start + this.#filled,
      );
  }
}
