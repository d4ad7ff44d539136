/** What stands in the documents of supervisory measures, accidents, pilots and data duties beside the decision itself. */
import { ACCIDENT_FACTS } from "../accident/inputs.ts";
import { NOTICE } from "../supervision-measure/inputs.ts";
import type { Text } from "../text.ts";
import type { DocumentTemplate } from "./templates.ts";

const NOTHING: Text = { en: "", zh: "" };
const { organisation, grounds, demands } = NOTICE.properties;
/** A later rung says what the first letter found and demanded: on its own it would only say that more is to come. */
const FOUND = {
  title: { en: "What was found and demanded", zh: "存在的问题与整改要求" },
  fields: { organisation, grounds, demands },
};
const NEXT: Text = {
  en: "Who does not correct in time, or not enough, faces the next measure.",
  zh: "逾期未整改或者整改不到位的，将采取下一步监管措施。",
};

export const MEASURE_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  riskNoticeLetter: {
    opening: {
      en: "The following was found. Please correct it and report the correction in time.",
      zh: "经核查，发现下列问题。请按要求整改，并按期报告整改情况。",
    },
    sections: [],
    duties: true,
    closing: NEXT,
  },
  interviewNotice: {
    opening: {
      en: "What was found is not corrected sufficiently. You are called to an interview.",
      zh: "下列问题尚未整改到位，现通知进行约谈。",
    },
    sections: [FOUND],
    duties: true,
    closing: NEXT,
  },
  publicNotice: {
    opening: { en: "The following is made public.", zh: "现将下列情况予以通报。" },
    sections: [FOUND],
    duties: true,
    closing: NEXT,
  },
  correctionOrder: {
    opening: {
      en: "The following is ordered to be corrected by the time stated.",
      zh: "责令在规定期限内完成下列整改。",
    },
    sections: [FOUND],
    duties: true,
    closing: NEXT,
  },
  suspensionNotice: {
    opening: {
      en: "What was ordered was not corrected sufficiently. The announcement is suspended.",
      zh: "责令整改事项未整改到位，现暂停公告。",
    },
    sections: [FOUND],
    duties: true,
    closing: NOTHING,
  },
};

const { happenedAt, place, what, vehicle } = ACCIDENT_FACTS.properties;
const ACCIDENT = { title: { en: "Accident", zh: "事故" }, fields: { happenedAt, place, what, vehicle } };

export const ACCIDENT_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  acknowledgement: {
    opening: {
      en: "The accident report below was received. What is owed after it stands below, each with its time limit.",
      zh: "已收到下列事故报告。后续应当报送的内容及期限如下。",
    },
    sections: [],
    duties: true,
    closing: {
      en: "Limits run from the accident, or from the time at which it was learned of, as the rule named has it.",
      zh: "期限依所列规定自事故发生之时或者知悉之时起算。",
    },
  },
  defectReferral: {
    opening: {
      en: "A defect is suspected behind the accident below; the matter is referred for defect investigation.",
      zh: "下列事故疑似由产品缺陷引起，现移送开展缺陷调查。",
    },
    sections: [ACCIDENT],
    duties: true,
    closing: NOTHING,
  },
  closingNote: {
    opening: { en: "The accident case below is closed.", zh: "下列事故案件已结案。" },
    sections: [ACCIDENT],
    duties: false,
    closing: NOTHING,
  },
};

export const PILOT_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  permit: {
    opening: {
      en: "Access is permitted with the restrictive measures below. Nothing outside of them is permitted.",
      zh: "准予下列产品准入，并附下列限制性措施；超出限制性措施的，不在许可范围之内。",
    },
    sections: [],
    duties: true,
    closing: {
      en: "No vehicle is operated on the road before it is connected as required.",
      zh: "车辆按要求接入之前，不得上路通行。",
    },
  },
};

export const EXPORT_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  exportReceipt: {
    opening: { en: "The filing below was received.", zh: "已收到下列申报。" },
    sections: [],
    duties: true,
    closing: { en: "A receipt is no approval.", zh: "回执不代表申报通过。" },
  },
  exportApproval: {
    opening: {
      en: "The export of data below is approved as it was filed.",
      zh: "下列数据出境申报予以通过，应当按照申报内容开展。",
    },
    sections: [],
    duties: true,
    closing: NOTHING,
  },
  exportRefusal: {
    opening: {
      en: "The export of data below is refused. It must not begin, or must be stopped.",
      zh: "下列数据出境申报不予通过，不得开展；已开展的，应当停止。",
    },
    sections: [],
    duties: false,
    closing: NOTHING,
  },
};

export const DATA_REPORT_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  dataReportReceipt: {
    opening: { en: "The report of the year below was received.", zh: "已收到下列年度报告。" },
    sections: [],
    duties: true,
    closing: { en: "A receipt is no statement on the content.", zh: "回执不代表对报告内容的认可。" },
  },
};
