/** Actions of a recall case from the stop of sale to the last vehicle. */
import type { Effect } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { addMonths, dayOf, startOfDay } from "../time/shanghai.ts";
import { action, AUTHORITY, EXAMINERS, LIVE, MAKERS } from "./actions-inquiry.ts";
import { completionOf, isFlat, outstandingOf, quarterOf, remediedOf, trendOf, type Counts } from "./completion.ts";
import type { FormerRound, RecallData, RecallPlan } from "./data.ts";
import { KEEP_YEARS, RECALL_BASES } from "./deadlines.ts";
import * as guard from "./guards.ts";
import * as input from "./inputs.ts";
import { REMEDIES, type RecallFlag, type RecallState } from "./states.ts";

type RecallEffect<Input = never> = Effect<RecallState, RecallFlag, RecallData, Input>;
const TOLD = ["SAMR", "RECALL_CENTER"] as const;
const MAKERS_TOLD = ["OEM", "IMPORTER"] as const;
const AFTER_STOP = ["PLAN_DUE", "FILED", "PUBLISHED", "RUNNING", "CORRECTIVE", "FINAL_DUE"] as const;
const REMEDYING = ["PUBLISHED", "RUNNING", "CORRECTIVE", "FINAL_DUE", "EFFECT_EVALUATION", "CLOSED_TAIL_OPEN"] as const;

/** From the filing of a plan on it is published and owners are told, whether it is the first plan or a changed one. */
const FILING_OWES: readonly RecallEffect[] = [
  { kind: "meet", obligation: "filePlan" },
  { kind: "cancel", obligation: "publish" },
  { kind: "cancel", obligation: "notifyOwners" },
  { kind: "open", obligation: "publish" },
  { kind: "open", obligation: "notifyOwners" },
  { kind: "issue", document: "planReceipt" },
];
const RUNNING_DUTIES = ["stageReport", "completionReview", "followUpCompletion"] as const;

