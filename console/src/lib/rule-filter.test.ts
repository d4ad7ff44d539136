import assert from "node:assert/strict";
import { test } from "node:test";
import type { TriggerSummary } from "../api/shapes/findings.ts";
import { ruleFilter, type RuleFilter } from "./rule-filter.ts";

const rules: readonly TriggerSummary[] = [
  {
    id: "BAT-HOT",
    version: 1,
    title: { zh: "单体过温", en: "Cell over-temperature" },
    levels: [2, 3],
    certainty: "F",
    basis: "GB 38031-2025",
    inputs: ["temp.max"],
  },
  {
    id: "CS-LOGIN",
    version: 1,
    title: { zh: "登录失败", en: "Log-ins fail" },
    sentence: { zh: "当过去 10 分钟内登录失败", en: "Fires when log-ins fail in 10 minutes" },
    level: 2,
    certainty: "P",
  },
];
const found = (filter: RuleFilter) => rules.filter(ruleFilter(filter)).map(({ id }) => id);

test("no filter lets every rule through", () => assert.deepEqual(found({}), ["BAT-HOT", "CS-LOGIN"]));

test("every word must be found, in either language, in any of what a rule is known by", () => {
  assert.deepEqual(found({ q: "过温" }), ["BAT-HOT"]);
  assert.deepEqual(found({ q: "CELL gb" }), ["BAT-HOT"]);
  assert.deepEqual(found({ q: "temp.max" }), ["BAT-HOT"]);
  assert.deepEqual(found({ q: "minutes log-ins" }), ["CS-LOGIN"]);
  assert.deepEqual(found({ q: "cell log-ins" }), []);
});

test("a level keeps the rules that can reach it; a certainty those of that one", () => {
  assert.deepEqual(found({ level: 3 }), ["BAT-HOT"]);
  assert.deepEqual(found({ certainty: "P" }), ["CS-LOGIN"]);
});
