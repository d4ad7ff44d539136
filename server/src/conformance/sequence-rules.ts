/** Rules about the frames of a vehicle one after the other: intervals, delays, jumps, serial numbers, level-3 alarms. */
import { Disposition, getScalar, Reason, type ObservationBlock } from "@sandglass/signals";
import { BURST_SECONDS, type Bursts } from "./bursts.ts";
import { FACT, KIND, type CountedRows } from "./counted-rows.ts";
import {
  ALARM_INTERVAL_BOUNDS_MS,
  ALL_PRECISE,
  BASE,
  BASE_SIZE,
  dayOf,
  DELAY_BOUNDS_MS,
  INTERVAL_BOUNDS_MS,
  PRECISE,
  REISSUE_BOUNDS_MS,
} from "./counters.ts";
import { powerOf, WATCH, type PowerOffs } from "./power-offs.ts";
import { serialOf } from "./raw-bodies.ts";
import { AT, NO } from "./rule-numbers.ts";
import { FLAG, NONE, STATE, STATE_SIZE, type VehicleTable } from "./vehicle-table.ts";

const EDITION_2025 = 25;
const ALARM_LEVEL = 3;
/** Reports further apart than this belong to different sessions: the vehicle slept, its link was away. */
const SESSION_GAP_MS = 600_000;
/** km/h × ms of ticks (0.1 km/h) to ticks of mileage (0.1 km). */
const SPEED_MS_PER_MILEAGE_TICK = 3_600_000;
/** Ticks: what a multiple of this is may have been rounded to it. */
const COARSE = 10;

const COLUMN = {
  state: getScalar("vehicle.state").column,
  charge: getScalar("charge.state").column,
  speed: getScalar("speed").column,
  mileage: getScalar("mileage").column,
  voltage: getScalar("total_voltage").column,
  current: getScalar("total_current").column,
  soc: getScalar("soc").column,
  level: getScalar("alarm.level").column,
} as const;

/** Flags of a vehicle of which a report in time needs no closer look: logged in, no alarm, no part of a list. */
const CALM_2016 = FLAG.loggedIn;
const CALM_2025 = FLAG.loggedIn | FLAG.edition2025;
/** Where the bins of delays and intervals are still the first three, and `recent` is shifted by less than its width. */
const CALM_INTERVAL_MS = Math.min(AT.period, INTERVAL_BOUNDS_MS[2], 30_000);
const CALM_DELAY_MS = Math.min(AT.delay30, DELAY_BOUNDS_MS[2]);
/** Later than this after an onset nothing is noted of it. */
const CALM_SINCE_ALARM_MS = (BURST_SECONDS + 2) * 1000;
/** Mileage and distance at top speed (ticks × ms) below which a pair of samples breaks no rule of mileage. */
const CALM_DRIVEN = Math.min(AT.jump, AT.speedMileage);
const CALM_DISTANCE = 2 * AT.speedMileage * SPEED_MS_PER_MILEAGE_TICK;

/** Rule by disposition of a frame that is not data. */
const REFUSED: Readonly<Record<number, number>> = {
  [Disposition.malformed]: NO.structure,
  [Disposition.clockAhead]: NO.clockFarAhead,
  [Disposition.foreignVin]: NO.foreignVin,
  [Disposition.opaque]: NO.opaque,
  [Disposition.badSignature]: NO.badSignature,
  [Disposition.unknownVin]: NO.unknownVin,
};

/** Position of the first bound that is not below the value; the number of bounds when there is none. */
function bin(bounds: readonly number[], value: number): number {
  let i = 0;
  while (i < bounds.length && value > bounds[i]) i++;
  return i;
}

export class SequenceRules {
  readonly #vehicles: VehicleTable;
  readonly #bursts: Bursts;
  readonly #powerOffs: PowerOffs;

  constructor(vehicles: VehicleTable, bursts: Bursts, powerOffs: PowerOffs) {
    this.#vehicles = vehicles;
    this.#bursts = bursts;
    this.#powerOffs = powerOffs;
  }

