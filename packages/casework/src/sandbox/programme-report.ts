/**
 * The yearly report of a programme, and the one at its end: progress, best practice, incidents, lessons,
 * recommendations. The figures are counted by the server when the draft is saved and stand in the action, so that what two
 * persons sign is what was counted; whoever writes it does not publish it alone.
 */
import { NOTHING } from "../common-inputs.ts";
import type { Extent } from "../access/extent.ts";
import { basis } from "../basis.ts";
import { AI_ACT, AS_DEFAULT } from "../sources.ts";
import { actionsFor, type FieldDefinition, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import { choiceOf, instant, integer, list, named, number, object, pattern, text, type Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import { REGULATORS } from "./actions-entry.ts";
import { extentOfProgramme } from "./departments.ts";
import { RESULT_KINDS } from "./names.ts";
import { SANDBOX_STATES } from "./states.ts";

const DUTY = basis("R-6.29", AI_ACT("57(16)", AS_DEFAULT), "F");
const FOUR_EYES = basis("8.2", "Sandglass permission matrix: public release needs four eyes", "P");

export const REPORT_KINDS = {
  annual: { en: "Annual report", zh: "年度报告" },
  final: { en: "Final report", zh: "总结报告" },
} as const;

const END_NAMES = Object.fromEntries(Object.entries(SANDBOX_STATES).map(([code, { title }]) => [code, title]));
const count = (en: string, zh: string) => integer(0, undefined, { en, zh });
const share = (en: string, zh: string) => number(0, 100, { en: `${en} (%)`, zh: `${zh}（%）` });
const days = (en: string, zh: string) => number(0, undefined, { en: `${en} (days)`, zh: `${zh}（天）` });

/** What is counted over a calendar year of Asia/Shanghai. A figure that nothing supports is absent. */
export const REPORT_FIGURES = object(
  { countedAt: instant({ en: "Counted at", zh: "统计时刻" }) },
  {
    filed: count("Applications filed", "申请数"),
    admitted: count("Admitted", "准予入盒"),
    refused: count("Refused", "不予入盒"),
    acceptanceRate: share("Acceptance rate", "入盒率"),
    decisionDays: days("Median time to the decision", "决定时长中位数"),
    testDays: days("Median time in the test", "测试时长中位数"),
    warnings: count("Warnings by trigger", "触发预警"),
    restrictions: count("Restrictions by trigger", "触发限制"),
    suspensionsByTrigger: count("Suspensions demanded by trigger", "触发中止"),
    terminationsByTrigger: count("Terminations demanded by trigger", "触发终止审查"),
    suspensions: count("Suspensions in force", "实际中止"),
    breaches: count("Breaches of a halt", "中止后活动"),
    incidents: count("Incidents", "事件"),
    injured: count("Injured", "受伤人数"),
    dead: count("Dead", "死亡人数"),
    distanceKm: number(0, undefined, { en: "Distance of vehicles in the test (km)", zh: "测试车辆行驶里程（km）" }),
    distanceVehicles: text({ en: "Vehicles whose distance is known", zh: "里程已知的车辆" }, 60),
    incidentsPer10000Km: number(0, undefined, { en: "Incidents per 10,000 km", zh: "每万公里事件数" }),
    tasksOpened: count("Corrective tasks", "整改任务"),
    tasksMet: count("Corrective tasks done", "已完成整改任务"),
    ended: list(
      object({
        state: choiceOf(END_NAMES, { en: "Ended as", zh: "结束方式" }),
        projects: count("Projects", "项目数"),
      }),
      { en: "Projects that ended", zh: "已结束项目" },
    ),
    toRoutineShare: share("Share moved to routine supervision", "转入常规监管比例"),
    smeShare: share("Share of small and medium enterprises", "中小企业比例"),
    results: list(
      object({
        kind: choiceOf(RESULT_KINDS, { en: "Promoted as", zh: "推广形式" }),
        proposed: count("Proposed", "提出"),
        adopted: count("Adopted", "采纳"),
        published: count("Published", "发布"),
      }),
      { en: "Results", zh: "成果" },
    ),
    lessons: list(
      object({ title: text({ en: "Project", zh: "项目" }), results: text({ en: "Results", zh: "成果" }, 20_000) }),
      { en: "Results of projects in the public register", zh: "公开名录中项目的成果" },
    ),
  },
  { en: "Figures", zh: "统计" },
);

/** The counted figures one by one: who signs reads them on the page of the report. Lists are in its document. */
const FIGURE_FIELDS = Object.fromEntries(
  Object.entries(REPORT_FIGURES.properties).flatMap(([name, schema]): [string, FieldDefinition][] => {
    const title = { en: schema.title ?? name, zh: schema["x-zh"] ?? name };
    if (schema.type === "array") return [];
    const isNumber = schema.type === "integer" || schema.type === "number";
    return [[`figures.${name}`, { title, shape: isNumber ? "number" : name === "countedAt" ? "instant" : "text" }]];
  }),
);

export const REPORT_TEXTS = {
  progress: text({ en: "Progress", zh: "进展" }, 20_000),
  bestPractice: text({ en: "Best practice", zh: "最佳实践" }, 20_000),
  lessonsLearnt: text({ en: "Lessons", zh: "经验教训" }, 20_000),
  recommendations: text({ en: "Recommendations", zh: "建议" }, 20_000),
} as const;
export const REPORT_SUBJECT = {
  kind: choiceOf(REPORT_KINDS, { en: "Kind of report", zh: "报告类别" }),
  programme: named("programme", pattern("^[a-z][a-z0-9-]{2,59}$", { en: "Programme", zh: "沙盒项目类别" })),
  year: integer(2020, 2100, { en: "Year", zh: "年度" }),
} as const;

const OPEN = object(REPORT_SUBJECT, REPORT_TEXTS);
const EDIT = object({}, REPORT_TEXTS);

export type ProgrammeReportState = "DRAFT" | "ISSUED" | "DISCARDED";
export interface ProgrammeReportData extends Partial<Infer<typeof OPEN>> {
  readonly figures?: Infer<typeof REPORT_FIGURES>;
  readonly programmeTitle?: Text;
  /** Departments of the programme. */
  readonly leads?: readonly string[];
  readonly coIssuers?: readonly string[];
}
const action = actionsFor<ProgrammeReportState, never, ProgrammeReportData>();

const counted = (facts: { readonly [key: string]: unknown }): Partial<ProgrammeReportData> => ({
  ...(facts["figures"] === undefined ? {} : { figures: facts["figures"] as Infer<typeof REPORT_FIGURES> }),
  ...(facts["title"] === undefined ? {} : { programmeTitle: facts["title"] as Text }),
  ...(facts["leads"] === undefined ? {} : { leads: facts["leads"] as readonly string[] }),
  ...(facts["coIssuers"] === undefined ? {} : { coIssuers: facts["coIssuers"] as readonly string[] }),
});

type ReportGuard = Guard<ProgrammeReportState, never, ProgrammeReportData, never>;
const LEADS: ReportGuard = {
  code: "competent",
  needs: "input",
  text: { en: "Another authority leads this programme", zh: "本项目类别由其他部门主管" },
  holds: ({ actor, data, facts }) =>
    actor.role === "SUPERVISOR_ALL" ||
    ((facts["leads"] as readonly string[] | undefined) ?? data.leads ?? ["SAMR"]).includes(actor.role),
};
const COMPLETE: ReportGuard = {
  code: "reportComplete",
  needs: "state",
  text: {
    en: "Progress, best practice, lessons and recommendations must all be written",
    zh: "须填写进展、最佳实践、经验教训与建议",
  },
  holds: ({ data }) =>
    Object.keys(REPORT_TEXTS).every((field) => data[field as keyof typeof REPORT_TEXTS] !== undefined),
};
const ofKind = (kind: keyof typeof REPORT_KINDS): ReportGuard => ({
  code: "reportKind",
  needs: "state",
  text: { en: "The report is of the other kind", zh: "报告类别不符" },
  holds: ({ data }) => data.kind === kind,
});

export const PROGRAMME_REPORT: Lifecycle<ProgrammeReportState, never, ProgrammeReportData> = {
  kind: "programme-report",
  version: 1,
  title: { en: "Report of a sandbox programme", zh: "沙盒项目类别报告" },
  object: "sandboxApplication",
  initial: "DRAFT",
  stages: [
    { code: "draft", title: { en: "Draft", zh: "起草" } },
    { code: "end", title: { en: "End", zh: "结束" } },
  ],
  states: {
    DRAFT: { stage: "draft", title: { en: "Being written", zh: "起草中" } },
    ISSUED: { stage: "end", title: { en: "Issued", zh: "已发布" }, end: "final" },
    DISCARDED: { stage: "end", title: { en: "Discarded", zh: "已废弃" }, end: "final" },
  },
  flags: {},
  actions: {
    draftReport: action(OPEN, {
      title: { en: "Draft report", zh: "起草报告" },
      from: "nothing",
      to: "DRAFT",
      roles: REGULATORS,
      basis: DUTY,
      guards: [LEADS],
      change: ({ input, facts }) => ({ ...input, ...counted(facts) }),
    }),
    reviseReport: action(EDIT, {
      title: { en: "Write and count again", zh: "修改并重新统计" },
      from: ["DRAFT"],
      to: "same",
      roles: REGULATORS,
      basis: DUTY,
      guards: [LEADS],
      change: ({ input, facts }) => ({ ...input, ...counted(facts) }),
    }),
    issueAnnual: action(NOTHING, {
      title: { en: "Issue annual report", zh: "发布年度报告" },
      from: ["DRAFT"],
      to: "ISSUED",
      roles: REGULATORS,
      basis: DUTY,
      fourEyes: FOUR_EYES,
      guards: [LEADS, ofKind("annual"), COMPLETE],
      effects: [{ kind: "issue", document: "annualReport" }],
    }),
    issueFinal: action(NOTHING, {
      title: { en: "Issue final report", zh: "发布总结报告" },
      from: ["DRAFT"],
      to: "ISSUED",
      roles: REGULATORS,
      basis: DUTY,
      fourEyes: FOUR_EYES,
      guards: [LEADS, ofKind("final"), COMPLETE],
      effects: [{ kind: "issue", document: "programmeReport" }],
    }),
    discardReport: action(NOTHING, {
      title: { en: "Discard draft", zh: "废弃草稿" },
      from: ["DRAFT"],
      to: "DISCARDED",
      roles: REGULATORS,
      basis: DUTY,
      guards: [LEADS],
    }),
  },
  obligations: {},
  documents: {
    annualReport: { en: "Annual report of the programme", zh: "沙盒年度报告" },
    programmeReport: { en: "Final report of the programme", zh: "沙盒总结报告" },
  },
  deadlines: {},
  fields: {
    kind: { title: { en: "Kind of report", zh: "报告类别" }, shape: "choice", choices: REPORT_KINDS },
    year: { title: { en: "Year", zh: "年度" } },
    progress: { title: { en: "Progress", zh: "进展" }, shape: "longText" },
    bestPractice: { title: { en: "Best practice", zh: "最佳实践" }, shape: "longText" },
    lessonsLearnt: { title: { en: "Lessons", zh: "经验教训" }, shape: "longText" },
    recommendations: { title: { en: "Recommendations", zh: "建议" }, shape: "longText" },
    ...FIGURE_FIELDS,
  },
  empty: {},
  extentOf: ({ leads, coIssuers = [] }): Extent => ({
    organisations: [],
    assigned: [],
    ...extentOfProgramme(leads === undefined ? undefined : { leads, coIssuers }),
  }),
};
