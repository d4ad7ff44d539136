/**
 * From the 17 bytes of a unique id to the vehicle's key, without making a string or a BigInt per frame: open
 * addressing over bytes. A platform link carries hundreds of thousands of VINs, each of them once every few seconds.
 */

export const VIN_BYTES = 17;
const EMPTY = 0;
const USED = 1;
/** An id as 32-bit words: four of four bytes and one with the last byte. */
const ID_WORDS = 5;
/** Words of the id that was looked up last. */
const id = new Int32Array(ID_WORDS);

export class VinTable {
  #capacity: number;
  readonly #maxEntries: number;
  #size = 0;
  /** Ids by slot, five words each. */
  #ids: Int32Array;
  #state: Uint8Array;
  /** The 64-bit key of a slot as two words: low at 2·slot, high at 2·slot+1. */
  #words: Uint32Array;
  /** Free for the caller: one byte of flags per slot. */
  #flags: Uint8Array;
  #links: Uint32Array;

  /** At `maxEntries` the table starts anew: it is a cache, nothing is lost. */
  constructor(maxEntries = 1 << 20) {
    this.#maxEntries = maxEntries;
    this.#capacity = 1024;
    this.#ids = new Int32Array(this.#capacity * ID_WORDS);
    this.#state = new Uint8Array(this.#capacity);
    this.#words = new Uint32Array(this.#capacity * 2);
    this.#flags = new Uint8Array(this.#capacity);
    this.#links = new Uint32Array(this.#capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Key words by slot; changes when an entry is added. */
  get words(): Uint32Array {
    return this.#words;
  }

  get flags(): Uint8Array {
    return this.#flags;
  }

  /** Free for the caller: one number per slot, 0 in a new one; changes as `words` does. */
  get links(): Uint32Array {
    return this.#links;
  }

  /** Slot of the id at bytes[from], or -1. */
  find(bytes: Uint8Array, from: number): number {
    const slot = this.#probe(readId(bytes, from));
    return this.#state[slot] === EMPTY ? -1 : slot;
  }

  /** Adds an id that `find` did not find; returns its slot. Slots of other ids may change. */
  add(bytes: Uint8Array, from: number, key: bigint): number {
    if (this.#size >= this.#maxEntries) this.#clear();
    else if (this.#size * 2 >= this.#capacity) this.#grow();
    const slot = this.#probe(readId(bytes, from));
    this.#state[slot] = USED;
    this.#ids.set(id, slot * ID_WORDS);
    this.#words[slot * 2] = Number(key & 0xffff_ffffn);
    this.#words[slot * 2 + 1] = Number(key >> 32n);
    this.#flags[slot] = 0;
    this.#links[slot] = 0;
    this.#size++;
    return slot;
  }

  /** The slot that holds the id in `id`, or the empty one where it belongs. */
  #probe(hash: number): number {
    const mask = this.#capacity - 1;
    const ids = this.#ids;
    let slot = hash & mask;
    for (; ; slot = (slot + 1) & mask) {
      if (this.#state[slot] === EMPTY) return slot;
      const at = slot * ID_WORDS;
      // Serial numbers differ at the end: compare from there.
      if (
        ids[at + 3] === id[3] &&
        ids[at + 4] === id[4] &&
        ids[at + 2] === id[2] &&
        ids[at + 1] === id[1] &&
        ids[at] === id[0]
      )
        return slot;
    }
  }

  #grow(): void {
    const old = {
      capacity: this.#capacity,
      ids: this.#ids,
      state: this.#state,
      words: this.#words,
      flags: this.#flags,
      links: this.#links,
    };
    this.#capacity *= 2;
    this.#ids = new Int32Array(this.#capacity * ID_WORDS);
    this.#state = new Uint8Array(this.#capacity);
    this.#words = new Uint32Array(this.#capacity * 2);
    this.#flags = new Uint8Array(this.#capacity);
    this.#links = new Uint32Array(this.#capacity);
    for (let slot = 0; slot < old.capacity; slot++) {
      if (old.state[slot] === EMPTY) continue;
      id.set(old.ids.subarray(slot * ID_WORDS, (slot + 1) * ID_WORDS));
      const target = this.#probe(hashOf(id[0], id[1], id[2], id[3], id[4]));
      this.#state[target] = USED;
      this.#ids.set(id, target * ID_WORDS);
      this.#words[target * 2] = old.words[slot * 2];
      this.#words[target * 2 + 1] = old.words[slot * 2 + 1];
      this.#flags[target] = old.flags[slot];
      this.#links[target] = old.links[slot];
    }
  }

  #clear(): void {
    this.#state.fill(EMPTY);
    this.#size = 0;
  }
}

/** Puts the id at bytes[from] into `id`; returns its hash. */
function readId(bytes: Uint8Array, from: number): number {
  const a = wordAt(bytes, from);
  const b = wordAt(bytes, from + 4);
  const c = wordAt(bytes, from + 8);
  const d = wordAt(bytes, from + 12);
  const e = bytes[from + 16];
  id[0] = a;
  id[1] = b;
  id[2] = c;
  id[3] = d;
  id[4] = e;
  return hashOf(a, b, c, d, e);
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
