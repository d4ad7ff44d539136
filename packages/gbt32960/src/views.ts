/** Numbers whose bits have names: gear, position status, alarm flags. `raw` is what is on the wire and what is written. */

/** Annex A.1. In edition 2025 bit 7 says that the gear is invalid; FE and FF occur in the field although undefined. */
export interface Gear {
  readonly raw: number;
  readonly position: string;
  readonly drivingForce: boolean;
  readonly brakingForce: boolean;
  /** Edition 2025 only. */
  readonly valid?: boolean;
}
export interface FixStatus {
  readonly raw: number;
  readonly valid: boolean;
  readonly south: boolean;
  readonly west: boolean;
}
export interface AlarmFlags {
  /** Eight hexadecimal digits. */
  readonly raw: string;
  /** Names of the set bits that the edition defines, `bit29` for others. */
  readonly active: readonly string[];
}

const POSITIONS: readonly string[] = [
  "N",
  "1",
  "2",
  "3",
  "4",
  "5",
  "6",
  "7",
  "8",
  "9",
  "10",
  "11",
  "12",
  "R",
  "D",
  "P",
];

function gearOf(raw: number, withValidity: boolean): Gear {
  const gear = {
    raw,
    position: POSITIONS[raw & 15],
    drivingForce: (raw & 0x20) !== 0,
    brakingForce: (raw & 0x10) !== 0,
  };
  return withValidity ? { ...gear, valid: (raw & 0x80) === 0 } : gear;
}

const GEARS_2016 = Array.from({ length: 256 }, (_, raw) => Object.freeze(gearOf(raw, false)));
const GEARS_2025 = Array.from({ length: 256 }, (_, raw) => Object.freeze(gearOf(raw, true)));
const FIXES = Array.from({ length: 256 }, (_, raw) =>
  Object.freeze({ raw, valid: (raw & 1) === 0, south: (raw & 2) !== 0, west: (raw & 4) !== 0 }),
);

export function gear2016(raw: number): Gear {
  return GEARS_2016[raw];
}
export function gear2025(raw: number): Gear {
  return GEARS_2025[raw];
}
export function fixStatus(raw: number): FixStatus {
  return FIXES[raw];
}

/** General alarm flags, bit 0 first; 19–27 exist in edition 2025 only. */
export const ALARM_NAMES = [
  "temperatureDifference",
  "batteryHighTemperature",
  "storageOverVoltage",
  "storageUnderVoltage",
  "stateOfChargeLow",
  "cellOverVoltage",
  "cellUnderVoltage",
  "stateOfChargeHigh",
  "stateOfChargeJump",
  "storageSystemMismatch",
  "poorCellConsistency",
  "insulation",
  "dcDcTemperature",
  "brakeSystem",
  "dcDcState",
  "motorControllerTemperature",
  "highVoltageInterlock",
  "motorTemperature",
  "storageOverCharge",
  "motorOverSpeed",
  "motorOverCurrent",
  "supercapacitorOverTemperature",
  "supercapacitorOverVoltage",
  "storageThermalEvent",
  "hydrogenLeak",
  "hydrogenSystemPressure",
  "hydrogenSystemTemperature",
  "fuelCellStackOverTemperature",
] as const;
export const ALARM_BITS_2016 = 19;
export const ALARM_BITS_2025 = 28;

const NO_ALARM: AlarmFlags = Object.freeze({ raw: "00000000", active: Object.freeze([]) });

/** @param bits how many bits the edition defines */
export function alarmFlags(raw: number, bits: number): AlarmFlags {
  if (raw === 0) return NO_ALARM;
  const active: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    if (((raw >>> bit) & 1) !== 0) active.push(bit < bits ? ALARM_NAMES[bit] : `bit${bit}`);
  }
  return { raw: hexWord(raw), active };
}

export function hexWord(raw: number): string {
  return raw.toString(16).padStart(8, "0");
}
