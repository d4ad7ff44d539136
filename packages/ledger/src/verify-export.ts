/**
 * Checks an export with nothing but a public key, in one pass and constant memory per checkpoint, and says where it
 * is wrong: the line, and which part of it.
 *
 * Every byte of an export is bound to something: a leaf's content to its commitment, its entry to its hash, the
 * hashes to the signed roots, checkpoints to their signatures, the header to the signed origin and sizes, spelling
 * and newlines to the canonical form. The redundancy inside a leaf line is what lets a fault be located in it and
 * not only somewhere below the next root.
 *
 * What it cannot see: that the log has gone on since. An older, complete export is valid; compare sizes and roots
 * with a checkpoint from elsewhere.
 */
import { equalBytes, toBase64 } from "./bytes.ts";
import {
  checkpointMessage,
  HASH_ALGORITHM,
  SIGNATURE_ALGORITHM,
  type Checkpoint,
  type VerifySignature,
} from "./checkpoint.ts";
import { readRecord, type ExportHeader, type RecordFault } from "./export-format.ts";
import type { ExportProblem, ExportReport } from "./export-report.ts";
import { PLAIN_HASHER, type Hasher } from "./hasher.ts";
import { commit, entryHash, KEY_LEAF_KIND, type Leaf } from "./leaf.ts";
import type { VerifierKey } from "./note.ts";
import type { VerifyTimestamp } from "./timestamp.ts";
import { Attestations } from "./verify-attestations.ts";
import { KeyChain } from "./verify-keys.ts";
import { LeafTree } from "./verify-tree.ts";

export interface VerifyOptions {
  /** Raw Ed25519 public key that the reader trusts: any key of the log, first or current. */
  readonly publicKey: Uint8Array;
  readonly verifySignature: VerifySignature;
  /** Witnesses that the reader trusts: each of them must have cosigned at least one checkpoint. */
  readonly witnesses?: readonly VerifierKey[];
  /** Signatures and certificates of time-stamps; without it only what they are about is compared. */
  readonly verifyTimestamp?: VerifyTimestamp;
  readonly hasher?: Hasher;
}

const NEWLINE = 0x0a;

/** Reads an export from chunks of bytes. Rejects only if the input itself fails to be read. */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: VerifyOptions,
): Promise<ExportReport> {
  const verification = new Verification(options);
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
    }
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE, start); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      await verification.line(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = new Uint8Array(bytes.subarray(start));
  }
  return verification.finish(rest);
}

class Verification {
  readonly #hasher: Hasher;
  readonly #verifySignature: VerifySignature;
  readonly #keys: KeyChain;
  readonly #attestations: Attestations;
  readonly #problems: ExportProblem[] = [];
  readonly #signers = new Set<string>();
  #lineNumber = 0;
  #header: ExportHeader | undefined;
  #signedOrigin: string | undefined;
  #leaves = 0;
  #checkpoints = 0;
  /** Checkpoint lines met, valid or not: what the header counts. */
  #checkpointLines = 0;
  #checkpointSize = 0;
  /** The checkpoint of the line before, where it holds; what others attest is about it. */
  #attested: Checkpoint | undefined;
  #attestationLines = 0;
  readonly #tree: LeafTree;
  /** A damaged line hides a leaf hash: roots from here on cannot be computed. */
  #treeLost = false;

  constructor(options: VerifyOptions) {
    this.#hasher = options.hasher ?? PLAIN_HASHER;
    this.#verifySignature = options.verifySignature;
    this.#tree = new LeafTree(this.#hasher);
    this.#keys = new KeyChain(options.publicKey, this.#hasher);
    const { verifySignature, witnesses = [], verifyTimestamp } = options;
    this.#attestations = new Attestations(
      { verifySignature, witnesses, verifyTimestamp, hasher: this.#hasher },
      (what, detail) => this.#problem(what, detail),
    );
  }

