/** Conditions of a defect and recall case's actions. */
import type { LegalBasis } from "../basis.ts";
import type { Context, Guard } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { outstandingOf } from "./completion.ts";
import type { RecallData } from "./data.ts";
import { RECALL_BASES } from "./deadlines.ts";
import type * as input from "./inputs.ts";
import type { LeadSource, RecallFlag, RecallState } from "./states.ts";

export type RecallContext<Input = never> = Context<RecallState, RecallFlag, RecallData, Input>;
export type RecallGuard<Input = never> = Guard<RecallState, RecallFlag, RecallData, Input>;

const guard = <Input = never>(
  code: string,
  needs: "state" | "input",
  en: string,
  zh: string,
  holds: (context: RecallContext<Input>) => boolean,
  unskippable?: LegalBasis,
): RecallGuard<Input> => ({
  code,
  needs,
  text: { en, zh },
  holds,
  ...(unskippable === undefined ? {} : { unskippable }),
});

/** Field of the lead that names what a source stands for. */
const FIELD_OF = {
  finding: "finding",
  hazardOrder: "hazardOrder",
  accident: "accident",
  complaint: "complaint",
  sandbox: "project",
  ota: "otaFiling",
  foreignRecall: "foreignReference",
} as const satisfies { readonly [Source in LeadSource]?: keyof Infer<typeof input.LEAD> };

export const SOURCE_NAMED = guard<Infer<typeof input.LEAD>>(
  "sourceNamed",
  "input",
  "The finding, order, case, complaint, filing or recall abroad that it comes from must be named",
  "须填写线索所来自的触发结果、工单、案件、投诉、备案或境外召回编号",
  ({ input: lead }) => {
    const field = (FIELD_OF as { readonly [source: string]: keyof typeof lead | undefined })[lead.source];
    return field === undefined || lead[field] !== undefined;
  },
);

/** The open duty of a code. */
export function dutyOf({ before }: Pick<RecallContext, "before">, code: string) {
  return before.obligations.find((each) => each.code === code && each.ended === undefined);
}

export const RESPONSE_OPEN = guard(
  "responseOpen",
  "state",
  "The 15 working days for an objection are over",
  "提出异议的15个工作日已过",
  (context) => {
    const due = dutyOf(context, "respond")?.dueAt;
    return due === undefined || context.at <= due;
  },
);
/** Reg. Art. 15: an order follows an objection that failed, or the end of the term. */
export const MAY_ORDER = guard(
  "mayOrder",
  "state",
  "The term for an objection runs, or the experts have not found a defect",
  "异议期未满，或者专家论证尚未认定缺陷",
  (context) => {
    if (context.before.state === "EXPERT_ARGUMENT") return context.data.opinion?.defect === true;
    const due = dutyOf(context, "respond")?.dueAt;
    return due !== undefined && context.at > due;
  },
  RECALL_BASES.order,
);
export const ARGUED_NO_DEFECT = guard(
  "arguedNoDefect",
  "state",
  "The experts have not found that there is no defect",
  "专家论证尚未认定不存在缺陷",
  ({ before, data }) => before.state !== "EXPERT_ARGUMENT" || data.opinion?.defect === false,
);
export const FREE_OF_INTEREST = (basis: LegalBasis) =>
  guard<{ readonly panel: Infer<typeof input.PANEL> }>(
    "freeOfInterest",
    "input",
    "Only experts without any interest in the producer may take part",
    "参加人员须与生产者无利害关系",
    ({ input: { panel } }) => panel.every((each) => each.freeOfInterest),
    basis,
  );

type Planned = { readonly plan: Infer<typeof input.PLAN> } | Infer<typeof input.PLAN>;
const planIn = (entered: Planned): Infer<typeof input.PLAN> => ("plan" in entered ? entered.plan : entered);

/**
 * Whether the publication that waits for the authority was handed in by its due time: what the authority takes to confirm it is no
 * delay of the producer.
 */
export function isPublishedInTime({ before }: Pick<RecallContext, "before">): boolean {
  const due = dutyOf({ before }, "publish")?.dueAt;
  const published = before.proposals.find(({ name }) => name === "publishRecall")?.at;
  return due !== undefined && published !== undefined && published <= due;
}
/** @param owed codes of the duties that are late when their time is over */
export const lateItself = (owed: ReadonlySet<string>) =>
  guard(
    "lateItself",
    "state",
    "The recall was published in time and waits for the authority",
    "召回信息已按期发布，待主管部门确认",
    ({ before, at }) => {
      const late = before.obligations.filter(
        ({ code, ended, dueAt }) => owed.has(code) && ended === undefined && dueAt !== undefined && at > dueAt,
      );
      return late.some(({ code }) => code !== "publish" || !isPublishedInTime({ before }));
    },
  );

