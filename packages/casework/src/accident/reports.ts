/**
 * The independent duties to report one accident (C-3): each track has its authority, its own limit and its own answer; none of
 * them is ever merged with another. Every limit runs from the accident, not from the day somebody learned of it.
 */
import type { RoleCode } from "../access/roles.ts";
import { basis } from "../basis.ts";
import { AI_ACT, BEIJING_AV, CYBER_REPORTS, DAYS_UNVERIFIED, ROAD_ACCIDENTS } from "../sources.ts";
import type { DeadlineRule } from "../time/deadline.ts";
import type { Text } from "../text.ts";

export interface ReportDefinition {
  readonly title: Text;
  /** Who accepts it or returns it. */
  readonly authorities: readonly RoleCode[];
  readonly deadline: string;
  /** Why it is not owed, while the facts are not such. */
  readonly notOwed: Text;
  /** Limit where persons were hurt or society was shaken, as the track's own rule has it. */
  readonly severe?: { readonly deadline: string; readonly when: "casualties" | "deaths" };
}

const SAMR_2019 = (requirement: string) =>
  basis(requirement, "SAMR 质函〔2019〕5号 item 1 (市监质函〔2019〕531号)", "F");
const EIDC_2024 = (requirement: string) => basis(requirement, "EIDC accident information notice, 2024", "S");
const CDAS_2025 = basis("R-4.13", "MIIT and SAMR [2025] no. 45; hours not found, proposed as for fires", "P");
const CYBER = basis("R-5.27", CYBER_REPORTS("4"), "F", "2025-11-01");
const EU_INCIDENT = basis("R-6.36", AI_ACT("73", DAYS_UNVERIFIED), "M");

const accident: Text = { en: "the accident", zh: "事故发生之时" };
const accidentDay: Text = { en: "the accident", zh: "事故发生之日" };
const found: Text = { en: "discovery of the incident", zh: "发现事件之时" };
const aware: Text = { en: "becoming aware", zh: "知悉之日" };

/** Limits of this kind of case alone. */
export const ACCIDENT_DEADLINES = {
  samrBasic: { unit: "hour", amount: 12, from: accident, basis: SAMR_2019("R-4.1") },
  samrBasicSevere: { unit: "hour", amount: 6, from: accident, basis: SAMR_2019("R-4.1") },
  samrFull: { unit: "hour", amount: 48, from: accident, basis: SAMR_2019("R-4.2") },
  eidcBasic: { unit: "hour", amount: 24, from: accident, basis: EIDC_2024("R-4.9") },
  eidcBasicSevere: { unit: "hour", amount: 12, from: accident, basis: EIDC_2024("R-4.9") },
  eidcDetail: { unit: "day", amount: 5, from: accidentDay, basis: EIDC_2024("R-4.10") },
  eidcAnalysis: { unit: "day", amount: 15, from: accidentDay, basis: EIDC_2024("R-4.11") },
  cdasReport: { unit: "hour", amount: 12, from: accident, basis: CDAS_2025 },
  cdasReportSevere: { unit: "hour", amount: 6, from: accident, basis: CDAS_2025 },
  policeReport: {
    unit: "immediate",
    amount: 1,
    from: accident,
    basis: basis("R-4.16", BEIJING_AV("31"), "F", "2025-04-01"),
  },
  cyberProvincial: { unit: "hour", amount: 4, from: found, basis: CYBER },
  cyberInfrastructure: { unit: "hour", amount: 1, from: found, basis: CYBER },
  euIncident: { unit: "day", amount: 15, from: aware, basis: EU_INCIDENT },
  euDeath: { unit: "day", amount: 10, from: aware, basis: EU_INCIDENT },
  commissionAppraisal: {
    unit: "day",
    amount: 3,
    from: { en: "the scene investigation", zh: "现场调查结束之日" },
    basis: basis("R-4.15", ROAD_ACCIDENTS("49"), "F"),
  },
  appraisal: {
    unit: "day",
    amount: 30,
    from: { en: "the commission", zh: "委托之日" },
    basis: basis("R-4.15", ROAD_ACCIDENTS("51"), "F"),
  },
  appraisalExtended: {
    unit: "day",
    amount: 60,
    from: { en: "the commission", zh: "委托之日" },
    basis: basis("R-4.15", ROAD_ACCIDENTS("51"), "F"),
  },
  sendAppraisal: {
    unit: "day",
    amount: 5,
    from: { en: "receipt of the result", zh: "收到检验、鉴定报告之日" },
    basis: basis("R-4.15", ROAD_ACCIDENTS("55"), "F"),
  },
} as const satisfies Record<string, DeadlineRule>;

