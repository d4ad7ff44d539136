/** Journal segments of simulated vehicles: real frames (edition 2016, 192 cells, 108 probes, about 600 bytes), decoded. */
import { mkdirSync, openSync, closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createColumnDecoder } from "@sandglass/gbt32960";
import { deriveSignals, ObservationBlock } from "@sandglass/signals";
import { MAKERS, realtimeReport, SimulatedVehicle } from "@sandglass/simulator";
import { createColumnMap } from "../../server/src/intake/gateway/column-map.ts";
import type { SegmentFile } from "../../server/src/history/mod.ts";
import { NativeEncoder } from "../../server/src/journal/mod.ts";

const BLOCK_ROWS = 4096;
const PERIOD_MS = 10_000;
const START = Date.UTC(2026, 10, 20);
const MODEL = { name: "bench", chemistry: "NCM", cells: 192, probes: 108, capacity: 86 } as const;

export interface MadeSegments {
  readonly segments: readonly SegmentFile[];
  readonly frameBytes: number;
  readonly vehicles: readonly bigint[];
  readonly from: number;
  readonly to: number;
}

/** All vehicles report every 10 s, one after the other, until the segments are full. */
export function makeSegments(folder: string, count: number, rows: number, vehicles: number): MadeSegments {
  mkdirSync(folder, { recursive: true });
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
  const decode = createColumnDecoder(createColumnMap());
  const encoder = new NativeEncoder();
  const block = new ObservationBlock(BLOCK_ROWS);
  const segments: SegmentFile[] = [];
  let frames = 0;
  let total = 0;
  for (let id = 1; id <= count; id++) {
    const path = join(folder, `${id}.native`);
    const file = openSync(path, "w");
    let bytes = 0;
    for (let row = 0; row < rows;) {
      block.reset();
      block.firstSeq = (id - 1) * rows + row + 1;
      while (!block.isFull && row < rows) {
        const { key, vin, car } = cars[frames % vehicles];
        const time =
          START +
          Math.floor(frames / vehicles) * PERIOD_MS +
          Math.floor(((frames % vehicles) * PERIOD_MS) / vehicles / 1000) * 1000;
        const frame = realtimeReport(2016, vin, time, car.advance(PERIOD_MS / 1000));
        const at = block.rows;
        block.putRaw(frame);
        block.vehicle[at] = key;
        block.eventTime[at] = time;
        block.receiveTime[at] = time + 400;
        block.link[at] = 1;
        block.assurance[at] = 1;
        block.edition[at] = 16;
        block.command[at] = 2;
        block.disposition[at] = 0;
        const result = decode(frame, block, at);
        if (!result.ok) throw new Error("a simulated frame does not decode");
        deriveSignals(block);
        block.endRow();
        total += frame.length;
        frames++;
        row++;
      }
      const native = encoder.encode(block);
      writeSync(file, native);
      bytes += native.length;
    }
    closeSync(file);
    const firstSeq = (id - 1) * rows + 1;
    segments.push({ id, path, indexPath: path, rows, bytes, firstSeq, lastSeq: firstSeq + rows - 1 });
  }
  const to = START + (Math.floor((frames - 1) / vehicles) + 1) * PERIOD_MS;
  return { segments, frameBytes: total / frames, vehicles: cars.map(({ key }) => key), from: START, to };
}
