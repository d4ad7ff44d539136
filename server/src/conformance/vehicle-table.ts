/**
 * Vehicles by their 64-bit key, each with the little that rules over several frames need to remember. Typed arrays,
 * open addressing: looking a vehicle up allocates nothing. Slot 0 stands for frames that belong to no vehicle.
 */

/** What is remembered of a vehicle, by position in its stretch of `state`. Positions are stored: append only. */
export const STATE = {
  /** Collection time of the newest realtime report of the session, ms; NONE before the first. */
  newest: 0,
  /** Mileage, SOC (ticks) and collection time of the newest sample of them; NONE while unknown. */
  mileage: 1,
  sampledAt: 2,
  soc: 3,
  /** Bit i: a report was collected in the second `newest` minus i. */
  recent: 4,
  /** The last level-3 alarm: its onset, ms, the seconds before and after it that have data, when it cleared, level. */
  onset: 5,
  before: 6,
  after: 7,
  clearedAt: 8,
  level: 9,
  /** Bits of FLAG. */
  flags: 10,
  /** Serial number of the last login plus 65536 × its day; NONE before the first. */
  login: 11,
  /** Speed in the newest sample, ticks; NONE while unknown. */
  speed: 12,
  /** Collection time of the newest report with high voltage, ms, and of the last one before the power-off that is watched. */
  poweredAt: 13,
  offAt: 14,
  /** Seconds with data of the battery watch after it: bits of the first 30 of the window, and of the 30 after them. */
  watch: 15,
  watchLate: 16,
} as const;
export const STATE_SIZE = 17;
export const NONE = -1;
export const FLAG = { loggedIn: 1, inAlarm: 2, splitPart: 4, edition2025: 8 } as const;

/** A bucket holds low and high word of a key and its slot (0 = empty), one unused: one line of the cache to look at. */
const BUCKET_WORDS = 4;
const SLOT = 2;

export class VehicleTable {
  size = 1;
  state: Float64Array;
  /** Low and high word of every slot's key. */
  #keys: Uint32Array;
  #capacity: number;
  /** At most half full. */
  #buckets: Uint32Array;
  #mask: number;

  constructor(capacity = 1024) {
    this.#capacity = capacity;
    this.state = new Float64Array(capacity * STATE_SIZE).fill(NONE, 0, STATE_SIZE);
    this.#keys = new Uint32Array(capacity * 2);
    this.#buckets = new Uint32Array(capacity * 2 * BUCKET_WORDS);
    this.#mask = capacity * 2 - 1;
  }

  /** Slot of a key, made when it is new; 0 for key 0. */
  slotOf(low: number, high: number): number {
    if (low === 0 && high === 0) return 0;
    const buckets = this.#buckets;
    let bucket = mix(low, high) & this.#mask;
    for (;;) {
      const at = bucket * BUCKET_WORDS;
      const slot = buckets[at + SLOT];
      if (slot === 0) return this.#add(low, high);
      if (buckets[at] === low && buckets[at + 1] === high) return slot;
      bucket = (bucket + 1) & this.#mask;
    }
  }

  slotOfKey(key: bigint): number {
    return this.slotOf(Number(key & 0xffff_ffffn), Number((key >> 32n) & 0xffff_ffffn));
  }

  keyOf(slot: number): bigint {
    return (BigInt(this.#keys[slot * 2 + 1]) << 32n) | BigInt(this.#keys[slot * 2]);
  }

  #add(low: number, high: number): number {
    if (this.size === this.#capacity) this.#grow();
    const slot = this.size++;
    this.#keys[slot * 2] = low;
    this.#keys[slot * 2 + 1] = high;
    this.state.fill(NONE, slot * STATE_SIZE, (slot + 1) * STATE_SIZE);
    this.state[slot * STATE_SIZE + STATE.recent] = 0;
    this.state[slot * STATE_SIZE + STATE.flags] = 0;
    this.#place(slot);
    return slot;
  }

  #place(slot: number): void {
    const buckets = this.#buckets;
    const low = this.#keys[slot * 2];
    const high = this.#keys[slot * 2 + 1];
    let bucket = mix(low, high) & this.#mask;
    while (buckets[bucket * BUCKET_WORDS + SLOT] !== 0) bucket = (bucket + 1) & this.#mask;
    buckets[bucket * BUCKET_WORDS] = low;
    buckets[bucket * BUCKET_WORDS + 1] = high;
    buckets[bucket * BUCKET_WORDS + SLOT] = slot;
  }

  #grow(): void {
    this.#capacity *= 2;
    const state = new Float64Array(this.#capacity * STATE_SIZE);
    state.set(this.state);
    this.state = state;
    const keys = new Uint32Array(this.#capacity * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#buckets = new Uint32Array(this.#capacity * 2 * BUCKET_WORDS);
    this.#mask = this.#capacity * 2 - 1;
    for (let slot = 1; slot < this.size; slot++) this.#place(slot);
  }
}

/** Keys are keyed hashes already; one multiplication spreads those of tests too. */
function mix(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e37_79b1), 0x85eb_ca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
