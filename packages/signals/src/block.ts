/**
 * Observation columns: a block of up to `capacity` received frames, decoded straight into typed arrays.
 *
 * One block is filled by one writer, made durable, then read by supervision and history; it is reused afterwards.
 * A cell holds ticks and a reason (`Reason.ok` = value present), so that no sentinel is ever seen as a number.
 */
import { LIST_SIGNALS, SCALAR_SIGNALS } from "./catalogue.ts";
import { isFrameList, listFormOf, type ListForm } from "./packed.ts";
import { Reason, type ListSignal, type TickType } from "./signal.ts";

export type TickArray = Uint8Array | Uint16Array | Uint32Array | Int16Array | Int32Array;

function allocate(type: TickType, length: number): TickArray {
  switch (type) {
    case "UInt8":
      return new Uint8Array(length);
    case "UInt16":
      return new Uint16Array(length);
    case "UInt32":
      return new Uint32Array(length);
    case "Int16":
      return new Int16Array(length);
    case "Int32":
      return new Int32Array(length);
  }
}

/** Ticks of one scalar signal, one entry per row. */
export interface ScalarColumn {
  readonly ticks: TickArray;
  /** `Reason` per row. */
  readonly reasons: Uint8Array;
}

/** Numbers of `ListColumn.runs` per row: two runs, each of an offset and a number of bytes. */
export const RUN_WORDS = 4;
const MAX_RUN_OFFSET = 0xffff;

/** Ticks of one list signal: row r owns entries [ends[r-1], ends[r]). Arrays grow; read them after filling. */
export class ListColumn {
  ticks: TickArray;
  reasons: Uint8Array;
  readonly ends: Uint32Array;
  length = 0;
  readonly type: TickType;
  readonly form: ListForm;
  /**
   * Where the entries of row r stand in its raw frame, byte for byte in the list's form and all of them numbers: two
   * runs, as offset and bytes, at [4r, 4r + 4). They say so only where their bytes are as many as the row's entries
   * take. Undefined for lists that are not looked for in frames.
   */
  readonly runs: Uint16Array | undefined;

  constructor(signal: Pick<ListSignal, "id" | "type">, capacity: number) {
    this.type = signal.type;
    this.form = listFormOf(signal);
    this.ticks = allocate(this.type, capacity);
    this.reasons = new Uint8Array(capacity);
    this.ends = new Uint32Array(capacity);
    this.runs = isFrameList(signal.id) ? new Uint16Array(capacity * RUN_WORDS) : undefined;
  }

  /** Entries of `row` were taken from its frame as they are: `bytes` bytes from `offset`. A third run is not kept. */
  tookRun(row: number, offset: number, bytes: number): void {
    const { runs } = this;
    if (runs === undefined || offset > MAX_RUN_OFFSET) return;
    const at = row * RUN_WORDS;
    if (runs[at + 1] === 0) {
      runs[at] = offset;
      runs[at + 1] = bytes;
    } else if (runs[at + 3] === 0) {
      runs[at + 2] = offset;
      runs[at + 3] = bytes;
    }
  }

  /** Makes room for `count` more entries. Call before writing `ticks[length + i]`. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.ticks.length) return;
    const size = Math.max(needed, this.ticks.length * 2);
    const ticks = allocate(this.type, size);
    ticks.set(this.ticks);
    const reasons = new Uint8Array(size);
    reasons.set(this.reasons);
    this.ticks = ticks;
    this.reasons = reasons;
  }
}

/**
 * How a received frame counts. Only `accepted` rows are observations; all rows are kept.
 * `late` rows are observations too: the flag is set by supervision's watermark, not here.
 */
export const Disposition = {
  accepted: 0,
  /** The data unit does not have the structure of its command; reply flag 02 (2016) or 06 (2025). */
  malformed: 1,
  /** The event time is more than 5 minutes ahead of the receive time. */
  clockAhead: 2,
  /** A frame of another vehicle on a link that is pinned to one VIN. */
  foreignVin: 3,
  /** The data unit is encrypted with a method that the link has no key for. */
  opaque: 4,
  /** The signature is wrong, or one is demanded and missing; reply flag 05 (2025). */
  badSignature: 5,
  /** The vehicle is not registered and the link demands it; reply flag 04 (2025). */
  unknownVin: 6,
} as const;
export type Disposition = (typeof Disposition)[keyof typeof Disposition];
export const DISPOSITION_NAMES = [
  "accepted",
  "malformed",
  "clock_ahead",
  "foreign_vin",
  "opaque",
  "bad_signature",
  "unknown_vin",
] as const;

/** How sure we are who sent a frame, weakest first. */
export const Assurance = { none: 0, platform: 1, mutualTls: 2, signed: 3 } as const;
export type Assurance = (typeof Assurance)[keyof typeof Assurance];
export const ASSURANCE_NAMES = ["none", "platform", "mutual_tls", "signed"] as const;
export const ASSURANCE_TITLES = {
  none: { en: "Unverified", zh: "未验证" },
  platform: { en: "Platform", zh: "平台验证" },
  mutual_tls: { en: "Mutual TLS", zh: "双向 TLS" },
  signed: { en: "Signed", zh: "签名" },
} as const satisfies Record<(typeof ASSURANCE_NAMES)[number], { readonly en: string; readonly zh: string }>;

export class ObservationBlock {
  readonly capacity: number;
  rows = 0;
  /** Ingest sequence number of row 0; rows are consecutive. */
  firstSeq = 0;

