/** Actions that lead out: termination with four eyes, the final report and evaluation, every kind of exit. */
import { basis, BASES } from "../basis.ts";
import { AI_ACT, AS_DEFAULT } from "../sources.ts";
import { actionsFor, type Context } from "../lifecycle/definition.ts";
import { strategyOf } from "../programmes/mod.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import { EXAMINERS, FILERS, hasTerms, REGULATORS } from "./actions-entry.ts";
import type { SandboxProjectData } from "./data.ts";
import { PROJECT_ENDS } from "./effects.ts";
import { added, resultOf } from "./data-review.ts";
import { testMonths } from "./extension.ts";
import * as guard from "./guards.ts";
import * as review from "./guards-review.ts";
import * as input from "./inputs.ts";
import { OPEN_STATES, type SandboxFlag, type SandboxState } from "./states.ts";
import { FINAL_REPORT_TOLD, PARTIES_TOLD, PARTIES_TOLD_AT_ONCE } from "./told.ts";

const action = actionsFor<SandboxState, SandboxFlag, SandboxProjectData>();
const FOUR_EYES = basis("8.2", "Sandglass permission matrix: termination needs four eyes", "P");
const STOPPABLE = OPEN_STATES.filter((state) => state !== "TERMINATING");

const leaveBox = ({
  input: fields,
  at,
}: Context<SandboxState, SandboxFlag, SandboxProjectData, Infer<typeof input.EXIT>>): Partial<SandboxProjectData> => ({
  exit: { ...fields, at },
});

/** what opens beside the project with such an exit; a project of before there were programmes only gets a duty. */
const followUpOpens = ({
  data: { terms, riskTier = "medium", credit },
}: Context<SandboxState, SandboxFlag, SandboxProjectData, never>): readonly Text[] => {
  if (terms === undefined) return [];
  const { reportMonths } = strategyOf(terms, riskTier, credit);
  return [
    {
      en: `A follow-up of ${terms.trackingMonths} months opens: the rules of the plan go on watching without its limits, the enterprise reports every ${reportMonths} months`,
      zh: `同时开立为期 ${terms.trackingMonths} 个月的跟踪案件：方案规则继续监测（不含测试边界），企业每 ${reportMonths} 个月报告一次`,
    },
  ];
};

