/** What several programmes share: bases, clocks and documents whose source is the same. */
import { basis, BASES, proposal, type LegalBasis } from "../basis.ts";
import { AI_ACT as article } from "../sources.ts";
import type { Text } from "../text.ts";
import type { Programme } from "./schema.ts";

export const words = (en: string, zh: string): Text => ({ en, zh });
export const SEED = (requirement: string) =>
  basis(requirement, "Outlook new era article on AI sandboxes, 2026-04-30", "F");
/** @param articles as "60(4)"; a text where more is said of them */
export const AI_ACT = (
  requirement: string,
  articles: string | Text,
  certainty: "F" | "S" | "M" = "F",
  from?: string,
): LegalBasis => basis(requirement, typeof articles === "string" ? article(articles) : articles, certainty, from);

export const EXCLUDED = [
  { code: "illegal", title: words("An activity that is illegal", "违法事项"), basis: BASES.exclusions },
  {
    code: "uncontrollableRisk",
    title: words("High risk that cannot be contained", "高风险且不可控事项"),
    basis: BASES.exclusions,
  },
  { code: "nationalSecurity", title: words("Harm to national security", "危害国家安全"), basis: proposal("R-6.2") },
] as const;

export const DOCUMENTS = {
  testPlan: {
    code: "testPlan",
    title: words(
      "Test plan: goals, subjects, regions, scenarios, duration, stop criteria",
      "测试方案：目标、对象、区域、场景、时长与停止条件",
    ),
    required: true,
    basis: BASES.application,
  },
  riskAssessment: {
    code: "riskAssessment",
    title: words("Risk self-assessment", "风险自评估"),
    required: true,
    basis: BASES.application,
  },
  emergencyPlan: {
    code: "emergencyPlan",
    title: words("Emergency plan", "应急预案"),
    required: true,
    basis: basis(
      "R-1.7",
      "Automobile safety sandbox notice (SAMR, MIIT, MOT, MEM, GACC), 2022-04-01",
      "F",
      "2022-04-01",
    ),
  },
  resourceProof: {
    code: "resourceProof",
    title: words("Proof of testing and emergency resources", "测试与应急资源证明"),
    required: true,
    basis: basis(
      "R-1.7",
      "Automobile safety sandbox notice (SAMR, MIIT, MOT, MEM, GACC), 2022-04-01",
      "F",
      "2022-04-01",
    ),
  },
  accessProof: {
    code: "accessProof",
    title: words("Market access and CCC certificates", "《公告》准入与 CCC 认证证明"),
    required: false,
    basis: BASES.application,
  },
  preliminaryTestReport: {
    code: "preliminaryTestReport",
    title: words("Preliminary test report (driver assistance)", "前期测试报告（组合驾驶辅助）"),
    required: false,
    basis: basis("R-1.15", "MIIT and SAMR [2025] no. 45, sandbox item", "S", "2025-02-25"),
  },
  confidentialityRequest: {
    code: "confidentialityRequest",
    title: words("Confidentiality request", "保密申请"),
    required: false,
    basis: BASES.application,
  },
} as const satisfies Record<string, Programme["documents"][number]>;

/** Credit record: better grades are looked at less often and served first; the numbers are proposals. */
export const CREDIT = [
  {
    grade: "A",
    title: words("Good credit, no violation in three years", "信用良好，三年内无违规"),
    points: 0,
    interval: 1.5,
    priority: true,
    basis: proposal("R-6.5"),
  },
  { grade: "B", title: words("Ordinary", "一般"), points: 0, interval: 1, priority: false, basis: proposal("R-6.5") },
  {
    grade: "C",
    title: words("Minor violations", "有轻微违规"),
    points: 2,
    interval: 0.75,
    priority: false,
    basis: proposal("R-6.5"),
  },
  {
    grade: "D",
    title: words("Serious violations or dishonesty", "严重违规或失信"),
    points: 6,
    interval: 0.5,
    priority: false,
    basis: proposal("R-6.5"),
  },
] as const satisfies Programme["credit"];

export const TIMES = {
  completenessDays: { amount: 5, basis: proposal("9.1") },
  completionDays: { amount: 30, basis: proposal("9.1") },
  opinionDays: { amount: 15, basis: proposal("8.2") },
  decisionMonths: { amount: 3, basis: BASES.decision },
  appealDays: { amount: 60, basis: proposal("9.1") },
  testMonths: { amount: 24, basis: proposal("R-1.17") },
  finalReportDays: { amount: 30, basis: proposal("9.1") },
  trackingMonths: { amount: 12, basis: proposal("9.1") },
} as const satisfies Programme["times"];

export function tiers(
  packs: readonly string[],
  high: Partial<Programme["tiers"]["high"]> = {},
  others: Partial<Programme["tiers"]["high"]> = {},
): Programme["tiers"] {
  const common = { rulePacks: packs, basis: proposal("R-6.3"), ...others };
  return {
    low: { ...common, panelSize: 3, reportMonths: 6, assessmentMonths: 12, approvesChanges: false },
    medium: { ...common, panelSize: 3, reportMonths: 3, assessmentMonths: 6, approvesChanges: false },
    high: { ...common, panelSize: 5, reportMonths: 1, assessmentMonths: 3, approvesChanges: true, ...high },
  };
}
