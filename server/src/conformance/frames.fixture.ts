/** Frames for tests, built by the codec, and blocks of them as the gateway decodes them. */
import { bccOf, createColumnDecoder, encodeFrame, type Message } from "@sandglass/gbt32960";
import { deriveSignals, Disposition, ObservationBlock } from "@sandglass/signals";
import { createColumnMap } from "../intake/gateway/mod.ts";

export const VIN = "LTESTVAN000000001";
/** 2026-07-01 12:00:00 Beijing time. */
export const NOON = Date.UTC(2026, 6, 1, 4, 0, 0);

export interface CarState {
  readonly vin?: string;
  readonly command?: 2 | 3;
  readonly edition?: 2016 | 2025;
  /** Collection time, UTC ms. */
  readonly time?: number;
  readonly vehicle?: Readonly<Record<string, unknown>> | false;
  readonly motors?: false;
  readonly location?: Readonly<Record<string, unknown>> | false;
  readonly extremes?: Readonly<Record<string, unknown>> | false;
  readonly alarm?: Readonly<Record<string, unknown>> | false;
  /** Cells in mV, by pack; or what is sent of a long list. */
  readonly cells?: readonly PackState[] | false;
  readonly probes?: readonly number[] | false;
}

export interface PackState {
  readonly number?: number;
  /** V; default: the sum. */
  readonly voltage?: number;
  readonly total?: number;
  readonly first?: number;
  /** Default: as many as there are. */
  readonly count?: number;
  readonly millivolts: readonly number[];
}

export const steadyCells = (count = 96): number[] => Array.from({ length: count }, (_, i) => 3801 + (i % 7));

const timeText = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, "+08:00");
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A report that breaks no rule, unless it is told to. */
export function report(car: CarState = {}): Uint8Array {
  const edition = car.edition ?? 2016;
  const packs = car.cells === false ? [] : (car.cells ?? [{ millivolts: steadyCells() }]);
  const all = packs.flatMap(({ millivolts }) => millivolts);
  const probes = car.probes === false ? [] : (car.probes ?? [25, 26, 27, 28]);
  const volts = packs.length === 0 ? 365 : Math.round(sum(packs[0].millivolts) / 100) / 10;
  const items: unknown[] = [];
  if (car.vehicle !== false)
    items.push({
      type: 1,
      kind: "vehicle",
      vehicleState: 1,
      chargingState: 3,
      runningMode: 1,
      speed: 36.1,
      mileage: 12_345.6,
      totalVoltage: volts,
      totalCurrent: 12.3,
      stateOfCharge: 56,
      dcDcState: 1,
      gear: { raw: 14, position: "D", drivingForce: false, brakingForce: false },
      insulationResistance: 4321,
      ...(edition === 2016 ? { acceleratorTravel: 12, brakePedal: 0 } : {}),
      ...car.vehicle,
    });
  if (car.motors !== false)
    items.push({
      type: 2,
      kind: "motors",
      motorCount: 1,
      motors: [
        {
          number: 1,
          state: 1,
          controllerTemperature: 40,
          speed: 3000,
          torque: 55.5,
          temperature: 60,
          ...(edition === 2016 ? { controllerInputVoltage: 365, controllerDcBusCurrent: 20.1 } : {}),
        },
      ],
    });
  if (car.location !== false)
    items.push({
      type: 5,
      kind: "location",
      status: { raw: 0, valid: true, south: false, west: false },
      ...(edition === 2025 ? { coordinateSystem: 1 } : {}),
      longitude: 116.397428,
      latitude: 39.90923,
      ...car.location,
    });
  if (edition === 2016 && car.extremes !== false)
    items.push({
      type: 6,
      kind: "extremes",
      maxVoltagePack: 1,
      maxVoltageCell: 1 + Math.max(0, all.indexOf(Math.max(...all))),
      maxCellVoltage: all.length === 0 ? 3.8 : Math.max(...all) / 1000,
      minVoltagePack: 1,
      minVoltageCell: 1 + Math.max(0, all.indexOf(Math.min(...all))),
      minCellVoltage: all.length === 0 ? 3.8 : Math.min(...all) / 1000,
      maxTemperaturePack: 1,
      maxTemperatureProbe: 4,
      maxTemperature: Math.max(...probes, -40),
      minTemperaturePack: 1,
      minTemperatureProbe: 1,
      minTemperature: Math.min(...probes, 210),
      ...car.extremes,
    });
  if (car.alarm !== false)
    items.push({
      type: edition === 2016 ? 7 : 6,
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
      ...(edition === 2025 ? { generalAlarmCount: 0, generalAlarms: [] } : {}),
      ...car.alarm,
    });
  if (packs.length > 0)
    items.push({
      type: edition === 2016 ? 8 : 7,
      kind: "cellVoltages",
      packCount: packs.length,
      packs: packs.map((pack, i) => ({
        number: pack.number ?? i + 1,
        voltage: pack.voltage ?? Math.round(sum(pack.millivolts) / 100) / 10,
        current: 12.3,
        ...(edition === 2016
          ? {
              cellTotal: pack.total ?? pack.millivolts.length,
              firstCell: pack.first ?? 1,
              cellCount: pack.count ?? pack.millivolts.length,
            }
          : { cellCount: pack.count ?? pack.millivolts.length }),
        cellVoltages: pack.millivolts.map((value) => value / 1000),
      })),
    });
  if (probes.length > 0)
    items.push({
      type: edition === 2016 ? 9 : 8,
      kind: "temperatures",
      packCount: 1,
      packs: [{ number: 1, probeCount: probes.length, temperatures: probes }],
    });
  return encodeFrame({
    kind: car.command === 3 ? "reissuedReport" : "realtimeReport",
    edition,
    command: car.command ?? 2,
    response: 0xfe,
    vin: car.vin ?? VIN,
    encryption: 1,
    time: timeText(car.time ?? NOON),
    items,
  } as unknown as Message);
}

