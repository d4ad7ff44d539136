/** Rows of the ledger's tables as the types of @sandglass/ledger. */
import type { Selectable } from "kysely";
import {
  findVerifierKey,
  type Checkpoint,
  type CosignatureRecord,
  type JsonValue,
  type Leaf,
  type LeafEntry,
} from "@sandglass/ledger";
import { HASHER } from "./hasher.ts";
import type { LedgerCheckpointTable, LedgerCosignatureTable, LedgerLeafTable } from "../records/tables/ledger.ts";

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

export function cosignatureOf(row: Selectable<LedgerCosignatureTable>): Omit<CosignatureRecord, "kind"> {
  const witness = findVerifierKey(row.witness, HASHER);
  if (witness === undefined) throw new Error(`"${row.witness}" is no verifier key`);
  return {
    size: Number(row.size),
    witness,
    cosignature: { time: row.at.getTime() / 1_000, signature: new Uint8Array(row.signature) },
  };
}
