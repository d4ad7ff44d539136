/** EU AI Act: testing in real-world conditions outside a sandbox, Art. 60 and 60a (REQUIREMENTS ). */
import { basis, proposal } from "../basis.ts";
import { AI_ACT as article, BY_ANALOGY, WHERE_ALLOWED } from "../sources.ts";
import { AI_ACT, CREDIT, DOCUMENTS, tiers, TIMES, words } from "./common.ts";
import type { Programme } from "./schema.ts";

const item = (code: string, en: string, zh: string, requirement: string, article: string, from?: string) => ({
  code,
  objectType: code,
  title: words(en, zh),
  basis: AI_ACT(requirement, article, "F", from),
});

export const EU_REAL_WORLD: Programme = {
  id: "eu-real-world-test",
  version: 1,
  title: words("EU AI Act real-world test", "欧盟《人工智能法》现实条件测试"),
  summary: words(
    "Testing of high-risk AI in real-world conditions under an approved plan: silence of 30 days is approval, at most 6 months, once more 6; informed consent, withdrawal at any time, reversible outputs.",
    "按经批准的方案在现实条件下测试高风险人工智能：30 日未答复视为批准；期限不超过 6 个月，可延长一次 6 个月；知情同意、随时退出、结果可逆。",
  ),
  jurisdiction: "EU",
  basis: AI_ACT("R-6.34", "60(4)"),
  subjects: "either",
  leads: ["AI_REGULATOR"],
  coIssuers: [
    {
      role: "CAC",
      concern: words(
        "Data protection (stands for the authority of Art. 57(10))",
        "数据保护（对应第 57 条第 10 款主管机关）",
      ),
      basis: AI_ACT("R-6.25", article("57(10)", BY_ANALOGY), "M"),
    },
  ],
  windows: [],
  catalogue: [
    item("annexIII", "High-risk system of Annex III", "附件三高风险系统", "R-6.34", "60(1)"),
    item(
      "annexIB",
      "AI in products of Annex I section B (motor vehicles)",
      "附件一 B 部分产品（机动车）中的人工智能",
      "R-6.38",
      "60a",
      "2026-07-27",
    ),
  ],
  criteria: [
    {
      code: "plan",
      title: words("Plan with objectives, methods, duration, oversight", "方案明确目标、方法、期限与监督"),
      weight: 40,
      positive: [words("Qualified oversight at all times", "全程有资质人员监督")],
      negative: [words("Longer than six months without reason", "无理由超过六个月")],
      basis: AI_ACT("R-6.34", "60(4)"),
    },
    {
      code: "consent",
      title: words("Informed consent and withdrawal", "知情同意与退出"),
      weight: 30,
      positive: [words("Dated, documented, copy given", "注明日期、留存并提供副本")],
      negative: [words("Vulnerable persons unprotected", "未保护弱势群体")],
      basis: AI_ACT("R-6.35", "60(5), 61"),
    },
    {
      code: "reversible",
      title: words("Outputs can be reversed and disregarded", "结果可逆、可不予采纳"),
      weight: 30,
      positive: [words("Every output can be undone", "每项输出均可撤销")],
      negative: [words("Irreversible effects", "不可逆影响")],
      basis: AI_ACT("R-6.34", "60(4)"),
    },
  ],
  passMark: { amount: 60, basis: proposal("R-6.34") },
  exclusions: [
    {
      code: "illegal",
      title: words("A practice prohibited by Art. 5", "第 5 条禁止的做法"),
      basis: AI_ACT("R-6.2", "5", "M"),
    },
    {
      code: "uncontrollableRisk",
      title: words("Risk that cannot be mitigated", "无法缓解的风险"),
      basis: AI_ACT("R-6.26", article("57(11)", BY_ANALOGY)),
    },
    {
      code: "onMarket",
      title: words("A system on the market that is not substantially modified", "已上市且未作实质性修改的系统"),
      basis: basis("R-6.40", "Commission draft implementing act on AI sandboxes, consultation to 2025-12-30", "D"),
    },
  ],
  documents: [
    {
      code: "marketStatement",
      title: words("Statement: not yet on the market, or substantially modified", "尚未上市或者已作实质性修改的声明"),
      // A draft asks for it: its lack is shown, and stops nobody.
      required: false,
      basis: basis("R-6.40", "Commission draft implementing act on AI sandboxes, consultation to 2025-12-30", "D"),
    },
    { ...DOCUMENTS.testPlan, basis: AI_ACT("R-6.34", "60(4)") },
    { ...DOCUMENTS.riskAssessment, basis: AI_ACT("R-6.34", "60(4)") },
    {
      code: "consentForm",
      title: words("Informed consent (Art. 61)", "知情同意书（第 61 条）"),
      required: true,
      basis: AI_ACT("R-6.35", "61"),
    },
    {
      code: "recallProcedure",
      title: words("Procedure for prompt recall of the system", "系统及时召回程序"),
      required: true,
      basis: AI_ACT("R-6.36", "60(7)"),
    },
  ],
  grading: {
    factors: [
      {
        code: "vulnerable",
        title: words("Vulnerable persons take part", "弱势群体参与"),
        points: 4,
        basis: proposal("R-6.34"),
      },
      { code: "vehicleControl", title: words("Controls a vehicle", "控制车辆"), points: 3, basis: proposal("R-6.38") },
      { code: "publicUsers", title: words("Open to the public", "面向公众开放"), points: 2, basis: proposal("R-6.34") },
    ],
    mediumFrom: 0,
    highFrom: 4,
    basis: proposal("R-6.34"),
  },
  credit: CREDIT.slice(1, 2),
  businessModels: [],
  tiers: tiers([], {}),
  times: {
    ...TIMES,
    decisionMonths: { amount: 1, basis: AI_ACT("R-6.34", article("60(4)", { en: ": 30 days", zh: "：30日" })) },
    tacitDays: { amount: 30, basis: AI_ACT("R-6.34", article("60(4)", WHERE_ALLOWED)) },
    testMonths: { amount: 6, basis: AI_ACT("R-6.34", "60(4)(f)") },
  },
  extension: {
    times: 1,
    months: 6,
    condition: words("Prior notice to the authority with the need explained", "事先通知主管机关并说明必要性"),
    basis: AI_ACT("R-6.34", "60(4)(f)"),
  },
  requiresAccessProof: false,
  involvesSubjects: true,
  notes: [
    {
      text: words("Each test is registered with a unique number of the Union.", "每项测试须取得欧盟唯一编号登记。"),
      basis: AI_ACT("R-6.34", "60(4)"),
    },
    {
      text: words(
        "The national framework of Art. 60a is to be notified to the Commission.",
        "第 60a 条的国家框架须通报欧盟委员会。",
      ),
      basis: AI_ACT("R-6.38", "60a", "F", "2026-07-27"),
    },
  ],
};
