import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, parseTestFile, runTests, TestCaseError } from "./mod.ts";

const RULE = "trigger HOT version 1 { when max_cell_temp > 60 °C for 30 s ; severity 2 ; clock every 10 s ; }";

function run(file: unknown) {
  const compiled = compileTriggers([{ text: RULE }], CATALOGUE);
  assert.ok(compiled.ok);
  return runTests(compiled.set, parseTestFile(JSON.stringify(file)));
}
const test = { name: "a", every: "10 s", series: { max_cell_temp: "40 65x5" }, expect: ["firing HOT at 40 s"] };

describe("test cases that people hand in", () => {
  it("run, and say what is missing", () => {
    assert.deepEqual(run({ tests: [test, { ...test, name: "b", expect: [] }] }), [
      { name: "a", problem: undefined },
      { name: "b", problem: "unexpected onset of HOT at 40 s level 2" },
    ]);
  });

  it("are a problem of their own where they are no case", () => {
    for (const broken of [
      { ...test, series: undefined },
      { ...test, every: 5 },
      { ...test, expect: "firing" },
      { ...test, series: { nothing: "1" } },
      { ...test, until: "1000000 d" },
      { ...test, until: "99 d" },
    ]) {
      const [result] = run({ tests: [broken] });
      assert.ok(result?.problem !== undefined && result.problem.length > 0, JSON.stringify(broken));
    }
    const [screening] = run({ screenings: [{ name: "s", trigger: "HOT", subjects: [], expect: [] }] });
    assert.match(screening?.problem ?? "", /no condition over many subjects/);
  });

  it("are refused where they are too many or no file at all", () => {
    for (const file of [
      [],
      7,
      { tests: {} },
      { tests: [{}] },
      { tests: Array.from({ length: 201 }, () => test) },
      { tests: [{ ...test, series: { max_cell_temp: "65x50001" } }] },
      { screenings: [{ name: "s", trigger: "HOT", subjects: [{ count: 60_000 }], expect: [] }] },
    ])
      if (Array.isArray(file) || typeof file === "number") assert.deepEqual(run(file), []);
      else assert.throws(() => run(file), TestCaseError, JSON.stringify(file).slice(0, 80));
    assert.throws(() => parseTestFile("{"), TestCaseError);
  });
});
