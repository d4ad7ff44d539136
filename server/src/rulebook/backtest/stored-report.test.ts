import assert from "node:assert/strict";
import { test } from "node:test";
import { readReport } from "./stored-report.ts";

const data = { from: 0, to: 1, rows: 0, vehicles: 3, throughSeq: 0, segments: 0, digest: "" };
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
  const stored = { data, set: { ...set, notRun: [{ trigger: "F", reason: "fleet-of-events" }] } };
  assert.deepEqual(readReport(stored).set.notRun, [{ trigger: "F", reason: "earlier-version" }]);
  const untold = { ...stored, baseline: { ...set, notRun: [{ trigger: "P", reason: "untold" }] } };
  assert.deepEqual(readReport(untold).baseline?.notRun, [{ trigger: "P", reason: "untold" }]);
});

test("what was said of vehicles alone is said of subjects", () => {
  const { subjects: _, ...earlier } = { ...set, notRun: ["E"] };
  const read = readReport({ data, set: { ...earlier, firings: [{ vehicle: "veh_1", trigger: "T" }] } });
  assert.deepEqual(read.set.firings, [{ subject: { kind: "vehicle", id: "veh_1" }, trigger: "T" }]);
  assert.deepEqual(read.set.notRun, [{ trigger: "E", reason: "earlier-version" }]);
});

test("who was judged is told by kind as far as an earlier version knew it", () => {
  const events = { subjects: 2, receptions: 9, throughSeq: 9 };
  const judged = (more: object) => readReport({ data: { ...data, ...more }, set: { ...set, notRun: [] } }).data.judged;
  assert.deepEqual(judged({}), { vehicle: 3, ai_service: 0, backend_account: 0, platform: 0 });
  assert.deepEqual(judged({ events }), { vehicle: 3, ai_service: 2, backend_account: 2, platform: 2 });
  assert.deepEqual(judged({ events, judged: { ai_service: 1 } }), { ai_service: 1 });
});
