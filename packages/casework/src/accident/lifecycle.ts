/** AccidentCase, REQUIREMENTS 9.3: one accident, several authorities, each with its own clock (C-3). */
import type { RoleCode } from "../access/roles.ts";
import { proposal } from "../basis.ts";
import { listField } from "../fields.ts";
import type { Lifecycle, ObligationDefinition } from "../lifecycle/definition.ts";
import { ACCIDENT_ACTIONS } from "./actions.ts";
import { ACCIDENT_ACTIONS_2 } from "./actions-supplement.ts";
import { documentsOfAccident, EMPTY_ACCIDENT, extentOfAccident, type AccidentData } from "./data.ts";
import { ATTACHMENT, DOCUMENT_KINDS, SUPPLEMENT_LINE } from "./inputs.ts";
import { ACCIDENT_DEADLINES, REPORT_CODES, REPORTS } from "./reports.ts";
import {
  ACCIDENT_FLAGS,
  ACCIDENT_STAGES,
  ACCIDENT_STATES,
  ROOT_CAUSES,
  type AccidentFlag,
  type AccidentState,
} from "./states.ts";
import { SUPPLEMENT_BASIS, SUPPLEMENT_DEADLINES, SUPPLEMENT_DUTIES } from "./supplements.ts";

const LADDER = proposal("R-4.8");
const POLICE = ["TRAFFIC_POLICE", "MPS"] as const satisfies readonly RoleCode[];
/** Those who may read how to reach the person who reported. */
const CONTACT_READERS = [
  "OEM",
  "IMPORTER",
  "FIRE",
  ...POLICE,
  "SAMR",
  "RECALL_CENTER",
  "SUPERVISOR_ALL",
] as const satisfies readonly RoleCode[];

const reportDuties = Object.fromEntries(
  REPORT_CODES.map((code): [string, ObligationDefinition] => {
    const { title, deadline, authorities } = REPORTS[code];
    return [
      code,
      {
        title,
        bearers: ["OEM", "IMPORTER"],
        deadline,
        onOverdue: "markLate",
        escalation: [
          { code: "dueSoon", when: "before", unit: "hour", amount: 2, notify: ["OEM", "IMPORTER"], basis: LADDER },
          { code: "authority", when: "after", unit: "hour", amount: 1, notify: authorities, basis: LADDER },
          { code: "supervise", when: "after", unit: "hour", amount: 24, notify: ["SAMR", "MIIT"], basis: LADDER },
        ],
      },
    ];
  }),
);

