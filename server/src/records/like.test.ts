import assert from "node:assert/strict";
import test from "node:test";
import { containing } from "./like.ts";

test("a text is found as it stands, its wildcards and escapes too", () => {
  assert.equal(containing("电池"), "%电池%");
  assert.equal(containing("100%_\\"), "%100\\%\\_\\\\%");
});
