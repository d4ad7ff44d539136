/** Input schemas of a sandbox project's actions. Field labels are what the console's forms show. */
import { NOTE, REASONS } from "../common-inputs.ts";
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
  ofAccess,
  ofVehicles,
  pattern,
  text,
} from "../schema.ts";
import type { Text } from "../text.ts";
import * as names from "./names.ts";

export { NOTHING, REASONS, WITH_REASONS } from "../common-inputs.ts";

export const VEHICLE_ID = named("vehicle", pattern("^veh_[0-9a-hjkmnp-tv-z]{13}$", { en: "Vehicle", zh: "车辆" }));
const ORGANISATION = named("organisation", text({ en: "Organisation", zh: "单位" }, 120));
const EVIDENCE = text({ en: "Evidence", zh: "证据" });

const party = (label: Text) =>
  object(
    { organisation: ORGANISATION, role: choiceOf(names.PARTY_ROLES, { en: "Role", zh: "角色" }) },
    { name: text({ en: "Name", zh: "名称" }, 200) },
    label,
  );
export const PARTY = party({ en: "Party", zh: "参与方" });

export const DOCUMENT = object(
  {
    kind: listedIn("documents", choiceOf(names.DOCUMENT_KINDS, { en: "Kind", zh: "类别" })),
    title: text({ en: "Title", zh: "标题" }, 200),
  },
  {
    summary: text({ en: "Summary", zh: "摘要" }, 20_000),
    sha256: pattern("^[0-9a-f]{64}$", { en: "SHA-256", zh: "SHA-256" }),
  },
);

export const LIMITS = object(
  {},
  {
    maxVehicles: ofVehicles(integer(1, 100_000, { en: "Vehicles at most", zh: "车辆数上限" })),
    regions: list(named("region", pattern("^[0-9]{6}$")), { en: "Regions", zh: "行政区域" }),
    areas: ofVehicles(
      list(named("area", text(undefined, 200)), {
        en: "Areas (of the register of regions)",
        zh: "测试区域（登记的区域）",
      }),
    ),
    roads: ofVehicles(list(named("road", text(undefined, 200)), { en: "Roads", zh: "道路" })),
    softwareVersions: list(text(undefined, 120), { en: "Software versions", zh: "软件版本" }),
    dailyFrom: pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$", { en: "Daily from", zh: "每日起始" }),
    dailyTo: pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$", { en: "Daily to", zh: "每日截止" }),
    maxSpeed: ofVehicles(number(0, 500, { en: "Speed at most (km/h)", zh: "最高车速（km/h）" })),
    functions: list(named("function", text(undefined, 200)), { en: "Functions", zh: "功能" }),
    users: text({ en: "Users", zh: "用户范围" }, 400),
  },
  { en: "Containment limits", zh: "测试边界" },
);

export const TRIGGER_SET = object(
  {},
  {
    pack: named("rulePack", text({ en: "Rule pack", zh: "规则包" }, 120)),
    /** Rules of the rulebook, each pinned to one version: what is published later does not change the plan. */
    rules: list(
      named(
        "publishedRule",
        object({
          trigger: named("trigger", text({ en: "Rule", zh: "规则" }, 120)),
          version: integer(0, 1_000_000, { en: "Version", zh: "版本" }),
        }),
      ),
      { en: "Published rules", zh: "已发布的规则" },
      0,
      100,
    ),
    text: text({ en: "Trigger text", zh: "触发器文本" }, 200_000),
    hash: derived(pattern("^[0-9a-f]{64}$", { en: "Hash of the set", zh: "规则集哈希" })),
    effects: list(
      object(
        {
          trigger: named("trigger", text({ en: "Trigger", zh: "触发器" }, 120)),
          effect: choiceOf(names.EFFECTS, { en: "Effect", zh: "效果" }),
        },
        { level: integer(0, 4, { en: "From level", zh: "起始等级" }) },
      ),
      { en: "Effects", zh: "效果" },
    ),
  },
  { en: "Trigger set", zh: "触发规则集" },
);

/** A vehicle, or in an AI programme a service: opaque ids of the registry. */
const SUBJECT_ID = named(
  "subject",
  pattern("^(veh|sub)_[0-9a-hjkmnp-tv-z]{13}$", { en: "Vehicle or service", zh: "车辆或服务" }),
);
export const VEHICLES = list(SUBJECT_ID, { en: "Vehicles or services", zh: "车辆或服务" }, 0, 100_000);

