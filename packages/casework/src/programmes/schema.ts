/**
 * A sandbox programme as data: what may enter, by which criteria, under which limits and clocks, and who decides. Every item
 * carries where it comes from and how sure that is, so that a page can show what is law and what is only our proposal.
 * A programme is never changed in place: a new version stands beside the old one, and projects stay with theirs.
 */
import { CERTAINTIES, type Certainty } from "../basis.ts";
import { choice, flag, instant, integer, list, number, object, pattern, text, type Infer } from "../schema.ts";

const CODE = pattern("^[A-Za-z][A-Za-z0-9.-]{0,59}$", { en: "Code", zh: "代码" });
const DATE = pattern("^\\d{4}-\\d{2}-\\d{2}$", { en: "Date", zh: "日期" });
const WORDS = object({ en: text({ en: "English", zh: "英文" }), zh: text({ en: "Chinese", zh: "中文" }) });
const ROLE = pattern("^[A-Z][A-Z_]{1,30}$", { en: "Role", zh: "角色" });

export const BASIS = object(
  {
    requirement: text({ en: "Requirement", zh: "要求编号" }, 40),
    source: text({ en: "Source", zh: "来源" }, 400),
    certainty: choice(Object.keys(CERTAINTIES) as Certainty[], { en: "Certainty", zh: "确定程度" }),
  },
  { sourceZh: text({ en: "Source in Chinese", zh: "来源（中文）" }, 400), effectiveFrom: DATE, effectiveTo: DATE },
  { en: "Legal basis", zh: "依据" },
);
const TITLE = { code: CODE, title: WORDS, basis: BASIS } as const;

export const TIERS = ["low", "medium", "high"] as const;
export const CREDIT_GRADES = ["A", "B", "C", "D"] as const;

const TIER = object(
  {
    /** Experts at least, all of them free of interest. */
    panelSize: integer(1, 50, { en: "Experts at least", zh: "专家人数下限" }),
    /** Months between two stage reports of the enterprise. */
    reportMonths: integer(1, 24, { en: "Months between reports", zh: "报告间隔（月）" }),
    /** Months between two comprehensive assessments of the authority. */
    assessmentMonths: integer(1, 24, { en: "Months between assessments", zh: "综合评估间隔（月）" }),
    /** Whether a controlled change needs the authority's approval. */
    approvesChanges: flag({ en: "Changes need approval", zh: "变更须经批准" }),
    basis: BASIS,
  },
  {
    /** Packs of which a plan must use one; empty: any. */
    rulePacks: list(pattern("^[a-z0-9-]{1,60}$"), { en: "Rule packs", zh: "规则包" }, 0, 20),
    maxSubjects: integer(1, 100_000, { en: "Vehicles or services at most", zh: "车辆或服务数量上限" }),
    maxSpeed: number(0, 500, { en: "Speed at most (km/h)", zh: "最高车速（km/h）" }),
  },
);

const AMOUNT = (minimum: number, maximum: number) => object({ amount: integer(minimum, maximum), basis: BASIS });

