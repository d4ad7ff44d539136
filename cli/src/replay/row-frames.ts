/**
 * A recorded row as a GB/T 32960.3-2016 realtime or re-issued report with vehicle, extremes, alarm, cell voltages and
 * temperatures. What does not fit the wire goes as the sentinel "invalid" (66.535 V does not fit a WORD of 0.001 V);
 * what fits but is out of the table's range goes as it is: judging it is the receiver's business.
 */
import { encodeFrame, formatInstant, type Message } from "@sandglass/gbt32960";
import type { RecordedRow } from "./csv-rows.ts";

/** How the columns of a recording are to be read; models differ. */
export interface RecordingUnits {
  /** T_n are °C, or raw wire bytes (°C + 40, 255 and above invalid). */
  readonly probes: "celsius" | "raw";
  /** insulationResistance is in kΩ or MΩ. */
  readonly insulation: "kohm" | "mohm";
}

const COMMAND = 0xfe;
const CELLS_PER_GROUP = 200;
const INVALID_BYTE = 0xff;

type Wire = number | "invalid";

/** A quantity for the wire: `invalid` when it is missing or its raw number does not fit `max`. */
function quantity(value: number | undefined, perUnit: number, bias: number, max: number): Wire {
  if (value === undefined) return "invalid";
  const raw = Math.round(value * perUnit) - bias;
  return raw >= 0 && raw <= max ? (raw + bias) / perUnit : "invalid";
}

/** Largest raw numbers that are not sentinels. */
const BYTE = 0xfd;
const WORD = 0xfffd;
const DWORD = 0xffff_fffd;

function chargingState(row: RecordedRow): number {
  switch (row.chargeStatus) {
    case 1:
      return (row.speed ?? 0) > 0 ? 2 : 1;
    case 2:
      return 2;
    case 3:
      return 3;
    case 4:
      return 4;
    default:
      return INVALID_BYTE;
  }
}

function vehicleState(row: RecordedRow): number {
  if (row.chargeStatus === undefined) return 1;
  return row.chargeStatus === 3 || (row.speed ?? 0) > 0 ? 1 : 2;
}

/** 1-based position of the extreme among the entries that have a number; FF when there is none. */
function positionOf(values: readonly Wire[], better: (a: number, b: number) => boolean): number {
  let best = -1;
  let bestValue = 0;
  values.forEach((value, index) => {
    if (value !== "invalid" && (best < 0 || better(value, bestValue))) {
      best = index;
      bestValue = value;
    }
  });
  return best < 0 || best + 1 > 250 ? INVALID_BYTE : best + 1;
}

function celsius(value: number | undefined, units: RecordingUnits): number | undefined {
  if (value === undefined) return undefined;
  if (units.probes === "celsius") return value;
  return value >= INVALID_BYTE ? undefined : value - 40;
}

function insulationOf(row: RecordedRow, units: RecordingUnits): number {
  // Edition 2016 defines no sentinel for insulation; FFFF is out of its range and cannot act as a number.
  if (row.insulation === undefined) return 0xffff;
  return Math.min(60_000, Math.max(0, Math.round(row.insulation * (units.insulation === "mohm" ? 1000 : 1))));
}

const higher = (a: number, b: number) => a > b;
const lower = (a: number, b: number) => a < b;

function itemsOf(row: RecordedRow, units: RecordingUnits): Record<string, unknown>[] {
  const cells = row.cells.map((volt) => quantity(volt, 1000, 0, WORD));
  const probes = row.probes.map((value) => quantity(celsius(value, units), 1, -40, BYTE));
  const totalVoltage = quantity(row.totalVoltage, 10, 0, WORD);
  const totalCurrent = quantity(row.totalCurrent, 10, -10_000, WORD);
  const packs: Record<string, unknown>[] = [];
  for (let first = 0; first < cells.length; first += CELLS_PER_GROUP) {
    packs.push({
      number: 1,
      voltage: totalVoltage,
      current: totalCurrent,
      cellTotal: cells.length,
      firstCell: first + 1,
      cellVoltages: cells.slice(first, first + CELLS_PER_GROUP),
    });
  }
  return [
    {
      type: 1,
      kind: "vehicle",
      vehicleState: vehicleState(row),
      chargingState: chargingState(row),
      runningMode: 1,
      speed: quantity(row.speed, 10, 0, WORD),
      mileage: quantity(row.mileage, 10, 0, DWORD),
      totalVoltage,
      totalCurrent,
      stateOfCharge: quantity(row.soc, 1, 0, BYTE),
      dcDcState: INVALID_BYTE,
      gear: { raw: INVALID_BYTE },
      insulationResistance: insulationOf(row, units),
      acceleratorTravel: "invalid",
      brakePedal: "invalid",
    },
    {
      type: 6,
      kind: "extremes",
      maxVoltagePack: 1,
      maxVoltageCell: positionOf(cells, higher),
      maxCellVoltage: quantity(row.maxCellVoltage, 1000, 0, WORD),
      minVoltagePack: 1,
      minVoltageCell: positionOf(cells, lower),
      minCellVoltage: quantity(row.minCellVoltage, 1000, 0, WORD),
      maxTemperaturePack: 1,
      maxTemperatureProbe: positionOf(probes, higher),
      maxTemperature: quantity(row.maxProbeTemp, 1, -40, BYTE),
      minTemperaturePack: 1,
      minTemperatureProbe: positionOf(probes, lower),
      minTemperature: quantity(row.minProbeTemp, 1, -40, BYTE),
    },
    {
      type: 7,
      kind: "alarm",
      level:
        row.alarmLevel === undefined || !Number.isInteger(row.alarmLevel) || row.alarmLevel < 0 || row.alarmLevel > BYTE
          ? INVALID_BYTE
          : row.alarmLevel,
      flags: { raw: "00000000" },
      storageFaults: [],
      motorFaults: [],
      engineFaults: [],
      otherFaults: [],
    },
    ...(packs.length > 0 ? [{ type: 8, kind: "cellVoltages", packs }] : []),
    ...(probes.length > 0 ? [{ type: 9, kind: "temperatures", packs: [{ number: 1, temperatures: probes }] }] : []),
  ];
}

/** The frame of one row; `reissued` makes it a 0x03. */
export function frameOfRow(vin: string, row: RecordedRow, units: RecordingUnits, reissued: boolean): Uint8Array {
  const message = {
    kind: reissued ? "reissuedReport" : "realtimeReport",
    edition: 2016,
    command: reissued ? 3 : 2,
    response: COMMAND,
    vin,
    encryption: 1,
    time: formatInstant(row.timeMs),
    items: itemsOf(row, units),
  };
  return encodeFrame(message as unknown as Message);
}

/**
 * Guesses the units from the first rows. Probes are raw when their highest lies about 40 above the reported maximum;
 * insulation is in MΩ when no value reaches 100 (a healthy pack has several hundred kΩ or more).
 */
export function guessUnits(rows: readonly RecordedRow[]): RecordingUnits {
  let raw = 0;
  let plain = 0;
  let highestInsulation = 0;
  for (const row of rows) {
    highestInsulation = Math.max(highestInsulation, row.insulation ?? 0);
    if (row.maxProbeTemp === undefined) continue;
    const valid = row.probes.filter((value): value is number => value !== undefined && value < INVALID_BYTE);
    if (valid.length === 0) continue;
    const above = Math.max(...valid) - row.maxProbeTemp;
    if (above > 20) raw++;
    else plain++;
  }
  return { probes: raw > plain ? "raw" : "celsius", insulation: highestInsulation < 100 ? "mohm" : "kohm" };
}