export const APPLICATION_FIELDS = {
  title: text({ en: "Title", zh: "名称" }, 200),
  programme: named("programme", pattern("^[a-z][a-z0-9-]{2,59}$", { en: "Programme", zh: "沙盒项目类别" })),
  summary: text({ en: "Summary", zh: "摘要" }, 4000),
  applicant: party({ en: "Applicant", zh: "申请单位" }),
  parties: list(PARTY, { en: "Further parties", zh: "其他参与方" }, 0, 50),
  technology: object(
    {
      description: text({ en: "Technology", zh: "技术说明" }),
    },
    {
      /** what a service is, its item of the catalogue says. */
      objectType: ofVehicles(choiceOf(names.OBJECT_TYPES, { en: "Object", zh: "对象类型" })),
      catalogueItem: named("catalogueItem", text({ en: "Catalogue item", zh: "目录清单项" }, 200)),
      novelty: text({ en: "Novelty", zh: "新颖性" }),
      knowledgeGap: text({ en: "Knowledge gap", zh: "认知空白" }),
    },
    { en: "Technology", zh: "技术" },
  ),
  access: ofAccess(
    object(
      {},
      {
        announcementBatch: text({ en: "Announcement batch", zh: "《公告》批次" }, 120),
        cccCertificate: text({ en: "CCC certificate", zh: "CCC 证书编号" }, 120),
        commercial: flag({ en: "Commercial vehicles", zh: "营运车辆" }),
        imported: flag({ en: "Imported vehicles", zh: "进口车辆" }),
        operatingStandard: text({ en: "Operating-safety standard", zh: "营运安全标准" }, 120),
      },
      { en: "Market access", zh: "准入" },
    ),
  ),
  documents: list(DOCUMENT, { en: "Documents", zh: "文件" }, 0, 100),
  /** Classes of that the project touches; empty when the applicant declares none. */
  exclusions: list(listedIn("exclusions", choiceOf(names.EXCLUSIONS)), { en: "Exclusions", zh: "禁入事项" }, 0, 10),
  businessModel: named("businessModel", text({ en: "Business model", zh: "经营模式" }, 60)),
  /** Risk factors of the programme that the applicant declares; the examiner confirms them. */
  riskFactors: list(named("riskFactor", text(undefined, 60)), { en: "Risk factors", zh: "风险因素" }, 0, 50),
  sme: flag({ en: "Small or medium enterprise", zh: "中小企业" }),
  limits: LIMITS,
  vehicles: VEHICLES,
  triggerSet: TRIGGER_SET,
} as const;

export const PLAN_FIELDS = {
  goals: text({ en: "Goals", zh: "目标" }),
  hypotheses: text({ en: "Hypotheses to be tested", zh: "待验证假设" }),
  metrics: text({ en: "Metrics", zh: "指标" }),
  limits: LIMITS,
  vehicles: VEHICLES,
  triggerSet: TRIGGER_SET,
  safeguards: text({ en: "Safeguards", zh: "保障措施" }),
  insurance: text({ en: "Insurance", zh: "保险" }),
  /** CNY per vehicle. */
  insuranceAmount: ofVehicles(
    inCny(integer(0, 10_000_000_000, { en: "Cover per vehicle (CNY)", zh: "每车保额（元）" })),
  ),
  emergency: text({ en: "Emergency plan of the test", zh: "测试应急预案" }),
  consent: text({ en: "Consent of persons", zh: "参与人知情同意" }),
  compensation: text({ en: "Compensation of persons", zh: "参与人补偿" }),
  earlyExit: text({ en: "Early-exit plan", zh: "提前退出方案" }),
  months: integer(1, 120, { en: "Test period (months)", zh: "测试周期（月）" }),
} as const;

const { title: TITLE, ...REST_OF_APPLICATION } = APPLICATION_FIELDS;
export const CREATE = object({ title: TITLE }, REST_OF_APPLICATION);
export const EDIT = object({}, APPLICATION_FIELDS);
export const PLAN = object({}, PLAN_FIELDS);

export const PANEL = object({
  experts: list(
    object(
      {
        name: text({ en: "Expert", zh: "专家" }, 120),
        freeOfInterest: flag({ en: "Declared free of interest", zh: "已声明无利益关系" }),
        vote: choiceOf(names.VOTES, { en: "Vote", zh: "表决" }),
      },
      { dissent: text({ en: "Dissent", zh: "不同意见" }), score: number(0, 100, { en: "Score", zh: "评分" }) },
    ),
    { en: "Experts (on paper; ballots cast here count by themselves)", zh: "专家（纸面表决；系统内表决自动计入）" },
    0,
    50,
  ),
  opinion: text({ en: "Opinion", zh: "评估意见" }),
});

