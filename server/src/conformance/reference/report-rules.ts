/**
 * Rules about one accepted report (0x02, 0x03) as a whole, and about it and the one before it of the same vehicle: the
 * readable form of what the engine does column by column.
 */
import {
  getList,
  getScalar,
  Reason,
  type ListColumn,
  type ObservationBlock,
  type ScalarColumn,
} from "@sandglass/signals";
import type { Bursts } from "../bursts.ts";
import {
  ALARM_INTERVAL_BOUNDS_MS,
  ALL_PRECISE,
  BASE,
  DELAY_BOUNDS_MS,
  INTERVAL_BOUNDS_MS,
  PRECISE,
  REISSUE_BOUNDS_MS,
} from "../counters.ts";
import { PackRules } from "./pack-rules.ts";
import { hasExtremes, highestListedLevel } from "../raw-bodies.ts";
import { powerOf, type PowerOffs } from "../power-offs.ts";
import { AT, NO } from "../rule-numbers.ts";
import type { Tally } from "./tally.ts";
import { FLAG, NONE, STATE, STATE_SIZE, type VehicleTable } from "../vehicle-table.ts";

const EDITION_2025 = 25;
const STARTED_OFF = 2;
const PARKED_CHARGING = 1;
const NOT_CHARGING = 3;
const CHARGE_COMPLETE = 4;
const GEAR_P = 15;
const THERMAL_EVENT = 1 << 23;
/** Reports further apart than this belong to different sessions: the vehicle slept, its link was away. */
const SESSION_GAP_MS = 600_000;
/** km/h × ms of ticks (0.1 km/h) to ticks of mileage (0.1 km). */
const SPEED_MS_PER_MILEAGE_TICK = 3_600_000;

const COLUMN = {
  state: getScalar("vehicle.state").column,
  charge: getScalar("charge.state").column,
  speed: getScalar("speed").column,
  mileage: getScalar("mileage").column,
  voltage: getScalar("total_voltage").column,
  current: getScalar("total_current").column,
  soc: getScalar("soc").column,
  gear: getScalar("gear").column,
  engine: getScalar("engine.state").column,
  engineSpeed: getScalar("engine.speed").column,
  valid: getScalar("location.valid").column,
  longitude: getScalar("location.longitude").column,
  latitude: getScalar("location.latitude").column,
  level: getScalar("alarm.level").column,
  flags: getScalar("alarm.flags").column,
  faults: getScalar("alarm.fault_count").column,
  maxCell: getScalar("max_cell_voltage").column,
} as const;
const MOTORS = getList("motor.number").column;

/** Position of the first bound that is not below the value; the number of bounds when there is none. */
function bin(bounds: readonly number[], value: number): number {
  let i = 0;
  while (i < bounds.length && value > bounds[i]) i++;
  return i;
}

export class ReportRules {
  readonly #tally: Tally;
  readonly #vehicles: VehicleTable;
  readonly #bursts: Bursts;
  readonly #powerOffs: PowerOffs;
  readonly #packs: PackRules;
  #scalars: readonly ScalarColumn[] = [];
  #motors!: ListColumn;

  constructor(tally: Tally, vehicles: VehicleTable, bursts: Bursts, powerOffs: PowerOffs) {
    this.#tally = tally;
    this.#vehicles = vehicles;
    this.#bursts = bursts;
    this.#powerOffs = powerOffs;
    this.#packs = new PackRules(tally);
  }

  /** Before the rows of a block. */
  begin(block: ObservationBlock): void {
    this.#scalars = block.scalars;
    this.#motors = block.lists[MOTORS];
    this.#packs.begin(block);
  }

