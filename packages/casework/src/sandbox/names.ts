/** Codes that a sandbox project's forms choose from, each with its name in both languages: for forms and for printed documents. */
import { DOCUMENTS } from "../programmes/common.ts";
import type { Text } from "../text.ts";
import { SANDBOX_STATES } from "./states.ts";

type Names = Readonly<Record<string, Text>>;
const name = (en: string, zh: string): Text => ({ en, zh });

/** who may take part, each in a role. */
export const PARTY_ROLES = {
  vehicleMaker: name("Vehicle maker", "整车企业"),
  partsMaker: name("Parts maker", "零部件企业"),
  batteryMaker: name("Battery maker", "电池企业"),
  internetTechnology: name("Internet technology", "互联网科技企业"),
  dataService: name("Data service", "数据服务企业"),
  networkOperation: name("Network operation", "网络运营企业"),
  software: name("Software supplier", "软件企业"),
  system: name("System supplier", "系统企业"),
  userEntity: name("User entity", "使用主体"),
} as const satisfies Names;

/** what may be the object of a project. */
export const OBJECT_TYPES = {
  perception: name("Environment perception", "环境感知"),
  decision: name("Intelligent decision-making", "智能决策"),
  cooperativeControl: name("Cooperative control", "协同控制"),
  automatedDriving: name("Automated driving", "自动驾驶"),
  ota: name("Remote upgrade (OTA)", "远程升级（OTA）"),
  newEnergySafety: name("New-energy safety", "新能源安全"),
  other: name("Other", "其他"),
} as const satisfies Names;

/** Kinds of documents that programmes ask for. */
export const DOCUMENT_KINDS = {
  testPlan: name("Test plan", "测试方案"),
  riskAssessment: DOCUMENTS.riskAssessment.title,
  emergencyPlan: DOCUMENTS.emergencyPlan.title,
  resourceProof: DOCUMENTS.resourceProof.title,
  accessProof: DOCUMENTS.accessProof.title,
  preliminaryTestReport: name("Preliminary test report", "前期测试报告"),
  confidentialityRequest: DOCUMENTS.confidentialityRequest.title,
  consentForm: name("Consent form", "知情同意书"),
  dataAssessment: name("Data-protection assessment", "数据保护评估"),
  cityConsent: name("Consent of the city", "所在城市同意书"),
  insuranceProof: name("Proof of insurance", "保险证明"),
  recallProcedure: name("Procedure for prompt recall", "快速召回程序"),
  marketStatement: name(
    "Statement: not yet on the market, or substantially modified",
    "尚未上市或者已作实质性修改的声明",
  ),
  other: name("Other", "其他"),
} as const satisfies Names;

/** The classes of: a project that hits one never enters, whoever decides. */
export const EXCLUSIONS = {
  illegal: name("An activity that is illegal", "违法事项"),
  uncontrollableRisk: name("High risk that cannot be contained", "高风险且不可控事项"),
  noMarketAccess: name("A vehicle without market access", "车辆未取得准入"),
  nationalSecurity: name("Harm to national security", "危害国家安全"),
  subliminal: name("Subliminal manipulation", "潜意识操纵"),
  otherPurposeData: name("Personal data collected for other purposes", "使用为其他目的收集的个人数据"),
  onMarket: name("A system on the market that is not substantially modified", "已上市且未作实质性修改的系统"),
} as const satisfies Names;

