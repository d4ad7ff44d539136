/**
 * The table of received events. Every reception is a row; a reader shows an event (source, id) once. One journal segment
 * of events is one insert of at most two parts, as with frames.
 */
import type { StoredColumn } from "./options.ts";
import { trusted, type Sql } from "./sql.ts";

const SETTINGS = "non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1";

export function createEventTable(columns: readonly StoredColumn[]): Sql {
  return trusted(`CREATE TABLE IF NOT EXISTS events (
    ${columns.map(({ name, type, codec }) => `${name} ${type} CODEC(${codec})`).join(",\n    ")},
    INDEX seq_range seq TYPE minmax GRANULARITY 1,
    INDEX name_values name TYPE set(100) GRANULARITY 4
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(receive_time) ORDER BY (subject, event_time, seq) SETTINGS ${SETTINGS}`);
}
