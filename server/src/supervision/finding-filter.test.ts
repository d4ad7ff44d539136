import assert from "node:assert/strict";
import { it } from "node:test";
import { filterOf } from "./finding-filter.ts";

it("takes the id of a subject without its kind: it says which one is meant", () => {
  assert.deepEqual(filterOf({ subject: "sub_1" }), { subject: { id: "sub_1" } });
  assert.deepEqual(filterOf({ subjectKind: "group", subject: "model:A" }), {
    subject: { kind: "group", id: "model:A" },
  });
  assert.deepEqual(filterOf({}), {});
});
