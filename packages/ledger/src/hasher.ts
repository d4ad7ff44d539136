/** RFC 6962 §2.1: the Merkle tree hashes. Leaf and node hashes differ by a prefix byte, so neither can pose as the other. */
import { sha256 } from "@noble/hashes/sha2.js";

export { sha256 };

/** Digest of a whole message: 32 bytes. */
export type Sha256 = (message: Uint8Array) => Uint8Array;

/** Bytes of a SHA-256 digest. */
export const HASH_BYTES = 32;

export interface Hasher {
  /** Hash of any message, without prefix. */
  digest(message: Uint8Array): Uint8Array;
  /** SHA-256(0x00 ‖ data). */
  leaf(data: Uint8Array): Uint8Array;
  /** SHA-256(0x01 ‖ left ‖ right); both 32 bytes. */
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
  /** Root of the empty tree: SHA-256 of nothing. */
  empty(): Uint8Array;
}

/** RFC 6962 hashes over a SHA-256 of the caller, e.g. `(m) => hash("sha256", m, "buffer")` of node:crypto. */
export function createHasher(digest: Sha256): Hasher {
  // One scratch buffer for nodes: a digest never keeps its input, and a tree hashes as many nodes as leaves.
  const pair = new Uint8Array(1 + 2 * HASH_BYTES);
  pair[0] = 1;
  return {
    digest,
    leaf(data) {
      const message = new Uint8Array(1 + data.length);
      message.set(data, 1);
      return digest(message);
    },
    node(left, right) {
      pair.set(left, 1);
      pair.set(right, 1 + HASH_BYTES);
      return digest(pair);
    },
    empty: () => digest(new Uint8Array(0)),
  };
}

/** RFC 6962 hashes where no crypto module is at hand: a browser worker, another runtime. */
export const PLAIN_HASHER: Hasher = createHasher(sha256);

export const leafHash = (data: Uint8Array, hasher: Hasher = PLAIN_HASHER): Uint8Array => hasher.leaf(data);
export const nodeHash = (left: Uint8Array, right: Uint8Array, hasher: Hasher = PLAIN_HASHER): Uint8Array =>
  hasher.node(left, right);