  /**
   * Counts all rows in their order. What the lists of reports are like is known by now. A realtime report in time, of a
   * vehicle without an alarm, costs a few comparisons; all others go to `#realtime`.
   */
  count(rows: CountedRows): void {
    const { block, from, to, kinds, facts, flaws, slots, platforms, vehicleBase, platformBase } = rows;
    const { state } = this.#vehicles;
    const { eventTime, receiveTime, edition, scalars } = block;
    const { ticks: levels } = scalars[COLUMN.level];
    const { ticks: mileages } = scalars[COLUMN.mileage];
    const { ticks: socs } = scalars[COLUMN.soc];
    const { ticks: speeds } = scalars[COLUMN.speed];
    for (let row = from; row < to; row++) {
      const slot = slots[row];
      const counters = slot * BASE_SIZE;
      const platform = platforms[row] * BASE_SIZE;
      vehicleBase[counters + BASE.frames]++;
      platformBase[platform + BASE.frames]++;
      if (kinds[row] !== KIND.realtime) {
        this.#other(rows, row);
        continue;
      }
      const at = slot * STATE_SIZE;
      const time = eventTime[row];
      // No newest report makes an interval of decades; so does no alarm.
      const interval = time - state[at + STATE.newest];
      const delay = receiveTime[row] - time;
      const calm = edition[row] === EDITION_2025 ? CALM_2025 : CALM_2016;
      if (
        !(interval > 0 && interval <= CALM_INTERVAL_MS && delay >= 0 && delay <= CALM_DELAY_MS) ||
        (state[at + STATE.flags] & ~FLAG.alarm2025) !== calm ||
        Math.abs(time - state[at + STATE.onset]) < CALM_SINCE_ALARM_MS ||
        levels[row] >= ALARM_LEVEL ||
        (facts[row] & FACT.part) !== 0 ||
        flaws[row] !== 0
      ) {
        this.#realtime(rows, row);
        continue;
      }
      vehicleBase[counters + BASE.realtime]++;
      platformBase[platform + BASE.realtime]++;
      if (calm === CALM_2025) {
        rows.add(row, BASE.edition2025, 1);
        this.#power(rows, row, true);
      }
      vehicleBase[counters + BASE.delayMs] += delay;
      platformBase[platform + BASE.delayMs] += delay;
      const delayBin = BASE.delay + (delay > DELAY_BOUNDS_MS[0] ? (delay > DELAY_BOUNDS_MS[1] ? 2 : 1) : 0);
      vehicleBase[counters + delayBin]++;
      platformBase[platform + delayBin]++;
      const longer = interval > INTERVAL_BOUNDS_MS[1] ? 2 : 1;
      const intervalBin = BASE.interval + (interval > INTERVAL_BOUNDS_MS[0] ? longer : 0);
      vehicleBase[counters + intervalBin]++;
      platformBase[platform + intervalBin]++;
      const seconds = (interval / 1000) | 0;
      state[at + STATE.recent] = ((state[at + STATE.recent] << seconds) | 1) >>> 0;
      state[at + STATE.newest] = time;
      const speed = speeds[row];
      const mileage = mileages[row] | 0;
      const soc = socs[row];
      const elapsed = time - state[at + STATE.sampledAt];
      const driven = mileage - state[at + STATE.mileage];
      const charged = soc - state[at + STATE.soc];
      const fastest = Math.max(speed, state[at + STATE.speed]);
      if (
        !(elapsed > 0 && elapsed <= CALM_INTERVAL_MS && driven >= 0 && driven <= CALM_DRIVEN) ||
        fastest * elapsed > CALM_DISTANCE ||
        charged > AT.socStep ||
        charged < -AT.socStep
      ) {
        this.#compare(rows, row);
      } else {
        state[at + STATE.sampledAt] = time;
        state[at + STATE.mileage] = mileage;
        state[at + STATE.soc] = soc;
        state[at + STATE.speed] = speed;
      }
      if (speed > 0) {
        vehicleBase[counters + BASE.moving]++;
        platformBase[platform + BASE.moving]++;
      }
      if (vehicleBase[counters + BASE.precise] !== ALL_PRECISE) notePrecision(rows, row);
    }
  }

