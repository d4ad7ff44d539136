/** Follow-up of a project in routine supervision: what was conditional stays watched by rules of its own. */
import { REASONS, WITH_REASONS } from "../common-inputs.ts";
import type { CaseActor, Extent } from "../access/extent.ts";
import { ENTERPRISE_ROLES } from "../access/roles.ts";
import { basis, BASES } from "../basis.ts";
import { listField } from "../fields.ts";
import { actionsFor, type Folded, type Json, type Lifecycle } from "../lifecycle/definition.ts";
import type { Obligation } from "../lifecycle/obligation.ts";
import { caseOf, choiceOf, instant, integer, list, named, object, text, type Infer } from "../schema.ts";
import { EXAMINERS, FILERS, REGULATORS } from "./actions-entry.ts";
import { competent, departmentsIn, extentOfProgramme, type Departments } from "./departments.ts";
import { FIRING, RETRACTION, TRIGGER_SET, VEHICLES } from "./inputs.ts";
import { MEASURES, REVIEWS } from "./names.ts";

const PROPOSAL = basis("9.1", "Sandglass proposal: tracking after the exit", "P");

const OPEN = object(
  {
    title: text({ en: "Title", zh: "名称" }, 200),
    project: caseOf(["sandbox-project"], { en: "Project", zh: "项目" }),
    organisations: list(named("organisation", text(undefined, 120)), { en: "Organisations", zh: "单位" }, 0, 100),
    months: integer(1, 60, { en: "Months", zh: "月数" }),
    reportMonths: integer(1, 24, { en: "Months between reports", zh: "报告间隔（月）" }),
  },
  {
    regions: list(
      named("region", text(undefined, 120)),
      { en: "Regions (area codes)", zh: "区域（行政区划代码）" },
      0,
      100,
    ),
    vehicles: VEHICLES,
    conditions: text({ en: "Conditions", zh: "附加条件" }),
    triggerSet: TRIGGER_SET,
  },
);
const RULES = object({ triggerSet: TRIGGER_SET, reasons: REASONS }, { vehicles: VEHICLES });
const FROM = instant({ en: "From", zh: "起" });
const TO = instant({ en: "To", zh: "止" });
/** UTC ms in the data. */
const RECORDED = instant({ en: "Recorded", zh: "登记时间" });
const REPORT = object({
  from: FROM,
  to: TO,
  results: text({ en: "Results", zh: "结果" }, 20_000),
});
const FINDING = object({ note: text({ en: "What was found", zh: "检查发现" }) });
const REVIEW_FINDING = object({
  finding: named("finding", text({ en: "Finding", zh: "触发结果" }, 64)),
  outcome: choiceOf(REVIEWS, { en: "Outcome", zh: "结论" }),
  reasons: REASONS,
});
const ESCALATE = object({
  measure: choiceOf(MEASURES, { en: "Measure", zh: "措施" }),
  reasons: REASONS,
});

export type FollowUpState = "TRACKING" | "ESCALATED" | "CONCLUDED" | "HANDED_OVER";
/** What the tracking rules found. */
export interface FollowUpFinding {
  readonly finding: string;
  readonly trigger: string;
  readonly level: number;
  readonly vehicle: string;
  readonly at: number;
  /** When late data took it back. */
  readonly retractedAt?: number;
}

export interface FollowUpData extends Partial<Infer<typeof OPEN>> {
  /** Of the project's programme. */
  readonly departments?: Departments;
  readonly reports: readonly { readonly from: string; readonly to: string; readonly at: number }[];
  /** Since when the present rules watch, UTC ms. */
  readonly watchedSince?: number;
  /** The last hundred; the whole list is in the actions and the findings. */
  readonly findings: readonly FollowUpFinding[];
  readonly inspections: readonly { readonly note: string; readonly by: CaseActor; readonly at: number }[];
}
const extentOf = ({ organisations = [], departments, regions }: FollowUpData): Extent => ({
  organisations,
  assigned: [],
  ...extentOfProgramme(departments, regions),
});
/** Those who lead the project's programme, and the technical centre of the department in the lead. */
const COMPETENT = competent<FollowUpState, never, FollowUpData>(extentOf);
const COMPETENT_OR_TECHNICAL = competent<FollowUpState, never, FollowUpData>(extentOf, "RECALL_CENTER");

function departmentsOf(facts: Partial<Departments>): Pick<FollowUpData, "departments"> {
  const departments = departmentsIn(facts);
  return departments === undefined ? {} : { departments };
}

const action = actionsFor<FollowUpState, never, FollowUpData>();

