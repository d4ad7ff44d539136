/** SandboxProject, REQUIREMENTS 9.1 with the transitions that close its holes. */
import { ENTERPRISE_ROLES, type RoleCode } from "../access/roles.ts";
import type { FieldDefinition, Lifecycle } from "../lifecycle/definition.ts";
import { choiceOf, flag, list, named, object, text } from "../schema.ts";
import { ENTRY_ACTIONS, EXAMINERS, REGULATORS } from "./actions-entry.ts";
import { INSPECTION, OVERSIGHT_ACTIONS } from "./actions-oversight.ts";
import { PANEL_ACTIONS } from "./actions-panel.ts";
import { RECORD_ACTIONS } from "./actions-records.ts";
import { EXIT_ACTIONS } from "./actions-exit.ts";
import { RUNNING_ACTIONS } from "./actions-running.ts";
import { TRIGGERED_ACTIONS } from "./actions-triggered.ts";
import { EMPTY_PROJECT, extentOfProject, type SandboxProjectData } from "./data.ts";
import { PROJECT_DEADLINES } from "./deadlines.ts";
import { BALLOT } from "./inputs-review.ts";
import { PANEL_ROUNDS } from "./names.ts";
import { OPINION_DUTIES } from "./opinions.ts";
import { SANDBOX_FLAGS, SANDBOX_STAGES, SANDBOX_STATES, type SandboxFlag, type SandboxState } from "./states.ts";

/** Ballots of single experts are for those who judge; the parties read the result and the dissents. */
const JUDGES = [...EXAMINERS, "EXPERT", "AUDITOR"] as const satisfies readonly RoleCode[];
const secret = (en: string, zh: string): FieldDefinition => ({ title: { en, zh }, readers: JUDGES });
/** Scores and declarations in full are in the history, with the action of each. */
const MEMBER = object(
  {
    id: named("expert", text({ en: "Expert", zh: "专家" }, 120)),
    freeOfInterest: flag({ en: "Declared free of interest", zh: "已声明无利益关系" }),
  },
  { vote: BALLOT.properties.vote, dissent: text({ en: "Dissent", zh: "不同意见" }) },
);
const PANEL_VALUE = object({
  round: choiceOf(PANEL_ROUNDS, { en: "Round", zh: "轮次" }),
  members: list(MEMBER, { en: "Declarations and ballots", zh: "声明与表决" }),
});
const BALLOT_FIELDS = {
  panel: { ...secret("Panel of the present round", "本轮专家组"), value: PANEL_VALUE },
  scores: secret("Scores", "评分"),
  vote: secret("Vote", "表决"),
  dissent: secret("Dissent", "不同意见"),
  statement: secret("Declaration of interest", "利益关系声明"),
  freeOfInterest: secret("Free of interest", "无利益关系"),
} as const;

