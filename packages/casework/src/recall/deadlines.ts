/**
 * Limits of a defect and recall case. The regulation (F) names the objection's 15 working days and otherwise says "at once"; the
 * day counts of its implementing measures were seen in a consultation draft (D) or not at all (M), and are shown as such.
 */
import { basis, proposal } from "../basis.ts";
import { RECALL_REGULATION, recallMeasures } from "../sources.ts";
import type { DeadlineRule } from "../time/deadline.ts";
import type { Text } from "../text.ts";

const at = (en: string, zh: string): Text => ({ en, zh });
const regulation = (requirement: string, articles: string) =>
  basis(requirement, RECALL_REGULATION(articles), "F", "2013-01-01");
const unseen = (requirement: string) =>
  basis(requirement, recallMeasures({ en: "; text not seen", zh: "；未见原文" }), "M");
const draft = (requirement: string) =>
  basis(requirement, recallMeasures({ en: "; consultation draft", zh: "（征求意见稿）" }), "D");

/** Bases of actions; those of limits stand with the limits. */
export const RECALL_BASES = {
  lifecycle: basis("9.4", "Sandglass recall lifecycle", "P"),
  lead: regulation("R-4.23", "6"),
  keep: regulation("R-4.20", "9"),
  dealer: regulation("R-4.22", "11"),
  investigate: regulation("R-4.24", "12"),
  stop: regulation("R-4.25", "12"),
  authority: regulation("R-4.26", "13–14"),
  objection: regulation("R-4.27", "15"),
  order: regulation("R-4.28", "15"),
  plan: regulation("R-4.29", "16–17"),
  publish: regulation("R-4.30", "18"),
  owners: regulation("R-4.31", "18"),
  remedy: regulation("R-4.32", "19"),
  report: regulation("R-4.33", "20"),
  final: regulation("R-4.34", "20"),
  effect: regulation("R-4.35", "21"),
  penalties: regulation("R-4.36", "22–24"),
  permit: basis("R-4.42", "MIIT and SAMR [2025] no. 45", "S"),
  completion: proposal("R-4.45"),
} as const;

/** Years for which records of a recall are kept. */
export const KEEP_YEARS = 10;

const confirmed = at("confirmation or order", "确认缺陷或者责令召回之日");
const filed = at("the filing of the plan", "召回计划备案之日");

/** "At once" has no number: a day of grace before the duty counts as late is ours. */
const AT_ONCE_HOURS = 24;

export const RECALL_DEADLINES = {
  startAnalysis: {
    unit: "immediate",
    amount: AT_ONCE_HOURS,
    from: at("the lead", "获知之时"),
    basis: RECALL_BASES.investigate,
  },
  reportResult: { unit: "day", amount: 30, from: at("the lead", "获知之日"), basis: proposal("R-4.24") },
  reviewResult: { unit: "workingDay", amount: 15, from: at("the result", "报告结果之日"), basis: proposal("R-4.26") },
  respond: {
    unit: "workingDay",
    amount: 15,
    from: at("the recall notice", "收到通知之日"),
    basis: RECALL_BASES.objection,
  },
  decideOrder: {
    unit: "workingDay",
    amount: 5,
    from: at("the end of the term", "异议期届满之日"),
    basis: proposal("R-4.28"),
  },
  expertArgument: { unit: "day", amount: 60, from: at("the objection", "提出异议之日"), basis: proposal("R-4.28") },
  stopSale: { unit: "immediate", amount: AT_ONCE_HOURS, from: confirmed, basis: RECALL_BASES.stop },
  filePlan: { unit: "workingDay", amount: 5, from: confirmed, basis: unseen("R-4.29") },
  publish: { unit: "workingDay", amount: 5, from: filed, basis: draft("R-4.30") },
  notifyOwners: { unit: "workingDay", amount: 30, from: filed, basis: draft("R-4.31") },
  stageReport: {
    unit: "month",
    amount: 3,
    from: at("the start of the recall or the last report", "召回开始或者上次报告之日"),
    basis: unseen("R-4.33"),
  },
  recallReport: {
    unit: "workingDay",
    amount: 15,
    from: at("completion of the plan", "召回计划完成之日"),
    basis: unseen("R-4.34"),
  },
  evaluateEffect: {
    unit: "day",
    amount: 60,
    from: at("the final report", "提交总结报告之日"),
    basis: proposal("R-4.35"),
  },
  completionReview: {
    unit: "month",
    amount: 3,
    from: at("the last review of the completion", "上次进度核查之日"),
    basis: proposal("R-4.45"),
  },
  followUpCompletion: {
    unit: "workingDay",
    amount: 10,
    from: at("the review that found no progress", "发现进度停滞之日"),
    basis: proposal("R-4.45"),
  },
} as const satisfies Record<string, DeadlineRule>;
