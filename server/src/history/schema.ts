/**
 * The tables of the history, made from the journal's column list.
 *
 * `frames` holds every reception, quarantined ones too. `observations` is what may act as data: accepted realtime and
 * re-issued reports, a frame that was received again left out. Rollups are filled by statements of segment-insert.ts
 * and not by materialized views: a view's insert cannot be checked or repeated on its own (docs/adr/0020).
 *
 * Every insert is one part or nothing: rollups are not partitioned and a segment is one block, so that "did it take
 * effect" always has an answer. Parts are fsynced before an insert returns: the journal then forgets the segment.
 */
import { RAW, RAW_LENGTH, REST, RUN_COLUMNS } from "./frame-bytes.ts";
import { MERGING } from "./merge-pace.ts";
import type { Retention, StoredColumn } from "./options.ts";
import { createRollup, createStaged, IS_OBSERVATION, MS, ROLLUPS } from "./rollups.ts";
import { trusted, type Sql } from "./sql.ts";

/**
 * `fsync_*`: a confirmed segment survives a power cut. Compact parts up to 256 MB: one file instead of 150 to create
 * and sync for each segment; merges write wide ones. The window counts inserts, not bytes. Nobody reads
 * the statistics that ClickHouse would keep of every column on its own.
 */
const DURABLE = "non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1";
const FRAME_SETTINGS = `${DURABLE}, min_bytes_for_wide_part = 268435456, ${MERGING}, auto_statistics_types = '', merge_with_recompression_ttl_timeout = 600`;

/**
 * Rows of the last hour are compressed quickly, those of older parts well: by the merge that is due anyway, or else by
 * one of its own every ten minutes (docs/adr/0085). A column takes part in this where it has the codec of its part.
 */
const RECOMPRESS = "TTL toDateTime(receive_time) + INTERVAL 1 HOUR RECOMPRESS CODEC(ZSTD(1))";

function days(column: string, count: number): string {
  return count > 0 ? ` TTL toDateTime(${column}) + toIntervalDay(${count})` : "";
}

export function rawTtl(retention: Retention): string {
  return days("receive_time", retention.rawDays);
}

/** Columns of `frames` for those of the journal: instead of the whole frame, what no list column has of it. */
export function frameColumns(columns: readonly StoredColumn[]): StoredColumn[] {
  return columns.map((column) => ({
    ...column,
    name: column.name === "raw" ? REST : column.name,
    codec: column.codec.replace("ZSTD(1)", "Default"),
  }));
}

/** Columns of `evidence` for those of the journal: its frames are whole. */
export function evidenceColumns(columns: readonly StoredColumn[]): StoredColumn[] {
  return columns.filter(({ name }) => !RUN_COLUMNS.includes(name));
}

/**
 * Columns of `frames` that the journal does not write. `frame_hash` (xxh3 of the whole frame) tells two receptions of one
 * frame of one instant; it proves nothing, the leaves of the hash tree do.
 */
const OWN_COLUMNS = [
  "frame_hash UInt64 CODEC(NONE)",
  `raw String ALIAS ${RAW}`,
  `raw_length UInt64 ALIAS ${RAW_LENGTH}`,
] as const;

function frames(columns: readonly StoredColumn[], retention: Retention): string {
  const own = frameColumns(columns).map(
    ({ name, type, codec }) => `${name} ${type} CODEC(${codec})${name === REST ? rawTtl(retention) : ""}`,
  );
  return `CREATE TABLE IF NOT EXISTS frames (
    ${[...own, ...OWN_COLUMNS].join(",\n    ")},
    INDEX seq_range seq TYPE minmax GRANULARITY 1
  ) ENGINE = MergeTree PARTITION BY toYYYYMM(receive_time) ORDER BY (vehicle, event_time, seq)
  ${RECOMPRESS} SETTINGS ${FRAME_SETTINGS}`;
}

const OBSERVATIONS = `CREATE OR REPLACE VIEW observations AS
  SELECT * FROM frames WHERE ${IS_OBSERVATION}
  ORDER BY vehicle, event_time, seq LIMIT 1 BY vehicle, event_time, frame_hash`;

/** Frames that are kept but are not data. Replacing: storing a segment's rows again changes nothing. */
const QUARANTINE = `CREATE TABLE IF NOT EXISTS quarantine (
    receive_time ${MS} CODEC(Delta, ZSTD(1)), seq UInt64 CODEC(Delta, ZSTD(1)), vehicle UInt64, event_time ${MS},
    link UInt32, assurance UInt8, edition UInt8, command UInt8, disposition UInt8, length UInt32
  ) ENGINE = ReplacingMergeTree ORDER BY seq SETTINGS ${DURABLE}`;

/** Leaf hashes of segments, 256 to a row, with the root over them: one frame's proof reads two rows and the roots. */
function leaves(retention: Retention): string {
  return `CREATE TABLE IF NOT EXISTS segment_leaves (
    segment UInt64, chunk UInt32, root String CODEC(NONE), leaves String CODEC(NONE)${days("stored_at", retention.proofDays)},
    stored_at DateTime('UTC')
  ) ENGINE = MergeTree ORDER BY (segment, chunk) SETTINGS ${DURABLE}`;
}

/** One row per segment that is stored completely: written last. */
const SEGMENTS = `CREATE TABLE IF NOT EXISTS segments (
    segment UInt64, first_seq UInt64, last_seq UInt64, rows UInt64, bytes UInt64, root String, salt String,
    stored_at ${MS}
  ) ENGINE = ReplacingMergeTree ORDER BY segment SETTINGS ${DURABLE}`;

/** Columns that `evidence` adds to those of `frames`. */
export const PROOF_COLUMNS = [
  ["segment", "UInt64"],
  ["leaf_index", "UInt32"],
  ["segment_rows", "UInt32"],
  ["frame_salt", "String"],
  ["proof", "Array(String)"],
] as const;

/** Frames that findings and cases need, for ever, each with its proof. */
function evidence(columns: readonly StoredColumn[]): string {
  return `CREATE TABLE IF NOT EXISTS evidence (
    finding_id String,
    ${evidenceColumns(columns)
      .map((column) => `${column.name} ${column.type} CODEC(${column.codec})`)
      .join(",\n    ")},
    ${PROOF_COLUMNS.map(([column, type]) => `${column} ${type}`).join(", ")},
    copied_at ${MS}
  ) ENGINE = ReplacingMergeTree ORDER BY (finding_id, vehicle, event_time, seq) SETTINGS ${DURABLE}`;
}

/** What copies were asked for; evidence-watch.ts completes them. */
const EVIDENCE_REQUESTS = `CREATE TABLE IF NOT EXISTS evidence_requests (
    finding_id String, vehicle UInt64, from_time ${MS}, to_time ${MS}, requested_at ${MS}
  ) ENGINE = ReplacingMergeTree ORDER BY (finding_id, vehicle) TTL toDateTime(requested_at) + toIntervalDay(7) SETTINGS ${DURABLE}`;

/** Statements that create what is missing, in order. */
export function createStatements(columns: readonly StoredColumn[], retention: Retention): Sql[] {
  return [
    frames(columns, retention),
    ...ROLLUPS.map((rollup) => createRollup(rollup, DURABLE, retention)),
    createStaged(),
    QUARANTINE,
    leaves(retention),
    SEGMENTS,
    evidence(columns),
    EVIDENCE_REQUESTS,
  ].map(trusted);
}

/** To be made after columns were added: `SELECT *` is resolved when a view is created. */
export const OBSERVATIONS_VIEW: Sql = trusted(OBSERVATIONS);
