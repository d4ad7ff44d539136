/** Reading the ledger as an actor: leaves that he may see, proofs, checkpoints. */
import { sql } from "kysely";
import { consistencyRanges, KEY_LEAF_KIND, type Checkpoint, type KeyLeafContent, type Leaf } from "@sandglass/ledger";
import type { Tx } from "../records/mod.ts";
import { checkpointOf, entryOf, LEAF_COLUMNS, leafOf } from "./rows.ts";
import { getInclusionProof, getProof } from "./tree.ts";

export interface LeafProof {
  readonly seq: number;
  /** Size and root of the tree that the proof leads to: the last checkpoint. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly hash: Uint8Array;
  /** Sibling hashes from the leaf upwards (RFC 6962 §2.1.1). */
  readonly path: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
}

export interface LeafWithProof {
  readonly leaf: Omit<Leaf, "seq">;
  /** Undefined while the leaf has no number yet (pending). */
  readonly proof: LeafProof | undefined;
}

/** Undefined when there is no such leaf or the actor may not see it. */
export async function findLeafProof(tx: Tx, id: string): Promise<LeafWithProof | undefined> {
  const row = await tx
    .selectFrom("ledger_leaves")
    .leftJoin("ledger_sequence", "ledger_sequence.leaf_id", "ledger_leaves.id")
    .select([...LEAF_COLUMNS, "seq", "hash"])
    .where("ledger_leaves.id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const leaf = { ...entryOf(row), opening: leafOf(row, 0n).opening };
  if (row.seq === null || row.hash === null) return { leaf, proof: undefined };
  const checkpoint = await findLastCheckpoint(tx);
  const seq = Number(row.seq);
  if (checkpoint === undefined || checkpoint.size <= seq) return { leaf, proof: undefined };
  const path = await getInclusionProof(tx, seq, checkpoint.size);
  return { leaf, proof: { seq, size: checkpoint.size, root: checkpoint.root, hash: row.hash, path, checkpoint } };
}

export async function findLastCheckpoint(tx: Tx): Promise<Checkpoint | undefined> {
  const row = await tx.selectFrom("ledger_checkpoints").selectAll().orderBy("size", "desc").limit(1).executeTakeFirst();
  return row && checkpointOf(row);
}

/** Newest first; `below` = size of the last checkpoint of the page before. */
export async function findCheckpoints(tx: Tx, limit: number, below?: number): Promise<Checkpoint[]> {
  let query = tx.selectFrom("ledger_checkpoints").selectAll().orderBy("size", "desc").limit(limit);
  if (below !== undefined) query = query.where("size", "<", BigInt(below));
  return (await query.execute()).map(checkpointOf);
}

export interface IntroducedKey {
  readonly keyId: string;
  /** Raw, base64. */
  readonly publicKey: string;
  /** RFC 3339. */
  readonly since: string;
  readonly index: number | null;
}

/** Every key that the log was handed to, newest first. Read as the ledger: keys are public. */
export async function findKeyPeriods(tx: Tx): Promise<IntroducedKey[]> {
  const rows = await tx
    .selectFrom("ledger_leaves")
    .leftJoin("ledger_sequence", "ledger_sequence.leaf_id", "ledger_leaves.id")
    .select(["content", "at", "seq"])
    .where("kind", "=", sql.lit(KEY_LEAF_KIND))
    .orderBy("ordinal", "desc")
    .execute();
  return rows.map(({ content, at, seq }) => {
    const { keyId, publicKey } = content as KeyLeafContent;
    return { keyId, publicKey, since: at.toISOString(), index: seq === null ? null : Number(seq) };
  });
}

export interface StoredTimestamp {
  readonly ordinal: bigint;
  readonly size: number;
  readonly authority: string;
  /** RFC 3339. */
  readonly at: string;
  readonly token: Uint8Array;
  /** What it stamps. */
  readonly checkpoint: Checkpoint;
}

/** Newest first; `below` = ordinal of the last one of the page before. */
export async function findTimestamps(tx: Tx, limit: number, below?: bigint): Promise<StoredTimestamp[]> {
  let query = tx.selectFrom("ledger_timestamps").selectAll().orderBy("ordinal", "desc").limit(limit);
  if (below !== undefined) query = query.where("ordinal", "<", below);
  const rows = await query.execute();
  const checkpoints = await findCheckpointsAt(
    tx,
    rows.map(({ size }) => size),
  );
  return rows.flatMap((row) => {
    const checkpoint = checkpoints.get(Number(row.size));
    return checkpoint === undefined ? [] : [{ ...row, size: Number(row.size), at: row.at.toISOString(), checkpoint }];
  });
}

async function findCheckpointsAt(tx: Tx, sizes: readonly bigint[]): Promise<Map<number, Checkpoint>> {
  if (sizes.length === 0) return new Map();
  const rows = await tx
    .selectFrom("ledger_checkpoints")
    .selectAll()
    .where("size", "in", [...sizes])
    .execute();
  return new Map(rows.map((row) => [Number(row.size), checkpointOf(row)]));
}

export interface Consistency {
  readonly from: Checkpoint;
  readonly to: Checkpoint;
  /** RFC 6962 §2.1.2. */
  readonly path: readonly Uint8Array[];
}

/** Undefined when there is no checkpoint of one of the sizes. */
export async function findConsistency(tx: Tx, first: number, second: number): Promise<Consistency | undefined> {
  const found = await findCheckpointsAt(tx, [BigInt(first), BigInt(second)]);
  const [from, to] = [found.get(first), found.get(second)];
  if (from === undefined || to === undefined) return undefined;
  return { from, to, path: first === second ? [] : await getProof(tx, consistencyRanges(first, second)) };
}

export interface StoredCosignature {
  readonly ordinal: bigint;
  readonly size: number;
  /** Verifier key. */
  readonly witness: string;
  /** RFC 3339, as the witness states it. */
  readonly at: string;
}

/** Newest first; `below` = ordinal of the last one of the page before. */
export async function findCosignatures(tx: Tx, limit: number, below?: bigint): Promise<StoredCosignature[]> {
  let query = tx
    .selectFrom("ledger_cosignatures")
    .select(["ordinal", "size", "witness", "at"])
    .orderBy("ordinal", "desc")
    .limit(limit);
  if (below !== undefined) query = query.where("ordinal", "<", below);
  return (await query.execute()).map((row) => ({ ...row, size: Number(row.size), at: row.at.toISOString() }));
}

export interface LeafFilter {
  readonly kind?: string;
  readonly subject?: string;
  readonly limit: number;
  /** Position (`ordinal`) of the last leaf of the page before. */
  readonly below?: bigint;
}

export interface LeafListItem {
  readonly ordinal: bigint;
  readonly leaf: Omit<Leaf, "seq">;
  /** Undefined while pending. */
  readonly seq: number | undefined;
}

/** Newest first. */
export async function findLeaves(tx: Tx, filter: LeafFilter): Promise<LeafListItem[]> {
  let query = tx
    .selectFrom("ledger_leaves")
    .leftJoin("ledger_sequence", "ledger_sequence.leaf_id", "ledger_leaves.id")
    .select([...LEAF_COLUMNS, "ordinal", "seq"])
    .orderBy("ordinal", "desc")
    .limit(filter.limit);
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (filter.subject !== undefined) query = query.where("subject", "=", filter.subject);
  if (filter.below !== undefined) query = query.where("ordinal", "<", filter.below);
  return (await query.execute()).map((row) => ({
    ordinal: row.ordinal,
    leaf: { ...entryOf(row), opening: leafOf(row, 0n).opening },
    seq: row.seq === null ? undefined : Number(row.seq),
  }));
}
