import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EVENT_SOURCES } from "@sandglass/signals";
import { sentenceOf } from "./reason.ts";

const firing = {
  title: { en: "Cell voltage spread persists", zh: "单体压差持续偏大" },
  level: 3,
  trigger: "DEMO-CELL-SPREAD",
  version: 2,
};

describe("reason of a firing", () => {
  it("says what was seen last, by how much, and under which rule, in both languages", () => {
    const seen = [
      { signal: "cell_spread", time: 1_000, value: 0.312 },
      { signal: "cell_spread", time: 2_000, value: 0.562 },
      { signal: "max_cell_temp", time: 2_000, value: 41 },
    ];
    assert.deepEqual(sentenceOf(firing, seen, { value: 0.012, unit: "V" }), {
      en: "Cell voltage spread persists (level 3): Cell voltage spread 0.562 V, Highest cell temperature 41 °C; at least 0.012 V beyond the limit. Rule DEMO-CELL-SPREAD v2.",
      zh: "单体压差持续偏大（3级）：单体压差 0.562 V，最高单体温度 41 °C；至少超出限值 0.012 V。规则 DEMO-CELL-SPREAD v2。",
    });
  });

  it("names codes in words and leaves out a margin that people cannot read", () => {
    const { en, zh } = sentenceOf(
      { ...firing, title: { en: "Alarm", zh: "报警" } },
      [{ signal: "alarm.level", time: 1, value: 3 }],
      { value: 0, unit: "1" },
    );
    assert.doesNotMatch(en, /beyond/);
    assert.doesNotMatch(zh, /超出/);
    assert.match(en, /^Alarm \(level 3\): Highest alarm level 3\. Rule DEMO-CELL-SPREAD v2\.$/);
  });

  it("names what AI services send by title and unit, and an event without a number", () => {
    const drift = { title: { en: "Answers get slow", zh: "响应变慢" }, level: 2, trigger: "AI-SLOW", version: 1 };
    const seen = [
      { signal: "outputs_flagged", time: 1, value: 21 },
      { signal: "gen_ai.operation.p95", time: 1, value: 4.25 },
      { signal: "gen_ai.evaluation.failed", time: 1, value: 1 },
    ];
    assert.deepEqual(sentenceOf(drift, seen, { value: 1.25, unit: "s" }), {
      en: "Answers get slow (level 2): Flagged outputs 21, Operation duration, 95th percentile 4.25 s, Evaluation failed; at least 1.25 s beyond the limit. Rule AI-SLOW v1.",
      zh: "响应变慢（2级）：不当输出数 21，操作耗时95分位 4.25 s，评测不通过；至少超出限值 1.25 s。规则 AI-SLOW v1。",
    });
  });

  it("has a name in both languages for everything that arrives as an event", () => {
    for (const { id, names } of EVENT_SOURCES) {
      const { en, zh } = sentenceOf(firing, [{ signal: id, time: 1, value: 1 }], undefined);
      assert.ok(en.includes(names.en) && zh.includes(names.zh), id);
      assert.ok(!zh.includes(id), id);
    }
  });

  it("stands on the title alone when no witness is stored", () => {
    assert.deepEqual(sentenceOf(firing, [], undefined), {
      en: "Cell voltage spread persists (level 3). Rule DEMO-CELL-SPREAD v2.",
      zh: "单体压差持续偏大（3级）。规则 DEMO-CELL-SPREAD v2。",
    });
  });
});
