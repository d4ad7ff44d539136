/**
 * Counters per subject (a vehicle, a platform) and day: what was received, and how often each rule was broken. Plain
 * typed arrays, one stretch per subject; nothing is allocated while rows are counted.
 *
 * A day is a day of receipt in Asia/Shanghai, by an ingest clock that never steps back.
 */
import { RULES } from "./catalogue.ts";

/** Counts that shares are made of, in their stored order: append only. */
export const BASE = {
  // The first eight share a cache line and are all that most frames touch.
  frames: 0,
  realtime: 1,
  reissued: 2,
  /** Sum of receipt minus collection of realtime reports that were not ahead of us, ms. */
  delayMs: 3,
  /** Bits of PRECISE that were seen on the day; not a count. */
  precise: 4,
  /** Intervals between consecutive realtime reports of a session, by upper bound: 1, 10, 30, 60, 180, 600 s, longer. */
  interval: 5,
  /** Receipt minus collection of realtime reports: 1, 10, 30, 180, 300 s, longer. */
  delay: 12,
  /** The same intervals while the alarm level is 3 or more: 1, 10 s, longer. */
  alarmInterval: 18,
  /** Receipt minus collection of re-issued reports: 10 min, 1 h, 1 d, 3 d, 7 d, longer. */
  reissueDelay: 21,
  logins: 27,
  logouts: 28,
  /** Accepted reports of edition 2025. */
  edition2025: 29,
  engine: 30,
  /** Reports while parked and charging: motor data need not be sent. */
  parkedCharging: 31,
  /** Reports that carry a part of a long cell list. */
  splitParts: 32,
  /** Reports with an alarm level of 1 or more, of 3 or more. */
  alarm: 33,
  alarmLevel3: 34,
  /** Onsets of level 3 or more. */
  bursts: 35,
  /** Reports with a speed above 0: a vehicle that stands says nothing about its resolution. */
  moving: 36,
  /** Power-offs whose battery watch was judged. */
  powerOffs: 37,
  /** Frames that a local platform passed on, of a vehicle: the others came on the path of the enterprise. */
  relayed: 38,
  /** Re-issued reports that a level-3 alarm made due: of the 30 s before it. */
  alarmReissued: 39,
} as const;
export const BASE_SIZE = 40;

export const INTERVAL_BOUNDS_MS = [1_000, 10_000, 30_000, 60_000, 180_000, 600_000] as const;
export const ALARM_INTERVAL_BOUNDS_MS = [1_000, 10_000] as const;
export const DELAY_BOUNDS_MS = [1_000, 10_000, 30_000, 180_000, 300_000] as const;
export const REISSUE_BOUNDS_MS = [600_000, 3_600_000, 86_400_000, 259_200_000, 604_800_000] as const;

/** Fields whose resolution is watched: bit set = a value finer than ten ticks was seen. */
export const PRECISE = { speed: 1, mileage: 2, total_voltage: 4, total_current: 8, cell_voltage: 16 } as const;
export const ALL_PRECISE = 31;

export const RULE_COUNT = RULES.length;
const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;
/** What is known of a subject in one number: its day times two, plus 1 when it was counted into since the last snapshot. */
const NO_DAY = -2;
const DIRTY = 1;

/** Days since 1970-01-01 in Asia/Shanghai (UTC+8, no summer time). */
export function dayOf(ms: number): number {
  return Math.floor((ms + SHANGHAI_MS) / DAY_MS);
}

/** `2026-11-22`. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

export function dayOfDate(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

/** The counters of some subjects, copied at one instant. */
export interface CounterSnapshot {
  readonly slots: Int32Array;
  readonly days: Int32Array;
  /** BASE_SIZE per entry. */
  readonly base: Float64Array;
  /** RULE_COUNT per entry. */
  readonly hits: Uint32Array;
}