const NO_FIRE: Text = { en: "No smoke or fire is on record", zh: "未记录冒烟或起火" };
const NO_FIRE_OR_LOSS: Text = {
  en: "Neither smoke or fire nor loss of control is on record",
  zh: "未记录冒烟、起火或失控",
};

/** The duties by code; the code of a report is the code of its duty. */
export const REPORTS = {
  samrBasic: {
    title: { en: "Basic information to SAMR", zh: "向市场监管总局报送基本信息" },
    authorities: ["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"],
    deadline: "samrBasic",
    notOwed: NO_FIRE_OR_LOSS,
    severe: { deadline: "samrBasicSevere", when: "casualties" },
  },
  samrFull: {
    title: { en: "Full form to SAMR", zh: "向市场监管总局报送完整信息表" },
    authorities: ["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"],
    deadline: "samrFull",
    notOwed: NO_FIRE_OR_LOSS,
  },
  eidcBasic: {
    title: { en: "Basic information to EIDC", zh: "向装备中心报送基本信息" },
    authorities: ["EIDC", "MIIT", "SUPERVISOR_ALL"],
    deadline: "eidcBasic",
    notOwed: NO_FIRE,
    severe: { deadline: "eidcBasicSevere", when: "deaths" },
  },
  eidcDetail: {
    title: { en: "Detailed information to EIDC", zh: "向装备中心报送详细信息" },
    authorities: ["EIDC", "MIIT", "SUPERVISOR_ALL"],
    deadline: "eidcDetail",
    notOwed: NO_FIRE,
  },
  eidcAnalysis: {
    title: { en: "Full analysis report to EIDC", zh: "向装备中心报送全面分析技术报告" },
    authorities: ["EIDC", "MIIT", "SUPERVISOR_ALL"],
    deadline: "eidcAnalysis",
    notOwed: NO_FIRE,
  },
  cdasReport: {
    title: { en: "Driver-assistance event to MIIT and SAMR", zh: "向工信部和市场监管总局报告辅助驾驶事件" },
    authorities: ["MIIT", "SAMR", "SUPERVISOR_ALL"],
    deadline: "cdasReport",
    notOwed: { en: "Neither driver assistance nor automated driving was involved", zh: "未涉及组合驾驶辅助或自动驾驶" },
    severe: { deadline: "cdasReportSevere", when: "casualties" },
  },
  policeReport: {
    title: { en: "Report to the traffic police at once", zh: "立即报告公安交管部门" },
    authorities: ["TRAFFIC_POLICE", "MPS", "SUPERVISOR_ALL"],
    deadline: "policeReport",
    notOwed: { en: "Automated driving was not involved", zh: "未涉及自动驾驶" },
  },
  cyberReport: {
    title: { en: "Cyber incident report", zh: "网络安全事件报告" },
    authorities: ["MIIT", "MPS", "SUPERVISOR_ALL"],
    deadline: "cyberProvincial",
    notOwed: { en: "It was not caused by a cyber incident", zh: "并非由网络安全事件引起" },
  },
  euReport: {
    title: { en: "Serious incident report (EU AI Act)", zh: "严重事件报告（欧盟人工智能法）" },
    authorities: ["SAMR", "SUPERVISOR_ALL"],
    deadline: "euIncident",
    notOwed: { en: "No AI system under EU law was involved", zh: "未涉及适用欧盟法的人工智能系统" },
  },
} as const satisfies Record<string, ReportDefinition>;
export type ReportCode = keyof typeof REPORTS;
export const REPORT_CODES = Object.keys(REPORTS) as readonly ReportCode[];