export const ASSESSMENT_START = object(
  {},
  {
    riskTier: choiceOf(names.RISK_TIERS, {
      en: "Risk tier (left out: as the points give)",
      zh: "风险等级（留空则按评分确定）",
    }),
    experts: list(named("expert", text(undefined, 120)), { en: "Assigned experts", zh: "指派专家" }, 0, 50),
    riskFactors: list(
      named("riskFactor", text(undefined, 60)),
      { en: "Confirmed risk factors", zh: "核定风险因素" },
      0,
      50,
    ),
    credit: choiceOf(names.CREDIT, { en: "Credit grade", zh: "信用等级" }),
    creditSource: text({ en: "Source of the credit grade", zh: "信用等级来源" }, 400),
    tierReasons: text({ en: "Why another tier than the points give", zh: "与评分等级不同的理由" }),
    note: NOTE,
  },
);
export const INCOMPLETE = object(
  { missing: list(text(undefined, 400), { en: "What is missing", zh: "缺失内容" }, 1, 50) },
  { reasons: REASONS },
);
export const ADMIT = object(
  { reasons: REASONS },
  {
    conditions: text({ en: "Conditions", zh: "附加条件" }),
    objectionsAnswered: text({ en: "Answer to departments that object", zh: "对部门异议的答复" }),
    belowMarkReasons: text({ en: "Why it is admitted below the pass mark", zh: "低于合格分仍准入的理由" }),
  },
);
export const APPEAL = object({ grounds: text({ en: "Grounds", zh: "申诉理由" }) });

export const REHEARSAL = object(
  {
    data: choiceOf(names.REHEARSAL_DATA, { en: "Data", zh: "数据" }),
    passed: flag({ en: "Triggers behaved as planned", zh: "触发器表现符合预期" }),
  },
  {
    from: instant({ en: "From", zh: "起" }),
    to: instant({ en: "To", zh: "止" }),
    reference: text({ en: "Run over past data (id)", zh: "历史数据演练编号" }, 100),
    firings: integer(0, 1_000_000, { en: "Firings", zh: "触发次数" }),
    note: NOTE,
  },
);

export const START = object(
  {
    resourcesVerified: flag({ en: "Resources verified", zh: "资源已核实" }),
    monitoringConnected: flag({ en: "Monitoring connected", zh: "监测已接入" }),
    consents: flag({ en: "Consents on file", zh: "知情同意已归档" }),
  },
  { note: NOTE },
);

const SENTENCE = object({ en: text(), zh: text() }, {}, { en: "What was seen", zh: "所见情形" });
const TRIGGER_TITLE = object({ en: text(), zh: text() }, {}, { en: "Title of the trigger", zh: "触发器名称" });
/** What a firing of supervision hands to the case. Times are RFC 3339. */
export const FIRING = object(
  {
    finding: text({ en: "Finding", zh: "触发结果" }, 64),
    trigger: text({ en: "Trigger", zh: "触发器" }, 120),
    version: integer(0, 1_000_000, { en: "Version", zh: "版本" }),
    versionHash: text({ en: "Version hash", zh: "版本哈希" }, 64),
    level: integer(0, 4, { en: "Level", zh: "等级" }),
    vehicle: named("subject", text({ en: "Vehicle or service", zh: "车辆或服务" }, 64)),
    onset: instant({ en: "Onset", zh: "触发时刻" }),
    assurance: choiceOf(names.ASSURANCES, { en: "Assurance", zh: "数据可信级别" }),
    sentence: SENTENCE,
  },
  {
    title: TRIGGER_TITLE,
    margin: object(
      { value: number(undefined, undefined, { en: "Value", zh: "数值" }) },
      { unit: text({ en: "Unit", zh: "单位" }, 40) },
      { en: "Margin", zh: "裕度" },
    ),
    effect: choiceOf(names.EFFECTS, { en: "Effect", zh: "效果" }),
    /** The trigger demands a suspension that the data's assurance does not carry (firing → RESTRICTED, confirm at once). */
    confirmAtOnce: flag({ en: "To be confirmed at once", zh: "须立即确认" }),
  },
);

export const RETRACTION = object({ finding: text({ en: "Finding", zh: "触发结果" }, 64), sentence: SENTENCE });
export const BREACH = object(
  {
    vehicle: named("subject", text({ en: "Vehicle or service", zh: "车辆或服务" }, 64)),
    seenAt: instant({ en: "Seen at", zh: "发现时刻" }),
    sentence: SENTENCE,
  },
  {
    finding: text({ en: "Finding", zh: "触发结果" }, 64),
    speed: number(0, 500, { en: "Speed (km/h)", zh: "车速（km/h）" }),
  },
);
export const REVIEW = object({
  outcome: choiceOf(names.REVIEWS, { en: "Outcome", zh: "结论" }),
  reasons: REASONS,
});