/** Functions that many plans name by these codes; what an enterprise calls otherwise stays as it wrote it. */
export const FUNCTIONS = {
  driving: name("Driving", "行驶"),
  charging: name("Charging", "充电"),
  chat: name("Chat", "对话"),
} as const;
export const EFFECTS = {
  warn: name("Warn", "预警"),
  restrict: name("Restrict", "限制"),
  suspend: name("Suspend", "中止"),
  terminate: name("Review for termination", "终止审查"),
} as const satisfies Names;
export const RISK_TIERS = { low: name("Low", "低"), medium: name("Medium", "中"), high: name("High", "高") } as const;
export const CREDIT = {
  A: name("Grade A", "A 级"),
  B: name("Grade B", "B 级"),
  C: name("Grade C", "C 级"),
  D: name("Grade D", "D 级"),
} as const satisfies Names;
export const PANEL_ROUNDS = {
  admission: name("Admission", "入盒评估"),
  final: name("Final evaluation", "最终评估"),
} as const satisfies Names;
export const VOTES = {
  for: name("For", "赞成"),
  against: name("Against", "反对"),
  abstain: name("Abstain", "弃权"),
} as const satisfies Names;
export const OPINIONS = {
  agree: name("Agrees", "同意"),
  object: name("Objects", "异议"),
  noComment: name("No comment", "无意见"),
} as const satisfies Names;
export const REHEARSAL_DATA = {
  simulated: name("Simulated data", "模拟数据"),
  past: name("Past data", "历史数据"),
} as const satisfies Names;
/** How sure it is who sent the data that a trigger fired on. */
export const ASSURANCES = {
  none: name("Nobody vouches for the data", "无保证"),
  platform: name("By the platform that forwards", "平台转发"),
  mutual_tls: name("By certificate (mutual TLS)", "双向 TLS 证书"),
  signed: name("Signed by the vehicle", "车端签名"),
} as const satisfies Names;
export const REVIEWS = {
  confirmed: name("Confirmed", "属实"),
  explained: name("Explained", "已说明"),
} as const satisfies Names;
export const INCIDENTS = {
  smokeOrFire: name("Smoke or fire", "冒烟或起火"),
  lossOfControl: name("Loss of control", "失控"),
  collision: name("Collision", "碰撞"),
  cyber: name("Cyber incident", "网络安全事件"),
  aiSerious: name("Serious AI incident", "人工智能严重事件"),
  aiWidespread: name("Widespread infringement by AI", "人工智能大范围侵害"),
  other: name("Other", "其他"),
} as const satisfies Names;
export const RESUMED_AS = {
  TESTING: SANDBOX_STATES.TESTING.title,
  RESTRICTED: SANDBOX_STATES.RESTRICTED.title,
} as const satisfies Names;
export const DECIDERS = {
  panel: name("Expert panel", "专家组"),
  dutyOfficer: name("Duty officer", "值班人员"),
} as const satisfies Names;
export const CHANGED = {
  algorithm: name("Algorithm", "算法"),
  model: name("Model", "模型"),
  software: name("Software", "软件"),
  hardware: name("Hardware", "硬件"),
} as const satisfies Names;
export const SERVICE_KINDS = {
  inspection: name("Inspection", "检查"),
  guidance: name("Guidance", "指导"),
  meeting: name("Meeting", "会议"),
  algorithmDevelopment: name("Algorithm development", "算法开发辅导"),
  informationProcessing: name("Information processing", "信息处理辅导"),
  performanceVerification: name("Performance verification", "性能验证辅导"),
  marketAccess: name("Market access", "市场准入支持"),
  funding: name("Funding", "资金支持"),
} as const satisfies Names;
/** What a result of a project is promoted as. */
export const RESULT_KINDS = {
  standardProposal: name("Standard proposal", "标准提案"),
  guideline: name("Guideline", "指南"),
  bestPractice: name("Best practice", "最佳实践"),
} as const satisfies Names;
export const RATINGS = {
  continue: name("Continue", "继续"),
  adjust: name("Adjust measures", "调整措施"),
  restrict: name("Restrict", "限制"),
  exit: name("Leave the sandbox", "出盒"),
} as const satisfies Names;
/** What a tolerance decision can be about. */
export const TOLERABLE = {
  oversight: name("Oversight", "疏漏"),
  missedResult: name("Result missed", "未达预期"),
  deviation: name("Slight deviation", "轻微偏离"),
} as const satisfies Names;
/** What can never be tolerated; these stand in the form so that the refusal says so. */
export const NEVER_TOLERABLE = {
  injuryOrDeath: name("Injury or death", "人员伤亡"),
  concealment: name("Concealment", "隐瞒"),
  falseFiling: name("False filing", "虚假填报"),
  recallDuty: name("Recall duty", "召回义务"),
} as const satisfies Names;
export const TOLERANCE_EFFECTS = {
  exempt: name("Exempt", "免责"),
  mitigate: name("Mitigate", "减责"),
} as const satisfies Names;
export const CLAIM_STATES = {
  open: name("Open", "未决"),
  settled: name("Settled", "已解决"),
  rejected: name("Rejected", "不成立"),
} as const satisfies Names;
export const PUBLISHED_FIELDS = {
  title: name("Title", "名称"),
  applicant: name("Applicant", "申请单位"),
  summary: name("Summary", "摘要"),
  technology: name("Technology", "技术"),
  outcome: name("Outcome", "结果"),
  exitReport: name("Results", "成果"),
} as const satisfies Names;
export const MEASURES = {
  orderToCorrect: name("Order to correct", "责令改正"),
  investigation: name("Defect investigation", "缺陷调查"),
  recall: name("Recall", "召回"),
} as const satisfies Names;
