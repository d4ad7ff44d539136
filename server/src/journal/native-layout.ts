/**
 * The one description of how an observation is laid out in ClickHouse: names, types, codecs, order.
 *
 * The journal writes its segments in this order (native-encoder.ts), history creates its table from the same list,
 * and `INSERT … SELECT * FROM file(segment, Native)` needs no mapping. New signals are appended at the end of the
 * catalogue; a segment of an older catalogue stays readable because the decoder goes by name.
 *
 * Values: a scalar is NULL unless the frame carried a usable number, so that no sentinel acts as a number. Why it is
 * NULL stands in `invalid` (sparse; a NULL that is not named there was absent from the frame):
 * `column * 8 + reason`, column = position in SCALAR_SIGNALS, reason = signals' `Reason`.
 * Lists are strings of packed ticks (packed-list.ts), empty where `raw` has them: `cell_runs` and `probe_runs` say
 * where, from the lowest bits: offset, bytes, offset, bytes, 16 bits each. Entries without a number are explained by `invalid_entries`:
 * `(column << 24) + (entry << 3) + reason`, entry = 0-based position within the row (a frame has at most 65,531).
 */
import { FRAME_LISTS, LIST_SIGNALS, SCALAR_SIGNALS, type TickType } from "@sandglass/signals";

/** Fields of a row that are not signals. */
export const ROW_FIELDS = [
  "seq",
  "vehicle",
  "event_time",
  "receive_time",
  "link",
  "assurance",
  "edition",
  "command",
  "disposition",
  "raw",
  "cell_runs",
  "probe_runs",
] as const;
export type RowField = (typeof ROW_FIELDS)[number];

interface ColumnBase {
  /** Column name in ClickHouse. */
  readonly name: string;
  /** ClickHouse type of the column, in the blocks and in the table. */
  readonly type: string;
  /** Body of the CODEC clause for a table that stores the column. */
  readonly codec: string;
}

export type ObservationColumn =
  | (ColumnBase & { readonly kind: "field"; readonly field: RowField })
  | (ColumnBase & { readonly kind: "scalar"; readonly index: number; readonly ticks: TickType })
  | (ColumnBase & { readonly kind: "list"; readonly index: number; readonly ticks: TickType })
  | (ColumnBase & { readonly kind: "invalid" })
  | (ColumnBase & { readonly kind: "invalid-entries" });

const FIELD_TYPES: Readonly<Record<RowField, readonly [type: string, codec: string]>> = {
  seq: ["UInt64", "Delta, ZSTD(1)"],
  vehicle: ["UInt64", "ZSTD(1)"],
  event_time: ["DateTime64(3, 'UTC')", "Delta, ZSTD(1)"],
  receive_time: ["DateTime64(3, 'UTC')", "Delta, ZSTD(1)"],
  link: ["UInt32", "ZSTD(1)"],
  assurance: ["UInt8", "ZSTD(1)"],
  edition: ["UInt8", "ZSTD(1)"],
  command: ["UInt8", "ZSTD(1)"],
  disposition: ["UInt8", "ZSTD(1)"],
  raw: ["String", "ZSTD(1)"],
  cell_runs: ["UInt64", "ZSTD(1)"],
  probe_runs: ["UInt64", "ZSTD(1)"],
};

/** ClickHouse column name of a signal id. */
export function columnNameOf(signalId: string): string {
  return signalId.replaceAll(".", "_");
}

const COLUMNS: readonly ObservationColumn[] = [
  ...ROW_FIELDS.map((field): ObservationColumn => ({
    kind: "field",
    field,
    name: field,
    type: FIELD_TYPES[field][0],
    codec: FIELD_TYPES[field][1],
  })),
  ...SCALAR_SIGNALS.map((signal): ObservationColumn => ({
    kind: "scalar",
    index: signal.column,
    ticks: signal.type,
    name: columnNameOf(signal.id),
    type: `Nullable(${signal.type})`,
    codec: "ZSTD(1)",
  })),
  ...LIST_SIGNALS.map((signal): ObservationColumn => ({
    kind: "list",
    index: signal.column,
    ticks: signal.type,
    name: columnNameOf(signal.id),
    type: "String",
    // Neighbours among cells differ by little: in their differences the high bytes are zeros.
    codec: signal.id === FRAME_LISTS.cells ? "Delta(2), ZSTD(1)" : "ZSTD(1)",
  })),
  { kind: "invalid", name: "invalid", type: "Array(UInt16)", codec: "ZSTD(1)" },
  { kind: "invalid-entries", name: "invalid_entries", type: "Array(UInt32)", codec: "ZSTD(1)" },
];

/** The columns of an observation, in the order of the Native blocks. */
export function observationTable(): readonly ObservationColumn[] {
  return COLUMNS;
}
