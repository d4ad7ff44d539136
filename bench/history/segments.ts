/** Journal segments for measurements: real frames, decoded and encoded by the parts that intake uses. */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createColumnDecoder } from "@sandglass/gbt32960";
import { deriveSignals, ObservationBlock } from "@sandglass/signals";
import { MAKERS, realtimeReport, SimulatedVehicle } from "@sandglass/simulator";
import { readRecordedRows, type RecordedRow } from "../../cli/src/replay/csv-rows.ts";
import { frameOfRow, guessUnits } from "../../cli/src/replay/row-frames.ts";
import type { SegmentFile } from "../../server/src/history/mod.ts";
import { createColumnMap } from "../../server/src/intake/gateway/column-map.ts";
import { NativeEncoder } from "../../server/src/journal/mod.ts";

const BLOCK_ROWS = 4096;
const PERIOD_MS = 10_000;
const START = Date.UTC(2026, 10, 20);
const LAG_MS = 400;
/** Edition 2016, 192 cells, 108 probes: about 600 bytes, as the 623-byte frame of the other measurements. */
const MODEL = { name: "bench", chemistry: "NCM", cells: 192, probes: 108, capacity: 86 } as const;

export interface TimedFrame {
  readonly vehicle: bigint;
  readonly time: number;
  readonly frame: Uint8Array;
}

export interface MadeSegments {
  readonly segments: readonly SegmentFile[];
  readonly frames: number;
  readonly frameBytes: number;
  readonly vehicles: readonly bigint[];
  readonly from: number;
  readonly to: number;
}

/** Endless: all vehicles report every 10 s, one after the other. */
export function* simulatedFrames(vehicles: number): Generator<TimedFrame> {
  const maker = MAKERS[1];
  const cars = Array.from({ length: vehicles }, (_, i) => ({
    key: BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n),
    vin: `LDHBENCH${String(i).padStart(9, "0")}`,
    car: new SimulatedVehicle({
      vin: "",
      maker,
      model: MODEL,
      region: "440300",
      seed: i + 1,
      inSandbox: false,
      fails: false,
    }),
  }));
  for (let tick = 0; ; tick++) {
    for (const [i, { key, vin, car }] of cars.entries()) {
      const time = START + tick * PERIOD_MS + Math.floor((i * 10) / vehicles) * 1000;
      yield { vehicle: key, time, frame: realtimeReport(2016, vin, time, car.advance(PERIOD_MS / 1000)) };
    }
  }
}

/** The rows of a recorded vehicle, as frames. */
export async function recordedFrames(path: string): Promise<TimedFrame[]> {
  const rows: RecordedRow[] = [];
  for await (const row of readRecordedRows(path)) rows.push(row);
  const units = guessUnits(rows.slice(0, 1000));
  return rows.map((row) => ({
    vehicle: 1n,
    time: row.timeMs,
    frame: frameOfRow("LSGBENCH000000001", row, units, false),
  }));
}

/** Writes up to `count` segments of `rows` rows. */
export function makeSegments(folder: string, count: number, rows: number, frames: Iterable<TimedFrame>): MadeSegments {
  mkdirSync(folder, { recursive: true });
  const source = frames[Symbol.iterator]();
  const decode = createColumnDecoder(createColumnMap());
  const encoder = new NativeEncoder();
  const block = new ObservationBlock(BLOCK_ROWS);
  const segments: SegmentFile[] = [];
  const vehicles = new Set<bigint>();
  let [total, bytes, from, to, seq] = [0, 0, Number.POSITIVE_INFINITY, 0, 1];
  let next = source.next();
  for (let id = 1; id <= count && next.done !== true; id++) {
    const path = join(folder, `${id}.native`);
    const file = openSync(path, "w");
    const firstSeq = seq;
    let fileBytes = 0;
    while (seq - firstSeq < rows && next.done !== true) {
      block.reset();
      block.firstSeq = seq;
      for (; !block.isFull && seq - firstSeq < rows && next.done !== true; seq++, total++, next = source.next()) {
        const { vehicle, time, frame } = next.value;
        put(block, decode, next.value, LAG_MS);
        vehicles.add(vehicle);
        bytes += frame.length;
        from = Math.min(from, time);
        to = Math.max(to, time + 1);
      }
      const native = encoder.encode(block);
      writeSync(file, native);
      fileBytes += native.length;
    }
    closeSync(file);
    segments.push({ id, path, indexPath: path, rows: seq - firstSeq, bytes: fileBytes, firstSeq, lastSeq: seq - 1 });
  }
  return { segments, frames: total, frameBytes: bytes / total, vehicles: [...vehicles], from, to };
}

/** Decodes a frame into the next row of a block. @param lagMs from the time of the report to its arrival */
export function put(
  block: ObservationBlock,
  decode: ReturnType<typeof createColumnDecoder>,
  { vehicle, time, frame }: TimedFrame,
  lagMs: number,
): void {
  const at = block.rows;
  block.putRaw(frame);
  block.vehicle[at] = vehicle;
  block.eventTime[at] = time;
  block.receiveTime[at] = time + lagMs;
  block.link[at] = 1;
  block.assurance[at] = 1;
  block.edition[at] = 16;
  block.command[at] = 2;
  block.disposition[at] = 0;
  const result = decode(frame, block, at);
  if (!result.ok) throw new Error("a frame does not decode");
  deriveSignals(block);
  block.endRow();
}
