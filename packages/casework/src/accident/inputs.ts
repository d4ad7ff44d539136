/** Input schemas of an accident case's actions. */
import { NOTE, REASONS } from "../common-inputs.ts";
import { DAY } from "../fields.ts";
import { caseOf, choiceOf, flag, instant, integer, list, named, number, object, pattern, text } from "../schema.ts";
import { REPORTS, type ReportCode } from "./reports.ts";
import { ROOT_CAUSES } from "./states.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

export const DOCUMENT_KINDS = {
  fireForm: { en: "Fire accident form", zh: "新能源汽车火灾事故信息表" },
  photos: { en: "Photos", zh: "照片" },
  investigationReport: { en: "Investigation report", zh: "调查报告" },
  appraisalReport: { en: "Appraisal report", zh: "检验鉴定报告" },
  measuresProof: { en: "Proof of measures", zh: "整改证明" },
  other: { en: "Other", zh: "其他" },
} as const;

export const ATTACHMENT = object(
  { kind: choiceOf(DOCUMENT_KINDS, { en: "Kind", zh: "类别" }), title: text({ en: "Title", zh: "名称" }, 200) },
  { sha256: pattern("^[0-9a-f]{64}$", { en: "SHA-256", zh: "SHA-256" }) },
);

const CYBER_CAUSE = choiceOf(
  {
    none: { en: "No", zh: "否" },
    network: { en: "Yes", zh: "是" },
    infrastructure: { en: "Yes, of critical infrastructure", zh: "是，涉及关键信息基础设施" },
  },
  { en: "Caused by a cyber incident", zh: "由网络安全事件引起" },
);

/** What is known of the accident (R-4.18, P: modelled on the official form, whose items 1–5 were not seen). */
const FACTS = {
  injured: integer(0, 10_000, { en: "Injured", zh: "受伤人数" }),
  dead: integer(0, 10_000, { en: "Dead", zh: "死亡人数" }),
  majorSocialImpact: flag({ en: "Major social impact", zh: "重大社会影响" }),
  fire: flag({ en: "Smoke or fire", zh: "冒烟或起火" }),
  lossOfControl: flag({ en: "Loss of control or unintended acceleration", zh: "失控或非预期加速" }),
  driverAssistance: flag({ en: "Driver assistance (L2) involved", zh: "涉及组合驾驶辅助（L2）" }),
  automatedDriving: flag({ en: "Automated driving involved", zh: "涉及自动驾驶" }),
  cyberCause: CYBER_CAUSE,
  euAiSystem: flag({ en: "AI system under EU law", zh: "适用欧盟法的人工智能系统" }),
};
const CIRCUMSTANCES = {
  weather: text({ en: "Weather", zh: "天气" }, 120),
  model: text({ en: "Model", zh: "车型" }, 120),
  batch: text({ en: "Batch", zh: "批次" }, 120),
  mileage: number(0, 5_000_000, { en: "Mileage (km)", zh: "行驶里程（km）" }),
  use: choiceOf(
    { private: { en: "Private", zh: "私人" }, operating: { en: "Operating", zh: "营运" } },
    { en: "Use", zh: "使用性质" },
  ),
  vehicleState: choiceOf(
    {
      driving: { en: "Driving", zh: "行驶" },
      charging: { en: "Charging", zh: "充电" },
      parked: { en: "Parked", zh: "停放" },
      afterCollision: { en: "After a collision", zh: "碰撞后" },
      flooded: { en: "Flooded", zh: "浸水" },
    },
    { en: "State of the vehicle", zh: "车辆状态" },
  ),
  propertyLoss: number(0, 1e12, { en: "Property loss (CNY)", zh: "财产损失（元）" }),
  firstPoint: text({ en: "First point of smoke or fire", zh: "首个冒烟或起火点" }, 200),
  soc: number(0, 100, { en: "State of charge (%)", zh: "荷电状态（%）" }),
  batteryMaker: text({ en: "Battery maker", zh: "电池企业" }, 200),
  batteryCode: text({ en: "Battery code", zh: "电池编码" }, 120),
  lastService: text({ en: "Last service", zh: "最近一次维修保养" }, 400),
  softwareVersions: text({ en: "Software versions", zh: "软件版本" }, 400),
  rescue: text({ en: "Rescue", zh: "救援情况" }),
  contact: text({ en: "Contact of the person who reported", zh: "报告人联系方式" }, 200),
};

export const ACCIDENT_FACTS = object(
  {
    happenedAt: instant({ en: "Time of the accident", zh: "事故时间" }),
    place: text({ en: "Place", zh: "地点" }, 400),
    what: text({ en: "What happened", zh: "经过" }),
    source: choiceOf(
      {
        enterprise: { en: "Enterprise", zh: "企业" },
        frame: { en: "Vehicle message 0x13", zh: "车辆报文（0x13）" },
        eCall: { en: "Emergency call", zh: "紧急呼叫" },
        fire: { en: "Fire and rescue", zh: "消防救援" },
        police: { en: "Police", zh: "公安" },
        owner: { en: "Owner", zh: "车主" },
        media: { en: "Media", zh: "媒体" },
      },
      { en: "Source", zh: "信息来源" },
    ),
  },
  {
    awareAt: instant({ en: "Learned of at", zh: "知悉时间" }),
    region: named("region", pattern("^[1-9][0-9]{5}$", { en: "Area of the place", zh: "事故地行政区划" })),
    vehicle: named("vehicle", text({ en: "Vehicle", zh: "车辆" }, 64)),
    organisation: named(
      "organisation",
      text({ en: "Producer (entered by authorities)", zh: "生产者（主管部门填写）" }, 120),
    ),
    ...FACTS,
    ...CIRCUMSTANCES,
    hazardOrder: caseOf(["hazard-order"], { en: "Hazard work order", zh: "隐患工单" }),
    project: caseOf(["sandbox-project"], { en: "Sandbox project", zh: "沙盒项目" }),
  },
);

