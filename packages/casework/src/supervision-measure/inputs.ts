/** Input schemas of the ladder of measures. */
import { REASONS } from "../common-inputs.ts";
import { caseOf, choiceOf, instant, list, named, object, pattern, text } from "../schema.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

export const NOTICE = object(
  {
    title: text({ en: "Title", zh: "名称" }, 200),
    organisation: named("organisation", text({ en: "Enterprise", zh: "企业" }, 120)),
    grounds: text({ en: "What was found", zh: "存在的问题" }),
    demands: text({ en: "What is to be done", zh: "整改要求" }),
  },
  {
    region: named("region", pattern("^[0-9]{6}$", { en: "Region", zh: "地区" })),
    relatedCase: caseOf([], { en: "Case that it follows from", zh: "关联案件" }),
  },
);
export const INTERVIEW = object({
  reasons: REASONS,
  persons: text({ en: "Who is interviewed", zh: "约谈对象" }, 400),
  interviewAt: instant({ en: "Day of the interview", zh: "约谈时间" }),
});
export const ORDER = object({
  reasons: REASONS,
  correctBy: instant({ en: "To be corrected by", zh: "整改期限" }),
});
export const CORRECTION = object({
  correction: text({ en: "What was corrected", zh: "整改情况" }),
  evidence: text({ en: "Evidence", zh: "证明材料" }),
});
export const SHARING = object({
  departments: list(
    choiceOf({
      SAMR: { en: "Market regulator", zh: "市场监管部门" },
      MPS: { en: "Public security", zh: "公安部门" },
      MOT: { en: "Transport", zh: "交通运输部门" },
      MEM: { en: "Emergency management", zh: "应急管理部门" },
    }),
    { en: "Departments", zh: "部门" },
    1,
    4,
  ),
  measure: text({ en: "What is shared, and what they are asked to do", zh: "共享内容与联合惩戒事项" }),
});
