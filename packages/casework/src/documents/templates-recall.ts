/** What stands in the documents of a defect and recall case beside the decision itself. */
import { LEAD, OWNERS, PLAN } from "../recall/inputs.ts";
import { integer, list, text } from "../schema.ts";
import type { Text } from "../text.ts";
import type { DocumentTemplate } from "./templates.ts";

const { title, description, models, component } = LEAD.properties;
const organisation = { ...LEAD.properties.organisation, title: "Producer", "x-zh": "生产者" };
const SUBJECT = {
  title: { en: "Subject", zh: "事项" },
  fields: { title, organisation, models, component, description },
};
const { dealers: _accounts, scope, ...published } = PLAN.properties;
const { vehicles: _vehicles, ...shownScope } = scope.properties;
const shown = { scope: { ...scope, properties: shownScope }, ...published };
const FILED = {
  title: { en: "Recall plan", zh: "召回计划" },
  fields: { plan: { ...PLAN, title: "", properties: shown } },
};
const { sent, reached } = OWNERS.properties;
/** The figures that were evaluated; the opinion stands with the decision. */
const EFFECT = {
  title: { en: "Effect", zh: "召回效果" },
  fields: {
    affected: integer(0, undefined, { en: "Vehicles in the scope (registry)", zh: "召回范围内已登记车辆" }),
    excluded: integer(0, undefined, { en: "Scrapped or exported", zh: "报废或出口" }),
    progress: list(text(), { en: "Completion by quarter", zh: "分季度完成情况" }),
    owners: { ...OWNERS, title: "", properties: { sent, reached } },
  },
};
const ARGUED = {
  title: { en: "Objection and argument", zh: "异议与论证" },
  fields: {
    objection: text({ en: "Objection", zh: "异议" }),
    opinion: { ...PLAN, title: "", properties: { text: text({ en: "Opinion of the experts", zh: "专家论证意见" }) } },
    appraisal: text({ en: "Test or appraisal", zh: "检验鉴定" }),
  },
};

const UNVERIFIED: Text = {
  en: "Day counts that the recall regulation itself does not name are shown with their source and how sure it is.",
  zh: "条例正文未载明的期限，均标注来源及确定程度。",
};
const OBJECT: Text = {
  en: "The producer recalls, or objects with proof within 15 working days of receipt (Art. 15). Without an objection in time the recall may be ordered.",
  zh: "生产者应当实施召回，或者自收到通知之日起15个工作日内提出异议并提供证明材料（条例第十五条）；逾期未提出异议的，可责令召回。",
};
const NO_EXEMPTION: Text = {
  en: "A recall exempts the producer from no other liability (recall regulation, Art. 28).",
  zh: "实施召回不免除生产者依法应当承担的其他责任（条例第二十八条）。",
};

export const RECALL_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  investigationNotice: {
    opening: {
      en: "The producer is to investigate the possible defect below at once and to report the result truthfully.",
      zh: "请生产者立即对下列可能存在的缺陷开展调查分析，并如实报告结果。",
    },
    sections: [SUBJECT],
    duties: true,
    closing: UNVERIFIED,
  },
  investigationDecision: {
    opening: {
      en: "The authority investigates the possible defect below itself. It may enter premises, copy records and question persons.",
      zh: "主管部门对下列可能存在的缺陷开展缺陷调查，可以进入生产经营场所、查阅复制资料、询问有关人员。",
    },
    sections: [SUBJECT],
    duties: true,
    closing: UNVERIFIED,
  },
  recallNotice: {
    opening: {
      en: "The investigation has found the defect below. The producer is notified to recall.",
      zh: "经缺陷调查，认定存在下列缺陷，现通知生产者实施召回。",
    },
    sections: [SUBJECT],
    duties: true,
    closing: OBJECT,
  },
  recallOrder: {
    opening: {
      en: "The producer is ordered to stop production, sale and import of the vehicles below and to recall them.",
      zh: "责令生产者立即停止生产、销售、进口下列车辆，并实施召回。",
    },
    sections: [SUBJECT, ARGUED],
    duties: true,
    closing: NO_EXEMPTION,
  },
  planReceipt: {
    opening: { en: "The recall plan below was received.", zh: "已收到下列召回计划。" },
    sections: [SUBJECT],
    duties: true,
    closing: UNVERIFIED,
  },
  publicNotice: {
    opening: { en: "The following recall is published.", zh: "现发布下列召回信息。" },
    to: { en: "Owners of the vehicles below, and the public", zh: "相关车辆所有人及社会公众" },
    sections: [{ title: SUBJECT.title, fields: { title, organisation } }, FILED],
    duties: false,
    closing: NO_EXEMPTION,
  },
  correctiveOrder: {
    opening: {
      en: "The effect of the recall below is insufficient. The producer is to file a new plan; no vehicle leaves the scope.",
      zh: "下列召回未达到预期效果，生产者应当重新备案召回计划，召回范围不得缩小。",
    },
    sections: [SUBJECT, FILED],
    duties: true,
    closing: UNVERIFIED,
  },
  closingNote: {
    opening: {
      en: "The recall below was evaluated and is closed. Vehicles that were not reached stay under recall.",
      zh: "下列召回已完成效果评估，予以结案。未完成召回的车辆仍须继续召回。",
    },
    sections: [SUBJECT, FILED, EFFECT],
    duties: false,
    closing: NO_EXEMPTION,
  },
  noDefectNote: {
    opening: { en: "No defect was found in the matter below.", zh: "下列事项未发现缺陷。" },
    sections: [SUBJECT],
    duties: false,
    closing: { en: "", zh: "" },
  },
};
