/** Input schemas of what came with the programmes: parties and departments, the panel's ballots, reports, assessments, records. */
import { NOTE } from "../common-inputs.ts";
import {
  choiceOf,
  derived,
  dutyOf,
  flag,
  inCny,
  instant,
  integer,
  list,
  listedIn,
  named,
  number,
  object,
  pattern,
  text,
} from "../schema.ts";
import { REASONS } from "./inputs.ts";
import * as names from "./names.ts";

/** taking part is voluntary; each party says so itself. */
export const JOIN = object(
  { consent: flag({ en: "Takes part voluntarily and accepts supervision", zh: "自愿参加并接受监管" }) },
  {
    contribution: text({ en: "Contribution", zh: "承担内容" }),
    organisation: named(
      "organisation",
      text({ en: "Organisation (only when entered on its behalf)", zh: "单位（仅代为登记时填写）" }, 120),
    ),
  },
);
export const OPINION = object({
  opinion: choiceOf(names.OPINIONS, { en: "Opinion", zh: "意见" }),
  reasons: REASONS,
});
export const EXCLUDE = object({
  exclusions: list(
    listedIn("exclusions", choiceOf(names.EXCLUSIONS)),
    { en: "Matters that may not enter", zh: "禁入事项" },
    1,
    10,
  ),
  reasons: REASONS,
});
export const ASSIGN = object({
  experts: list(named("expert", text(undefined, 120)), { en: "Experts", zh: "专家" }, 1, 50),
  reasons: REASONS,
});

export const INTEREST = object({
  freeOfInterest: flag({ en: "I have no interest in the project or its parties", zh: "本人与项目及参与方无利益关系" }),
  statement: text({ en: "Declaration", zh: "声明" }),
});
export const BALLOT = object(
  {
    scores: list(
      object(
        {
          criterion: named("criterion", text({ en: "Criterion", zh: "标准" }, 60)),
          score: number(0, 100, { en: "Score", zh: "评分" }),
        },
        { note: NOTE },
      ),
      { en: "Scores", zh: "评分" },
      0,
      50,
    ),
    vote: choiceOf(names.VOTES, { en: "Vote", zh: "表决" }),
  },
  { dissent: text({ en: "Reasons (required when in the minority)", zh: "理由（不同意见须填写）" }) },
);

export const STAGE_REPORT = object(
  {
    from: instant({ en: "From", zh: "起" }),
    to: instant({ en: "To", zh: "止" }),
    activities: text({ en: "Activities", zh: "活动" }, 20_000),
    results: text({ en: "Results", zh: "结果" }, 20_000),
  },
  {
    problems: text({ en: "Problems", zh: "问题" }, 20_000),
    sha256: pattern("^[0-9a-f]{64}$", { en: "SHA-256", zh: "SHA-256" }),
  },
);
export const PERIODIC = object(
  {
    rating: choiceOf(names.RATINGS, { en: "Conclusion", zh: "结论" }),
    opinion: text({ en: "Assessment", zh: "评估意见" }, 20_000),
  },
  {
    measures: text({ en: "Adjusted measures", zh: "调整措施" }),
    /** Hash of the draft that was generated from the data, when it was used: the form takes it from the draft that it shows. */
    draft: derived(pattern("^[0-9a-f]{64}$", { en: "Hash of the generated draft", zh: "自动草稿哈希" })),
  },
);

export const REQUEST_EXTENSION = object({
  months: integer(1, 60, { en: "Months", zh: "延长月数" }),
  reasons: REASONS,
});
/** Duties that an incident opens; they outlive the test, because the law does not know it. */
export const INCIDENT_DUTIES = ["accidentCase", "cyberIncident", "aiIncident"] as const;
export const DUTY_DONE = object({
  duty: dutyOf(INCIDENT_DUTIES, { en: "Duty", zh: "义务" }),
  reference: text({ en: "Reference of the report", zh: "报告编号" }, 200),
});
export const TOLERANCE = object(
  {
    matter: choiceOf({ ...names.TOLERABLE, ...names.NEVER_TOLERABLE }, { en: "Matter", zh: "事项" }),
    effect: choiceOf(names.TOLERANCE_EFFECTS, { en: "Effect", zh: "处理" }),
    scope: text({ en: "Scope", zh: "范围" }),
    conditions: text({ en: "Conditions", zh: "条件" }),
    expiresAt: instant({ en: "Expires", zh: "失效时间" }),
    reasons: REASONS,
  },
  { incident: named("incident", text({ en: "Incident", zh: "事件" }, 64)) },
);
export const LIABILITY = object(
  {
    claim: text({ en: "Claim for damage", zh: "损害赔偿事项" }),
    status: choiceOf(names.CLAIM_STATES, { en: "Status", zh: "状态" }),
  },
  {
    claimant: text({ en: "Claimant (no personal data)", zh: "请求方（不含个人信息）" }, 200),
    amount: inCny(integer(0, 10_000_000_000, { en: "Amount (CNY)", zh: "金额（元）" })),
    incident: named("incident", text({ en: "Incident", zh: "事件" }, 64)),
  },
);
export const SERVICE_REQUEST = object({
  kind: choiceOf(names.SERVICE_KINDS, { en: "Service", zh: "服务" }),
  note: text({ en: "What is asked for", zh: "诉求" }),
});
/** Counts only: who the persons are stays with the enterprise. */
export const SUBJECTS = object({
  consented: integer(0, 100_000_000, { en: "Consented", zh: "已同意" }),
  withdrawn: integer(0, 100_000_000, { en: "Withdrawn", zh: "已退出" }),
  deleted: integer(0, 100_000_000, { en: "Data deleted", zh: "数据已删除" }),
  compensated: integer(0, 100_000_000, { en: "Compensated", zh: "已补偿" }),
});
export const PUBLICATION = object({
  agrees: flag({
    en: "Agrees to publication (left empty: does not, or takes its consent back)",
    zh: "同意公开（不勾选即为不同意或撤回同意）",
  }),
  fields: list(choiceOf(names.PUBLISHED_FIELDS), { en: "Fields that may be shown", zh: "可公开字段" }, 0, 10),
});
