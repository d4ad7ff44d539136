/** Dumps to begin with: real encodings of invented vehicles, with the damage that links do to them. */
import { encodeFrame, toHex, type Edition } from "@sandglass/gbt32960";

const TIME = "2026-07-01T12:00:00+08:00";
const VIN = "LDEXAMPLE00000001";

function report(edition: Edition, second: number): Uint8Array {
  const time = TIME.replace(":00+", `:${String(second).padStart(2, "0")}+`);
  const vehicle = {
    kind: "vehicle",
    vehicleState: 1,
    chargingState: 3,
    runningMode: 1,
    speed: 48.8 + second,
    mileage: 12_345.6,
    totalVoltage: 361.2,
    totalCurrent: 42.5,
    stateOfCharge: 71,
    dcDcState: 1,
    gear: 46,
    insulationResistance: 4_200,
    ...(edition === 2016 ? { acceleratorTravel: 23, brakePedal: 0 } : {}),
  };
  const location = {
    kind: "location",
    status: 0,
    ...(edition === 2025 ? { coordinateSystem: 1 } : {}),
    longitude: 116.397_128,
    latitude: 39.916_527,
  };
  const cells = [3.762, 3.761, 3.759, "invalid", 3.412, 3.76] as const;
  const pack = { number: 1, voltage: 361.2, current: 42.5 };
  const alarm = {
    kind: "alarm",
    level: second > 5 ? 2 : 0,
    flags: second > 5 ? 0x0000_0440 : 0,
    storageFaults: [],
    motorFaults: [],
    engineFaults: [],
    otherFaults: [],
    ...(edition === 2025 ? { generalAlarms: second > 5 ? [{ bit: 10, level: 2 }] : [] } : {}),
  };
  return encodeFrame({
    kind: "realtimeReport",
    edition,
    vin: VIN,
    time,
    items: [
      vehicle,
      location,
      alarm,
      {
        kind: "cellVoltages",
        packs: [
          edition === 2016
            ? { ...pack, cellTotal: cells.length, firstCell: 1, cellVoltages: cells }
            : { ...pack, cellVoltages: cells },
        ],
      },
      { kind: "temperatures", packs: [{ number: 1, temperatures: [31, 32, 58] }] },
    ],
  });
}

/** Two reports with noise between them, a heartbeat, and a report that broke off: as a text to be read again. */
export function exampleDump(edition: Edition): string {
  const broken = report(edition, 9);
  const wrong = report(edition, 4);
  wrong[40] ^= 0x20;
  return [
    report(edition, 0),
    Uint8Array.of(0x00, 0xff, 0x5a),
    report(edition, 8),
    encodeFrame({ kind: "heartbeat", edition, vin: VIN }),
    wrong,
    encodeFrame({ kind: "vehicleLogout", edition, vin: VIN, time: TIME, sequence: 7 }),
    broken.subarray(0, broken.length - 19),
  ]
    .map((bytes) => toHex(bytes))
    .join("\n");
}
