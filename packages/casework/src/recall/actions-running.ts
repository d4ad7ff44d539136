/** Actions of a recall case from the first remedied vehicle to the last. */
import type { Effect } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { addMonths, dateOf, dayOf, startOfDay } from "../time/shanghai.ts";
import { action, AUTHORITY, EXAMINERS, LIVE, MAKERS } from "./actions-inquiry.ts";
import { completionOf, isFlat, outstandingOf, quarterOf } from "./completion.ts";
import { counted, type RecallData } from "./data.ts";
import { KEEP_YEARS, RECALL_BASES } from "./deadlines.ts";
import * as guard from "./guards.ts";
import * as input from "./inputs.ts";
import { REMEDIES, type RecallFlag, type RecallState } from "./states.ts";

type RecallEffect = Effect<RecallState, RecallFlag, RecallData, never>;
const TOLD = ["SAMR", "RECALL_CENTER"] as const;
const MAKERS_TOLD = ["OEM", "IMPORTER"] as const;
const REMEDYING = ["PUBLISHED", "RUNNING", "CORRECTIVE", "FINAL_DUE", "EFFECT_EVALUATION", "CLOSED_TAIL_OPEN"] as const;
const RUNNING_DUTIES = ["stageReport", "completionReview", "followUpCompletion"] as const;