export const EXIT_ACTIONS = {
  deception: action(input.WITH_REASONS, {
    title: { en: "Establish deception", zh: "认定弄虚作假" },
    from: STOPPABLE,
    to: "TERMINATING",
    roles: REGULATORS,
    basis: BASES.exitKinds,
    guards: [review.COMPETENT],
    notifies: PARTIES_TOLD_AT_ONCE,
    effects: [...PROJECT_ENDS, { kind: "open", obligation: "terminationReview" }],
  }),
  illegal: action(input.WITH_REASONS, {
    title: { en: "Establish illegality", zh: "认定违法" },
    from: STOPPABLE,
    to: "TERMINATING",
    roles: REGULATORS,
    basis: BASES.exclusions,
    guards: [review.COMPETENT],
    notifies: PARTIES_TOLD_AT_ONCE,
    effects: [...PROJECT_ENDS, { kind: "open", obligation: "terminationReview" }],
  }),
  confirm: action(input.TERMINATION, {
    title: { en: "Confirm termination", zh: "确认终止" },
    from: ["TERMINATING"],
    to: "TERMINATED",
    roles: REGULATORS,
    basis: BASES.exitKinds,
    fourEyes: FOUR_EYES,
    guards: [review.COMPETENT, review.INCIDENTS_REPORTED, guard.TERMINATION_CHECKED],
    notifies: PARTIES_TOLD_AT_ONCE,
    effects: [
      { kind: "meet", obligation: "terminationReview" },
      ...PROJECT_ENDS,
      { kind: "issue", document: "terminationDecision" },
    ],
  }),
  dropTermination: action(input.WITH_REASONS, {
    title: { en: "Drop termination", zh: "不予终止" },
    from: ["TERMINATING"],
    to: "SUSPENDED",
    roles: REGULATORS,
    basis: basis("9.1", "Sandglass proposal: a trigger alone never ends a project", "P"),
    fourEyes: FOUR_EYES,
    guards: [
      review.COMPETENT,
      {
        code: "hasStarted",
        needs: "state",
        text: { en: "The test never started, so there is nothing to return to", zh: "测试尚未开始，无可恢复" },
        holds: ({ data }) => data.startedAt !== undefined && data.ending === undefined,
      },
    ],
    notifies: PARTIES_TOLD,
    change: ({ input: fields, actor, at }) => ({
      suspension: { since: at, by: actor, reason: { en: fields.reasons, zh: fields.reasons } },
    }),
    effects: [
      { kind: "meet", obligation: "terminationReview" },
      { kind: "open", obligation: "mitigation" },
      {
        kind: "open",
        obligation: "testPeriod",
        startAt: ({ data, at }) => data.startedAt ?? at,
        amount: ({ data }) => testMonths(data),
        basis: ({ data }) => data.terms?.bases?.test,
      },
    ],
  }),
  finalReport: action(input.FINAL_REPORT, {
    title: { en: "Submit final report", zh: "提交总结报告" },
    from: ["REPORTING"],
    to: "EVALUATION",
    roles: FILERS,
    basis: BASES.finalEvaluation,
    notifies: FINAL_REPORT_TOLD,
    change: ({ input: { activities, results, learning }, at }) => ({
      panel: { round: "final" as const, members: [] },
      finalReport: { activities, results, learning, at },
    }),
    effects: [{ kind: "meet", obligation: "finalReport" }],
  }),
  finalEvaluation: action(input.PANEL, {
    title: { en: "Record final evaluation", zh: "录入最终评估" },
    from: ["EVALUATION"],
    to: "EXIT_REVIEW",
    roles: [...EXAMINERS, "EXPERT"],
    basis: BASES.finalEvaluation,
    guards: [review.COMPETENT_OR_TECHNICAL, ...guard.PANEL_VALID, review.PANEL_BIG_ENOUGH],
    change: ({ data, input: fields, at }) => ({
      panelResults: added(data.panelResults, resultOf(data, fields, "final", at)),
    }),
  }),
  issueProof: action(input.NOTHING, {
    title: { en: "Issue written proof", zh: "出具书面证明" },
    from: ["REPORTING", "EVALUATION", "EXIT_REVIEW"],
    to: "same",
    roles: REGULATORS,
    basis: basis("R-6.23", AI_ACT("57(7)", AS_DEFAULT), "F"),
    guards: [review.COMPETENT],
    effects: [{ kind: "issue", document: "writtenProof" }],
  }),
  toRoutine: action(input.EXIT, {
    title: { en: "Exit to routine supervision", zh: "出盒转入常规监管" },
    from: ["EXIT_REVIEW"],
    to: "EXITED_TO_ROUTINE",
    roles: REGULATORS,
    basis: BASES.exitKinds,
    guards: [review.COMPETENT, review.INCIDENTS_REPORTED, guard.endedAs("completed", "expired")],
    notifies: PARTIES_TOLD,
    remarks: followUpOpens,
    change: leaveBox,
    effects: [
      ...PROJECT_ENDS,
      { kind: "issue", document: "exitReport" },
      { kind: "open", obligation: "tracking", when: (context) => !hasTerms(context) },
    ],
  }),
  promote: action(input.EXIT, {
    title: { en: "Exit and promote results", zh: "出盒并推广成果" },
    from: ["EXIT_REVIEW"],
    to: "EXITED_PROMOTED",
    roles: REGULATORS,
    basis: BASES.exitKinds,
    guards: [
      review.COMPETENT,
      review.INCIDENTS_REPORTED,
      guard.endedAs("completed", "expired"),
      review.PROMOTES_RESULTS,
    ],
    notifies: PARTIES_TOLD,
    change: leaveBox,
    effects: [...PROJECT_ENDS, { kind: "issue", document: "exitReport" }],
  }),
  improve: action(input.EXIT, {
    title: { en: "Exit with conditions", zh: "附条件出盒" },
    from: ["EXIT_REVIEW"],
    to: "EXITED_WITH_CONDITIONS",
    roles: REGULATORS,
    basis: BASES.exitKinds,
    guards: [
      review.COMPETENT,
      review.INCIDENTS_REPORTED,
      guard.endedAs("completed", "expired"),
      {
        code: "conditions",
        needs: "input",
        text: { en: "The conditions are missing", zh: "缺少附加条件" },
        holds: ({ input: fields }) => fields.conditions !== undefined,
      },
    ],
    notifies: PARTIES_TOLD,
    remarks: followUpOpens,
    change: leaveBox,
    effects: [...PROJECT_ENDS, { kind: "issue", document: "exitReport" }],
  }),
  withdrawn: action(input.EXIT, {
    title: { en: "Exit as withdrawn", zh: "按自愿退出出盒" },
    from: ["EXIT_REVIEW"],
    to: "EXITED_WITHDRAWN",
    roles: REGULATORS,
    basis: BASES.exitKinds,
    guards: [review.COMPETENT, review.INCIDENTS_REPORTED, guard.endedAs("withdrawn")],
    notifies: PARTIES_TOLD,
    change: leaveBox,
    effects: [...PROJECT_ENDS, { kind: "issue", document: "exitReport" }],
  }),
  expired: action(input.EXIT, {
    title: { en: "Exit as expired", zh: "按期满出盒" },
    from: ["EXIT_REVIEW"],
    to: "EXITED_EXPIRED",
    roles: REGULATORS,
    basis: BASES.exitKinds,
    guards: [review.COMPETENT, review.INCIDENTS_REPORTED, guard.endedAs("expired")],
    notifies: PARTIES_TOLD,
    change: leaveBox,
    effects: [...PROJECT_ENDS, { kind: "issue", document: "exitReport" }],
  }),
} as const;
