/** Proofs from the stored nodes. */
import { inclusionRanges, foldSubtrees, subtreesOf, type LeafRange, type SubtreeId } from "@sandglass/ledger";
import type { Tx } from "../records/mod.ts";
import { HASHER } from "./hasher.ts";

const nameOf = (id: SubtreeId): string => `${id.level}/${id.index}`;

/** Hashes of complete subtrees; throws if one is not stored, which means that the tree is shorter than asked. */
export async function getSubtrees(tx: Tx, ids: readonly SubtreeId[]): Promise<Uint8Array[]> {
  const found = new Map<string, Uint8Array>();
  const leaves = ids.filter((id) => id.level === 0);
  const nodes = ids.filter((id) => id.level > 0);
  if (leaves.length > 0) {
    const rows = await tx
      .selectFrom("ledger_sequence")
      .select(["seq", "hash"])
      .where(
        "seq",
        "in",
        leaves.map((id) => BigInt(id.index)),
      )
      .execute();
    for (const row of rows) found.set(nameOf({ level: 0, index: Number(row.seq) }), row.hash);
  }
  if (nodes.length > 0) {
    const rows = await tx
      .selectFrom("ledger_nodes")
      .select(["level", "index", "hash"])
      .where(({ eb, or, and }) =>
        or(nodes.map((id) => and([eb("level", "=", id.level), eb("index", "=", BigInt(id.index))]))),
      )
      .execute();
    for (const row of rows) found.set(nameOf({ level: row.level, index: Number(row.index) }), row.hash);
  }
  return ids.map((id) => {
    const hash = found.get(nameOf(id));
    if (hash === undefined) throw new Error(`ledger node ${nameOf(id)} is not stored`);
    return hash;
  });
}

export async function getProof(tx: Tx, ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
  const groups = ranges.map((range) => subtreesOf(range.begin, range.end));
  const hashes = await getSubtrees(tx, groups.flat());
  let at = 0;
  return groups.map((group) => {
    const hash = foldSubtrees(hashes.slice(at, (at += group.length)), HASHER);
    if (hash === undefined) throw new Error("an empty range has no hash");
    return hash;
  });
}

export function getInclusionProof(tx: Tx, seq: number, size: number): Promise<Uint8Array[]> {
  return getProof(tx, inclusionRanges(seq, size));
}
