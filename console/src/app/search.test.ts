import assert from "node:assert/strict";
import { test } from "node:test";
import { projectShape, validate } from "./search.ts";

test("a parameter that cannot be read overrides what the address says, one that is not there does not", () => {
  const read = validate(projectShape);
  assert.deepEqual(read({ tab: "nonsense", lang: "zh" }), { tab: undefined, lang: "zh" });
  assert.deepEqual(read({ tab: "exit" }), { tab: "exit" });
});
