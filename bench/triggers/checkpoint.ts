/**
 * Saving and loading the states of a fleet whose windows are full, without a disk.
 * Usage: node bench/triggers/checkpoint.ts [vehicles=10000]
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, createMonitor } from "@sandglass/triggers";

const vehicles = Number(process.argv[2] ?? 10_000);
const texts = ["gbt32960-alarms", "bench-24"].map((pack) => ({
  text: readFileSync(join(import.meta.dirname, "../../packs", pack, "triggers.tdl"), "utf8"),
}));
const compiled = compileTriggers(texts, SIGNALS);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
const { set } = compiled;
const monitor = createMonitor(set);
const values = new Float64Array(set.inputs.length).fill(1);
const present = new Uint8Array(values.length).fill(1);
const states = Array.from({ length: vehicles }, () => monitor.create());
for (let round = 0; round < 70; round++)
  for (const state of states) {
    values.fill(1 + (round % 3));
    monitor.step(state, Date.UTC(2026, 0, 1) + round * 10_000, values, present, round, () => {});
  }
const cpuOf = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};
let saved: Uint8Array[] = [];
const saving = cpuOf(() => (saved = states.map((state) => monitor.save(state))));
const bytes = saved.reduce((sum, one) => sum + one.length, 0);
const loading = cpuOf(() => saved.forEach((one, i) => (states[i] = monitor.load(one))));
console.log(
  JSON.stringify({
    vehicles,
    triggers: set.triggers.length,
    bytesPerVehicle: Math.round(bytes / vehicles),
    saveMicroseconds: Math.round((saving / vehicles) * 1e7) / 10,
    loadMicroseconds: Math.round((loading / vehicles) * 1e7) / 10,
    secondsFor50000: {
      save: Math.round(saving * (500_000 / vehicles)) / 10,
      load: Math.round(loading * (500_000 / vehicles)) / 10,
    },
  }),
);
