/**
 * From the 17 bytes of a unique id to the vehicle's key, without making a string or a BigInt per frame: open
 * addressing over bytes. A platform link carries hundreds of thousands of VINs, each of them once every few seconds.
 */

export const VIN_BYTES = 17;
const EMPTY = 0;
const USED = 1;

export class VinTable {
  #capacity: number;
  readonly #maxEntries: number;
  #size = 0;
  #vins: Uint8Array;
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
    this.#vins = new Uint8Array(this.#capacity * VIN_BYTES);
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
    const slot = this.#probe(bytes, from);
    return this.#state[slot] === EMPTY ? -1 : slot;
  }

  /** Adds an id that `find` did not find; returns its slot. Slots of other ids may change. */
  add(bytes: Uint8Array, from: number, key: bigint): number {
    if (this.#size >= this.#maxEntries) this.#clear();
    else if (this.#size * 2 >= this.#capacity) this.#grow();
    const slot = this.#probe(bytes, from);
    this.#state[slot] = USED;
    for (let i = 0; i < VIN_BYTES; i++) this.#vins[slot * VIN_BYTES + i] = bytes[from + i];
    this.#words[slot * 2] = Number(key & 0xffff_ffffn);
    this.#words[slot * 2 + 1] = Number(key >> 32n);
    this.#flags[slot] = 0;
    this.#links[slot] = 0;
    this.#size++;
    return slot;
  }

  /** The slot that holds the id, or the empty one where it belongs. */
  #probe(bytes: Uint8Array, from: number): number {
    const mask = this.#capacity - 1;
    const vins = this.#vins;
    let slot = hash(bytes, from) & mask;
    for (;;) {
      if (this.#state[slot] === EMPTY) return slot;
      const at = slot * VIN_BYTES;
      // Serial numbers differ at the end: compare from there.
      let i = VIN_BYTES - 1;
      while (i >= 0 && vins[at + i] === bytes[from + i]) i--;
      if (i < 0) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = {
      capacity: this.#capacity,
      vins: this.#vins,
      state: this.#state,
      words: this.#words,
      flags: this.#flags,
      links: this.#links,
    };
    this.#capacity *= 2;
    this.#vins = new Uint8Array(this.#capacity * VIN_BYTES);
    this.#state = new Uint8Array(this.#capacity);
    this.#words = new Uint32Array(this.#capacity * 2);
    this.#flags = new Uint8Array(this.#capacity);
    this.#links = new Uint32Array(this.#capacity);
    for (let slot = 0; slot < old.capacity; slot++) {
      if (old.state[slot] === EMPTY) continue;
      const target = this.#probe(old.vins, slot * VIN_BYTES);
      this.#state[target] = USED;
      this.#vins.set(old.vins.subarray(slot * VIN_BYTES, (slot + 1) * VIN_BYTES), target * VIN_BYTES);
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

/** FNV-1a with a final mix: neighbouring serial numbers must not fall into neighbouring slots. */
function hash(bytes: Uint8Array, from: number): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < VIN_BYTES; i++) value = Math.imul(value ^ bytes[from + i], 0x01000193);
  value ^= value >>> 15;
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
