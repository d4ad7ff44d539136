/** Input schemas of a defect and recall case's actions. */
import { REASONS } from "../common-inputs.ts";
import { caseOf, choiceOf, flag, instant, integer, list, named, object, pattern, text } from "../schema.ts";
import { EXCLUSIONS_OF_RECALL, LEAD_SOURCES, REMEDIES } from "./states.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

const VEHICLE_ID = named("vehicle", pattern("^veh_[0-9a-hjkmnp-tv-z]{13}$"));
/** Vehicles that one report of remedies names; a larger batch is reported in parts. */
const MAX_VEHICLES = 1_000;

export const DOCUMENT_KINDS = {
  analysisReport: { en: "Investigation result of the producer", zh: "生产者调查分析报告" },
  investigationReport: { en: "Defect investigation report", zh: "缺陷调查报告" },
  objectionProof: { en: "Proof of the objection", zh: "异议证明材料" },
  appraisalReport: { en: "Test or appraisal report", zh: "检验鉴定报告" },
  ownerLetter: { en: "Letter to owners", zh: "车主告知函" },
  stageReportFile: { en: "Stage report", zh: "召回阶段性报告" },
  finalReportFile: { en: "Final report", zh: "召回总结报告" },
  other: { en: "Other", zh: "其他" },
} as const;
export const ATTACHMENT = object(
  { kind: choiceOf(DOCUMENT_KINDS, { en: "Kind", zh: "类别" }), title: text({ en: "Title", zh: "名称" }, 200) },
  { sha256: pattern("^[0-9a-f]{64}$", { en: "SHA-256", zh: "SHA-256" }) },
);

export const LEAD = object(
  {
    title: text({ en: "Title", zh: "名称" }, 200),
    description: text({ en: "What may be wrong", zh: "可能存在的缺陷" }),
    source: choiceOf(LEAD_SOURCES, { en: "Source", zh: "线索来源" }),
  },
  {
    component: text({ en: "Component", zh: "总成或部件" }, 200),
    possibleHarm: text({ en: "Possible consequence", zh: "可能的后果" }),
    models: list(text(undefined, 120), { en: "Models", zh: "车型" }, 0, 100),
    vehicle: named("vehicle", text({ en: "Vehicle", zh: "车辆" }, 64)),
    organisation: named("organisation", text({ en: "Producer (entered by others)", zh: "生产者（由他人填写）" }, 120)),
    finding: named("finding", text({ en: "Finding", zh: "触发结果" }, 64)),
    hazardOrder: caseOf(["hazard-order"], { en: "Hazard work order", zh: "隐患工单" }),
    accident: caseOf(["accident"], { en: "Accident case", zh: "事故案件" }),
    complaint: named("complaint", text({ en: "Complaint", zh: "投诉" }, 64)),
    project: caseOf(["sandbox-project"], { en: "Sandbox project", zh: "沙盒项目" }),
    otaFiling: caseOf(["ota-filing"], { en: "OTA filing", zh: "远程升级备案" }),
    foreignReference: text({ en: "Reference of the recall abroad", zh: "境外召回编号" }, 200),
  },
);

export const ATTACH = object({ documents: list(ATTACHMENT, { en: "Documents", zh: "材料" }, 1, 50) });
export const EXPERTS = object({
  experts: list(named("expert", text(undefined, 120)), { en: "Experts", zh: "专家" }, 0, 50),
});
export const RESULT = object({ result: text({ en: "Result of the investigation", zh: "调查分析结果" }) });
export const OWN_INVESTIGATION = object({
  ground: choiceOf(
    {
      producerIdle: { en: "The producer does not investigate", zh: "生产者未按通知开展调查分析" },
      serious: { en: "The consequence may be serious", zh: "可能造成严重后果" },
      notConvinced: { en: "The producer's result does not convince", zh: "生产者调查结果不予认可" },
    },
    { en: "Ground", zh: "依据" },
  ),
  reasons: REASONS,
});
export const INSPECTION = object({
  inspection: choiceOf(
    {
      entry: { en: "Premises entered", zh: "进入生产经营场所调查" },
      copies: { en: "Records copied", zh: "查阅、复制资料" },
      questions: { en: "Persons questioned", zh: "询问有关人员" },
      tests: { en: "Tests", zh: "试验" },
    },
    { en: "What was done", zh: "调查方式" },
  ),
  what: text({ en: "What was established", zh: "查明事实" }),
});
export const OBJECTION = object({ objection: text({ en: "Objection and its proof", zh: "异议及证明" }) });

const CONFLICT_FREE = object({
  name: text({ en: "Name", zh: "姓名" }, 120),
  freeOfInterest: flag({ en: "Free of any interest", zh: "与生产者无利害关系" }),
});
export const PANEL = list(CONFLICT_FREE, { en: "Experts", zh: "专家" }, 1, 30);
export const OPINION = object({
  panel: PANEL,
  defect: flag({ en: "There is a defect", zh: "存在缺陷" }),
  opinion: text({ en: "Opinion, with dissent", zh: "论证意见（含不同意见）" }),
});
export const APPRAISAL = object({
  institution: text({ en: "Institution", zh: "检验鉴定机构" }, 200),
  appraisal: text({ en: "Result", zh: "检验鉴定结果" }),
});
export const STOP = object({
  stopped: text({ en: "What was stopped, where, since when", zh: "停止生产、销售、进口的情况" }),
});
export const RESUME = object({
  correctedBy: text({ en: "How new vehicles are free of the defect", zh: "在产车辆消除缺陷的方式" }),
});
export const PERMIT = object({ permit: text({ en: "Reference of the change permit", zh: "变更许可编号" }, 200) });

