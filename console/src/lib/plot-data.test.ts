import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { findGaps, histogram, indexAt, knownUntil, thin, toSteps, type PlotSample } from "./plot-data.ts";

const at = (time: number, value: number | undefined = 1): PlotSample => ({ time, value });

test("where no sample holds there is a gap", () => {
  assert.deepEqual(findGaps([at(10), at(20), at(60)], 0, 100, 15), [
    { from: 0, to: 10 },
    { from: 35, to: 60 },
    { from: 75, to: 100 },
  ]);
});

test("a sample before the range still holds inside it", () => {
  assert.deepEqual(findGaps([at(-5), at(8)], 0, 20, 10), [
    { from: 5, to: 8 },
    { from: 18, to: 20 },
  ]);
});

test("an invalid sample ends the hold at once", () => {
  assert.deepEqual(findGaps([at(0), { time: 5, value: undefined }, at(9)], 0, 12, 10), [{ from: 5, to: 9 }]);
});

test("without samples everything is a gap", () => {
  assert.deepEqual(findGaps([], 0, 10, 5), [{ from: 0, to: 10 }]);
});

test("gaps and holds cover the range exactly", () => {
  const samples = fc
    .uniqueArray(fc.integer({ min: -50, max: 150 }), { maxLength: 30 })
    .map((times) => times.sort((a, b) => a - b).map((time) => at(time)));
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 30 }), (list, hold) => {
      const gaps = findGaps(list, 0, 100, hold);
      for (let t = 0; t < 100; t++) {
        const held = list.some((sample) => sample.time <= t && t < sample.time + hold);
        const inGap = gaps.some((gap) => gap.from <= t && t < gap.to);
        assert.equal(inGap, !held, `at ${t}`);
      }
    }),
  );
});

test("a plot of a time that is not over ends where its samples were read", () => {
  assert.equal(knownUntil(1_000, 700, new Date(650).toISOString()), 700);
  assert.equal(knownUntil(1_000, 700, new Date(800).toISOString()), 800);
  assert.equal(knownUntil(1_000, 5_000, undefined), 1_000);
  assert.equal(knownUntil(1_000, 0, undefined), 1_000);
});

test("a line breaks where the hold ends instead of bridging the gap", () => {
  assert.deepEqual(toSteps([at(0, 5), at(100, 7)], 30), {
    times: [0, 30, 31, 100, 130, 131],
    values: [5, 5, null, 7, 7, null],
  });
});

test("thinning keeps every extreme and both ends of each bucket", () => {
  const samples = Array.from({ length: 1000 }, (_, index) =>
    at(index, index === 437 ? 99 : index === 600 ? -99 : index % 7),
  );
  const kept = thin(samples, 0, 1000, 20);
  assert.ok(kept.length <= 20 * 5);
  assert.ok(kept.some((sample) => sample.value === 99) && kept.some((sample) => sample.value === -99));
  assert.equal(kept[0].time, 0);
  assert.equal(kept.at(-1)?.time, 999);
  assert.ok(kept.every((sample, index) => index === 0 || sample.time > kept[index - 1].time));
});

test("few samples are not thinned", () => {
  const samples = [at(1), at(2)];
  assert.deepEqual(thin(samples, 0, 10, 100), samples);
});

test("a histogram adds what falls into the same step and leaves out what lies outside", () => {
  const rows = histogram(
    [
      { time: 0, key: 3, count: 5 },
      { time: 9, key: 3, count: 2 },
      { time: 10, key: 4, count: 1 },
      { time: 40, key: 3, count: 1 },
      { time: -1, key: 3, count: 1 },
    ],
    0,
    40,
    4,
  );
  assert.deepEqual(rows.get(3), [7, 0, 0, 0]);
  assert.deepEqual(rows.get(4), [0, 1, 0, 0]);
});

test("the index at an instant is the last sample not after it", () => {
  const times = [10, 20, 30];
  assert.deepEqual(
    [5, 10, 25, 99].map((time) => indexAt(times, time)),
    [-1, 0, 1, 2],
  );
});
