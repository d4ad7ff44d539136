/** Input schemas of the yearly data-security report. */
import { DECLARED_CLASSES } from "../data-security/law.ts";
import { choiceOf, flag, instant, integer, list, object, pattern, text } from "../schema.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

const PERSONS = integer(0, 2_000_000_000, {
  en: "Persons whose personal information is processed",
  zh: "处理个人信息涉及的人数",
});
const CLASSES = list(choiceOf(DECLARED_CLASSES), { en: "Important data", zh: "重要数据类别" }, 0, 5);

export const OPENING = object(
  { year: integer(2021, 2100, { en: "Year", zh: "年度" }), persons: PERSONS, declared: CLASSES },
  {
    region: pattern("^[1-9][0-9]{5}$", { en: "Area code of the province", zh: "所在省份行政区划代码" }),
    organisation: text({ en: "Maker (entered by the supervisor)", zh: "企业（监管员填写）" }, 120),
  },
);
export const RECOUNT = object({
  persons: PERSONS,
  declared: CLASSES,
  reasons: text({ en: "Reasons", zh: "理由" }),
});

/** how the four principles are kept; what departs from one is explained. */
const PRINCIPLES = object(
  {
    inVehicle: flag({ en: "Processed in the vehicle, unless it must leave it", zh: "车内处理" }),
    notByDefault: flag({ en: "Not collected by default", zh: "默认不收集" }),
    precision: flag({ en: "Precision and range fit the function", zh: "精度范围适用" }),
    deidentified: flag({ en: "De-identified or anonymised as far as possible", zh: "脱敏处理" }),
  },
  { departures: text({ en: "Departures and why", zh: "未遵循之处及理由" }) },
  { en: "Principles", zh: "处理原则" },
);
/** to whom personal information or important data were handed over. */
const HANDOVER = object(
  {
    recipient: text({ en: "Recipient", zh: "接收方" }, 200),
    at: instant({ en: "Since", zh: "起始时间" }),
    important: flag({ en: "Important data", zh: "含重要数据" }),
    contract: flag({ en: "By contract, and supervised", zh: "已签订合同并监督" }),
    assessedBefore: flag({ en: "Risk assessed beforehand", zh: "提供前已开展风险评估" }),
  },
  {},
);
/** an assessment of the effect on personal information. */
const EFFECT_ASSESSMENT = object({
  activity: choiceOf(
    {
      sensitive: { en: "Sensitive personal information", zh: "处理敏感个人信息" },
      automated: { en: "Automated decisions", zh: "自动化决策" },
      entrusted: { en: "Entrusted or handed over", zh: "委托处理或者提供" },
      abroad: { en: "Given abroad", zh: "向境外提供" },
    },
    { en: "Activity", zh: "处理活动" },
  ),
  at: instant({ en: "Assessed at", zh: "评估时间" }),
  separateConsent: flag({ en: "Separate consent", zh: "已取得单独同意" }),
  minors: flag({ en: "Persons under 14", zh: "涉及不满十四周岁未成年人" }),
  guardians: flag({ en: "Consent of their guardians", zh: "已取得监护人同意" }),
});

export const ASSESSMENT = object({
  officer: text(
    { en: "Person in charge of data security, from the management", zh: "数据安全负责人（管理层成员）" },
    200,
  ),
  principles: PRINCIPLES,
  risks: text({ en: "Risks found", zh: "风险情况" }),
  measures: text({ en: "Measures", zh: "应对措施" }),
  handovers: list(HANDOVER, { en: "Handed over to", zh: "对外提供情况" }, 0, 200),
  assessments: list(
    EFFECT_ASSESSMENT,
    { en: "Assessments of the effect on persons", zh: "个人信息保护影响评估" },
    0,
    200,
  ),
});
export const SUBMISSION = object({ reference: text({ en: "Reference or receipt", zh: "报送编号或回执" }, 200) });
