/**
 * CPU time of the data-quality rules per frame, one core: real columns of the 623-byte frame of bench/codec (2 motors,
 * 2 packs of 96 cells and 48 probes), decoded once, evaluated again and again with times that move on.
 * Usage: node bench/conformance/run.ts [vehicles=1000] [seconds=3] [dirty=0]
 *   dirty: share of frames with a sentinel in the vehicle body and in one cell
 */
import { createColumnDecoder } from "@sandglass/gbt32960";
import { deriveSignals, getList, getScalar, ObservationBlock, Reason } from "@sandglass/signals";
import { BASE, BASE_SIZE } from "../../server/src/conformance/counters.ts";
import { QualityEngine } from "../../server/src/conformance/engine.ts";
import { createColumnMap } from "../../server/src/intake/gateway/mod.ts";
import { FRAME } from "../codec/frame-623.ts";

const [vehicles = 1000, seconds = 3, dirty = 0] = process.argv.slice(2).map(Number);
const ROWS = 4096;
const BLOCKS = 8;
const START = Date.UTC(2026, 3, 1);
const decode = createColumnDecoder(createColumnMap());
const speed = getScalar("speed").column;
const cells = getList("cell.voltage").column;

function fill(block: ObservationBlock, first: number): void {
  for (let row = 0; row < ROWS; row++) {
    block.putRaw(FRAME);
    decode(FRAME, block, row);
    deriveSignals(block);
    if (dirty > 0 && row % Math.round(1 / dirty) === 0) {
      block.scalars[speed].reasons[row] = Reason.invalid;
      block.lists[cells].reasons[block.lists[cells].length - 3] = Reason.abnormal;
    }
    // Keys as keyed hashes are: spread over 64 bits.
    block.vehicle[row] = BigInt.asUintN(63, BigInt(((first + row) % vehicles) + 1) * 0x9e37_79b9_7f4a_7c15n);
    block.link[row] = 1;
    block.assurance[row] = 1;
    block.edition[row] = 16;
    block.command[row] = 2;
    block.endRow();
  }
}

const blocks = Array.from({ length: BLOCKS }, (_, i) => {
  const block = new ObservationBlock(ROWS);
  fill(block, i * ROWS);
  return block;
});
let round = 0;
/** Every vehicle reports every 10 s; the next round of blocks is that much later. */
function advance(): void {
  round++;
  for (const [i, block] of blocks.entries()) {
    for (let row = 0; row < ROWS; row++) {
      const time = START + Math.floor((round * BLOCKS * ROWS + i * ROWS + row) / vehicles) * 10_000;
      block.eventTime[row] = time;
      block.receiveTime[row] = time + 800;
    }
  }
}

const engine = new QualityEngine();
let frames = 0;
let spent = 0;
const runs: number[] = [];
for (let run = 0; run < 6; run++) {
  frames = spent = 0;
  const cpu = process.cpuUsage();
  let other = 0;
  while (spent < (seconds * 1000) / 6) {
    const before = process.cpuUsage();
    advance();
    const started = performance.now();
    const waited = process.cpuUsage(before);
    other += waited.user + waited.system;
    for (const block of blocks) engine.step(block);
    spent += performance.now() - started;
    frames += BLOCKS * ROWS;
  }
  const used = process.cpuUsage(cpu);
  if (run > 0) runs.push((used.user + used.system - other) / frames);
}
runs.sort((a, b) => a - b);
let counted = 0;
for (let slot = 1; slot < engine.vehicles.size; slot++)
  counted += engine.vehicleDays.base[slot * BASE_SIZE + BASE.frames];
if (counted === 0) throw new Error("nothing was counted");
console.log(
  `${vehicles} vehicles, ${dirty * 100} % dirty: ${runs[Math.floor(runs.length / 2)].toFixed(3)} µs CPU per frame ` +
    `(best ${runs[0].toFixed(3)}, worst ${runs[runs.length - 1].toFixed(3)})`,
);
