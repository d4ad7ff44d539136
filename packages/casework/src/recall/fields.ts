/** The data of a recall case as its page shows it. */
import { DAY, listField, organisationField } from "../fields.ts";
import type { FieldDefinition } from "../lifecycle/definition.ts";
import { integer, named, number, object, text } from "../schema.ts";
import { ATTACHMENT, INSPECTION } from "./inputs.ts";
import { LEAD_SOURCES, REMEDIES } from "./states.ts";

/** Share of the vehicles that are done. */
const RATE = number(0, 100, { en: "Completion (%)", zh: "完成率（%）" });

/** The inquiry is secret to others (Reg. Art. 7 by analogy, R-1.19): producer, market regulator and its centre read it. */
const INQUIRY_READERS = ["OEM", "IMPORTER", "SAMR", "RECALL_CENTER", "EXPERT", "SUPERVISOR_ALL"] as const;

export const RECALL_FIELDS: { readonly [name: string]: FieldDefinition } = {
  organisation: organisationField({ en: "Producer", zh: "生产者" }),
  source: { title: { en: "Source", zh: "线索来源" }, shape: "choice", choices: LEAD_SOURCES },
  description: { title: { en: "What may be wrong", zh: "可能存在的缺陷" }, shape: "longText" },
  possibleHarm: { title: { en: "Possible consequence", zh: "可能的后果" }, shape: "longText" },
  component: { title: { en: "Component", zh: "总成或部件" } },
  models: { title: { en: "Models", zh: "车型" }, shape: "list" },
  vehicle: { title: { en: "Vehicle", zh: "车辆" }, shape: "vehicle" },
  hazardOrder: { title: { en: "Hazard work order", zh: "隐患工单" }, shape: "case" },
  accident: { title: { en: "Accident case", zh: "事故案件" }, shape: "case" },
  otaFiling: { title: { en: "OTA filing", zh: "远程升级备案" }, shape: "case" },
  project: { title: { en: "Sandbox project", zh: "沙盒项目" }, shape: "case" },
  finding: { title: { en: "Finding", zh: "触发结果" }, shape: "finding" },
  complaint: { title: { en: "Complaint", zh: "投诉" }, value: named("complaint", text()) },
  foreignReference: { title: { en: "Recall abroad", zh: "境外召回编号" } },
  affected: { title: { en: "Vehicles in the scope (registry)", zh: "召回范围内已登记车辆" }, shape: "number" },
  "plan.scope.declared": { title: { en: "Vehicles by the producer's records", zh: "生产者申报数量" }, shape: "number" },
  excluded: { title: { en: "Scrapped or exported", zh: "报废或出口" }, shape: "number" },
  progress: { title: { en: "Completion by quarter", zh: "分季度完成情况" }, shape: "list" },
  reviews: listField({ en: "Quarterly reviews", zh: "季度核查" }, object({ at: DAY, rate: RATE })),
  round: { title: { en: "Round", zh: "召回轮次" }, shape: "number" },
  formerRounds: { title: { en: "Former rounds", zh: "此前轮次" }, shape: "list" },
  "plan.scope.models": { title: { en: "Models recalled", zh: "召回车型" }, shape: "list" },
  "plan.scope.batch": { title: { en: "Batches", zh: "生产批次" } },
  "plan.scope.registeredFrom": { title: { en: "Registered from", zh: "登记时间起" }, shape: "instant" },
  "plan.scope.registeredTo": { title: { en: "Registered to", zh: "登记时间止" }, shape: "instant" },
  "plan.defect": { title: { en: "Defect", zh: "缺陷描述" }, shape: "longText" },
  "plan.consequence": { title: { en: "Consequence", zh: "可能后果" }, shape: "longText" },
  "plan.interim": { title: { en: "How to avoid harm until then", zh: "消除缺陷前的避险措施" }, shape: "longText" },
  "plan.remedy": { title: { en: "Remedy", zh: "召回措施" }, shape: "choice", choices: REMEDIES },
  "plan.measures": { title: { en: "What is done to each vehicle", zh: "具体措施" }, shape: "longText" },
  "plan.startAt": { title: { en: "Start of the recall", zh: "召回开始时间" }, shape: "instant" },
  "plan.viaOta": { title: { en: "Remedied over the air", zh: "通过远程升级消除缺陷" }, shape: "flag" },
  "plan.changesParameters": { title: { en: "Changes main parameters", zh: "涉及主要技术参数变更" }, shape: "flag" },
  planReference: { title: { en: "Filing number", zh: "备案编号" } },
  permit: { title: { en: "Change permit", zh: "变更许可" } },
  publication: { title: { en: "Where it was published", zh: "发布渠道" } },
  "owners.sent": { title: { en: "Owners written to", zh: "已发送车主数" }, shape: "number" },
  "owners.reached": { title: { en: "Owners reached", zh: "已送达车主数" }, shape: "number" },
  stopped: { title: { en: "What was stopped", zh: "停止生产销售情况" }, shape: "longText" },
  dealerStops: listField(
    { en: "Dealers that stopped selling", zh: "经营者停售情况" },
    object({
      at: DAY,
      dealer: named("organisation", text({ en: "Dealer", zh: "经营者" })),
      units: integer(0, undefined, { en: "Vehicles held back", zh: "停售车辆数" }),
    }),
  ),
  stageReports: listField(
    { en: "Stage reports", zh: "阶段性报告" },
    object({ at: DAY, rate: RATE, text: text({ en: "Report", zh: "报告" }) }),
  ),
  finalReport: { title: { en: "Final report", zh: "总结报告" }, shape: "longText" },
  evaluation: { title: { en: "Evaluation of the effect", zh: "效果评估意见" }, shape: "longText" },
  keepUntil: { title: { en: "Records kept at least until", zh: "记录至少保存至" }, shape: "instant" },
  result: {
    title: { en: "Result of the producer", zh: "生产者调查结果" },
    shape: "longText",
    readers: INQUIRY_READERS,
  },
  objection: { title: { en: "Objection", zh: "异议" }, shape: "longText", readers: INQUIRY_READERS },
  "opinion.text": { title: { en: "Opinion of the experts", zh: "专家论证意见" }, shape: "longText" },
  appraisal: { title: { en: "Test or appraisal", zh: "检验鉴定" }, shape: "longText", readers: INQUIRY_READERS },
  inspections: {
    ...listField(
      { en: "Inquiry", zh: "调查取证" },
      object({ kind: INSPECTION.properties.inspection, note: INSPECTION.properties.what }),
    ),
    readers: INQUIRY_READERS,
  },
  attachments: listField({ en: "Documents", zh: "材料" }, ATTACHMENT),
};
