/** Actions of a recall case from the stop of sale to the notice of owners and dealers. */
import type { Effect } from "../lifecycle/definition.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";
import { action, EXAMINERS, MAKERS } from "./actions-inquiry.ts";
import { completionOf, remediedOf, sayCompletion } from "./completion.ts";
import { counted, type RecallData, type RecallPlan } from "./data.ts";
import { RECALL_BASES } from "./deadlines.ts";
import * as guard from "./guards.ts";
import * as input from "./inputs.ts";
import type { RecallFlag, RecallState } from "./states.ts";

type RecallEffect = Effect<RecallState, RecallFlag, RecallData, never>;
const TOLD = ["SAMR", "RECALL_CENTER"] as const;
const MAKERS_TOLD = ["OEM", "IMPORTER"] as const;
/** A recall is over before its maker may sell again as often as after it: the stop outlives the closing until it is lifted. */
const WHILE_STOPPED = [
  "PLAN_DUE",
  "FILED",
  "PUBLISHED",
  "RUNNING",
  "CORRECTIVE",
  "FINAL_DUE",
  "EFFECT_EVALUATION",
  "CLOSED_TAIL_OPEN",
] as const;

/** From the filing of a plan on it is published and owners are told, whether it is the first plan or a changed one. */
const FILING_OWES: readonly RecallEffect[] = [
  { kind: "meet", obligation: "filePlan" },
  { kind: "cancel", obligation: "publish" },
  { kind: "cancel", obligation: "notifyOwners" },
  { kind: "open", obligation: "publish" },
  { kind: "open", obligation: "notifyOwners" },
  { kind: "issue", document: "planReceipt" },
];

export const PLAN_ACTIONS = {
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
    from: WHILE_STOPPED,
    to: "same",
    roles: MAKERS,
    basis: RECALL_BASES.permit,
    change: ({ input: fields }) => fields,
  }),
  resumeSale: action(input.RESUME, {
    title: { en: "Resume production and sale", zh: "恢复生产销售" },
    from: WHILE_STOPPED,
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
    begins: ({ data: { plan } }) => plan ?? {},
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
    begins: ({ data: { plan } }) => ({ plan }),
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
      dealerStops: [...data.dealerStops, { dealer: actor.organisation ?? actor.id, units, at: dateOf(dayOf(at)) }],
    }),
    summary: ({ what }) => ({ en: what, zh: what }),
  }),
} as const;

function proposedAt(proposals: readonly { readonly name: string; readonly at: number }[]): number | undefined {
  return proposals.find(({ name }) => name === "publishRecall")?.at;
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

function roundOf(data: RecallData): string {
  const affected = data.affected - data.excluded;
  return `${data.round}: ${sayCompletion({ remedied: remediedOf(data), affected, rate: completionOf(data) })}`;
}
