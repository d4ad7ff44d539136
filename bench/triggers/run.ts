/**
 * The monitor as the product calls it: vehicles in turn, one observation of every input per vehicle and about 10 s of
 * event time (whole seconds, 9 to 11 s apart), vehicles that park, charge and drive.
 * Usage: node bench/triggers/run.ts [--vehicles 2000] [--seconds 5] [--packs gbt32960-alarms,bench-24] [--period 10000] [--random] [--every-time] [--interpret] [--economy fast|small|least] [--warm ROUNDS] [--rounds ROUNDS] [--copy VEHICLES]
 * `--random`: vehicles in random order. `--every-time`: nothing is left out. `--interpret`: no generated code.
 * `--economy`: what is done for memory; without it as the number of vehicles asks for. `--warm`: rounds before the
 * measurement; without it as many as fill the windows of ten minutes. `--rounds`: how many are measured, instead of
 * seconds. `--copy`: so many vehicles are warmed up, the others begin as copies of them, as after a restart from a
 * checkpoint; with 2560 each of another phase or kind.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SIGNALS } from "@sandglass/signals";
import { compilePack, compileTriggers, createMonitor, loadPack, type Economy } from "@sandglass/triggers";

const { values: options } = parseArgs({
  options: {
    vehicles: { type: "string", default: "2000" },
    seconds: { type: "string", default: "5" },
    packs: { type: "string", default: "gbt32960-alarms,bench-24" },
    period: { type: "string", default: "10000" },
    random: { type: "boolean", default: false },
    "every-time": { type: "boolean", default: false },
    interpret: { type: "boolean", default: false },
    economy: { type: "string" },
    warm: { type: "string" },
    rounds: { type: "string" },
    copy: { type: "string" },
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
const monitor = createMonitor(set, {
  everyTime: options["every-time"],
  ...(options.economy === undefined ? {} : { economy: options.economy as Economy }),
  ...(options.interpret ? { generateAfter: Infinity } : {}),
});

/** Small deterministic generator: the load must be the same in every run. */
let seed = 12345;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
};

/**
 * What vehicles do: of 20, eight are parked, four charge, five drive in a city, three on a highway. Values belong
 * together as in a vehicle: current follows speed, voltages follow current and state of charge.
 */
const MIX = "PPPPPPPPCCCCUUUUUHHH";
const ROUNDS = 512;
const width = set.inputs.length;

function drive(kind: string): Float64Array {
  const rows = new Float64Array(ROUNDS * width);
  // Steps are those of 10 s; a faster report sees less of a change.
  const pace = Math.min(1, period / 10_000);
  const wander = (x: number, step: number, home: number): number =>
    x + (random() * 2 - 1) * step * Math.sqrt(pace) + (home - x) * 0.1 * pace;
  let speed = kind === "H" ? 100 : kind === "U" ? 30 : 0;
  let temp = kind === "P" ? 21 : 31;
  let spread = 12;
  let insulation = 900;
  for (let r = 0; r < ROUNDS; r++) {
    // There and back, so that the last row is followed by the first.
    const way = (pace * (r < ROUNDS / 2 ? r : ROUNDS - r)) / (ROUNDS / 2);
    const before = speed;
    if (kind === "H") speed = wander(speed, 6, 100);
    if (kind === "U") speed = Math.max(0, wander(speed, 18, 28));
    temp = wander(temp, 0.3, kind === "P" ? 21 : 31 + 6 * way);
    spread = wander(spread, 1.5, 12);
    insulation = wander(insulation, 3, 900);
    const moves = speed > 0.5;
    const current =
      kind === "C" ? -32 - 3 * way : moves ? 0.6 * speed + 6 * (speed - before) + (random() - 0.5) * 8 : 0.8;
    const soc = kind === "P" ? 64 : kind === "C" ? 40 + 40 * way : 70 - 25 * way;
    const cell = 3.4 + soc * 0.006 - current * 0.00035;
    const signals: Readonly<Record<string, readonly [value: number, resolution: number]>> = {
      max_cell_temp: [temp, 1],
      min_cell_temp: [temp - 3, 1],
      temp_spread: [3, 1],
      cell_spread: [spread / 1000, 0.001],
      max_cell_voltage: [cell + spread / 2000, 0.001],
      min_cell_voltage: [cell - spread / 2000, 0.001],
      insulation: [insulation, 1],
      insulation_resistance: [insulation / 2.6, 1],
      speed: [speed, 0.1],
      soc: [soc, 1],
      total_current: [current, 0.1],
      total_voltage: [cell * 96, 0.1],
      "charge.state": [kind === "C" ? 1 : 3, 1],
      "vehicle.state": [moves ? 1 : 2, 1],
      accelerator: [moves ? Math.max(0, (speed - before) * 4 + 12) : 0, 1],
      brake: [moves && speed < before - 8 ? 25 : 0, 1],
      max_motor_temp: [moves ? 60 + speed / 4 : 25, 1],
      max_controller_temp: [moves ? 45 + speed / 8 : 25, 1],
    };
    set.inputs.forEach((id, i) => {
      const [value, resolution] = signals[id] ?? [0, 1];
      rows[r * width + i] = Number((Math.round(value / resolution) * resolution).toFixed(3));
    });
  }
  return rows;
}

