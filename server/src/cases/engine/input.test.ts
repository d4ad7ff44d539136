import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HAZARD_WORK_ORDER, SANDBOX_PROJECT } from "@sandglass/casework";
import { inputsOf } from "@sandglass/casework/testing";
import * as fc from "fast-check";
import { SandglassError } from "../../errors/mod.ts";
import { checkInput } from "./input.ts";

const SCHEMAS = [SANDBOX_PROJECT, HAZARD_WORK_ORDER].flatMap(({ actions }) =>
  Object.entries(actions).map(([name, { input }]) => ({ name, schema: input })),
);
const refusal = (name: string, input: unknown): SandglassError => {
  const { schema } = SCHEMAS.find((each) => each.name === name)!;
  try {
    checkInput(name, schema, input);
  } catch (error) {
    assert.ok(error instanceof SandglassError && error.code === "SG_CASE_INPUT");
    return error;
  }
  assert.fail(`${name} accepted ${JSON.stringify(input)}`);
};

describe("input of an action", () => {
  it("is accepted when it fits its schema, for every action", () => {
    for (const { name, schema } of SCHEMAS) {
      fc.assert(
        fc.property(inputsOf(schema), (input) => checkInput(name, schema, input)),
        { numRuns: 20, seed: 2 },
      );
    }
  });

  it("is refused with an unknown property, for every action", () => {
    for (const { name, schema } of SCHEMAS) {
      fc.assert(
        fc.property(inputsOf(schema), (input) => {
          assert.throws(() => checkInput(name, schema, { ...(input as object), unheardOf: 1 }));
        }),
        { numRuns: 5, seed: 2 },
      );
    }
  });

  it("is refused with the place and the rule in both languages", () => {
    const missing = refusal("order", {});
    assert.deepEqual([missing.parameters["path"], missing.parameters["action"]], ["/", "order"]);
    assert.match(String(missing.parameters["rule"]), /reasons/);
    assert.match(String(missing.parameters["ruleZh"]), /必需属性 reasons/);
    assert.match(refusal("order", { reasons: "x", why: "y" }).message, /\(why\)/);
    assert.equal(refusal("extend", { months: 99, reasons: "x" }).parameters["path"], "/months");
    assert.equal(
      refusal("panelOpinion", { experts: [{ name: "A", freeOfInterest: "yes", vote: "for" }], opinion: "x" })
        .parameters["path"],
      "/experts/0/freeOfInterest",
    );
    for (const reasons of ["a\0b", "half \ud800"])
      assert.equal(refusal("order", { reasons }).parameters["path"], "/reasons");
    for (const input of [null, 7, "text", [], undefined]) refusal("order", input);
  });
});
