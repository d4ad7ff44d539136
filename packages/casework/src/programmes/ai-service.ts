/** AI service sandbox (REQUIREMENTS §6.1): the direction of the seed guidance, with EU rules as defaults where China has no number. */
import { BASES, basis, proposal } from "../basis.ts";
import { AI_ACT as article, AS_DEFAULT } from "../sources.ts";
import { AI_ACT, CREDIT, DOCUMENTS, EXCLUDED, SEED, tiers, TIMES, words } from "./common.ts";
import type { Programme } from "./schema.ts";

const item = (code: string, en: string, zh: string) => ({
  code,
  objectType: code,
  title: words(en, zh),
  basis: proposal("R-6.3"),
});

export const AI_SERVICE: Programme = {
  id: "ai-service-sandbox",
  version: 1,
  title: words("AI service sandbox", "人工智能服务沙盒"),
  summary: words(
    "A demarcated scope with inclusive and prudent measures and supervision of the whole process. Not laissez-faire: illegal, unlawful and high-risk matters never enter.",
    "划定特定范围，实行包容审慎与全过程监管。不是放任自流：违法违规和高风险事项一律不得入盒。",
  ),
  jurisdiction: "CN",
  effectiveFrom: "2026-04-30",
  basis: SEED("R-6.1"),
  subjects: "services",
  leads: ["AI_REGULATOR"],
  coIssuers: [{ role: "CAC", concern: words("Data and content", "数据与内容"), basis: proposal("R-6.25") }],
  windows: [],
  catalogue: [
    item("generative", "Generative service", "生成式服务"),
    item("recommendation", "Recommendation and ranking", "推荐与排序"),
    item("decisionSupport", "Decision support", "辅助决策"),
    item("inVehicle", "In-vehicle assistant", "车载智能助手"),
    item("perception", "Perception model", "感知模型"),
    item("other", "Other new AI product or business model", "其他人工智能新产品、新模式"),
  ],
  criteria: [
    {
      code: "scope",
      title: words("In scope and genuinely new", "属于适用范围且确有创新"),
      weight: 20,
      positive: [words("New product or business model", "新产品、新模式")],
      negative: [words("Already on the market unchanged", "已上市且无变化")],
      basis: SEED("R-6.1"),
    },
    {
      code: "containment",
      title: words("Error tolerance inside a controllable range", "可控范围内容错纠错"),
      weight: 25,
      positive: [words("Users, functions and outputs are limited and reversible", "用户、功能、输出受限且可逆")],
      negative: [words("Effects on outsiders cannot be undone", "对外部影响不可逆")],
      basis: SEED("R-6.1"),
    },
    {
      code: "monitoring",
      title: words("Real-time monitoring is possible", "可实时监测"),
      weight: 20,
      positive: [words("Metrics are reported by machine", "指标自动上报")],
      negative: [words("Only reports after the fact", "仅事后报告")],
      basis: SEED("R-6.4"),
    },
    {
      code: "subjects",
      title: words("Protection of persons", "参与人权益保护"),
      weight: 20,
      positive: [words("Consent, withdrawal, compensation", "知情同意、退出、补偿")],
      negative: [words("Persons do not know that they take part", "参与人不知情")],
      basis: AI_ACT("R-6.35", article("60(5), 61", AS_DEFAULT)),
    },
    {
      code: "benefit",
      title: words("Benefit, and results that can be promoted", "效益与可推广成果"),
      weight: 15,
      positive: [words("Result can be promoted one by one", "成果可逐项推广")],
      negative: [words("No learning for the regulator", "无监管学习价值")],
      basis: SEED("R-6.9"),
    },
  ],
  passMark: { amount: 60, basis: proposal("R-6.31") },
  exclusions: [
    ...EXCLUDED,
    {
      code: "subliminal",
      title: words("Subliminal manipulation", "潜意识操纵"),
      basis: basis("R-6.52", "Spain RD 817/2023, by analogy", "S"),
    },
    {
      code: "otherPurposeData",
      title: words(
        "Personal data collected for other purposes, unless in the public interest, isolated, not shared, logged, deleted at the end and summarised in public",
        "使用为其他目的收集的个人数据（但出于公共利益，且隔离处理、不对外共享、留存日志、结束后删除并公布摘要的除外）",
      ),
      basis: AI_ACT("R-6.33", article("59", AS_DEFAULT), "M"),
    },
  ],
  documents: [
    { ...DOCUMENTS.testPlan, basis: BASES.application },
    DOCUMENTS.riskAssessment,
    { ...DOCUMENTS.emergencyPlan, basis: BASES.application },
    {
      code: "consentForm",
      title: words("Text of the consent and of the right to withdraw", "知情同意书及退出权利说明"),
      required: true,
      basis: AI_ACT("R-6.35", article("61", AS_DEFAULT)),
    },
    {
      code: "dataAssessment",
      title: words("Assessment of data and personal information", "数据与个人信息影响评估"),
      required: false,
      basis: proposal("R-5.50"),
    },
    DOCUMENTS.confidentialityRequest,
  ],
  grading: {
    factors: [
      { code: "dataSafety", title: words("Data safety area", "数据安全领域"), points: 3, basis: SEED("R-6.3") },
      {
        code: "financialSafety",
        title: words("Financial safety area", "金融安全领域"),
        points: 4,
        basis: SEED("R-6.3"),
      },
      { code: "publicUsers", title: words("Open to the public", "面向公众开放"), points: 2, basis: proposal("R-6.3") },
      { code: "minors", title: words("Minors may use it", "未成年人可使用"), points: 3, basis: proposal("R-6.3") },
      {
        code: "automaticDecision",
        title: words("Decides about persons without a human", "无人工参与地作出涉及个人的决定"),
        points: 3,
        basis: proposal("R-6.3"),
      },
      {
        code: "physicalEffect",
        title: words("Effects on the physical world", "作用于物理世界"),
        points: 3,
        basis: proposal("R-6.3"),
      },
    ],
    mediumFrom: 2,
    highFrom: 6,
    basis: SEED("R-6.3"),
  },
  credit: CREDIT,
  businessModels: [
    { code: "b2b", title: words("For businesses", "面向企业"), points: 0, basis: proposal("R-6.5") },
    { code: "b2c", title: words("For consumers", "面向消费者"), points: 1, basis: proposal("R-6.5") },
    {
      code: "platform",
      title: words("Platform for others' models", "第三方模型平台"),
      points: 2,
      basis: proposal("R-6.5"),
    },
  ],
  tiers: tiers([], {}),
  times: { ...TIMES, testMonths: { amount: 24, basis: proposal("R-6.6") } },
  extension: {
    times: 1,
    months: 12,
    condition: words("Before expiry, with reasons", "届满前提出并说明理由"),
    basis: AI_ACT("R-6.31", article("58(2)(h)", { en: ": extendable, no number", zh: "：可延长，未定次数与期限" })),
  },
  requiresAccessProof: false,
  involvesSubjects: true,
  notes: [
    {
      text: words(
        "By risk: high risk is assessed and warned of beforehand; medium and low risk is disclosed beforehand and followed up; low-risk products without a standard may be tried first.",
        "按风险分级：高风险须事前评估并作风险预警；中低风险事前披露、事后跟踪；尚无标准的低风险产品可先行先试。",
      ),
      basis: basis("R-6.11", "Shenzhen AI regulation Art. 44, 65, 66", "F"),
    },
  ],
};
