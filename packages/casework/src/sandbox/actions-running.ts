/** What people do while the test runs: orders, mitigation, reviews, amendments, changes, the ways out of the test. */
import { ENTERPRISE_ROLES } from "../access/roles.ts";
import { BASES } from "../basis.ts";
import { actionsFor, type Context } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { assessmentMonths, EXAMINERS, FILERS, hasTerms, REGULATORS, reportMonths } from "./actions-entry.ts";
import type { SandboxProjectData, Suspension } from "./data.ts";
import { PROJECT_ENDS, SUSPENSION_EFFECTS, TEST_ENDS } from "./effects.ts";
import { added } from "./data-review.ts";
import { extensionRemarks, testMonths } from "./extension.ts";
import { INCIDENT_CLOCKS, incidentOf } from "./actions-records.ts";
import * as guard from "./guards.ts";
import * as review from "./guards-review.ts";
import * as input from "./inputs.ts";
import {
  EARLY_STATES,
  isRunningState,
  isTestState,
  LEFT_STATES,
  OPEN_STATES,
  RUNNING_STATES,
  TEST_STATES,
  type SandboxFlag,
  type SandboxState,
} from "./states.ts";
import { AUTHORITY_TOLD, PARTIES_TOLD, PARTIES_TOLD_AT_ONCE } from "./told.ts";

const action = actionsFor<SandboxState, SandboxFlag, SandboxProjectData>();

const orderSuspension = <Input extends { readonly reasons: string }>({
  input: fields,
  actor,
  at,
}: Context<SandboxState, SandboxFlag, SandboxProjectData, Input>): { suspension: Suspension } => ({
  suspension: { since: at, by: actor, reason: { en: fields.reasons, zh: fields.reasons } },
});

/** A confirmed defect halts a running test unless the panel agrees that it goes on. */
function haltsTest({
  before,
  input: fields,
}: Context<SandboxState, SandboxFlag, SandboxProjectData, Infer<typeof input.DEFECT>>): boolean {
  return !fields.panelAgreesToContinue && isRunningState(before.state);
}

/** The case as it is once the new tier holds; effects see it as it was before. */
function regraded({
  data,
  input: { riskTier, credit = data.credit },
}: Context<SandboxState, SandboxFlag, SandboxProjectData, Infer<typeof input.REGRADE>>): {
  readonly data: SandboxProjectData;
} {
  return { data: { ...data, riskTier, ...(credit === undefined ? {} : { credit }) } };
}

