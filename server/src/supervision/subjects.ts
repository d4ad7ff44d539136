/**
 * The vehicles that supervision knows, as rows of typed arrays: found by their 64-bit key without allocating, small
 * enough to hold millions. Trigger states are kept elsewhere, by the same row number.
 */
import { highWord, KeyTable, lowWord } from "@sandglass/signals";

/** Frames of one event time that are remembered to recognise a repetition; a large pack comes in a few frames. */
export const HASHES_PER_INSTANT = 4;
/** Assurance levels below the highest: none, platform, mutual TLS. */
const LOWER_ASSURANCES = 3;

type Column = Float64Array | Uint32Array | Int32Array | Uint8Array;

export interface VehicleCounters {
  /** All frames of the vehicle, whatever their command and disposition. */
  readonly received: number;
  /** Accepted realtime reports (0x02). */
  readonly realtime: number;
  /** Accepted re-issued reports (0x03). */
  readonly reissued: number;
  /** Accepted reports older than the newest one before them: judged by a replay. */
  readonly late: number;
  /** Reports that repeat one of the newest event time byte for byte. */
  readonly duplicates: number;
  /** Frames with another disposition than accepted. */
  readonly quarantined: number;
  /** Event times of accepted reports, UTC ms; undefined before the first. */
  readonly firstEvent: number | undefined;
  readonly lastEvent: number | undefined;
}

export const COUNTERS = ["received", "realtime", "reissued", "late", "duplicates", "quarantined"] as const;
export type Counter = (typeof COUNTERS)[number];

export class Subjects {
  readonly #keys: KeyTable;
  /** Newest event time stepped: the watermark. */
  newestEvent: Float64Array;
  /** Event time up to which timers of a silent subject were run: a row before it is late. */
  promised: Float64Array;
  /** Earliest event time of any accepted report. */
  firstEvent: Float64Array;
  /** Ingest time since which the subject is silent: receive time of its newest report, moved on by our own outages. */
  silentSince: Float64Array;
  /** Time of our own absence in the present silence, ms: told to the triggers when it ends. */
  excused: Float64Array;
  /** 1 = event times follow the ingest clock (a live link), 0 = a recorded past. */
  isLive: Uint8Array;
  hashes: Uint32Array;
  hashCount: Uint8Array;
  /** Ingest sequence of the newest row with each assurance below the highest; -1 = none. */
  lowAssurance: Float64Array;
  counters: Record<Counter, Float64Array>;

  // Scratch of the block being stepped: chain of rows per subject.
  blockStamp: Uint32Array;
  firstRow: Int32Array;
  lastRow: Int32Array;
  /** Waiting in the silence wheel. */
  armed: Uint8Array;

  constructor(capacity = 1024) {
    this.#keys = new KeyTable(capacity);
    const f64 = (width = 1): Float64Array => new Float64Array(capacity * width);
    this.newestEvent = f64();
    this.promised = f64();
    this.firstEvent = f64();
    this.silentSince = f64();
    this.excused = f64();
    this.isLive = new Uint8Array(capacity);
    this.hashes = new Uint32Array(capacity * HASHES_PER_INSTANT);
    this.hashCount = new Uint8Array(capacity);
    this.lowAssurance = f64(LOWER_ASSURANCES);
    this.counters = Object.fromEntries(COUNTERS.map((name) => [name, f64()])) as Record<Counter, Float64Array>;
    this.blockStamp = new Uint32Array(capacity);
    this.firstRow = new Int32Array(capacity);
    this.lastRow = new Int32Array(capacity);
    this.armed = new Uint8Array(capacity);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Row of a key, made when it is new. */
  rowOf(low: number, high: number): number {
    const row = this.#keys.find(low, high);
    return row < 0 ? this.#added(this.#keys.numberOf(low, high)) : row;
  }

  findRow(key: bigint): number | undefined {
    const row = this.#keys.findKey(key);
    return row < 0 ? undefined : row;
  }

  rowOfKey(key: bigint): number {
    return this.rowOf(lowWord(key), highWord(key));
  }

  keyOf(row: number): bigint {
    return this.#keys.keyOf(row);
  }

  newestOf(row: number): number {
    return this.newestEvent[row];
  }

  countersOf(row: number): VehicleCounters {
    const counts = Object.fromEntries(COUNTERS.map((name) => [name, this.counters[name][row]])) as Record<
      Counter,
      number
    >;
    const newest = this.newestEvent[row];
    return {
      ...counts,
      firstEvent: Number.isFinite(this.firstEvent[row]) ? this.firstEvent[row] : undefined,
      lastEvent: Number.isFinite(newest) ? newest : undefined,
    };
  }

  /** Remembers the ingest sequence of a row that is less than signed. */
  noteAssurance(row: number, assurance: number, seq: number): void {
    if (assurance < LOWER_ASSURANCES) this.lowAssurance[row * LOWER_ASSURANCES + assurance] = seq;
  }

  /** Weakest assurance of any row of the subject since `seq`: an interleaved weaker link counts, it may have caused it. */
  assuranceSince(row: number, seq: number): number {
    for (let level = 0; level < LOWER_ASSURANCES; level++) {
      if (this.lowAssurance[row * LOWER_ASSURANCES + level] >= seq) return level;
    }
    return LOWER_ASSURANCES;
  }

  #added(row: number): number {
    if (this.newestEvent.length < this.#keys.capacity) this.#grow();
    this.newestEvent[row] = Number.NEGATIVE_INFINITY;
    this.promised[row] = Number.NEGATIVE_INFINITY;
    this.firstEvent[row] = Number.POSITIVE_INFINITY;
    this.silentSince[row] = Number.POSITIVE_INFINITY;
    this.lowAssurance.fill(-1, row * LOWER_ASSURANCES, (row + 1) * LOWER_ASSURANCES);
    return row;
  }

  #grow(): void {
    const grown = <T extends Column>(column: T): T => {
      const larger = new (column.constructor as new (length: number) => T)(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.newestEvent = grown(this.newestEvent);
    this.promised = grown(this.promised);
    this.firstEvent = grown(this.firstEvent);
    this.silentSince = grown(this.silentSince);
    this.excused = grown(this.excused);
    this.isLive = grown(this.isLive);
    this.hashes = grown(this.hashes);
    this.hashCount = grown(this.hashCount);
    this.lowAssurance = grown(this.lowAssurance);
    for (const name of COUNTERS) this.counters[name] = grown(this.counters[name]);
    this.blockStamp = grown(this.blockStamp);
    this.firstRow = grown(this.firstRow);
    this.lastRow = grown(this.lastRow);
    this.armed = grown(this.armed);
  }
}