export const CORRECT = object(
  { reasons: REASONS },
  { happenedAt: instant({ en: "Time of the accident", zh: "事故时间" }), ...FACTS, ...CIRCUMSTANCES },
);
export const DUPLICATE_OF = object({
  duplicateOf: caseOf(["accident"], { en: "Case it repeats", zh: "重复的案件" }),
  reasons: REASONS,
});

const REPORT_CHOICE = choiceOf(
  Object.fromEntries(Object.entries(REPORTS).map(([code, { title }]) => [code, title])) as {
    readonly [Code in ReportCode]: (typeof REPORTS)[Code]["title"];
  },
  { en: "Report", zh: "报告" },
);
export const SUBMIT_REPORT = object(
  { report: REPORT_CHOICE, reference: text({ en: "Reference or receipt", zh: "报送编号或回执" }, 200) },
  {
    submittedAt: instant({ en: "Sent at, when it was sent elsewhere before", zh: "报送时间（已在别处报送时）" }),
    note: NOTE,
  },
);
export const ACCEPT_REPORT = object({ report: REPORT_CHOICE }, { note: NOTE });
export const RETURN_REPORT = object({ report: REPORT_CHOICE, reasons: REASONS });

const SUPPLEMENT_PARTS = {
  report: REPORT_CHOICE,
  reference: text({ en: "Reference or receipt of the supplement", zh: "补报编号或回执" }, 200),
  what: text({ en: "What is supplemented", zh: "补报内容" }),
  reasons: text({ en: "Why it was not in the report", zh: "原报告未载明的理由" }),
};
export const SUPPLEMENT = object(SUPPLEMENT_PARTS, {
  submittedAt: instant({ en: "Sent at, when it was sent elsewhere before", zh: "报送时间（已在别处报送时）" }),
});
export const SUPPLEMENT_LINE = object({ day: DAY, ...SUPPLEMENT_PARTS });
export const REQUEST_SUPPLEMENT = object({ report: REPORT_CHOICE, reasons: REASONS });

export const ATTACH = object({ documents: list(ATTACHMENT, { en: "Documents", zh: "材料" }, 1, 50) });
export const ASSIGN = object({
  accounts: list(named("expert", text(undefined, 120)), { en: "Experts", zh: "专家" }, 0, 50),
});
export const PRESERVE = object({
  custody: text({ en: "Where the vehicle is held, by whom", zh: "车辆存放地点与保管人" }),
  dataHeldFrom: instant({ en: "Data held from (at least 30 days before)", zh: "数据保全起点（至少事故前30日）" }),
});
export const RELEASE = object({ reasons: REASONS, releasedTo: text({ en: "Released to", zh: "移交给" }, 200) });
export const INVESTIGATE = object(
  {
    bodies: list(
      choiceOf({
        enterprise: { en: "Enterprise", zh: "企业" },
        recallCenter: { en: "Recall technical centre", zh: "召回技术中心" },
        fire: { en: "Fire and rescue", zh: "消防救援" },
        police: { en: "Police", zh: "公安" },
      }),
      { en: "Investigating bodies", zh: "调查机构" },
      1,
      4,
    ),
  },
  { sceneDoneAt: instant({ en: "Scene investigation ended at", zh: "现场调查结束时间" }) },
);
export const COMMISSION = object({
  institution: text({ en: "Institution", zh: "鉴定机构" }, 200),
  matter: text({ en: "Matter", zh: "鉴定事项" }),
});
export const APPRAISAL = object({ result: text({ en: "Result", zh: "鉴定结果" }) });
export const SENT = object({ parties: text({ en: "Sent to", zh: "送达对象" }) });
export const SIBLINGS = object({
  scope: text({ en: "Models, batches, parts", zh: "车型、批次、部件" }),
  checked: integer(0, 100_000_000, { en: "Vehicles checked", zh: "排查车辆数" }),
  hazards: integer(0, 100_000_000, { en: "With the hazard", zh: "存在隐患车辆数" }),
});
export const ROOT_CAUSE = object({
  rootCause: choiceOf(ROOT_CAUSES, { en: "Root cause", zh: "根本原因" }),
  conclusion: text({ en: "Conclusion", zh: "结论" }),
});
export const DEFECT = object(
  { reasons: REASONS },
  { recallFile: caseOf(["recall"], { en: "Defect or recall file", zh: "缺陷或召回档案" }) },
);
export const MEASURES = object({ measures: text({ en: "Measures", zh: "整改措施" }) });
export const VERIFIED = object({ evidence: text({ en: "Evidence", zh: "证据" }) });
