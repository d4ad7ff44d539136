/**
 * Measures against an enterprise (REQUIREMENTS 9.6, R-2.19): risk-notice letter, interview, public notice, order to correct, and last the
 * suspension of its announcement. One rung after the other, and only when the enterprise did not answer in time or not enough.
 */
import type { RoleCode } from "../access/roles.ts";
import { REASONS } from "../common-inputs.ts";
import { DAY, listField, organisationField } from "../fields.ts";
import {
  actionsFor,
  type ActionDefinition,
  type Context,
  type Effect,
  type Guard,
  type Lifecycle,
} from "../lifecycle/definition.ts";
import { choiceOf, object } from "../schema.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";
import { MEASURE_BASES, RUNG_CODES, RUNGS, type MeasureData, type Rung } from "./data.ts";
import * as input from "./inputs.ts";

type State = Rung | "CORRECTED" | "WITHDRAWN";
type Flag = "ANSWERED" | "LATE";
const action = actionsFor<State, Flag, MeasureData>();
type Measure<Input> = Context<State, Flag, MeasureData, Input>;

const LEADS = ["MIIT", "EIDC", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const BEARERS = ["OEM", "IMPORTER"] as const;

/** Insufficient is for the authority to say; that the time has run out is for the clock. */
const WAS_HEARD: Guard<State, Flag, MeasureData, never> = {
  code: "heard",
  needs: "state",
  text: {
    en: "The enterprise still has time to answer, and has not answered",
    zh: "企业答复期限未满且尚未答复",
  },
  unskippable: MEASURE_BASES.lifecycle,
  holds: ({ before: { flags } }) => flags.includes("ANSWERED") || flags.includes("LATE"),
};
const HAS_NO_ANSWER: Guard<State, Flag, MeasureData, never> = {
  code: "answered",
  needs: "state",
  text: { en: "It has answered already", zh: "企业已答复" },
  holds: ({ before: { flags } }) => !flags.includes("ANSWERED"),
};
const HAS_ANSWER: Guard<State, Flag, MeasureData, never> = {
  code: "unanswered",
  needs: "state",
  text: { en: "The enterprise has reported no correction", zh: "企业尚未报告整改情况" },
  holds: ({ before: { flags } }) => flags.includes("ANSWERED"),
};

/** What every further rung does: the answer is owed anew. */
const ANEW: readonly Effect<State, Flag, MeasureData, never>[] = [
  { kind: "cancel", obligation: "all" },
  { kind: "lower", flag: "ANSWERED" },
  { kind: "lower", flag: "LATE" },
];
const ANSWER: Effect<State, Flag, MeasureData, never> = { kind: "open", obligation: "answerMeasure" };
const step = ({ data, input: { reasons }, at }: Measure<{ readonly reasons: string }>, rung: Rung) => ({
  steps: [...data.steps, { at: dateOf(dayOf(at)), rung, reasons }],
});
/** From the rung before to this one. */
const onto = (rung: Rung) => ({
  title: RUNGS[rung],
  from: [RUNG_CODES[RUNG_CODES.indexOf(rung) - 1]!],
  to: rung,
  roles: LEADS,
  guards: [WAS_HEARD],
  notifies: [
    {
      to: BEARERS,
      urgent: true,
      text: ({ input: { reasons } }: Measure<{ readonly reasons: string }>) => ({ en: reasons, zh: reasons }),
    },
  ],
});

const RISING: Readonly<Record<string, ActionDefinition<State, Flag, MeasureData>>> = {
  holdInterview: action(input.INTERVIEW, {
    ...onto("INTERVIEW"),
    basis: MEASURE_BASES.ladder,
    change: (context) => step(context, "INTERVIEW"),
    effects: [...ANEW, ANSWER, { kind: "issue", document: "interviewNotice" }],
  }),
  giveNotice: action(input.WITH_REASONS, {
    ...onto("PUBLIC_NOTICE"),
    basis: MEASURE_BASES.ladder,
    fourEyes: MEASURE_BASES.publicRelease,
    change: (context) => step(context, "PUBLIC_NOTICE"),
    effects: [...ANEW, ANSWER, { kind: "issue", document: "publicNotice" }],
  }),
  orderCorrection: action(input.ORDER, {
    ...onto("ORDER_TO_CORRECT"),
    basis: MEASURE_BASES.ladder,
    guards: [
      WAS_HEARD,
      {
        code: "ahead",
        needs: "input",
        text: { en: "The time limit must lie ahead", zh: "整改期限须晚于当前时间" },
        holds: ({ input: { correctBy }, at }) => Date.parse(correctBy) > at,
      },
    ],
    change: (context) => ({ ...step(context, "ORDER_TO_CORRECT"), correctBy: context.input.correctBy }),
    // The day stands in the order: the clock is set to run out then.
    effects: [
      ...ANEW,
      {
        kind: "open",
        obligation: "correctInTime",
        startAt: ({ input: { correctBy } }) => Date.parse(correctBy),
      },
      { kind: "issue", document: "correctionOrder" },
    ],
  }),
  suspendAnnouncement: action(input.WITH_REASONS, {
    ...onto("SUSPENDED"),
    basis: MEASURE_BASES.suspension,
    fourEyes: MEASURE_BASES.publicRelease,
    change: (context) => step(context, "SUSPENDED"),
    effects: [...ANEW, { kind: "issue", document: "suspensionNotice" }],
  }),
};

export const SUPERVISION_MEASURE: Lifecycle<State, Flag, MeasureData> = {
  kind: "supervision-measure",
  version: 1,
  title: { en: "Supervisory measure", zh: "监管措施" },
  object: "hazardOrder",
  initial: "RISK_NOTICE",
  stages: [
    { code: "warning", title: { en: "Warning", zh: "提示" } },
    { code: "order", title: { en: "Order", zh: "责令" } },
    { code: "end", title: { en: "End", zh: "结束" } },
  ],
  states: {
    RISK_NOTICE: { stage: "warning", title: RUNGS.RISK_NOTICE },
    INTERVIEW: { stage: "warning", title: RUNGS.INTERVIEW },
    PUBLIC_NOTICE: { stage: "warning", title: RUNGS.PUBLIC_NOTICE },
    ORDER_TO_CORRECT: { stage: "order", title: RUNGS.ORDER_TO_CORRECT },
    SUSPENDED: { stage: "order", title: RUNGS.SUSPENDED },
    CORRECTED: { stage: "end", title: { en: "Corrected", zh: "整改完成" }, end: "final" },
    WITHDRAWN: { stage: "end", title: { en: "Withdrawn", zh: "已撤销" }, end: "final" },
  },
  flags: {
    ANSWERED: { en: "Correction reported", zh: "已报告整改" },
    LATE: { en: "Not answered in time", zh: "逾期未答复" },
  },
  actions: {
    sendRiskNotice: action(input.NOTICE, {
      title: { en: "Send a risk-notice letter", zh: "发出风险提示函" },
      from: "nothing",
      to: "RISK_NOTICE",
      roles: LEADS,
      basis: MEASURE_BASES.ladder,
      change: ({ input: fields }) => fields,
      effects: [ANSWER, { kind: "issue", document: "riskNoticeLetter" }],
      notifies: [{ to: BEARERS, urgent: true }],
    }),
    reportCorrection: action(input.CORRECTION, {
      title: { en: "Report what was corrected", zh: "报告整改情况" },
      from: RUNG_CODES,
      to: "same",
      roles: MAKERS,
      basis: MEASURE_BASES.ladder,
      guards: [HAS_NO_ANSWER],
      change: ({ data, input: entered, at }) => ({
        corrections: [...data.corrections, { at: dateOf(dayOf(at)), ...entered }],
      }),
      effects: [
        { kind: "meet", obligation: "answerMeasure" },
        { kind: "meet", obligation: "correctInTime" },
        { kind: "raise", flag: "ANSWERED" },
      ],
      notifies: [{ to: ["MIIT", "EIDC"] }],
    }),
    ...RISING,
    shareMeasure: action(input.SHARING, {
      title: { en: "Share with other departments", zh: "信息共享与联合惩戒" },
      from: RUNG_CODES,
      to: "same",
      roles: LEADS,
      basis: MEASURE_BASES.ladder,
      change: ({ data, input: entered, at }) => ({ shared: [...data.shared, { at: dateOf(dayOf(at)), ...entered }] }),
      notifies: [{ to: ["SAMR"] }],
    }),
    acceptCorrection: action(input.WITH_REASONS, {
      title: { en: "Accept the correction", zh: "整改验收通过" },
      from: RUNG_CODES,
      to: "CORRECTED",
      roles: LEADS,
      basis: MEASURE_BASES.lifecycle,
      guards: [HAS_ANSWER],
      effects: [{ kind: "cancel", obligation: "all" }],
      notifies: [{ to: BEARERS }],
    }),
    withdrawMeasure: action(input.WITH_REASONS, {
      title: { en: "Withdraw the measure", zh: "撤销措施" },
      from: RUNG_CODES,
      to: "WITHDRAWN",
      roles: LEADS,
      basis: MEASURE_BASES.lifecycle,
      effects: [{ kind: "cancel", obligation: "all" }],
      notifies: [{ to: BEARERS }],
    }),
    markMeasureLate: action(input.NOTHING, {
      title: { en: "Not answered in time", zh: "逾期未答复" },
      from: RUNG_CODES,
      to: "same",
      roles: ["system:clock"],
      basis: MEASURE_BASES.lifecycle,
      effects: [{ kind: "raise", flag: "LATE" }],
      notifies: [{ to: ["MIIT", "EIDC"], urgent: true }],
    }),
  },
  obligations: {
    answerMeasure: {
      title: { en: "Answer the measure", zh: "答复并报告整改" },
      bearers: BEARERS,
      deadline: "answerMeasure",
      onOverdue: "markMeasureLate",
    },
    correctInTime: {
      title: { en: "Correct in the time ordered", zh: "限期完成整改" },
      bearers: BEARERS,
      deadline: "correctInTime",
      onOverdue: "markMeasureLate",
    },
  },
  documents: {
    riskNoticeLetter: RUNGS.RISK_NOTICE,
    interviewNotice: { en: "Notice of interview", zh: "约谈通知书" },
    publicNotice: RUNGS.PUBLIC_NOTICE,
    correctionOrder: { en: "Order to correct", zh: "责令限期整改通知书" },
    suspensionNotice: { en: "Notice of suspension", zh: "暂停公告通知书" },
  },
  deadlines: {
    answerMeasure: {
      unit: "workingDay",
      amount: 10,
      from: { en: "the measure", zh: "措施作出之日" },
      basis: MEASURE_BASES.lifecycle,
    },
    correctInTime: {
      unit: "day",
      amount: 0,
      from: { en: "the day that the order names", zh: "责令载明之日" },
      basis: MEASURE_BASES.ladder,
    },
  },
  fields: {
    organisation: organisationField({ en: "Enterprise", zh: "企业" }),
    grounds: { title: { en: "What was found", zh: "存在的问题" }, shape: "longText" },
    demands: { title: { en: "What is to be done", zh: "整改要求" }, shape: "longText" },
    relatedCase: { title: { en: "Case that it follows from", zh: "关联案件" }, shape: "case" },
    correctBy: { title: { en: "To be corrected by", zh: "整改期限" }, shape: "instant" },
    steps: listField(
      { en: "Further steps", zh: "后续措施" },
      object({ at: DAY, rung: choiceOf(RUNGS, { en: "Step", zh: "措施" }), reasons: REASONS }),
    ),
    corrections: listField({ en: "Corrections", zh: "整改" }, object({ at: DAY, ...input.CORRECTION.properties })),
    shared: {
      ...listField({ en: "Shared", zh: "共享" }, object({ at: DAY, ...input.SHARING.properties })),
      readers: ["MIIT", "EIDC", "SAMR", "SUPERVISOR_ALL"],
    },
  },
  empty: { steps: [], corrections: [], shared: [] },
  extentOf: ({ organisation, region }) => ({
    organisations: organisation === undefined ? [] : [organisation],
    regions: region === undefined ? [] : [region],
    assigned: [],
  }),
};
