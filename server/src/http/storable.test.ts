import assert from "node:assert/strict";
import { test } from "node:test";
import { findUnstorable } from "./storable.ts";

test("a text with U+0000 or half of a surrogate pair is found wherever it stands, also as a name", () => {
  for (const [value, place] of [
    ["a\0", ""],
    [{ a: "\ud800" }, "/a"],
    [{ a: [{}, { b: ["x", "\udc00\ud800"] }] }, "/a/1/b/1"],
    [{ a: { "\0": 1 } }, "/a"],
  ] as const)
    assert.equal(findUnstorable(value), place, JSON.stringify(value));
});

test("every other value passes: whole pairs, control characters that PostgreSQL keeps, bytes, what is no text", () => {
  for (const value of ["🚗\n\u0001\u202e﷽", { a: [1, null, true, undefined] }, Buffer.from([0]), undefined, 5, []])
    assert.equal(findUnstorable(value), undefined);
});
