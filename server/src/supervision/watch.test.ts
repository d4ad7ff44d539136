import assert from "node:assert/strict";
import { test } from "node:test";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers } from "@sandglass/triggers";
import { AssignmentTable } from "./assignments.ts";
import { buildWatches, effectAt } from "./watch.ts";

function compile(text: string) {
  const result = compileTriggers([{ text }], SIGNALS);
  assert.ok(result.ok);
  return result.set;
}

test("the effect is that of the highest declared level that is reached, else the default", () => {
  const [trigger] = compile(
    'trigger T version 1 "T" { applies to vehicle; when speed > 1 km/h; severity 1; severity 3 when speed > 2 km/h; severity 4 when speed > 3 km/h; effect warn; effect restrict at severity 3; effect suspend at severity 4; }',
  ).triggers;
  assert.deepEqual(
    [1, 2, 3, 4].map((level) => effectAt(trigger, level)),
    ["warn", "warn", "restrict", "suspend"],
  );
});

test("states survive a change of the assignments as long as set and project stay", () => {
  const set = compile('trigger T version 1 "T" { applies to vehicle; when speed > 1 km/h; severity 1; }');
  const other = compile('trigger T version 2 "T" { applies to vehicle; when speed > 2 km/h; severity 1; }');
  const table = new AssignmentTable([set], [{ project: "p", set, vehicles: new Set([1n]), since: 0 }]);
  const before = buildWatches(table, []);
  table.set([{ project: "p", set, vehicles: new Set([1n, 2n]), since: 0, suspendedAt: 5 }]);
  const after = buildWatches(table, before);
  assert.equal(after[0].states, before[0].states);
  assert.equal(after[1].states, before[1].states);
  assert.notEqual(after[0].states, after[1].states);
  assert.equal(after[1].suspendedAt, 5);
  table.set([{ project: "p", set: other, vehicles: new Set([1n]), since: 0 }]);
  assert.notEqual(buildWatches(table, after)[1].states, after[1].states);
});
