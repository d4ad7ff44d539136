/**
 * Level-3 alarms and the seconds around their onset that have data (REQUIREMENTS ): 30 s before and after
 * at 1 s. The part before comes as re-issue, often much later, so the last alarm of a vehicle stays open for it until
 * the next one.
 */
import { FLAG, NONE, STATE, STATE_SIZE, type VehicleTable } from "./vehicle-table.ts";

export const BURST_SECONDS = 30;
const ALARM_LEVEL = 3;

/** One level-3 alarm of a vehicle. Times UTC ms. */
export interface Burst {
  readonly vehicle: bigint;
  readonly onset: number;
  readonly level: number;
  /** Of the report with which it began: the vehicle may change its edition before the seconds before come. */
  readonly edition: 2016 | 2025;
  /** Seconds with data among the 30 before the onset, and the 30 after it. */
  readonly before: number;
  readonly after: number;
  readonly clearedAt: number | undefined;
  /** Slot of the platform through which the onset came; undefined for an alarm that began before the last start. */
  readonly platform: number | undefined;
}

export function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
}

export class Bursts {
  readonly #vehicles: VehicleTable;
  readonly #changed = new Set<number>();
  /** Of the open alarms that began since the start, by slot of the vehicle. */
  readonly #platforms = new Map<number, number>();
  #closed: Burst[] = [];

  constructor(vehicles: VehicleTable) {
    this.#vehicles = vehicles;
  }

  /**
   * A report of a vehicle that has an alarm open: its second counts.
   * @returns true for a second that had no data yet
   */
  note(slot: number, time: number): boolean {
    const { state } = this.#vehicles;
    const at = slot * STATE_SIZE;
    const second = Math.floor((time - state[at + STATE.onset]) / 1000);
    if (second <= -1 && second >= -BURST_SECONDS) return this.#set(slot, at + STATE.before, -second - 1);
    if (second >= 1 && second <= BURST_SECONDS) this.#set(slot, at + STATE.after, second - 1);
    return false;
  }

  /**
   * A realtime report in order, with an alarm level.
   * @param platform slot of the platform through which it came
   * @returns true at the onset of an alarm
   */
  level(slot: number, time: number, level: number, platform: number): boolean {
    const { state } = this.#vehicles;
    const at = slot * STATE_SIZE;
    const inAlarm = (state[at + STATE.flags] & FLAG.inAlarm) !== 0;
    if (level < ALARM_LEVEL) {
      if (!inAlarm) return false;
      state[at + STATE.flags] &= ~FLAG.inAlarm;
      state[at + STATE.clearedAt] = time;
      this.#changed.add(slot);
      return false;
    }
    const { [at + STATE.onset]: onset } = state;
    if (inAlarm) {
      if (level > state[at + STATE.level]) {
        state[at + STATE.level] = level;
        this.#changed.add(slot);
      }
      return false;
    }
    state[at + STATE.flags] |= FLAG.inAlarm;
    // An alarm that flickers within the seconds after its onset is one alarm.
    if (onset !== NONE && time - onset <= BURST_SECONDS * 1000) {
      state[at + STATE.clearedAt] = NONE;
      this.#changed.add(slot);
      return false;
    }
    if (onset !== NONE && this.#changed.delete(slot)) this.#closed.push(this.#burstOf(slot));
    const is2025 = (state[at + STATE.flags] & FLAG.edition2025) !== 0;
    state[at + STATE.flags] = (state[at + STATE.flags] & ~FLAG.alarm2025) | (is2025 ? FLAG.alarm2025 : 0);
    state[at + STATE.onset] = time;
    state[at + STATE.level] = level;
    state[at + STATE.before] = (state[at + STATE.recent] >>> 1) & 0x3fff_ffff;
    state[at + STATE.after] = 0;
    state[at + STATE.clearedAt] = NONE;
    this.#platforms.set(slot, platform);
    this.#changed.add(slot);
    return true;
  }

  /** Alarms that began or changed since the last call. */
  takeChanged(): Burst[] {
    const taken = this.#closed;
    this.#closed = [];
    for (const slot of this.#changed) taken.push(this.#burstOf(slot));
    this.#changed.clear();
    return taken;
  }

  /** @returns false when the bit was set already */
  #set(slot: number, at: number, bit: number): boolean {
    const { state } = this.#vehicles;
    const bits = state[at] | (1 << bit);
    if (bits === state[at]) return false;
    state[at] = bits;
    this.#changed.add(slot);
    return true;
  }

  #burstOf(slot: number): Burst {
    const { state } = this.#vehicles;
    const at = slot * STATE_SIZE;
    const clearedAt = state[at + STATE.clearedAt];
    return {
      vehicle: this.#vehicles.keyOf(slot),
      onset: state[at + STATE.onset],
      level: state[at + STATE.level],
      edition: (state[at + STATE.flags] & FLAG.alarm2025) !== 0 ? 2025 : 2016,
      before: bitCount(state[at + STATE.before]),
      after: bitCount(state[at + STATE.after]),
      clearedAt: clearedAt === NONE ? undefined : clearedAt,
      platform: this.#platforms.get(slot),
    };
  }
}
