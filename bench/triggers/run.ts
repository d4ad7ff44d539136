/**
 * Observations per second of the monitor on one core: the 24 triggers of packs/bench-24 over a fleet.
 * Usage: node bench/triggers/run.ts [vehicles=2000] [seconds=5] [pack=bench-24]
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SIGNALS } from "@sandglass/signals";
import { compilePack, createMonitor, loadPack } from "@sandglass/triggers";

const [vehicles = 2000, seconds = 5] = process.argv.slice(2).map(Number);
const packName = process.argv[4] ?? "bench-24";
const folder = join(import.meta.dirname, "../../packs", packName);
const pack = loadPack(
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")])),
);
const set = compilePack(pack, SIGNALS);
const monitor = createMonitor(set);

/** Small deterministic generator: the load must be the same in every run. */
let seed = 12345;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
};

const nominal: Readonly<Record<string, readonly [base: number, spread: number]>> = {
  max_cell_temp: [32, 3],
  min_cell_temp: [29, 2],
  temp_spread: [3, 1],
  cell_spread: [0.03, 0.02],
  max_cell_voltage: [3.9, 0.02],
  min_cell_voltage: [3.87, 0.02],
  insulation: [900, 50],
  insulation_resistance: [350, 20],
  speed: [60, 30],
  soc: [60, 1],
  total_current: [40, 60],
  total_voltage: [360, 4],
  "alarm.level": [0, 0],
  "charge.state": [3, 0],
  "vehicle.state": [1, 0],
  accelerator: [20, 15],
  brake: [0, 0],
  max_motor_temp: [70, 5],
  max_controller_temp: [50, 5],
};
// Values are drawn beforehand, so that the loop measures the monitor and not the generator.
const ROUNDS = 64;
const width = set.inputs.length;
const rows = new Float64Array(ROUNDS * width);
for (let r = 0; r < ROUNDS; r++) {
  set.inputs.forEach((id, i) => {
    const [base, spread] = nominal[id] ?? [0, 0];
    rows[r * width + i] = Math.round((base + (random() * 2 - 1) * spread) * 1000) / 1000;
  });
}
const present = new Uint8Array(width).fill(1);
const start = Date.UTC(2026, 0, 1);
const before = process.memoryUsage();
const states = Array.from({ length: vehicles }, (_, i) => monitor.create(`v${i}`));
let firings = 0;
let ref = 0;
const emit = (): void => void firings++;
const views = Array.from({ length: ROUNDS }, (_, r) => rows.subarray(r * width, (r + 1) * width));

function pass(round: number): void {
  const time = start + round * 10_000;
  for (let v = 0; v < vehicles; v++) {
    const state = states[v];
    if (state) monitor.step(state, time + (v % 7), views[(round + v) % ROUNDS] as Float64Array, present, ++ref, emit);
  }
}

const heapBefore = (): number => process.memoryUsage().heapUsed;
let round = 0;
while (round < 100) pass(round++); // warm up, and fill the windows
const heap = heapBefore();
const begun = performance.now();
const cpuBefore = process.cpuUsage();
const refBefore = ref;
while (performance.now() - begun < seconds * 1000) pass(round++);
const elapsed = (performance.now() - begun) / 1000;
const cpu = process.cpuUsage(cpuBefore);
// On a shared machine the processor time of this process is the steadier measure.
const cpuRate = (ref - refBefore) / ((cpu.user + cpu.system) / 1e6);
const rate = (ref - refBefore) / elapsed;
const after = process.memoryUsage();
const stateBytes = states.reduce((sum, s) => sum + s.numbers.byteLength, 0);
console.log(
  JSON.stringify({
    pack: packName,
    triggers: set.triggers.length,
    inputs: width,
    vehicles,
    node: process.version,
    observationsPerSecond: Math.round(rate),
    observationsPerCpuSecond: Math.round(cpuRate),
    triggerUpdatesPerSecond: Math.round(rate * set.triggers.length),
    bytesPerVehicle: Math.round(stateBytes / vehicles),
    worstCaseBytesPerVehicle: set.bytesPerSubject,
    firings,
    rssMb: Math.round((after.rss - before.rss) / 1e6),
    heapGrowthMbWhileMeasuring: Math.round((after.heapUsed - heap) / 1e5) / 10,
  }),
);
