/**
 * CPU time of the data-quality rules per frame, one core: columns of 623-byte frames as in bench/codec (2 motors, 2 packs
 * of 96 cells and 48 probes), decoded once, evaluated again and again with times that move on. Blocks of 1,024 rows as the
 * server uses; so many that they do not stay in the cache of a core.
 * Usage: node bench/conformance/run.ts [vehicles=1000] [seconds=3] [frames=healthy]
 *   frames: `healthy` break no rule; `codec` are those of bench/codec, which break four rules each; `dirty` are healthy
 *   ones of which a tenth has a sentinel in the vehicle body and in one cell
 */
import { createColumnDecoder, encodeFrame, type Message } from "@sandglass/gbt32960";
import { deriveSignals, getList, getScalar, ObservationBlock, Reason } from "@sandglass/signals";
import { BASE, BASE_SIZE, RULE_COUNT } from "../../server/src/conformance/counters.ts";
import { QualityEngine } from "../../server/src/conformance/engine.ts";
import { FLAG, STATE, STATE_SIZE } from "../../server/src/conformance/vehicle-table.ts";
import { createColumnMap } from "../../server/src/intake/gateway/mod.ts";
import { FRAME, MESSAGE } from "../codec/frame-623.ts";

const vehicles = Number(process.argv[2] ?? 1000);
const seconds = Number(process.argv[3] ?? 3);
const kind = process.argv[4] ?? "healthy";
const ROWS = 1024;
const BLOCKS = 8;
const RUNS = 5;
const START = Date.UTC(2026, 3, 1);
const DIRTY_EVERY = 10;
const decode = createColumnDecoder(createColumnMap());
const speed = getScalar("speed").column;
const cells = getList("cell.voltage").column;

/** The frame of bench/codec with packs whose voltages fit their cells, and extremes that fit the lists. */
function healthyFrame(): Uint8Array {
  const items = MESSAGE.items.map((item) => {
    if (item.kind === "vehicle") return { ...item, totalVoltage: 758.4 };
    if (item.kind === "extremes") return { ...item, minTemperature: 25 };
    if (item.kind !== "cellVoltages") return item;
    return {
      ...item,
      packs: item.packs.map((pack) => ({
        ...pack,
        voltage: Math.round(pack.cellVoltages.reduce((sum, volts) => sum + volts, 0) * 10) / 10,
      })),
    };
  });
  const frame = encodeFrame({ ...MESSAGE, items } as Message);
  if (frame.length !== FRAME.length) throw new Error(`the healthy frame has ${frame.length} bytes`);
  return frame;
}

const FRAME_USED = kind === "codec" ? FRAME : healthyFrame();

function fill(block: ObservationBlock): void {
  for (let row = 0; row < ROWS; row++) {
    block.putRaw(FRAME_USED);
    decode(FRAME_USED, block, row);
    deriveSignals(block);
    if (kind === "dirty" && row % DIRTY_EVERY === 0) {
      block.scalars[speed].reasons[row] = Reason.invalid;
      block.lists[cells].reasons[block.lists[cells].length - 3] = Reason.abnormal;
    }
    block.link[row] = 1;
    block.assurance[row] = 1;
    block.edition[row] = 16;
    block.command[row] = 2;
    block.endRow();
  }
}

/** As keyed hashes are: spread over 64 bits. */
const KEYS = BigUint64Array.from({ length: vehicles }, (_, i) =>
  BigInt.asUintN(63, BigInt(i + 1) * 0x9e37_79b9_7f4a_7c15n),
);
const blocks = Array.from({ length: BLOCKS }, () => {
  const block = new ObservationBlock(ROWS);
  fill(block);
  return block;
});
let round = 0;
/** The next reports of all vehicles in turn; each reports every 10 s. */
function advance(): void {
  for (const [i, block] of blocks.entries()) {
    for (let row = 0; row < ROWS; row++) {
      const report = (round * BLOCKS + i) * ROWS + row;
      const time = START + Math.floor(report / vehicles) * 10_000;
      block.vehicle[row] = KEYS[report % vehicles];
      block.eventTime[row] = time;
      block.receiveTime[row] = time + 800;
    }
  }
  round++;
}

/** µs of CPU per frame. */
function measure(engine: QualityEngine): number {
  let frames = 0;
  let spent = 0;
  while (spent < (seconds * 1_000_000) / RUNS) {
    advance();
    const before = process.cpuUsage();
    for (const block of blocks) engine.step(block);
    const used = process.cpuUsage(before);
    spent += used.user + used.system;
    frames += BLOCKS * ROWS;
  }
  return spent / frames;
}

/** Vehicles that have logged in; those of a `codec` run have not. */
function warmUp(engine: QualityEngine): QualityEngine {
  for (let reports = 0; reports < vehicles; reports += BLOCKS * ROWS) {
    advance();
    for (const block of blocks) engine.step(block);
  }
  if (kind !== "codec")
    for (let slot = 1; slot < engine.vehicles.size; slot++)
      engine.vehicles.state[slot * STATE_SIZE + STATE.flags] |= FLAG.loggedIn;
  measure(engine);
  return engine;
}

function brokenPerFrame({ vehicles: table, vehicleDays: { hits, base } }: QualityEngine): number {
  let broken = 0;
  let frames = 0;
  for (let slot = 1; slot < table.size; slot++) {
    frames += base[slot * BASE_SIZE + BASE.frames];
    for (let rule = 0; rule < RULE_COUNT; rule++) broken += hits[slot * RULE_COUNT + rule];
  }
  if (frames === 0) throw new Error("nothing was counted");
  return broken / frames;
}

const engine = warmUp(new QualityEngine());
const runs = Array.from({ length: RUNS }, () => measure(engine)).sort((a, b) => a - b);
console.log(
  `${vehicles} vehicles, ${kind} frames, ${brokenPerFrame(engine).toFixed(2)} rules broken per frame: ` +
    `${runs[RUNS >> 1].toFixed(3)} µs CPU per frame (best ${runs[0].toFixed(3)}, worst ${runs[RUNS - 1].toFixed(3)})`,
);
