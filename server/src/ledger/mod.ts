/** The ledger of the server: leaves in the caller's transaction, one sequencer, checkpoints, proofs, export. */
export { appendLeaf, appendLeaves, type LeafInput } from "./append.ts";
export { openLedger, type Ledger, type LedgerOptions, type LedgerStatus } from "./ledger.ts";
export { exportLedger } from "./export.ts";
export { KeyStore, readPublicKey, type KeyCustody, type KeyStoreOptions } from "./key-store.ts";
export { openSigner, type RemoteSigner, type SignerOptions } from "./signer.ts";
export { HASHER } from "./hasher.ts";
export { ledgerRoutes } from "./routes.ts";
export {
  findCheckpoints,
  findLastCheckpoint,
  findLeafProof,
  findLeaves,
  type LeafFilter,
  type LeafListItem,
  type LeafProof,
  type LeafWithProof,
} from "./queries.ts";
export {
  parseWitnesses,
  startWitnessing,
  type Witness,
  type Witnessing,
  type WitnessingOptions,
  type WitnessStatus,
} from "./witnessing.ts";
export { readCertificates, timestampVerifier } from "./timestamp-check.ts";
export {
  startTimestamping,
  type Timestamping,
  type TimestampingOptions,
  type TimestampingStatus,
} from "./timestamping.ts";
