/** Rows of the ledger's tables as the types of @sandglass/ledger. */
import type { Selectable } from "kysely";
import type { Checkpoint, JsonValue, Leaf, LeafEntry } from "@sandglass/ledger";
import type { LedgerCheckpointTable, LedgerLeafTable } from "../records/tables/ledger.ts";

export type LeafRow = Pick<
  Selectable<LedgerLeafTable>,
  "id" | "kind" | "at" | "commitment" | "subject" | "content" | "salt"
>;
export const LEAF_COLUMNS = ["id", "kind", "at", "commitment", "subject", "content", "salt"] as const;

export function entryOf(row: Pick<LeafRow, "id" | "kind" | "at" | "commitment">): LeafEntry {
  return { id: row.id, kind: row.kind, at: row.at.toISOString(), commitment: row.commitment };
}

export function leafOf(row: LeafRow, seq: bigint): Leaf {
  const { subject, salt } = row;
  const opening = subject === null || salt === null ? undefined : { subject, content: row.content as JsonValue, salt };
  return { ...entryOf(row), seq: Number(seq), opening };
}

export function checkpointOf(row: Selectable<LedgerCheckpointTable>): Checkpoint {
  return {
    origin: row.origin,
    size: Number(row.size),
    root: row.root,
    at: row.at.toISOString(),
    keyId: row.key_id,
    hashAlgorithm: row.hash_algorithm,
    signatureAlgorithm: row.signature_algorithm,
    signature: row.signature,
  };
}
