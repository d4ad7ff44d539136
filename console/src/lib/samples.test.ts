import assert from "node:assert/strict";
import { test } from "node:test";
import { findGaps } from "./plot-data.ts";
import { pointsOfSeries } from "./samples.ts";

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const bucket = (n: number, min: number | null, max: number | null, last: number | null) => ({
  time: new Date(T0 + n * MINUTE).toISOString(),
  values: { speed: { min, max, last } },
});

test("every extreme of a bucket is a point, in order of time", () => {
  const points = pointsOfSeries({ bucketMs: MINUTE, items: [bucket(0, 10, 180, 50), bucket(1, 50, 50, 50)] }, "speed");
  assert.deepEqual(
    points.map(({ time, value }) => [time - T0, value]),
    [
      [0, 10],
      [20_000, 180],
      [40_000, 50],
      [60_000, 50],
    ],
  );
});

test("missing buckets and buckets without a value are gaps, equal ones are none", () => {
  const items = [bucket(0, 5, 5, 5), bucket(1, 5, 5, 5), bucket(2, null, null, null), bucket(5, 5, 5, 5)];
  const points = pointsOfSeries({ bucketMs: MINUTE, items }, "speed");
  assert.deepEqual(findGaps(points, T0, T0 + 6 * MINUTE, MINUTE), [{ from: T0 + 2 * MINUTE, to: T0 + 5 * MINUTE }]);
  assert.deepEqual(pointsOfSeries({ bucketMs: MINUTE, items }, "soc"), []);
});
