/** States, stages and flags of a sandbox project (REQUIREMENTS 9.1), with their names in the words of the glossary. */
import type { StageDefinition, StateDefinition } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";

export const SANDBOX_STAGES = [
  { code: "application", title: { en: "Application", zh: "申请" } },
  { code: "assessment", title: { en: "Assessment", zh: "评估" } },
  { code: "plan", title: { en: "Plan", zh: "方案" } },
  { code: "test", title: { en: "Test", zh: "测试" } },
  { code: "report", title: { en: "Report", zh: "报告" } },
  { code: "exit", title: { en: "Exit", zh: "退出" } },
] as const satisfies readonly StageDefinition[];

export const SANDBOX_STATES = {
  DRAFT: { stage: "application", title: { en: "Draft", zh: "草稿" } },
  SUBMITTED: { stage: "application", title: { en: "Submitted", zh: "已提交" } },
  RETURNED: { stage: "application", title: { en: "Returned for completion", zh: "退回补正" } },
  LAPSED: { stage: "exit", title: { en: "Lapsed", zh: "已失效" }, end: "final" },
  UNDER_ASSESSMENT: { stage: "assessment", title: { en: "Under assessment", zh: "评估中" } },
  DECISION_PENDING: { stage: "assessment", title: { en: "Decision pending", zh: "待决定" } },
  REFUSED: { stage: "exit", title: { en: "Refused", zh: "不予入盒" }, end: "appealable" },
  PLAN_NEGOTIATION: { stage: "plan", title: { en: "Plan negotiation", zh: "方案商定" } },
  READY: { stage: "plan", title: { en: "Ready", zh: "准备就绪" } },
  TESTING: { stage: "test", title: { en: "Testing", zh: "测试中" } },
  RESTRICTED: { stage: "test", title: { en: "Restricted", zh: "受限测试" } },
  SUSPENDED: { stage: "test", title: { en: "Suspended", zh: "已中止" } },
  TERMINATING: { stage: "test", title: { en: "Review for termination", zh: "终止审查" } },
  REPORTING: { stage: "report", title: { en: "Reporting", zh: "报告中" } },
  EVALUATION: { stage: "report", title: { en: "Final evaluation", zh: "最终评估" } },
  EXIT_REVIEW: { stage: "exit", title: { en: "Exit review", zh: "出盒审查" } },
  EXITED_TO_ROUTINE: {
    stage: "exit",
    title: { en: "Exited to routine supervision", zh: "出盒转入常规监管" },
    end: "final",
  },
  EXITED_PROMOTED: { stage: "exit", title: { en: "Exited, results promoted", zh: "出盒并推广成果" }, end: "final" },
  EXITED_WITH_CONDITIONS: { stage: "exit", title: { en: "Exited with conditions", zh: "附条件出盒" }, end: "final" },
  EXITED_WITHDRAWN: { stage: "exit", title: { en: "Exited, withdrawn", zh: "自愿退出" }, end: "final" },
  EXITED_EXPIRED: { stage: "exit", title: { en: "Exited, expired", zh: "期满退出" }, end: "final" },
  TERMINATED: { stage: "exit", title: { en: "Terminated", zh: "已终止" }, end: "final" },
} as const satisfies Record<string, StateDefinition>;
export type SandboxState = keyof typeof SANDBOX_STATES;

/** States in which the project's trigger set watches its vehicles. */
export const WATCHED_STATES = ["TESTING", "RESTRICTED", "SUSPENDED"] as const satisfies readonly SandboxState[];

export const SANDBOX_FLAGS = {
  /** Vehicles moved although the test was suspended. */
  BREACH: { en: "Activity after suspension", zh: "中止后仍有活动" },
  /** A trigger demanded a suspension on data nobody vouches for; a person must confirm at once. */
  CONFIRM_AT_ONCE: { en: "Suspension to be confirmed at once", zh: "须立即确认中止" },
  DEFECT: { en: "Defect confirmed", zh: "已确认缺陷" },
} as const satisfies Record<string, Text>;
export type SandboxFlag = keyof typeof SANDBOX_FLAGS;

/** States in which vehicles take part in the test. */
export const RUNNING_STATES = ["TESTING", "RESTRICTED"] as const satisfies readonly SandboxState[];

/** States of the test, halted or not. */
export const TEST_STATES = ["TESTING", "RESTRICTED", "SUSPENDED"] as const satisfies readonly SandboxState[];

/** States that come before it. */
export const EARLY_STATES = [
  "DRAFT",
  "SUBMITTED",
  "RETURNED",
  "UNDER_ASSESSMENT",
  "DECISION_PENDING",
  "PLAN_NEGOTIATION",
  "READY",
] as const satisfies readonly SandboxState[];

/** Every state that is not an end. */
export const OPEN_STATES = (Object.keys(SANDBOX_STATES) as SandboxState[]).filter(
  (state) => !("end" in SANDBOX_STATES[state]),
);

/** Ends that a test may come to. */
export const LEFT_STATES = [
  "EXITED_TO_ROUTINE",
  "EXITED_PROMOTED",
  "EXITED_WITH_CONDITIONS",
  "EXITED_WITHDRAWN",
  "EXITED_EXPIRED",
  "TERMINATED",
] as const satisfies readonly SandboxState[];

export function isTestState(state: SandboxState): boolean {
  return TEST_STATES.some((each) => each === state);
}

export function isRunningState(state: SandboxState): boolean {
  return RUNNING_STATES.some((each) => each === state);
}