  #other(rows: CountedRows, row: number): void {
    const kind = rows.kinds[row];
    if (kind === KIND.reissued) this.#reissued(rows, row);
    else if (kind === KIND.login) this.#login(rows, row);
    else if (kind === KIND.logout) this.#logout(rows, row);
    else if (kind === KIND.refused) rows.hit(row, REFUSED[rows.block.disposition[row]] ?? NO.opaque);
  }

  #realtime(rows: CountedRows, row: number): void {
    const { block, slots, platforms, facts } = rows;
    const { scalars } = block;
    const { state } = this.#vehicles;
    const slot = slots[row];
    const at = slot * STATE_SIZE;
    const time = block.eventTime[row];
    this.#noteEdition(rows, row);
    const flags = state[at + STATE.flags];
    rows.add(row, BASE.realtime, 1);
    if ((flags & FLAG.loggedIn) === 0) rows.hit(row, NO.noLogin);
    countDelay(rows, row, block.receiveTime[row] - time);
    const isPart = (facts[row] & FACT.part) !== 0;
    const level = scalars[COLUMN.level].reasons[row] === Reason.ok ? scalars[COLUMN.level].ticks[row] : NONE;
    const newest = state[at + STATE.newest];
    const interval = newest === NONE ? 0 : time - newest;
    const inOrder = newest === NONE || interval > 0;
    if (!inOrder) {
      if (interval < 0) rows.hit(row, NO.outOfOrder);
      else if (!isPart && (flags & FLAG.splitPart) === 0) rows.hit(row, NO.repeatedTime);
    } else if (newest !== NONE) {
      countInterval(rows, row, interval, level >= ALARM_LEVEL && (flags & FLAG.inAlarm) !== 0);
    }
    if (scalars[COLUMN.state].reasons[row] !== Reason.absent) {
      if (inOrder) this.#compare(rows, row);
      if (ticksOf(block, COLUMN.speed, row) > 0) rows.add(row, BASE.moving, 1);
      notePrecision(rows, row);
    }
    if (inOrder) {
      const seconds = newest === NONE ? 32 : Math.floor(interval / 1000);
      state[at + STATE.recent] = ((seconds > 31 ? 0 : state[at + STATE.recent] << seconds) | 1) >>> 0;
      state[at + STATE.newest] = time;
      state[at + STATE.flags] = isPart ? flags | FLAG.splitPart : flags & ~FLAG.splitPart;
      if (level !== NONE && this.#bursts.level(slot, time, level, platforms[row])) rows.add(row, BASE.bursts, 1);
    }
    if (state[at + STATE.onset] !== NONE) this.#bursts.note(slot, time);
    if (block.edition[row] === EDITION_2025) this.#power(rows, row, inOrder);
  }

  /** High voltage by a report of edition 2025, and the battery watch that its loss ends. */
  #power(rows: CountedRows, row: number, isLive: boolean): void {
    const { block, slots } = rows;
    const state = block.scalars[COLUMN.state];
    const charge = block.scalars[COLUMN.charge];
    const power = powerOf(
      state.reasons[row] === Reason.ok ? state.ticks[row] : 0,
      charge.reasons[row] === Reason.ok ? charge.ticks[row] : 0,
    );
    countWatch(rows, row, this.#powerOffs.report(slots[row], block.eventTime[row], power, isLive));
  }

  #noteEdition(rows: CountedRows, row: number): void {
    const { state } = this.#vehicles;
    const at = rows.slots[row] * STATE_SIZE + STATE.flags;
    if (rows.block.edition[row] === EDITION_2025) {
      rows.add(row, BASE.edition2025, 1);
      state[at] |= FLAG.edition2025;
    } else {
      state[at] &= ~FLAG.edition2025;
    }
  }

  /** Mileage, SOC and speed against the sample before. */
  #compare(rows: CountedRows, row: number): void {
    const { state } = this.#vehicles;
    const at = rows.slots[row] * STATE_SIZE;
    const time = rows.block.eventTime[row];
    const mileage = ticksOf(rows.block, COLUMN.mileage, row);
    const soc = ticksOf(rows.block, COLUMN.soc, row);
    const speed = ticksOf(rows.block, COLUMN.speed, row);
    const sampledAt = state[at + STATE.sampledAt];
    const elapsed = time - sampledAt;
    if (sampledAt !== NONE && elapsed > 0) {
      const mileageBefore = state[at + STATE.mileage];
      const socBefore = state[at + STATE.soc];
      const speedBefore = state[at + STATE.speed];
      if (mileageBefore !== NONE && mileage !== NONE) {
        const driven = mileage - mileageBefore;
        if (driven <= -AT.back) rows.hit(row, NO.mileageBack);
        if (driven > AT.jump && elapsed <= AT.jumpWithin) rows.hit(row, NO.mileageJump);
        if (elapsed <= AT.speedMileageWithin && speedBefore !== NONE && speed !== NONE && driven >= 0) {
          const slowest = (Math.min(speed, speedBefore) * elapsed) / SPEED_MS_PER_MILEAGE_TICK;
          const fastest = (Math.max(speed, speedBefore) * elapsed) / SPEED_MS_PER_MILEAGE_TICK;
          // Between two samples a vehicle may have stopped or raced; only what neither end explains counts.
          if (driven > fastest * 2 + AT.speedMileage || driven < slowest / 2 - AT.speedMileage)
            rows.hit(row, NO.speedMileage);
        }
      }
      if (socBefore !== NONE && soc !== NONE && elapsed <= AT.socWithin && Math.abs(soc - socBefore) > AT.socStep)
        rows.hit(row, NO.socJump);
    }
    state[at + STATE.sampledAt] = time;
    state[at + STATE.mileage] = mileage;
    state[at + STATE.soc] = soc;
    state[at + STATE.speed] = speed;
  }

  #reissued(rows: CountedRows, row: number): void {
    const { block, slots } = rows;
    const { state } = this.#vehicles;
    const at = slots[row] * STATE_SIZE;
    const time = block.eventTime[row];
    const delay = block.receiveTime[row] - time;
    const window = block.edition[row] === EDITION_2025 ? AT.reissueWindow2025 : AT.reissueWindow2016;
    rows.add(row, BASE.reissued, 1);
    // It may be of before an update of the terminal: the edition that the vehicle speaks now is that of its live data.
    if (block.edition[row] === EDITION_2025) rows.add(row, BASE.edition2025, 1);
    rows.add(row, BASE.reissueDelay + bin(REISSUE_BOUNDS_MS, delay), 1);
    if (delay > window) rows.hit(row, NO.reissueLate);
    if (block.scalars[COLUMN.state].reasons[row] !== Reason.absent) {
      if (ticksOf(block, COLUMN.speed, row) > 0) rows.add(row, BASE.moving, 1);
      notePrecision(rows, row);
    }
    // A re-issued report of the last half minute fills its second.
    const newest = state[at + STATE.newest];
    const seconds = Math.floor((newest - time) / 1000);
    if (newest !== NONE && seconds >= 0 && seconds <= 31)
      state[at + STATE.recent] = (state[at + STATE.recent] | (1 << seconds)) >>> 0;
    const { [at + STATE.onset]: onset } = state;
    if (onset !== NONE && this.#bursts.note(slots[row], time) && time < onset) rows.add(row, BASE.alarmReissued, 1);
    if (block.edition[row] === EDITION_2025) this.#power(rows, row, false);
  }

  #login(rows: CountedRows, row: number): void {
    const { state } = this.#vehicles;
    const { block } = rows;
    const at = rows.slots[row] * STATE_SIZE;
    rows.add(row, BASE.logins, 1);
    state[at + STATE.flags] |= FLAG.loggedIn;
    state[at + STATE.newest] = NONE;
    const serial = serialOfRow(block, row);
    if (serial < 0) return;
    // The number starts again every day (GB/T 32960.3-2016 table 6).
    const day = dayOf(block.eventTime[row]);
    const login = day * 65_536 + serial;
    const before = state[at + STATE.login];
    if (before !== NONE && Math.floor(before / 65_536) === day && login <= before) rows.hit(row, NO.loginSerial);
    state[at + STATE.login] = login;
  }

  #logout(rows: CountedRows, row: number): void {
    const { state } = this.#vehicles;
    const at = rows.slots[row] * STATE_SIZE;
    rows.add(row, BASE.logouts, 1);
    countWatch(rows, row, this.#powerOffs.off(rows.slots[row], rows.block.eventTime[row]));
    state[at + STATE.flags] &= ~FLAG.loggedIn;
    state[at + STATE.newest] = NONE;
    const serial = serialOfRow(rows.block, row);
    const login = state[at + STATE.login];
    if (serial >= 0 && login !== NONE && login % 65_536 !== serial) rows.hit(row, NO.logoutSerial);
  }
}