function openReview({ obligations }: Pick<Folded, "obligations">, finding: string): Obligation | undefined {
  return obligations.find(
    (each) => each.code === "reviewFinding" && each.subject === finding && each.ended === undefined,
  );
}

const reportMonths = ({ data, input }: { readonly data: FollowUpData; readonly input: unknown }): number =>
  data.reportMonths ?? (input as { readonly reportMonths?: number }).reportMonths ?? 3;

export const SANDBOX_FOLLOW_UP: Lifecycle<FollowUpState, never, FollowUpData> = {
  kind: "sandbox-follow-up",
  version: 1,
  title: { en: "Follow-up of a sandbox project", zh: "出盒跟踪" },
  object: "sandboxApplication",
  initial: "TRACKING",
  stages: [
    { code: "tracking", title: { en: "Tracking", zh: "跟踪" } },
    { code: "end", title: { en: "End", zh: "结束" } },
  ],
  states: {
    TRACKING: { stage: "tracking", title: { en: "Tracked", zh: "跟踪中" } },
    ESCALATED: { stage: "tracking", title: { en: "Escalated", zh: "已升级处置" } },
    CONCLUDED: { stage: "end", title: { en: "Concluded", zh: "跟踪结束" }, end: "final" },
    HANDED_OVER: { stage: "end", title: { en: "Handed over to an investigation", zh: "移交调查" }, end: "final" },
  },
  flags: {},
  actions: {
    openTracking: action(OPEN, {
      title: { en: "Begin tracking", zh: "开始跟踪" },
      from: "nothing",
      to: "TRACKING",
      roles: REGULATORS,
      basis: BASES.exitKinds,
      change: ({ input, facts, at }) => ({ ...input, ...departmentsOf(facts), watchedSince: at }),
      effects: [
        { kind: "open", obligation: "tracking", amount: ({ input }) => input.months },
        { kind: "open", obligation: "trackingReport", amount: reportMonths },
      ],
    }),
    setRules: action(RULES, {
      title: { en: "Set tracking rules", zh: "设定跟踪规则" },
      from: ["TRACKING", "ESCALATED"],
      to: "same",
      roles: EXAMINERS,
      basis: PROPOSAL,
      guards: [COMPETENT_OR_TECHNICAL],
      // Those of the project's plan, until others were set.
      present: ({ data: { triggerSet, vehicles } }) => ({ triggerSet: triggerSet as Json | undefined, vehicles }),
      change: ({ input: { triggerSet, vehicles }, at }) => ({
        triggerSet,
        watchedSince: at,
        ...(vehicles === undefined ? {} : { vehicles }),
      }),
    }),
    trackingReport: action(REPORT, {
      title: { en: "Submit tracking report", zh: "提交跟踪报告" },
      from: ["TRACKING", "ESCALATED"],
      to: "same",
      roles: FILERS,
      basis: PROPOSAL,
      change: ({ data, input: { from, to }, at }) => ({ reports: [...data.reports.slice(-99), { from, to, at }] }),
      effects: [
        { kind: "meet", obligation: "trackingReport" },
        { kind: "open", obligation: "trackingReport", amount: reportMonths },
        { kind: "issue", document: "trackingReport" },
      ],
    }),
    inspect: action(FINDING, {
      title: { en: "Record inspection", zh: "登记检查" },
      from: ["TRACKING", "ESCALATED"],
      to: "same",
      roles: EXAMINERS,
      basis: BASES.followUp,
      guards: [COMPETENT_OR_TECHNICAL],
      change: ({ data, input: { note }, actor, at }) => ({
        inspections: [...data.inspections.slice(-99), { note, by: actor, at }],
      }),
    }),
    noteFinding: action(FIRING, {
      title: { en: "Tracking rule fires", zh: "跟踪规则触发" },
      from: ["TRACKING", "ESCALATED"],
      to: "same",
      roles: ["system:trigger"],
      basis: BASES.trigger,
      change: ({ data, input: { finding, trigger, level, vehicle }, at }) => ({
        findings: [...data.findings.slice(-99), { finding, trigger, level, vehicle, at }],
      }),
      effects: [
        {
          kind: "open",
          obligation: "reviewFinding",
          subject: ({ input }) => input.finding,
          when: ({ data, input }) => !data.findings.some((each) => each.finding === input.finding),
        },
      ],
      summary: ({ sentence }) => sentence,
    }),
    noteRetraction: action(RETRACTION, {
      title: { en: "Finding retracted", zh: "触发结果撤回" },
      from: ["TRACKING", "ESCALATED"],
      to: "same",
      roles: ["system:trigger"],
      basis: BASES.trigger,
      change: ({ data, input: { finding }, at }) => ({
        findings: data.findings.map((each) => (each.finding === finding ? { ...each, retractedAt: at } : each)),
      }),
      summary: ({ sentence }) => sentence,
    }),
    reviewFinding: action(REVIEW_FINDING, {
      title: { en: "Review finding", zh: "审查触发结果" },
      from: ["TRACKING", "ESCALATED"],
      to: "same",
      roles: EXAMINERS,
      basis: BASES.followUp,
      guards: [
        COMPETENT_OR_TECHNICAL,
        {
          code: "openReview",
          needs: "input",
          text: { en: "No open finding has this id", zh: "没有该编号的待审触发结果" },
          holds: ({ before, input }) => openReview(before, input.finding) !== undefined,
        },
      ],
      effects: [
        {
          kind: "meet",
          obligation: "reviewFinding",
          which: ({ before, input }) => openReview(before, input.finding)?.id,
        },
      ],
    }),
    escalate: action(ESCALATE, {
      title: { en: "Escalate", zh: "升级处置" },
      from: ["TRACKING"],
      to: "ESCALATED",
      roles: REGULATORS,
      basis: BASES.noImmunity,
      guards: [COMPETENT],
    }),
    settle: action(WITH_REASONS, {
      title: { en: "Back to tracking", zh: "恢复跟踪" },
      from: ["ESCALATED"],
      to: "TRACKING",
      roles: REGULATORS,
      basis: PROPOSAL,
      guards: [COMPETENT],
    }),
    handOver: action(WITH_REASONS, {
      title: { en: "Hand over to an investigation", zh: "移交调查" },
      from: ["ESCALATED"],
      to: "HANDED_OVER",
      roles: REGULATORS,
      basis: BASES.noImmunity,
      guards: [COMPETENT],
      effects: [{ kind: "cancel", obligation: "all" }],
    }),
    conclude: action(WITH_REASONS, {
      title: { en: "Conclude tracking", zh: "结束跟踪" },
      from: ["TRACKING"],
      to: "CONCLUDED",
      roles: REGULATORS,
      basis: PROPOSAL,
      guards: [
        COMPETENT,
        {
          code: "periodOver",
          needs: "state",
          text: { en: "The tracking period is not over", zh: "跟踪期未满" },
          holds: ({ before, at }) => {
            const period = before.obligations.find((each) => each.code === "tracking" && each.ended === undefined);
            return period?.dueAt === undefined || at >= period.dueAt;
          },
        },
      ],
      effects: [
        { kind: "meet", obligation: "tracking" },
        { kind: "cancel", obligation: "all" },
      ],
    }),
  },
  obligations: {
    tracking: { title: { en: "End of tracking", zh: "跟踪期届满" }, bearers: REGULATORS, deadline: "tracking" },
    trackingReport: {
      title: { en: "Submit the tracking report", zh: "提交跟踪报告" },
      bearers: ENTERPRISE_ROLES,
      deadline: "trackingReport",
    },
    reviewFinding: {
      title: { en: "Review the finding of a tracking rule", zh: "审查跟踪规则触发结果" },
      bearers: EXAMINERS,
      deadline: "reviewFinding",
    },
  },
  documents: { trackingReport: { en: "Tracking report", zh: "跟踪报告" } },
  deadlines: {
    trackingReport: {
      unit: "month",
      amount: 3,
      from: { en: "the exit or the last report", zh: "出盒或上次报告之日" },
      basis: PROPOSAL,
    },
    reviewFinding: {
      unit: "workingDay",
      amount: 5,
      from: { en: "the finding", zh: "触发之日" },
      basis: PROPOSAL,
    },
  },
  fields: {
    project: { title: { en: "Project", zh: "项目" }, shape: "case" },
    conditions: { title: { en: "Conditions", zh: "附加条件" }, shape: "longText" },
    months: { title: { en: "Tracking period", zh: "跟踪期" }, shape: "number", unit: "month" },
    reportMonths: { title: { en: "Report every", zh: "报告间隔" }, shape: "number", unit: "month" },
    // What the rules found stands in the history in words, with its duties; here is what they are.
    "triggerSet.pack": { title: { en: "Rule pack", zh: "规则包" }, value: TRIGGER_SET.properties.pack },
    "triggerSet.rules": { title: { en: "Published rules", zh: "已发布的规则" }, value: TRIGGER_SET.properties.rules },
    inspections: listField({ en: "Inspections", zh: "检查记录" }, object({ at: RECORDED, ...FINDING.properties })),
    reports: listField({ en: "Tracking reports", zh: "跟踪报告" }, object({ from: FROM, to: TO, at: RECORDED })),
  },
  empty: { reports: [], inspections: [], findings: [] },
  extentOf,
};
