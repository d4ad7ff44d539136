/**
 * Proofs of single frames, and the copies of frames that findings need. A copy keeps its proof with it: the hashes of
 * its segment may expire, the copy does not.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import type { HistoryScope } from "../access/mod.ts";
import type { Engine, QueryOptions } from "./engine.ts";
import type { StoredColumn } from "./options.ts";
import { inRange, inScope, isVehicle, pageSize } from "./read-sql.ts";
import { IS_OBSERVATION } from "./rollups.ts";
import { evidenceColumns, PROOF_COLUMNS } from "./schema.ts";
import { chunkOf, frameSalt, proveLeaf, type SegmentTree } from "./segment-tree.ts";
import type { FrameProof, Page, Position } from "./types.ts";
import { all, count, int, sql, str, time, trusted, u64, u64s, type Sql } from "./sql.ts";

interface SegmentRow {
  readonly id: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly rows: number;
  readonly root: Uint8Array;
  readonly salt: Uint8Array;
}

/** A frame's place in its segment's tree, with the proof. */
interface Place {
  readonly segment: SegmentRow;
  readonly index: number;
  readonly salt: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Segments with any of the rows [first, last], in order. */
async function findSegments(engine: Engine, first: number, last: number, options: QueryOptions): Promise<SegmentRow[]> {
  const rows = await engine.query<[string, string, string, string, string, string]>(
    sql`SELECT segment, first_seq, last_seq, rows, hex(root), hex(salt) FROM segments FINAL
    WHERE last_seq >= ${u64(first)} AND first_seq <= ${u64(last)} ORDER BY first_seq`,
    options,
  );
  return rows.map(([id, firstSeq, lastSeq, count, root, salt]) => ({
    id: Number(id),
    firstSeq: Number(firstSeq),
    lastSeq: Number(lastSeq),
    rows: Number(count),
    root: Buffer.from(root, "hex"),
    salt: Buffer.from(salt, "hex"),
  }));
}

/** The tree of a segment with the leaves of some chunks. Undefined when its hashes have expired. */
async function loadTree(
  engine: Engine,
  segment: SegmentRow,
  chunks: ReadonlySet<number>,
  options: QueryOptions,
): Promise<SegmentTree | undefined> {
  const wanted = [...chunks, chunkOf(segment.rows - 1)].map(BigInt);
  const rows = await engine.query<[number, string, string]>(
    sql`SELECT chunk, hex(root), hex(if(chunk IN ${u64s(wanted)}, leaves, '')) FROM segment_leaves
    WHERE segment = ${u64(segment.id)} ORDER BY chunk`,
    options,
  );
  const leaves = new Map(
    rows.filter(([, , hex]) => hex.length > 0).map(([chunk, , hex]) => [chunk, Buffer.from(hex, "hex")]),
  );
  if (wanted.some((chunk) => !leaves.has(Number(chunk)))) return undefined;
  return {
    rows: segment.rows,
    chunkRoots: rows.map(([, root]) => Buffer.from(root, "hex")),
    leavesOf: (chunk) => leaves.get(chunk) ?? new Uint8Array(0),
  };
}

/** Places of frames; those of incompletely stored segments or with expired hashes are left out. */
async function place(engine: Engine, seqs: readonly number[], options: QueryOptions = {}): Promise<Map<number, Place>> {
  const places = new Map<number, Place>();
  const sorted = seqs.toSorted((a, b) => a - b);
  const segments = await findSegments(engine, sorted[0], sorted[sorted.length - 1], options);
  let at = 0;
  for (const segment of segments) {
    while (at < sorted.length && sorted[at] < segment.firstSeq) at++;
    const inside: number[] = [];
    while (at < sorted.length && sorted[at] <= segment.lastSeq) inside.push(sorted[at++]);
    if (inside.length === 0) continue;
    const tree = await loadTree(
      engine,
      segment,
      new Set(inside.map((seq) => chunkOf(seq - segment.firstSeq))),
      options,
    );
    if (tree === undefined) continue;
    for (const seq of inside) {
      const index = seq - segment.firstSeq;
      places.set(seq, { segment, index, salt: frameSalt(segment.salt, seq), proof: proveLeaf(tree, index) });
    }
  }
  return places;
}

/** Raw frames carry the position and the VIN, and a proof is worth nothing for a part of a frame. */
function mayReadWhole(scope: HistoryScope): boolean {
  return scope.location && scope.fullVin;
}

/** Proof of one frame: of its evidence copy, or made from its segment. */
export async function readProof(
  engine: Engine,
  scope: HistoryScope,
  { vehicle, seq }: { vehicle: bigint; seq: number },
): Promise<FrameProof | undefined> {
  if (!mayReadWhole(scope)) return undefined;
  const is = sql`${isVehicle(scope, vehicle)} AND seq = ${u64(seq)}`;
  const [row] = await engine.query<[string]>(sql`SELECT hex(raw) FROM frames WHERE ${is} AND raw_length > 0 LIMIT 1`);
  const found = row === undefined ? undefined : (await place(engine, [seq])).get(seq);
  if (row !== undefined && found !== undefined) {
    return {
      vehicle,
      seq,
      bytes: Buffer.from(row[0], "hex"),
      salt: found.salt,
      segment: found.segment.id,
      leafIndex: found.index,
      segmentRows: found.segment.rows,
      proof: found.proof,
      root: found.segment.root,
    };
  }
  const [kept] = await engine.query<EvidenceRow>(sql`SELECT ${EVIDENCE} FROM evidence WHERE ${is} LIMIT 1`);
  return kept === undefined ? undefined : toProof(engine, kept);
}

type EvidenceRow = [
  time: string,
  seq: string,
  vehicle: string,
  raw: string,
  salt: string,
  segment: string,
  leafIndex: number,
  rows: number,
  proof: string[],
];
const EVIDENCE = trusted(
  "toUnixTimestamp64Milli(event_time), seq, vehicle, hex(raw), hex(frame_salt), segment, leaf_index, segment_rows, arrayMap(h -> hex(h), proof)",
);

async function toProof(engine: Engine, row: EvidenceRow): Promise<FrameProof & { time: number }> {
  const [at, seq, vehicle, raw, salt, segment, leafIndex, segmentRows, proof] = row;
  const [[root]] = await engine.query<[string]>(
    sql`SELECT hex(root) FROM segments WHERE segment = ${u64(Number(segment))} LIMIT 1`,
  );
  return {
    time: Number(at),
    vehicle: BigInt(vehicle),
    seq: Number(seq),
    bytes: Buffer.from(raw, "hex"),
    salt: Buffer.from(salt, "hex"),
    segment: Number(segment),
    leafIndex,
    segmentRows,
    proof: proof.map((hex) => Buffer.from(hex, "hex")),
    root: Buffer.from(root, "hex"),
  };
}

/** Frames copied by one statement; bounds the memory of the proofs (about 1 KB each). */
const COPY_ROWS = 5000;

export async function copyEvidence(
  engine: Engine,
  columns: readonly StoredColumn[],
  temporaryFolder: string,
  { findingId, vehicle, from, to }: { findingId: string; vehicle: bigint; from: number; to: number },
  rawReports = true,
): Promise<number> {
  // Where bytes are not kept the copy proves a frame that somebody else brings.
  const whole = trusted(rawReports ? " AND raw_length > 0" : "");
  const mine = sql`vehicle = ${u64(vehicle)} AND ${inRange(from, to)} AND ${trusted(IS_OBSERVATION)}${whole}`;
  const mineCopied = sql`finding_id = ${str(findingId)} AND vehicle = ${u64(vehicle)}`;
  const rows = await engine.query<[string]>(
    sql`SELECT seq FROM frames WHERE ${mine} AND seq NOT IN (SELECT seq FROM evidence WHERE ${mineCopied}) ORDER BY seq`,
    { lane: "background" },
  );
  for (let at = 0; at < rows.length; at += COPY_ROWS) {
    const seqs = rows.slice(at, at + COPY_ROWS).map(([seq]) => Number(seq));
    const places = await place(engine, seqs, { lane: "background" });
    await mkdir(temporaryFolder, { recursive: true });
    const path = joinPath(temporaryFolder, `${randomUUID()}.ndjson`);
    try {
      await writeFile(path, proofLines(places));
      await engine.execute(
        insertEvidence(engine, columns, path, findingId, sql`${mine} AND seq IN ${u64s(seqs.map(BigInt))}`),
      );
    } finally {
      await rm(path, { force: true });
    }
  }
  const [[copied]] = await engine.query<[string]>(
    sql`SELECT uniqExact(seq) FROM evidence WHERE ${mineCopied} AND ${inRange(from, to)}`,
  );
  return Number(copied);
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function proofLines(places: ReadonlyMap<number, Place>): string {
  return Array.from(places, ([seq, { segment, index, salt, proof }]) =>
    JSON.stringify({
      p_seq: seq,
      p_segment: segment.id,
      p_index: index,
      p_rows: segment.rows,
      p_salt: hexOf(salt),
      p_proof: proof.map(hexOf),
    }),
  ).join("\n");
}

const PROOF_FILE =
  "p_seq UInt64, p_segment UInt64, p_index UInt32, p_rows UInt32, p_salt String, p_proof Array(String)";

/** Only frames with a proof: one whose segment is not complete yet is copied by the next call. */
function insertEvidence(
  engine: Engine,
  columns: readonly StoredColumn[],
  path: string,
  findingId: string,
  rows: Sql,
): Sql {
  const names = evidenceColumns(columns)
    .map(({ name }) => name)
    .join(", ");
  return sql`INSERT INTO evidence (finding_id, ${trusted(names)}, ${trusted(PROOF_COLUMNS.map(([column]) => column).join(", "))}, copied_at)
  SELECT ${str(findingId)}, ${trusted(names)}, p_segment, p_index, p_rows, unhex(p_salt), arrayMap(h -> unhex(h), p_proof), now64(3, 'UTC')
  FROM frames INNER JOIN ${engine.ndjsonFile(path, PROOF_FILE)} AS p ON seq = p_seq WHERE ${rows}`;
}

/** Evidence of a finding, by event time. */
export async function readEvidence(
  engine: Engine,
  scope: HistoryScope,
  { findingId, after, ...query }: { findingId: string; limit?: number; after?: Position },
): Promise<Page<FrameProof & { time: number }>> {
  if (!mayReadWhole(scope)) return { items: [] };
  const limit = pageSize(query.limit);
  const conditions = [
    sql`finding_id = ${str(findingId)}`,
    inScope(scope),
    ...(after === undefined
      ? []
      : [sql`(event_time > ${time(after.time)} OR (event_time = ${time(after.time)} AND seq > ${int(after.seq)}))`]),
  ];
  const rows = await engine.query<EvidenceRow>(
    sql`SELECT ${EVIDENCE} FROM evidence FINAL WHERE ${all(conditions)} ORDER BY event_time, seq LIMIT ${count(limit + 1)}`,
  );
  const items = await Promise.all(rows.slice(0, limit).map((row) => toProof(engine, row)));
  const last = items[items.length - 1];
  return rows.length > limit ? { items, next: { time: last.time, seq: last.seq } } : { items };
}
