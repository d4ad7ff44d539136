/** Compares stored segments with what was written about them: rows, leaf hashes, root. For checks, not for requests. */
import type { Engine } from "./engine.ts";
import { leafOfRow, rootsOf, selectChunkRoots } from "./segment-sql.ts";
import { LEAVES_PER_CHUNK, rootOfChunks } from "./segment-tree.ts";
import { int, sql, u64 } from "./sql.ts";

export interface StoredRoot {
  readonly segment: number;
  readonly rows: number;
  /** Hex. */
  readonly root: string;
}

/** What the store says of its segments, ascending. */
export async function readRoots(engine: Engine): Promise<StoredRoot[]> {
  const rows = await engine.query<[string, string, string]>(
    sql`SELECT segment, any(rows), lower(hex(any(root))) FROM segments GROUP BY segment ORDER BY segment`,
  );
  return rows.map(([segment, count, root]) => ({ segment: Number(segment), rows: Number(count), root }));
}

/**
 * Whether the frames of a segment are all there and are those whose hashes lead to its root. Frames whose bytes have
 * expired, or are not kept, are counted only. @returns what is wrong; undefined = nothing
 */
export async function refuteSegment(engine: Engine, segment: number): Promise<string | undefined> {
  const [stored] = await engine.query<[string, string, string, string, string]>(
    sql`SELECT any(first_seq), any(last_seq), any(rows), lower(hex(any(root))), lower(hex(any(salt))) FROM segments WHERE segment = ${u64(segment)}`,
  );
  if (stored === undefined) return "it is not there";
  const [first, last, rows, root, salt] = stored;
  const chunks = rootsOf(await engine.query<[string]>(selectChunkRoots(segment)));
  // Leaves may be kept for a limited time; the root stays.
  if (chunks.length === 0) return undefined;
  const found = Buffer.from(rootOfChunks(chunks)).toString("hex");
  if (found !== root) return `its leaves lead to root ${found}, not ${root}`;
  const [[count, altered]] = await engine.query<[string, string]>(
    sql`SELECT count(), countIf(raw != '' AND leaf != substring(leaves, 32 * bitAnd(position, ${int(LEAVES_PER_CHUNK - 1)}) + 1, 32))
    FROM (
      SELECT raw, seq - ${u64(Number(first))} AS position, intDiv(position, ${int(LEAVES_PER_CHUNK)}) AS chunk,
        ${leafOfRow(Buffer.from(salt, "hex"))} AS leaf
      FROM frames WHERE seq BETWEEN ${u64(Number(first))} AND ${u64(Number(last))}
    ) AS rows LEFT JOIN (SELECT chunk, leaves FROM segment_leaves WHERE segment = ${u64(segment)}) AS hashes USING (chunk)`,
  );
  if (count !== rows) return `it has ${count} of ${rows} frames`;
  return altered === "0" ? undefined : `${altered} of its frames are not those that were received`;
}
