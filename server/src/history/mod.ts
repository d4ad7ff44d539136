/** The telemetry history: every received frame, its decoded values, rollups and proofs; ClickHouse in a child process. */
export type { ExportQuery } from "./export-rows.ts";
export { physicalOf, readExportedRows, type ExportedRows } from "./exported-rows.ts";
export { openHistory } from "./history.ts";
export {
  DEFAULT_RETENTION,
  type HistoryAlarm,
  type HistoryLog,
  type HistoryOptions,
  type Retention,
  type StoredColumn,
} from "./options.ts";
export { unpackSql } from "./packed-lists.ts";
export type { RefusedSegment } from "./refused-segments.ts";
export { ROLLUP_SIGNALS, STATE_SIGNALS } from "./rollup-signals.ts";
export type { SegmentFile } from "./segment-sql.ts";
export type { StoredSegment } from "./segment-store.ts";
export { frameLeaf } from "./segment-tree.ts";
export type { CounterReportsQuery, EventBody, EventsQuery, StoredEvent } from "./read-events.ts";
export type * from "./types.ts";