export const PLAN_GUARDS: readonly RecallGuard<Planned>[] = [
  guard<Planned>(
    "costBorne",
    "input",
    "The producer must bear the cost of remedy and transport",
    "消除缺陷的费用及必要的运输费用由生产者承担",
    ({ input: entered }) => planIn(entered).costBorne,
    RECALL_BASES.remedy,
  ),
  guard<Planned>(
    "dealersTold",
    "input",
    "Dealers must be told and stop selling at the same time",
    "须同时通知经营者停止销售",
    ({ input: entered }) => planIn(entered).dealersTold,
    RECALL_BASES.plan,
  ),
  guard<Planned>(
    "someVehicle",
    "input",
    "The scope holds no vehicle of the registry",
    "召回范围内没有已登记车辆",
    ({ facts }) => facts.affected !== 0,
  ),
  guard<Planned>(
    "nothingLeftOut",
    "input",
    "After a demand of the authority no vehicle may leave the scope",
    "主管部门提出要求后，召回范围不得缩小",
    ({ data, facts }) => data.corrective === undefined || (facts.removed ?? 0) === 0,
    RECALL_BASES.effect,
  ),
];

export const IS_STOPPED = guard("stopped", "state", "Nothing was stopped", "尚未停止生产销售", ({ before }) =>
  before.flags.includes("STOPPED"),
);
/** an over-the-air recall that changes main parameters. */
export const PERMIT_KNOWN = guard(
  "permitKnown",
  "state",
  "Production resumes only after the change permit",
  "取得变更许可后方可恢复生产",
  ({ data }) => data.plan?.viaOta !== true || data.plan.changesParameters !== true || data.permit !== undefined,
  RECALL_BASES.permit,
);
export const HAS_OUTSTANDING = guard(
  "outstanding",
  "state",
  "No vehicle is outstanding",
  "没有尚待召回的车辆",
  ({ data }) => outstandingOf(data) > 0,
);
export const NOTHING_OUTSTANDING = guard(
  "nothingOutstanding",
  "state",
  "Vehicles are outstanding: they stay under recall",
  "仍有车辆未召回，须继续召回",
  ({ data }) => outstandingOf(data) === 0,
  RECALL_BASES.final,
);
export const IN_SCOPE = guard<{ readonly vehicles: readonly string[] }>(
  "inScope",
  "input",
  "More vehicles than are outstanding",
  "车辆数超过尚待召回数量",
  (context) => countedOf(context) <= outstandingOf(context.data),
);
export const SOMETHING_NEW = guard<{ readonly vehicles: readonly string[] }>(
  "somethingNew",
  "input",
  "Each of these vehicles was accounted for before",
  "这些车辆均已登记",
  (context) => countedOf(context) > 0,
);
export const REMEDIED_BEFORE_NOW = guard<Infer<typeof input.REMEDIED>>(
  "remediedBefore",
  "input",
  "The remedy must lie in the past",
  "完成时间不得晚于当前时间",
  ({ input: { remediedAt }, at }) => Date.parse(remediedAt) <= at,
);
export const REACHED_AT_MOST_SENT = guard<Infer<typeof input.OWNERS>>(
  "reachedAtMostSent",
  "input",
  "No more owners can be reached than were written to",
  "送达数不得多于发送数",
  ({ input: { sent, reached } }) => reached <= sent,
);
export const SLOPE_IS_FLAT = guard("slopeFlat", "state", "Completion rises", "召回进度正常", ({ before }) =>
  before.flags.includes("SLOPE_FLAT"),
);
export const REVIEW_DUE = guard(
  "reviewDue",
  "state",
  "No review of the completion is due",
  "尚未到进度核查时间",
  (context) => {
    const due = dutyOf(context, "completionReview")?.dueAt;
    return due !== undefined && context.at > due;
  },
);

/** Vehicles that an entry newly accounts for: what the server found in the scope, not what was entered. */
export function countedOf({
  facts,
  input: entered,
}: Pick<RecallContext<{ readonly vehicles: readonly string[] }>, "facts" | "input">): number {
  return typeof facts.counted === "number" ? facts.counted : new Set(entered.vehicles).size;
}
