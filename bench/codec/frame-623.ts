/**
 * The frame that all figures are for: edition 2016, 623 bytes, 2 motors, 2 packs of 96 cells and 48 probes each, as a
 * passenger car sends it every ten seconds.
 */
import { encodeFrame, type Message } from "@sandglass/gbt32960";

const count = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));

export const MESSAGE = {
  kind: "realtimeReport",
  edition: 2016,
  command: 2,
  response: 0xfe,
  vin: "LTESTVIN000000001",
  encryption: 1,
  time: "2026-03-31T23:59:58+08:00",
  items: [
    {
      type: 1,
      kind: "vehicle",
      vehicleState: 1,
      chargingState: 3,
      runningMode: 1,
      speed: 48.8,
      mileage: 12_345.6,
      totalVoltage: 365,
      totalCurrent: 12.3,
      stateOfCharge: 56,
      dcDcState: 1,
      gear: { raw: 46, position: "D", drivingForce: true, brakingForce: false },
      insulationResistance: 4321,
      acceleratorTravel: 12,
      brakePedal: 0,
    },
    {
      type: 2,
      kind: "motors",
      motorCount: 2,
      motors: count(2, (i) => ({
        number: i + 1,
        state: 1,
        controllerTemperature: 40 + i,
        speed: 3000 + i,
        torque: 55.5,
        temperature: 60,
        controllerInputVoltage: 365,
        controllerDcBusCurrent: 20.1,
      })),
    },
    {
      type: 5,
      kind: "location",
      status: { raw: 0, valid: true, south: false, west: false },
      longitude: 116.397428,
      latitude: 39.90923,
    },
    {
      type: 6,
      kind: "extremes",
      maxVoltagePack: 1,
      maxVoltageCell: 17,
      maxCellVoltage: 3.999,
      minVoltagePack: 2,
      minVoltageCell: 3,
      minCellVoltage: 3.9,
      maxTemperaturePack: 1,
      maxTemperatureProbe: 3,
      maxTemperature: 35,
      minTemperaturePack: 1,
      minTemperatureProbe: 5,
      minTemperature: 31,
    },
    {
      type: 7,
      kind: "alarm",
      level: 0,
      flags: { raw: "00000000", active: [] },
      storageFaultCount: 0,
      storageFaults: [],
      motorFaultCount: 0,
      motorFaults: [],
      engineFaultCount: 0,
      engineFaults: [],
      otherFaultCount: 0,
      otherFaults: [],
    },
    {
      type: 8,
      kind: "cellVoltages",
      packCount: 2,
      packs: count(2, (pack) => ({
        number: pack + 1,
        voltage: 365,
        current: 12.3,
        cellTotal: 96,
        firstCell: 1,
        cellCount: 96,
        cellVoltages: count(96, (i) => (3900 + ((i * 37 + pack) % 100)) / 1000),
      })),
    },
    {
      type: 9,
      kind: "temperatures",
      packCount: 2,
      packs: count(2, (pack) => ({
        number: pack + 1,
        probeCount: 48,
        temperatures: count(48, (i) => 25 + ((i + pack) % 11)),
      })),
    },
  ],
} as const satisfies Message;

export const FRAME = encodeFrame(MESSAGE);
if (FRAME.length !== 623) throw new Error(`the frame has ${FRAME.length} bytes`);
