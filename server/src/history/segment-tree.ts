/**
 * The Merkle tree over a segment's frames. Leaves are kept in chunks of 256 with the root of each, so that the root of
 * the segment, or one frame's proof, needs a few hundred hashes instead of all. A chunk is an aligned power of two, so
 * the tree over chunk roots is the RFC 6962 tree over all leaves.
 */
import { hash } from "node:crypto";
import {
  createHasher,
  HASH_BYTES,
  inclusionRanges,
  proofOf,
  treeRoot,
  type Hasher,
  type SubtreeId,
} from "@sandglass/ledger";

export const LEVELS_PER_CHUNK = 8;
export const LEAVES_PER_CHUNK = 1 << LEVELS_PER_CHUNK;

export const HASHER: Hasher = createHasher((message) => hash("sha256", message, "buffer"));

export function rootOfChunks(chunkRoots: readonly Uint8Array[]): Uint8Array {
  return treeRoot(chunkRoots, HASHER);
}

export function chunkOf(leafIndex: number): number {
  return leafIndex >> LEVELS_PER_CHUNK;
}

/** SHA-256(segment salt ‖ seq as 8 bytes big-endian): tells nothing about other frames' salts. */
export function frameSalt(segmentSalt: Uint8Array, seq: number): Uint8Array {
  const message = Buffer.alloc(segmentSalt.length + 8);
  message.set(segmentSalt);
  message.writeBigUInt64BE(BigInt(seq), segmentSalt.length);
  return HASHER.digest(message);
}

/** SHA-256(0x00 ‖ SHA-256(frame salt ‖ raw)). */
export function frameLeaf(salt: Uint8Array, raw: Uint8Array): Uint8Array {
  return HASHER.leaf(HASHER.digest(Buffer.concat([salt, raw])));
}

export interface SegmentTree {
  /** Leaves in the segment. */
  readonly rows: number;
  readonly chunkRoots: readonly Uint8Array[];
  /** Concatenated leaves of a chunk; needed for the leaf's own chunk and the last one. */
  readonly leavesOf: (chunk: number) => Uint8Array;
}

/** RFC 6962 inclusion proof of a leaf. */
export function proveLeaf(tree: SegmentTree, index: number): Uint8Array[] {
  const node = ({ level, index: at }: SubtreeId): Uint8Array => {
    const first = at << level;
    if (level >= LEVELS_PER_CHUNK) {
      const chunk = chunkOf(first);
      return rootOfChunks(tree.chunkRoots.slice(chunk, chunk + (1 << (level - LEVELS_PER_CHUNK))));
    }
    const leaves = tree.leavesOf(chunkOf(first));
    const start = first % LEAVES_PER_CHUNK;
    return treeRoot(
      Array.from({ length: 1 << level }, (_, i) =>
        leaves.subarray((start + i) * HASH_BYTES, (start + i + 1) * HASH_BYTES),
      ),
      HASHER,
    );
  };
  return proofOf(inclusionRanges(index, tree.rows), node, HASHER);
}
