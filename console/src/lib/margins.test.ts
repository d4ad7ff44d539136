import assert from "node:assert/strict";
import { test } from "node:test";
import { boundariesOf, worstMargins } from "./margins.ts";

test("each clause of plain comparisons is one boundary; what comparisons alone cannot say is left out", () => {
  const text = `trigger X version 1 "A" {
    when delta(max_cell_temp over 2 min) >= 8 °C and max_cell_temp > 35 °C ;
    severity 3 when max_cell_temp > 60 °C for 10 s ;
    clear when max_cell_temp < 50 °C ;
  }`;
  assert.deepEqual(
    boundariesOf("X", text).map(({ level, atoms }) => [level, atoms.map((atom) => atom.text)]),
    [[3, ["max_cell_temp > 60 °C"]]],
  );
  assert.deepEqual(boundariesOf("Y", "when speed > 5 km/h or soc < 10 %"), []);
});

test("the worst vehicle is the one nearest to fulfilling all comparisons, shown by the one that holds it back", () => {
  const [boundary] = boundariesOf("Z", "when insulation < 100 Ω/V for 30 s and speed > 5 km/h");
  const latest = [
    { vehicle: "parked", values: { insulation: 80, speed: 0 } },
    { vehicle: "driving", values: { insulation: 900, speed: 90 } },
    { vehicle: "unknown", values: { speed: 90 } },
  ];
  const [margin] = worstMargins([boundary], latest);
  assert.deepEqual([margin.vehicle, margin.signal, margin.value, margin.bound], ["parked", "speed", 0, 5]);
});

test("without any value the margin is unknown", () => {
  const [margin] = worstMargins(boundariesOf("Z", "when soc < 10 %"), []);
  assert.deepEqual([margin.value, margin.vehicle, margin.bound], [null, null, 10]);
});
