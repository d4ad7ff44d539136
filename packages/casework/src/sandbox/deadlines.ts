/** Limits that only sandbox projects have. Numbers marked P are proposals of this product, never shown as law. */
import { basis } from "../basis.ts";
import type { Text } from "../text.ts";
import type { DeadlineRule } from "../time/deadline.ts";

const at = (en: string, zh: string): Text => ({ en, zh });
const proposal = (requirement: string) => basis(requirement, "Sandglass proposal", "P");

export const PROJECT_DEADLINES = {
  tacitDecision: {
    unit: "day",
    amount: 30,
    from: at("submission", "提交之日"),
    basis: basis("R-6.34", "Regulation (EU) 2024/1689 Art. 60(4), where national law allows", "F"),
  },
  stageReport: {
    unit: "month",
    amount: 3,
    from: at("the start or the last report", "开始或上次报告之日"),
    basis: proposal("R-6.3"),
  },
  periodicAssessment: {
    unit: "month",
    amount: 6,
    from: at("the start or the last assessment", "开始或上次评估之日"),
    basis: proposal("R-6.8"),
  },
  decideExtension: { unit: "workingDay", amount: 10, from: at("the request", "申请之日"), basis: proposal("R-6.31") },
  answerService: { unit: "workingDay", amount: 10, from: at("the request", "申请之日"), basis: proposal("R-6.7") },
  trackingReport: {
    unit: "month",
    amount: 3,
    from: at("the exit or the last report", "出盒或上次报告之日"),
    basis: proposal("9.1"),
  },
  reviewResult: { unit: "month", amount: 6, from: at("the proposal", "提出之日"), basis: proposal("R-6.9") },
  answerComplaint: { unit: "workingDay", amount: 15, from: at("the complaint", "收到之日"), basis: proposal("R-4.23") },
  accidentBasic: {
    unit: "hour",
    amount: 12,
    from: at("the accident", "事故发生之时"),
    basis: basis("R-4.1", "SAMR [2019] no. 5 item 1", "F"),
  },
  accidentBasicShort: {
    unit: "hour",
    amount: 6,
    from: at("the accident", "事故发生之时"),
    basis: basis("R-4.1", "SAMR [2019] no. 5 item 1: casualties or major social impact", "F"),
  },
  accidentForm: {
    unit: "hour",
    amount: 48,
    from: at("the accident", "事故发生之时"),
    basis: basis("R-4.2", "SAMR [2019] no. 5 item 1", "F"),
  },
  accidentEidcBasic: {
    unit: "hour",
    amount: 24,
    from: at("the accident", "事故发生之时"),
    basis: basis("R-4.9", "EIDC notice 2024", "S"),
  },
  accidentEidcBasicShort: {
    unit: "hour",
    amount: 12,
    from: at("the accident", "事故发生之时"),
    basis: basis("R-4.9", "EIDC notice 2024: deaths or major social impact", "S"),
  },
  accidentEidcDetail: {
    unit: "day",
    amount: 5,
    from: at("the accident", "事故发生之日"),
    basis: basis("R-4.10", "EIDC notice 2024", "S"),
  },
  accidentEidcReport: {
    unit: "day",
    amount: 15,
    from: at("the accident", "事故发生之日"),
    basis: basis("R-4.11", "EIDC notice 2024", "S"),
  },
  cyberIncident: {
    unit: "hour",
    amount: 4,
    from: at("the incident", "事件发生之时"),
    basis: basis("R-5.27", "National cyber-incident reporting measures Art. 4", "F", "2025-11-01"),
  },
  aiIncident: {
    unit: "day",
    amount: 15,
    from: at("the incident", "事件发生之日"),
    basis: basis("R-6.36", "Regulation (EU) 2024/1689 Art. 73", "S"),
  },
  aiIncidentDeath: {
    unit: "day",
    amount: 10,
    from: at("the incident", "事件发生之日"),
    basis: basis("R-6.36", "Regulation (EU) 2024/1689 Art. 73: death", "S"),
  },
  aiIncidentWidespread: {
    unit: "day",
    amount: 2,
    from: at("the incident", "事件发生之日"),
    basis: basis("R-6.36", "Regulation (EU) 2024/1689 Art. 73: widespread infringement", "S"),
  },
} as const satisfies Record<string, DeadlineRule>;
