/** Tables of the ledger. */
import type { ColumnType, Generated } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface LedgerLeafTable {
  id: Once<string>;
  ordinal: Generated<bigint>;
  /** xid8 in its text form. */
  transaction: ColumnType<string, never, never>;
  at: Once<Date>;
  kind: Once<string>;
  subject: Once<string | null, string>;
  content: Once<unknown, string>;
  salt: Once<Buffer | null, Buffer>;
  commitment: Once<Buffer>;
  organisation: Once<string | null>;
  region: Once<string | null>;
}

export interface LedgerPendingTable {
  leaf_id: Once<string>;
  transaction: Once<string>;
  ordinal: Once<bigint>;
}

export interface LedgerSequenceTable {
  seq: Once<bigint>;
  leaf_id: Once<string>;
  hash: Once<Buffer>;
}

export interface LedgerNodeTable {
  level: Once<number>;
  index: Once<bigint>;
  hash: Once<Buffer>;
}

export interface LedgerCheckpointTable {
  /** Number of leaves that it signs. */
  size: Once<bigint>;
  origin: Once<string>;
  root: Once<Buffer>;
  at: Once<Date>;
  key_id: Once<string>;
  hash_algorithm: Once<string>;
  signature_algorithm: Once<string>;
  signature: Once<Buffer>;
}

export interface LedgerCosignatureTable {
  ordinal: Generated<bigint>;
  size: Once<bigint>;
  /** Verifier key as text. */
  witness: Once<string>;
  at: Once<Date>;
  signature: Once<Buffer>;
}

export interface LedgerTimestampTable {
  ordinal: Generated<bigint>;
  size: Once<bigint>;
  authority: Once<string>;
  at: Once<Date>;
  /** CMS SignedData in DER. */
  token: Once<Buffer>;
}

export interface LedgerTables {
  ledger_leaves: LedgerLeafTable;
  ledger_pending: LedgerPendingTable;
  ledger_sequence: LedgerSequenceTable;
  ledger_nodes: LedgerNodeTable;
  ledger_checkpoints: LedgerCheckpointTable;
  ledger_cosignatures: LedgerCosignatureTable;
  ledger_timestamps: LedgerTimestampTable;
}
