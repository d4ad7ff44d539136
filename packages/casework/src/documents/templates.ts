/**
 * What stands in each document beside the decision itself. A code without an entry gets the plain form: the decision with
 * its input, and nothing else.
 */
import { APPLICATION_FIELDS, FINAL_REPORT, PLAN_FIELDS } from "../sandbox/inputs.ts";
import { REPORT_FIGURES, REPORT_SUBJECT, REPORT_TEXTS } from "../sandbox/programme-report.ts";
import { text, type Fields } from "../schema.ts";
import type { Text } from "../text.ts";
import {
  ACCIDENT_DOCUMENTS,
  DATA_REPORT_DOCUMENTS,
  EXPORT_DOCUMENTS,
  MEASURE_DOCUMENTS,
  PILOT_DOCUMENTS,
} from "./templates-notices.ts";
import { OTA_DOCUMENTS } from "./templates-ota.ts";
import { RECALL_DOCUMENTS } from "./templates-recall.ts";

export interface DocumentTemplate {
  readonly opening: Text;
  /** Whom it is addressed to, when that is not the parties of the case. */
  readonly to?: Text;
  /** Fields of the case's data. */
  readonly sections: readonly { readonly title: Text; readonly fields: Fields }[];
  /** Whether the open duties with their limits belong to it. */
  readonly duties: boolean;
  readonly closing: Text;
}

const { title, programme, applicant, summary, parties, technology, access, documents, limits } = APPLICATION_FIELDS;
const PROJECT = { title: { en: "Project", zh: "项目" }, fields: { title, programme, applicant, parties } };
const BOUNDS = { title: { en: "Containment", zh: "测试边界" }, fields: { limits } };

/** activities, results and learning, in the words of the enterprise. */
const { activities, results, learning } = FINAL_REPORT.properties;
const REPORTED = {
  title: { en: "Final report of the enterprise", zh: "企业总结报告" },
  fields: {
    finalReport: { ...FINAL_REPORT, title: "", properties: { activities, results, learning } },
  },
};

const LIABILITY: Text = {
  en: "Taking part neither replaces market access nor recall, and exempts nobody from liability.",
  zh: "参加沙盒监管不替代准入与召回，也不免除任何法律责任。",
};
const APPEAL: Text = {
  en: "The applicant may appeal within the time that the procedure names.",
  zh: "申请人可在程序规定的期限内申诉。",
};
const EVIDENCE: Text = {
  en: "The findings behind this decision and their samples are kept and can be examined in the case.",
  zh: "本决定所依据的触发结果及其样本已留存，可在案件中查验。",
};
const PLAIN: DocumentTemplate = {
  opening: { en: "The following is on record.", zh: "兹记录如下。" },
  sections: [],
  duties: false,
  closing: { en: "", zh: "" },
};

