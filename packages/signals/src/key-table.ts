/**
 * Numbers a set of 64-bit keys: 0, 1, 2, … in the order in which they come. Typed arrays, open addressing: looking a key up
 * allocates nothing, where a `Map` needs a BigInt for each. Keys are keyed hashes already, as those of vehicles are.
 */

/** A bucket holds low and high word of a key and its number + 1 (0 = empty), one unused: one line of the cache. */
const BUCKET_WORDS = 4;
const NUMBER = 2;

/** The halves of a 64-bit key. */
export function lowWord(key: bigint): number {
  return Number(key & 0xffff_ffffn);
}
export function highWord(key: bigint): number {
  return Number((key >> 32n) & 0xffff_ffffn);
}

export class KeyTable {
  size = 0;
  /** Low and high word of every key. */
  #keys: Uint32Array;
  #capacity: number;
  /** At most half full. */
  #buckets: Uint32Array;
  #mask: number;

  /** @param capacity a power of two; the table grows */
  constructor(capacity = 1024) {
    this.#capacity = capacity;
    this.#keys = new Uint32Array(capacity * 2);
    this.#buckets = new Uint32Array(capacity * 2 * BUCKET_WORDS);
    this.#mask = capacity * 2 - 1;
  }

  /** Keys that there is room for before arrays beside the table have to grow with it. */
  get capacity(): number {
    return this.#capacity;
  }

  /** -1 = the key is not there. */
  find(low: number, high: number): number {
    const buckets = this.#buckets;
    let bucket = mix(low, high) & this.#mask;
    for (;;) {
      const at = bucket * BUCKET_WORDS;
      const number = buckets[at + NUMBER];
      if (number === 0 || (buckets[at] === low && buckets[at + 1] === high)) return number - 1;
      bucket = (bucket + 1) & this.#mask;
    }
  }

  findKey(key: bigint): number {
    return this.find(lowWord(key), highWord(key));
  }

  /** The number of a key, which is `size` where the key is new. */
  numberOf(low: number, high: number): number {
    const found = this.find(low, high);
    return found < 0 ? this.#add(low, high) : found;
  }

  keyOf(number: number): bigint {
    return (BigInt(this.#keys[number * 2 + 1]) << 32n) | BigInt(this.#keys[number * 2]);
  }

  #add(low: number, high: number): number {
    if (this.size === this.#capacity) this.#grow();
    const number = this.size++;
    this.#keys[number * 2] = low;
    this.#keys[number * 2 + 1] = high;
    this.#place(number);
    return number;
  }

  #place(number: number): void {
    const buckets = this.#buckets;
    const low = this.#keys[number * 2];
    const high = this.#keys[number * 2 + 1];
    let bucket = mix(low, high) & this.#mask;
    while (buckets[bucket * BUCKET_WORDS + NUMBER] !== 0) bucket = (bucket + 1) & this.#mask;
    buckets[bucket * BUCKET_WORDS] = low;
    buckets[bucket * BUCKET_WORDS + 1] = high;
    buckets[bucket * BUCKET_WORDS + NUMBER] = number + 1;
  }

  #grow(): void {
    this.#capacity *= 2;
    const keys = new Uint32Array(this.#capacity * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#buckets = new Uint32Array(this.#capacity * 2 * BUCKET_WORDS);
    this.#mask = this.#capacity * 2 - 1;
    for (let number = 0; number < this.size; number++) this.#place(number);
  }
}

/** One multiplication spreads the small keys of tests too. */
function mix(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e37_79b1), 0x85eb_ca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