export const ACCIDENT_CASE: Lifecycle<AccidentState, AccidentFlag, AccidentData> = {
  kind: "accident",
  version: 2,
  title: { en: "Accident", zh: "事故案件" },
  object: "accidentTrackA",
  initial: "REPORTED",
  stages: ACCIDENT_STAGES,
  states: ACCIDENT_STATES,
  flags: ACCIDENT_FLAGS,
  actions: ACCIDENT_ACTIONS_2,
  obligations: {
    ...reportDuties,
    ...SUPPLEMENT_DUTIES,
    commissionAppraisal: {
      title: { en: "Commission the appraisal", zh: "委托检验鉴定" },
      bearers: POLICE,
      deadline: "commissionAppraisal",
    },
    appraisal: {
      title: { en: "Appraisal", zh: "检验鉴定" },
      bearers: POLICE,
      deadline: "appraisal",
      escalation: [{ code: "week", when: "before", unit: "workingDay", amount: 5, notify: POLICE, basis: LADDER }],
    },
    sendAppraisal: {
      title: { en: "Send the result to the parties", zh: "送达鉴定结果" },
      bearers: POLICE,
      deadline: "sendAppraisal",
    },
  },
  documents: {
    acknowledgement: { en: "Acknowledgement of the report", zh: "事故报告回执" },
    defectReferral: { en: "Referral as suspected defect", zh: "疑似缺陷移送函" },
    closingNote: { en: "Closing note", zh: "结案通知" },
    ...DOCUMENT_KINDS,
  },
  deadlines: { ...ACCIDENT_DEADLINES, ...SUPPLEMENT_DEADLINES },
  fields: {
    what: { title: { en: "What happened", zh: "经过" }, shape: "longText" },
    happenedAt: { title: { en: "Time of the accident", zh: "事故时间" }, shape: "instant" },
    awareAt: { title: { en: "Learned of at", zh: "知悉时间" }, shape: "instant" },
    place: { title: { en: "Place", zh: "地点" } },
    source: { title: { en: "Source", zh: "信息来源" }, shape: "choice", choices: choicesOf("source") },
    vehicle: { title: { en: "Vehicle", zh: "车辆" }, shape: "vehicle" },
    model: { title: { en: "Model", zh: "车型" } },
    batch: { title: { en: "Batch", zh: "批次" } },
    dead: { title: { en: "Dead", zh: "死亡人数" }, shape: "number" },
    injured: { title: { en: "Injured", zh: "受伤人数" }, shape: "number" },
    majorSocialImpact: { title: { en: "Major social impact", zh: "重大社会影响" }, shape: "flag" },
    fire: { title: { en: "Smoke or fire", zh: "冒烟或起火" }, shape: "flag" },
    lossOfControl: { title: { en: "Loss of control", zh: "失控或非预期加速" }, shape: "flag" },
    driverAssistance: { title: { en: "Driver assistance involved", zh: "涉及组合驾驶辅助" }, shape: "flag" },
    automatedDriving: { title: { en: "Automated driving involved", zh: "涉及自动驾驶" }, shape: "flag" },
    cyberCause: {
      title: { en: "Cyber incident", zh: "网络安全事件" },
      shape: "choice",
      choices: choicesOf("cyberCause"),
    },
    weather: { title: { en: "Weather", zh: "天气" } },
    use: { title: { en: "Use", zh: "使用性质" }, shape: "choice", choices: choicesOf("use") },
    vehicleState: {
      title: { en: "State of the vehicle", zh: "车辆状态" },
      shape: "choice",
      choices: choicesOf("vehicleState"),
    },
    mileage: { title: { en: "Mileage", zh: "行驶里程" }, shape: "number", unit: "km" },
    soc: { title: { en: "State of charge", zh: "荷电状态" }, shape: "number", unit: "%" },
    firstPoint: { title: { en: "First point of smoke or fire", zh: "首个冒烟或起火点" } },
    batteryMaker: { title: { en: "Battery maker", zh: "电池企业" } },
    batteryCode: { title: { en: "Battery code", zh: "电池编码" } },
    softwareVersions: { title: { en: "Software versions", zh: "软件版本" } },
    lastService: { title: { en: "Last service", zh: "最近一次维修保养" } },
    propertyLoss: { title: { en: "Property loss", zh: "财产损失" }, shape: "number", unit: "CNY" },
    rescue: { title: { en: "Rescue", zh: "救援情况" }, shape: "longText" },
    contact: { title: { en: "Contact of the reporter", zh: "报告人联系方式" }, readers: CONTACT_READERS },
    custody: { title: { en: "Custody of the vehicle", zh: "车辆保管" } },
    dataHeldFrom: { title: { en: "Data held from", zh: "数据保全起点" }, shape: "instant" },
    "siblings.scope": { title: { en: "Siblings: scope", zh: "同款排查范围" } },
    "siblings.checked": { title: { en: "Siblings: checked", zh: "同款排查车辆数" }, shape: "number" },
    "siblings.hazards": { title: { en: "Siblings: with the hazard", zh: "同款存在隐患数" }, shape: "number" },
    rootCause: { title: { en: "Root cause", zh: "根本原因" }, shape: "choice", choices: ROOT_CAUSES },
    conclusion: { title: { en: "Conclusion", zh: "结论" }, shape: "longText" },
    measures: { title: { en: "Measures", zh: "整改措施" }, shape: "longText" },
    recallFile: { title: { en: "Defect or recall file", zh: "缺陷或召回档案" }, shape: "case" },
    duplicateOf: { title: { en: "Repeats", zh: "重复于" }, shape: "case" },
    hazardOrder: { title: { en: "Hazard work order", zh: "隐患工单" }, shape: "case" },
    project: { title: { en: "Sandbox project", zh: "沙盒项目" }, shape: "case" },
    supplements: listField({ en: "Supplements", zh: "补报" }, SUPPLEMENT_LINE),
    attachments: listField({ en: "Documents", zh: "材料" }, ATTACHMENT),
  },
  migrations: [
    {
      from: 1,
      title: {
        en: "Reports that were sent can be supplemented, and a correction of facts asks for it; nothing else changes",
        zh: "已报送的报告可以补报，更正事实后须补报；其余不变",
      },
      roles: ["SAMR", "RECALL_CENTER", "MIIT", "EIDC", "SUPERVISOR_ALL"],
      basis: SUPPLEMENT_BASIS,
      migrate: (folded) => folded,
    },
  ],
  empty: EMPTY_ACCIDENT,
  extentOf: extentOfAccident,
  documentsOf: documentsOfAccident,
};

/** The case without supplements. */
export const ACCIDENT_CASE_V1: Lifecycle<AccidentState, AccidentFlag, AccidentData> = {
  ...ACCIDENT_CASE,
  version: 1,
  actions: ACCIDENT_ACTIONS,
  obligations: Object.fromEntries(
    Object.entries(ACCIDENT_CASE.obligations).filter(([code]) => !Object.hasOwn(SUPPLEMENT_DUTIES, code)),
  ),
  migrations: [],
};

/** Names of the codes of an input, so that they are written once. */
function choicesOf(name: string): NonNullable<NonNullable<Lifecycle["fields"]>[string]["choices"]> {
  const { properties } = ACCIDENT_ACTIONS.report.input as {
    readonly properties: { readonly [name: string]: { readonly "x-choices"?: object } };
  };
  return (properties[name]?.["x-choices"] ?? {}) as ReturnType<typeof choicesOf>;
}