  async line(bytes: Uint8Array): Promise<void> {
    this.#lineNumber++;
    const record = readRecord(bytes);
    if (record.kind !== "cosignature" && record.kind !== "timestamp") this.#attested = undefined;
    if (record.kind === "fault") this.#damaged(record);
    else if ((record.kind === "header") !== (this.#lineNumber === 1)) {
      this.#problem("order", record.kind === "header" ? "a second header" : "the first line is not the header");
    } else if (record.kind === "header") this.#header = record.header;
    else if (record.kind === "leaf") this.#leaf(record.leaf, record.hash);
    else if (record.kind === "checkpoint") await this.#checkpoint(record.checkpoint);
    else {
      const checkpoint = this.#attestedAt(record.size);
      if (checkpoint === undefined) return;
      if (record.kind === "cosignature") await this.#attestations.cosignature(record, checkpoint);
      else this.#attestations.timestamp(record, checkpoint);
    }
  }

  finish(rest: Uint8Array): ExportReport {
    if (rest.length > 0) {
      this.#lineNumber++;
      this.#problem("newline", "the last line does not end with a newline");
    } else if (this.#lineNumber === 0) {
      this.#problem("end", "the file is empty");
    } else {
      this.#compareHeader();
      this.#checkTrust();
      this.#checkWitnesses();
    }
    return {
      valid: this.#problems.length === 0,
      origin: this.#signedOrigin ?? this.#header?.origin,
      leaves: this.#leaves,
      checkpoints: this.#checkpoints,
      root: this.#tree.root && toBase64(this.#tree.root),
      keys: [...this.#signers],
      keyHistory: this.#keys.periods(),
      witnesses: this.#attestations.witnesses(),
      authorities: this.#attestations.authorities(),
      unverifiedTimestamps: this.#attestations.unverified,
      problems: this.#problems,
    };
  }

  #problem(what: string, detail: string, line = this.#lineNumber): void {
    this.#problems.push({ line, what, detail });
  }

  #damaged(fault: RecordFault): void {
    this.#problem(fault.what, fault.detail);
    if (this.#lineNumber > 1) this.#treeLost = true;
  }

  #leaf(leaf: Leaf, stated: Uint8Array): void {
    if (leaf.seq !== this.#leaves) {
      // After a damaged line the count is taken up again from the next leaf that can be read.
      if (!this.#treeLost || leaf.seq < this.#leaves)
        this.#problem("seq", `leaf ${leaf.seq} stands where leaf ${this.#leaves} belongs`);
      else this.#leaves = leaf.seq;
    }
    this.#leaves++;
    const computed = leaf.opening && commit(leaf.opening, this.#hasher);
    const fits = computed === undefined || equalBytes(computed, leaf.commitment);
    const recomputed = entryHash(leaf, this.#hasher);
    const entryFits = equalBytes(recomputed, stated);
    if (!fits && !entryFits && computed !== undefined) {
      const withComputed = entryHash({ ...leaf, commitment: computed }, this.#hasher);
      if (equalBytes(withComputed, stated))
        this.#problem("commitment", "the commitment was altered: content and hash agree without it");
      else this.#problem("leaf", "neither the commitment nor the hash fits the rest of the leaf");
    } else if (!fits) {
      this.#problem("content", "content, subject or salt was altered: the commitment does not fit them");
    } else if (!entryFits) {
      this.#problem("hash", "the hash does not fit the leaf: hash, id, kind or time was altered");
    }
    this.#tree.append({ line: this.#lineNumber, stated, recomputed: entryFits ? undefined : recomputed });
    if (leaf.kind !== KEY_LEAF_KIND || !fits) return;
    const wrong = this.#keys.introduce(leaf, !this.#treeLost);
    if (wrong !== undefined) this.#problem("content", wrong);
  }

  async #checkpoint(checkpoint: Checkpoint): Promise<void> {
    this.#checkpointLines++;
    if (checkpoint.hashAlgorithm !== HASH_ALGORITHM || checkpoint.signatureAlgorithm !== SIGNATURE_ALGORITHM) {
      this.#problem("algorithm", `this verifier knows ${HASH_ALGORITHM} and ${SIGNATURE_ALGORITHM}`);
      return;
    }
    const publicKey = this.#keys.findPublicKey(checkpoint.keyId);
    if (publicKey === undefined) {
      this.#problem("keyId", "signed with a key that neither an earlier leaf introduced nor the reader trusts");
      return;
    }
    if (!(await this.#verifySignature(publicKey, checkpointMessage(checkpoint), checkpoint.signature))) {
      this.#problem("signature", "the signature does not fit: the checkpoint or its signature was altered");
      return;
    }
    const misplaced = this.#treeLost ? undefined : this.#keys.refuteSigner(checkpoint.keyId, this.#checkpointSize);
    if (misplaced !== undefined) this.#problem("keyId", misplaced);
    this.#signedOrigin ??= checkpoint.origin;
    if (checkpoint.origin !== this.#signedOrigin) this.#problem("origin", "signed for another log");
    if (checkpoint.size <= this.#checkpointSize)
      this.#problem("order", "the checkpoint is not larger than the one before");
    if (this.#treeLost) this.#leaves = Math.max(this.#leaves, checkpoint.size);
    else if (checkpoint.size === this.#leaves) this.#checkRoot(checkpoint);
    else {
      this.#problem(
        "size",
        `signed for ${checkpoint.size} leaves, but ${this.#leaves} stand before it: leaves are missing or were added`,
      );
      this.#treeLost = true;
    }
    this.#checkpointSize = checkpoint.size;
    this.#checkpoints++;
    this.#attested = checkpoint;
    this.#signers.add(checkpoint.keyId);
    this.#keys.signed(checkpoint);
    this.#tree.forget();
  }

  /** The checkpoint that an attestation is about; undefined when it has none, which is then reported. */
  #attestedAt(size: number): Checkpoint | undefined {
    this.#attestationLines++;
    const checkpoint = this.#attested;
    if (checkpoint === undefined) {
      // Behind a checkpoint that does not hold there is nothing to compare with.
      if (this.#problems.length === 0) this.#problem("order", "no checkpoint stands before it");
      return undefined;
    }
    if (size === checkpoint.size) return checkpoint;
    this.#problem("size", `it stands behind a checkpoint of ${checkpoint.size}`);
    return undefined;
  }

  #checkWitnesses(): void {
    if (this.#problems.length > 0) return;
    for (const name of this.#attestations.missing())
      this.#problems.push({ line: undefined, what: "witness", detail: `${name} cosigned nothing in this file` });
  }

  #checkRoot({ root }: Checkpoint): void {
    const found = this.#tree.leadsTo(root);
    if (found === true) return;
    const { firstLine = this.#lineNumber, isReported } = found;
    if (!isReported)
      this.#problem("root", `lines ${firstLine} to ${this.#lineNumber - 1} do not lead to the signed root`);
    this.#treeLost = true;
  }

  /** Counts and origin of the header against what is signed; missing lines at the end show here. */
  #compareHeader(): void {
    const header = this.#header;
    if (header === undefined) return;
    if (this.#signedOrigin !== undefined && header.origin !== this.#signedOrigin) {
      this.#problem("origin", "the header names another log than the signed checkpoints", 1);
    }
    if (this.#problems.length > 0) return;
    const stated = `the header states ${header.leaves} leaves and ${header.checkpoints} checkpoints`;
    const counted = `the file holds ${this.#leaves} and ${this.#checkpointLines}`;
    // Cutting off lines always takes a checkpoint with it, so a header that is wrong in one count only was altered.
    if (this.#checkpointLines < header.checkpoints && this.#leaves <= header.leaves) {
      const altered = this.#leaves === header.leaves && this.#leaves === this.#checkpointSize;
      if (altered) this.#problem("checkpoints", `${stated}, ${counted}`, 1);
      else this.#problem("end", `the file ends early: ${stated}, ${counted}`);
    } else if (this.#leaves !== this.#checkpointSize || this.#leaves > header.leaves) {
      const altered = this.#leaves === this.#checkpointSize && this.#checkpointLines === header.checkpoints;
      if (altered) this.#problem("leaves", `${stated}, ${counted}`, 1);
      else this.#problem("end", `leaves stand behind the last checkpoint: ${stated}, ${counted}`);
    } else if (this.#leaves < header.leaves || this.#checkpointLines > header.checkpoints) {
      this.#problem(this.#leaves < header.leaves ? "leaves" : "checkpoints", `${stated}, ${counted}`, 1);
    } else if (this.#attestationLines !== header.attestations) {
      const detail = `the header states ${header.attestations} attestations, the file holds ${this.#attestationLines}`;
      this.#problem("attestations", detail, 1);
    } else if (this.#checkpoints === 0) {
      this.#problem("end", "the file holds no checkpoint: nothing in it is signed");
    }
  }

  /** Everything lies below a checkpoint of a key that the trusted one vouches for. */
  #checkTrust(): void {
    if (this.#problems.length > 0) return;
    const covered = this.#keys.covered();
    if (covered >= this.#leaves) return;
    const detail =
      covered === 0
        ? "no checkpoint of this file is signed with the given key"
        : `the given key vouches for ${covered} of ${this.#leaves} leaves`;
    this.#problems.push({ line: undefined, what: "key", detail });
  }
}
