import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldByKey, tintOf } from "./frame-cursor.ts";
import { ownersOf } from "./hex.ts";

const FIELDS = [
  { offset: 0, length: 2 },
  { offset: 2, length: 20 },
  { offset: 22, length: 1 },
  { offset: 23, length: 25 },
];
const OWNERS = ownersOf(FIELDS, 48);
const by = (key: string, active: number | undefined) => fieldByKey(key, active, FIELDS, OWNERS);

test("left, right, home and end go from field to field and stop at the ends", () => {
  assert.deepEqual([by("ArrowRight", undefined), by("ArrowRight", 0), by("ArrowRight", 3)], [0, 1, 3]);
  assert.deepEqual([by("ArrowLeft", 2), by("ArrowLeft", 0), by("Home", 3), by("End", 0)], [1, 0, 0, 3]);
});

test("down and up go to the field a line away, never into the same long field again", () => {
  assert.equal(by("ArrowDown", 0), 1);
  assert.equal(by("ArrowDown", 1), 2);
  assert.equal(by("ArrowUp", 3), 1);
  assert.equal(by("ArrowUp", 0), 0);
  assert.equal(by("ArrowDown", 3), 3);
});

test("other keys, and a frame without fields, do not move", () => {
  assert.equal(by("x", 1), undefined);
  assert.equal(fieldByKey("ArrowRight", undefined, [], new Int32Array(0)), undefined);
});

test("items take four colours in turn; a field without a section has none", () => {
  assert.deepEqual(
    [tintOf({ section: "body", item: 5 }), tintOf({ section: "body" }), tintOf({ section: "check" }), tintOf({})],
    ["body1", "body0", "check", ""],
  );
});
