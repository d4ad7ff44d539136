/** What a terminal of either edition puts into its frames, from the physical state of the vehicle. */
import { encodeFrame, formatInstant, type Message } from "@sandglass/gbt32960";
import type { VehicleState } from "./vehicle-model.ts";

const COMMAND = 0xfe;
const NOT_ENCRYPTED = 1;
const GEAR_P = 15;
const GEAR_D = 14;
const WITH_DRIVING_FORCE = 0x20;
const WITH_BRAKING_FORCE = 0x10;

type Edition = 2016 | 2025;

const round = (value: number, perUnit: number) => Math.round(value * perUnit) / perUnit;
const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));

function header(edition: Edition, command: number, vin: string) {
  return { edition, command, response: COMMAND, vin, encryption: NOT_ENCRYPTED };
}

/** `encodeFrame` checks the whole shape; the literal below cannot be narrowed per edition by the compiler. */
function frame(message: Record<string, unknown>): Uint8Array {
  return encodeFrame(message as unknown as Message);
}

export function vehicleLogin(
  edition: Edition,
  vin: string,
  timeMs: number,
  sequence: number,
  iccid: string,
): Uint8Array {
  const common = { ...header(edition, 1, vin), kind: "vehicleLogin", time: formatInstant(timeMs), sequence, iccid };
  return frame(
    edition === 2016
      ? { ...common, subsystemCount: 1, codeLength: 0, codes: [] }
      : { ...common, bmsCount: 1, packCounts: [1], packCodes: [[`${vin.slice(-6)}DEMO00000000000000`]] },
  );
}

export function vehicleLogout(edition: Edition, vin: string, timeMs: number, sequence: number): Uint8Array {
  return frame({ ...header(edition, 4, vin), kind: "vehicleLogout", time: formatInstant(timeMs), sequence });
}

export function platformLogin(
  edition: Edition,
  timeMs: number,
  sequence: number,
  user: string,
  password: string,
): Uint8Array {
  const id = user.slice(0, 17);
  return frame({
    ...header(edition, 5, id),
    kind: "platformLogin",
    time: formatInstant(timeMs),
    sequence,
    user,
    password,
    encryptionRule: 1,
  });
}

export function heartbeat(edition: Edition, id: string): Uint8Array {
  return frame({ ...header(edition, 7, id), kind: "heartbeat" });
}

function gearOf(state: VehicleState): number {
  if (state.activity !== "driving") return GEAR_P;
  return GEAR_D | (state.accelerator > 3 ? WITH_DRIVING_FORCE : 0) | (state.brake > 0 ? WITH_BRAKING_FORCE : 0);
}

/** Position in the list (1-based) of the extreme that `better` prefers. */
function extreme(values: readonly number[], better: (a: number, b: number) => boolean): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (better(values[i], values[best])) best = i;
  return best + 1;
}

export function realtimeReport(
  edition: Edition,
  vin: string,
  timeMs: number,
  state: VehicleState,
  reissued = false,
): Uint8Array {
  const gear = gearOf(state);
  const charging = state.activity === "charging";
  const cells = state.cells.map((volt) => round(clamp(volt, 0, 60), 1000));
  const probes = state.probes.map((celsius) => Math.round(clamp(celsius, -40, 210)));
  const vehicle = {
    type: 1,
    kind: "vehicle",
    vehicleState: state.activity === "driving" ? 1 : 2,
    chargingState: charging ? (state.soc >= 99.5 ? 4 : 1) : 3,
    runningMode: 1,
    speed: round(clamp(state.speed, 0, 220), 10),
    mileage: round(state.mileage, 10),
    totalVoltage: round(state.totalVoltage, 10),
    totalCurrent: round(clamp(state.totalCurrent, -1000, 1000), 10),
    stateOfCharge: Math.round(state.soc),
    dcDcState: state.activity === "parked" ? 2 : 1,
    gear: { raw: gear },
    insulationResistance: state.insulation,
    ...(edition === 2016
      ? { acceleratorTravel: Math.round(state.accelerator), brakePedal: Math.round(state.brake) }
      : {}),
  };
  const motor = {
    number: 1,
    state: state.speed > 0.5 ? (state.totalCurrent >= 0 ? 1 : 2) : 4,
    controllerTemperature: Math.round(state.motor.controllerTemp),
    speed: Math.round(state.motor.speed),
    torque: round(state.motor.torque, 10),
    temperature: Math.round(state.motor.temp),
    ...(edition === 2016
      ? { controllerInputVoltage: vehicle.totalVoltage, controllerDcBusCurrent: vehicle.totalCurrent }
      : {}),
  };
  const location = {
    type: 5,
    kind: "location",
    status: { raw: 0 },
    ...(edition === 2025 ? { coordinateSystem: 1 } : {}),
    longitude: round(state.location.longitude, 1_000_000),
    latitude: round(state.location.latitude, 1_000_000),
  };
  const alarm = {
    type: edition === 2016 ? 7 : 6,
    kind: "alarm",
    level: state.alarmLevel,
    flags: { raw: state.alarmBits.toString(16).padStart(8, "0") },
    storageFaults: [],
    motorFaults: [],
    engineFaults: [],
    otherFaults: [],
    ...(edition === 2025
      ? { generalAlarms: bitsOf(state.alarmBits).map((bit) => ({ bit, level: Math.max(1, state.alarmLevel) })) }
      : {}),
  };
  const higher = (a: number, b: number) => a > b;
  const lower = (a: number, b: number) => a < b;
  const extremes = {
    type: 6,
    kind: "extremes",
    maxVoltagePack: 1,
    maxVoltageCell: extreme(cells, higher),
    maxCellVoltage: Math.max(...cells),
    minVoltagePack: 1,
    minVoltageCell: extreme(cells, lower),
    minCellVoltage: Math.min(...cells),
    maxTemperaturePack: 1,
    maxTemperatureProbe: extreme(probes, higher),
    maxTemperature: Math.max(...probes),
    minTemperaturePack: 1,
    minTemperatureProbe: extreme(probes, lower),
    minTemperature: Math.min(...probes),
  };
  const pack = { number: 1, voltage: vehicle.totalVoltage, current: vehicle.totalCurrent };
  const voltages = {
    type: edition === 2016 ? 8 : 7,
    kind: "cellVoltages",
    packs: [
      edition === 2016
        ? { ...pack, cellTotal: cells.length, firstCell: 1, cellVoltages: cells }
        : { ...pack, cellVoltages: cells },
    ],
  };
  const temperatures = {
    type: edition === 2016 ? 9 : 8,
    kind: "temperatures",
    packs: [{ number: 1, temperatures: probes }],
  };
  // A charging car at rest need not send its motors (GB/T 32960.3 §7.2).
  const motors = charging ? [] : [{ type: 2, kind: "motors", motors: [motor] }];
  const items =
    edition === 2016
      ? [vehicle, ...motors, location, extremes, alarm, voltages, temperatures]
      : [vehicle, ...motors, location, alarm, voltages, temperatures];
  return frame({
    ...header(edition, reissued ? 3 : 2, vin),
    kind: reissued ? "reissuedReport" : "realtimeReport",
    time: formatInstant(timeMs),
    items,
  });
}

function bitsOf(flags: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((flags >>> bit) & 1) === 1);
}
