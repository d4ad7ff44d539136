/**
 * Every deadline number of the two lifecycles, in one table. Numbers marked P are proposals of this product: free to change,
 * never shown as law. A programme may replace any of them (`overrideDeadlines`).
 */
import { BASES, basis, proposal } from "../basis.ts";
import { AI_ACT } from "../sources.ts";
import type { Text } from "../text.ts";
import type { DeadlineRule } from "./deadline.ts";

const at = (en: string, zh: string): Text => ({ en, zh });

/** A suspension is effective at once (9.1); how soon who must know of it or confirm it, the rule does not say. */
const SUSPENDED_AT_ONCE = basis(
  "R-6.26",
  AI_ACT("57(11)", {
    en: " sets no time for it; one hour is a Sandglass proposal",
    zh: "未规定时限，一小时为 Sandglass 建议",
  }),
  "P",
);

/** By a fault of level 3 the driver must stop at once, so the owner must know at once; 6.2.1 says who is told and how, not when. */
const OWNER_TOLD_AT_ONCE = basis(
  "R-3.19",
  {
    en: "GB/T 45688-2025 6.2.1, Annex D.1 set no time for the notice; one hour is a Sandglass proposal",
    zh: "GB/T 45688-2025 6.2.1、附录D.1未规定通知时限，一小时为 Sandglass 建议",
  },
  "P",
);

export const DEADLINES = {
  completenessCheck: { unit: "workingDay", amount: 5, from: at("submission", "提交之日"), basis: proposal("9.1") },
  completeApplication: {
    unit: "day",
    amount: 30,
    from: at("return of the application", "退回之日"),
    basis: proposal("9.1"),
  },
  decision: { unit: "month", amount: 3, from: at("submission", "提交之日"), basis: BASES.decision },
  appeal: { unit: "day", amount: 60, from: at("refusal", "不予入盒之日"), basis: proposal("9.1") },
  decideAppeal: { unit: "month", amount: 3, from: at("the appeal", "申诉之日"), basis: proposal("9.1") },
  correctiveTask: { unit: "day", amount: 5, from: at("the warning", "预警之日"), basis: proposal("9.1") },
  confirmSuspension: {
    unit: "immediate",
    amount: 1,
    from: at("the restriction by rule", "规则限制之时"),
    basis: SUSPENDED_AT_ONCE,
  },
  informCoAuthorities: {
    unit: "immediate",
    amount: 1,
    from: at("the suspension", "中止之时"),
    basis: SUSPENDED_AT_ONCE,
  },
  mitigation: { unit: "day", amount: 30, from: at("the suspension", "中止之日"), basis: proposal("9.1") },
  terminationReview: {
    unit: "workingDay",
    amount: 5,
    from: at("the start of termination", "启动终止之日"),
    basis: proposal("9.1"),
  },
  retractionReview: { unit: "workingDay", amount: 2, from: at("the retraction", "撤回之日"), basis: proposal("7") },
  breachReview: {
    unit: "immediate",
    amount: 4,
    from: at("the breach finding", "发现违规之时"),
    basis: proposal("9.1"),
  },
  finalReport: { unit: "day", amount: 30, from: at("the end of the test", "测试结束之日"), basis: proposal("9.1") },
  startTest: { unit: "month", amount: 6, from: at("agreement of the plan", "方案签署之日"), basis: proposal("9.1") },
  testPeriod: {
    unit: "month",
    amount: 24,
    from: at("the start of the test", "测试开始之日"),
    basis: proposal("R-1.17"),
  },
  tracking: {
    unit: "month",
    amount: 12,
    from: at("the move to routine supervision", "转入常规监管之日"),
    basis: proposal("9.1"),
  },

  notifyOwnerAtOnce: { unit: "immediate", amount: 1, from: at("detection", "发现之时"), basis: OWNER_TOLD_AT_ONCE },
  notifyOwner: { unit: "hour", amount: 24, from: at("detection", "发现之时"), basis: proposal("R-3.19") },
  repairLevel1: {
    unit: "elapsedDay",
    amount: 7,
    from: at("notice to the owner", "通知车主之时"),
    basis: { ...BASES.faultLevels, requirement: "R-3.19a" },
  },
  repairLevel2: {
    unit: "elapsedDay",
    amount: 1,
    from: at("notice to the owner", "通知车主之时"),
    basis: { ...BASES.faultLevels, requirement: "R-3.19b" },
  },
  repairLevel3: {
    unit: "immediate",
    amount: 4,
    from: at("notice to the owner", "通知车主之时"),
    basis: { ...BASES.faultLevels, requirement: "R-3.19c" },
  },
  repairThermal: {
    unit: "immediate",
    amount: 4,
    from: at("notice to the owner", "通知车主之时"),
    basis: basis("R-3.19d", "industry practice on GB/T 32960.3-2025", "S"),
  },
  hazardSingle: {
    unit: "elapsedDay",
    amount: 7,
    from: at("notice to the owner", "通知车主之时"),
    basis: BASES.hazardWarning,
  },
  hazardRepeat: {
    unit: "elapsedDay",
    amount: 1,
    from: at("notice to the owner", "通知车主之时"),
    basis: BASES.hazardWarning,
  },
  locateVehicle: { unit: "day", amount: 7, from: at("detection", "发现之日"), basis: proposal("R-3.21") },
  siteCheck: { unit: "day", amount: 7, from: at("detection", "发现之日"), basis: proposal("R-3.22") },
  batchCheck: {
    unit: "workingDay",
    amount: 10,
    from: at("the notice to the manufacturer", "通知生产企业之日"),
    basis: proposal("R-3.19e"),
  },
  superviseAfter: { unit: "day", amount: 7, from: at("the missed deadline", "逾期之日"), basis: proposal("9.2") },
  closeOut: { unit: "elapsedDay", amount: 7, from: at("the disposal", "处置完成之时"), basis: proposal("9.2") },
  noRecurrence: { unit: "hour", amount: 72, from: at("the repair", "修复之时"), basis: proposal("9.2") },
} as const satisfies Record<string, DeadlineRule>;
export type DeadlineCode = keyof typeof DEADLINES;
export type Deadlines = { readonly [Code in DeadlineCode]: DeadlineRule };

/** The table with some numbers replaced, each replacement with its own basis. */
export function overrideDeadlines(overrides: Partial<Deadlines>): Deadlines {
  return { ...DEADLINES, ...overrides };
}
