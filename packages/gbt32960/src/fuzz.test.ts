import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "../testing/fuzz.ts";

test("20,000 mutated frames give messages or coded errors, and all paths agree (bench/codec/fuzz.ts runs more)", () => {
  const report = fuzz(20_160_829, 20_000);
  assert.equal(report.decoded + report.damaged + report.malformed, 20_000);
  assert.ok(report.decoded > 2000 && report.damaged > 1000 && report.malformed > 1000, JSON.stringify(report));
});
