/** Which decoded field of a frame carries a signal, and the bytes around it. */
import { hexByte, parseHex, type FieldSpan } from "./hex.ts";

interface NamedField extends FieldSpan {
  readonly name: string;
}

/** Last parts of the names that the codec gives to the fields behind a signal. */
const FIELD_NAMES: Readonly<Record<string, readonly string[]>> = {
  "vehicle.state": ["vehicleState"],
  "charge.state": ["chargingState", "chargeState"],
  "run.mode": ["runningMode", "runMode"],
  speed: ["speed", "vehicleSpeed"],
  mileage: ["mileage"],
  total_voltage: ["totalVoltage"],
  total_current: ["totalCurrent"],
  soc: ["stateOfCharge", "soc"],
  gear: ["gear"],
  insulation_resistance: ["insulationResistance"],
  insulation: ["insulationResistance"],
  max_cell_voltage: ["maximumCellVoltage", "maxCellVoltage", "highestCellVoltage"],
  min_cell_voltage: ["minimumCellVoltage", "minCellVoltage", "lowestCellVoltage"],
  max_cell_temp: ["maximumTemperature", "maxTemperature", "highestTemperature", "maximumProbeTemperature"],
  min_cell_temp: ["minimumTemperature", "minTemperature", "lowestTemperature"],
  cell_spread: ["maximumCellVoltage", "maxCellVoltage", "highestCellVoltage"],
  temp_spread: ["maximumTemperature", "maxTemperature", "highestTemperature"],
  "alarm.level": ["highestAlarmLevel", "maximumAlarmLevel", "alarmLevel", "maxAlarmLevel"],
  "alarm.flags": ["generalAlarmFlags", "alarmFlags", "generalAlarms"],
};

function lastPart(name: string): string {
  return name.replace(/\[\d+\]$/, "").split(".").at(-1) ?? name;
}

/** Index of the field that carries the signal; undefined when the frame has none or it is not known. */
export function findFieldOf(fields: readonly NamedField[], signal: string): number | undefined {
  const names = FIELD_NAMES[signal] ?? (signal.startsWith("alarm.") ? FIELD_NAMES["alarm.flags"] : undefined);
  if (!names) return undefined;
  for (const name of names) {
    const index = fields.findIndex((field) => lastPart(field.name).toLowerCase() === name.toLowerCase());
    if (index !== -1) return index;
  }
  return undefined;
}

export interface Excerpt {
  readonly offset: number;
  readonly before: string;
  readonly bytes: string;
  readonly after: string;
}

/** A field's bytes with three bytes on each side. */
export function excerptOf(hex: string, field: FieldSpan, around = 3): Excerpt | undefined {
  const bytes = parseHex(hex);
  if (!bytes || field.offset + field.length > bytes.length) return undefined;
  const words = (from: number, to: number): string => [...bytes.subarray(Math.max(0, from), Math.max(0, to))].map(hexByte).join(" ");
  const end = field.offset + Math.min(field.length, 4);
  return { offset: field.offset, before: words(field.offset - around, field.offset), bytes: words(field.offset, end), after: words(end, end + around) };
}
