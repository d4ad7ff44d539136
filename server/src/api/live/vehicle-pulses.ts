/** What the live figures remember of every vehicle, as rows of one array: noting a frame allocates nothing. */
import { highWord, KeyTable, lowWord } from "@sandglass/signals";

/** Places in a vehicle's row of `values`. */
export const PULSE = {
  /** UTC ms; NONE while only frames came that say nothing of the vehicle: a login, a quarantined frame. */
  lastReceived: 0,
  lastEvent: 1,
  frames: 2,
  assurance: 3,
  /** The running minute, frames in it and in the one before. */
  minute: 4,
  inMinute: 5,
  inMinuteBefore: 6,
} as const;
const PULSE_SIZE = 7;
const NONE = -1;

export class VehiclePulses {
  /** Slots are places in it. Replaced as it grows. */
  values: Float64Array;
  readonly #keys = new KeyTable();

  constructor() {
    this.values = new Float64Array(this.#keys.capacity * PULSE_SIZE);
  }

  /** The slot of a key, made when it is new. */
  slotOf(low: number, high: number): number {
    const number = this.#keys.find(low, high);
    return number < 0 ? this.#added(this.#keys.numberOf(low, high)) : number * PULSE_SIZE;
  }

  slotOfKey(key: bigint): number {
    return this.slotOf(lowWord(key), highWord(key));
  }

  /** -1 for a vehicle that has not reported. */
  find(key: bigint): number {
    const slot = this.#keys.findKey(key) * PULSE_SIZE;
    return slot >= 0 && this.isKnown(slot) ? slot : -1;
  }

  framesOf(key: bigint): number {
    const number = this.#keys.findKey(key);
    return number < 0 ? 0 : this.values[number * PULSE_SIZE + PULSE.frames];
  }

  keyOf(slot: number): bigint {
    return this.#keys.keyOf(slot / PULSE_SIZE);
  }

  /** Whether the vehicle has reported. */
  isKnown(slot: number): boolean {
    return this.values[slot + PULSE.lastReceived] !== NONE;
  }

  /** Slots of the vehicles that have reported. */
  *known(): Generator<number> {
    for (let slot = 0; slot < this.#keys.size * PULSE_SIZE; slot += PULSE_SIZE) if (this.isKnown(slot)) yield slot;
  }

  /** A report of the vehicle. */
  beat(slot: number, received: number, event: number, assurance: number): void {
    const { values } = this;
    const minute = Math.floor(received / 60_000);
    const before = values[slot + PULSE.minute];
    if (minute !== before) {
      values[slot + PULSE.inMinuteBefore] = minute === before + 1 ? values[slot + PULSE.inMinute] : 0;
      values[slot + PULSE.inMinute] = 0;
      values[slot + PULSE.minute] = minute;
    }
    values[slot + PULSE.inMinute]++;
    values[slot + PULSE.lastReceived] = Math.max(values[slot + PULSE.lastReceived], received);
    values[slot + PULSE.lastEvent] = Math.max(values[slot + PULSE.lastEvent], event);
    values[slot + PULSE.assurance] = assurance;
  }

  #added(number: number): number {
    if (this.values.length < this.#keys.capacity * PULSE_SIZE) {
      const values = new Float64Array(this.#keys.capacity * PULSE_SIZE);
      values.set(this.values);
      this.values = values;
    }
    const slot = number * PULSE_SIZE;
    this.values[slot + PULSE.lastReceived] = this.values[slot + PULSE.lastEvent] = NONE;
    return slot;
  }
}