export const SCOPE = object(
  {
    models: list(text(undefined, 120), { en: "Models", zh: "车型" }, 1, 100),
    declared: integer(0, 100_000_000, { en: "Vehicles by the producer's records", zh: "生产者申报数量" }),
  },
  {
    registeredFrom: instant({ en: "Registered from", zh: "登记时间起" }),
    registeredTo: instant({ en: "Registered to", zh: "登记时间止" }),
    batch: text({ en: "Batches", zh: "生产批次" }, 400),
    vehicles: list(VEHICLE_ID, { en: "Only these vehicles", zh: "限于下列车辆" }, 0, 10_000),
  },
  { en: "Scope", zh: "召回范围" },
);
const PLAN_PARTS = {
  scope: SCOPE,
  defect: text({ en: "Defect", zh: "缺陷描述" }),
  consequence: text({ en: "Consequence", zh: "可能后果" }),
  interim: text({ en: "How to avoid harm until then", zh: "消除缺陷前的避险措施" }),
  remedy: choiceOf(REMEDIES, { en: "Remedy", zh: "召回措施" }),
  measures: text({ en: "What is done to each vehicle", zh: "具体措施" }),
  startAt: instant({ en: "Start of the recall", zh: "召回开始时间" }),
  dealersTold: flag({ en: "Dealers were told and stop selling", zh: "已通知经营者停止销售" }),
  costBorne: flag({
    en: "The producer bears the cost of remedy and transport",
    zh: "生产者承担消除缺陷及必要的运输费用",
  }),
};
const PLAN_OPTIONS = {
  dealers: list(text(undefined, 120), { en: "Dealers (accounts)", zh: "经营者账号" }, 0, 1_000),
  viaOta: flag({ en: "Remedied over the air", zh: "通过远程升级消除缺陷" }),
  changesParameters: flag({ en: "Changes main technical parameters", zh: "涉及主要技术参数变更" }),
};
export const PLAN = object(PLAN_PARTS, PLAN_OPTIONS);
export const PLAN_CHANGE = object({
  plan: object(PLAN_PARTS, PLAN_OPTIONS, { en: "Plan as changed", zh: "变更后的召回计划" }),
  reasons: REASONS,
});
export const PLAN_RECEIVED = object({ planReference: text({ en: "Filing number", zh: "备案编号" }, 120) });
export const PUBLICATION = object({ publication: text({ en: "Where it was published", zh: "发布渠道及链接" }, 1_000) });
export const OWNERS = object({
  channels: list(
    choiceOf({
      registeredLetter: { en: "Registered letter", zh: "挂号信" },
      phone: { en: "Phone", zh: "电话" },
      sms: { en: "Text message", zh: "短信" },
      app: { en: "App", zh: "应用程序" },
      vehicle: { en: "In the vehicle", zh: "车机" },
    }),
    { en: "Channels", zh: "告知方式" },
    1,
    5,
  ),
  sent: integer(0, 100_000_000, { en: "Owners written to", zh: "已发送车主数" }),
  reached: integer(0, 100_000_000, { en: "Owners reached", zh: "已送达车主数" }),
});
export const DEALER_STOP = object({
  units: integer(0, 10_000_000, { en: "Vehicles held back", zh: "停售车辆数" }),
  what: text({ en: "What was done", zh: "执行情况" }),
});
const VEHICLES = list(VEHICLE_ID, { en: "Vehicles", zh: "车辆" }, 1, MAX_VEHICLES);
export const REMEDIED = object({
  vehicles: VEHICLES,
  remedy: choiceOf(REMEDIES, { en: "Remedy", zh: "召回措施" }),
  remediedAt: instant({ en: "Remedied at", zh: "完成时间" }),
});
export const EXCLUDED = object({
  vehicles: VEHICLES,
  outcome: choiceOf(EXCLUSIONS_OF_RECALL, { en: "Why", zh: "原因" }),
  evidence: text({ en: "Evidence", zh: "证据" }),
});
export const STAGE = object({ report: text({ en: "Progress and difficulties", zh: "实施情况与困难" }) });
export const FINAL = object({ finalReport: text({ en: "Final report", zh: "总结报告" }, 20_000) });
export const CORRECTIVE = object({
  corrective: choiceOf(
    { wider: { en: "Wider recall", zh: "扩大召回范围" }, repeat: { en: "Repeated recall", zh: "再次召回" } },
    { en: "Demand", zh: "要求" },
  ),
  reasons: REASONS,
});
export const EVALUATION = object({
  panel: PANEL,
  outcome: choiceOf(
    {
      effective: { en: "Effective", zh: "有效" },
      wider: { en: "Scope too narrow: wider recall", zh: "范围不足，须扩大召回" },
      repeat: { en: "Defect not removed: repeated recall", zh: "未有效消除缺陷，须再次召回" },
    },
    { en: "Outcome", zh: "评估结论" },
  ),
  opinion: text({ en: "Opinion", zh: "评估意见" }),
});
export const FOLLOW_UP = object({
  what: text({ en: "What the producer does to reach the rest", zh: "提高召回完成率的措施" }),
});