export const RESTRICT_ORDER = object(
  { reasons: REASONS },
  {
    limits: LIMITS,
    stoppedVehicles: list(SUBJECT_ID, { en: "Vehicles or services that stop", zh: "停止测试的车辆或服务" }, 0, 100_000),
  },
);
export const INCIDENT = object(
  {
    what: text({ en: "What happened", zh: "事件经过" }),
    happenedAt: instant({ en: "When", zh: "发生时间" }),
    injured: integer(0, 10_000, { en: "Injured", zh: "受伤人数" }),
    dead: integer(0, 10_000, { en: "Dead", zh: "死亡人数" }),
  },
  {
    vehicle: VEHICLE_ID,
    kind: choiceOf(names.INCIDENTS, {
      en: "Kind",
      zh: "类别",
    }),
    majorImpact: flag({ en: "Major social impact", zh: "重大社会影响" }),
  },
);
export const MITIGATION = object({ measures: text({ en: "Measures", zh: "整改措施" }), evidence: EVIDENCE });
export const MITIGATION_ACCEPTED = object({
  to: choiceOf(names.RESUMED_AS, { en: "Continue as", zh: "恢复为" }),
  evidence: EVIDENCE,
  decidedBy: choiceOf(names.DECIDERS, { en: "Decided by", zh: "决定方" }),
  reasons: REASONS,
});
export const TASK_DONE = object({
  task: dutyOf(["correctiveTask"], { en: "Task", zh: "整改任务" }),
  evidence: EVIDENCE,
});
export const LIFT = object({ evidence: EVIDENCE, reasons: REASONS });
export const AMEND = object({ reasons: REASONS }, { limits: LIMITS, vehicles: VEHICLES, triggerSet: TRIGGER_SET });
export const EXTEND = object({ months: integer(1, 60, { en: "Months", zh: "延长月数" }), reasons: REASONS });
export const WITHDRAW = object(
  { reasons: REASONS },
  { earlyExitExecuted: flag({ en: "Early-exit plan executed", zh: "已执行提前退出方案" }) },
);
export const REGRADE = object(
  {
    riskTier: choiceOf(names.RISK_TIERS, { en: "Risk tier", zh: "风险等级" }),
    evidence: EVIDENCE,
    reasons: REASONS,
  },
  { credit: choiceOf(names.CREDIT, { en: "Credit grade", zh: "信用等级" }) },
);
export const CHANGE = object(
  {
    subject: choiceOf(names.CHANGED, { en: "Subject", zh: "变更对象" }),
    component: text({ en: "Component", zh: "部件" }, 200),
    toVersion: text({ en: "New version", zh: "新版本" }, 120),
    description: text({ en: "Description", zh: "说明" }),
  },
  { fromVersion: text({ en: "Old version", zh: "原版本" }, 120) },
);
export const CONTACT = object({
  kind: choiceOf(names.SERVICE_KINDS, { en: "Kind", zh: "类别" }),
  note: NOTE,
});
export const DEFECT = object(
  {
    description: text({ en: "Defect", zh: "缺陷" }),
    panelAgreesToContinue: flag({ en: "Panel agrees to continue", zh: "专家组同意继续" }),
  },
  { recallReference: text({ en: "Recall reference", zh: "召回编号" }, 120) },
);
export const FINAL_REPORT = object(
  {
    activities: text({ en: "Activities", zh: "活动" }, 20_000),
    results: text({ en: "Results", zh: "结果" }, 20_000),
    learning: text({ en: "Learning", zh: "经验" }, 20_000),
  },
  { sha256: pattern("^[0-9a-f]{64}$", { en: "SHA-256", zh: "SHA-256" }) },
);
export const EXIT = object(
  { reasons: REASONS },
  {
    results: list(text(undefined, 400), { en: "Results to promote", zh: "推广成果" }, 0, 50),
    conditions: text({ en: "Conditions", zh: "条件" }),
    promotions: list(
      object(
        {
          title: text({ en: "Result", zh: "成果" }, 200),
          kind: choiceOf(names.RESULT_KINDS, { en: "Promoted as", zh: "推广形式" }),
        },
        { summary: text({ en: "Summary", zh: "摘要" }) },
      ),
      { en: "Results promoted one by one", zh: "逐项推广成果" },
      0,
      50,
    ),
  },
);
export const TERMINATION = object({
  reasons: REASONS,
  spillOverChecked: flag({ en: "Spill-over checked", zh: "已核查风险外溢" }),
  usersInformed: flag({ en: "Users informed", zh: "已告知用户" }),
  devicesRestored: flag({ en: "Devices restored", zh: "装置已恢复" }),
});