  report(block: ObservationBlock, row: number, slot: number, platform: number, isRealtime: boolean): void {
    const tally = this.#tally;
    const { state } = this.#vehicles;
    const at = slot * STATE_SIZE;
    const time = block.eventTime[row];
    const is2025 = block.edition[row] === EDITION_2025;
    tally.add(isRealtime ? BASE.realtime : BASE.reissued, 1);
    if (is2025) tally.add(BASE.edition2025, 1);
    // What was stored may be of before an update of the terminal.
    if (isRealtime && is2025) state[at + STATE.flags] |= FLAG.edition2025;
    else if (isRealtime) state[at + STATE.flags] &= ~FLAG.edition2025;
    const delay = block.receiveTime[row] - time;
    const packs = this.#packs.row(row, is2025);
    this.#bodies(block, row, is2025, packs);
    const level = this.#alarm(block, row, is2025, packs);
    const newest = state[at + STATE.newest];
    const interval = newest === NONE ? 0 : time - newest;
    const inOrder = newest === NONE || interval > 0;
    if (isRealtime) {
      this.#realtime(delay, state[at + STATE.flags]);
      if (inOrder) this.#interval(interval, newest, level, state[at + STATE.flags]);
      else if (interval < 0) tally.hit(NO.outOfOrder);
      else if (!packs.isPart && (state[at + STATE.flags] & FLAG.splitPart) === 0) tally.hit(NO.repeatedTime);
    } else {
      this.#reissued(delay, is2025);
    }
    if (this.#scalars[COLUMN.state].reasons[row] !== Reason.absent)
      this.#vehicle(row, at, time, isRealtime && inOrder, packs.sum);
    this.#place(row);
    if (!isRealtime) {
      this.#recent(at, interval);
    } else if (inOrder) {
      this.#advance(at, time, interval);
      state[at + STATE.flags] = packs.isPart
        ? state[at + STATE.flags] | FLAG.splitPart
        : state[at + STATE.flags] & ~FLAG.splitPart;
      if (level !== NONE && this.#bursts.level(slot, time, level, platform)) tally.add(BASE.bursts, 1);
    }
    const fillsAlarm = state[at + STATE.onset] !== NONE && this.#bursts.note(slot, time);
    if (fillsAlarm && !isRealtime && time < state[at + STATE.onset]) tally.add(BASE.alarmReissued, 1);
    if (!is2025) return;
    const power = powerOf(this.#ticks(COLUMN.state, row), this.#ticks(COLUMN.charge, row));
    tally.watched(this.#powerOffs.report(slot, time, power, isRealtime && inOrder));
  }

  // ── missing bodies ──────────────────────────────────────────────────────────────────────────────────────────────

  #has(column: number, row: number): boolean {
    return this.#scalars[column].reasons[row] !== Reason.absent;
  }

  #bodies(block: ObservationBlock, row: number, is2025: boolean, packs: PackRules): void {
    const tally = this.#tally;
    // A frame that only carries on the cell list of the one before it carries nothing else.
    if (packs.isContinuation) return;
    if (!this.#has(COLUMN.state, row)) tally.hit(NO.missingVehicle);
    if (!this.#has(COLUMN.valid, row)) tally.hit(NO.missingLocation);
    if (!this.#has(COLUMN.flags, row)) tally.hit(NO.missingAlarm);
    if (!packs.hasCells) tally.hit(NO.missingCells);
    if (!packs.hasProbes) tally.hit(NO.missingProbes);
    if (this.#has(COLUMN.engine, row) || this.#has(COLUMN.engineSpeed, row)) tally.add(BASE.engine, 1);
    const charge = this.#scalars[COLUMN.charge];
    const parked = charge.reasons[row] === Reason.ok && charge.ticks[row] === PARKED_CHARGING;
    if (parked) tally.add(BASE.parkedCharging, 1);
    const motorsFrom = row === 0 ? 0 : this.#motors.ends[row - 1];
    if (motorsFrom === this.#motors.ends[row] && !parked) tally.hit(NO.missingMotors);
    if (!is2025 && !this.#hasExtremes(block, row, packs)) tally.hit(NO.missingExtremes);
  }

  /** Where a list is present the columns may hold derived extremes: only the bytes tell. */
  #hasExtremes(block: ObservationBlock, row: number, packs: PackRules): boolean {
    if (!this.#has(COLUMN.maxCell, row) && !packs.hasProbes) return false;
    if (!packs.hasCells && !packs.hasProbes) return true;
    const from = row === 0 ? 0 : block.rawEnds[row - 1];
    const to = block.rawEnds[row];
    return hasExtremes(block.raw, from, to);
  }

  // ── alarm ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @returns the alarm level; NONE when the report has none */
  #alarm(block: ObservationBlock, row: number, is2025: boolean, packs: PackRules): number {
    const tally = this.#tally;
    const column = this.#scalars[COLUMN.level];
    if (column.reasons[row] !== Reason.ok) return NONE;
    const level = column.ticks[row];
    const flags = this.#scalars[COLUMN.flags].ticks[row];
    if (level === 0 && flags === 0) return 0;
    if (level === 0) tally.hit(NO.alarmWithoutLevel);
    else tally.add(BASE.alarm, 1);
    const faults = this.#scalars[COLUMN.faults];
    if (level > 0 && flags === 0 && faults.reasons[row] === Reason.ok && faults.ticks[row] === 0)
      tally.hit(NO.levelWithoutAlarm);
    if (level >= 3) {
      tally.add(BASE.alarmLevel3, 1);
      if (!packs.isContinuation && (!this.#has(COLUMN.valid, row) || !packs.hasCells))
        tally.hit(NO.missingAlarmContext);
    }
    if (is2025) {
      const thermal = (flags & THERMAL_EVENT) !== 0;
      if (level === 4 && !thermal) tally.hit(NO.level4WithoutThermal);
      if (level !== 4 && thermal) tally.hit(NO.thermalWithoutLevel4);
      const from = row === 0 ? 0 : block.rawEnds[row - 1];
      const listed = highestListedLevel(block.raw, from, block.rawEnds[row]);
      if (listed >= 0 && listed !== level) tally.hit(NO.alarmLevelList);
    }
    return level;
  }

  // ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #realtime(delay: number, flags: number): void {
    const tally = this.#tally;
    if ((flags & FLAG.loggedIn) === 0) tally.hit(NO.noLogin);
    if (delay >= 0) tally.add(BASE.delayMs, delay);
    else if (delay < -AT.ahead) tally.hit(NO.clockAhead);
    tally.add(BASE.delay + bin(DELAY_BOUNDS_MS, delay), 1);
    if (delay > AT.delay30) tally.hit(NO.delay30);
    if (delay > AT.delay180) tally.hit(NO.delay180);
  }

  #reissued(delay: number, is2025: boolean): void {
    this.#tally.add(BASE.reissueDelay + bin(REISSUE_BOUNDS_MS, delay), 1);
    if (delay > (is2025 ? AT.reissueWindow2025 : AT.reissueWindow2016)) this.#tally.hit(NO.reissueLate);
  }

  #interval(interval: number, newest: number, level: number, flags: number): void {
    if (newest === NONE) return;
    const tally = this.#tally;
    tally.add(BASE.interval + bin(INTERVAL_BOUNDS_MS, interval), 1);
    if (interval > AT.period && interval <= SESSION_GAP_MS) tally.hit(NO.period);
    if (level < 3 || (flags & FLAG.inAlarm) === 0 || interval > SESSION_GAP_MS) return;
    tally.add(BASE.alarmInterval + bin(ALARM_INTERVAL_BOUNDS_MS, interval), 1);
    if (interval > AT.alarmPeriod) tally.hit(NO.alarmPeriod);
  }

  #advance(at: number, time: number, interval: number): void {
    const { state } = this.#vehicles;
    const seconds = state[at + STATE.newest] === NONE ? 32 : Math.floor(interval / 1000);
    state[at + STATE.recent] = ((seconds > 31 ? 0 : state[at + STATE.recent] << seconds) | 1) >>> 0;
    state[at + STATE.newest] = time;
  }

  /** A re-issued report of the last half minute fills its second. */
  #recent(at: number, interval: number): void {
    const { state } = this.#vehicles;
    const seconds = Math.floor(-interval / 1000);
    if (state[at + STATE.newest] !== NONE && seconds >= 0 && seconds <= 31)
      state[at + STATE.recent] = (state[at + STATE.recent] | (1 << seconds)) >>> 0;
  }

  // ── vehicle body ────────────────────────────────────────────────────────────────────────────────────────────────

  #ticks(column: number, row: number): number {
    const { reasons, ticks } = this.#scalars[column];
    return reasons[row] === Reason.ok ? ticks[row] : Number.NaN;
  }

  #vehicle(row: number, at: number, time: number, compare: boolean, cellSum: number): void {
    const tally = this.#tally;
    const state = this.#ticks(COLUMN.state, row);
    const charge = this.#ticks(COLUMN.charge, row);
    const speed = this.#ticks(COLUMN.speed, row);
    const current = this.#ticks(COLUMN.current, row);
    const soc = this.#ticks(COLUMN.soc, row);
    const mileage = this.#ticks(COLUMN.mileage, row);
    if (speed > 0) {
      if (state === STARTED_OFF && speed > AT.offSpeed) tally.hit(NO.offWithSpeed);
      if (charge === PARKED_CHARGING && speed > AT.chargingSpeed) tally.hit(NO.chargingWithSpeed);
      if (speed > AT.parkSpeed && this.#ticks(COLUMN.gear, row) === GEAR_P) tally.hit(NO.parkWithSpeed);
    }
    if (charge === PARKED_CHARGING && current > AT.chargeCurrent) tally.hit(NO.chargeDischarging);
    if (state === STARTED_OFF && charge === NOT_CHARGING && Math.abs(current) > AT.offCurrent)
      tally.hit(NO.offWithCurrent);
    if (charge === CHARGE_COMPLETE && soc < AT.completeSoc) tally.hit(NO.completeLowSoc);
    if (speed > 0) tally.add(BASE.moving, 1);
    if (compare) this.#compare(at, time, mileage, soc, speed);
    const precise = tally.precise();
    if (precise !== ALL_PRECISE) tally.setPrecise(precise | this.#resolution(row, speed, mileage, current, cellSum));
  }

  #resolution(row: number, speed: number, mileage: number, current: number, cellSum: number): number {
    const voltage = this.#ticks(COLUMN.voltage, row);
    return (
      (speed % 10 > 0 ? PRECISE.speed : 0) |
      (mileage % 10 > 0 ? PRECISE.mileage : 0) |
      (voltage % 10 > 0 ? PRECISE.total_voltage : 0) |
      (current % 10 > 0 || current % 10 < 0 ? PRECISE.total_current : 0) |
      (cellSum % 10 > 0 ? PRECISE.cell_voltage : 0)
    );
  }

  /** Mileage, SOC and speed against the sample before. */
  #compare(at: number, time: number, mileage: number, soc: number, speed: number): void {
    const tally = this.#tally;
    const { state } = this.#vehicles;
    const elapsed = time - state[at + STATE.sampledAt];
    const mileageBefore = state[at + STATE.mileage];
    const socBefore = state[at + STATE.soc];
    const speedBefore = state[at + STATE.speed];
    if (state[at + STATE.sampledAt] !== NONE && elapsed > 0) {
      if (mileageBefore !== NONE && mileage >= 0) {
        const driven = mileage - mileageBefore;
        if (driven <= -AT.back) tally.hit(NO.mileageBack);
        if (driven > AT.jump && elapsed <= AT.jumpWithin) tally.hit(NO.mileageJump);
        if (elapsed <= AT.speedMileageWithin && speedBefore !== NONE && speed >= 0 && driven >= 0) {
          const slowest = (Math.min(speed, speedBefore) * elapsed) / SPEED_MS_PER_MILEAGE_TICK;
          const fastest = (Math.max(speed, speedBefore) * elapsed) / SPEED_MS_PER_MILEAGE_TICK;
          // Between two samples a vehicle may have stopped or raced; only what neither end explains counts.
          if (driven > fastest * 2 + AT.speedMileage || driven < slowest / 2 - AT.speedMileage)
            tally.hit(NO.speedMileage);
        }
      }
      if (socBefore !== NONE && elapsed <= AT.socWithin && Math.abs(soc - socBefore) > AT.socStep)
        tally.hit(NO.socJump);
    }
    state[at + STATE.sampledAt] = time;
    state[at + STATE.mileage] = mileage >= 0 ? mileage : NONE;
    state[at + STATE.soc] = soc >= 0 ? soc : NONE;
    state[at + STATE.speed] = speed >= 0 ? speed : NONE;
  }

  #place(row: number): void {
    const valid = this.#scalars[COLUMN.valid];
    if (valid.reasons[row] !== Reason.ok || valid.ticks[row] !== 1) return;
    const longitude = this.#ticks(COLUMN.longitude, row);
    const latitude = this.#ticks(COLUMN.latitude, row);
    if (longitude === 0 && latitude === 0) this.#tally.hit(NO.coordinatesZero);
    else if (longitude < AT.west || longitude > AT.east || latitude < AT.south || latitude > AT.north)
      this.#tally.hit(NO.coordinatesAbroad);
  }
}
