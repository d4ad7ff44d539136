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
import { equalBytes, findBase64, toBase64 } from "./bytes.ts";
import type { JsonValue } from "./canonical-json.ts";
import {
  checkpointMessage,
  HASH_ALGORITHM,
  keyIdOf,
  PUBLIC_KEY_BYTES,
  SIGNATURE_ALGORITHM,
  type Checkpoint,
  type VerifySignature,
} from "./checkpoint.ts";
import { CompactRange } from "./compact-range.ts";
import {
  readRecord,
  type CosignatureRecord,
  type ExportHeader,
  type RecordFault,
  type TimestampRecord,
} from "./export-format.ts";
import { PLAIN_HASHER, type Hasher } from "./hasher.ts";
import { commit, entryHash, KEY_LEAF_KIND, type Leaf } from "./leaf.ts";
import { cosignatureMessage, formatVerifierKey, noteText, type VerifierKey } from "./note.ts";
import { findTimestamp, refuteImprint, type VerifyTimestamp } from "./timestamp.ts";

export interface ExportProblem {
  /** Line of the file from 1; undefined when the fault is not in the file (the key). */
  readonly line: number | undefined;
  /** Part of the line: a member name, `newline`, `json`, `spelling`, `order`, `end`, … */
  readonly what: string;
  readonly detail: string;
}

export interface ExportReport {
  readonly valid: boolean;
  readonly origin: string | undefined;
  readonly leaves: number;
  readonly checkpoints: number;
  /** Root of the last checkpoint that was checked, base64. */
  readonly root: string | undefined;
  /** Ids of the keys that signed. */
  readonly keys: readonly string[];
  /** The keys that leaves introduced, in order: which checkpoints each of them signed. */
  readonly keyHistory: readonly KeyPeriod[];
  /** Whose cosignatures the file holds; all of them fit, but only those of trusted witnesses say something. */
  readonly witnesses: readonly WitnessReport[];
  readonly authorities: readonly AuthorityReport[];
  /** Time-stamps about the right checkpoint whose signature nobody was given to verify. */
  readonly unverifiedTimestamps: number;
  readonly problems: readonly ExportProblem[];
}

export interface KeyPeriod {
  readonly keyId: string;
  /** Raw, base64. */
  readonly publicKey: string;
  /** Sequence number of the leaf that introduces it. */
  readonly leaf: number;
  /** Sizes of the first and last checkpoint that it signed; undefined when it has signed none yet. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly checkpoints: number;
}

export interface WitnessReport {
  readonly name: string;
  /** Verifier key as text. */
  readonly key: string;
  /** The reader named it. */
  readonly trusted: boolean;
  readonly cosignatures: number;
  /** Largest tree that it cosigned, and when, RFC 3339. */
  readonly size: number;
  readonly at: string;
}

/** An authority that stamped checkpoints. */
export interface AuthorityReport {
  readonly name: string;
  /** Its certificate leads to one that the reader trusts. */
  readonly trusted: boolean;
  readonly timestamps: number;
  /** Largest tree that it stamped, and when, RFC 3339. */
  readonly size: number;
  readonly at: string;
}

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

interface KnownKey {
  readonly publicKey: Uint8Array;
  /** Sequence number of the leaf that introduced it; undefined for the trusted key until its leaf is seen. */
  introducedAt: number | undefined;
  /** Largest tree that a valid checkpoint of this key covers. */
  covers: number;
  /** Smallest one. */
  from: number | undefined;
  checkpoints: number;
}

/** A leaf since the last checkpoint: its stated hash, and what its other members hash to when that differs. */
interface LeafHash {
  readonly line: number;
  readonly stated: Uint8Array;
  readonly recomputed: Uint8Array | undefined;
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
  readonly #trusted: string;
  readonly #keys = new Map<string, KnownKey>();
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
  /** Key that the last key leaf below a checkpoint introduced: the only one that may sign the next checkpoint. */
  #inForce: string | undefined;
  /** The checkpoint of the line before, where it holds; what others attest is about it. */
  #attested: Checkpoint | undefined;
  #attestationLines = 0;
  readonly #witnesses = new Map<string, { key: VerifierKey; cosignatures: number; size: number; time: number }>();
  readonly #authorities = new Map<string, AuthorityReport>();
  #unverifiedTimestamps = 0;
  readonly #verifyTimestamp: VerifyTimestamp | undefined;
  readonly #trustedWitnesses: readonly VerifierKey[];
  /** Keys that leaves behind the last checkpoint introduced. */
  #introduced: string[] = [];
  #range: CompactRange;
  #pending: LeafHash[] = [];
  /** A damaged line hides a leaf hash: roots from here on cannot be computed. */
  #treeLost = false;
  #root: Uint8Array | undefined;

