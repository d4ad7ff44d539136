/** States and flags of a defect and recall case (REQUIREMENTS 9.4). */
import type { StageDefinition, StateDefinition } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";

export const RECALL_STAGES = [
  { code: "lead", title: { en: "Lead", zh: "线索" } },
  { code: "investigation", title: { en: "Investigation", zh: "缺陷调查" } },
  { code: "decision", title: { en: "Decision", zh: "缺陷认定" } },
  { code: "plan", title: { en: "Recall plan", zh: "召回计划" } },
  { code: "running", title: { en: "Recall", zh: "召回实施" } },
  { code: "closure", title: { en: "Closure", zh: "结案" } },
] as const satisfies readonly StageDefinition[];

export const RECALL_STATES = {
  SIGNAL: { stage: "lead", title: { en: "Lead received", zh: "已收到线索" } },
  ANALYSIS: { stage: "investigation", title: { en: "Producer investigates", zh: "生产者调查分析" } },
  AUTHORITY_REVIEW: { stage: "investigation", title: { en: "Result under review", zh: "调查结果审查中" } },
  INVESTIGATION: { stage: "investigation", title: { en: "Authority investigates", zh: "主管部门缺陷调查" } },
  RECALL_NOTICE: { stage: "decision", title: { en: "Recall notice served", zh: "已通知召回" } },
  EXPERT_ARGUMENT: { stage: "decision", title: { en: "Expert argument", zh: "专家论证" } },
  ORDERED: { stage: "decision", title: { en: "Recall ordered", zh: "已责令召回" } },
  STOP_SALE: { stage: "decision", title: { en: "Defect confirmed", zh: "已确认缺陷" } },
  PLAN_DUE: { stage: "plan", title: { en: "Plan due", zh: "待备案召回计划" } },
  FILED: { stage: "plan", title: { en: "Plan filed", zh: "计划已备案" } },
  PUBLISHED: { stage: "plan", title: { en: "Recall published", zh: "已发布召回信息" } },
  RUNNING: { stage: "running", title: { en: "Recall running", zh: "召回实施中" } },
  CORRECTIVE: { stage: "running", title: { en: "To be widened or repeated", zh: "须扩大或再次召回" } },
  FINAL_DUE: { stage: "running", title: { en: "Final report due", zh: "待提交总结报告" } },
  EFFECT_EVALUATION: { stage: "closure", title: { en: "Effect under evaluation", zh: "召回效果评估中" } },
  /** No end: vehicles that were not reached stay under recall for life. */
  CLOSED_TAIL_OPEN: { stage: "closure", title: { en: "Closed, vehicles outstanding", zh: "已结案，尚有车辆未召回" } },
  CLOSED_COMPLETE: {
    stage: "closure",
    title: { en: "Closed, all vehicles done", zh: "已结案，全部完成" },
    end: "final",
  },
  CLOSED_NO_DEFECT: {
    stage: "closure",
    title: { en: "Closed without defect", zh: "不存在缺陷，已结案" },
    end: "final",
  },
} as const satisfies Record<string, StateDefinition>;
export type RecallState = keyof typeof RECALL_STATES;

/** Beside the state, never instead of it. */
export const RECALL_FLAGS = {
  DUTY_LATE: { en: "A duty is late", zh: "义务逾期" },
  TERM_OVER: { en: "Term for an objection is over", zh: "异议期已过" },
  STOPPED: { en: "Production and sale stopped", zh: "已停止生产销售" },
  SLOPE_FLAT: { en: "Completion hardly rises", zh: "召回进度停滞" },
} as const satisfies Record<string, Text>;
export type RecallFlag = keyof typeof RECALL_FLAGS;

/** Where a lead may come from (R-4.22, R-4.23, R-4.26; 9.4). */
export const LEAD_SOURCES = {
  producer: { en: "Producer's own knowledge", zh: "生产者自行获知" },
  finding: { en: "Finding of a trigger", zh: "触发结果" },
  hazardOrder: { en: "Hazard work order", zh: "隐患工单" },
  accident: { en: "Accident case", zh: "事故案件" },
  complaint: { en: "Complaint", zh: "投诉" },
  dealer: { en: "Dealer or repairer", zh: "经营者" },
  foreignRecall: { en: "Recall abroad", zh: "境外召回" },
  sandbox: { en: "Sandbox project", zh: "沙盒项目" },
  ota: { en: "OTA filing", zh: "远程升级备案" },
  authority: { en: "Authority's own knowledge", zh: "主管部门获知" },
} as const satisfies Record<string, Text>;
export type LeadSource = keyof typeof LEAD_SOURCES;

/** Kinds of remedy of the recall regulation, Art. 19. */
export const REMEDIES = {
  label: { en: "Correct or add a label", zh: "修正或者补充标识" },
  repair: { en: "Repair", zh: "修理" },
  replace: { en: "Replace", zh: "更换" },
  return: { en: "Return", zh: "退货" },
} as const satisfies Record<string, Text>;
export type Remedy = keyof typeof REMEDIES;

/** Why a vehicle does not count in the completion rate. */
export const EXCLUSIONS_OF_RECALL = {
  scrapped: { en: "Scrapped", zh: "已报废" },
  exported: { en: "Exported", zh: "已出口" },
} as const satisfies Record<string, Text>;
