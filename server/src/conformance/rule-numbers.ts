/** Rule numbers and thresholds that the engine counts with, looked up once: in ticks, ms, as the columns hold them. */
import { findSignal, getScalar } from "@sandglass/signals";
import { FIELD_CLASSES, FIELD_LISTS, FIELD_SCALARS } from "./catalogue-fields.ts";
import { findRule, getRule, parameterOf } from "./catalogue.ts";

const no = (id: string): number => getRule(id).number;
const ticks = (rule: string, parameter: string, signal: string): number =>
  Math.round(parameterOf(rule, parameter) * (findSignal(signal)?.perUnit ?? 1));
const seconds = (rule: string, parameter: string): number => parameterOf(rule, parameter) * 1000;

/** Of a field, the rule number by `Reason` (2 abnormal, 3 invalid, 4 out of range); -1 where there is none. */
export interface FieldRules {
  readonly column: number;
  readonly byReason: Int32Array;
}

function fieldRules(id: string): FieldRules {
  const signal = findSignal(id);
  if (signal === undefined || signal.kind === "bit") throw new Error(`no column ${id}`);
  const byReason = new Int32Array(8).fill(-1);
  for (const [i, kind] of FIELD_CLASSES.entries()) byReason[i + 2] = findRule(`${kind}.${id}`)?.number ?? -1;
  return { column: signal.column, byReason };
}

export const SCALAR_FIELD_RULES: readonly FieldRules[] = FIELD_SCALARS.map(fieldRules);
export const LIST_FIELD_RULES: readonly FieldRules[] = FIELD_LISTS.map(fieldRules);

export const NO = {
  missingVehicle: no("missing.vehicle"),
  missingMotors: no("missing.motors"),
  missingLocation: no("missing.location"),
  missingExtremes: no("missing.extremes"),
  missingAlarm: no("missing.alarm"),
  missingCells: no("missing.cells"),
  missingProbes: no("missing.probes"),
  missingAlarmContext: no("missing.alarm_context"),
  delay30: no("delay.over_30s"),
  delay180: no("delay.over_180s"),
  clockAhead: no("delay.clock_ahead"),
  offWithSpeed: no("logic.off_with_speed"),
  parkWithSpeed: no("logic.park_with_speed"),
  chargingWithSpeed: no("logic.charging_with_speed"),
  voltageSum: no("logic.voltage_sum"),
  totalVoltage: no("logic.total_voltage"),
  cellCount: no("logic.cell_count"),
  maxCell: no("logic.max_cell_voltage"),
  minCell: no("logic.min_cell_voltage"),
  maxProbe: no("logic.max_probe_temp"),
  minProbe: no("logic.min_probe_temp"),
  maxBelowMin: no("logic.max_below_min"),
  mileageJump: no("logic.mileage_jump"),
  mileageBack: no("logic.mileage_back"),
  speedMileage: no("logic.speed_mileage"),
  socJump: no("logic.soc_jump"),
  chargeDischarging: no("logic.charge_discharging"),
  offWithCurrent: no("logic.off_with_current"),
  completeLowSoc: no("logic.complete_with_low_soc"),
  coordinatesZero: no("logic.coordinates_zero"),
  coordinatesAbroad: no("logic.coordinates_abroad"),
  levelWithoutAlarm: no("logic.level_without_alarm"),
  alarmWithoutLevel: no("logic.alarm_without_level"),
  alarmLevelList: no("logic.alarm_level_list"),
  level4WithoutThermal: no("logic.level4_without_thermal"),
  thermalWithoutLevel4: no("logic.thermal_without_level4"),
  structure: no("transmission.structure"),
  clockFarAhead: no("transmission.clock_far_ahead"),
  foreignVin: no("transmission.foreign_vin"),
  opaque: no("transmission.opaque"),
  badSignature: no("transmission.bad_signature"),
  unknownVin: no("transmission.unknown_vin"),
  bcc: no("transmission.bcc"),
  framing: no("transmission.framing"),
  period: no("transmission.period"),
  alarmPeriod: no("transmission.alarm_period"),
  outOfOrder: no("transmission.out_of_order"),
  repeatedTime: no("transmission.repeated_time"),
  loginSerial: no("transmission.login_serial"),
  logoutSerial: no("transmission.logout_serial"),
  noLogin: no("transmission.no_login"),
  reissueLate: no("transmission.reissue_late"),
  powerOffWatch: no("transmission.power_off_watch"),
} as const;

/** Thresholds of the rules in ticks and ms. */
export const AT = {
  delay30: seconds("delay.over_30s", "delay"),
  delay180: seconds("delay.over_180s", "delay"),
  ahead: seconds("delay.clock_ahead", "ahead"),
  offSpeed: ticks("logic.off_with_speed", "speed", "speed"),
  parkSpeed: ticks("logic.park_with_speed", "speed", "speed"),
  chargingSpeed: ticks("logic.charging_with_speed", "speed", "speed"),
  /** mV, the unit of the sum of cells. */
  voltageSum: ticks("logic.voltage_sum", "tolerance", "cell.voltage"),
  totalVoltage: ticks("logic.total_voltage", "tolerance", "total_voltage"),
  maxCell: ticks("logic.max_cell_voltage", "tolerance", "max_cell_voltage"),
  minCell: ticks("logic.min_cell_voltage", "tolerance", "min_cell_voltage"),
  maxProbe: ticks("logic.max_probe_temp", "tolerance", "max_cell_temp"),
  minProbe: ticks("logic.min_probe_temp", "tolerance", "min_cell_temp"),
  jump: ticks("logic.mileage_jump", "distance", "mileage"),
  jumpWithin: seconds("logic.mileage_jump", "within"),
  back: ticks("logic.mileage_back", "distance", "mileage"),
  speedMileage: ticks("logic.speed_mileage", "tolerance", "mileage"),
  speedMileageWithin: seconds("logic.speed_mileage", "within"),
  socStep: ticks("logic.soc_jump", "step", "soc"),
  socWithin: seconds("logic.soc_jump", "within"),
  chargeCurrent: ticks("logic.charge_discharging", "current", "total_current"),
  offCurrent: ticks("logic.off_with_current", "current", "total_current"),
  completeSoc: ticks("logic.complete_with_low_soc", "soc", "soc"),
  west: ticks("logic.coordinates_abroad", "west", "location.longitude"),
  east: ticks("logic.coordinates_abroad", "east", "location.longitude"),
  south: ticks("logic.coordinates_abroad", "south", "location.latitude"),
  north: ticks("logic.coordinates_abroad", "north", "location.latitude"),
  period: seconds("transmission.period", "period"),
  alarmPeriod: seconds("transmission.alarm_period", "period"),
  watchStart: seconds("transmission.power_off_watch", "end") - seconds("transmission.power_off_watch", "window"),
  watchEnd: seconds("transmission.power_off_watch", "end"),
  /** Seconds of data, not ms. */
  watchSeconds:
    parameterOf("transmission.power_off_watch", "window") - parameterOf("transmission.power_off_watch", "tolerance"),
  reissueWindow2016: parameterOf("transmission.reissue_late", "window2016") * 86_400_000,
  reissueWindow2025: parameterOf("transmission.reissue_late", "window2025") * 86_400_000,
} as const;

/** 1 V of a pack (10 ticks) in ticks of a cell (1000). */
export const CELL_TICKS_PER_PACK_TICK = getScalar("max_cell_voltage").perUnit / getScalar("total_voltage").perUnit;
