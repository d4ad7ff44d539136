/** An incident of network or data security at a maker: remedied at once, reported by several clocks. */
import type { RoleCode } from "../access/roles.ts";
import { proposal } from "../basis.ts";
import { DATA_BASES } from "../data-security/law.ts";
import { organisationField } from "../fields.ts";
import { actionsFor, type Context, type Effect, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import * as input from "./inputs.ts";
import { incidentReportsOffered } from "./offers.ts";
import {
  GRADES,
  INCIDENT_DEADLINES,
  INCIDENT_REPORT_CODES,
  INCIDENT_REPORTS,
  limitOfIncident,
  onlyRises,
  owesIncidentReport,
  type IncidentFacts,
  type IncidentReport,
} from "./reports.ts";

type State = "DISCOVERED" | "CONTAINED" | "HANDLED" | "REPORTED" | "CLOSED" | "DISMISSED";
type Flag = "LATE" | "LEAK";

export interface CyberIncidentData extends Partial<Infer<typeof input.DISCOVERY>> {
  readonly remedies?: string;
  /** References by report. */
  readonly reports: { readonly [Code in IncidentReport]?: string };
  readonly notice?: Infer<typeof input.LEAK_NOTICE>;
  readonly result?: string;
  readonly lessons?: string;
}

const action = actionsFor<State, Flag, CyberIncidentData>();
type IncidentContext<Input = never> = Context<State, Flag, CyberIncidentData, Input>;
type IncidentGuard<Input = never> = Guard<State, Flag, CyberIncidentData, Input>;
type WithFacts = { readonly facts: IncidentFacts; readonly discoveredAt?: string };

const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const AUTHORITY = ["CAC", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const BEARERS = ["OEM", "IMPORTER"] as const;
const TOLD = ["CAC", "CA", "MPS", "MIIT"] as const;
const LIVE = ["DISCOVERED", "CONTAINED", "HANDLED", "REPORTED"] as const satisfies readonly State[];

const isOwed = ({ before }: Pick<IncidentContext, "before">, code: string): boolean =>
  before.obligations.some((each) => each.code === code && each.ended === undefined);
const discovered = ({ data, input: entered }: IncidentContext<WithFacts>): number =>
  Date.parse(entered.discoveredAt ?? data.discoveredAt ?? "");

/** Opens what the facts owe and did not owe before; every clock runs from the discovery. */
const DUTIES: readonly Effect<State, Flag, CyberIncidentData, WithFacts>[] = [
  ...INCIDENT_REPORT_CODES.flatMap((code): readonly Effect<State, Flag, CyberIncidentData, WithFacts>[] => [
    {
      kind: "open",
      obligation: code,
      when: ({ data, input: { facts } }) =>
        owesIncidentReport(facts, code) && (data.facts === undefined || !owesIncidentReport(data.facts, code)),
      deadline: ({ input: { facts } }) => limitOfIncident(facts, code),
      startAt: discovered,
    },
    {
      kind: "reset",
      obligation: code,
      when: ({ data, input: { facts } }) =>
        data.facts !== undefined && limitOfIncident(facts, code) !== limitOfIncident(data.facts, code),
      deadline: ({ input: { facts } }) => limitOfIncident(facts, code),
    },
  ]),
  ...["remedyLeak", "tellPersons"].map((obligation): Effect<State, Flag, CyberIncidentData, WithFacts> => ({
    kind: "open",
    obligation,
    when: ({ data, input: { facts } }) => facts.personalData && data.facts?.personalData !== true,
    startAt: discovered,
  })),
  { kind: "raise", flag: "LEAK", when: ({ input: { facts } }) => facts.personalData },
];

const FOUND_BEFORE: IncidentGuard<Infer<typeof input.DISCOVERY>> = {
  code: "foundBefore",
  needs: "input",
  text: { en: "It must have been discovered before now", zh: "发现时间不得晚于当前时间" },
  holds: ({ input: { discoveredAt }, at }) => Date.parse(discoveredAt) <= at,
};
const RISES: IncidentGuard<Infer<typeof input.CORRECTION>> = {
  code: "onlyRises",
  needs: "input",
  text: { en: "The grade and what is involved only rise", zh: "事件等级和涉及事项只升不降" },
  holds: ({ data, input: { facts } }) => data.facts === undefined || onlyRises(data.facts, facts),
};
const OWED: IncidentGuard<Infer<typeof input.REPORT>> = {
  code: "owed",
  needs: "input",
  text: { en: "This report is not owed, or was sent already", zh: "无须报送该报告，或已经报送" },
  holds: (context) => isOwed(context, context.input.report),
};
const ANY_OWED: IncidentGuard = {
  code: "anyOwed",
  needs: "state",
  text: { en: "No report is owed", zh: "没有待报送的报告" },
  holds: (context) => INCIDENT_REPORT_CODES.some((code) => isOwed(context, code)),
};
const HAS_LEAK: IncidentGuard = {
  code: "leak",
  needs: "state",
  text: { en: "No notice to persons is owed", zh: "无须告知个人" },
  holds: (context) => isOwed(context, "tellPersons"),
};
const ALL_TOLD: IncidentGuard = {
  code: "allTold",
  needs: "state",
  text: { en: "A report or the notice to persons is still owed", zh: "仍有未报送的报告或者未告知个人" },
  holds: (context) => ![...INCIDENT_REPORT_CODES, "tellPersons"].some((code) => isOwed(context, code)),
  unskippable: INCIDENT_DEADLINES.incidentProvincial.basis,
};

const late = { onOverdue: "markIncidentLate", bearers: BEARERS } as const;
const reportDuty = (code: IncidentReport, deadline: string) => ({ ...late, title: INCIDENT_REPORTS[code], deadline });

export const CYBER_INCIDENT: Lifecycle<State, Flag, CyberIncidentData> = {
  kind: "cyber-incident",
  version: 1,
  title: { en: "Cyber or data-security incident", zh: "网络与数据安全事件" },
  object: "cyberIncident",
  initial: "DISCOVERED",
  stages: [
    { code: "handling", title: { en: "Handling", zh: "处置" } },
    { code: "review", title: { en: "Review", zh: "总结" } },
    { code: "end", title: { en: "End", zh: "结束" } },
  ],
  states: {
    DISCOVERED: { stage: "handling", title: { en: "Discovered", zh: "已发现" } },
    CONTAINED: { stage: "handling", title: { en: "Remedied", zh: "已补救" } },
    HANDLED: { stage: "review", title: { en: "Handled", zh: "处置完毕" } },
    REPORTED: { stage: "review", title: { en: "Final report sent", zh: "已提交总结报告" } },
    CLOSED: { stage: "end", title: { en: "Closed", zh: "已结案" }, end: "final" },
    DISMISSED: { stage: "end", title: { en: "No incident", zh: "不构成事件" }, end: "final" },
  },
  flags: {
    LATE: { en: "Reported late", zh: "逾期报告" },
    LEAK: { en: "Personal information leaked", zh: "个人信息泄露" },
  },
  actions: {
    discoverIncident: action(input.DISCOVERY, {
      title: { en: "Record an incident", zh: "登记事件" },
      from: "nothing",
      to: "DISCOVERED",
      roles: MAKERS,
      basis: INCIDENT_DEADLINES.incidentProvincial.basis,
      guards: [FOUND_BEFORE],
      change: ({ input: fields, actor: { organisation = fields.organisation } }) => ({
        ...fields,
        ...(organisation === undefined ? {} : { organisation }),
      }),
      effects: DUTIES,
      notifies: [{ to: TOLD, urgent: true }],
      summary: ({ what }) => ({ en: what, zh: what }),
    }),
    correctIncident: action(input.CORRECTION, {
      title: { en: "Correct the facts", zh: "更正事实" },
      from: LIVE,
      to: "same",
      roles: [...MAKERS, "CAC"],
      basis: INCIDENT_DEADLINES.incidentProvincial.basis,
      guards: [RISES],
      change: ({ input: { facts } }) => ({ facts }),
      effects: DUTIES,
      notifies: [{ to: [...TOLD, ...BEARERS], urgent: true }],
    }),
    sendIncidentReport: action(input.REPORT, {
      title: { en: "Send a report", zh: "报送报告" },
      from: LIVE,
      to: "same",
      roles: MAKERS,
      basis: INCIDENT_DEADLINES.incidentProvincial.basis,
      guards: [ANY_OWED, OWED],
      offers: { report: incidentReportsOffered },
      change: ({ data, input: { report, reference } }) => ({ reports: { ...data.reports, [report]: reference } }),
      effects: INCIDENT_REPORT_CODES.map((code) => ({
        kind: "meet",
        obligation: code,
        when: ({ input: { report } }) => report === code,
      })),
      notifies: [{ to: ["CAC"], urgent: true }],
    }),
    remedyIncident: action(input.CONTAINMENT, {
      title: { en: "Record the remedies", zh: "登记补救措施" },
      from: ["DISCOVERED"],
      to: "CONTAINED",
      roles: MAKERS,
      basis: DATA_BASES.leak,
      change: ({ input: fields }) => fields,
      effects: [{ kind: "meet", obligation: "remedyLeak" }],
    }),
    tellPersons: action(input.LEAK_NOTICE, {
      title: { en: "Tell the persons", zh: "告知个人" },
      from: LIVE,
      to: "same",
      roles: MAKERS,
      basis: DATA_BASES.leak,
      guards: [HAS_LEAK],
      change: ({ input: notice }) => ({ notice }),
      effects: [{ kind: "meet", obligation: "tellPersons" }],
      notifies: [{ to: ["CAC"] }],
    }),
    endHandling: action(input.RESULT, {
      title: { en: "End the handling", zh: "处置完毕" },
      from: ["CONTAINED"],
      to: "HANDLED",
      roles: MAKERS,
      basis: INCIDENT_DEADLINES.incidentFinal.basis,
      change: ({ input: fields }) => fields,
      effects: [{ kind: "open", obligation: "finalIncidentReport" }],
    }),
    sendFinalIncidentReport: action(input.FINAL, {
      title: { en: "Send the final report", zh: "提交总结报告" },
      from: ["HANDLED"],
      to: "REPORTED",
      roles: MAKERS,
      basis: INCIDENT_DEADLINES.incidentFinal.basis,
      change: ({ input: { lessons } }) => ({ lessons }),
      effects: [
        { kind: "meet", obligation: "finalIncidentReport" },
        { kind: "open", obligation: "reviewIncident" },
      ],
      notifies: [{ to: ["CAC"] }],
    }),
    closeIncident: action(input.NOTHING, {
      title: { en: "Close", zh: "结案" },
      from: ["REPORTED"],
      to: "CLOSED",
      roles: AUTHORITY,
      basis: proposal("R-5.27"),
      guards: [ALL_TOLD],
      effects: [
        { kind: "meet", obligation: "reviewIncident" },
        { kind: "cancel", obligation: "all" },
      ],
      notifies: [{ to: BEARERS }],
    }),
    dismissIncident: action(input.WITH_REASONS, {
      title: { en: "Dismiss: no incident", zh: "不构成事件" },
      from: ["DISCOVERED", "CONTAINED"],
      to: "DISMISSED",
      roles: AUTHORITY,
      basis: proposal("R-5.27"),
      effects: [{ kind: "cancel", obligation: "all" }],
      notifies: [{ to: BEARERS }],
    }),
    markIncidentLate: action(input.NOTHING, {
      title: { en: "Reported late", zh: "逾期报告" },
      from: LIVE,
      to: "same",
      roles: ["system:clock"],
      basis: INCIDENT_DEADLINES.incidentProvincial.basis,
      effects: [{ kind: "raise", flag: "LATE" }],
      notifies: [{ to: ["CAC"], urgent: true }],
    }),
  },
  obligations: {
    incidentReport: reportDuty("incidentReport", "incidentProvincial"),
    nationalReport: reportDuty("nationalReport", "incidentNational"),
    leakReport: reportDuty("leakReport", "leakRemedy"),
    remedyLeak: { ...late, title: { en: "Remedy the leak", zh: "立即采取补救措施" }, deadline: "leakRemedy" },
    tellPersons: { ...late, title: { en: "Tell the persons", zh: "告知个人" }, deadline: "leakRemedy" },
    finalIncidentReport: { ...late, title: { en: "Final report", zh: "提交总结报告" }, deadline: "incidentFinal" },
    reviewIncident: {
      title: { en: "Review the final report", zh: "审核总结报告" },
      bearers: ["CAC"],
      deadline: "incidentReview",
    },
  },
  documents: {},
  deadlines: INCIDENT_DEADLINES,
  fields: {
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    what: { title: { en: "What happened", zh: "经过" }, shape: "longText" },
    discoveredAt: { title: { en: "Discovered at", zh: "发现时间" }, shape: "instant" },
    "facts.grade": { title: { en: "Grade", zh: "事件等级" }, shape: "choice", choices: GRADES },
    "facts.criticalInfrastructure": { title: { en: "Critical infrastructure", zh: "关键信息基础设施" }, shape: "flag" },
    "facts.nationalSecurity": { title: { en: "National security", zh: "危害国家安全、公共利益" }, shape: "flag" },
    "facts.personalData": { title: { en: "Personal information", zh: "个人信息泄露" }, shape: "flag" },
    accident: { title: { en: "Accident", zh: "事故案件" }, shape: "case" },
    vulnerability: { title: { en: "Vulnerability", zh: "安全漏洞" }, shape: "case" },
    remedies: { title: { en: "Remedies", zh: "补救措施" }, shape: "longText" },
    "reports.incidentReport": { title: INCIDENT_REPORTS.incidentReport },
    "reports.nationalReport": { title: INCIDENT_REPORTS.nationalReport },
    "reports.leakReport": { title: INCIDENT_REPORTS.leakReport },
    "notice.kinds": { title: { en: "Kinds of information", zh: "信息种类" }, shape: "longText" },
    "notice.cause": { title: { en: "Cause", zh: "原因" }, shape: "longText" },
    "notice.harm": { title: { en: "Harm that may follow", zh: "可能造成的危害" }, shape: "longText" },
    "notice.remedies": { title: { en: "What persons were advised", zh: "告知的措施" }, shape: "longText" },
    "notice.contact": { title: { en: "Contact", zh: "联系方式" } },
    "notice.persons": { title: { en: "Persons told", zh: "已告知人数" }, shape: "number" },
    result: { title: { en: "Result", zh: "处置结果" }, shape: "longText" },
    lessons: { title: { en: "Lessons", zh: "总结" }, shape: "longText" },
  },
  empty: { reports: {} },
  extentOf: ({ organisation, region }) => ({
    organisations: organisation === undefined ? [] : [organisation],
    regions: region === undefined ? [] : [region],
    assigned: [],
  }),
};
