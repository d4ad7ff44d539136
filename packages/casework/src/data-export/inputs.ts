/** Input schemas of a data export. */
import { DECLARED_CLASSES } from "../data-security/law.ts";
import { choiceOf, flag, instant, integer, list, object, pattern, text } from "../schema.ts";
import { ROUTES } from "./route.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

/** what counts as an export. */
export const EXPORT_ACTS = {
  transfer: { en: "Transfer abroad", zh: "向境外传输" },
  remote: { en: "Query or download from abroad", zh: "境外查询、调取、下载" },
  abroad: { en: "Processing abroad of information on persons at home", zh: "在境外处理境内自然人个人信息" },
} as const;

const PERSONS = 2_000_000_000;
const COUNTS = object(
  {
    persons: integer(0, PERSONS, {
      en: "Persons since 1 January, without sensitive information",
      zh: "自当年1月1日起累计人数（不含敏感个人信息）",
    }),
    sensitivePersons: integer(0, PERSONS, {
      en: "Persons since 1 January, sensitive information",
      zh: "自当年1月1日起累计人数（敏感个人信息）",
    }),
    declared: list(choiceOf(DECLARED_CLASSES), { en: "Important data", zh: "重要数据类别" }, 0, 5),
    criticalInfrastructure: flag({ en: "Operator of critical infrastructure", zh: "关键信息基础设施运营者" }),
  },
  { exemption: text({ en: "Exemption that is claimed, and why", zh: "适用的豁免情形及理由" }) },
  { en: "What is exported", zh: "出境数据" },
);

export const CHECK = object(
  {
    title: text({ en: "Title", zh: "名称" }, 200),
    recipient: text({ en: "Recipient abroad", zh: "境外接收方" }, 200),
    country: text({ en: "Country or region", zh: "国家或者地区" }, 120),
    purpose: text({ en: "Purpose, kinds and scope", zh: "目的、种类和范围" }),
    act: choiceOf(EXPORT_ACTS, { en: "Act", zh: "出境行为" }),
    counts: COUNTS,
  },
  {
    region: pattern("^[1-9][0-9]{5}$", { en: "Area code of the province", zh: "所在省份行政区划代码" }),
    organisation: text({ en: "Maker (entered by the supervisor)", zh: "企业（监管员填写）" }, 120),
  },
);
export const RECOUNT = object({ counts: COUNTS });
const { exempt: _exempt, ...FILED_ROUTES } = ROUTES;
export const FILING = object({
  way: choiceOf(FILED_ROUTES, { en: "Way", zh: "申报路径" }),
  effectAssessedAt: instant({ en: "Effect on persons assessed at", zh: "个人信息保护影响评估时间" }),
  reference: text({ en: "Reference or receipt", zh: "申报编号或回执" }, 200),
});
