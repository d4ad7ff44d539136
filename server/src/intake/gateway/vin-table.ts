/**
 * From the 17 bytes of a unique id to the vehicle's key, without making a string or a BigInt per frame: open
 * addressing over bytes. A platform link carries hundreds of thousands of VINs, each of them once every few seconds:
 * an entry is one record of half a cache line, so that finding it costs one miss and not five.
 */

export const VIN_BYTES = 17;

/** A record: four words of four bytes of the id, a word of its last byte with marks, two of the key, the link. */
const RECORD_WORDS = 8;
const LAST = 4;
const KEY_LOW = 5;
const KEY_HIGH = 6;
const LINK = 7;
/** In the word `LAST`: the record is in use; bits 0–7 are the last byte of the id, bits 16–23 the flags. */
const USED = 0x100;
const ID_MASK = 0x1ff;
const FLAGS_SHIFT = 16;

export class VinTable {
  #capacity: number;
  readonly #maxEntries: number;
  #size = 0;
  #records: Int32Array;

  /** At `maxEntries` the table starts anew: it is a cache, nothing is lost. */
  constructor(maxEntries = 1 << 20) {
    this.#maxEntries = maxEntries;
    this.#capacity = 1024;
    this.#records = new Int32Array(this.#capacity * RECORD_WORDS);
  }

  get size(): number {
    return this.#size;
  }

  /** Slots are 0 … capacity − 1; those without an entry have no flags. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Low word of the key of a slot, unsigned. */
  keyLow(slot: number): number {
    return this.#records[slot * RECORD_WORDS + KEY_LOW] >>> 0;
  }

  keyHigh(slot: number): number {
    return this.#records[slot * RECORD_WORDS + KEY_HIGH] >>> 0;
  }

  keyOf(slot: number): bigint {
    return (BigInt(this.keyHigh(slot)) << 32n) | BigInt(this.keyLow(slot));
  }

  /** Free for the caller: eight bits per entry, 0 in a new one. */
  flags(slot: number): number {
    return (this.#records[slot * RECORD_WORDS + LAST] >>> FLAGS_SHIFT) & 0xff;
  }

  setFlags(slot: number, flags: number): void {
    this.#records[slot * RECORD_WORDS + LAST] |= flags << FLAGS_SHIFT;
  }

  clearFlags(slot: number, flags: number): void {
    this.#records[slot * RECORD_WORDS + LAST] &= ~(flags << FLAGS_SHIFT);
  }

  /** Free for the caller: one number of 32 bits per entry, 0 in a new one. */
  link(slot: number): number {
    return this.#records[slot * RECORD_WORDS + LINK] >>> 0;
  }

  setLink(slot: number, link: number): void {
    this.#records[slot * RECORD_WORDS + LINK] = link;
  }

  /** Slot of the id at bytes[from], or -1. */
  find(bytes: Uint8Array, from: number): number {
    const slot = this.#probe(
      wordAt(bytes, from),
      wordAt(bytes, from + 4),
      wordAt(bytes, from + 8),
      wordAt(bytes, from + 12),
      bytes[from + 16],
    );
    return this.#records[slot * RECORD_WORDS + LAST] === 0 ? -1 : slot;
  }

  /** Adds an id that `find` did not find; returns its slot. Slots of other ids may change. */
  add(bytes: Uint8Array, from: number, key: bigint): number {
    if (this.#size >= this.#maxEntries) this.#clear();
    else if (this.#size * 2 >= this.#capacity) this.#grow();
    const a = wordAt(bytes, from);
    const b = wordAt(bytes, from + 4);
    const c = wordAt(bytes, from + 8);
    const d = wordAt(bytes, from + 12);
    const slot = this.#probe(a, b, c, d, bytes[from + 16]);
    this.#records.set(
      [a, b, c, d, bytes[from + 16] | USED, Number(key & 0xffff_ffffn), Number(key >> 32n), 0],
      slot * RECORD_WORDS,
    );
    this.#size++;
    return slot;
  }

  /** The slot that holds the id of these words and last byte, or the empty one where it belongs. */
  #probe(a: number, b: number, c: number, d: number, last: number): number {
    const mask = this.#capacity - 1;
    const records = this.#records;
    for (let slot = hashOf(a, b, c, d, last) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * RECORD_WORDS;
      const marks = records[at + LAST];
      if (marks === 0) return slot;
      // Serial numbers differ at the end: compare from there.
      if (
        records[at + 3] === d &&
        (marks & ID_MASK) === (last | USED) &&
        records[at + 2] === c &&
        records[at + 1] === b &&
        records[at] === a
      )
        return slot;
    }
  }

  #grow(): void {
    const old = this.#records;
    this.#capacity *= 2;
    this.#records = new Int32Array(this.#capacity * RECORD_WORDS);
    for (let at = 0; at < old.length; at += RECORD_WORDS) {
      if (old[at + LAST] === 0) continue;
      const slot = this.#probe(old[at], old[at + 1], old[at + 2], old[at + 3], old[at + LAST] & 0xff);
      this.#records.set(old.subarray(at, at + RECORD_WORDS), slot * RECORD_WORDS);
    }
  }

  #clear(): void {
    this.#records.fill(0);
    this.#size = 0;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** Every word is mixed into all bits: neighbouring serial numbers must not fall into neighbouring slots. */
function hashOf(a: number, b: number, c: number, d: number, e: number): number {
  let value = Math.imul(a ^ 0x811c9dc5, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) ^ Math.imul(d, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 13), 0x297a2d39) ^ Math.imul(e, 0x165667b1);
  value ^= value >>> 16;
  return Math.imul(value, 0x2c1b3c6d) >>> 0;
}

/**
 * 17 capital letters and digits, as in GB 16735. Tells a vehicle's id from a platform's self-defined one. I, O and Q,
 * which the standard excludes, are let through: vehicles with wrong VINs must be seen, too.
 */
export function looksLikeVin(bytes: Uint8Array, from: number): boolean {
  for (let i = from; i < from + VIN_BYTES; i++) {
    const byte = bytes[i];
    const digit = byte >= 0x30 && byte <= 0x39;
    const letter = byte >= 0x41 && byte <= 0x5a;
    if (!digit && !letter) return false;
  }
  return true;
}
