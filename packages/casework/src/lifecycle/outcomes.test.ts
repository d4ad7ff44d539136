/** Where an action is said to lead before anything is entered. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HAZARD_CHECK, RECALL_CASE, SANDBOX_PROJECT } from "../mod.ts";
import { beginning, type Lifecycle } from "./definition.ts";
import { outcomesOf, type Outcome } from "./outcomes.ts";

function outcomes(lifecycle: unknown, name: string, state: string, data: object = {}): readonly Outcome[] {
  const { actions, ...rest } = lifecycle as Lifecycle;
  const begun = beginning({ ...rest, actions } as Lifecycle, 0);
  const before = { ...begun, state, data: { ...(begun.data as object), ...data } };
  const actor = { id: "acc_1", role: "SAMR" } as const;
  return outcomesOf(actions[name]!, { before, data: before.data, input: {} as never, facts: {}, actor, at: 0, id: "" });
}

describe("where an action leads", () => {
  it("is one state where the case decides it: who withdraws a draft lapses, who withdraws under test reports", () => {
    assert.deepEqual(outcomes(SANDBOX_PROJECT, "withdraw", "DRAFT"), [{ when: {}, to: "LAPSED" }]);
    assert.deepEqual(outcomes(SANDBOX_PROJECT, "withdraw", "TESTING"), [{ when: {}, to: "REPORTING" }]);
  });

  it("is named by the answer on which it depends, and says where the case stays as it is", () => {
    assert.deepEqual(outcomes(SANDBOX_PROJECT, "defectConfirmed", "TESTING"), [
      { when: { panelAgreesToContinue: false }, to: "SUSPENDED" },
      { when: { panelAgreesToContinue: true }, to: undefined },
    ]);
    assert.deepEqual(outcomes(HAZARD_CHECK, "endSpotCheck", "SPOT_CHECK"), [
      { when: { convincing: false }, to: "CHECKING" },
      { when: { convincing: true }, to: "CLOSED" },
    ]);
    const evaluated = outcomes(RECALL_CASE, "evaluateEffect", "EFFECT_EVALUATION", {
      affected: 10,
      excluded: 0,
      remediedIn: { "2026-Q4": 4 },
    });
    assert.equal(evaluated.find(({ when }) => when["outcome"] === "effective")?.to, "CLOSED_TAIL_OPEN");
  });

  it("is every state that the action lists where it hangs on what cannot be counted or is not established yet", () => {
    const open = { ...(SANDBOX_PROJECT as unknown as Lifecycle).actions["withdraw"]! };
    const lifecycleOf = (choose: NonNullable<typeof open.choose>) => ({
      ...SANDBOX_PROJECT,
      actions: { withdraw: { ...open, choose } },
    });
    const all = [
      { when: {}, to: "LAPSED" },
      { when: {}, to: "REPORTING" },
    ];
    const byFacts = lifecycleOf(({ facts }) => (facts["found"] === true ? "LAPSED" : "REPORTING"));
    const byAll = lifecycleOf(({ input }) => (Object.keys(input as object).length > 0 ? "LAPSED" : "REPORTING"));
    const byText = lifecycleOf(({ input }) => ((input as { reasons: string }).reasons === "" ? "LAPSED" : "REPORTING"));
    for (const each of [byFacts, byAll, byText]) assert.deepEqual(outcomes(each, "withdraw", "TESTING"), all);
  });

  it("is nowhere where the action keeps the state, and fixed where it names one", () => {
    assert.deepEqual(outcomes(RECALL_CASE, "notifyInvestigate", "SIGNAL"), [{ when: {}, to: undefined }]);
    assert.deepEqual(outcomes(RECALL_CASE, "startAnalysis", "SIGNAL"), [{ when: {}, to: "ANALYSIS" }]);
  });
});