export interface BlockRow {
  readonly frame: Uint8Array;
  /** UTC ms; default: 1 s after collection. */
  readonly receive?: number;
  readonly vehicle?: bigint;
  readonly link?: number;
  readonly disposition?: Disposition;
}

const decode = createColumnDecoder(createColumnMap());

/** Adds a row as the gateway does. */
export function putRow(
  block: ObservationBlock,
  { frame, receive, vehicle = 7n, link = 1, disposition = Disposition.accepted }: BlockRow,
): void {
  const row = block.rows;
  block.putRaw(frame);
  const { eventTime, ok } = decode(frame, block, row);
  if (!ok || disposition !== Disposition.accepted) block.clearRow();
  else if (frame[2] === 2 || frame[2] === 3) deriveSignals(block);
  block.vehicle[row] = vehicle;
  block.eventTime[row] = Number.isNaN(eventTime) ? (receive ?? NOON) : eventTime;
  block.receiveTime[row] = receive ?? block.eventTime[row] + 1000;
  block.link[row] = link;
  block.assurance[row] = 1;
  block.edition[row] = frame[0] === 0x23 ? 16 : 25;
  block.command[row] = frame[2];
  block.disposition[row] = disposition;
  block.endRow();
}

/** A block as the gateway fills it. */
export function blockOf(rows: readonly BlockRow[], firstSeq = 1): ObservationBlock {
  const block = new ObservationBlock(Math.max(rows.length, 1));
  block.firstSeq = firstSeq;
  for (const row of rows) putRow(block, row);
  return block;
}

function plainFrame(command: number, unit: Uint8Array, vin: string): Uint8Array {
  const bytes = Buffer.alloc(25 + unit.length);
  bytes.set([0x23, 0x23, command, 0xfe]);
  bytes.write(vin, 4, 17, "latin1");
  bytes[21] = 1;
  bytes.writeUInt16BE(unit.length, 22);
  bytes.set(unit, 24);
  bytes[bytes.length - 1] = bccOf(bytes, 2, bytes.length - 1);
  return bytes;
}

function timeBytes(ms: number): number[] {
  const time = new Date(ms + 8 * 3_600_000);
  return [
    time.getUTCFullYear() - 2000,
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  ];
}

export function loginFrame({
  serial,
  time = NOON,
  vin = VIN,
}: {
  serial: number;
  time?: number;
  vin?: string;
}): Uint8Array {
  const unit = Buffer.alloc(30, "0");
  unit.set([...timeBytes(time), serial >> 8, serial & 255]);
  unit.set([0, 0], 28);
  return plainFrame(1, unit, vin);
}

export function logoutFrame({
  serial,
  time = NOON,
  vin = VIN,
}: {
  serial: number;
  time?: number;
  vin?: string;
}): Uint8Array {
  return plainFrame(4, Uint8Array.from([...timeBytes(time), serial >> 8, serial & 255]), vin);
}

export function platformLoginFrame(user: string, password = "", time = NOON): Uint8Array {
  const unit = Buffer.alloc(41);
  unit.set([...timeBytes(time), 0, 1]);
  unit.write(user, 8, 12, "latin1");
  unit.write(password, 20, 20, "latin1");
  unit[40] = 1;
  return plainFrame(5, unit, "PLATFORM000000001");
}
