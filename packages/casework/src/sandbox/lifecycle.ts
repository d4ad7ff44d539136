/** SandboxProject, REQUIREMENTS 9.1 with the transitions that close its holes. */
import { ENTERPRISE_ROLES } from "../access/roles.ts";
import type { Lifecycle } from "../lifecycle/definition.ts";
import { ENTRY_ACTIONS } from "./actions-entry.ts";
import { EXIT_ACTIONS } from "./actions-exit.ts";
import { RUNNING_ACTIONS } from "./actions-running.ts";
import { TRIGGERED_ACTIONS } from "./actions-triggered.ts";
import { EMPTY_PROJECT, extentOfProject, type SandboxProjectData } from "./data.ts";
import { SANDBOX_FLAGS, SANDBOX_STAGES, SANDBOX_STATES, type SandboxFlag, type SandboxState } from "./states.ts";

export const SANDBOX_PROJECT: Lifecycle<SandboxState, SandboxFlag, SandboxProjectData> = {
  kind: "sandbox-project",
  version: 1,
  title: { en: "Sandbox project", zh: "沙盒项目" },
  object: "sandboxApplication",
  initial: "DRAFT",
  stages: SANDBOX_STAGES,
  states: SANDBOX_STATES,
  flags: SANDBOX_FLAGS,
  actions: { ...ENTRY_ACTIONS, ...RUNNING_ACTIONS, ...TRIGGERED_ACTIONS, ...EXIT_ACTIONS },
  obligations: {
    completenessCheck: {
      title: { en: "Check completeness", zh: "完整性审查" },
      bearers: ["SAMR", "RECALL_CENTER"],
      deadline: "completenessCheck",
    },
    completeApplication: {
      title: { en: "Complete the application", zh: "补正申请" },
      bearers: ENTERPRISE_ROLES,
      deadline: "completeApplication",
      onOverdue: "lapse",
    },
    decision: { title: { en: "Decide on admission", zh: "作出入盒决定" }, bearers: ["SAMR"], deadline: "decision" },
    decideAppeal: {
      title: { en: "Decide the appeal", zh: "作出申诉决定" },
      bearers: ["SAMR"],
      deadline: "decideAppeal",
    },
    startTest: {
      title: { en: "Start the test", zh: "开始测试" },
      bearers: ENTERPRISE_ROLES,
      deadline: "startTest",
      onOverdue: "expiry",
    },
    testPeriod: {
      title: { en: "End of the test period", zh: "测试期届满" },
      bearers: ENTERPRISE_ROLES,
      deadline: "testPeriod",
      onOverdue: "expiry",
    },
    correctiveTask: {
      title: { en: "Corrective task", zh: "整改任务" },
      bearers: ENTERPRISE_ROLES,
      deadline: "correctiveTask",
    },
    confirmSuspension: {
      title: { en: "Confirm the suspension at once", zh: "立即确认中止" },
      bearers: ["SAMR"],
      deadline: "confirmSuspension",
    },
    informCoAuthorities: {
      title: { en: "Inform the co-issuing departments", zh: "通报联合发文部门" },
      bearers: ["SAMR"],
      deadline: "informCoAuthorities",
    },
    mitigation: {
      title: { en: "Mitigate the risk", zh: "风险整改" },
      bearers: ENTERPRISE_ROLES,
      deadline: "mitigation",
      onOverdue: "timeout",
    },
    terminationReview: {
      title: { en: "Review the termination", zh: "终止审查" },
      bearers: ["SAMR"],
      deadline: "terminationReview",
    },
    breachReview: {
      title: { en: "Review activity after suspension", zh: "审查中止后活动" },
      bearers: ["SAMR", "RECALL_CENTER"],
      deadline: "breachReview",
    },
    retractionReview: {
      title: { en: "Review a retracted finding", zh: "审查撤回的触发结果" },
      bearers: ["SAMR", "RECALL_CENTER"],
      deadline: "retractionReview",
    },
    finalReport: {
      title: { en: "Submit the final report", zh: "提交总结报告" },
      bearers: ENTERPRISE_ROLES,
      deadline: "finalReport",
    },
    tracking: {
      title: { en: "Track in routine supervision", zh: "常规监管跟踪" },
      bearers: ["SAMR"],
      deadline: "tracking",
    },
  },
  documents: {
    receipt: { en: "Receipt", zh: "受理回执" },
    admissionLetter: { en: "Admission letter", zh: "入盒通知书" },
    refusalLetter: { en: "Refusal letter", zh: "不予入盒通知书" },
    plan: { en: "Sandbox plan", zh: "深度测试方案" },
    restrictionOrder: { en: "Restriction order", zh: "限制令" },
    suspensionOrder: { en: "Suspension order", zh: "中止令" },
    liftingOrder: { en: "Lifting order", zh: "解除令" },
    terminationDecision: { en: "Termination decision", zh: "终止决定书" },
    exitReport: { en: "Exit report", zh: "退出报告" },
    writtenProof: { en: "Written proof", zh: "书面证明" },
    trackingReport: { en: "Tracking report", zh: "跟踪报告" },
  },
  empty: EMPTY_PROJECT,
  extentOf: extentOfProject,
};
