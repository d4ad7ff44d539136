/**
 * The right edge of an append-only Merkle tree: the roots of its complete subtrees, largest first. That is all one
 * needs to append a leaf and to know the root, in 32 bytes × log2(size).
 */
import { LedgerError } from "./error.ts";
import { HASH_BYTES, PLAIN_HASHER, type Hasher } from "./hasher.ts";

/** A complete subtree: leaves [index << level, (index + 1) << level). */
export interface SubtreeId {
  readonly level: number;
  readonly index: number;
}

export class CompactRange {
  readonly #hasher: Hasher;
  readonly #roots: Uint8Array[];
  #size: number;

  /** Starts empty, or from the subtree roots of `subtreesOf(0, size)`. */
  constructor(hasher: Hasher = PLAIN_HASHER, size = 0, roots: readonly Uint8Array[] = []) {
    if (roots.length !== popCount(size)) {
      throw new LedgerError(
        "SG_LEDGER_RANGE",
        `a tree of ${size} leaves has ${popCount(size)} complete subtrees, not ${roots.length}`,
      );
    }
    this.#hasher = hasher;
    this.#size = size;
    this.#roots = roots.slice();
  }

  get size(): number {
    return this.#size;
  }

  /** Roots of the complete subtrees, largest first; copies of the list, not of the hashes. */
  get roots(): readonly Uint8Array[] {
    return this.#roots.slice();
  }

  /**
   * Appends one leaf hash. `completed` is told every subtree that the leaf completes, level 1 upwards, so that a
   * caller can store nodes for later proofs.
   */
  append(leafHash: Uint8Array, completed?: (id: SubtreeId, hash: Uint8Array) => void): void {
    if (leafHash.length !== HASH_BYTES) throw new LedgerError("SG_LEDGER_RANGE", "a leaf hash has 32 bytes");
    let hash = leafHash;
    let index = this.#size;
    for (let level = 1; index % 2 === 1; level++) {
      const left = this.#roots.pop();
      if (left === undefined) break;
      hash = this.#hasher.node(left, hash);
      index = (index - 1) / 2;
      completed?.({ level, index }, hash);
    }
    this.#roots.push(hash);
    this.#size++;
  }

  /** RFC 6962 §2.1 tree root. */
  root(): Uint8Array {
    return foldSubtrees(this.#roots, this.#hasher) ?? this.#hasher.empty();
  }
}

/** Joins the roots of adjacent subtrees (largest first) from the right; undefined for none. */
export function foldSubtrees(roots: readonly Uint8Array[], hasher: Hasher = PLAIN_HASHER): Uint8Array | undefined {
  let hash = roots.at(-1);
  if (hash === undefined) return undefined;
  for (let i = roots.length - 2; i >= 0; i--) hash = hasher.node(roots[i], hash);
  return hash;
}

/**
 * The complete subtrees that cover leaves [begin, end), largest first. `begin` must be where RFC 6962 splits, that
 * is a multiple of the largest power of two below `end - begin` rounded up.
 */
export function subtreesOf(begin: number, end: number): SubtreeId[] {
  const subtrees: SubtreeId[] = [];
  let at = begin;
  while (at < end) {
    let level = 0;
    let width = 1;
    while (width * 2 <= end - at && at % (width * 2) === 0) {
      width *= 2;
      level++;
    }
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}

/** Root over a list of leaf hashes. */
export function treeRoot(leafHashes: Iterable<Uint8Array>, hasher: Hasher = PLAIN_HASHER): Uint8Array {
  const range = new CompactRange(hasher);
  for (const hash of leafHashes) range.append(hash);
  return range.root();
}

function popCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