export class DayCounters {
  base: Float64Array;
  hits: Uint32Array;
  #marks: Int32Array;
  #capacity: number;
  /** Counters of days that ended since the last snapshot. */
  #closed: { slot: number; day: number; base: Float64Array; hits: Uint32Array }[] = [];

  constructor(capacity = 256) {
    this.#capacity = capacity;
    this.base = new Float64Array(capacity * BASE_SIZE);
    this.hits = new Uint32Array(capacity * RULE_COUNT);
    this.#marks = new Int32Array(capacity).fill(NO_DAY);
  }

  /** Makes room for slots below `size`. */
  reserve(size: number): void {
    if (size <= this.#capacity) return;
    let capacity = this.#capacity;
    while (capacity < size) capacity *= 2;
    const base = new Float64Array(capacity * BASE_SIZE);
    base.set(this.base);
    const hits = new Uint32Array(capacity * RULE_COUNT);
    hits.set(this.hits);
    const marks = new Int32Array(capacity).fill(NO_DAY);
    marks.set(this.#marks);
    this.base = base;
    this.hits = hits;
    this.#marks = marks;
    this.#capacity = capacity;
  }

  /** Marks a slot as counted into on a day; call before counting. */
  touch(slot: number, day: number): void {
    const mark = day * 2 + DIRTY;
    if (this.#marks[slot] !== mark) this.#mark(slot, mark);
  }

  #mark(slot: number, mark: number): void {
    const before = this.#marks[slot];
    this.#marks[slot] = mark;
    if (before >> 1 === mark >> 1) return;
    const base = this.base.subarray(slot * BASE_SIZE, (slot + 1) * BASE_SIZE);
    const hits = this.hits.subarray(slot * RULE_COUNT, (slot + 1) * RULE_COUNT);
    if (before !== NO_DAY) this.#closed.push({ slot, day: before >> 1, base: base.slice(), hits: hits.slice() });
    base.fill(0);
    hits.fill(0);
  }

  /** Puts back what a day had counted before a restart. */
  restore(slot: number, day: number, base: readonly number[], rules: readonly number[], hits: readonly number[]): void {
    this.#marks[slot] = day * 2;
    for (let i = 0; i < Math.min(base.length, BASE_SIZE); i++) this.base[slot * BASE_SIZE + i] = base[i];
    for (const [i, rule] of rules.entries()) if (rule < RULE_COUNT) this.hits[slot * RULE_COUNT + rule] = hits[i];
  }

  /** Copies what was counted into since the last snapshot; the caller writes it, or gives it back with `mark`. */
  takeChanged(size: number): CounterSnapshot {
    const closed = this.#closed;
    this.#closed = [];
    let count = closed.length;
    for (let slot = 0; slot < size; slot++) count += this.#marks[slot] & DIRTY;
    const snapshot = {
      slots: new Int32Array(count),
      days: new Int32Array(count),
      base: new Float64Array(count * BASE_SIZE),
      hits: new Uint32Array(count * RULE_COUNT),
    };
    let at = 0;
    for (const entry of closed) {
      snapshot.slots[at] = entry.slot;
      snapshot.days[at] = entry.day;
      snapshot.base.set(entry.base, at * BASE_SIZE);
      snapshot.hits.set(entry.hits, at * RULE_COUNT);
      at++;
    }
    for (let slot = 0; slot < size; slot++) {
      if ((this.#marks[slot] & DIRTY) === 0) continue;
      this.#marks[slot] &= ~DIRTY;
      snapshot.slots[at] = slot;
      snapshot.days[at] = this.#marks[slot] >> 1;
      snapshot.base.set(this.base.subarray(slot * BASE_SIZE, (slot + 1) * BASE_SIZE), at * BASE_SIZE);
      snapshot.hits.set(this.hits.subarray(slot * RULE_COUNT, (slot + 1) * RULE_COUNT), at * RULE_COUNT);
      at++;
    }
    return snapshot;
  }
}
