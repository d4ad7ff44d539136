/** The server names a field by its place in the input; a form marks it, and says its label instead. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { ApiError } from "../api/client.ts";
import { wrongField } from "./wrong-field.ts";

const SCHEMA = {
  type: "object",
  properties: {
    plan: {
      type: "object",
      title: "Plan",
      properties: { declared: { type: "integer", title: "Vehicles", "x-zh": "车辆数" } },
    },
    documents: {
      type: "array",
      items: {
        type: "object",
        properties: { sha256: { type: "string", title: "SHA-256", pattern: "^[0-9a-f]{64}$" } },
      },
    },
  },
} as const;
const refused = (path: string, code = "SG_CASE_INPUT"): ApiError =>
  new ApiError(400, {
    error: { code, message: "no", parameters: { path, rule: "must be >= 0", ruleZh: "必须 >= 0" } },
  });

it("finds the field inside of groups and rows, in the reader's language", () => {
  assert.deepEqual(wrongField(refused("/plan/declared"), SCHEMA, "zh"), {
    path: "plan.declared",
    label: "车辆数",
    rule: "必须 >= 0",
  });
  const row = wrongField(refused("/documents/1/sha256"), SCHEMA, "en");
  assert.deepEqual([row?.path, row?.label], ["documents.1.sha256", "SHA-256"]);
  assert.doesNotMatch(row?.rule ?? "", /pattern|\^/, "an expression is no sentence");
});

it("says nothing of what is about no field", () => {
  for (const error of [
    refused("/"),
    refused("/nothing"),
    refused("/plan", "SG_FORBIDDEN"),
    new Error("offline"),
    undefined,
  ])
    assert.equal(wrongField(error, SCHEMA, "en"), undefined);
});
