/**
 * A checkpoint: the log's signed statement about its size and root at a time. The signed text is plain lines, so
 * that it can be read and checked with any Ed25519 tool.
 */
import { toBase64, toHex, utf8 } from "./bytes.ts";
import { LedgerError } from "./error.ts";
import { PLAIN_HASHER, type Hasher } from "./hasher.ts";

export const HASH_ALGORITHM = "sha-256";
export const SIGNATURE_ALGORITHM = "ed25519";
/** Bytes of a raw Ed25519 public key and of a signature (RFC 8032). */
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

export interface CheckpointStatement {
  /** Name of the log, the same in all its checkpoints. */
  readonly origin: string;
  /** Number of leaves. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** When it was signed, RFC 3339 UTC with Z. */
  readonly at: string;
  readonly keyId: string;
  readonly hashAlgorithm: string;
  readonly signatureAlgorithm: string;
}

export interface Checkpoint extends CheckpointStatement {
  readonly signature: Uint8Array;
}

/** Signs with the private key of the log, wherever that is. */
export type Sign = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Port: does `signature` belong to `message` under the raw Ed25519 public key? May answer later (WebCrypto). */
export type VerifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** Id of a public key: the first 8 bytes of SHA-256("ed25519\n" ‖ raw key), hex. */
export function keyIdOf(publicKey: Uint8Array, hasher: Hasher = PLAIN_HASHER): string {
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new LedgerError(
      "SG_LEDGER_KEY",
      `an Ed25519 public key has ${PUBLIC_KEY_BYTES} bytes, not ${publicKey.length}`,
    );
  }
  const prefix = utf8(`${SIGNATURE_ALGORITHM}\n`);
  const message = new Uint8Array(prefix.length + publicKey.length);
  message.set(prefix);
  message.set(publicKey, prefix.length);
  return toHex(hasher.digest(message).subarray(0, 8));
}

/** The bytes that are signed. */
export function checkpointMessage(statement: CheckpointStatement): Uint8Array {
  return utf8(
    [
      "sandglass ledger checkpoint v1",
      `origin ${statement.origin}`,
      `size ${statement.size}`,
      `root ${toBase64(statement.root)}`,
      `time ${statement.at}`,
      `key ${statement.keyId}`,
      `hash ${statement.hashAlgorithm}`,
      `signature ${statement.signatureAlgorithm}`,
      "",
    ].join("\n"),
  );
}

export async function signCheckpoint(
  statement: Omit<CheckpointStatement, "hashAlgorithm" | "signatureAlgorithm">,
  sign: Sign,
): Promise<Checkpoint> {
  const complete = { ...statement, hashAlgorithm: HASH_ALGORITHM, signatureAlgorithm: SIGNATURE_ALGORITHM };
  return { ...complete, signature: await sign(checkpointMessage(complete)) };
}
