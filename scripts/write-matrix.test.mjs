import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PAGE, withMatrix } from "./write-matrix.mjs";

test("docs/access.md shows the permission matrix as it is", () => {
  const page = readFileSync(PAGE, "utf8");
  assert.equal(withMatrix(page), page, "run node scripts/write-matrix.mjs");
});
