/** Rules about one accepted report (0x02, 0x03) by itself: bodies that are missing, and fields against each other. */
import { getList, getScalar, Reason } from "@sandglass/signals";
import { BASE } from "./counters.ts";
import { FACT, KIND, LAST_REPORT, type CountedRows } from "./counted-rows.ts";
import { hasExtremes, highestListedLevel } from "./raw-bodies.ts";
import { AT, NO } from "./rule-numbers.ts";

const EDITION_2025 = 25;
const STARTED_OFF = 2;
const PARKED_CHARGING = 1;
const NOT_CHARGING = 3;
const CHARGE_COMPLETE = 4;
const GEAR_P = 15;
const THERMAL_EVENT = 1 << 23;
const ALARM_LEVEL = 3;
const HIGHEST_LEVEL = 4;

const COLUMN = {
  state: getScalar("vehicle.state").column,
  charge: getScalar("charge.state").column,
  speed: getScalar("speed").column,
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

/** Bodies that are missing. What the lists are like is known by now. */
export function countBodies(rows: CountedRows): void {
  const { block, from, to, kinds, facts, flaws } = rows;
  const { edition, scalars, lists, raw, rawEnds } = block;
  const { reasons: engine } = scalars[COLUMN.engine];
  const { reasons: engineSpeed } = scalars[COLUMN.engineSpeed];
  const { reasons: maxCell } = scalars[COLUMN.maxCell];
  const { reasons: chargeReasons, ticks: charges } = scalars[COLUMN.charge];
  const { ends: motors } = lists[MOTORS];
  for (let row = from; row < to; row++) {
    const fact = facts[row];
    // A frame that only carries on the cell list of the one before it carries nothing else.
    if (kinds[row] === KIND.other || kinds[row] > LAST_REPORT || (fact & FACT.continuation) !== 0) continue;
    const isSound = flaws[row] === 0;
    if (!isSound) countMissing(rows, row);
    if ((fact & FACT.cells) === 0) rows.hit(row, NO.missingCells);
    if ((fact & FACT.probes) === 0) rows.hit(row, NO.missingProbes);
    if (engine[row] !== Reason.absent || engineSpeed[row] !== Reason.absent) rows.add(row, BASE.engine, 1);
    if (charges[row] === PARKED_CHARGING && (isSound || chargeReasons[row] === Reason.ok))
      rows.add(row, BASE.parkedCharging, 1);
    else if (motors[row] === (row === 0 ? 0 : motors[row - 1])) rows.hit(row, NO.missingMotors);
    if (edition[row] === EDITION_2025) continue;
    // Where a list is present the columns may hold derived extremes: only the bytes tell.
    const hasLists = (fact & (FACT.cells | FACT.probes)) !== 0;
    const isReported =
      ((fact & FACT.probes) !== 0 || maxCell[row] !== Reason.absent) &&
      (!hasLists || hasExtremes(raw, row === 0 ? 0 : rawEnds[row - 1], rawEnds[row]));
    if (!isReported) rows.hit(row, NO.missingExtremes);
  }
}

function countMissing(rows: CountedRows, row: number): void {
  const { scalars } = rows.block;
  if (scalars[COLUMN.state].reasons[row] === Reason.absent) rows.hit(row, NO.missingVehicle);
  if (scalars[COLUMN.valid].reasons[row] === Reason.absent) rows.hit(row, NO.missingLocation);
  if (scalars[COLUMN.flags].reasons[row] === Reason.absent) rows.hit(row, NO.missingAlarm);
}

/** Fields of the vehicle body, of the position and of the alarm against each other. */
export function countLogic(rows: CountedRows): void {
  const { block, from, to, kinds, flaws } = rows;
  const { scalars } = block;
  const { ticks: states } = scalars[COLUMN.state];
  const { ticks: charges } = scalars[COLUMN.charge];
  const { ticks: speeds } = scalars[COLUMN.speed];
  const { ticks: currents } = scalars[COLUMN.current];
  const { ticks: socs } = scalars[COLUMN.soc];
  const { reasons: gearReasons, ticks: gears } = scalars[COLUMN.gear];
  const { ticks: valids } = scalars[COLUMN.valid];
  const { ticks: longitudes } = scalars[COLUMN.longitude];
  const { ticks: latitudes } = scalars[COLUMN.latitude];
  const { ticks: levels } = scalars[COLUMN.level];
  const { ticks: flags } = scalars[COLUMN.flags];
  for (let row = from; row < to; row++) {
    if (kinds[row] === KIND.other || kinds[row] > LAST_REPORT) continue;
    if (flaws[row] !== 0) {
      countFlawed(rows, row);
      continue;
    }
    if (valids[row] === 1) countPlace(rows, row, longitudes[row], latitudes[row]);
    const isOff = states[row] === STARTED_OFF;
    const charge = charges[row];
    const speed = speeds[row];
    if (speed > 0) {
      if (isOff && speed > AT.offSpeed) rows.hit(row, NO.offWithSpeed);
      if (charge === PARKED_CHARGING && speed > AT.chargingSpeed) rows.hit(row, NO.chargingWithSpeed);
      if (gears[row] === GEAR_P && speed > AT.parkSpeed && gearReasons[row] === Reason.ok)
        rows.hit(row, NO.parkWithSpeed);
    }
    if (charge === PARKED_CHARGING && currents[row] > AT.chargeCurrent) rows.hit(row, NO.chargeDischarging);
    if (isOff && charge === NOT_CHARGING && Math.abs(currents[row]) > AT.offCurrent) rows.hit(row, NO.offWithCurrent);
    if (charge === CHARGE_COMPLETE && socs[row] < AT.completeSoc) rows.hit(row, NO.completeLowSoc);
    if (levels[row] !== 0 || flags[row] !== 0) countAlarm(rows, row, levels[row], flags[row]);
  }
}

/** The same for a report some of whose fields have no value: a rule holds only where all that it looks at have one. */
function countFlawed(rows: CountedRows, row: number): void {
  const { scalars } = rows.block;
  const ticks = (column: number): number =>
    scalars[column].reasons[row] === Reason.ok ? scalars[column].ticks[row] : Number.NaN;
  if (ticks(COLUMN.valid) === 1) countPlace(rows, row, ticks(COLUMN.longitude), ticks(COLUMN.latitude));
  const level = ticks(COLUMN.level);
  const flags = scalars[COLUMN.flags].ticks[row];
  if (level > 0 || (level === 0 && flags !== 0)) countAlarm(rows, row, level, flags);
  if (scalars[COLUMN.state].reasons[row] === Reason.absent) return;
  const state = ticks(COLUMN.state);
  const charge = ticks(COLUMN.charge);
  const speed = ticks(COLUMN.speed);
  const current = ticks(COLUMN.current);
  if (state === STARTED_OFF && speed > AT.offSpeed) rows.hit(row, NO.offWithSpeed);
  if (charge === PARKED_CHARGING && speed > AT.chargingSpeed) rows.hit(row, NO.chargingWithSpeed);
  if (speed > AT.parkSpeed && speed > 0 && ticks(COLUMN.gear) === GEAR_P) rows.hit(row, NO.parkWithSpeed);
  if (charge === PARKED_CHARGING && current > AT.chargeCurrent) rows.hit(row, NO.chargeDischarging);
  if (state === STARTED_OFF && charge === NOT_CHARGING && Math.abs(current) > AT.offCurrent)
    rows.hit(row, NO.offWithCurrent);
  if (charge === CHARGE_COMPLETE && ticks(COLUMN.soc) < AT.completeSoc) rows.hit(row, NO.completeLowSoc);
}

function countPlace(rows: CountedRows, row: number, longitude: number, latitude: number): void {
  if (longitude === 0 && latitude === 0) rows.hit(row, NO.coordinatesZero);
  else if (longitude < AT.west || longitude > AT.east || latitude < AT.south || latitude > AT.north)
    rows.hit(row, NO.coordinatesAbroad);
}

function countAlarm(rows: CountedRows, row: number, level: number, flags: number): void {
  const { block, facts } = rows;
  const { scalars, raw, rawEnds } = block;
  if (level === 0) rows.hit(row, NO.alarmWithoutLevel);
  else rows.add(row, BASE.alarm, 1);
  // Fault lists whose counts are FE or FF say nothing: they may be what the level is about.
  const { ticks: faults, reasons: faultReasons } = scalars[COLUMN.faults];
  if (level > 0 && flags === 0 && faultReasons[row] === Reason.ok && faults[row] === 0)
    rows.hit(row, NO.levelWithoutAlarm);
  if (level >= ALARM_LEVEL) {
    rows.add(row, BASE.alarmLevel3, 1);
    const hasContext = scalars[COLUMN.valid].reasons[row] !== Reason.absent && (facts[row] & FACT.cells) !== 0;
    if ((facts[row] & FACT.continuation) === 0 && !hasContext) rows.hit(row, NO.missingAlarmContext);
  }
  if (block.edition[row] !== EDITION_2025) return;
  const thermal = (flags & THERMAL_EVENT) !== 0;
  if (level === HIGHEST_LEVEL && !thermal) rows.hit(row, NO.level4WithoutThermal);
  if (level !== HIGHEST_LEVEL && thermal) rows.hit(row, NO.thermalWithoutLevel4);
  const listed = highestListedLevel(raw, row === 0 ? 0 : rawEnds[row - 1], rawEnds[row]);
  if (listed >= 0 && listed !== level) rows.hit(row, NO.alarmLevelList);
}
