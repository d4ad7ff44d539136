import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeCursor, encodeCursor, type CursorValues } from "./page.ts";

const read = (values: CursorValues): readonly (string | number)[] =>
  decodeCursor(
    encodeCursor(values),
    values.map((value) => (typeof value === "string" ? "string" : "number")),
  );

test("a cursor gives back what was put in: ids, ordinals and times of the years 1 to 9999", () => {
  for (const values of [
    ["a", 1],
    [Date.UTC(9999, 11, 31), "x"],
    [Date.parse("0001-01-01T00:00:00Z"), ""],
    [0, -1],
  ])
    assert.deepEqual(read(values), values);
});

test("a cursor with a value that no store can compare with is refused as one that no list gave", () => {
  const refused = { code: "SG_CURSOR_INVALID" };
  for (const value of ["a\0", "\ud800", -9e15, 8.64e15, Number.MAX_SAFE_INTEGER, 0.5])
    assert.throws(() => read([value]), refused, String(value));
  for (const text of ["", "x", "bnVsbA", "e30", "WyIxIl0=x"])
    assert.throws(() => decodeCursor(text, ["number"]), refused);
});