// Values are drawn beforehand, so that the loop measures the monitor and not the generator.
const kinds = Array.from(MIX, (kind) => {
  const rows = drive(kind);
  return Array.from({ length: ROUNDS }, (_, r) => rows.subarray(r * width, (r + 1) * width));
});
const present = new Uint8Array(width).fill(1);
const start = Date.UTC(2026, 0, 1);
const before = process.memoryUsage();
/** Vehicles that are warmed up; the others start as copies of them, as after a restart from a checkpoint. */
const warmed = Math.min(vehicles, options.copy === undefined ? vehicles : Number(options.copy));
const states = Array.from({ length: warmed }, (_, i) => monitor.create(`v${i}`));
let firings = 0;
let ref = 0;
const emit = (): void => void firings++;
function orderOf(count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; options.random && i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
let order = orderOf(warmed);
const jitter =
  period >= 5000 ? Int16Array.from({ length: 1021 }, () => 1000 * Math.floor(random() * 3)) : new Int16Array(1021);

function rowOf(v: number, round: number): Float64Array {
  const rows = kinds[v % kinds.length] as (typeof kinds)[number];
  return rows[(round + v * 7) % ROUNDS] as Float64Array;
}

function pass(round: number): void {
  const time = start + round * period;
  for (let i = 0; i < order.length; i++) {
    const v = order[i] as number;
    const state = states[v];
    const at = time + (jitter[(v * 7 + round * 13) % 1021] as number);
    if (state) monitor.step(state, at, rowOf(v, round), present, ++ref, emit);
  }
}

let round = 0;
const windows = options.warm === undefined ? Math.max(100, Math.ceil(700_000 / period)) : Number(options.warm);
while (round < windows) pass(round++); // warm up, and fill the windows
if (warmed < vehicles) {
  const saved = states.map((s) => monitor.save(s));
  for (let i = warmed; i < vehicles; i++) states.push(monitor.load(saved[i % warmed] as Uint8Array));
  order = orderOf(vehicles);
  // As many as the longest log has rows: then each vehicle is kept as it will be.
  for (const end = round + (period < 5000 ? 64 : 1); round < end;) pass(round++);
}
const heap = process.memoryUsage().heapUsed;
const begun = performance.now();
const cpuBefore = process.cpuUsage();
const refBefore = ref;
const isOver = (): boolean =>
  options.rounds === undefined
    ? performance.now() - begun >= seconds * 1000
    : round - roundBefore >= Number(options.rounds);
const roundBefore = round;
while (!isOver()) pass(round++);
const elapsed = (performance.now() - begun) / 1000;
const cpu = process.cpuUsage(cpuBefore);
// On a shared machine the processor time of this process is the steadier measure.
const cpuRate = (ref - refBefore) / ((cpu.user + cpu.system) / 1e6);
const after = process.memoryUsage();
const stateBytes = states.reduce((sum, s) => sum + s.bytes, 0);
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
    rounds: round,
    rssMb: Math.round((after.rss - before.rss) / 1e6),
    heapAndBuffersMb: Math.round((after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1e6),
    heapGrowthMbWhileMeasuring: Math.round((after.heapUsed - heap) / 1e5) / 10,
  }),
);
