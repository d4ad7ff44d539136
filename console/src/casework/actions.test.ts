/** What an action leads to, as the panel of actions orders it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { actionTarget } from "./actions.ts";

const leadsTo = (...to: (string | null)[]) => ({ name: "x", outcomes: to.map((state) => ({ when: {}, to: state })) });

test("what takes a case back, halts or dismisses it is shown with care, so that it is never the first step", () => {
  for (const state of ["WITHDRAWN", "HALTED", "ROLLED_BACK", "DISMISSED", "SUSPENDED"])
    assert.equal(actionTarget(undefined, leadsTo(state)).danger, true, state);
  for (const state of ["FILED", "RELEASED", "CLOSED", null])
    assert.equal(actionTarget(undefined, leadsTo(state)).danger, false, String(state));
});
