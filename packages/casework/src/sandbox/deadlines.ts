/** Limits that only sandbox projects have. Numbers marked P are proposals of this product, never shown as law. */
import { basis, proposal } from "../basis.ts";
import { AI_ACT, CYBER_REPORTS, DAYS_UNVERIFIED, WHERE_ALLOWED } from "../sources.ts";
import type { Text } from "../text.ts";
import type { DeadlineRule } from "../time/deadline.ts";

const at = (en: string, zh: string): Text => ({ en, zh });

export const PROJECT_DEADLINES = {
  tacitDecision: {
    unit: "day",
    amount: 30,
    from: at("submission", "提交之日"),
    basis: basis("R-6.34", AI_ACT("60(4)", WHERE_ALLOWED), "F"),
  },
  /** Of a programme in which silence approves: to decide in time is to decide before it does. */
  decisionBeforeSilence: {
    unit: "day",
    amount: 30,
    from: at("submission", "提交之日"),
    basis: basis("R-6.34", AI_ACT("60(4)", { en: ": 30 days", zh: "：30日" }), "F"),
  },
  departmentOpinion: {
    unit: "workingDay",
    amount: 15,
    from: at("the request", "征求意见之日"),
    basis: proposal("8.2"),
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
  answerInformation: { unit: "workingDay", amount: 10, from: at("the demand", "要求之日"), basis: proposal("R-6.37") },
  deepTestFiling: {
    unit: "day",
    amount: 30,
    from: at("the access permit", "准入许可之日"),
    basis: basis("R-1.15", "MIIT and SAMR [2025] no. 45 say promptly; 30 days as proposal", "P"),
  },
  accidentCase: { unit: "immediate", amount: 2, from: at("the accident", "事故发生之时"), basis: proposal("R-4.1") },
  cyberIncident: {
    unit: "hour",
    amount: 4,
    from: at("the incident", "事件发生之时"),
    basis: basis("R-5.27", CYBER_REPORTS("4"), "F", "2025-11-01"),
  },
  aiIncident: {
    unit: "day",
    amount: 15,
    from: at("the incident", "事件发生之日"),
    basis: basis("R-6.36", AI_ACT("73", DAYS_UNVERIFIED), "M"),
  },
  aiIncidentDeath: {
    unit: "day",
    amount: 10,
    from: at("the incident", "事件发生之日"),
    basis: basis(
      "R-6.36",
      AI_ACT("73", { en: `: death${DAYS_UNVERIFIED.en}`, zh: `：死亡${DAYS_UNVERIFIED.zh}` }),
      "M",
    ),
  },
  aiIncidentWidespread: {
    unit: "day",
    amount: 2,
    from: at("the incident", "事件发生之日"),
    basis: basis(
      "R-6.36",
      AI_ACT("73", { en: `: widespread infringement${DAYS_UNVERIFIED.en}`, zh: `：广泛侵害${DAYS_UNVERIFIED.zh}` }),
      "M",
    ),
  },
} as const satisfies Record<string, DeadlineRule>;