  /** Opaque vehicle key (64 bits), see server/src/access/vehicle-key. */
  readonly vehicle: BigUint64Array;
  /** Event time, UTC ms; equals receive time where the frame carries none. */
  readonly eventTime: Float64Array;
  /** Receive time, UTC ms. */
  readonly receiveTime: Float64Array;
  /** Number of the link (connection) that delivered the frame, unique per server start epoch. */
  readonly link: Uint32Array;
  readonly assurance: Uint8Array;
  /** 16 or 25: the edition by start bytes. */
  readonly edition: Uint8Array;
  readonly command: Uint8Array;
  readonly disposition: Uint8Array;
  /** Raw frame bytes of row r: raw[rawEnds[r-1] .. rawEnds[r]). */
  raw: Uint8Array;
  readonly rawEnds: Uint32Array;

  readonly scalars: readonly ScalarColumn[];
  readonly lists: readonly ListColumn[];

  constructor(capacity = 4096) {
    this.capacity = capacity;
    this.vehicle = new BigUint64Array(capacity);
    this.eventTime = new Float64Array(capacity);
    this.receiveTime = new Float64Array(capacity);
    this.link = new Uint32Array(capacity);
    this.assurance = new Uint8Array(capacity);
    this.edition = new Uint8Array(capacity);
    this.command = new Uint8Array(capacity);
    this.disposition = new Uint8Array(capacity);
    this.raw = new Uint8Array(capacity * 640);
    this.rawEnds = new Uint32Array(capacity);
    this.scalars = SCALAR_SIGNALS.map((signal) => ({
      ticks: allocate(signal.type, capacity),
      reasons: new Uint8Array(capacity).fill(Reason.absent),
    }));
    this.lists = LIST_SIGNALS.map((signal) => new ListColumn(signal, capacity));
  }

  get isFull(): boolean {
    return this.rows >= this.capacity;
  }

  /** Bytes of raw frames held so far. */
  get rawLength(): number {
    return this.rows === 0 ? 0 : this.rawEnds[this.rows - 1];
  }

  /** Copies the raw bytes of the next row (index `rows`), which the caller then fills and counts with `endRow`. */
  putRaw(bytes: Uint8Array): void {
    const start = this.rawLength;
    const end = start + bytes.length;
    if (end > this.raw.length) {
      const grown = new Uint8Array(Math.max(end, this.raw.length * 2));
      grown.set(this.raw.subarray(0, start));
      this.raw = grown;
    }
    this.raw.set(bytes, start);
    this.rawEnds[this.rows] = end;
  }

  /** Raw bytes of a row, as a view. */
  rawOf(row: number): Uint8Array {
    return this.raw.subarray(row === 0 ? 0 : this.rawEnds[row - 1], this.rawEnds[row]);
  }

  /** Undoes what decoding wrote into the row being filled: the frame turned out to be malformed. */
  clearRow(): void {
    for (const column of this.scalars) column.reasons[this.rows] = Reason.absent;
    for (const list of this.lists) list.length = this.rows === 0 ? 0 : list.ends[this.rows - 1];
    this.clearRuns();
  }

  /** What was decoded into the row being filled is not what its raw bytes say: they were encrypted, or changed. */
  clearRuns(): void {
    const at = this.rows * RUN_WORDS;
    for (const { runs } of this.lists) runs?.fill(0, at, at + RUN_WORDS);
  }

  /** Closes the row being filled. */
  endRow(): void {
    this.markEnds();
    this.rows++;
  }

  /** Writes down where the lists of the row being filled end. */
  markEnds(): void {
    const { lists, rows: row } = this;
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i];
      list.ends[row] = list.length;
    }
  }

  /** Makes the block empty again. */
  reset(): void {
    for (const column of this.scalars) column.reasons.fill(Reason.absent, 0, this.rows);
    for (const list of this.lists) {
      list.length = 0;
      list.runs?.fill(0, 0, this.rows * RUN_WORDS);
    }
    this.rows = 0;
  }
}
