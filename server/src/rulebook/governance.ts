/** Who stands for a rule, and the test cases that it must pass: kept with the draft, carried by the publication. */
import { parseTestFile, runTests, TestCaseError, type CaseResult, type TriggerSet } from "@sandglass/triggers";
import { Type, type Static } from "typebox";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor } from "../records/mod.ts";

export const Governance = Type.Object(
  {
    owner: Type.Optional(Type.String({ maxLength: 200, description: "Who answers for the rule." })),
    deadlineHours: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 8784, description: "Within which a finding is to be answered." }),
    ),
    approvers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 20,
        description: "Accounts; when there are any, only they put the rule in force.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type Governance = Static<typeof Governance>;

export const MAX_TESTS = 100_000;

export interface TestRun {
  /** Why no case could be run; undefined: all were. */
  readonly problem: string | undefined;
  readonly results: readonly CaseResult[];
}

/** Runs the cases of a text; without any there is nothing to say. */
export function runRuleTests(set: TriggerSet, tests: string): TestRun {
  if (tests.trim() === "") return { problem: undefined, results: [] };
  try {
    return { problem: undefined, results: runTests(set, parseTestFile(tests)) };
  } catch (error) {
    if (!(error instanceof TestCaseError)) throw error;
    return { problem: error.message, results: [] };
  }
}

/** @throws SG_RULE_TEST_FAILED */
export function requirePassed(draft: string, set: TriggerSet, tests: string): void {
  const { problem, results } = runRuleTests(set, tests);
  const failed = results.find((result) => result.problem !== undefined);
  if (problem === undefined && failed === undefined) return;
  throw new SandglassError(ERRORS.RULE_TEST_FAILED, {
    id: draft,
    test: failed?.name ?? "",
    problem: problem ?? failed?.problem ?? "",
  });
}

/** @throws SG_FOUR_EYES when the draft names who approves it, and this is somebody else */
export function requireApprover(actor: Actor, { approvers = [] }: Governance): void {
  if (approvers.length === 0 || (actor.account !== undefined && approvers.includes(actor.account))) return;
  throw new SandglassError(ERRORS.FOUR_EYES, {
    action: "publish",
    reason: `only ${approvers.join(", ")} may put this rule in force`,
    reasonZh: `该规则只能由 ${approvers.join("、")} 发布`,
  });
}
