/** The yearly data-security report of a vehicle maker. */
import type { RoleCode } from "../access/roles.ts";
import { proposal } from "../basis.ts";
import { DATA_BASES, IMPORTANT_DATA } from "../data-security/law.ts";
import { listField, organisationField } from "../fields.ts";
import { actionsFor, type Effect, type Lifecycle } from "../lifecycle/definition.ts";
import { countedData, dayOfReport, GROUNDS, groundsOf, keptOf, type Counts, type DataReportData } from "./data.ts";
import * as guard from "./guards.ts";
import * as input from "./inputs.ts";
import {
  DATA_REPORT_FLAGS,
  DATA_REPORT_STAGES,
  DATA_REPORT_STATES,
  type DataReportFlag,
  type DataReportState,
} from "./states.ts";

const action = actionsFor<DataReportState, DataReportFlag, DataReportData>();
const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const AUTHORITY = ["CAC", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const PREPARING = ["DRAFT", "ASSESSED", "RETURNED"] as const satisfies readonly DataReportState[];

/** What the counts decide: whether the report is owed at all, and the duties that ten million persons bring. */
const COUNTED: readonly Effect<DataReportState, DataReportFlag, DataReportData, Counts & { readonly year?: number }>[] =
  [
    {
      kind: "open",
      obligation: "reportOfYear",
      when: ({ input: counts, before }) =>
        groundsOf(counts).length > 0 && before.obligations.every((each) => each.ended !== undefined),
      startAt: ({ data, input: { year = data.year } }) => dayOfReport(year ?? 0),
    },
    { kind: "cancel", obligation: "reportOfYear", when: ({ input: counts }) => groundsOf(counts).length === 0 },
    {
      kind: "raise",
      flag: "IMPORTANT_DATA_DUTIES",
      when: ({ input: counts }) => groundsOf(counts).includes("tenMillion"),
    },
    {
      kind: "lower",
      flag: "IMPORTANT_DATA_DUTIES",
      when: ({ input: counts }) => !groundsOf(counts).includes("tenMillion"),
    },
  ];

export const DATA_REPORT: Lifecycle<DataReportState, DataReportFlag, DataReportData> = {
  kind: "data-report",
  version: 1,
  title: { en: "Data-security report of the year", zh: "年度汽车数据安全管理情况报告" },
  object: "importantDataReport",
  initial: "DRAFT",
  stages: DATA_REPORT_STAGES,
  states: DATA_REPORT_STATES,
  flags: DATA_REPORT_FLAGS,
  actions: {
    openDataReport: action(input.OPENING, {
      title: { en: "Begin the report of the year", zh: "启动年度报告" },
      from: "nothing",
      to: "DRAFT",
      roles: MAKERS,
      basis: DATA_BASES.yearly,
      change: ({ input: fields, actor: { organisation = fields.organisation } }) => ({
        ...fields,
        ...countedData(fields),
        ...(organisation === undefined ? {} : { organisation }),
      }),
      effects: COUNTED,
    }),
    recountData: action(input.RECOUNT, {
      title: { en: "Correct the counts", zh: "更正数量" },
      from: PREPARING,
      to: "same",
      roles: MAKERS,
      basis: DATA_BASES.classes,
      change: ({ input: { persons, declared } }) => ({ persons, declared, ...countedData({ persons, declared }) }),
      effects: COUNTED,
    }),
    assessData: action(input.ASSESSMENT, {
      title: { en: "Enter the risk assessment", zh: "填报风险评估" },
      from: PREPARING,
      to: "ASSESSED",
      roles: MAKERS,
      basis: DATA_BASES.principles,
      guards: [guard.PRINCIPLES_EXPLAINED, guard.HANDED_OVER_LAWFULLY, guard.CONSENTED],
      change: ({ input: fields }) => ({ ...fields, kept: keptOf(fields) }),
    }),
    submitDataReport: action(input.SUBMISSION, {
      title: { en: "Submit the report", zh: "报送年度报告" },
      from: ["ASSESSED"],
      to: "SUBMITTED",
      roles: MAKERS,
      basis: DATA_BASES.yearly,
      guards: [guard.IS_OWED],
      change: ({ input: fields }) => fields,
      effects: [
        { kind: "meet", obligation: "reportOfYear" },
        { kind: "meet", obligation: "completeDataReport" },
        { kind: "issue", document: "dataReportReceipt" },
      ],
      notifies: [{ to: ["CAC"] }],
    }),
    returnDataReport: action(input.WITH_REASONS, {
      title: { en: "Return the report", zh: "退回报告" },
      from: ["SUBMITTED"],
      to: "RETURNED",
      roles: AUTHORITY,
      basis: DATA_BASES.yearly,
      effects: [{ kind: "open", obligation: "completeDataReport" }],
      notifies: [{ to: ["OEM", "IMPORTER"], urgent: true }],
    }),
    acceptDataReport: action(input.NOTHING, {
      title: { en: "Accept the report", zh: "接收报告" },
      from: ["SUBMITTED"],
      to: "ACCEPTED",
      roles: AUTHORITY,
      basis: DATA_BASES.yearly,
      notifies: [{ to: ["OEM", "IMPORTER"] }],
    }),
    closeUnowed: action(input.WITH_REASONS, {
      title: { en: "Close: no report is owed", zh: "无须报送，结束" },
      from: PREPARING,
      to: "NOT_OWED",
      roles: MAKERS,
      basis: DATA_BASES.classes,
      guards: [guard.IS_NOT_OWED],
      effects: [{ kind: "cancel", obligation: "all" }],
      notifies: [{ to: ["CAC"] }],
    }),
    markDataReportLate: action(input.NOTHING, {
      title: { en: "Not reported in time", zh: "逾期未报送" },
      from: PREPARING,
      to: "same",
      roles: ["system:clock"],
      basis: DATA_BASES.yearly,
      effects: [{ kind: "raise", flag: "LATE" }],
      notifies: [{ to: ["CAC"], urgent: true }],
    }),
  },
  obligations: {
    reportOfYear: {
      title: { en: "Report data security of the year", zh: "报送年度汽车数据安全管理情况" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "reportOfYear",
      onOverdue: "markDataReportLate",
      escalation: [
        {
          code: "month",
          when: "before",
          unit: "day",
          amount: 30,
          notify: ["OEM", "IMPORTER"],
          basis: proposal("R-5.44"),
        },
      ],
    },
    completeDataReport: {
      title: { en: "Complete the report", zh: "补正年度报告" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "completeDataReport",
      onOverdue: "markDataReportLate",
    },
  },
  documents: { dataReportReceipt: { en: "Receipt of the report", zh: "年度报告回执" } },
  deadlines: {
    // The day itself stands in the rule: the clock is set to run out with it.
    reportOfYear: {
      unit: "day",
      amount: 0,
      from: { en: "15 December of the year", zh: "当年12月15日" },
      basis: DATA_BASES.yearly,
    },
    completeDataReport: {
      unit: "workingDay",
      amount: 10,
      from: { en: "the return", zh: "退回之日" },
      basis: proposal("R-5.44"),
    },
  },
  fields: {
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    year: { title: { en: "Year", zh: "年度" } },
    persons: { title: { en: "Persons", zh: "个人信息涉及人数" }, shape: "number" },
    classes: { title: { en: "Important data", zh: "重要数据" }, shape: "list", choices: IMPORTANT_DATA },
    grounds: { title: { en: "Why it is owed", zh: "报送依据" }, shape: "list", choices: GROUNDS },
    officer: { title: { en: "In charge of data security", zh: "数据安全负责人" } },
    "principles.inVehicle": { title: { en: "Processed in the vehicle", zh: "车内处理" }, shape: "flag" },
    "principles.notByDefault": { title: { en: "Not collected by default", zh: "默认不收集" }, shape: "flag" },
    "principles.precision": { title: { en: "Precision and range fit", zh: "精度范围适用" }, shape: "flag" },
    "principles.deidentified": { title: { en: "De-identified", zh: "脱敏处理" }, shape: "flag" },
    "principles.departures": { title: { en: "Departures and why", zh: "未遵循之处及理由" }, shape: "longText" },
    risks: { title: { en: "Risks found", zh: "风险情况" }, shape: "longText" },
    measures: { title: { en: "Measures", zh: "应对措施" }, shape: "longText" },
    handovers: listField({ en: "Handed over to", zh: "对外提供" }, input.ASSESSMENT.properties.handovers.items),
    assessments: listField(
      { en: "Assessments of the effect on persons", zh: "影响评估" },
      input.ASSESSMENT.properties.assessments.items,
    ),
    kept: { title: { en: "Records kept at least until", zh: "记录至少保存至" }, shape: "list" },
    reference: { title: { en: "Reference", zh: "报送编号" } },
  },
  empty: { classes: [], grounds: [], kept: [] },
  extentOf: ({ organisation, region }) => ({
    organisations: organisation === undefined ? [] : [organisation],
    regions: region === undefined ? [] : [region],
    assigned: [],
  }),
};
