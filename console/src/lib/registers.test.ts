import assert from "node:assert/strict";
import { it } from "node:test";
import { fieldKind, withRegisters, type JsonSchema } from "./json-schema.ts";

const SCHEMA: JsonSchema = {
  type: "object",
  properties: {
    factors: { type: "array", items: { type: "string", maxLength: 60, "x-names": "riskFactor" } },
    parties: {
      type: "array",
      items: { type: "object", properties: { organisation: { type: "string", "x-names": "organisation" } } },
    },
    model: { type: "string", maxLength: 60, title: "Model", "x-names": "businessModel" },
    note: { type: "string" },
  },
};
const NAMES = { riskFactor: { minors: { en: "Minors", zh: "未成年人" } }, organisation: { a: { en: "A", zh: "甲" } } };

it("offers codes of known registers by name, wherever they stand, and leaves the rest as it was", () => {
  const { factors, parties, model, note } = withRegisters(SCHEMA, { ...NAMES, businessModel: {} }).properties!;
  assert.equal(fieldKind(factors!), "choices");
  assert.deepEqual(factors!.items?.enum, ["minors"]);
  const { organisation } = parties!.items!.properties!;
  assert.equal(fieldKind(organisation!), "choice");
  assert.deepEqual(organisation!["x-choices"], NAMES.organisation);
  assert.deepEqual([model, note], [SCHEMA.properties!["model"], SCHEMA.properties!["note"]], "nothing to choose from");
});