export const PROGRAMME = object(
  {
    id: pattern("^[a-z][a-z0-9-]{2,59}$", { en: "Programme", zh: "项目类别" }),
    version: integer(1, 10_000, { en: "Version", zh: "版本" }),
    title: WORDS,
    summary: WORDS,
    jurisdiction: choice(["CN", "EU"], { en: "Jurisdiction", zh: "法域" }),
    basis: BASIS,
    /** What a project tests: vehicles, AI services, or one of both. */
    subjects: choice(["vehicles", "services", "either"], { en: "Subjects", zh: "对象" }),
    /** Roles that decide; the first is in the lead. */
    leads: list(ROLE, { en: "Deciding authorities", zh: "主管部门" }, 1, 10),
    /** Departments that issued it together: they read and give their opinion. */
    coIssuers: list(
      object({ role: ROLE, concern: WORDS, basis: BASIS }),
      { en: "Co-issuers", zh: "联合发文部门" },
      0,
      20,
    ),
    /** Empty: always open. */
    windows: list(object({ from: instant(), to: instant() }), { en: "Windows", zh: "受理窗口" }, 0, 100),
    catalogue: list(
      object({ ...TITLE, objectType: CODE }, { effectiveFrom: DATE, effectiveTo: DATE, note: WORDS }),
      { en: "Catalogue", zh: "目录清单" },
      1,
      500,
    ),
    criteria: list(
      object({
        ...TITLE,
        weight: integer(1, 100, { en: "Weight (%)", zh: "权重（%）" }),
        positive: list(WORDS, { en: "Speaks for", zh: "正向指标" }, 0, 20),
        negative: list(WORDS, { en: "Speaks against", zh: "负向指标" }, 0, 20),
      }),
      { en: "Criteria", zh: "评估标准" },
      1,
      50,
    ),
    passMark: AMOUNT(0, 100),
    exclusions: list(object(TITLE), { en: "Exclusions", zh: "禁入事项" }, 0, 50),
    documents: list(
      object({ ...TITLE, required: flag({ en: "Required", zh: "必交" }) }),
      { en: "Documents", zh: "申请材料" },
      0,
      50,
    ),
    grading: object({
      factors: list(object({ ...TITLE, points: integer(0, 20) }), { en: "Risk factors", zh: "风险因素" }, 0, 50),
      mediumFrom: integer(0, 100),
      highFrom: integer(0, 200),
      basis: BASIS,
    }),
    /** What a credit grade changes: how often it is looked at, and whether it is served first. */
    credit: list(
      object({
        grade: choice(CREDIT_GRADES),
        title: WORDS,
        points: integer(-5, 20),
        /** Factor of the intervals between reports and assessments. */
        interval: number(0.25, 4),
        priority: flag(),
        basis: BASIS,
      }),
      { en: "Credit grades", zh: "信用等级" },
      0,
      4,
    ),
    businessModels: list(
      object({ ...TITLE, points: integer(-5, 20) }),
      { en: "Business models", zh: "经营模式" },
      0,
      20,
    ),
    tiers: object({ low: TIER, medium: TIER, high: TIER }),
    times: object(
      {
        completenessDays: AMOUNT(1, 90),
        completionDays: AMOUNT(1, 365),
        decisionMonths: AMOUNT(1, 12),
        appealDays: AMOUNT(1, 365),
        testMonths: AMOUNT(1, 120),
        finalReportDays: AMOUNT(1, 365),
        trackingMonths: AMOUNT(1, 60),
      },
      {
        /** Silence of so many days is approval. */
        tacitDays: AMOUNT(1, 365),
        /** Working days of each co-issuing department for its opinion. */
        opinionDays: AMOUNT(1, 90),
      },
    ),
    extension: object({
      times: integer(0, 10),
      months: integer(0, 60),
      condition: WORDS,
      basis: BASIS,
    }),
    requiresAccessProof: flag({ en: "Access and CCC must be shown", zh: "须提供准入与 CCC 证明" }),
    involvesSubjects: flag({ en: "Consent of persons is needed", zh: "须取得参与人知情同意" }),
  },
  {
    effectiveFrom: DATE,
    effectiveTo: DATE,
    /** Projects at once; absent: no limit. */
    capacity: AMOUNT(1, 100_000),
    /** Cover per vehicle, CNY. */
    insuranceMinimum: AMOUNT(0, 1_000_000_000),
    steps: list(object(TITLE, { note: WORDS }), { en: "Steps of the ladder", zh: "阶段阶梯" }, 0, 20),
    notes: list(object({ text: WORDS, basis: BASIS }), { en: "Notes", zh: "说明" }, 0, 50),
  },
  { en: "Programme", zh: "沙盒项目类别" },
);
export type Programme = Infer<typeof PROGRAMME>;
export type ProgrammeBasis = Infer<typeof BASIS>;
export type RiskTier = (typeof TIERS)[number];
export type CreditGrade = (typeof CREDIT_GRADES)[number];
