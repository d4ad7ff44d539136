/**
 * The 623-byte realtime frame of the measurements: edition 2016, 2 packs × 96 cells, 2 × 54 probes, with vehicle,
 * motor, location, extremes and alarm. Encoded once; `stamp` writes VIN, time and slowly moving values into a copy.
 */
import { bccOf, encodeFrame, type Message } from "@sandglass/gbt32960";

export const FRAME_BYTES = 623;

/** Chosen so that the frame has exactly 623 bytes. */
const PROBES = [54, 54] as const;

function message(): Message {
  const cells = (offset: number) => Array.from({ length: 96 }, (_, i) => 3.7 + ((i * 7 + offset) % 23) / 1000);
  const frame = {
    kind: "realtimeReport",
    edition: 2016,
    command: 2,
    response: 0xfe,
    vin: "LBENCH00000000000",
    encryption: 1,
    time: "2026-11-01T00:00:00+08:00",
    items: [
      { type: 1, kind: "vehicle", vehicleState: 1, chargingState: 3, runningMode: 1, speed: 62.4, mileage: 12_345.6, totalVoltage: 355.2, totalCurrent: 31.5, stateOfCharge: 71, dcDcState: 1, gear: { raw: 0x2e }, insulationResistance: 5000, acceleratorTravel: 21, brakePedal: 0 },
      { type: 2, kind: "motors", motors: [{ number: 1, state: 1, controllerTemperature: 44, speed: 5400, torque: 61.5, temperature: 57, controllerInputVoltage: 355, controllerDcBusCurrent: 31 }] },
      { type: 5, kind: "location", status: { raw: 0 }, longitude: 114.06, latitude: 22.55 },
      { type: 6, kind: "extremes", maxVoltagePack: 1, maxVoltageCell: 4, maxCellVoltage: 3.722, minVoltagePack: 2, minVoltageCell: 9, minCellVoltage: 3.7, maxTemperaturePack: 1, maxTemperatureProbe: 3, maxTemperature: 31, minTemperaturePack: 2, minTemperatureProbe: 8, minTemperature: 27 },
      { type: 7, kind: "alarm", level: 0, flags: { raw: "00000000" }, storageFaults: [], motorFaults: [], engineFaults: [], otherFaults: [] },
      { type: 8, kind: "cellVoltages", packs: [1, 2].map((number) => ({ number, voltage: 355.2, current: 15.7, cellTotal: 96, firstCell: 1, cellVoltages: cells(number) })) },
      { type: 9, kind: "temperatures", packs: [1, 2].map((number) => ({ number, temperatures: Array.from({ length: PROBES[number - 1] }, (_, i) => 27 + (i % 5)) })) },
    ],
  };
  return frame as unknown as Message;
}

const template = encodeFrame(message());
if (template.length !== FRAME_BYTES) throw new Error(`the frame has ${template.length} bytes`);

/** Offset of the first cell voltage: it moves with the stamp, so that blocks do not compress to nothing. */
const FIRST_CELL = findCells();

function findCells(): number {
  const first = 3707; // cell 0 of pack 1 in mV
  for (let i = 24; i < template.length - 2; i++) if (template[i] === first >> 8 && template[i + 1] === (first & 0xff)) return i;
  throw new Error("no cells found");
}

/** Writes frame `tick` of vehicle `vehicle` at `at`; `baseSeconds` is the wire time of tick 0 (UTC seconds). */
export function stamp(into: Uint8Array, at: number, vehicle: number, tick: number, baseSeconds: number): void {
  into.set(template, at);
  let number = vehicle;
  for (let i = 20; i > 12; i--) {
    into[at + i] = 0x30 + (number % 10);
    number = Math.floor(number / 10);
  }
  const time = new Date((baseSeconds + tick + 8 * 3600) * 1000);
  into[at + 24] = time.getUTCFullYear() - 2000;
  into[at + 25] = time.getUTCMonth() + 1;
  into[at + 26] = time.getUTCDate();
  into[at + 27] = time.getUTCHours();
  into[at + 28] = time.getUTCMinutes();
  into[at + 29] = time.getUTCSeconds();
  for (let cell = 0; cell < 96; cell++) {
    const noise = (vehicle * 31 + tick * 17 + cell * 13) & 15;
    into[at + FIRST_CELL + 2 * cell + 1] = (template[FIRST_CELL + 2 * cell + 1] & 0xf0) | noise;
  }
  into[at + FRAME_BYTES - 1] = bccOf(into, at + 2, at + FRAME_BYTES - 1);
}
