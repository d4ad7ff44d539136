import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { PlotSample } from "./plot-data.ts";
import { firingClauses, heldFor, parseDuration, readAtoms, truthOf } from "./ribbons.ts";

const TRIGGER = `trigger X version 1 "A" / "甲" {
  applies to vehicle ;
  when max_cell_temp > 55 °C for 20 s ;
  severity 2 ;
  severity 3 when max_cell_temp > 60 °C for 10 s ;
  clear when max_cell_temp < 50 °C for 1 min ;
  requires samples >= 4 ;
}`;

test("the comparisons that make a trigger fire are read with their duration and level, those that clear it are not", () => {
  assert.deepEqual(
    readAtoms(TRIGGER).map(({ text, forMs, level }) => [text, forMs, level]),
    [
      ["max_cell_temp > 55 °C", 20_000, 2],
      ["max_cell_temp > 60 °C", 10_000, 3],
    ],
  );
  assert.deepEqual(firingClauses(TRIGGER).length, 3);
});

test("other units of the same kind are converted, unknown units and signals are left out", () => {
  assert.deepEqual(
    readAtoms("when cell_spread > 300 mV for 30 s").map(({ value, forMs }) => [value, forMs]),
    [[0.3, 30_000]],
  );
  assert.deepEqual(readAtoms("when speed > 5 mph"), []);
  assert.deepEqual(readAtoms("when nothing_here > 5"), []);
});

test("a dimensionless comparison with a duration is read too", () => {
  assert.deepEqual(
    readAtoms("when alarm.level >= 3 for 5 s and speed > 5 km/h").map(({ signal, forMs }) => [signal, forMs]),
    [
      ["alarm.level", 5_000],
      ["speed", undefined],
    ],
  );
});

test("durations add up their parts in both languages", () => {
  assert.equal(parseDuration("1 min 30 s"), 90_000);
  assert.equal(parseDuration("2 小时"), 7_200_000);
  assert.equal(parseDuration("soon"), undefined);
});

const [HOT] = readAtoms("when max_cell_temp > 60 °C");
const at = (time: number, value: number | undefined): PlotSample => ({ time, value });

test("truth follows the samples and is unknown where none holds", () => {
  assert.deepEqual(truthOf(HOT, [at(10, 50), at(20, 70), at(30, undefined), at(40, 70)], 0, 60, 15), [
    { from: 0, to: 10, truth: "unknown" },
    { from: 10, to: 20, truth: "false" },
    { from: 20, to: 30, truth: "true" },
    { from: 30, to: 40, truth: "unknown" },
    { from: 40, to: 55, truth: "true" },
    { from: 55, to: 60, truth: "unknown" },
  ]);
});

test("truth intervals cover the range without holes or overlaps", () => {
  const samples = fc
    .uniqueArray(
      fc.record({
        time: fc.integer({ min: -20, max: 120 }),
        value: fc.option(fc.integer({ min: 40, max: 80 }), { nil: undefined }),
      }),
      { selector: (sample) => sample.time, maxLength: 20 },
    )
    .map((list) => list.sort((a, b) => a.time - b.time));
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 40 }), (list, hold) => {
      const intervals = truthOf(HOT, list, 0, 100, hold);
      let cursor = 0;
      for (const interval of intervals) {
        assert.equal(interval.from, cursor);
        assert.ok(interval.to > interval.from);
        cursor = interval.to;
      }
      assert.equal(cursor, 100);
    }),
  );
});

test("`for` becomes true only after the whole duration, and stays unknown behind an unknown stretch", () => {
  assert.deepEqual(
    heldFor(
      [
        { from: 0, to: 5, truth: "false" },
        { from: 5, to: 30, truth: "true" },
      ],
      10,
    ),
    [
      { from: 0, to: 15, truth: "false" },
      { from: 15, to: 30, truth: "true" },
    ],
  );
  assert.deepEqual(
    heldFor(
      [
        { from: 0, to: 5, truth: "unknown" },
        { from: 5, to: 30, truth: "true" },
      ],
      10,
    ),
    [
      { from: 0, to: 15, truth: "unknown" },
      { from: 15, to: 30, truth: "true" },
    ],
  );
});
