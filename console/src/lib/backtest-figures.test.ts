import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { barsOf, commonSpan, dayOf, dayStart, ribbonRange, sumCounts } from "./backtest-figures.ts";

test("a day begins at midnight in Shanghai", () => {
  assert.equal(dayStart("2026-11-21"), Date.parse("2026-11-20T16:00:00Z"));
  assert.equal(dayOf(Date.parse("2026-11-20T16:00:00Z")), "2026-11-21");
  assert.equal(dayOf(Date.parse("2026-11-20T15:59:59Z")), "2026-11-20");
  assert.equal(dayStart("yesterday"), undefined);
});

test("days without a count are bars of nothing; long times are joined", () => {
  assert.deepEqual(barsOf({ "2026-01-01": 2, "2026-01-03": 1 }, 10), [
    { from: "2026-01-01", to: "2026-01-01", count: 2 },
    { from: "2026-01-02", to: "2026-01-02", count: 0 },
    { from: "2026-01-03", to: "2026-01-03", count: 1 },
  ]);
  assert.deepEqual(barsOf({ "2026-01-01": 2, "2026-01-03": 1 }, 2), [
    { from: "2026-01-01", to: "2026-01-02", count: 2 },
    { from: "2026-01-03", to: "2026-01-03", count: 1 },
  ]);
  assert.deepEqual(barsOf({}, 10), []);
});

test("no firing is lost, however the days are joined", () => {
  const day = fc.integer({ min: 0, max: 4000 }).map((n) => dayOf(Date.UTC(2020, 0, 1) + n * 86_400_000));
  fc.assert(
    fc.property(fc.dictionary(day, fc.integer({ min: 1, max: 50 })), fc.integer({ min: 1, max: 90 }), (byDay, most) => {
      const bars = barsOf(byDay, most);
      assert.ok(bars.length <= most);
      assert.equal(
        bars.reduce((sum, { count }) => sum + count, 0),
        Object.values(byDay).reduce((sum, count) => sum + count, 0),
      );
    }),
  );
});

test("sums, spans and ranges", () => {
  assert.deepEqual(sumCounts([{ a: 1 }, { a: 2, b: 3 }]), { a: 3, b: 3 });
  assert.deepEqual(commonSpan([{ "2026-01-05": 1 }, { "2026-01-02": 1 }]), ["2026-01-02", "2026-01-05"]);
  assert.equal(commonSpan([{}]), undefined);
  assert.deepEqual(ribbonRange([{ from: 1_000_000, to: 3_000_000 }], [0, 3_050_000]), [900_000, 3_050_000]);
  assert.deepEqual(ribbonRange([], [1, 2]), [1, 2]);
});
