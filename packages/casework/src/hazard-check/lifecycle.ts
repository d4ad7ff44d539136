/** HazardCampaign, REQUIREMENTS 9.7: the yearly hazard check of one maker, over its hazard work orders. */
import type { RoleCode } from "../access/roles.ts";
import { DAY, listField, organisationField } from "../fields.ts";
import { actionsFor, type Context, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import { object, type Infer } from "../schema.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";
import { CHECK_BASES, shortBands, type HazardCheckData, type OrderCounts } from "./data.ts";
import * as input from "./inputs.ts";

type State = "ANNOUNCED" | "PLANNED" | "CHECKING" | "REPORTED" | "SPOT_CHECK" | "CLOSED";
type Flag = "LATE";
const action = actionsFor<State, Flag, HazardCheckData>();
const LEADS = ["MIIT", "EIDC", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const LIVE = ["ANNOUNCED", "PLANNED", "CHECKING", "REPORTED", "SPOT_CHECK"] as const satisfies readonly State[];

const finishBy = ({ data, input: entered }: Context<State, Flag, HazardCheckData, unknown>): number =>
  Date.parse(data.finishBy ?? (entered as { readonly finishBy?: string }).finishBy ?? "");

const SAMPLED: Guard<State, Flag, HazardCheckData, Infer<typeof input.RESULTS>> = {
  code: "sampled",
  needs: "input",
  text: {
    en: "Fewer vehicles were checked than the least share of a mileage band: 5, 10, 20 %",
    zh: "排查车辆数低于里程分段最低比例（5%、10%、20%）",
  },
  holds: ({ data, input: { checked } }) =>
    data.population !== undefined && shortBands(data.population, checked).length === 0,
};
const HANDLED: Guard<State, Flag, HazardCheckData, Infer<typeof input.RESULTS>> = {
  code: "handled",
  needs: "input",
  text: { en: "No more hazards can be handled than were found", zh: "已处置隐患数不得多于发现数" },
  holds: ({ input: { hazards, handled } }) => handled <= hazards,
};

export const HAZARD_CHECK: Lifecycle<State, Flag, HazardCheckData> = {
  kind: "hazard-check",
  version: 1,
  title: { en: "Hazard check of the year", zh: "年度安全隐患排查" },
  object: "hazardOrder",
  initial: "ANNOUNCED",
  stages: [
    { code: "plan", title: { en: "Plan", zh: "部署" } },
    { code: "check", title: { en: "Check", zh: "排查" } },
    { code: "review", title: { en: "Review", zh: "核查" } },
  ],
  states: {
    ANNOUNCED: { stage: "plan", title: { en: "Announced", zh: "已通知" } },
    PLANNED: { stage: "plan", title: { en: "Planned", zh: "已制定方案" } },
    CHECKING: { stage: "check", title: { en: "Checking", zh: "排查中" } },
    REPORTED: { stage: "review", title: { en: "Reported", zh: "已上报" } },
    SPOT_CHECK: { stage: "review", title: { en: "Spot check", zh: "抽查中" } },
    CLOSED: { stage: "review", title: { en: "Closed", zh: "已结束" }, end: "final" },
  },
  flags: { LATE: { en: "Not finished in time", zh: "逾期未完成" } },
  actions: {
    announceCheck: action(input.ANNOUNCEMENT, {
      title: { en: "Announce the hazard check", zh: "部署隐患排查" },
      from: "nothing",
      to: "ANNOUNCED",
      roles: LEADS,
      basis: CHECK_BASES.check,
      change: ({ input: fields }) => fields,
      // The day stands in the notice of the year: the clock is set to run out then.
      effects: [{ kind: "open", obligation: "finishCheck", startAt: finishBy }],
      notifies: [{ to: ["OEM", "IMPORTER"], urgent: true }],
    }),
    planCheck: action(input.PLAN, {
      title: { en: "File the plan of the check", zh: "提交排查方案" },
      from: ["ANNOUNCED", "PLANNED"],
      to: "PLANNED",
      roles: MAKERS,
      basis: CHECK_BASES.check,
      begins: ({ data: { population, items, returnConditions } }) => ({ population, items, returnConditions }),
      change: ({ input: fields }) => fields,
    }),
    startCheck: action(input.NOTHING, {
      title: { en: "Start checking", zh: "开始排查" },
      from: ["PLANNED"],
      to: "CHECKING",
      roles: MAKERS,
      basis: CHECK_BASES.check,
    }),
    remindOwners: action(input.REMINDER, {
      title: { en: "Record reminders of owners", zh: "登记车主提醒" },
      from: ["PLANNED", "CHECKING"],
      to: "same",
      roles: MAKERS,
      basis: CHECK_BASES.owners,
      change: ({ data, input: { channel, owners }, at }) => ({
        reminders: [...data.reminders, { at: dateOf(dayOf(at)), channel, owners }],
      }),
    }),
    reportCheck: action(input.RESULTS, {
      title: { en: "Report the results", zh: "上报排查结果" },
      from: ["CHECKING"],
      to: "REPORTED",
      roles: MAKERS,
      basis: CHECK_BASES.check,
      begins: ({ data }) => data.results ?? {},
      guards: [SAMPLED, HANDLED],
      change: ({ input: results, facts }) => ({
        results,
        ...(facts.orders === undefined ? {} : { orders: facts.orders as unknown as OrderCounts }),
      }),
      effects: [{ kind: "meet", obligation: "finishCheck" }],
      notifies: [{ to: ["MIIT", "EIDC"] }],
    }),
    startSpotCheck: action(input.NOTHING, {
      title: { en: "Start a spot check", zh: "开展抽查" },
      from: ["REPORTED"],
      to: "SPOT_CHECK",
      roles: LEADS,
      basis: CHECK_BASES.lifecycle,
    }),
    endSpotCheck: action(input.SPOT_CHECK, {
      title: { en: "End the spot check", zh: "结束抽查" },
      from: ["SPOT_CHECK"],
      to: ["CHECKING", "CLOSED"],
      choose: ({ input: { convincing } }) => (convincing ? "CLOSED" : "CHECKING"),
      roles: LEADS,
      basis: CHECK_BASES.lifecycle,
      change: ({ input: { spotCheck } }) => ({ spotCheck }),
      effects: [
        { kind: "reopen", obligation: "finishCheck", when: ({ input: { convincing } }) => !convincing },
        { kind: "cancel", obligation: "all", when: ({ input: { convincing } }) => convincing },
      ],
      notifies: [{ to: ["OEM", "IMPORTER"] }],
    }),
    closeCheck: action(input.WITH_REASONS, {
      title: { en: "Close without a spot check", zh: "不抽查，结束" },
      from: ["REPORTED"],
      to: "CLOSED",
      roles: LEADS,
      basis: CHECK_BASES.lifecycle,
    }),
    markCheckLate: action(input.NOTHING, {
      title: { en: "Not finished in time", zh: "逾期未完成" },
      from: LIVE,
      to: "same",
      roles: ["system:clock"],
      basis: CHECK_BASES.check,
      effects: [{ kind: "raise", flag: "LATE" }],
      notifies: [{ to: ["MIIT", "EIDC"], urgent: true }],
    }),
  },
  obligations: {
    finishCheck: {
      title: { en: "Finish and report the check", zh: "完成并上报隐患排查" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "finishCheck",
      onOverdue: "markCheckLate",
      escalation: [
        {
          code: "month",
          when: "before",
          unit: "day",
          amount: 30,
          notify: ["OEM", "IMPORTER"],
          basis: CHECK_BASES.lifecycle,
        },
      ],
    },
  },
  documents: {},
  deadlines: {
    finishCheck: {
      unit: "day",
      amount: 0,
      from: { en: "the day that the notice names", zh: "通知载明之日" },
      basis: CHECK_BASES.check,
    },
  },
  fields: {
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    year: { title: { en: "Year", zh: "年度" } },
    finishBy: { title: { en: "To be finished by", zh: "完成期限" }, shape: "instant" },
    notice: { title: { en: "Notice", zh: "通知文号" } },
    items: { title: { en: "What is checked", zh: "排查内容" }, shape: "list", choices: input.CHECK_ITEMS },
    "population.below100": {
      title: { en: "Operating, below 100 000 km", zh: "营运车辆：10万公里以下" },
      shape: "number",
    },
    "results.checked.below100": { title: { en: "Checked (at least 5 %)", zh: "已排查（至少5%）" }, shape: "number" },
    "population.to200": { title: { en: "Operating, to 200 000 km", zh: "营运车辆：10万至20万公里" }, shape: "number" },
    "results.checked.to200": { title: { en: "Checked (at least 10 %)", zh: "已排查（至少10%）" }, shape: "number" },
    "population.above200": {
      title: { en: "Operating, above 200 000 km", zh: "营运车辆：20万公里以上" },
      shape: "number",
    },
    "results.checked.above200": { title: { en: "Checked (at least 20 %)", zh: "已排查（至少20%）" }, shape: "number" },
    returnConditions: { title: { en: "When private cars come in", zh: "私家车检查条件" }, shape: "longText" },
    reminders: listField({ en: "Reminders", zh: "提醒" }, object({ at: DAY, ...input.REMINDER.properties })),
    "results.hazards": { title: { en: "With a hazard", zh: "发现隐患" }, shape: "number" },
    "results.handled": { title: { en: "Hazards handled", zh: "已处置隐患" }, shape: "number" },
    "orders.opened": { title: { en: "Work orders since then", zh: "同期隐患工单" }, shape: "number" },
    "orders.closed": { title: { en: "of these closed", zh: "其中已销号" }, shape: "number" },
    "orders.overdue": { title: { en: "of these overdue", zh: "其中逾期" }, shape: "number" },
    "results.summary": { title: { en: "Statistics and measures", zh: "统计与措施" }, shape: "longText" },
    spotCheck: { title: { en: "Spot check", zh: "抽查情况" }, shape: "longText" },
  },
  empty: { reminders: [] },
  extentOf: ({ organisation }) => ({
    organisations: organisation === undefined ? [] : [organisation],
    regions: [],
    assigned: [],
  }),
};
