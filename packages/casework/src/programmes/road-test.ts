/** Road-test ladder (REQUIREMENTS ): closed field → road test → demonstration → operation. */
import { BASES, basis, proposal } from "../basis.ts";
import { BEIJING_AV } from "../sources.ts";
import { CREDIT, DOCUMENTS, EXCLUDED, tiers, TIMES, words } from "./common.ts";
import type { Programme } from "./schema.ts";

const DRAFT97 = (requirement = "R-5.7") => basis(requirement, "MIIT, MPS, MOT [2021] no. 97, draft text", "D");
const GUANGDONG = basis("R-5.8", "Guangdong [2022] no. 4 Art. 29–30", "F");
const BEIJING = (requirement: string, articles: string) => basis(requirement, BEIJING_AV(articles), "F", "2025-04-01");

export const ROAD_TEST: Programme = {
  id: "road-test-ladder",
  version: 1,
  title: words("Road-test ladder for automated vehicles", "智能网联汽车道路测试阶梯"),
  summary: words(
    "Closed field, road test, demonstration with people or goods, operation: each step opens only with the proof of the one before.",
    "封闭场地、道路测试、示范应用、示范运营逐级开展，前一阶段的证明是进入下一阶段的条件。",
  ),
  jurisdiction: "CN",
  basis: DRAFT97(),
  subjects: "vehicles",
  leads: ["MIIT", "SAMR"],
  coIssuers: [
    {
      role: "MPS",
      concern: words("Traffic, plates, network security", "交通、临时号牌、网络安全"),
      basis: basis("R-5.2", "Q&A of the four ministries, 2024-06-04", "F"),
    },
    {
      role: "MOT",
      concern: words("Operation with people or goods", "载人载货运营"),
      basis: basis("R-5.2", "Q&A of the four ministries, 2024-06-04", "F"),
    },
  ],
  windows: [],
  catalogue: [
    {
      code: "L3",
      objectType: "automatedDriving",
      title: words("Conditionally automated driving (L3)", "有条件自动驾驶（L3）"),
      basis: basis("R-5.1", "MIIT [2023] no. 217", "F"),
    },
    {
      code: "L4",
      objectType: "automatedDriving",
      title: words("Highly automated driving (L4)", "高度自动驾驶（L4）"),
      basis: basis("R-5.1", "MIIT [2023] no. 217", "F"),
    },
    {
      code: "V2X",
      objectType: "cooperativeControl",
      title: words("Cooperation of vehicle, road and cloud", "车路云一体化协同"),
      basis: proposal("R-5.1"),
    },
  ],
  steps: [
    { code: "closedField", title: words("Closed field", "封闭场地测试"), basis: DRAFT97() },
    {
      code: "roadTest",
      title: words("Road test", "道路测试"),
      basis: DRAFT97(),
      note: words("At most 18 months", "不超过 18 个月"),
    },
    {
      code: "demonstration",
      title: words("Demonstration with people or goods", "示范应用（载人载物）"),
      basis: DRAFT97(),
      note: words(
        "After 240 h or 1,000 km on the same roads without violation or at-fault accident",
        "在同一路段测试满 240 小时或 1000 公里且无违法、无责任事故后",
      ),
    },
    {
      code: "operation",
      title: words("Pilot operation after a safety assessment", "安全评估后的示范运营"),
      basis: BEIJING("R-5.11", "24–28"),
    },
  ],
  criteria: [
    {
      code: "odd",
      title: words("Operational design domain and roads are named", "明确设计运行条件与道路"),
      weight: 25,
      positive: [words("Roads, lanes, speed, weather named", "道路、车道、车速、天气明确")],
      negative: [words("Open-ended area", "区域不设限")],
      basis: basis("R-5.6", "First L3 permits, 2025-12-15", "S", "2025-12-15"),
    },
    {
      code: "record",
      title: words("Record of the step before", "前一阶段测试记录"),
      weight: 25,
      positive: [words("240 h or 1,000 km without at-fault accident", "240 小时或 1000 公里无责任事故")],
      negative: [words("Violations in the step before", "前一阶段有违法")],
      basis: DRAFT97(),
    },
    {
      code: "operator",
      title: words("Safety officers and monitoring platform", "安全员与监测平台"),
      weight: 25,
      positive: [words("Trained officers, platform monitors", "安全员与平台监控人员经培训")],
      negative: [words("No remote intervention", "无远程干预能力")],
      basis: BEIJING("R-5.12", "36–37"),
    },
    {
      code: "insurance",
      title: words("Insurance or guarantee", "保险或保函"),
      weight: 25,
      positive: [words("At least CNY 5 million per vehicle", "每车不低于 500 万元")],
      negative: [words("Cover ends before the test", "保险期短于测试期")],
      basis: DRAFT97(),
    },
  ],
  passMark: { amount: 70, basis: proposal("R-5.2") },
  exclusions: [
    ...EXCLUDED,
    {
      code: "noMarketAccess",
      title: words("A base vehicle without market access or CCC", "基础车型未取得准入或 CCC 认证"),
      basis: BASES.accessProof,
    },
  ],
  documents: [
    DOCUMENTS.testPlan,
    DOCUMENTS.riskAssessment,
    DOCUMENTS.emergencyPlan,
    DOCUMENTS.resourceProof,
    {
      code: "cityConsent",
      title: words("Consent of the city government", "城市人民政府同意文件"),
      required: true,
      basis: basis("R-5.1", "MIIT [2023] no. 217 §3(1)", "F"),
    },
    {
      code: "insuranceProof",
      title: words("Proof of insurance or guarantee", "保险或保函证明"),
      required: true,
      basis: DRAFT97(),
    },
    DOCUMENTS.confidentialityRequest,
  ],
  grading: {
    factors: [
      { code: "passengers", title: words("Carries people", "载人"), points: 3, basis: proposal("R-6.3") },
      {
        code: "noSafetyOfficer",
        title: words("No safety officer in the vehicle", "车内无安全员"),
        points: 4,
        basis: proposal("R-6.3"),
      },
      { code: "highSpeed", title: words("Above 80 km/h", "车速超过 80 km/h"), points: 2, basis: proposal("R-6.3") },
      {
        code: "denseTraffic",
        title: words("Dense mixed traffic", "密集混合交通"),
        points: 2,
        basis: proposal("R-6.3"),
      },
    ],
    mediumFrom: 2,
    highFrom: 5,
    basis: BASES.grading,
  },
  credit: CREDIT,
  businessModels: [
    { code: "test", title: words("Test only", "仅测试"), points: 0, basis: proposal("R-6.5") },
    { code: "robotaxi", title: words("Passenger service", "出行服务"), points: 1, basis: proposal("R-6.5") },
    { code: "freight", title: words("Freight", "货运"), points: 1, basis: proposal("R-6.5") },
  ],
  tiers: {
    ...tiers([], {}, { reportMonths: 3 }),
    low: { ...tiers([]).low, reportMonths: 3, basis: GUANGDONG },
    medium: { ...tiers([]).medium, reportMonths: 3, basis: GUANGDONG },
  },
  times: {
    ...TIMES,
    testMonths: { amount: 18, basis: DRAFT97() },
    // The rule says one month; days that are never more than a month are our reading.
    finalReportDays: {
      amount: 28,
      basis: basis("R-5.8", "Guangdong [2022] no. 4 Art. 30: one month; 28 days as proposal", "P"),
    },
  },
  extension: {
    times: 1,
    months: 18,
    condition: words("Before expiry, with the record so far", "届满前提交已有测试记录"),
    basis: proposal("R-5.7"),
  },
  insuranceMinimum: { amount: 5_000_000, basis: DRAFT97() },
  requiresAccessProof: true,
  involvesSubjects: true,
  notes: [
    {
      text: words(
        "Record at least 90 s before and after an accident or failure, kept one year.",
        "记录事故或失效前后至少 90 秒数据，保存一年。",
      ),
      basis: basis("R-5.10", "Wuhan guide following no. 97, draft", "D"),
    },
    {
      text: words(
        "A serious violation or an accident with serious injury, death or a destroyed vehicle ends the test unless not at fault.",
        "发生严重交通违法或致人重伤、死亡、车辆毁损事故的，除无责外终止测试。",
      ),
      basis: basis("R-5.9", "Guangdong [2022] no. 4 Art. 28", "F"),
    },
  ],
};
