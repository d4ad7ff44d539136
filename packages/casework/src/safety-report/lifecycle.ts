/** The yearly safety report of a vehicle maker: its answers stand beside what the platform itself counts; it is kept like every case, for good. */
import type { RoleCode } from "../access/roles.ts";
import { organisationField } from "../fields.ts";
import { actionsFor, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import {
  DEMANDS,
  endOfYear,
  isInForce,
  SAFETY_REPORT_BASES,
  type SafetyFigures,
  type SafetyReportData,
} from "./data.ts";
import * as input from "./inputs.ts";

type State = "DRAFT" | "SUBMITTED" | "RETURNED" | "ACCEPTED";
type Flag = "LATE";
const action = actionsFor<State, Flag, SafetyReportData>();

const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const LEADS = ["MIIT", "EIDC", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const PREPARING = ["DRAFT", "RETURNED"] as const satisfies readonly State[];

const IN_FORCE: Guard<State, Flag, SafetyReportData, Infer<typeof input.OPENING>> = {
  code: "inForce",
  needs: "input",
  text: { en: "The rules are in force from 2027 on", zh: "有关要求自2027年起施行" },
  holds: ({ input: { year } }) => isInForce(year),
};
const EXPLAINED: Guard<State, Flag, SafetyReportData, Infer<typeof input.REPORT>> = {
  code: "explained",
  needs: "input",
  text: { en: "What is not met must be explained", zh: "未满足事项须说明原因与期限" },
  holds: ({ input: entered }) => entered.departures !== undefined || DEMANDS.every((each) => entered[each]),
};
/** The platform knows which vehicles it has never heard of: nobody answers otherwise. */
const AS_COUNTED: Guard<State, Flag, SafetyReportData, Infer<typeof input.REPORT>> = {
  code: "asCounted",
  needs: "input",
  text: { en: "Vehicles on record have never been heard of", zh: "有已登记车辆从未上传数据" },
  holds: ({ input: { allMonitored }, facts }) => {
    const { figures } = facts as { readonly figures?: SafetyFigures };
    return !allMonitored || figures === undefined || figures.connected >= figures.registered;
  },
};

export const SAFETY_REPORT: Lifecycle<State, Flag, SafetyReportData> = {
  kind: "safety-report",
  version: 1,
  title: { en: "Safety report of the year", zh: "年度安全报告" },
  object: "hazardOrder",
  initial: "DRAFT",
  stages: [
    { code: "prepare", title: { en: "Prepare", zh: "编制" } },
    { code: "examine", title: { en: "Examine", zh: "审核" } },
  ],
  states: {
    DRAFT: { stage: "prepare", title: { en: "Being prepared", zh: "编制中" } },
    RETURNED: { stage: "prepare", title: { en: "Returned", zh: "已退回" } },
    SUBMITTED: { stage: "examine", title: { en: "Submitted", zh: "已报送" } },
    ACCEPTED: { stage: "examine", title: { en: "Accepted", zh: "已接收" }, end: "final" },
  },
  flags: { LATE: { en: "Not reported in time", zh: "逾期未报送" } },
  actions: {
    openSafetyReport: action(input.OPENING, {
      title: { en: "Begin the safety report of the year", zh: "启动年度安全报告" },
      from: "nothing",
      to: "DRAFT",
      roles: MAKERS,
      basis: SAFETY_REPORT_BASES.report,
      guards: [IN_FORCE],
      change: ({ input: { organisation, ...fields }, actor }) => ({
        ...fields,
        organisation: actor.organisation ?? organisation ?? "",
      }),
      effects: [{ kind: "open", obligation: "safetyReport", startAt: ({ input: { year } }) => endOfYear(year) }],
    }),
    submitSafetyReport: action(input.REPORT, {
      title: { en: "Submit the safety report", zh: "报送年度安全报告" },
      from: PREPARING,
      to: "SUBMITTED",
      roles: MAKERS,
      basis: SAFETY_REPORT_BASES.report,
      guards: [EXPLAINED, AS_COUNTED],
      change: ({ input: fields, facts }) => ({
        ...fields,
        ...(facts.figures === undefined ? {} : { figures: facts.figures as unknown as SafetyFigures }),
      }),
      effects: [
        { kind: "meet", obligation: "safetyReport" },
        { kind: "issue", document: "safetyReport" },
      ],
      notifies: [{ to: ["MIIT", "EIDC"] }],
    }),
    returnSafetyReport: action(input.WITH_REASONS, {
      title: { en: "Return the report", zh: "退回报告" },
      from: ["SUBMITTED"],
      to: "RETURNED",
      roles: LEADS,
      basis: SAFETY_REPORT_BASES.proposal,
      effects: [{ kind: "reopen", obligation: "safetyReport" }],
      notifies: [{ to: ["OEM", "IMPORTER"], urgent: true }],
    }),
    acceptSafetyReport: action(input.NOTHING, {
      title: { en: "Accept the report", zh: "接收报告" },
      from: ["SUBMITTED"],
      to: "ACCEPTED",
      roles: LEADS,
      basis: SAFETY_REPORT_BASES.proposal,
      notifies: [{ to: ["OEM", "IMPORTER"] }],
    }),
    markSafetyReportLate: action(input.NOTHING, {
      title: { en: "Not reported in time", zh: "逾期未报送" },
      from: PREPARING,
      to: "same",
      roles: ["system:clock"],
      basis: SAFETY_REPORT_BASES.proposal,
      effects: [{ kind: "raise", flag: "LATE" }],
      notifies: [{ to: ["MIIT", "EIDC"], urgent: true }],
    }),
  },
  obligations: {
    safetyReport: {
      title: { en: "Report the safety of the year", zh: "报送年度安全报告" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "safetyReport",
      onOverdue: "markSafetyReportLate",
    },
  },
  documents: { safetyReport: { en: "Safety report of the year", zh: "年度安全报告" } },
  deadlines: {
    // That it is yearly is found; by which day is not.
    safetyReport: {
      unit: "month",
      amount: 3,
      from: { en: "the end of the year", zh: "年度结束之日" },
      basis: SAFETY_REPORT_BASES.proposal,
    },
  },
  fields: {
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    year: { title: { en: "Year", zh: "年度" } },
    "figures.registered": { title: { en: "Vehicles on record", zh: "已登记车辆" }, shape: "number" },
    "figures.connected": { title: { en: "of these heard of", zh: "其中已接入" }, shape: "number" },
    "figures.orders": { title: { en: "Hazard work orders of the year", zh: "本年度隐患工单" }, shape: "number" },
    "figures.ordersClosed": { title: { en: "of these closed", zh: "其中已销号" }, shape: "number" },
    "figures.accidents": { title: { en: "Accident cases of the year", zh: "本年度事故案件" }, shape: "number" },
    "figures.recalls": { title: { en: "Recall files of the year", zh: "本年度缺陷与召回档案" }, shape: "number" },
    lifeFile: { title: { en: "A file for each vehicle sold", zh: "已售车辆一车一档" }, shape: "flag" },
    batteryTrace: { title: { en: "Batteries can be traced", zh: "动力电池可追溯" }, shape: "flag" },
    allMonitored: { title: { en: "All vehicles sold are monitored", zh: "已售车辆全部接入监测" }, shape: "flag" },
    keptForLife: {
      title: { en: "Data kept for the life of the product", zh: "数据保存不少于产品生命周期" },
      shape: "flag",
    },
    batteryStorage: { title: { en: "Batteries stored apart", zh: "动力电池独立存放" }, shape: "flag" },
    departures: { title: { en: "Not met, why, until when", zh: "未满足事项、原因与期限" }, shape: "longText" },
    screening: { title: { en: "Hazard screening", zh: "隐患排查情况" }, shape: "longText" },
    accidents: { title: { en: "Accidents", zh: "事故情况" }, shape: "longText" },
  },
  empty: {},
  extentOf: ({ organisation, region }) => ({
    organisations: organisation === undefined || organisation === "" ? [] : [organisation],
    regions: region === undefined ? [] : [region],
    assigned: [],
  }),
};