const PROJECT_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  receipt: {
    opening: {
      en: "The application below was received and is being examined.",
      zh: "已收到下列申请，现进入审查程序。",
    },
    sections: [
      PROJECT,
      { title: { en: "Technology and access", zh: "技术与准入" }, fields: { summary, technology, access } },
      { title: { en: "Files handed in", zh: "提交材料" }, fields: { documents } },
    ],
    duties: true,
    closing: LIABILITY,
  },
  admissionLetter: {
    opening: {
      en: "The project below is admitted to the sandbox. Testing may begin once the plan is signed by both sides.",
      zh: "同意下列项目入盒。双方签署深度测试方案后方可开始测试。",
    },
    sections: [PROJECT, BOUNDS],
    duties: true,
    closing: LIABILITY,
  },
  refusalLetter: {
    opening: { en: "The project below is not admitted to the sandbox.", zh: "下列项目不予入盒。" },
    sections: [PROJECT],
    duties: false,
    closing: APPEAL,
  },
  plan: {
    opening: {
      en: "Both sides have signed this plan. Testing outside its limits is not covered by it.",
      zh: "双方已签署本方案。超出本方案边界的测试不在其范围之内。",
    },
    sections: [PROJECT, { title: { en: "Plan", zh: "方案" }, fields: PLAN_FIELDS }],
    duties: false,
    closing: LIABILITY,
  },
  restrictionOrder: {
    opening: {
      en: "Testing may continue within narrower limits only, from the time below on.",
      zh: "自下列时间起，测试仅可在收窄后的边界内继续进行。",
    },
    sections: [PROJECT, BOUNDS],
    duties: true,
    closing: EVIDENCE,
  },
  suspensionOrder: {
    opening: {
      en: "Testing of the project below is suspended from the time below on. No vehicle of the project may be operated for the test until the suspension is lifted.",
      zh: "自下列时间起，中止下列项目的测试。在解除中止之前，项目车辆不得进行测试运行。",
    },
    sections: [PROJECT],
    duties: true,
    closing: EVIDENCE,
  },
  liftingOrder: {
    opening: { en: "The restriction or suspension is lifted.", zh: "解除限制或者中止。" },
    sections: [PROJECT, BOUNDS],
    duties: true,
    closing: LIABILITY,
  },
  terminationDecision: {
    opening: { en: "The test of the project below is terminated.", zh: "终止下列项目的测试。" },
    sections: [PROJECT],
    duties: true,
    closing: APPEAL,
  },
  exitReport: {
    opening: {
      en: "The project below has left the sandbox. This report says what was done, what it gave, and what was learnt.",
      zh: "下列项目已出盒。本报告载明所开展的活动、取得的结果与获得的经验。",
    },
    sections: [PROJECT, REPORTED, { title: { en: "Test", zh: "测试" }, fields: PLAN_FIELDS }],
    duties: true,
    closing: LIABILITY,
  },
  writtenProof: {
    opening: {
      en: "It is certified that the activities below took place under supervision in the sandbox.",
      zh: "兹证明下列活动已在沙盒监管下开展。",
    },
    sections: [PROJECT, { title: { en: "Test", zh: "测试" }, fields: PLAN_FIELDS }],
    duties: false,
    closing: {
      en: "This proof may be taken into account in later procedures; it is no statement of conformity.",
      zh: "本证明可在后续程序中予以考虑，但不构成合格声明。",
    },
  },
};

const FOLLOW_UP_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  trackingReport: {
    opening: {
      en: "The project below has left the sandbox and is tracked in routine supervision. This report was handed in for the period named.",
      zh: "下列项目已出盒并处于常规监管跟踪之中。兹收到所载期间的跟踪报告。",
    },
    sections: [
      {
        title: { en: "Tracking", zh: "跟踪" },
        fields: {
          title: text({ en: "Project", zh: "项目" }),
          conditions: text({ en: "Conditions", zh: "附加条件" }),
        },
      },
    ],
    duties: true,
    closing: LIABILITY,
  },
};

const { kind: reportKind, ...reportOf } = REPORT_SUBJECT;
const REPORT: DocumentTemplate = {
  opening: {
    en: "This report is public. Its figures were counted by the platform over every project of the programme, from the records of the cases.",
    zh: "本报告为公开报告。统计数据由平台依据案件记录对本类别全部项目计算得出。",
  },
  sections: [
    { title: { en: "Report", zh: "报告" }, fields: { kind: reportKind, ...reportOf } },
    { title: { en: "Figures", zh: "统计" }, fields: { figures: { ...REPORT_FIGURES, title: "" } } },
    { title: { en: "In words", zh: "说明" }, fields: REPORT_TEXTS },
  ],
  duties: false,
  closing: {
    en: "Distances are those of the odometers of vehicles in the test. Incidents per 10,000 km are given only where the distance of every vehicle is known.",
    zh: "里程取自测试期间车辆里程表。仅在全部车辆里程均已知时给出每万公里事件数。",
  },
};

const TEMPLATES: { readonly [kind: string]: { readonly [code: string]: DocumentTemplate } } = {
  "sandbox-project": PROJECT_DOCUMENTS,
  "programme-report": { annualReport: REPORT, programmeReport: REPORT },
  "sandbox-follow-up": FOLLOW_UP_DOCUMENTS,
  recall: RECALL_DOCUMENTS,
  "ota-filing": OTA_DOCUMENTS,
  accident: ACCIDENT_DOCUMENTS,
  "supervision-measure": MEASURE_DOCUMENTS,
  "icv-pilot": PILOT_DOCUMENTS,
  "data-export": EXPORT_DOCUMENTS,
  "data-report": DATA_REPORT_DOCUMENTS,
};

export function templateOf(kind: string, code: string): DocumentTemplate {
  const ofKind = Object.hasOwn(TEMPLATES, kind) ? TEMPLATES[kind] : undefined;
  return (ofKind !== undefined && Object.hasOwn(ofKind, code) ? ofKind[code] : undefined) ?? PLAIN;
}
