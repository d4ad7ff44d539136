/**
 * What a column decoder writes into, structurally: this package knows no signals. Ticks are integers, physical value =
 * ticks / perUnit with the perUnit of the field (see `WIRE_FIELDS`); both editions give the same ticks.
 */
import type { CodecErrorCode } from "./errors.ts";

/** Why a cell holds no value. 0 means that it holds one. */
export const TickReason = { ok: 0, absent: 1, abnormal: 2, invalid: 3, outOfRange: 4 } as const;

export type TickStore = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | Float64Array;

export interface ScalarSink {
  readonly ticks: TickStore;
  readonly reasons: Uint8Array;
}
/** Entries are appended: `reserve(n)` makes room behind `length` and may replace the arrays. */
export interface ListSink {
  ticks: TickStore;
  reasons: Uint8Array;
  length: number;
  reserve(count: number): void;
  /**
   * Told, where it is there, of entries that the frame has as they are: `bytes` bytes from `offset` of the frame are
   * their wire numbers, and all are in range. Entries that it is not told of say nothing about the frame's bytes.
   */
  tookRun?(row: number, offset: number, bytes: number): void;
}
/**
 * Columns to fill. The arrays of `scalars` must not be replaced while the sink is in use. The decoder writes only
 * what the frame carries: the reasons of a fresh row must be `absent`.
 */
export interface ColumnSink {
  readonly scalars: readonly ScalarSink[];
  readonly lists: readonly ListSink[];
}

/** Where a field goes: an index into `scalars` or `lists` of the sink. */
export type ColumnTarget = { readonly scalar: number } | { readonly list: number };
/** Wire-field name (`WIRE_FIELDS`) to column. Fields that are not named are skipped. */
export type ColumnMap = Readonly<Record<string, ColumnTarget>>;

/** Outcome of one frame. The object belongs to the decoder and changes with the next frame. */
export interface ColumnResult {
  /** False: the data unit has no valid structure or is encrypted, and the row must be cleared. */
  ok: boolean;
  /** UTC milliseconds of the collection time; NaN where the frame carries none. */
  eventTime: number;
  /** Why, when not ok. */
  code: CodecErrorCode | undefined;
  /** Byte offset in `bytes` where it went wrong, when not ok. */
  offset: number;
}

/**
 * Decodes the frame in bytes [from, to) into row `row` of the sink. The BCC is not checked again: `FrameReader` has
 * done it. Never reads outside [from, to) and never throws, whatever the bytes are.
 */
export type ColumnDecoder = (
  bytes: Uint8Array,
  sink: ColumnSink,
  row: number,
  from?: number,
  to?: number,
) => ColumnResult;
