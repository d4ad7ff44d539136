/** The Merkle tree along an export: whether the leaves before a checkpoint lead to its root. */
import { equalBytes } from "./bytes.ts";
import { CompactRange } from "./compact-range.ts";
import type { Hasher } from "./hasher.ts";

/** A leaf since the last checkpoint: its stated hash, and what its other members hash to when that differs. */
export interface LeafHash {
  readonly line: number;
  readonly stated: Uint8Array;
  readonly recomputed: Uint8Array | undefined;
}

export class LeafTree {
  readonly #hasher: Hasher;
  #range: CompactRange;
  #pending: LeafHash[] = [];
  #root: Uint8Array | undefined;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
    this.#range = new CompactRange(hasher);
  }

  /** Of the last checkpoint that the leaves led to. */
  get root(): Uint8Array | undefined {
    return this.#root;
  }

  append(leaf: LeafHash): void {
    this.#pending.push(leaf);
  }

  /**
   * Whether the leaves lead to a signed root; they count from here on if they do. Where they do not: the line of the
   * first leaf since the checkpoint before, and whether an altered leaf, which was told of, is the reason.
   */
  leadsTo(root: Uint8Array): true | { readonly firstLine: number | undefined; readonly isReported: boolean } {
    const altered = this.#pending.filter((leaf) => leaf.recomputed !== undefined);
    // A leaf whose stated hash was altered is healed by what it hashes to, so that one fault is reported once.
    const attempts = [this.#extended(undefined), ...altered.map((leaf) => this.#extended(leaf))];
    const good = attempts.find((range) => equalBytes(range.root(), root));
    if (good === undefined) return { firstLine: this.#pending[0]?.line, isReported: altered.length > 0 };
    this.#range = good;
    this.#root = root;
    return true;
  }

  /** The leaves before a checkpoint are done with. */
  forget(): void {
    this.#pending = [];
  }

  #extended(healed: LeafHash | undefined): CompactRange {
    const range = new CompactRange(this.#hasher, this.#range.size, this.#range.roots);
    for (const leaf of this.#pending) range.append(leaf === healed && leaf.recomputed ? leaf.recomputed : leaf.stated);
    return range;
  }
}
