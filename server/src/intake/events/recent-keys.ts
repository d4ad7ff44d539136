/** The last keys that were added, up to a number: what is older is forgotten in two generations, without a clock. */
export class RecentKeys<Key> {
  readonly #half: number;
  #young = new Set<Key>();
  #old = new Set<Key>();

  /** Remembers at least half of `capacity` and at most all of it. */
  constructor(capacity: number) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
  }

  has(key: Key): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** False when it was there already. */
  add(key: Key): boolean {
    if (this.has(key)) return false;
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(key);
    return true;
  }
}
