/**
 * What one incident of network or data security owes, each with its own clock from the discovery (C-3). An accident
 * with a cyber cause has the same limits in its own case.
 */
import { ACCIDENT_DEADLINES } from "../accident/reports.ts";
import { basis, proposal } from "../basis.ts";
import { DATA_BASES } from "../data-security/law.ts";
import type { Text } from "../text.ts";
import type { DeadlineRule } from "../time/deadline.ts";

/** The four grades of the national measures, lowest first. */
export const GRADES = {
  general: { en: "General", zh: "一般" },
  larger: { en: "Relatively large", zh: "较大" },
  major: { en: "Major", zh: "重大" },
  extraordinary: { en: "Extraordinarily major", zh: "特别重大" },
} as const satisfies Record<string, Text>;
export type Grade = keyof typeof GRADES;
const ORDER = Object.keys(GRADES) as readonly Grade[];

export interface IncidentFacts {
  readonly grade: Grade;
  readonly criticalInfrastructure: boolean;
  readonly nationalSecurity: boolean;
  readonly personalData: boolean;
}

/** "At once" has no number: an hour of grace before the duty counts as late is ours. */
const AT_ONCE_HOURS = 1;
const found: Text = { en: "discovery of the incident", zh: "发现事件之时" };
const MEASURES = {
  en: "National measures for reporting cybersecurity incidents; term unverified",
  zh: "《国家网络安全事件报告管理办法》；期限未核实",
};

export const INCIDENT_DEADLINES = {
  incidentProvincial: ACCIDENT_DEADLINES.cyberProvincial,
  incidentInfrastructure: ACCIDENT_DEADLINES.cyberInfrastructure,
  incidentNational: {
    unit: "hour",
    amount: 24,
    from: found,
    basis: basis(
      "R-5.28",
      { en: "Network data security regulation Art. 10", zh: "《网络数据安全管理条例》第十条" },
      "F",
      "2025-01-01",
    ),
  },
  leakRemedy: { unit: "immediate", amount: AT_ONCE_HOURS, from: found, basis: DATA_BASES.leak },
  incidentFinal: {
    unit: "day",
    amount: 30,
    from: { en: "the end of its handling", zh: "处置结束之日" },
    basis: basis("R-5.27", MEASURES, "M"),
  },
  incidentReview: {
    unit: "workingDay",
    amount: 20,
    from: { en: "the final report", zh: "提交总结报告之日" },
    basis: proposal("R-5.27"),
  },
} as const satisfies Record<string, DeadlineRule>;

/** Duties by code; a report is sent under the code of its duty. */
export const INCIDENT_REPORTS = {
  incidentReport: { en: "Report of the cyber incident", zh: "网络安全事件报告" },
  nationalReport: { en: "Report: national security or public interest", zh: "危害国家安全、公共利益情形报告" },
  leakReport: { en: "Report of the leak to the authority", zh: "向主管部门报告个人信息泄露" },
} as const satisfies Record<string, Text>;
export type IncidentReport = keyof typeof INCIDENT_REPORTS;
/** Why each is not owed, while the facts are not such. */
export const INCIDENT_NOT_OWED: { readonly [Code in IncidentReport]: Text } = {
  incidentReport: { en: "An incident of the lowest grade is not reported", zh: "一般事件无须报送" },
  nationalReport: { en: "No harm to national security or the public interest", zh: "未危害国家安全、公共利益" },
  leakReport: { en: "No personal information leaked", zh: "未涉及个人信息泄露" },
};
export const INCIDENT_REPORT_CODES = Object.keys(INCIDENT_REPORTS) as readonly IncidentReport[];

export function owesIncidentReport(facts: IncidentFacts, code: IncidentReport): boolean {
  if (code === "nationalReport") return facts.nationalSecurity;
  if (code === "leakReport") return facts.personalData;
  return ORDER.indexOf(facts.grade) >= ORDER.indexOf("larger");
}

export function limitOfIncident({ criticalInfrastructure }: IncidentFacts, code: IncidentReport): string {
  if (code === "nationalReport") return "incidentNational";
  if (code === "leakReport") return "leakRemedy";
  return criticalInfrastructure ? "incidentInfrastructure" : "incidentProvincial";
}

/** What is known of an incident may only grow. */
export function onlyRises(before: IncidentFacts, after: IncidentFacts): boolean {
  return (
    ORDER.indexOf(after.grade) >= ORDER.indexOf(before.grade) &&
    (["criticalInfrastructure", "nationalSecurity", "personalData"] as const).every((key) => after[key] || !before[key])
  );
}
