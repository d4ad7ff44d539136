/**
 * CPU time of supervision per report while nothing happens: blocks of the journal's size with columns of the 623-byte frame,
 * decoded beforehand, stepped by `gbt32960-alarms` and `bench-24` (25 triggers). As in the server, a block and the states
 * of its vehicles have left the processor's cache when they are stepped: twelve blocks are filled in turn, and 16 MB are
 * written between two rounds. With several folders of supervision, say of two versions, each steps every round.
 *
 *   node bench/supervision/step.ts [--vehicles 2000] [--rounds 150] [FOLDER …]
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createColumnDecoder } from "@sandglass/gbt32960";
import { ObservationBlock } from "@sandglass/signals";
import { createColumnMap } from "../../server/src/intake/gateway/mod.ts";
import type { AssignmentTable } from "../../server/src/supervision/assignments.ts";
import type { BlockStepper } from "../../server/src/supervision/block-stepper.ts";
import { FRAME_BYTES, stamp } from "../e2e/frame-template.ts";
import { put } from "../history/segments.ts";
import { packOf } from "./fleet.ts";

const { values, positionals } = parseArgs({
  options: { vehicles: { type: "string", default: "2000" }, rounds: { type: "string", default: "150" } },
  allowPositionals: true,
});
const vehicles = Number(values.vehicles);
const rounds = Number(values.rounds);
const OURS = join(import.meta.dirname, "../../server/src/supervision");
const BLOCKS = 12;
const ROWS = 1024;
/** Reports come from a recorded past, as in bench/e2e. */
const LAG_MS = 864_000_000;

const decode = createColumnDecoder(createColumnMap());
const blocks = Array.from({ length: BLOCKS }, () => new ObservationBlock(ROWS));
const keys = Array.from({ length: vehicles }, (_, i) => BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n));
const others = new Uint8Array(16 << 20);
const frame = new Uint8Array(FRAME_BYTES);
const baseSeconds = Math.floor(Date.UTC(2026, 3, 1) / 1000);
let reports = 0;

function fill(block: ObservationBlock): void {
  block.reset();
  block.firstSeq = reports + 1;
  for (let row = 0; row < ROWS; row++, reports++) {
    const vehicle = reports % vehicles;
    const tick = Math.floor(reports / vehicles);
    stamp(frame, 0, vehicle, tick, baseSeconds);
    const time = (baseSeconds + tick) * 1000;
    put(block, decode, { vehicle: keys[vehicle] ?? 0n, time, frame }, LAG_MS);
  }
}

const sets = ["gbt32960-alarms", "bench-24"].map(packOf);
const versions = await Promise.all(
  (positionals.length === 0 ? [OURS] : positionals).map(async (folder) => {
    const parts = {
      ...((await import(resolve(folder, "block-stepper.ts"))) as { BlockStepper: typeof BlockStepper }),
      ...((await import(resolve(folder, "assignments.ts"))) as { AssignmentTable: typeof AssignmentTable }),
    };
    const stepper = new parts.BlockStepper(() => 0);
    stepper.assign(new parts.AssignmentTable(sets));
    return { folder, stepper, times: [] as number[] };
  }),
);
for (let round = 0; round < rounds; round++) {
  for (const block of blocks) fill(block);
  // Who comes first finds the blocks warmer.
  for (const { stepper, times } of round % 2 === 0 ? versions : versions.toReversed()) {
    others.fill(round);
    const began = process.threadCpuUsage();
    for (const block of blocks) {
      stepper.step(block);
      stepper.takeChanges();
    }
    const used = process.threadCpuUsage(began);
    times.push((used.user + used.system) / (BLOCKS * ROWS));
  }
}
for (const { folder, stepper, times } of versions) {
  // The first quarter runs code that is not optimised yet. A mean: the kernel counts a thread's time in ticks of some ms.
  const late = times.slice(times.length >> 2);
  const mean = late.reduce((sum, time) => sum + time, 0) / late.length;
  console.log(`${folder}: ${mean.toFixed(2)} µs per report, ${stepper.counts.stepped} stepped`);
}
