/** Input schemas of an incident of network or data security. */
import { caseOf, choiceOf, flag, instant, integer, object, pattern, text } from "../schema.ts";
import { GRADES, INCIDENT_REPORTS } from "./reports.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

const FACTS = object(
  {
    grade: choiceOf(GRADES, { en: "Grade", zh: "事件等级" }),
    criticalInfrastructure: flag({ en: "Critical infrastructure", zh: "涉及关键信息基础设施" }),
    nationalSecurity: flag({
      en: "A defect or hole that harms national security or public interest",
      zh: "产品、服务缺陷或漏洞危害国家安全、公共利益",
    }),
    personalData: flag({ en: "Personal information leaked, altered or lost", zh: "个人信息泄露、篡改、丢失" }),
  },
  {},
  { en: "Facts", zh: "事实" },
);
export const DISCOVERY = object(
  {
    title: text({ en: "Title", zh: "名称" }, 200),
    what: text({ en: "What happened", zh: "经过" }),
    discoveredAt: instant({ en: "Discovered at", zh: "发现时间" }),
    facts: FACTS,
  },
  {
    accident: caseOf(["accident"], { en: "Accident", zh: "事故案件" }),
    vulnerability: caseOf(["vulnerability"], { en: "Vulnerability", zh: "安全漏洞" }),
    region: pattern("^[1-9][0-9]{5}$", { en: "Area code of the province", zh: "所在省份行政区划代码" }),
    organisation: text({ en: "Maker (entered by the supervisor)", zh: "企业（监管员填写）" }, 120),
  },
);
export const CORRECTION = object({ facts: FACTS, reasons: text({ en: "Reasons", zh: "理由" }) });
export const REPORT = object({
  report: choiceOf(INCIDENT_REPORTS, { en: "Report", zh: "报告" }),
  reference: text({ en: "Reference or receipt", zh: "报送编号或回执" }, 200),
});
export const CONTAINMENT = object({ remedies: text({ en: "Remedies taken", zh: "已采取的补救措施" }) });
/** what the persons and the authority are told of a leak. */
export const LEAK_NOTICE = object({
  kinds: text({ en: "Kinds of information", zh: "信息种类" }),
  cause: text({ en: "Cause", zh: "原因" }),
  harm: text({ en: "Harm that may follow", zh: "可能造成的危害" }),
  remedies: text({ en: "Remedies, and what persons can do", zh: "补救措施及个人可采取的减轻危害措施" }),
  contact: text({ en: "Contact", zh: "联系方式" }, 200),
  persons: integer(0, 2_000_000_000, { en: "Persons told", zh: "已告知人数" }),
});
export const RESULT = object({ result: text({ en: "Result of the handling", zh: "处置结果" }) });
export const FINAL = object({
  lessons: text({ en: "Causes, harm, handling, lessons", zh: "原因、危害、处置和改进情况" }),
  reference: text({ en: "Reference or receipt", zh: "报送编号或回执" }, 200),
});
