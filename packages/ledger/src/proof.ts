/**
 * Inclusion and consistency proofs (RFC 6962 §2.1.1, §2.1.2): which subtrees a proof names, and verification.
 *
 * Sizes and indices are bigint in verification: proofs come from outside and may claim any 64-bit number.
 * Verification returns why a proof does not hold, or undefined when it holds; it never throws on any input.
 */
import { foldSubtrees, subtreesOf, type SubtreeId } from "./compact-range.ts";
import { equalBytes } from "./bytes.ts";
import { LedgerError } from "./error.ts";
import { HASH_BYTES, PLAIN_HASHER, type Hasher } from "./hasher.ts";

/** Leaves [begin, end) of the tree. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** RFC 6962 PATH(index, D[size]): the sibling ranges from the leaf upwards. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!(index >= 0 && index < size))
    throw new LedgerError("SG_LEDGER_RANGE", `leaf ${index} is not in a tree of ${size}`);
  const ranges: LeafRange[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const split = begin + largestPowerBelow(end - begin);
    if (index < split) {
      ranges.push({ begin: split, end });
      end = split;
    } else {
      ranges.push({ begin, end: split });
      begin = split;
    }
  }
  return ranges.reverse();
}

/** RFC 6962 PROOF(oldSize, D[size]). Empty when the sizes are equal. */
export function consistencyRanges(oldSize: number, size: number): LeafRange[] {
  if (!(oldSize > 0 && oldSize <= size)) {
    throw new LedgerError("SG_LEDGER_RANGE", `no consistency proof between ${oldSize} and ${size} leaves`);
  }
  const ranges: LeafRange[] = [];
  let begin = 0;
  let end = size;
  while (end !== oldSize) {
    const split = begin + largestPowerBelow(end - begin);
    if (oldSize <= split) {
      ranges.push({ begin: split, end });
      end = split;
    } else {
      ranges.push({ begin, end: split });
      begin = split;
    }
  }
  // The old tree's own subtree is named unless it is the whole old tree, whose root the verifier knows.
  if (begin !== 0) ranges.push({ begin, end });
  return ranges.reverse();
}

/** Proof hashes for ranges, given the hash of every complete subtree (level 0 = leaf hash). */
export function proofOf(
  ranges: readonly LeafRange[],
  node: (id: SubtreeId) => Uint8Array,
  hasher: Hasher = PLAIN_HASHER,
): Uint8Array[] {
  return ranges.map((range) => {
    const hash = foldSubtrees(subtreesOf(range.begin, range.end).map(node), hasher);
    if (hash === undefined) throw new LedgerError("SG_LEDGER_RANGE", "an empty range has no hash");
    return hash;
  });
}

export interface InclusionClaim {
  /** Index of the leaf, from 0. */
  readonly index: bigint;
  readonly size: bigint;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

export interface ConsistencyClaim {
  readonly size1: bigint;
  readonly size2: bigint;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Why an inclusion claim does not hold; undefined when it holds. */
export function refuteInclusion(claim: InclusionClaim, hasher: Hasher = PLAIN_HASHER): string | undefined {
  const { index, size, leafHash, proof } = claim;
  if (index < 0n || index >= size) return `index ${index} is not below the tree size ${size}`;
  if (leafHash.length !== HASH_BYTES) return `the leaf hash has ${leafHash.length} bytes, not ${HASH_BYTES}`;
  const odd = proof.findIndex((hash) => hash.length !== HASH_BYTES);
  if (odd >= 0) return `proof[${odd}] has ${proof[odd].length} bytes, not ${HASH_BYTES}`;
  const { inner, border } = pathLengths(index, size);
  if (proof.length !== inner + border)
    return `the proof has ${proof.length} hashes, a proof of this leaf has ${inner + border}`;
  let hash = leafHash;
  for (let i = 0; i < inner; i++) {
    hash = bit(index, i) === 0n ? hasher.node(hash, proof[i]) : hasher.node(proof[i], hash);
  }
  for (let i = inner; i < proof.length; i++) hash = hasher.node(proof[i], hash);
  return equalBytes(hash, claim.root) ? undefined : "the proof leads to another root";
}

/**
 * Why a consistency claim does not hold; undefined when it holds. Equal sizes need equal roots and an empty proof,
 * also for two empty trees; from an empty tree to another nothing can be proved.
 */
export function refuteConsistency(claim: ConsistencyClaim, hasher: Hasher = PLAIN_HASHER): string | undefined {
  const { size1, size2, root1, root2, proof } = claim;
  if (size1 < 0n || size2 < size1) return `the sizes ${size1} and ${size2} do not grow`;
  if (size1 === size2) {
    if (proof.length > 0) return "the sizes are equal, but the proof is not empty";
    return equalBytes(root1, root2) ? undefined : "the sizes are equal, but the roots differ";
  }
  if (size1 === 0n) return "nothing can be proved from an empty tree";
  const odd = proof.findIndex((hash) => hash.length !== HASH_BYTES);
  if (odd >= 0) return `proof[${odd}] has ${proof[odd].length} bytes, not ${HASH_BYTES}`;

  const shift = trailingZeros(size1);
  const lengths = pathLengths(size1 - 1n, size2);
  const inner = lengths.inner - shift;
  // A first tree that is one complete subtree starts from its known root, any other from the first proof hash.
  const complete = size1 === 1n << BigInt(shift);
  const start = complete ? 0 : 1;
  if (proof.length !== start + inner + lengths.border) {
    return `the proof has ${proof.length} hashes, a proof between these sizes has ${start + inner + lengths.border}`;
  }
  const seed = complete ? root1 : proof[0];
  if (seed.length !== HASH_BYTES) return `root1 has ${seed.length} bytes, not ${HASH_BYTES}`;
  const mask = (size1 - 1n) >> BigInt(shift);
  let hash1 = seed;
  let hash2 = seed;
  for (let i = 0; i < inner; i++) {
    const sibling = proof[start + i];
    if (bit(mask, i) === 1n) {
      hash1 = hasher.node(sibling, hash1);
      hash2 = hasher.node(sibling, hash2);
    } else {
      hash2 = hasher.node(hash2, sibling);
    }
  }
  for (let i = start + inner; i < proof.length; i++) {
    hash1 = hasher.node(proof[i], hash1);
    hash2 = hasher.node(proof[i], hash2);
  }
  if (!equalBytes(hash1, root1)) return "the proof leads to another first root";
  return equalBytes(hash2, root2) ? undefined : "the proof leads to another second root";
}

export const verifyInclusion = (claim: InclusionClaim, hasher: Hasher = PLAIN_HASHER): boolean =>
  refuteInclusion(claim, hasher) === undefined;
export const verifyConsistency = (claim: ConsistencyClaim, hasher: Hasher = PLAIN_HASHER): boolean =>
  refuteConsistency(claim, hasher) === undefined;

/**
 * `inner`: levels below the point where the paths of the leaf and of the last leaf part (siblings on both sides);
 * `border`: left siblings above it.
 */
function pathLengths(index: bigint, size: bigint): { inner: number; border: number } {
  const inner = bitLength(index ^ (size - 1n));
  let border = 0;
  for (let rest = index >> BigInt(inner); rest > 0n; rest >>= 1n) border += Number(rest & 1n);
  return { inner, border };
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function trailingZeros(value: bigint): number {
  let count = 0;
  for (let rest = value; (rest & 1n) === 0n; rest >>= 1n) count++;
  return count;
}

function bit(value: bigint, position: number): bigint {
  return (value >> BigInt(position)) & 1n;
}

/** Largest power of two strictly below n (n ≥ 2): where RFC 6962 splits. */
function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
