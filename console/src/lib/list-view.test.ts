import assert from "node:assert/strict";
import { test } from "node:test";
import { directionOf, nextSort, shownColumns } from "./list-view.ts";

test("columns are shown in the order of the list, unknown ones are dropped, and none means all", () => {
  const all = ["kind", "name", "due"];
  assert.deepEqual(shownColumns("due.kind.gone", all), ["kind", "due"]);
  assert.deepEqual(shownColumns(undefined, all), all);
  assert.deepEqual(shownColumns("gone", all), all);
});

test("a heading leads from rising to falling and back to the list's own order", () => {
  assert.deepEqual(
    [nextSort(undefined, "due"), nextSort("due", "due"), nextSort("-due", "due")],
    ["due", "-due", undefined],
  );
  assert.deepEqual(
    [nextSort(undefined, "level", "falling"), nextSort("-level", "level", "falling")],
    ["-level", undefined],
    "only falling, where the list has no more",
  );
  assert.equal(nextSort("-level", "due"), "due", "another column starts anew");
  assert.deepEqual([directionOf("-due", "due"), directionOf("due", "level")], ["descending", undefined]);
});