export const RECALL_ACTIONS = {
  confirmStop: action(input.STOP, {
    title: { en: "Confirm the stop of production and sale", zh: "报告停止生产销售" },
    from: ["STOP_SALE", "ORDERED"],
    to: "PLAN_DUE",
    roles: MAKERS,
    basis: RECALL_BASES.stop,
    change: ({ input: fields }) => fields,
    effects: [
      { kind: "meet", obligation: "stopSale" },
      { kind: "raise", flag: "STOPPED" },
    ],
    notifies: [{ to: TOLD }],
  }),
  recordPermit: action(input.PERMIT, {
    title: { en: "Record the change permit", zh: "登记变更许可" },
    from: AFTER_STOP,
    to: "same",
    roles: MAKERS,
    basis: RECALL_BASES.permit,
    change: ({ input: fields }) => fields,
  }),
  resumeSale: action(input.RESUME, {
    title: { en: "Resume production and sale", zh: "恢复生产销售" },
    from: AFTER_STOP,
    to: "same",
    roles: MAKERS,
    basis: RECALL_BASES.permit,
    guards: [guard.IS_STOPPED, guard.PERMIT_KNOWN],
    effects: [{ kind: "lower", flag: "STOPPED" }],
    notifies: [{ to: TOLD, urgent: true }],
    summary: ({ correctedBy }) => ({ en: correctedBy, zh: correctedBy }),
  }),
  filePlan: action(input.PLAN, {
    title: { en: "File recall plan", zh: "备案召回计划" },
    from: ["PLAN_DUE", "CORRECTIVE"],
    to: "FILED",
    roles: MAKERS,
    basis: RECALL_BASES.plan,
    guards: guard.PLAN_GUARDS,
    change: (context) => planned(context, context.input),
    effects: FILING_OWES,
    notifies: [{ to: [...TOLD, "GACC"], urgent: true }],
  }),
  confirmFiling: action(input.PLAN_RECEIVED, {
    title: { en: "Confirm the filing", zh: "确认备案" },
    from: ["FILED", "PUBLISHED", "RUNNING"],
    to: "same",
    roles: EXAMINERS,
    basis: RECALL_BASES.plan,
    change: ({ input: fields }) => fields,
    notifies: [{ to: MAKERS_TOLD }],
  }),
  returnPlan: action(input.WITH_REASONS, {
    title: { en: "Return the plan", zh: "退回召回计划" },
    from: ["FILED"],
    to: "PLAN_DUE",
    roles: EXAMINERS,
    basis: RECALL_BASES.lifecycle,
    effects: [
      { kind: "reopen", obligation: "filePlan" },
      { kind: "cancel", obligation: "publish" },
      { kind: "cancel", obligation: "notifyOwners" },
    ],
    notifies: [{ to: MAKERS_TOLD, urgent: true, text: ({ input: { reasons } }) => ({ en: reasons, zh: reasons }) }],
  }),
  changePlan: action(input.PLAN_CHANGE, {
    title: { en: "File changed plan", zh: "变更备案" },
    from: ["FILED", "PUBLISHED", "RUNNING"],
    to: "FILED",
    roles: MAKERS,
    basis: RECALL_BASES.plan,
    guards: guard.PLAN_GUARDS,
    change: (context) => planned(context, context.input.plan),
    effects: FILING_OWES,
    notifies: [{ to: TOLD, urgent: true }],
    summary: ({ reasons }) => ({ en: reasons, zh: reasons }),
  }),
  publishRecall: action(input.PUBLICATION, {
    title: { en: "Publish the recall", zh: "发布召回信息" },
    from: ["FILED"],
    to: "PUBLISHED",
    roles: MAKERS,
    // What becomes public here is seen by a second pair of eyes, which are the authority's.
    fourEyes: RECALL_BASES.lifecycle,
    confirmers: EXAMINERS,
    basis: RECALL_BASES.publish,
    change: ({ input: fields, at }) => ({ ...fields, publishedAt: at }),
    effects: [
      // The producer's duty is met when it published, not when that was confirmed.
      { kind: "meet", obligation: "publish", at: ({ before, at }) => proposedAt(before.proposals) ?? at },
      { kind: "issue", document: "publicNotice" },
    ],
    notifies: [{ to: [...MAKERS_TOLD, "MIIT", "EIDC", "LOCAL_IIT"] }],
  }),
  notifyOwners: action(input.OWNERS, {
    title: { en: "Report that owners were told", zh: "报告车主告知情况" },
    from: ["PUBLISHED", "RUNNING"],
    to: "RUNNING",
    roles: MAKERS,
    basis: RECALL_BASES.owners,
    guards: [guard.REACHED_AT_MOST_SENT],
    change: ({ input: owners }) => ({ owners }),
    effects: [
      { kind: "meet", obligation: "notifyOwners" },
      {
        kind: "open",
        obligation: "stageReport",
        when: (context) => guard.dutyOf(context, "stageReport") === undefined,
        startAt: ({ data, at }) => Math.max(Date.parse(data.plan?.startAt ?? ""), at),
      },
      {
        kind: "open",
        obligation: "completionReview",
        when: (context) => guard.dutyOf(context, "completionReview") === undefined,
      },
    ],
  }),
  confirmDealerStop: action(input.DEALER_STOP, {
    title: { en: "Confirm that a dealer stopped selling", zh: "报告停止销售" },
    from: ["FILED", "PUBLISHED", "RUNNING"],
    to: "same",
    roles: ["DEALER_REPAIR", "SUPERVISOR_ALL"],
    basis: RECALL_BASES.dealer,
    change: ({ data, input: { units }, actor, at }) => ({
      dealerStops: [
        ...data.dealerStops,
        { dealer: actor.organisation ?? actor.id, units, at: new Date(at).toISOString() },
      ],
    }),
    summary: ({ what }) => ({ en: what, zh: what }),
  }),
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
      stageReports: [...data.stageReports, { at: new Date(at).toISOString(), rate: completionOf(data), text: report }],
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
      reviews: [...data.reviews, { at: new Date(at).toISOString(), rate: completionOf(data) }],
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

function proposedAt(proposals: readonly { readonly name: string; readonly at: number }[]): number | undefined {
  return proposals.find(({ name }) => name === "publishRecall")?.at;
}

/** The rate rose too little since the review before; the first review compares with nothing remedied. */
function hardlyRises(data: RecallData): boolean {
  return isFlat(data.reviews.at(-1)?.rate ?? 0, completionOf(data));
}

function counted(data: RecallData, change: Partial<Counts>): Partial<RecallData> {
  return { ...change, trend: trendOf({ ...data, ...change }) };
}

/** The case after a plan was filed. A repeated recall counts its remedies anew; what the round before reached is kept. */
function planned(
  { before, data, facts }: Pick<guard.RecallContext<object>, "before" | "data" | "facts">,
  plan: RecallPlan,
): Partial<RecallData> {
  const affected = typeof facts.affected === "number" ? facts.affected : plan.scope.declared;
  const isRepeated = before.state === "CORRECTIVE" && data.corrective === "repeat";
  return {
    plan,
    planRevision: data.planRevision + 1,
    dealers: plan.dealers ?? data.dealers,
    regions: Array.isArray(facts.regions) ? (facts.regions as readonly string[]) : data.regions,
    ...(isRepeated ? { round: data.round + 1, formerRounds: [...data.formerRounds, roundOf(data)], reviews: [] } : {}),
    ...counted(data, { affected, ...(isRepeated ? { remediedIn: {} } : {}) }),
  };
}

function roundOf(data: RecallData): FormerRound {
  return {
    round: data.round,
    remedied: remediedOf(data),
    affected: data.affected - data.excluded,
    rate: completionOf(data),
  };
}
