import assert from "node:assert/strict";
import { test } from "node:test";
import { describeMargin, describeValue, signalName } from "./finding.ts";
import { readAtoms } from "./ribbons.ts";

test("what AI services send is worded as what vehicles send: by title, unit and, of an event, that it occurred", () => {
  assert.equal(signalName("max_cell_temp", "zh"), "最高单体温度");
  assert.equal(signalName("gen_ai.operation.p95", "zh"), "操作耗时95分位");
  assert.equal(describeValue("max_cell_temp", 65, "zh"), "65 °C");
  assert.equal(describeValue("gen_ai.operation.p95", 4.25, "zh"), "4.25 s");
  assert.equal(describeValue("gen_ai.evaluation.failed", 1, "zh"), "发生");
  assert.equal(describeValue("gen_ai.evaluation.failed", 1, "en"), "occurred");
});

test("a margin has its unit; where units mix, it counts the scales of the signals", () => {
  assert.equal(describeMargin({ value: -26, unit: "Cel" }, "zh"), "-26 °C");
  assert.equal(describeMargin({ value: -0.5, unit: "Ohm/V", normalised: false }, "en"), "-0.5 Ω/V");
  assert.equal(describeMargin({ value: -308.778, unit: "1", normalised: true }, "zh"), "-308.778 倍信号尺度");
  assert.equal(describeMargin({ value: -2, unit: "1", normalised: true }, "en"), "-2 × signal scale");
});

test("a comparison of what an AI service sends has a limit in its plot, an event has none", () => {
  assert.deepEqual(
    readAtoms("when gen_ai.operation.p95 > 3 s for 10 min").map(({ signal, value, text, forMs }) => [
      signal,
      value,
      text,
      forMs,
    ]),
    [["gen_ai.operation.p95", 3, "gen_ai.operation.p95 > 3 s", 600_000]],
  );
  assert.deepEqual(readAtoms("when gen_ai.evaluation.failed > 1"), []);
});
