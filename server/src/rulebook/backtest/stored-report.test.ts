import assert from "node:assert/strict";
import { test } from "node:test";
import { readReport } from "./stored-report.ts";

const set = {
  hash: "h",
  triggers: [],
  ordersByDay: {},
  firings: [],
  firingsInAll: 0,
  subjects: 0,
  ribbons: [],
};

test("a reason that is none any more is told as what an earlier version left out", () => {
  const stored = { set: { ...set, notRun: [{ trigger: "F", reason: "fleet-of-events" }] } };
  assert.deepEqual(readReport(stored).set.notRun, [{ trigger: "F", reason: "earlier-version" }]);
  const untold = { ...stored, baseline: { ...set, notRun: [{ trigger: "P", reason: "untold" }] } };
  assert.deepEqual(readReport(untold).baseline?.notRun, [{ trigger: "P", reason: "untold" }]);
});

test("what was said of vehicles alone is said of subjects", () => {
  const { subjects: _, ...earlier } = { ...set, notRun: ["E"] };
  const read = readReport({ set: { ...earlier, firings: [{ vehicle: "veh_1", trigger: "T" }] } });
  assert.deepEqual(read.set.firings, [{ subject: { kind: "vehicle", id: "veh_1" }, trigger: "T" }]);
  assert.deepEqual(read.set.notRun, [{ trigger: "E", reason: "earlier-version" }]);
});
