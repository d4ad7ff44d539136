/**
 * The monitor as the product calls it: vehicles in turn, one observation of every input per vehicle and about 10 s of
 * event time (whole seconds, 9 to 11 s apart), values that change as little as a vehicle's do.
 * Usage: node bench/triggers/run.ts [--vehicles 2000] [--seconds 5] [--packs gbt32960-alarms,bench-24] [--period 10000] [--random]
 * `--random`: vehicles in random order.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SIGNALS } from "@sandglass/signals";
import { compilePack, compileTriggers, createMonitor, loadPack } from "@sandglass/triggers";

const { values: options } = parseArgs({
  options: {
    vehicles: { type: "string", default: "2000" },
    seconds: { type: "string", default: "5" },
    packs: { type: "string", default: "gbt32960-alarms,bench-24" },
    period: { type: "string", default: "10000" },
    random: { type: "boolean", default: false },
  },
});
const vehicles = Number(options.vehicles);
const seconds = Number(options.seconds);
const period = Number(options.period);

const sources = options.packs.split(",").flatMap((name) => {
  const folder = join(import.meta.dirname, "../../packs", name);
  const pack = loadPack(
    Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")])),
  );
  compilePack(pack, SIGNALS);
  return pack.sources;
});
const compiled = compileTriggers(sources, SIGNALS);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
const { set } = compiled;
const monitor = createMonitor(set);

/** Small deterministic generator: the load must be the same in every run. */
let seed = 12345;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
};

/** Where a signal lies, its largest change between two observations, its resolution. */
const nominal: Readonly<Record<string, readonly [base: number, change: number, resolution: number]>> = {
  max_cell_temp: [32, 0.4, 1],
  min_cell_temp: [29, 0.4, 1],
  temp_spread: [3, 0.4, 1],
  cell_spread: [0.03, 0.004, 0.001],
  max_cell_voltage: [3.9, 0.02, 0.001],
  min_cell_voltage: [3.87, 0.02, 0.001],
  insulation: [900, 10, 1],
  insulation_resistance: [350, 4, 1],
  speed: [60, 8, 0.1],
  soc: [60, 0.1, 1],
  total_current: [40, 30, 0.1],
  total_voltage: [360, 2, 0.1],
  "charge.state": [3, 0, 1],
  "vehicle.state": [1, 0, 1],
  accelerator: [20, 6, 1],
  max_motor_temp: [70, 0.6, 1],
  max_controller_temp: [50, 0.6, 1],
};
// Values are drawn beforehand, so that the loop measures the monitor and not the generator: a walk that returns home.
const ROUNDS = 64;
const width = set.inputs.length;
const rows = new Float64Array(ROUNDS * width);
set.inputs.forEach((id, i) => {
  const [base, change, resolution] = nominal[id] ?? [0, 0, 1];
  let value = base;
  for (let r = 0; r < ROUNDS; r++) {
    value += (random() * 2 - 1) * change + ((base - value) * 4) / ROUNDS;
    rows[r * width + i] = Number((Math.round(value / resolution) * resolution).toFixed(3));
  }
});
const present = new Uint8Array(width).fill(1);
const start = Date.UTC(2026, 0, 1);
const before = process.memoryUsage();
const states = Array.from({ length: vehicles }, (_, i) => monitor.create(`v${i}`));
let firings = 0;
let ref = 0;
const emit = (): void => void firings++;
const views = Array.from({ length: ROUNDS }, (_, r) => rows.subarray(r * width, (r + 1) * width));
const order = Int32Array.from({ length: vehicles }, (_, i) => i);
if (options.random) {
  for (let i = vehicles - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
}
const jitter =
  period >= 5000 ? Int16Array.from({ length: 1021 }, () => 1000 * Math.floor(random() * 3)) : new Int16Array(1021);

function pass(round: number): void {
  const time = start + round * period;
  for (let i = 0; i < vehicles; i++) {
    const v = order[i] as number;
    const state = states[v];
    const at = time + (jitter[(v * 7 + round * 13) % 1021] as number);
    if (state) monitor.step(state, at, views[(round + v) % ROUNDS] as Float64Array, present, ++ref, emit);
  }
}

let round = 0;
while (round < 100) pass(round++); // warm up, and fill the windows
const heap = process.memoryUsage().heapUsed;
const begun = performance.now();
const cpuBefore = process.cpuUsage();
const refBefore = ref;
while (performance.now() - begun < seconds * 1000) pass(round++);
const elapsed = (performance.now() - begun) / 1000;
const cpu = process.cpuUsage(cpuBefore);
// On a shared machine the processor time of this process is the steadier measure.
const cpuRate = (ref - refBefore) / ((cpu.user + cpu.system) / 1e6);
const after = process.memoryUsage();
const stateBytes = states.reduce((sum, s) => sum + s.numbers.byteLength, 0);
console.log(
  JSON.stringify({
    packs: options.packs,
    triggers: set.triggers.length,
    inputs: width,
    vehicles,
    node: process.version,
    microsecondsPerObservation: Math.round(1e9 / cpuRate) / 1000,
    observationsPerCpuSecond: Math.round(cpuRate),
    observationsPerSecond: Math.round((ref - refBefore) / elapsed),
    triggerUpdatesPerCpuSecond: Math.round(cpuRate * set.triggers.length),
    bytesPerVehicle: Math.round(stateBytes / vehicles),
    worstCaseBytesPerVehicle: set.bytesPerSubject,
    firings,
    rssMb: Math.round((after.rss - before.rss) / 1e6),
    heapGrowthMbWhileMeasuring: Math.round((after.heapUsed - heap) / 1e5) / 10,
  }),
);
