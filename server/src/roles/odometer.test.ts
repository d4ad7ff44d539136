import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { followOdometer, type Odometer } from "./odometer.ts";

const DAY = 86_400_000;
type Day = readonly [day: number, min: number, max: number];
function over(days: readonly Day[]): number | "unknown" {
  let odometer: Odometer | undefined;
  for (const [day, min, max] of days) {
    const next = followOdometer(odometer, day * DAY, min, max);
    if (next === "unknown") return next;
    odometer = next;
  }
  return odometer?.km ?? 0;
}

test("the distance is from the first reading to the last, over days without any too", () => {
  assert.equal(over([[1, 1000, 1080]]), 80);
  assert.equal(
    over([
      [1, 1000, 1080],
      [2, 1080, 1100],
      [9, 2500, 2600],
    ]),
    1600,
  );
});

test("an odometer that goes back or further than a vehicle can go says nothing", () => {
  assert.equal(
    over([
      [1, 1000, 1080],
      [2, 0, 1090],
    ]),
    "unknown",
  );
  assert.equal(over([[1, 0, 184_000]]), "unknown");
  assert.equal(
    over([
      [1, 1000, 1080],
      [2, 9_000, 9_010],
    ]),
    "unknown",
  );
});

test("however a way is cut into days, its length is the same", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 40 }), (steps) => {
      let at = 50_000;
      const days = steps.map((step, day): Day => [day, at, (at += step)]);
      assert.equal(
        over(days),
        steps.reduce((sum, step) => sum + step, 0),
      );
    }),
  );
});