export const RUNNING_ACTIONS = {
  authorityOrder: action(input.RESTRICT_ORDER, {
    title: { en: "Order restriction", zh: "责令限制" },
    from: RUNNING_STATES,
    to: "RESTRICTED",
    roles: REGULATORS,
    basis: BASES.suspend,
    guards: [review.COMPETENT],
    notifies: PARTIES_TOLD_AT_ONCE,
    change: ({ input: fields, data, at }) => ({
      restriction: {
        since: data.restriction?.since ?? at,
        ...(fields.limits === undefined ? {} : { limits: fields.limits }),
        stoppedVehicles: [
          ...new Set([...(data.restriction?.stoppedVehicles ?? []), ...(fields.stoppedVehicles ?? [])]),
        ],
        reason: { en: fields.reasons, zh: fields.reasons },
      },
    }),
    effects: [{ kind: "issue", document: "restrictionOrder" }],
  }),
  severeIncident: action(input.INCIDENT, {
    title: { en: "Report severe incident", zh: "报告严重事件" },
    from: RUNNING_STATES,
    to: "SUSPENDED",
    roles: [...ENTERPRISE_ROLES, ...EXAMINERS],
    basis: BASES.noImmunity,
    guards: [review.COMPETENT_OR_INVOLVED],
    change: (context) => {
      const { input: fields, actor, at, data } = context;
      return {
        suspension: { since: at, by: actor, reason: { en: fields.what, zh: fields.what } },
        incidents: added(data.incidents, incidentOf(context)),
      };
    },
    effects: [...SUSPENSION_EFFECTS, ...INCIDENT_CLOCKS],
  }),
  order: action(input.WITH_REASONS, {
    title: { en: "Order suspension", zh: "责令中止" },
    from: RUNNING_STATES,
    to: "SUSPENDED",
    roles: REGULATORS,
    basis: BASES.suspend,
    guards: [review.COMPETENT],
    change: orderSuspension,
    effects: SUSPENSION_EFFECTS,
  }),
  dismissConfirmation: action(input.WITH_REASONS, {
    title: { en: "Dismiss demanded suspension", zh: "排除中止要求" },
    from: ["RESTRICTED"],
    to: "same",
    roles: REGULATORS,
    basis: BASES.suspend,
    guards: [review.COMPETENT, guard.hasFlag("CONFIRM_AT_ONCE", "No suspension is demanded", "没有待确认的中止要求")],
    effects: [
      { kind: "meet", obligation: "confirmSuspension" },
      { kind: "lower", flag: "CONFIRM_AT_ONCE" },
    ],
  }),
  informCoAuthorities: action(input.NOTHING, {
    title: { en: "Inform co-issuing departments", zh: "通报联合发文部门" },
    // The duty outlives the suspension that opened it, and the project.
    from: [...OPEN_STATES, ...LEFT_STATES],
    to: "same",
    roles: REGULATORS,
    basis: BASES.suspend,
    guards: [
      review.COMPETENT,
      guard.hasOpen("informCoAuthorities", "There is nothing that they are still to be told", "没有尚待通报的事项"),
    ],
    effects: [{ kind: "meet", obligation: "informCoAuthorities" }],
  }),
  taskDone: action(input.TASK_DONE, {
    title: { en: "Complete corrective task", zh: "完成整改任务" },
    from: [...TEST_STATES, "REPORTING"],
    to: "same",
    roles: FILERS,
    basis: BASES.lifecycle,
    guards: [
      guard.hasOpen("correctiveTask", "No corrective task is open", "没有未完成的整改任务"),
      {
        code: "openTask",
        needs: "input",
        text: { en: "There is no open corrective task of that number", zh: "没有该编号的未完成整改任务" },
        holds: ({ before, input: fields }) =>
          before.obligations.some(
            (each) => each.id === fields.task && each.code === "correctiveTask" && each.ended === undefined,
          ),
      },
    ],
    effects: [{ kind: "meet", obligation: "correctiveTask", which: (context) => context.input.task }],
  }),
  submitMitigation: action(input.MITIGATION, {
    title: { en: "Submit mitigation", zh: "提交整改措施" },
    from: ["RESTRICTED", "SUSPENDED"],
    to: "same",
    roles: FILERS,
    basis: BASES.suspend,
    notifies: AUTHORITY_TOLD,
  }),
  mitigationAccepted: action(input.MITIGATION_ACCEPTED, {
    title: { en: "Accept mitigation", zh: "认可整改" },
    from: ["SUSPENDED"],
    to: ["TESTING", "RESTRICTED"],
    choose: ({ input: fields }) => fields.to,
    roles: REGULATORS,
    basis: BASES.suspend,
    guards: [review.COMPETENT, guard.HAS_MITIGATION],
    notifies: PARTIES_TOLD,
    change: ({ input: fields, data, at }) => ({
      suspension: undefined,
      restriction:
        fields.to === "TESTING"
          ? undefined
          : (data.restriction ?? {
              since: at,
              stoppedVehicles: [],
              reason: { en: fields.reasons, zh: fields.reasons },
            }),
    }),
    effects: [
      { kind: "meet", obligation: "mitigation" },
      { kind: "issue", document: "liftingOrder" },
    ],
  }),
  mitigationFailed: action(input.WITH_REASONS, {
    title: { en: "Reject mitigation", zh: "整改不通过" },
    from: ["SUSPENDED"],
    to: "TERMINATING",
    roles: REGULATORS,
    basis: BASES.suspend,
    guards: [review.COMPETENT],
    notifies: PARTIES_TOLD_AT_ONCE,
    effects: [...TEST_ENDS, { kind: "open", obligation: "terminationReview" }],
  }),
  timeout: action(input.NOTHING, {
    title: { en: "Mitigation period passed", zh: "整改期届满" },
    from: ["SUSPENDED"],
    to: "TERMINATING",
    roles: ["system:clock"],
    basis: BASES.lifecycle,
    notifies: PARTIES_TOLD_AT_ONCE,
    effects: [...TEST_ENDS, { kind: "open", obligation: "terminationReview" }],
  }),
  lift: action(input.LIFT, {
    title: { en: "Lift restriction", zh: "解除限制" },
    from: ["RESTRICTED"],
    to: "TESTING",
    roles: REGULATORS,
    basis: BASES.lifecycle,
    guards: [review.COMPETENT, guard.NO_OPEN_CONFIRMATION],
    notifies: PARTIES_TOLD,
    change: () => ({ restriction: undefined }),
    effects: [{ kind: "issue", document: "liftingOrder" }],
  }),
  amend: action(input.AMEND, {
    title: { en: "Amend plan", zh: "变更方案" },
    from: ["TESTING"],
    to: "same",
    roles: [...ENTERPRISE_ROLES, ...REGULATORS],
    basis: BASES.decision,
    guards: [review.COMPETENT_OR_PARTY, guard.APPROVED_WIDENING, guard.AMENDED_FITS],
    notifies: [...PARTIES_TOLD, ...AUTHORITY_TOLD],
    change: ({ input: { limits, vehicles, triggerSet }, data }) => ({
      ...(limits === undefined ? {} : { limits }),
      ...(vehicles === undefined ? {} : { vehicles }),
      ...(triggerSet === undefined ? {} : { triggerSet }),
      planRevision: data.planRevision + 1,
    }),
  }),
  extend: action(input.EXTEND, {
    title: { en: "Extend test", zh: "延长测试期" },
    from: ["TESTING"],
    to: "same",
    roles: REGULATORS,
    basis: BASES.decision,
    guards: [review.COMPETENT, guard.MAY_EXTEND, review.FITS_EXTENSION],
    notifies: PARTIES_TOLD,
    remarks: extensionRemarks,
    change: ({ data, input: fields }) => ({
      extensions: data.extensions + 1,
      extensionRequest: undefined,
      months: testMonths(data) + fields.months,
    }),
    effects: [
      { kind: "meet", obligation: "decideExtension" },
      {
        kind: "reset",
        obligation: "testPeriod",
        amount: ({ data, input: fields }) => testMonths(data) + fields.months,
      },
    ],
  }),
  planDone: action(input.NOTHING, {
    title: { en: "Declare test complete", zh: "测试完成" },
    from: ["TESTING"],
    to: "REPORTING",
    roles: [...ENTERPRISE_ROLES, ...REGULATORS],
    basis: BASES.lifecycle,
    guards: [review.COMPETENT_OR_PARTY],
    change: () => ({ ending: "completed" as const }),
    notifies: AUTHORITY_TOLD,
    effects: [...TEST_ENDS, { kind: "open", obligation: "finalReport" }],
  }),
  expiry: action(input.NOTHING, {
    title: { en: "Period expired", zh: "期限届满" },
    from: ["READY", ...TEST_STATES],
    to: ["REPORTING", "LAPSED"],
    choose: ({ before }) => (before.state === "READY" ? "LAPSED" : "REPORTING"),
    roles: ["system:clock"],
    basis: BASES.lifecycle,
    change: () => ({ ending: "expired" as const }),
    effects: [
      ...TEST_ENDS,
      { kind: "cancel", obligation: "startTest" },
      { kind: "open", obligation: "finalReport", when: ({ before }) => before.state !== "READY" },
    ],
  }),
  withdraw: action(input.WITHDRAW, {
    title: { en: "Withdraw", zh: "自愿退出" },
    from: [...EARLY_STATES, ...TEST_STATES],
    to: ["LAPSED", "REPORTING"],
    choose: ({ before }) => (isTestState(before.state) ? "REPORTING" : "LAPSED"),
    roles: FILERS,
    basis: BASES.voluntary,
    guards: [guard.EARLY_EXIT_EXECUTED, review.REPORTED_BEFORE_LAPSE],
    notifies: AUTHORITY_TOLD,
    change: () => ({ ending: "withdrawn" as const }),
    effects: [
      ...PROJECT_ENDS,
      { kind: "lower", flag: "CONFIRM_AT_ONCE" },
      { kind: "open", obligation: "finalReport", when: ({ before }) => isTestState(before.state) },
    ],
  }),
  reviewBreach: action(input.REVIEW, {
    title: { en: "Review breach", zh: "审查违规活动" },
    from: OPEN_STATES,
    to: "same",
    roles: EXAMINERS,
    basis: BASES.suspend,
    guards: [
      review.COMPETENT_OR_TECHNICAL,
      guard.hasFlag("BREACH", "No breach is to be reviewed", "没有待审查的违规活动"),
    ],
    effects: [
      { kind: "lower", flag: "BREACH" },
      { kind: "meet", obligation: "breachReview" },
    ],
  }),
  reviewRetraction: action(input.REVIEW, {
    title: { en: "Review retraction", zh: "审查撤回" },
    from: OPEN_STATES,
    to: "same",
    roles: EXAMINERS,
    basis: BASES.trigger,
    guards: [
      review.COMPETENT_OR_TECHNICAL,
      guard.hasOpen("retractionReview", "No retraction is to be reviewed", "没有待审查的撤回"),
    ],
    effects: [{ kind: "meet", obligation: "retractionReview" }],
  }),
  logContact: action(input.CONTACT, {
    title: { en: "Log supervisory contact", zh: "记录监管服务" },
    from: OPEN_STATES.filter((state) => state !== "DRAFT"),
    to: "same",
    roles: EXAMINERS,
    basis: BASES.followUp,
    guards: [review.COMPETENT_OR_TECHNICAL],
    change: ({ data, input: { kind, note }, actor, at }) => ({
      contacts: added(data.contacts, { kind, note, by: actor, at, requested: false }),
    }),
    effects: [{ kind: "meet", obligation: "answerService" }],
  }),
  regrade: action(input.REGRADE, {
    title: { en: "Regrade risk", zh: "调整风险等级" },
    from: OPEN_STATES.filter((state) => state !== "DRAFT" && state !== "SUBMITTED" && state !== "RETURNED"),
    to: "same",
    roles: EXAMINERS,
    basis: BASES.grading,
    guards: [review.COMPETENT_OR_TECHNICAL],
    notifies: PARTIES_TOLD,
    change: ({ input: fields, data }) => ({ riskTier: fields.riskTier, credit: fields.credit ?? data.credit }),
    effects: [
      {
        kind: "reset",
        obligation: "stageReport",
        amount: (context) => reportMonths(regraded(context)),
        when: hasTerms,
      },
      {
        kind: "reset",
        obligation: "periodicAssessment",
        amount: (context) => assessmentMonths(regraded(context)),
        when: hasTerms,
      },
    ],
  }),
  controlledChange: action(input.CHANGE, {
    title: { en: "Record controlled change", zh: "受控变更" },
    from: ["READY", ...TEST_STATES],
    to: "same",
    roles: [...ENTERPRISE_ROLES, ...REGULATORS],
    basis: BASES.lifecycle,
    guards: [
      review.COMPETENT_OR_PARTY,
      {
        code: "approvedChange",
        needs: "state",
        text: {
          en: "In this risk tier a change needs the authority's approval",
          zh: "该风险等级项目的变更须经主管部门批准",
        },
        holds: ({ actor, data }) =>
          !guard.isEnterprise(actor.role) ||
          !(data.terms?.tiers[data.riskTier ?? "medium"].approvesChanges ?? data.riskTier === "high"),
      },
    ],
    change: ({ data, input: { subject, component, toVersion }, at }) => ({
      changes: [...data.changes.slice(-99), { subject, component, toVersion, at }],
    }),
  }),
  defectConfirmed: action(input.DEFECT, {
    title: { en: "Confirm defect", zh: "确认缺陷" },
    from: ["READY", ...TEST_STATES],
    to: ["READY", "TESTING", "RESTRICTED", "SUSPENDED"],
    choose: (context) => (haltsTest(context) ? "SUSPENDED" : context.before.state),
    roles: EXAMINERS,
    basis: BASES.noImmunity,
    guards: [review.COMPETENT_OR_TECHNICAL],
    change: (context) => {
      const { input: fields, actor, at } = context;
      const reason = { en: fields.description, zh: fields.description };
      return haltsTest(context) ? { suspension: { since: at, by: actor, reason } } : {};
    },
    effects: [
      { kind: "raise", flag: "DEFECT" },
      ...SUSPENSION_EFFECTS.map((effect) => ({ ...effect, when: haltsTest })),
    ],
  }),
} as const;
