/**
 * Automobile safety sandbox supervision (REQUIREMENTS §1). The text of the notice was not available: what quotes it is F, what
 * follows from speeches is S, our own numbers are P. No list of admitted projects is shipped.
 */
import { BASES, basis, proposal } from "../basis.ts";
import { CREDIT, DOCUMENTS, EXCLUDED, tiers, TIMES, words } from "./common.ts";
import type { Programme } from "./schema.ts";

const NOTICE = (requirement: string) =>
  basis(requirement, "Automobile safety sandbox notice (SAMR, MIIT, MOT, MEM, GACC), 2022-04-01", "F", "2022-04-01");
const item = (code: string, en: string, zh: string, requirement = "R-1.3") => ({
  code,
  objectType: code,
  title: words(en, zh),
  basis: NOTICE(requirement),
});

export const AUTOMOBILE_SAFETY: Programme = {
  id: "automobile-safety-sandbox",
  version: 1,
  title: words("Automobile safety sandbox", "汽车安全沙盒监管"),
  summary: words(
    "In-depth safety tests of frontier technology in vehicles that already have market access: find problems, improve the design, lower the risk. Voluntary; no relaxation of access standards or of the safety bottom line.",
    "对已取得准入车辆中使用的前沿技术开展深度安全测试，发现问题、改进设计、降低风险。自愿参加，不降低准入标准和安全底线。",
  ),
  jurisdiction: "CN",
  effectiveFrom: "2022-04-01",
  basis: NOTICE("R-1.1"),
  subjects: "vehicles",
  leads: ["SAMR"],
  coIssuers: [
    {
      role: "MIIT",
      concern: words("Market access, monitoring, driver assistance", "准入、监测、组合驾驶辅助"),
      basis: NOTICE("R-1.1"),
    },
    {
      role: "MOT",
      concern: words("Commercial vehicles, operating safety", "营运车辆、运行安全"),
      basis: NOTICE("R-1.1"),
    },
    { role: "MEM", concern: words("Emergency plans, rescue", "应急预案、救援"), basis: NOTICE("R-1.1") },
    { role: "GACC", concern: words("Imported vehicles", "进口车辆"), basis: NOTICE("R-1.1") },
  ],
  windows: [],
  catalogue: [
    item("perception", "Environment perception", "环境感知"),
    item("decision", "Intelligent decision-making", "智能决策"),
    item("cooperativeControl", "Cooperative control", "协同控制"),
    item("automatedDriving", "Automated driving of any level", "各级别自动驾驶"),
    item("ota", "Remote upgrade (OTA)", "远程升级（OTA）"),
    {
      ...item("newEnergySafety", "Safety of new-energy systems", "新能源系统安全"),
      basis: basis("R-1.3", '"similar frontier technology" of the notice, our reading', "P"),
    },
    item("other", "Similar frontier technology, new function or mode", "类似前沿技术、新功能新模式"),
  ],
  criteria: [
    {
      code: "frontier",
      title: words("Frontier technology in scope", "属于适用范围的前沿技术"),
      weight: 20,
      positive: [
        words("An item of the catalogue list", "属于目录清单项"),
        words("New function or mode", "新功能或新模式"),
      ],
      negative: [words("Covered by a standard in force", "现行标准已覆盖")],
      basis: NOTICE("R-1.3"),
    },
    {
      code: "knowledgeGap",
      title: words("Risk hard to foresee with present knowledge", "现有科学认知难以预见的风险"),
      weight: 20,
      positive: [words("States what is not known", "明确认知空白")],
      negative: [words("Risk known and avoidable", "风险已知且可避免")],
      basis: NOTICE("R-1.4"),
    },
    {
      code: "containment",
      title: words("Problems stay inside the box", "问题可控于“盒”内"),
      weight: 25,
      positive: [words("Limits of vehicles, places, times, functions, users", "对车辆、区域、时间、功能、用户设限")],
      negative: [words("Third parties cannot be protected", "无法保护第三方")],
      basis: BASES.finalEvaluation,
    },
    {
      code: "responsibility",
      title: words("Main responsibility and emergency resources", "主体责任与应急资源"),
      weight: 20,
      positive: [words("Emergency team, rehearsed plan", "应急队伍、预案经演练")],
      negative: [words("Unresolved recalls", "召回未完成")],
      basis: NOTICE("R-1.7"),
    },
    {
      code: "benefit",
      title: words("Value for design, standards and the public", "对设计、标准与公众的价值"),
      weight: 15,
      positive: [words("Result can become a standard or guideline", "成果可形成标准或指南")],
      negative: [words("No result beyond this product", "成果仅限本产品")],
      basis: proposal("R-6.50"),
    },
  ],
  passMark: { amount: 60, basis: proposal("R-1.13") },
  exclusions: [
    ...EXCLUDED,
    {
      code: "noMarketAccess",
      title: words("A vehicle without market access or CCC", "车辆未取得准入或 CCC 认证"),
      basis: BASES.accessProof,
    },
  ],
  documents: [
    DOCUMENTS.testPlan,
    DOCUMENTS.riskAssessment,
    DOCUMENTS.emergencyPlan,
    DOCUMENTS.resourceProof,
    DOCUMENTS.accessProof,
    DOCUMENTS.preliminaryTestReport,
    DOCUMENTS.confidentialityRequest,
  ],
  grading: {
    factors: [
      {
        code: "publicRoad",
        title: words("Driven on public roads", "在公共道路行驶"),
        points: 2,
        basis: proposal("R-6.3"),
      },
      {
        code: "passengers",
        title: words("Passengers who are not testers", "载有非测试人员"),
        points: 2,
        basis: proposal("R-6.3"),
      },
      {
        code: "vehicleControl",
        title: words("Technology steers or brakes", "技术控制转向或制动"),
        points: 2,
        basis: proposal("R-6.3"),
      },
      {
        code: "highVoltage",
        title: words("High-voltage or thermal risk", "高压或热安全风险"),
        points: 2,
        basis: proposal("R-6.3"),
      },
      {
        code: "dataSafety",
        title: words("Data safety area", "数据安全领域"),
        points: 2,
        basis: basis("R-6.3", "Outlook new era article on AI sandboxes, 2026-04-30", "F"),
      },
      {
        code: "largeFleet",
        title: words("More than 100 vehicles", "车辆超过 100 辆"),
        points: 1,
        basis: proposal("R-6.3"),
      },
    ],
    mediumFrom: 2,
    highFrom: 6,
    basis: BASES.grading,
  },
  credit: CREDIT,
  businessModels: [
    { code: "sale", title: words("Sale to customers", "销售给用户"), points: 0, basis: proposal("R-6.5") },
    {
      code: "operation",
      title: words("Operated service (taxi, freight)", "运营服务（出行、货运）"),
      points: 1,
      basis: proposal("R-6.5"),
    },
    {
      code: "subscription",
      title: words("Functions by subscription", "功能订阅"),
      points: 0,
      basis: proposal("R-6.5"),
    },
  ],
  tiers: tiers([], { maxSubjects: 200 }),
  times: TIMES,
  extension: {
    times: 1,
    months: 12,
    condition: words("Before expiry, with reasons", "届满前提出并说明理由"),
    basis: proposal("R-1.17"),
  },
  requiresAccessProof: true,
  involvesSubjects: false,
  notes: [
    {
      text: words(
        "The full text and its 14 procedure documents were not found; import them when supplied.",
        "未取得通告全文及其 14 项配套文件，待主管部门提供后导入。",
      ),
      basis: basis("R-1.14", "SAMR statements", "S"),
    },
  ],
};
