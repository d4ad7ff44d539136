import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeCursor, decodeOrdinal, encodeCursor, toSequence, type CursorValues } from "./page.ts";

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

test("keys of vehicles are ordinals of up to 63 bits; sequence numbers of the history are safe integers", () => {
  for (const key of [0n, 1_796_030_839_085_961_972n, 2n ** 63n - 1n])
    assert.equal(decodeOrdinal(encodeCursor([String(key)])), key);
  for (const text of [String(2n ** 63n), "-1", "", "1e3", "9".repeat(30)])
    assert.throws(() => decodeOrdinal(encodeCursor([text])), { code: "SG_CURSOR_INVALID" }, text);
  assert.equal(toSequence("9007199254740991"), 9_007_199_254_740_991n);
  assert.throws(() => toSequence("9007199254740992"), { code: "SG_CURSOR_INVALID" });
});
