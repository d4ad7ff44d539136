/**
 * Vehicles by their 64-bit key, each with the little that rules over several frames need to remember. Slot 0 stands for
 * frames that belong to no vehicle.
 */
import { highWord, KeyTable, lowWord } from "@sandglass/signals";

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
export const FLAG = {
  loggedIn: 1,
  inAlarm: 2,
  splitPart: 4,
  /** Of its newest realtime report. */
  edition2025: 8,
  /** Of the report with which its last level-3 alarm began. */
  alarm2025: 16,
} as const;

export class VehicleTable {
  state: Float64Array;
  readonly #keys: KeyTable;

  constructor(capacity = 1024) {
    this.#keys = new KeyTable(capacity);
    this.#keys.numberOf(0, 0);
    this.state = new Float64Array(capacity * STATE_SIZE).fill(NONE, 0, STATE_SIZE);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Slot of a key, made when it is new; 0 for key 0. */
  slotOf(low: number, high: number): number {
    const slot = this.#keys.find(low, high);
    return slot < 0 ? this.#add(low, high) : slot;
  }

  slotOfKey(key: bigint): number {
    return this.slotOf(lowWord(key), highWord(key));
  }

  keyOf(slot: number): bigint {
    return this.#keys.keyOf(slot);
  }

  #add(low: number, high: number): number {
    const slot = this.#keys.numberOf(low, high);
    if (this.state.length < this.#keys.capacity * STATE_SIZE) {
      const state = new Float64Array(this.#keys.capacity * STATE_SIZE);
      state.set(this.state);
      this.state = state;
    }
    this.state.fill(NONE, slot * STATE_SIZE, (slot + 1) * STATE_SIZE);
    this.state[slot * STATE_SIZE + STATE.recent] = 0;
    this.state[slot * STATE_SIZE + STATE.flags] = 0;
    return slot;
  }
}
