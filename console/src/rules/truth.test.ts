import assert from "node:assert/strict";
import { test } from "node:test";
import { truthOf } from "./truth.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const sample = (seconds: number, values: Record<string, number | null>, reasons: Record<string, string> = {}) => ({
  time: new Date(START + seconds * 1000).toISOString(),
  receivedAt: new Date(START + seconds * 1000).toISOString(),
  seq: seconds,
  values,
  reasons,
});
const TEXT = `触发器 T-1 版本 1 "甲" { 当 (最高单体温度 > 60 °C 且 车速 > 5 km/h) 持续 20 秒 ; 等级 3 ; }`;

test("every sub-condition has its truth and its place, and firings are those of the engine", () => {
  const samples = [0, 10, 20, 30, 40].map((s) => sample(s, { max_cell_temp: s < 10 ? 50 : 65, speed: 20 }));
  const truth = truthOf(TEXT, samples, START - 5000, START + 40_000);
  assert.ok(truth);
  assert.deepEqual(truth.onsets, [{ time: START + 30_000, level: 3 }]);
  const hot = truth.rows.find(({ text }) => text === "最高单体温度 > 60 °C");
  assert.ok(hot);
  assert.equal(TEXT.slice(hot.start).startsWith("最高单体温度"), true);
  assert.deepEqual(
    hot.intervals.filter(({ to, from }) => to > from),
    [
      { from: START - 5000, to: START, truth: "unknown" },
      { from: START, to: START + 10_000, truth: "false" },
      { from: START + 10_000, to: START + 40_000, truth: "true" },
    ],
  );
  assert.equal(truth.rows[0].depth, 0);
  assert.ok(hot.depth > 0);
});

test("a marked value is unknown, one that was not sent holds", () => {
  const text = 'trigger T-1 version 1 "A" { when soc < 10 % ; severity 1 ; }';
  const marked = truthOf(
    text,
    [sample(0, { soc: 50 }), sample(10, { soc: null }, { soc: "invalid" })],
    START,
    START + 20_000,
  );
  assert.deepEqual(
    marked?.rows[0].intervals.filter(({ to, from }) => to > from).map(({ truth }) => truth),
    ["false", "unknown"],
  );
  const absent = truthOf(
    text,
    [sample(0, { soc: 50 }), sample(10, { soc: null }, { soc: "absent" })],
    START,
    START + 20_000,
  );
  assert.deepEqual(
    absent?.rows[0].intervals.filter(({ to, from }) => to > from).map(({ truth }) => truth),
    ["false"],
  );
});

test("a text that does not compile has no truth", () => {
  assert.equal(truthOf("trigger X", [], START, START), undefined);
});

test("without samples nothing is known", () => {
  const truth = truthOf(TEXT, [], START, START + 1000);
  assert.ok(truth && truth.rows.length > 1);
  for (const { intervals } of truth.rows)
    assert.deepEqual(intervals, [{ from: START, to: START + 1000, truth: "unknown" }]);
});
