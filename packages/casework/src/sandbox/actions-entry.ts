/** Actions from the draft to the start of the test: application, assessment, decision, plan. */
import { basis, BASES } from "../basis.ts";
import { AI_ACT, WHERE_ALLOWED } from "../sources.ts";
import { ENTERPRISE_ROLES, type RoleCode } from "../access/roles.ts";
import { actionsFor } from "../lifecycle/definition.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { gradeOf, strategyOf, type ProgrammeTerms } from "../programmes/mod.ts";
import type { SandboxProjectData } from "./data.ts";
import { PROJECT_DEADLINES } from "./deadlines.ts";
import { testMonths } from "./extension.ts";
import { added, resultOf, type RehearsalFacts } from "./data-review.ts";
import * as guard from "./guards.ts";
import * as review from "./guards-review.ts";
import * as input from "./inputs.ts";
import { opinionRemarks, OPINIONS_ASKED, OPINIONS_CLOSED } from "./opinions.ts";
import { planRemarks } from "./plan.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";
import { AUTHORITY_TOLD, NAMED_TOLD, PARTIES_TOLD } from "./told.ts";

const action = actionsFor<SandboxState, SandboxFlag, SandboxProjectData>();
/** Those who may decide on a project; which of them does, its programme says. */
export const REGULATORS = ["SAMR", "MIIT", "AI_REGULATOR", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
/** Those who examine it. */
export const EXAMINERS = [
  "SAMR",
  "MIIT",
  "AI_REGULATOR",
  "RECALL_CENTER",
  "SUPERVISOR_ALL",
] as const satisfies readonly RoleCode[];
/** Applicants, and the supervisor who enters what was filed on paper. */
export const FILERS = [...ENTERPRISE_ROLES, "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];

/** The programme's rules as the server found them when the action was taken. */
function pinned(facts: { readonly [key: string]: unknown }): Partial<SandboxProjectData> {
  return facts["terms"] === undefined ? {} : { terms: facts["terms"] as ProgrammeTerms };
}

/** A changed plan voids signatures and rehearsal, because both were given on another text. */
function revise(data: SandboxProjectData): Partial<SandboxProjectData> {
  return { planRevision: data.planRevision + 1 };
}

const decisionMonths = ({ data }: { readonly data: SandboxProjectData }): number =>
  data.terms?.decisionMonths ?? DEADLINES.decision.amount;

/** The clock of the decision: in months, or in the days after which silence approves; its law is that of the programme. */
const DECISION = {
  kind: "open",
  obligation: "decision",
  deadline: ({ data }: { readonly data: SandboxProjectData }) =>
    isBeforeSilence(data) ? "decisionBeforeSilence" : "decision",
  amount: (context: { readonly data: SandboxProjectData }) =>
    (isBeforeSilence(context.data) ? context.data.terms?.tacitDays : undefined) ?? decisionMonths(context),
  basis: ({ data }: { readonly data: SandboxProjectData }) => data.terms?.bases?.decision,
} as const;

/** Projects that were filed before their terms named the law of their limits keep the clock that they have. */
function isBeforeSilence({ terms }: SandboxProjectData): boolean {
  return terms?.bases !== undefined && terms.tacitDays !== undefined;
}

type OfProject = { readonly data: SandboxProjectData };
export const hasTerms = ({ data }: OfProject): boolean => data.terms !== undefined;
/** Months between two stage reports: the tier's, shifted by credit. */
export const reportMonths = ({ data }: OfProject): number =>
  data.terms === undefined
    ? PROJECT_DEADLINES.stageReport.amount
    : strategyOf(data.terms, data.riskTier ?? "medium", data.credit).reportMonths;
export const assessmentMonths = ({ data }: OfProject): number =>
  data.terms === undefined
    ? PROJECT_DEADLINES.periodicAssessment.amount
    : strategyOf(data.terms, data.riskTier ?? "medium", data.credit).assessmentMonths;

/** What an expert reads who is assigned to a project. */
export const ASSIGNED = {
  en: "You are assigned to assess this project: declare your interest, then score and vote",
  zh: "您被指派评估本项目：请先声明利益关系，再评分与表决",
};

/** The clocks of a decision, which all end with it. */
const DECIDED = [
  { kind: "meet", obligation: "decision" },
  { kind: "cancel", obligation: "tacitDecision" },
  ...OPINIONS_CLOSED,
] as const;
const UNSKIPPABLE = guard.APPLICATION_COMPLETE.filter((each) => each.unskippable !== undefined);

export const ENTRY_ACTIONS = {
  create: action(input.CREATE, {
    title: { en: "Create draft", zh: "新建草稿" },
    from: "nothing",
    to: "DRAFT",
    roles: FILERS,
    basis: BASES.voluntary,
    guards: [guard.OWN_APPLICATION],
    notifies: NAMED_TOLD,
    change: ({ input: fields, actor, facts }) => ({
      ...fields,
      ...pinned(facts),
      createdBy: actor,
      ...(fields.applicant === undefined && actor.organisation !== undefined && guard.isEnterprise(actor.role)
        ? { applicant: { organisation: actor.organisation, role: "vehicleMaker" as const } }
        : {}),
    }),
  }),
  edit: action(input.EDIT, {
    title: { en: "Edit application", zh: "编辑申请" },
    from: ["DRAFT", "RETURNED"],
    to: "same",
    roles: FILERS,
    basis: BASES.application,
    guards: [guard.STAYS_OWN],
    notifies: NAMED_TOLD,
    change: ({ input: fields, data, facts }) => ({ ...fields, ...pinned(facts), ...revise(data) }),
  }),
  submit: action(input.NOTHING, {
    title: { en: "Submit", zh: "提交申请" },
    from: ["DRAFT"],
    to: "SUBMITTED",
    roles: FILERS,
    basis: BASES.application,
    guards: [...guard.APPLICATION_COMPLETE, ...review.PROGRAMME_RULES],
    requires: ["testPlan", "riskAssessment", "emergencyPlan"],
    change: ({ facts }) => pinned(facts),
    effects: [
      { kind: "issue", document: "receipt" },
      { kind: "open", obligation: "completenessCheck" },
      DECISION,
      {
        kind: "open",
        obligation: "tacitDecision",
        amount: ({ data }) => data.terms?.tacitDays ?? PROJECT_DEADLINES.tacitDecision.amount,
        when: ({ data }) => data.terms?.tacitDays !== undefined,
      },
    ],
  }),
  completenessOk: action(input.ASSESSMENT_START, {
    title: { en: "Accept as complete", zh: "受理（材料齐全）" },
    from: ["SUBMITTED"],
    to: "UNDER_ASSESSMENT",
    roles: EXAMINERS,
    basis: BASES.grading,
    guards: [...UNSKIPPABLE, review.COMPETENT_OR_TECHNICAL, review.KNOWN_FACTORS, review.TIER_EXPLAINED],
    // What the applicant declared; who examines changes it or lets it stand.
    present: ({ data: { riskFactors } }) => (riskFactors === undefined ? {} : { riskFactors }),
    change: ({ input: fields, data }) => {
      const { terms } = data;
      const riskFactors = fields.riskFactors ?? data.riskFactors ?? [];
      const { credit, businessModel = data.businessModel } = { ...fields, businessModel: data.businessModel };
      const grade = terms === undefined ? undefined : gradeOf(terms, { factors: riskFactors, credit, businessModel });
      return {
        riskTier: fields.riskTier ?? grade?.tier ?? "medium",
        assignedExperts: fields.experts ?? [],
        panel: { round: "admission", members: [] },
        ...(grade === undefined ? {} : { grade, riskFactors }),
        ...(credit === undefined ? {} : { credit }),
      };
    },
    notifies: [
      ...PARTIES_TOLD,
      { to: ["EXPERT"], text: () => ASSIGNED, when: ({ input: fields }) => (fields.experts ?? []).length > 0 },
    ],
    effects: [{ kind: "meet", obligation: "completenessCheck" }, ...OPINIONS_ASKED],
  }),
  incomplete: action(input.INCOMPLETE, {
    title: { en: "Return as incomplete", zh: "退回补正" },
    from: ["SUBMITTED"],
    to: "RETURNED",
    roles: EXAMINERS,
    basis: BASES.lifecycle,
    guards: [review.COMPETENT_OR_TECHNICAL],
    effects: [
      { kind: "meet", obligation: "completenessCheck" },
      { kind: "pause", obligation: "decision" },
      { kind: "pause", obligation: "tacitDecision" },
      { kind: "open", obligation: "completeApplication" },
    ],
  }),
  resubmit: action(input.NOTHING, {
    title: { en: "Resubmit", zh: "重新提交" },
    from: ["RETURNED"],
    to: "SUBMITTED",
    roles: FILERS,
    basis: BASES.application,
    guards: [...guard.APPLICATION_COMPLETE, ...review.PROGRAMME_RULES],
    effects: [
      { kind: "meet", obligation: "completeApplication" },
      { kind: "resume", obligation: "decision" },
      { kind: "resume", obligation: "tacitDecision" },
      { kind: "open", obligation: "completenessCheck" },
    ],
  }),
  lapse: action(input.NOTHING, {
    title: { en: "Let lapse", zh: "逾期失效" },
    from: ["RETURNED"],
    to: "LAPSED",
    roles: ["system:clock"],
    basis: BASES.lifecycle,
    notifies: PARTIES_TOLD,
    effects: [{ kind: "cancel", obligation: "all" }],
  }),
  panelOpinion: action(input.PANEL, {
    title: { en: "Record panel opinion", zh: "录入专家组意见" },
    from: ["UNDER_ASSESSMENT"],
    to: "DECISION_PENDING",
    roles: [...EXAMINERS, "EXPERT"],
    basis: BASES.panel,
    guards: [review.COMPETENT_OR_TECHNICAL, ...guard.PANEL_VALID, review.PANEL_BIG_ENOUGH],
    change: ({ data, input: fields, at }) => ({
      panelResults: added(data.panelResults, resultOf(data, fields, "admission", at)),
    }),
  }),
  approveTacitly: action(input.NOTHING, {
    title: { en: "Approved by silence", zh: "逾期视为批准" },
    from: ["SUBMITTED", "UNDER_ASSESSMENT", "DECISION_PENDING"],
    to: "PLAN_NEGOTIATION",
    roles: ["system:clock"],
    basis: basis("R-6.34", AI_ACT("60(4)", WHERE_ALLOWED), "F"),
    guards: [
      ...UNSKIPPABLE,
      guard.hasOpen("tacitDecision", "The programme knows no approval by silence", "本项目类别不适用逾期批准"),
    ],
    notifies: PARTIES_TOLD,
    change: ({ data }) => ({ riskTier: data.riskTier ?? "medium" }),
    effects: [
      { kind: "meet", obligation: "tacitDecision" },
      { kind: "cancel", obligation: "completenessCheck" },
      { kind: "cancel", obligation: "decision" },
      ...OPINIONS_CLOSED,
      { kind: "issue", document: "admissionLetter" },
    ],
  }),
  admit: action(input.ADMIT, {
    title: { en: "Admit", zh: "准予入盒" },
    from: ["DECISION_PENDING"],
    to: "PLAN_NEGOTIATION",
    roles: REGULATORS,
    basis: BASES.decision,
    guards: [...UNSKIPPABLE, review.COMPETENT, review.OBJECTIONS_ANSWERED, review.ABOVE_MARK],
    remarks: opinionRemarks,
    notifies: PARTIES_TOLD,
    effects: [...DECIDED, { kind: "issue", document: "admissionLetter" }],
  }),
  refuse: action(input.WITH_REASONS, {
    title: { en: "Refuse", zh: "不予入盒" },
    from: ["DECISION_PENDING"],
    to: "REFUSED",
    roles: REGULATORS,
    basis: BASES.decision,
    guards: [review.COMPETENT],
    notifies: PARTIES_TOLD,
    change: ({ at }) => ({ refusedAt: at }),
    effects: [...DECIDED, { kind: "issue", document: "refusalLetter" }],
  }),
  appeal: action(input.APPEAL, {
    title: { en: "Appeal", zh: "申诉" },
    from: ["REFUSED"],
    to: "same",
    roles: FILERS,
    basis: DEADLINES.appeal.basis,
    guards: [guard.APPEAL_IN_TIME(DEADLINES.appeal.amount)],
    change: ({ input: fields, at }) => ({ appeal: { at, grounds: fields.grounds } }),
    effects: [{ kind: "open", obligation: "decideAppeal" }],
  }),
  appealUpheld: action(input.WITH_REASONS, {
    title: { en: "Uphold appeal", zh: "申诉成立" },
    from: ["REFUSED"],
    to: "UNDER_ASSESSMENT",
    roles: REGULATORS,
    basis: BASES.lifecycle,
    guards: [
      review.COMPETENT,
      guard.APPEAL_PENDING,
      guard.hasOpen("decideAppeal", "The appeal is already decided", "申诉已有决定"),
    ],
    notifies: PARTIES_TOLD,
    change: () => ({ panel: { round: "admission" as const, members: [] } }),
    effects: [{ kind: "meet", obligation: "decideAppeal" }, DECISION],
  }),
  appealRejected: action(input.WITH_REASONS, {
    title: { en: "Reject appeal", zh: "申诉不成立" },
    from: ["REFUSED"],
    to: "same",
    roles: REGULATORS,
    basis: BASES.lifecycle,
    guards: [
      review.COMPETENT,
      guard.APPEAL_PENDING,
      guard.hasOpen("decideAppeal", "The appeal is already decided", "申诉已有决定"),
    ],
    notifies: PARTIES_TOLD,
    effects: [{ kind: "meet", obligation: "decideAppeal" }],
  }),
  editPlan: action(input.PLAN, {
    title: { en: "Edit plan", zh: "编辑方案" },
    from: ["PLAN_NEGOTIATION"],
    to: "same",
    roles: [...ENTERPRISE_ROLES, ...EXAMINERS],
    basis: BASES.plan,
    guards: [review.COMPETENT_OR_INVOLVED],
    remarks: planRemarks,
    change: ({ input: fields, data }) => ({ ...fields, ...revise(data) }),
  }),
  signPlan: action(input.PLAN, {
    title: { en: "Sign plan", zh: "企业签署方案" },
    from: ["PLAN_NEGOTIATION"],
    to: "same",
    roles: FILERS,
    basis: BASES.plan,
    remarks: planRemarks,
    notifies: AUTHORITY_TOLD,
    change: ({ input: fields, data, actor, at }) => {
      const planRevision = Object.keys(fields).length > 0 ? data.planRevision + 1 : data.planRevision;
      return { ...fields, planRevision, enterpriseSignature: { by: actor, at, planRevision } };
    },
  }),
  planAgreed: action(input.NOTHING, {
    title: { en: "Agree plan", zh: "主管部门签署方案" },
    from: ["PLAN_NEGOTIATION"],
    to: "READY",
    roles: REGULATORS,
    basis: BASES.plan,
    guards: [review.COMPETENT, ...guard.PLAN_COMPLETE, ...review.PLAN_OF_PROGRAMME, guard.SIGNED_BY_ENTERPRISE],
    remarks: opinionRemarks,
    change: ({ data, actor, at }) => ({ authoritySignature: { by: actor, at, planRevision: data.planRevision } }),
    effects: [
      { kind: "issue", document: "plan" },
      { kind: "open", obligation: "startTest" },
    ],
  }),
  rehearse: action(input.REHEARSAL, {
    title: { en: "Rehearse triggers", zh: "演练触发规则" },
    from: ["READY"],
    to: "same",
    roles: [...ENTERPRISE_ROLES, ...EXAMINERS],
    basis: BASES.lifecycle,
    guards: [review.COMPETENT_OR_INVOLVED, guard.REHEARSAL_PERIOD, review.REHEARSAL_SEEN, review.REHEARSAL_PASSED],
    change: ({ input: fields, data, facts, at }) => ({
      ...(facts["rehearsal"] === undefined
        ? {}
        : {
            rehearsal: {
              ...(facts["rehearsal"] as unknown as RehearsalFacts),
              at,
              planRevision: data.planRevision,
            },
          }),
      ...(fields.passed ? { rehearsedRevision: data.planRevision } : {}),
    }),
  }),
  start: action(input.START, {
    title: { en: "Start test", zh: "开始测试" },
    from: ["READY"],
    to: "TESTING",
    roles: [...ENTERPRISE_ROLES, ...REGULATORS],
    basis: BASES.lifecycle,
    guards: [
      review.COMPETENT_OR_PARTY,
      ...UNSKIPPABLE,
      ...guard.PLAN_COMPLETE,
      ...review.PLAN_OF_PROGRAMME,
      guard.REHEARSED,
      guard.START_CONFIRMED,
    ],
    change: ({ at }) => ({ startedAt: at }),
    effects: [
      { kind: "meet", obligation: "startTest" },
      {
        kind: "open",
        obligation: "testPeriod",
        amount: ({ data }) => testMonths(data),
        basis: ({ data }) => data.terms?.bases?.test,
      },
      { kind: "open", obligation: "stageReport", amount: reportMonths, when: hasTerms },
      { kind: "open", obligation: "periodicAssessment", amount: assessmentMonths, when: hasTerms },
    ],
  }),
} as const;
