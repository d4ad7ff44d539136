/** An append-only log that anyone can check: RFC 6962 Merkle tree, salted leaves, signed checkpoints, exports. */
export {
  createHasher,
  HASH_BYTES,
  leafHash,
  nodeHash,
  PLAIN_HASHER,
  sha256,
  type Hasher,
  type Sha256,
} from "./hasher.ts";
export { CompactRange, foldSubtrees, subtreesOf, treeRoot, type SubtreeId } from "./compact-range.ts";
export {
  consistencyRanges,
  inclusionRanges,
  proofOf,
  refuteConsistency,
  refuteInclusion,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
  type LeafRange,
} from "./proof.ts";
export { canonicalJson, type JsonValue } from "./canonical-json.ts";
export { equalBytes, findBase64, toBase64, toHex, utf8 } from "./bytes.ts";
export {
  commit,
  entryHash,
  KEY_ACCEPTED_LEAF_KIND,
  KEY_LEAF_KIND,
  SALT_BYTES,
  type KeyAcceptance,
  type KeyLeafContent,
  type Leaf,
  type LeafContent,
  type LeafEntry,
} from "./leaf.ts";
export {
  checkpointMessage,
  HASH_ALGORITHM,
  keyIdOf,
  PUBLIC_KEY_BYTES,
  SIGNATURE_ALGORITHM,
  SIGNATURE_BYTES,
  signCheckpoint,
  type Checkpoint,
  type CheckpointStatement,
  type Sign,
  type VerifySignature,
} from "./checkpoint.ts";
export {
  cosign,
  COSIGNATURE_KEY,
  cosignatureMessage,
  findCosignature,
  findNote,
  findSignatures,
  findVerifierKey,
  formatVerifierKey,
  isName,
  NOTE_KEY,
  noteText,
  signNote,
  verifierKey,
  type CheckpointNote,
  type Cosignature,
  type NoteSignature,
  type TreeHead,
  type VerifierKey,
} from "./note.ts";
export {
  findTimestamp,
  refuteImprint,
  timestampRequest,
  tokenOf,
  type TimestampToken,
  type TimestampVerdict,
  type VerifyTimestamp,
} from "./timestamp.ts";
export {
  addCheckpointBody,
  findAddCheckpoint,
  judgeCheckpoint,
  type AddCheckpoint,
  type WitnessedHead,
  type WitnessVerdict,
} from "./witness.ts";
export {
  checkpointLine,
  cosignatureLine,
  EXPORT_FORMAT,
  EXPORT_VERSION,
  headerLine,
  leafLine,
  readRecord,
  timestampLine,
  type CosignatureRecord,
  type ExportHeader,
  type ExportRecord,
  type RecordFault,
  type TimestampRecord,
} from "./export-format.ts";
export type { AuthorityReport, ExportProblem, ExportReport, KeyPeriod, WitnessReport } from "./export-report.ts";
export { verifyExport, type VerifyOptions } from "./verify-export.ts";
export { LedgerError, reasonOf, type LedgerErrorCode } from "./error.ts";