export const RUNNING_ACTIONS = {
  recordRemedy: action(input.REMEDIED, {
    title: { en: "Record remedied vehicles", zh: "登记已召回车辆" },
    from: REMEDYING,
    to: "same",
    roles: MAKERS,
    basis: RECALL_BASES.remedy,
    guards: [guard.HAS_OUTSTANDING, guard.REMEDIED_BEFORE_NOW, guard.SOMETHING_NEW, guard.IN_SCOPE],
    change: (context) => {
      const { data, input: fields } = context;
      const quarter = quarterOf(Date.parse(fields.remediedAt));
      const done = (data.remediedIn[quarter] ?? 0) + guard.countedOf(context);
      return counted(data, { remediedIn: { ...data.remediedIn, [quarter]: done } });
    },
    summary: ({ vehicles, remedy }) => ({
      en: `${REMEDIES[remedy].en}: ${vehicles.length} vehicles`,
      zh: `${REMEDIES[remedy].zh}：${vehicles.length}辆`,
    }),
  }),
  excludeVehicles: action(input.EXCLUDED, {
    title: { en: "Take out scrapped or exported vehicles", zh: "剔除报废或出口车辆" },
    from: REMEDYING,
    to: "same",
    roles: MAKERS,
    basis: RECALL_BASES.completion,
    guards: [guard.HAS_OUTSTANDING, guard.SOMETHING_NEW, guard.IN_SCOPE],
    change: (context) => counted(context.data, { excluded: context.data.excluded + guard.countedOf(context) }),
    summary: ({ evidence }) => ({ en: evidence, zh: evidence }),
  }),
  submitStage: action(input.STAGE, {
    title: { en: "Submit stage report", zh: "提交阶段性报告" },
    from: ["RUNNING"],
    to: "same",
    roles: MAKERS,
    basis: RECALL_BASES.report,
    change: ({ data, input: { report }, at }) => ({
      stageReports: [...data.stageReports, { at: dateOf(dayOf(at)), rate: completionOf(data), text: report }],
    }),
    effects: [
      { kind: "meet", obligation: "stageReport" },
      { kind: "open", obligation: "stageReport" },
    ],
    notifies: [{ to: TOLD }],
  }),
  reviewCompletion: action(input.NOTHING, {
    title: { en: "Review the completion", zh: "核查召回进度" },
    from: LIVE,
    to: "same",
    roles: ["system:clock"],
    basis: RECALL_BASES.completion,
    guards: [guard.REVIEW_DUE],
    change: ({ data, at }) => ({
      reviews: [...data.reviews, { at: dateOf(dayOf(at)), rate: completionOf(data) }],
    }),
    effects: [
      {
        kind: "meet",
        obligation: "completionReview",
        at: (context) => guard.dutyOf(context, "completionReview")?.dueAt ?? context.at,
      },
      { kind: "open", obligation: "completionReview" },
      { kind: "raise", flag: "SLOPE_FLAT", when: ({ data }) => hardlyRises(data) },
      { kind: "lower", flag: "SLOPE_FLAT", when: ({ data }) => !hardlyRises(data) },
      {
        kind: "open",
        obligation: "followUpCompletion",
        when: (context) => hardlyRises(context.data) && guard.dutyOf(context, "followUpCompletion") === undefined,
      },
    ],
    notifies: [{ to: [...TOLD, ...MAKERS_TOLD], urgent: true, when: ({ data }) => hardlyRises(data) }],
  }),
  demandFollowUp: action(input.FOLLOW_UP, {
    title: { en: "Follow up the completion", zh: "督促提高完成率" },
    from: ["FILED", "PUBLISHED", "RUNNING"],
    to: "same",
    roles: EXAMINERS,
    basis: RECALL_BASES.completion,
    guards: [guard.SLOPE_IS_FLAT],
    effects: [
      { kind: "meet", obligation: "followUpCompletion" },
      { kind: "lower", flag: "SLOPE_FLAT" },
    ],
    notifies: [{ to: MAKERS_TOLD, urgent: true, text: ({ input: { what } }) => ({ en: what, zh: what }) }],
    summary: ({ what }) => ({ en: what, zh: what }),
  }),
  demandCorrective: action(input.CORRECTIVE, {
    title: { en: "Demand a wider or repeated recall", zh: "责令扩大或再次召回" },
    from: ["RUNNING", "FINAL_DUE", "CLOSED_TAIL_OPEN"],
    to: "CORRECTIVE",
    roles: AUTHORITY,
    fourEyes: RECALL_BASES.lifecycle,
    basis: RECALL_BASES.effect,
    change: ({ input: { corrective } }) => ({ corrective }),
    effects: [
      { kind: "cancel", obligation: "finalReport" },
      { kind: "open", obligation: "filePlan" },
      { kind: "issue", document: "correctiveOrder" },
    ],
    notifies: [{ to: MAKERS_TOLD, urgent: true }],
  }),
  completeRecall: action(input.NOTHING, {
    title: { en: "Report the plan as completed", zh: "报告召回计划完成" },
    from: ["RUNNING"],
    to: "FINAL_DUE",
    roles: MAKERS,
    basis: RECALL_BASES.final,
    effects: [
      ...RUNNING_DUTIES.map((obligation): RecallEffect => ({ kind: "cancel", obligation })),
      { kind: "lower", flag: "SLOPE_FLAT" },
      { kind: "open", obligation: "finalReport" },
    ],
    notifies: [{ to: TOLD }],
  }),
  submitFinal: action(input.FINAL, {
    title: { en: "Submit final report", zh: "提交总结报告" },
    from: ["FINAL_DUE"],
    to: "EFFECT_EVALUATION",
    roles: MAKERS,
    basis: RECALL_BASES.final,
    change: ({ input: fields, at }) => ({
      ...fields,
      keepUntil: new Date(startOfDay(addMonths(dayOf(at), KEEP_YEARS * 12))).toISOString(),
    }),
    effects: [
      { kind: "meet", obligation: "finalReport" },
      { kind: "open", obligation: "evaluateEffect" },
    ],
    notifies: [{ to: TOLD }],
  }),
  evaluateEffect: action(input.EVALUATION, {
    title: { en: "Evaluate the effect", zh: "评估召回效果" },
    from: ["EFFECT_EVALUATION"],
    to: ["CLOSED_TAIL_OPEN", "CLOSED_COMPLETE", "CORRECTIVE"],
    choose: ({ data, input: { outcome } }) =>
      outcome !== "effective" ? "CORRECTIVE" : outstandingOf(data) === 0 ? "CLOSED_COMPLETE" : "CLOSED_TAIL_OPEN",
    roles: EXAMINERS,
    basis: RECALL_BASES.effect,
    guards: [guard.FREE_OF_INTEREST(RECALL_BASES.effect)],
    change: ({ input: { outcome, opinion } }) => ({
      evaluation: opinion,
      ...(outcome === "effective" ? {} : { corrective: outcome }),
    }),
    effects: [
      { kind: "meet", obligation: "evaluateEffect" },
      { kind: "open", obligation: "filePlan", when: isInsufficient },
      { kind: "issue", document: "correctiveOrder", when: isInsufficient },
      { kind: "issue", document: "closingNote", when: (context) => !isInsufficient(context) },
      { kind: "lower", flag: "DUTY_LATE", when: (context) => !isInsufficient(context) },
    ],
    notifies: [{ to: MAKERS_TOLD, urgent: true }],
  }),
  closeTail: action(input.NOTHING, {
    title: { en: "Close: every vehicle is accounted for", zh: "全部车辆已完成，结案" },
    from: ["CLOSED_TAIL_OPEN"],
    to: "CLOSED_COMPLETE",
    roles: EXAMINERS,
    basis: RECALL_BASES.final,
    guards: [guard.NOTHING_OUTSTANDING],
    effects: [{ kind: "cancel", obligation: "all" }],
  }),
  markDutyLate: action(input.NOTHING, {
    title: { en: "A duty is late", zh: "义务逾期" },
    from: LIVE,
    to: "same",
    roles: ["system:clock"],
    basis: RECALL_BASES.penalties,
    effects: [{ kind: "raise", flag: "DUTY_LATE" }],
    notifies: [{ to: TOLD, urgent: true }],
  }),
} as const;

function isInsufficient({ input: { outcome } }: { readonly input: Infer<typeof input.EVALUATION> }): boolean {
  return outcome !== "effective";
}

/** The rate rose too little since the review before; the first review compares with nothing remedied. */
function hardlyRises(data: RecallData): boolean {
  return isFlat(data.reviews.at(-1)?.rate ?? 0, completionOf(data));
}
