/**
 * The battery watch after a power-off (REQUIREMENTS, edition 2025): after high-voltage power-down a terminal samples on for an hour,
 * and sends the data of its last half minute, second by second.
 *
 * The moment of a power-off is known as well as reports are frequent: it lies after the last report with high voltage and not after the
 * first without, or the logout. Where both are further apart than the reporting period, nothing is judged. The window is as much wider.
 * What belongs to it may come as re-issue much later, so that a watch is judged at the next power-off.
 */
import { bitCount } from "./bursts.ts";
import { NONE, STATE, STATE_SIZE, type VehicleTable } from "./vehicle-table.ts";
import { AT } from "./rule-numbers.ts";

/** What a report says of the high voltage. */
export const POWER = { unknown: 0, up: 1, down: 2 } as const;
/** What a power-off ends. */
export const WATCH = { none: 0, kept: 1, missed: 2 } as const;

const ON = 1;
const OFF = 2;
const PARKED_CHARGING = 1;
const DRIVING_CHARGING = 2;
/** Seconds that the wider window has, in two words of bits. */
const WORD = 30;

/** @param state, charge codes of the report; 0 where it has none */
export function powerOf(state: number, charge: number): number {
  if (state === ON || charge === PARKED_CHARGING || charge === DRIVING_CHARGING) return POWER.up;
  return state === OFF ? POWER.down : POWER.unknown;
}

export class PowerOffs {
  readonly #vehicles: VehicleTable;

  constructor(vehicles: VehicleTable) {
    this.#vehicles = vehicles;
  }

  /**
   * A report of edition 2025, collected at `time` (ms).
   * @param isLive whether it is a realtime report in order: a re-issued one fills seconds, and tells of no power-off
   * @returns WATCH of the watch that it ends
   */
  report(slot: number, time: number, power: number, isLive: boolean): number {
    const { state } = this.#vehicles;
    const at = slot * STATE_SIZE;
    const offAt = state[at + STATE.offAt];
    if (power === POWER.up) {
      if (time > state[at + STATE.poweredAt]) state[at + STATE.poweredAt] = time;
      // Driven off or charged within the hour: nothing is owed.
      if (offAt !== NONE && time > offAt + AT.period && time < offAt + AT.watchEnd) state[at + STATE.offAt] = NONE;
      return WATCH.none;
    }
    if (isLive && power === POWER.down && state[at + STATE.poweredAt] > offAt) return this.off(slot, time);
    if (offAt !== NONE) this.#note(at, time - offAt - AT.watchStart);
    return WATCH.none;
  }

  /** High voltage is down at `time`: by a report, or the logout of a vehicle that had it up. @returns WATCH of the one before */
  off(slot: number, time: number): number {
    const { state } = this.#vehicles;
    const at = slot * STATE_SIZE;
    const poweredAt = state[at + STATE.poweredAt];
    const offAt = state[at + STATE.offAt];
    if (poweredAt <= offAt) return WATCH.none;
    const ended = offAt === NONE ? WATCH.none : this.#secondsOf(at) >= AT.watchSeconds ? WATCH.kept : WATCH.missed;
    state[at + STATE.offAt] = time - poweredAt <= AT.period ? poweredAt : NONE;
    state[at + STATE.watch] = 0;
    state[at + STATE.watchLate] = 0;
    return ended;
  }

  /** @param into ms since the window began */
  #note(at: number, into: number): void {
    const second = Math.floor(into / 1000);
    if (second < 0 || second >= 2 * WORD) return;
    const { state } = this.#vehicles;
    const word = at + (second < WORD ? STATE.watch : STATE.watchLate);
    state[word] |= 1 << (second % WORD);
  }

  #secondsOf(at: number): number {
    const { state } = this.#vehicles;
    return bitCount(state[at + STATE.watch]) + bitCount(state[at + STATE.watchLate]);
  }
}