function serialOfRow({ raw, rawEnds }: ObservationBlock, row: number): number {
  return serialOf(raw, row === 0 ? 0 : rawEnds[row - 1], rawEnds[row]);
}

/** Ticks of a scalar; NONE when it is no value. */
function ticksOf({ scalars }: ObservationBlock, column: number, row: number): number {
  const { reasons, ticks } = scalars[column];
  return reasons[row] === Reason.ok ? ticks[row] : NONE;
}

/** Notes which fields of a report are finer than ten ticks; those that were before are not looked at again. */
function notePrecision(rows: CountedRows, row: number): void {
  const { block, facts, slots, vehicleBase } = rows;
  const at = slots[row] * BASE_SIZE + BASE.precise;
  let precise = vehicleBase[at];
  if ((precise & PRECISE.speed) === 0 && isFine(block, COLUMN.speed, row)) precise |= PRECISE.speed;
  if ((precise & PRECISE.mileage) === 0 && isFine(block, COLUMN.mileage, row)) precise |= PRECISE.mileage;
  if ((precise & PRECISE.total_voltage) === 0 && isFine(block, COLUMN.voltage, row)) precise |= PRECISE.total_voltage;
  if ((precise & PRECISE.total_current) === 0 && isFine(block, COLUMN.current, row)) precise |= PRECISE.total_current;
  if ((facts[row] & FACT.fineCells) !== 0) precise |= PRECISE.cell_voltage;
  vehicleBase[at] = precise;
}

