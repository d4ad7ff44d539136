/** Input schemas of a hazard work order's actions. */
import { REASONS } from "../common-inputs.ts";
import { caseOf, choice, choiceOf, flag, instant, integer, list, object, text } from "../schema.ts";
import { HAZARD_TYPES } from "./states.ts";

export { NOTHING } from "../common-inputs.ts";

const SENTENCE = object({ en: text(), zh: text() });
const EVIDENCE = text({ en: "Evidence", zh: "证据" });

export const ORDER_FINDING = object(
  {
    finding: text({ en: "Finding", zh: "触发结果" }, 64),
    trigger: text({ en: "Trigger", zh: "触发器" }, 120),
    version: integer(0, 1_000_000, { en: "Version", zh: "版本" }),
    level: integer(0, 4, { en: "Level", zh: "等级" }),
    onset: instant({ en: "Onset", zh: "触发时刻" }),
    sentence: SENTENCE,
  },
  /** What the rule calls it; orders of earlier versions have none. */
  { name: SENTENCE },
);

export const DETECT = object(
  {
    type: choiceOf(HAZARD_TYPES, { en: "Type", zh: "类型" }),
    level: integer(0, 4, { en: "Level", zh: "等级" }),
    item: text({ en: "Item", zh: "事项" }, 200),
  },
  {
    vehicle: text({ en: "Vehicle", zh: "车辆" }, 64),
    organisation: text({ en: "Organisation", zh: "单位" }, 120),
    region: text({ en: "Region", zh: "区域" }, 12),
    project: caseOf(["sandbox-project"], { en: "Project", zh: "项目" }),
    finding: ORDER_FINDING,
  },
);
export const MERGE = object(
  { finding: ORDER_FINDING },
  {
    type: choiceOf(HAZARD_TYPES, { en: "Type", zh: "类型" }),
    project: caseOf(["sandbox-project"], { en: "Project", zh: "项目" }),
  },
);
export const CLEARED = object(
  { finding: text({ en: "Finding", zh: "触发结果" }, 64), clearedAt: instant({ en: "Cleared at", zh: "解除时刻" }) },
  /**
   * superseded: no rule watches for it any more, which says nothing about the vehicle. retracted: with late data known it
   * did not happen.
   */
  { how: choice(["cleared", "superseded", "retracted"], { en: "How", zh: "方式" }) },
);
export const NOTIFY = object({
  channel: choiceOf(
    {
      terminal: { en: "Vehicle terminal", zh: "车载终端" },
      app: { en: "App", zh: "应用推送" },
      phone: { en: "Phone", zh: "电话" },
      sms: { en: "Text message", zh: "短信" },
      letter: { en: "Letter", zh: "信函" },
    },
    { en: "Channel", zh: "渠道" },
  ),
  advice: text({ en: "Advice given", zh: "告知内容" }),
});
export const NO_CONTACT = object({
  attempts: integer(1, 100, { en: "Attempts", zh: "联系次数" }),
  log: text({ en: "Contact log", zh: "联系记录" }),
});
export const ACCEPT = object(
  {},
  {
    dealer: text({ en: "Dealer or repairer", zh: "维修单位" }, 200),
    assignee: text({ en: "Assigned account", zh: "指派账号" }, 120),
    note: text({ en: "Note", zh: "说明" }),
  },
);
export const LOCATE = object({ how: text({ en: "How it was located", zh: "查找方式" }) });
export const LOCATED = object({
  outcome: choiceOf(
    {
      inUse: { en: "In use", zh: "使用中" },
      stored: { en: "Stored", zh: "停放" },
      scrapped: { en: "Scrapped", zh: "报废" },
      exported: { en: "Exported", zh: "出口" },
      terminalBroken: { en: "Terminal broken", zh: "终端故障" },
    },
    { en: "Outcome", zh: "核实结果" },
  ),
  evidence: EVIDENCE,
});
export const SITE_CHECK = object({
  operator: text({ en: "Operator of the site", zh: "场地经营者" }, 200),
  socReduced: flag({ en: "SOC reduced", zh: "已降低 SOC" }),
  spacingKept: flag({ en: "Spacing kept", zh: "间距符合" }),
  fireMeans: flag({ en: "Fire means on site", zh: "消防设施到位" }),
});
export const REPAIR = object(
  {
    dealer: text({ en: "Dealer or repairer", zh: "维修单位" }, 200),
    causeCode: text({ en: "Cause code", zh: "原因代码" }, 80),
    work: text({ en: "Work done", zh: "维修内容" }),
  },
  { parts: list(text(undefined, 200), { en: "Parts", zh: "更换部件" }, 0, 100) },
);
export const CLOSE = object({
  disposalReference: text({ en: "Reference of disposal report 0x12", zh: "处置上报（0x12）编号" }, 200),
  confirmed: flag({ en: "The vehicle was checked", zh: "车辆已复核" }),
});
export const RECURRENCE = object({ finding: ORDER_FINDING });
export const FALSE_ALARM = object({ reasons: REASONS, evidence: EVIDENCE });
export const ACCIDENT = object({
  kind: choiceOf(
    { fire: { en: "Fire", zh: "起火" }, smoke: { en: "Smoke", zh: "冒烟" }, crash: { en: "Crash", zh: "碰撞" } },
    { en: "Kind", zh: "类别" },
  ),
  reference: caseOf(["accident"], { en: "Accident case", zh: "事故案件" }),
});
export const BATCH = object({
  model: text({ en: "Model", zh: "车型" }, 120),
  share: integer(0, 100, { en: "Share of the model (%)", zh: "车型占比（%）" }),
  faultLevel3: flag({ en: "Level-3 faults (else hazards)", zh: "三级故障（否则为隐患）" }),
});
export const BATCH_FINDINGS = object({
  result: text({ en: "Result", zh: "核查结论" }),
  defectSuspected: flag({ en: "Defect suspected", zh: "疑似缺陷" }),
});
export const SUPERVISE = object({}, { reasons: REASONS, note: text({ en: "Note", zh: "说明" }) });
export const ASSIGN = object(
  { assignee: text({ en: "Assigned account", zh: "指派账号" }, 120) },
  {
    instead: flag({ en: "Instead of those assigned so far", zh: "替换原指派人员" }),
    note: text({ en: "Note", zh: "说明" }),
  },
);
export const NOTE = object({ note: text({ en: "Note", zh: "备注" }) });
