/** DefectInvestigation and Recall, REQUIREMENTS 9.4: one file from the lead to the last vehicle. */
import type { RoleCode } from "../access/roles.ts";
import type { Lifecycle, ObligationDefinition } from "../lifecycle/definition.ts";
import { INQUIRY_ACTIONS } from "./actions-inquiry.ts";
import { PLAN_ACTIONS } from "./actions-plan.ts";
import { RUNNING_ACTIONS } from "./actions-running.ts";
import { documentsOfRecall, EMPTY_RECALL, extentOfRecall, type RecallData } from "./data.ts";
import { RECALL_BASES, RECALL_DEADLINES } from "./deadlines.ts";
import { RECALL_FIELDS } from "./fields.ts";
import { isPublishedInTime, lateItself } from "./guards.ts";
import { DOCUMENT_KINDS } from "./inputs.ts";
import { RECALL_FLAGS, RECALL_STAGES, RECALL_STATES, type RecallFlag, type RecallState } from "./states.ts";

const MAKERS = ["OEM", "IMPORTER"] as const satisfies readonly RoleCode[];
const CENTRE = ["SAMR", "RECALL_CENTER"] as const satisfies readonly RoleCode[];

const owedByMaker = (title: ObligationDefinition["title"], deadline: string): ObligationDefinition => ({
  title,
  bearers: MAKERS,
  deadline,
  onOverdue: "markDutyLate",
  escalation: [
    { code: "authority", when: "after", unit: "day", amount: 1, notify: CENTRE, basis: RECALL_BASES.lifecycle },
    { code: "supervise", when: "after", unit: "day", amount: 7, notify: ["SAMR"], basis: RECALL_BASES.lifecycle },
  ],
});

const ACTIONS = { ...INQUIRY_ACTIONS, ...RUNNING_ACTIONS, ...PLAN_ACTIONS };

const OBLIGATIONS: Readonly<Record<string, ObligationDefinition>> = {
  startAnalysis: owedByMaker({ en: "Investigate at once", zh: "立即开展调查分析" }, "startAnalysis"),
  reportResult: owedByMaker({ en: "Report the result", zh: "报告调查分析结果" }, "reportResult"),
  reviewResult: { title: { en: "Review the result", zh: "审查调查结果" }, bearers: CENTRE, deadline: "reviewResult" },
  respond: {
    title: { en: "Recall, or object with proof", zh: "实施召回或者提出异议" },
    bearers: MAKERS,
    deadline: "respond",
    onOverdue: "markTermOver",
    escalation: [
      {
        code: "soon",
        when: "before",
        unit: "workingDay",
        amount: 5,
        notify: MAKERS,
        basis: RECALL_BASES.lifecycle,
      },
    ],
  },
  decideOrder: {
    title: { en: "Decide on the order", zh: "决定是否责令召回" },
    bearers: CENTRE,
    deadline: "decideOrder",
  },
  expertArgument: {
    title: { en: "Have experts argue the objection", zh: "组织专家论证" },
    bearers: CENTRE,
    deadline: "expertArgument",
  },
  stopSale: owedByMaker({ en: "Stop production, sale, import", zh: "停止生产、销售、进口" }, "stopSale"),
  filePlan: owedByMaker({ en: "File the recall plan", zh: "备案召回计划" }, "filePlan"),
  publish: owedByMaker({ en: "Publish defect and recall", zh: "发布缺陷与召回信息" }, "publish"),
  notifyOwners: owedByMaker({ en: "Tell the owners", zh: "告知车主" }, "notifyOwners"),
  stageReport: owedByMaker({ en: "Submit the stage report", zh: "提交阶段性报告" }, "stageReport"),
  finalReport: owedByMaker({ en: "Submit the final report", zh: "提交总结报告" }, "recallReport"),
  evaluateEffect: {
    title: { en: "Evaluate the effect", zh: "评估召回效果" },
    bearers: CENTRE,
    deadline: "evaluateEffect",
  },
  completionReview: {
    title: { en: "Quarterly review of the completion", zh: "召回进度季度核查" },
    bearers: ["RECALL_CENTER"],
    deadline: "completionReview",
    onOverdue: "reviewCompletion",
  },
  followUpCompletion: {
    title: { en: "Follow up a completion that hardly rises", zh: "督促停滞的召回进度" },
    bearers: CENTRE,
    deadline: "followUpCompletion",
  },
};
const MARKED_LATE = new Set(
  Object.entries(OBLIGATIONS).flatMap(([code, { onOverdue }]) => (onOverdue === "markDutyLate" ? [code] : [])),
);

export const RECALL_CASE: Lifecycle<RecallState, RecallFlag, RecallData> = {
  kind: "recall",
  version: 2,
  title: { en: "Defect and recall", zh: "缺陷调查与召回" },
  object: "recallFile",
  initial: "SIGNAL",
  stages: RECALL_STAGES,
  states: RECALL_STATES,
  flags: RECALL_FLAGS,
  actions: {
    ...ACTIONS,
    publishRecall: {
      ...ACTIONS.publishRecall,
      // The clock marks nobody late while this waits for the authority; what was handed in late is marked here.
      effects: [
        { kind: "raise", flag: "DUTY_LATE", when: (context) => !isPublishedInTime(context) },
        ...(ACTIONS.publishRecall.effects ?? []),
      ],
    },
    markDutyLate: { ...ACTIONS.markDutyLate, guards: [lateItself(MARKED_LATE)] },
  },
  obligations: OBLIGATIONS,
  documents: {
    ...DOCUMENT_KINDS,
    investigationNotice: { en: "Notice to investigate", zh: "缺陷调查分析通知书" },
    investigationDecision: { en: "Decision to investigate", zh: "缺陷调查决定书" },
    recallNotice: { en: "Recall notice", zh: "召回通知书" },
    recallOrder: { en: "Recall order", zh: "责令召回通知书" },
    planReceipt: { en: "Receipt of the recall plan", zh: "召回计划备案回执" },
    publicNotice: { en: "Public recall notice", zh: "召回公告" },
    correctiveOrder: { en: "Order to widen or repeat the recall", zh: "扩大或再次召回通知书" },
    closingNote: { en: "Closing note", zh: "结案说明" },
    noDefectNote: { en: "Note that there is no defect", zh: "不存在缺陷结案说明" },
  },
  deadlines: RECALL_DEADLINES,
  fields: RECALL_FIELDS,
  empty: EMPTY_RECALL,
  extentOf: extentOfRecall,
  documentsOf: documentsOfRecall,
  migrations: [
    {
      from: 1,
      title: {
        en: "A producer that published in time is not late while the authority confirms it",
        zh: "按期发布的生产者，在主管部门确认期间不计为逾期",
      },
      roles: ["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"],
      basis: RECALL_BASES.publish,
      migrate: (folded) => folded,
    },
  ],
};

/** Before the clock left out what waits for the authority: a producer that had published in time was marked late with it. */
export const RECALL_CASE_V1: Lifecycle<RecallState, RecallFlag, RecallData> = {
  ...RECALL_CASE,
  version: 1,
  actions: ACTIONS,
  migrations: [],
};
