import assert from "node:assert/strict";
import { test } from "node:test";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, createMonitor } from "../mod.ts";

const START = Date.UTC(2026, 0, 1);

/** Live margins after reports of the same values for a minute. */
function marginsOf(condition: string, signals: Readonly<Record<string, number>>) {
  const result = compileTriggers([{ text: `trigger T version 1 { when ${condition} ; severity 1 ; }` }], SIGNALS);
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.errors));
  const { set } = result;
  const monitor = createMonitor(set);
  const state = monitor.create();
  const values = new Float64Array(set.inputs.length);
  const present = new Uint8Array(set.inputs.length).fill(1);
  set.inputs.forEach((id, index) => (values[index] = signals[id] ?? Number.NaN));
  for (let second = 0; second <= 60; second += 10)
    monitor.step(state, START + second * 1000, values, present, second + 1, () => true);
  const [status] = monitor.status(state);
  return status;
}

test("of a condition of several units the part that decides has its margin in its own unit", () => {
  const driving = "max_cell_temp > 55 °C for 20 s and speed > 5 km/h";
  const cold = marginsOf(driving, { max_cell_temp: 25, speed: 60 });
  assert.deepEqual(cold?.deciding, { value: -30, unit: "Cel" });
  assert.equal(cold?.margin?.normalised, true);
  const parked = marginsOf(driving, { max_cell_temp: 58, speed: 0 });
  assert.deepEqual(parked?.deciding, { value: -5, unit: "km/h" });
});

test("a condition of one unit has its margin and no deciding part; without a part of one unit there is none", () => {
  const one = marginsOf("speed > 60 km/h", { speed: 50 });
  assert.deepEqual([one?.margin, one?.deciding], [{ value: -10, unit: "km/h" }, undefined]);
  const mixed = marginsOf("(speed > 60 km/h implies soc > 20 %) for 20 s", { speed: 80, soc: 30 });
  assert.deepEqual([mixed?.margin?.normalised, mixed?.deciding], [true, undefined]);
});
