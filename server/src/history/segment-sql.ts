/** Statements that store one journal segment. See segment-store.ts for their order and what follows from a crash. */
import { randomUUID } from "node:crypto";
import { HASH_BYTES } from "@sandglass/ledger";
import { FROM_SEGMENT, REST } from "./frame-bytes.ts";
import { frameColumns } from "./schema.ts";
import { LEAVES_PER_CHUNK, LEVELS_PER_CHUNK } from "./segment-tree.ts";
import type { Engine } from "./engine.ts";
import type { StoredColumn } from "./options.ts";
import { REALTIME, REISSUED } from "./rollups.ts";
import { int, sql, str, trusted, u64, type Sql } from "./sql.ts";

/** A closed segment of the journal: consecutive sequence numbers, so that a range of them names its rows. */
export interface SegmentFile {
  readonly id: number;
  /** File of concatenated ClickHouse Native blocks. */
  readonly path: string;
  readonly indexPath: string;
  readonly rows: number;
  readonly bytes: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/**
 * Deduplication token. The first attempt's token names what is inserted, so that the engine refuses it a second time;
 * after it was seen that the engine remembers the token but has not the rows, a new one is needed.
 */
export function insertToken(what: string, attempt: number): string {
  return `${what.replaceAll("_", "-")}${attempt === 0 ? "" : `-${randomUUID()}`}`;
}

/**
 * One thread and one block: a segment becomes one part of a table (two where it spans the end of a month), which is
 * there completely or not at all. The token makes ClickHouse itself refuse a second insert of the same part.
 */
export function insertSettings(token: string): string {
  if (!/^[a-z0-9-]+$/.test(token)) throw new Error(`not a token: ${token}`);
  return [
    `insert_deduplication_token = '${token}'`,
    "insert_deduplicate = 1",
    "deduplicate_insert_select = 'enable_even_for_bad_queries'",
    "max_threads = 1",
    "max_insert_threads = 1",
    "max_insert_block_size = 1073741824",
    "min_insert_block_size_rows = 1073741824",
    "min_insert_block_size_bytes = 0",
    "max_partitions_per_insert_block = 0",
  ].join(", ");
}

export function rowsOf(segment: SegmentFile): string {
  return `seq BETWEEN ${int(segment.firstSeq).literal} AND ${int(segment.lastSeq).literal}`;
}

export function countRows(segment: SegmentFile): Sql {
  return trusted(`SELECT count(), countIf(disposition != 0) FROM frames WHERE ${rowsOf(segment)}`);
}

/** Accepted reports: what they said stands in the columns. */
const IS_DECODED = `disposition = 0 AND command IN (${REALTIME}, ${REISSUED})`;

/**
 * All rows of the file, or (`missing`) those that the table does not have yet.
 * @param rawReports with the bytes of accepted reports; `frame_hash`, which tells repeated frames, is of the bytes anyhow
 */
export function insertFrames(
  engine: Engine,
  segment: SegmentFile,
  columns: readonly StoredColumn[],
  token: string,
  missing: boolean,
  rawReports = true,
): Sql {
  const names = frameColumns(columns).map(({ name }) => name);
  const structure = columns.map((column) => `${column.name} ${column.type}`).join(", ");
  const rest = missing ? ` WHERE seq NOT IN (SELECT seq FROM frames WHERE ${rowsOf(segment)})` : "";
  // A plan over one file has nothing to optimise; to look for it in 150 expressions takes 5 ms.
  const plan = missing ? "" : ", query_plan_enable_optimizations = 0";
  const settings = trusted(insertSettings(token) + plan);
  const file = engine.nativeFile(segment.path, structure);
  const values = names.map((name) => {
    const value = FROM_SEGMENT[name] ?? name;
    return name === REST && !rawReports ? `if(${IS_DECODED}, '', ${value})` : value;
  });
  return sql`INSERT INTO frames (${trusted(names.join(", "))}, frame_hash) SETTINGS ${settings}
  SELECT ${trusted(values.join(", "))}, xxh3(raw) FROM ${file}${trusted(rest)}`;
}

export function insertQuarantine(segment: SegmentFile, token: string): Sql {
  return trusted(`INSERT INTO quarantine (receive_time, seq, vehicle, event_time, link, assurance, edition, command, disposition, length)
  SETTINGS ${insertSettings(token)}
  SELECT receive_time, seq, vehicle, event_time, link, assurance, edition, command, disposition, raw_length
  FROM frames WHERE ${rowsOf(segment)} AND disposition != 0`);
}

/** Two neighbouring hashes. */
const PAIR_BYTES = 2 * HASH_BYTES;
const PAIRED = `${PAIR_BYTES} * intDiv(length(level), ${PAIR_BYTES})`;
/** The next level of the tree: neighbours are joined, an odd one moves up unchanged. */
const JOINED = `concat(
  reinterpret(arrayMap(pair -> SHA256(concat('\\x01', pair)), reinterpret(substring(level, 1, ${PAIRED}), 'Array(FixedString(${PAIR_BYTES}))')), 'String'),
  substring(level, ${PAIRED} + 1))`;

/** Leaf of a row: SHA-256(0x00 ‖ SHA-256(frame salt ‖ raw)), frame salt = SHA-256(segment salt ‖ seq as 8 bytes big-endian). */
export function leafOfRow(salt: Uint8Array): Sql {
  const frameSalt = sql`SHA256(concat(${str(salt)}, reinterpret(byteSwap(seq), 'FixedString(8)')))`;
  return sql`SHA256(concat('\\0', SHA256(concat(${frameSalt}, raw))))`;
}

/**
 * The leaves and the RFC 6962 root of each chunk. A level of the tree is the bytes of its hashes; `reinterpret` makes
 * arrays of them and back without a copy per hash, and keeps zero bytes at the end, which `arrayStringConcat` cuts off.
 */
export function insertLeaves(engine: Engine, segment: SegmentFile, salt: Uint8Array, token: string): Sql {
  return sql`INSERT INTO segment_leaves (segment, chunk, root, leaves, stored_at) SETTINGS ${trusted(insertSettings(token))}
  SELECT ${u64(segment.id)}, chunk, arrayFold((level, i) -> ${trusted(JOINED)}, range(${int(LEVELS_PER_CHUNK)}), leaves), leaves, now('UTC')
  FROM (SELECT intDiv(seq - ${int(segment.firstSeq)}, ${int(LEAVES_PER_CHUNK)}) AS chunk,
    reinterpret(arraySort((leaf, seq) -> seq, groupArray(${leafOfRow(salt)}), groupArray(seq)), 'String') AS leaves
    FROM ${engine.nativeFile(segment.path, "seq UInt64, raw String")} GROUP BY chunk)`;
}

/** Roots of a segment's chunks, in order, as hex. */
export function selectChunkRoots(segment: number): Sql {
  return sql`SELECT hex(root) FROM segment_leaves WHERE segment = ${u64(segment)} ORDER BY chunk`;
}

/** @param rows of `selectChunkRoots` */
export function rootsOf(rows: readonly (readonly [hex: string])[]): Uint8Array[] {
  return rows.map(([hex]) => Buffer.from(hex, "hex"));
}

/** The marker of a completely stored segment. */
export function insertSegmentRow(segment: SegmentFile, root: Uint8Array, salt: Uint8Array, token: string): Sql {
  return sql`INSERT INTO segments (segment, first_seq, last_seq, rows, bytes, root, salt, stored_at) SETTINGS ${trusted(insertSettings(token))}
  SELECT ${u64(segment.id)}, ${u64(segment.firstSeq)}, ${u64(segment.lastSeq)}, ${u64(segment.rows)}, ${u64(segment.bytes)}, ${str(root)}, ${str(salt)}, now64(3, 'UTC')`;
}
