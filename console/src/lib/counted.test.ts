import assert from "node:assert/strict";
import { test } from "node:test";
import { counted } from "./counted.ts";

test("equal texts stand there once, with their number", () => {
  assert.deepEqual(counted(["a", "b", "a", "a"]), ["a × 3", "b"]);
  assert.deepEqual(counted([]), []);
});
