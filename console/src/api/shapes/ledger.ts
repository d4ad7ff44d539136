/** The ledger, as anybody may check it (base /api/v1). Times are RFC 3339 UTC, absent values null. */

export interface LedgerState {
  readonly id: string;
  readonly state?: "pending" | "sequenced";
  readonly index?: number | null;
  readonly kind?: string;
}

export interface LedgerLeaf {
  readonly id: string;
  readonly index: number | null;
  readonly kind: string;
  readonly subject?: string | null;
  readonly hash?: string;
  readonly at?: string;
  readonly state?: string;
}

export interface LedgerCheckpoint {
  readonly size: number;
  readonly root: string;
  readonly at: string;
  readonly keyId: string;
  readonly signature?: string;
  readonly text?: string;
}

export interface LedgerKey {
  readonly keyId: string;
  readonly algorithm?: string;
  readonly publicKey: string;
}

export interface LeafProof {
  readonly id?: string;
  readonly index?: number | null;
  readonly size?: number;
  readonly leafHash?: string;
  readonly hash?: string;
  readonly root?: string;
  readonly path?: readonly string[];
  readonly hashes?: readonly string[];
  readonly checkpoint?: LedgerCheckpoint;
}