function isFine({ scalars }: ObservationBlock, column: number, row: number): boolean {
  const { reasons, ticks } = scalars[column];
  return reasons[row] === Reason.ok && ticks[row] % COARSE !== 0;
}

/** A battery watch that was judged, or none. */
function countWatch(rows: CountedRows, row: number, watch: number): void {
  if (watch === WATCH.none) return;
  rows.add(row, BASE.powerOffs, 1);
  if (watch === WATCH.missed) rows.hit(row, NO.powerOffWatch);
}

function countDelay(rows: CountedRows, row: number, delay: number): void {
  if (delay >= 0) rows.add(row, BASE.delayMs, delay);
  else if (delay < -AT.ahead) rows.hit(row, NO.clockAhead);
  rows.add(row, BASE.delay + bin(DELAY_BOUNDS_MS, delay), 1);
  if (delay > AT.delay30) rows.hit(row, NO.delay30);
  if (delay > AT.delay180) rows.hit(row, NO.delay180);
}

/** @param inAlarm at both ends of the interval */
function countInterval(rows: CountedRows, row: number, interval: number, inAlarm: boolean): void {
  rows.add(row, BASE.interval + bin(INTERVAL_BOUNDS_MS, interval), 1);
  if (interval > SESSION_GAP_MS) return;
  if (interval > AT.period) rows.hit(row, NO.period);
  if (!inAlarm) return;
  rows.add(row, BASE.alarmInterval + bin(ALARM_INTERVAL_BOUNDS_MS, interval), 1);
  if (interval > AT.alarmPeriod) rows.hit(row, NO.alarmPeriod);
}