  constructor(options: VerifyOptions) {
    this.#hasher = options.hasher ?? PLAIN_HASHER;
    this.#verifySignature = options.verifySignature;
    this.#verifyTimestamp = options.verifyTimestamp;
    this.#trustedWitnesses = options.witnesses ?? [];
    this.#range = new CompactRange(this.#hasher);
    this.#trusted = keyIdOf(options.publicKey, this.#hasher);
    this.#keys.set(this.#trusted, {
      publicKey: options.publicKey,
      introducedAt: undefined,
      covers: 0,
      from: undefined,
      checkpoints: 0,
    });
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
    else if (record.kind === "cosignature") await this.#cosignature(record);
    else if (record.kind === "timestamp") this.#timestamp(record);
    else await this.#checkpoint(record.checkpoint);
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
      root: this.#root && toBase64(this.#root),
      keys: [...this.#signers],
      keyHistory: this.#keyHistory(),
      witnesses: this.#witnessReports(),
      authorities: [...this.#authorities.values()],
      unverifiedTimestamps: this.#unverifiedTimestamps,
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
    this.#pending.push({ line: this.#lineNumber, stated, recomputed: entryFits ? undefined : recomputed });
    if (leaf.kind === KEY_LEAF_KIND && fits) this.#key(leaf);
  }

  #key(leaf: Leaf): void {
    const content: JsonValue = leaf.opening?.content ?? null;
    const members =
      content !== null && typeof content === "object" && !Array.isArray(content)
        ? (content as Readonly<Record<string, JsonValue>>)
        : {};
    const publicKey = typeof members.publicKey === "string" ? findBase64(members.publicKey) : undefined;
    if (publicKey?.length !== PUBLIC_KEY_BYTES || members.keyId !== keyIdOf(publicKey, this.#hasher)) {
      this.#problem("content", "the leaf does not hold a public key and its id");
      return;
    }
    const before = this.#introduced.at(-1) ?? this.#inForce ?? null;
    if (!this.#treeLost && members.previous !== before) {
      this.#problem("content", `the leaf takes over from ${JSON.stringify(members.previous)}, not from ${before}`);
      return;
    }
    const known = this.#keys.get(members.keyId);
    if (known?.introducedAt !== undefined) {
      this.#problem("content", `the key ${members.keyId} was introduced before`);
      return;
    }
    if (known !== undefined) known.introducedAt = leaf.seq;
    else
      this.#keys.set(members.keyId, {
        publicKey,
        introducedAt: leaf.seq,
        covers: 0,
        from: undefined,
        checkpoints: 0,
      });
    this.#introduced.push(members.keyId);
  }

  #keyHistory(): KeyPeriod[] {
    const periods: KeyPeriod[] = [];
    for (const [keyId, { publicKey, introducedAt, covers, from, checkpoints }] of this.#keys) {
      if (introducedAt === undefined) continue;
      const to = from === undefined ? undefined : covers;
      periods.push({ keyId, publicKey: toBase64(publicKey), leaf: introducedAt, from, to, checkpoints });
    }
    return periods.sort((a, b) => a.leaf - b.leaf);
  }

  async #checkpoint(checkpoint: Checkpoint): Promise<void> {
    this.#checkpointLines++;
    if (checkpoint.hashAlgorithm !== HASH_ALGORITHM || checkpoint.signatureAlgorithm !== SIGNATURE_ALGORITHM) {
      this.#problem("algorithm", `this verifier knows ${HASH_ALGORITHM} and ${SIGNATURE_ALGORITHM}`);
      return;
    }
    const key = this.#keys.get(checkpoint.keyId);
    if (key === undefined) {
      this.#problem("keyId", "signed with a key that neither an earlier leaf introduced nor the reader trusts");
      return;
    }
    if (!(await this.#verifySignature(key.publicKey, checkpointMessage(checkpoint), checkpoint.signature))) {
      this.#problem("signature", "the signature does not fit: the checkpoint or its signature was altered");
      return;
    }
    // The first key signs its own leaf; every other one only behind the checkpoint that hands over to it.
    const expected = this.#inForce ?? this.#introduced[0];
    if (!this.#treeLost && expected !== undefined && checkpoint.keyId !== expected) {
      const retired = key.introducedAt === undefined || key.introducedAt < this.#checkpointSize;
      this.#problem(
        "keyId",
        `signed with a key that is ${retired ? "retired" : "not in force yet"}; ${expected} signs here`,
      );
    }
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
    key.covers = Math.max(key.covers, checkpoint.size);
    key.from ??= checkpoint.size;
    key.checkpoints++;
    this.#inForce = this.#introduced.at(-1) ?? this.#inForce;
    this.#introduced = [];
    this.#pending = [];
  }

  async #cosignature({ size, witness, cosignature }: CosignatureRecord): Promise<void> {
    const checkpoint = this.#attestedAt(size);
    if (checkpoint === undefined) return;
    const message = cosignatureMessage(cosignature.time, noteText(checkpoint));
    if (!(await this.#verifySignature(witness.publicKey, message, cosignature.signature)))
      return this.#problem("signature", "the cosignature does not fit the checkpoint: it or its time was altered");
    const id = formatVerifierKey(witness);
    const known = this.#witnesses.get(id);
    this.#witnesses.set(id, {
      key: witness,
      cosignatures: (known?.cosignatures ?? 0) + 1,
      size,
      time: cosignature.time,
    });
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

  #timestamp({ size, token: bytes }: TimestampRecord): void {
    const checkpoint = this.#attestedAt(size);
    if (checkpoint === undefined) return;
    const token = findTimestamp(bytes);
    if (token === undefined) return this.#problem("token", "not a time-stamp token that this verifier can read");
    const wrong = refuteImprint(token, this.#hasher.digest(checkpointMessage(checkpoint)));
    if (wrong !== undefined) return this.#problem("token", wrong);
    const verdict = this.#verifyTimestamp?.(token);
    if (verdict === undefined) {
      this.#unverifiedTimestamps++;
      return;
    }
    if (verdict.kind === "refuted") return this.#problem("token", verdict.reason);
    const { authority: name, trusted } = verdict;
    const id = `${trusted} ${name}`;
    const timestamps = (this.#authorities.get(id)?.timestamps ?? 0) + 1;
    this.#authorities.set(id, { name, trusted, timestamps, size, at: token.at });
  }

  #witnessReports(): WitnessReport[] {
    const trusted = new Set(this.#trustedWitnesses.map(formatVerifierKey));
    return [...this.#witnesses].map(([id, { key, cosignatures, size, time }]) => {
      const at = new Date(time * 1_000);
      const text = Number.isNaN(at.getTime()) ? String(time) : at.toISOString();
      return { name: key.name, key: id, trusted: trusted.has(id), cosignatures, size, at: text };
    });
  }

  #checkWitnesses(): void {
    if (this.#problems.length > 0) return;
    for (const witness of this.#trustedWitnesses)
      if (!this.#witnesses.has(formatVerifierKey(witness)))
        this.#problems.push({
          line: undefined,
          what: "witness",
          detail: `${witness.name} cosigned nothing in this file`,
        });
  }

  #checkRoot(checkpoint: Checkpoint): void {
    const altered = this.#pending.filter((leaf) => leaf.recomputed !== undefined);
    // A leaf whose stated hash was altered is healed by what it hashes to, so that one fault is reported once.
    const attempts = [this.#extended(undefined), ...altered.map((leaf) => this.#extended(leaf))];
    const good = attempts.find((range) => equalBytes(range.root(), checkpoint.root));
    if (good !== undefined) {
      this.#range = good;
      this.#root = checkpoint.root;
      return;
    }
    if (altered.length === 0) {
      const first = this.#pending[0]?.line ?? this.#lineNumber;
      this.#problem("root", `lines ${first} to ${this.#lineNumber - 1} do not lead to the signed root`);
    }
    this.#treeLost = true;
  }

  #extended(healed: LeafHash | undefined): CompactRange {
    const range = new CompactRange(this.#hasher, this.#range.size, this.#range.roots);
    for (const leaf of this.#pending) range.append(leaf === healed && leaf.recomputed ? leaf.recomputed : leaf.stated);
    return range;
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

  /**
   * Which keys are vouched for: the trusted key, and every key whose leaf lies below a valid checkpoint of a key
   * that is vouched for. So one key, first or last of a chain of rotations, is enough to check all of it.
   */
  #checkTrust(): void {
    if (this.#problems.length > 0) return;
    const vouched = new Set([this.#trusted]);
    let covered = this.#keys.get(this.#trusted)?.covers ?? 0;
    for (let grown = true; grown;) {
      grown = false;
      for (const [id, key] of this.#keys) {
        if (vouched.has(id) || key.introducedAt === undefined || key.introducedAt >= covered) continue;
        vouched.add(id);
        covered = Math.max(covered, key.covers);
        grown = true;
      }
    }
    if (covered < this.#leaves) {
      const detail =
        covered === 0
          ? "no checkpoint of this file is signed with the given key"
          : `the given key vouches for ${covered} of ${this.#leaves} leaves`;
      this.#problems.push({ line: undefined, what: "key", detail });
    }
  }
}
