/** What is entered where the authority asks, looks or appoints, and after an access permit. */
import { choiceOf, dutyOf, flag, instant, object, text } from "../schema.ts";

export const INSPECTION_MODES = {
  remote: { en: "Remote", zh: "远程" },
  onSite: { en: "On site", zh: "现场" },
} as const;

export const COMMISSIONER = object(
  { name: text({ en: "Name", zh: "姓名" }, 120) },
  { contact: text({ en: "How the enterprise reaches them", zh: "联系方式" }, 200) },
);
export const INFORMATION = object({ what: text({ en: "What is demanded", zh: "要求提供的信息" }) });
export const INFORMATION_ANSWER = object({
  duty: dutyOf(["answerInformation"], { en: "What was demanded", zh: "信息要求" }),
  answer: text({ en: "Answer, or where the files are", zh: "答复或材料所在" }, 20_000),
});
export const INSPECTION = object(
  {
    mode: choiceOf(INSPECTION_MODES, { en: "How", zh: "方式" }),
    findings: text({ en: "What was found", zh: "检查发现" }, 20_000),
  },
  {
    announced: flag({ en: "Announced beforehand", zh: "事先通知" }),
    place: text({ en: "Place or system", zh: "地点或系统" }, 200),
  },
);
export const PERMIT = object({
  product: text({ en: "Product (model, function)", zh: "产品（车型、功能）" }, 200),
  permit: text({ en: "Number of the permit", zh: "许可编号" }, 120),
  grantedAt: instant({ en: "Granted at", zh: "许可时间" }),
});
const FILE = (en: string, zh: string) => text({ en: `${en} (title, number)`, zh: `${zh}（名称、编号）` }, 400);
/** The three that names; files go to the project's attachments. */
export const DEEP_TEST = object({
  deepTestPlan: FILE("Deep-test plan", "深度测试方案"),
  riskAssessmentPlan: FILE("Quality and safety risk-assessment plan", "质量安全风险评估方案"),
  preliminaryTestReport: FILE("Preliminary test report", "前期测试报告"),
});
