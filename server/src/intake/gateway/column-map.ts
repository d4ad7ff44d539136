/**
 * Wire fields of GB/T 32960 (packages/gbt32960) → columns of an observation (packages/signals). The two packages do
 * not know each other; this table is where they meet. Ticks are the same on both sides: column-map.test.ts checks it.
 */
import type { ColumnMap, ColumnTarget } from "@sandglass/gbt32960";
import { getList, getScalar } from "@sandglass/signals";

/** Wire field → scalar signal. */
export const SCALAR_FIELDS: Readonly<Record<string, string>> = {
  "vehicle.state": "vehicle.state",
  "vehicle.chargingState": "charge.state",
  "vehicle.runningMode": "run.mode",
  "vehicle.speed": "speed",
  "vehicle.mileage": "mileage",
  "vehicle.totalVoltage": "total_voltage",
  "vehicle.totalCurrent": "total_current",
  "vehicle.stateOfCharge": "soc",
  "vehicle.dcDcState": "dcdc.state",
  "vehicle.gear": "gear",
  "vehicle.insulationResistance": "insulation_resistance",
  "vehicle.acceleratorTravel": "accelerator",
  "vehicle.brakePedal": "brake",
  "engine.state": "engine.state",
  "engine.crankshaftSpeed": "engine.speed",
  "engine.fuelRate": "engine.fuel_rate",
  "location.valid": "location.valid",
  "location.coordinateSystem": "location.coordinates",
  "location.longitude": "location.longitude",
  "location.latitude": "location.latitude",
  "extremes.maxCellVoltage": "max_cell_voltage",
  "extremes.maxVoltagePack": "max_cell_voltage.pack",
  "extremes.maxVoltageCell": "max_cell_voltage.cell",
  "extremes.minCellVoltage": "min_cell_voltage",
  "extremes.minVoltagePack": "min_cell_voltage.pack",
  "extremes.minVoltageCell": "min_cell_voltage.cell",
  "extremes.maxTemperature": "max_cell_temp",
  "extremes.maxTemperaturePack": "max_cell_temp.pack",
  "extremes.maxTemperatureProbe": "max_cell_temp.probe",
  "extremes.minTemperature": "min_cell_temp",
  "extremes.minTemperaturePack": "min_cell_temp.pack",
  "extremes.minTemperatureProbe": "min_cell_temp.probe",
  "alarm.level": "alarm.level",
  "alarm.flags": "alarm.flags",
  "alarm.faultCount": "alarm.fault_count",
};

/** Wire field → list signal. */
export const LIST_FIELDS: Readonly<Record<string, string>> = {
  "motors.number": "motor.number",
  "motors.state": "motor.state",
  "motors.controllerTemperature": "motor.controller_temp",
  "motors.speed": "motor.speed",
  "motors.torque": "motor.torque",
  "motors.temperature": "motor.temp",
  "motors.controllerInputVoltage": "motor.voltage",
  "motors.controllerDcBusCurrent": "motor.current",
  "packs.number": "pack.number",
  "packs.voltage": "pack.voltage",
  "packs.current": "pack.current",
  "packs.cellTotal": "pack.cell_total",
  "packs.firstCell": "pack.first_cell",
  "packs.cellCount": "pack.cell_count",
  "packs.cellVoltages": "cell.voltage",
  "probePacks.number": "probe_pack.number",
  "probePacks.probeCount": "probe_pack.count",
  "probePacks.temperatures": "probe.temp",
};

/** The map for `createColumnDecoder`. */
export function createColumnMap(): ColumnMap {
  const map: Record<string, ColumnTarget> = {};
  for (const [field, id] of Object.entries(SCALAR_FIELDS)) map[field] = { scalar: getScalar(id).column };
  for (const [field, id] of Object.entries(LIST_FIELDS)) map[field] = { list: getList(id).column };
  return map;
}