export const SANDBOX_PROJECT: Lifecycle<SandboxState, SandboxFlag, SandboxProjectData> = {
  kind: "sandbox-project",
  version: 3,
  title: { en: "Sandbox project", zh: "沙盒项目" },
  object: "sandboxApplication",
  initial: "DRAFT",
  stages: SANDBOX_STAGES,
  states: SANDBOX_STATES,
  flags: SANDBOX_FLAGS,
  actions: {
    ...ENTRY_ACTIONS,
    ...PANEL_ACTIONS,
    ...RUNNING_ACTIONS,
    ...RECORD_ACTIONS,
    ...TRIGGERED_ACTIONS,
    ...EXIT_ACTIONS,
    ...OVERSIGHT_ACTIONS,
  },
  obligations: {
    completenessCheck: {
      title: { en: "Check completeness", zh: "完整性审查" },
      bearers: EXAMINERS,
      deadline: "completenessCheck",
    },
    completeApplication: {
      title: { en: "Complete the application", zh: "补正申请" },
      bearers: ENTERPRISE_ROLES,
      deadline: "completeApplication",
      onOverdue: "lapse",
    },
    decision: { title: { en: "Decide on admission", zh: "作出入盒决定" }, bearers: REGULATORS, deadline: "decision" },
    decideAppeal: {
      title: { en: "Decide the appeal", zh: "作出申诉决定" },
      bearers: REGULATORS,
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
      bearers: REGULATORS,
      deadline: "confirmSuspension",
    },
    informCoAuthorities: {
      title: { en: "Inform the co-issuing departments", zh: "通报联合发文部门" },
      bearers: REGULATORS,
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
      bearers: REGULATORS,
      deadline: "terminationReview",
    },
    breachReview: {
      title: { en: "Review activity after suspension", zh: "审查中止后活动" },
      bearers: EXAMINERS,
      deadline: "breachReview",
    },
    retractionReview: {
      title: { en: "Review a retracted finding", zh: "审查撤回的触发结果" },
      bearers: EXAMINERS,
      deadline: "retractionReview",
    },
    finalReport: {
      title: { en: "Submit the final report", zh: "提交总结报告" },
      bearers: ENTERPRISE_ROLES,
      deadline: "finalReport",
    },
    tacitDecision: {
      title: { en: "Decide before silence approves", zh: "逾期视为批准前作出决定" },
      bearers: REGULATORS,
      deadline: "tacitDecision",
      onOverdue: "approveTacitly",
    },
    stageReport: {
      title: { en: "Submit the stage report", zh: "提交阶段报告" },
      bearers: ENTERPRISE_ROLES,
      deadline: "stageReport",
    },
    periodicAssessment: {
      title: { en: "Comprehensive assessment", zh: "综合评估" },
      bearers: EXAMINERS,
      deadline: "periodicAssessment",
    },
    decideExtension: {
      title: { en: "Decide on the extension", zh: "作出延期决定" },
      bearers: REGULATORS,
      deadline: "decideExtension",
    },
    answerService: {
      title: { en: "Answer the request for a service", zh: "答复监管服务申请" },
      bearers: EXAMINERS,
      deadline: "answerService",
    },
    answerInformation: {
      title: { en: "Give the information demanded", zh: "答复信息要求" },
      bearers: ENTERPRISE_ROLES,
      deadline: "answerInformation",
    },
    deepTestFiling: {
      title: { en: "File deep-test plan and reports after the access permit", zh: "准入许可后提交深度测试材料" },
      bearers: ENTERPRISE_ROLES,
      deadline: "deepTestFiling",
    },
    accidentCase: {
      title: { en: "Report the accident as a case of its own", zh: "按事故案件报告" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "accidentCase",
    },
    cyberIncident: {
      title: { en: "Report the cyber incident", zh: "报告网络安全事件" },
      bearers: ENTERPRISE_ROLES,
      deadline: "cyberIncident",
    },
    aiIncident: {
      title: { en: "Report the serious AI incident", zh: "报告人工智能严重事件" },
      bearers: ENTERPRISE_ROLES,
      deadline: "aiIncident",
    },
    ...OPINION_DUTIES,
    tracking: {
      title: { en: "Track in routine supervision", zh: "常规监管跟踪" },
      bearers: REGULATORS,
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
  deadlines: PROJECT_DEADLINES,
  fields: BALLOT_FIELDS,
  empty: EMPTY_PROJECT,
  extentOf: extentOfProject,
  migrations: [
    {
      from: 2,
      title: {
        en: "The authority may demand information and record inspections; duties after an access permit; a commissioner",
        zh: "主管部门可要求提供信息、登记检查；准入许可后的提交义务；沙盒专员",
      },
      roles: REGULATORS,
      right: "decide",
      basis: INSPECTION,
      // The new duties begin with new facts: nothing of what the project holds changes.
      migrate: (folded) => folded,
    },
  ],
};

/**
 * Before authorities could demand information, record inspections and see what follows an access permit: projects that started under
 * it go on without, until the authority that leads their programme moves them.
 */
export const SANDBOX_PROJECT_V2: Lifecycle<SandboxState, SandboxFlag, SandboxProjectData> = {
  ...SANDBOX_PROJECT,
  version: 2,
  actions: Object.fromEntries(
    Object.entries(SANDBOX_PROJECT.actions).filter(([name]) => !Object.hasOwn(OVERSIGHT_ACTIONS, name)),
  ),
  migrations: [],
};

/** Actions of the first version: projects that started under it know no others. */
const FIRST_ACTIONS = [
  "create",
  "edit",
  "submit",
  "completenessOk",
  "incomplete",
  "resubmit",
  "lapse",
  "panelOpinion",
  "admit",
  "refuse",
  "appeal",
  "appealUpheld",
  "appealRejected",
  "editPlan",
  "signPlan",
  "planAgreed",
  "rehearse",
  "start",
  ...Object.keys(RUNNING_ACTIONS),
  ...Object.keys(TRIGGERED_ACTIONS),
  ...Object.keys(EXIT_ACTIONS),
] as const;

/**
 * The lifecycle before there were programmes. What the second version adds depends on the terms of a programme, which no project
 * of the first has, so its histories fold as they did.
 */
export const SANDBOX_PROJECT_V1: Lifecycle<SandboxState, SandboxFlag, SandboxProjectData> = {
  ...SANDBOX_PROJECT,
  version: 1,
  migrations: [],
  actions: Object.fromEntries(
    FIRST_ACTIONS.flatMap((name) => {
      const action = SANDBOX_PROJECT.actions[name];
      return action === undefined ? [] : [[name, action]];
    }),
  ),
};
