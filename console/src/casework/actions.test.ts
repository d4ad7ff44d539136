/** What an action leads to, as the panel of actions orders it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseDefinition } from "../api/cases.ts";
import { actionTarget, owedNow, rankOf } from "./actions.ts";

const leadsTo = (...to: (string | null)[]) => ({ name: "x", outcomes: to.map((state) => ({ when: {}, to: state })) });

test("what takes a case back, halts or dismisses it is shown with care, so that it is never the first step", () => {
  for (const state of ["WITHDRAWN", "HALTED", "ROLLED_BACK", "DISMISSED", "SUSPENDED"])
    assert.equal(actionTarget(undefined, leadsTo(state)).danger, true, state);
  for (const state of ["FILED", "RELEASED", "CLOSED", null])
    assert.equal(actionTarget(undefined, leadsTo(state)).danger, false, String(state));
});

test("what fulfils an open duty stands before what moves the case, and what stops the case behind both", () => {
  const titled = { title: { en: "", zh: "" }, issues: [], mayIssue: [], opens: [], mayOpen: [] };
  const definition = {
    documents: [],
    obligations: [],
    actions: [
      { ...titled, name: "report", to: [], meets: ["stageReport"] },
      { ...titled, name: "attach", to: [], meets: [] },
      { ...titled, name: "complete", to: ["DONE"], meets: ["stageReport2"] },
      { ...titled, name: "halt", to: ["HALTED"], meets: ["stageReport"] },
    ],
  } as unknown as CaseDefinition;
  const owed = owedNow([
    { code: "stageReport", status: "overdue" },
    { code: "stageReport2", status: "met" },
  ]);
  const inOrder = (isShort: boolean): readonly string[] =>
    ["attach", "halt", "complete", "report"].toSorted(
      (one, other) =>
        rankOf(actionTarget(definition, { name: one }, {}, owed), isShort) -
        rankOf(actionTarget(definition, { name: other }, {}, owed), isShort),
    );
  assert.deepEqual(inOrder(false), ["report", "complete", "halt", "attach"]);
  assert.deepEqual(inOrder(true), ["report", "complete", "attach", "halt"]);
});
