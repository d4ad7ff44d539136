/** What stands in the documents of an OTA filing beside the decision itself. */
import { CAMPAIGN } from "../ota/inputs.ts";
import { OTA_CLASSES } from "../ota/states.ts";
import { choiceOf, named, text } from "../schema.ts";
import type { DocumentTemplate } from "./templates.ts";

const { title, purpose, models, component, fromVersions, toVersion, targeted, releaseAt } = CAMPAIGN.properties;
const CAMPAIGN_SECTION = {
  title: { en: "Campaign", zh: "升级活动" },
  fields: {
    title,
    organisation: named("organisation", text({ en: "Maker", zh: "企业" })),
    class: choiceOf(OTA_CLASSES, { en: "Class", zh: "分类" }),
    purpose,
    models,
    component,
    fromVersions,
    toVersion,
    targeted,
    releaseAt,
  },
};

export const OTA_DOCUMENTS: { readonly [code: string]: DocumentTemplate } = {
  otaReceipt: {
    opening: {
      en: "The filing below was received. It is released at the earliest 5 working days after its filing.",
      zh: "已收到下列备案。备案满5个工作日后方可实施升级。",
    },
    sections: [CAMPAIGN_SECTION],
    duties: true,
    closing: {
      en: "The filing is no approval. An update that removes a defect is a recall.",
      zh: "备案不代表认可。用于消除缺陷的升级属于召回。",
    },
  },
  otaReturn: {
    opening: { en: "The filing below is returned.", zh: "下列备案予以退回。" },
    sections: [CAMPAIGN_SECTION],
    duties: true,
    closing: { en: "It must not be released before it was filed anew.", zh: "重新备案前不得实施升级。" },
  },
  otaPermit: {
    opening: { en: "The permit below is on record for the campaign.", zh: "下列升级活动的许可已登记。" },
    sections: [CAMPAIGN_SECTION],
    duties: false,
    closing: { en: "", zh: "" },
  },
};
