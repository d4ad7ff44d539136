/**
 * What is kept while a project runs: stage reports and assessments at the tier's pace, incidents with their clocks, services,
 * participants, tolerance apart from liability, consent to publication.
 */
import { basis, BASES } from "../basis.ts";
import { AI_ACT, AS_DEFAULT } from "../sources.ts";
import { ENTERPRISE_ROLES, type RoleCode } from "../access/roles.ts";
import { ACCIDENT_ACTIONS } from "../accident/actions.ts";
import { actionsFor, type Context, type Effect } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { assessmentMonths, EXAMINERS, FILERS, hasTerms, REGULATORS, reportMonths } from "./actions-entry.ts";
import type { SandboxProjectData } from "./data.ts";
import { added, type Incident } from "./data-review.ts";
import { extensionAllowed, extensionRemarks } from "./extension.ts";
import { hasOpen } from "./guards.ts";
import * as review from "./guards-review.ts";
import { INCIDENT } from "./inputs.ts";
import * as input from "./inputs-review.ts";
import {
  LEFT_STATES,
  OPEN_STATES,
  RUNNING_STATES,
  TEST_STATES,
  type SandboxFlag,
  type SandboxState,
} from "./states.ts";
import { PARTIES_TOLD } from "./told.ts";

const action = actionsFor<SandboxState, SandboxFlag, SandboxProjectData>();
type IncidentContext = Context<SandboxState, SandboxFlag, SandboxProjectData, Infer<typeof INCIDENT>>;
const FILED = OPEN_STATES.filter((state) => state !== "DRAFT");

export function incidentOf({ id, input: fields, at }: IncidentContext): Incident {
  const { kind = "other", what, happenedAt, injured, dead, majorImpact = false, vehicle } = fields;
  return {
    id,
    kind,
    what,
    happenedAt: Date.parse(happenedAt),
    injured,
    dead,
    majorImpact,
    ...(vehicle === undefined ? {} : { vehicle }),
    reportedAt: at,
    references: [],
  };
}

const is =
  (...kinds: readonly string[]) =>
  ({ input: fields }: IncidentContext): boolean =>
    kinds.includes(fields.kind ?? "other");
export const ACCIDENT_KINDS = ["smokeOrFire", "lossOfControl", "collision"] as const;
const isAccident = is(...ACCIDENT_KINDS);
/** Whether a role opens accident cases itself. */
function mayReportAccident(role: RoleCode): boolean {
  return ACCIDENT_ACTIONS.report.roles.includes(role);
}

const clock = (
  obligation: string,
  when: (context: IncidentContext) => boolean,
  deadline?: (context: IncidentContext) => string,
): Effect<SandboxState, SandboxFlag, SandboxProjectData, Infer<typeof INCIDENT>> => ({
  kind: "open",
  obligation,
  when,
  ...(deadline === undefined ? {} : { deadline }),
  startAt: ({ input: { happenedAt } }) => Date.parse(happenedAt),
  subject: ({ id }) => id,
});

/**
 * Clocks that start at the fact, not at its report. An accident has a case of its own with a clock per authority (9.3); here is
 * only the duty to open it, where the one who tells of it may not do so.
 */
export const INCIDENT_CLOCKS = [
  clock("accidentCase", (context) => isAccident(context) && !mayReportAccident(context.actor.role)),
  clock("cyberIncident", is("cyber")),
  clock("aiIncident", is("aiSerious", "aiWidespread"), (context) =>
    is("aiWidespread")(context) ? "aiIncidentWidespread" : context.input.dead > 0 ? "aiIncidentDeath" : "aiIncident",
  ),
];

export const RECORD_ACTIONS = {
  stageReport: action(input.STAGE_REPORT, {
    title: { en: "Submit stage report", zh: "提交阶段报告" },
    from: TEST_STATES,
    to: "same",
    roles: FILERS,
    basis: BASES.grading,
    change: ({ data, input: { from, to }, at }) => ({ stageReports: added(data.stageReports, { from, to, at }) }),
    effects: [
      { kind: "meet", obligation: "stageReport" },
      { kind: "open", obligation: "stageReport", amount: reportMonths, when: hasTerms },
    ],
  }),
  periodicAssessment: action(input.PERIODIC, {
    title: { en: "Record comprehensive assessment", zh: "录入综合评估" },
    from: TEST_STATES,
    to: "same",
    roles: EXAMINERS,
    basis: basis("R-6.8", "Outlook new era article on AI sandboxes, 2026-04-30", "F"),
    guards: [review.COMPETENT_OR_TECHNICAL, review.DRAFT_STANDS],
    change: ({ data, input: fields, at }) => ({ assessments: added(data.assessments, { ...fields, at }) }),
    effects: [
      { kind: "meet", obligation: "periodicAssessment" },
      { kind: "open", obligation: "periodicAssessment", amount: assessmentMonths, when: hasTerms },
    ],
  }),
  requestExtension: action(input.REQUEST_EXTENSION, {
    title: { en: "Request extension", zh: "申请延期" },
    from: ["TESTING"],
    to: "same",
    roles: ENTERPRISE_ROLES,
    basis: BASES.decision,
    guards: [
      review.FITS_EXTENSION,
      {
        code: "oneRequest",
        needs: "state",
        text: { en: "A request is pending, or none is left", zh: "已有延期申请在办或次数已用尽" },
        holds: ({ data }) => data.extensionRequest === undefined && data.extensions < extensionAllowed(data).times,
      },
    ],
    remarks: extensionRemarks,
    change: ({ input: fields, at }) => ({ extensionRequest: { ...fields, at } }),
    effects: [{ kind: "open", obligation: "decideExtension" }],
  }),
  refuseExtension: action(input.OPINION, {
    title: { en: "Refuse extension", zh: "不予延期" },
    from: RUNNING_STATES,
    to: "same",
    roles: REGULATORS,
    basis: BASES.decision,
    guards: [review.COMPETENT, hasOpen("decideExtension", "No extension is requested", "没有在办延期申请")],
    notifies: PARTIES_TOLD,
    remarks: extensionRemarks,
    change: () => ({ extensionRequest: undefined }),
    effects: [{ kind: "meet", obligation: "decideExtension" }],
  }),
  reportIncident: action(INCIDENT, {
    title: { en: "Report incident", zh: "报告事件" },
    from: ["READY", ...TEST_STATES, "TERMINATING", "REPORTING", "EVALUATION", "EXIT_REVIEW"],
    to: "same",
    roles: [...ENTERPRISE_ROLES, ...EXAMINERS],
    basis: BASES.noImmunity,
    guards: [review.COMPETENT_OR_INVOLVED],
    change: (context) => ({ incidents: added(context.data.incidents, incidentOf(context)) }),
    effects: INCIDENT_CLOCKS,
  }),
  dutyReported: action(input.DUTY_DONE, {
    title: { en: "Record that a report was made", zh: "登记已履行报告义务" },
    from: FILED,
    to: "same",
    roles: [...FILERS, "RECALL_CENTER"],
    basis: BASES.noImmunity,
    guards: [
      {
        code: "openDuty",
        needs: "input",
        text: { en: "There is no open duty of an incident of that number", zh: "没有该编号的未履行事件报告义务" },
        holds: ({ before, input: fields }) =>
          before.obligations.some(
            (each) =>
              each.id === fields.duty &&
              each.ended === undefined &&
              input.INCIDENT_DUTIES.some((code) => code === each.code),
          ),
      },
      {
        code: "anyDuty",
        needs: "state",
        idle: "notOwed",
        text: { en: "No duty of an incident is open", zh: "没有未履行的事件报告义务" },
        holds: ({ before }) =>
          before.obligations.some(
            (each) => each.ended === undefined && input.INCIDENT_DUTIES.some((code) => code === each.code),
          ),
      },
    ],
    change: ({ before, data, input: { duty, reference }, at }) => {
      const met = before.obligations.find((each) => each.id === duty);
      return {
        incidents: (data.incidents ?? []).map((each) =>
          each.id === met?.subject
            ? { ...each, references: [...each.references, { duty: met.code, reference, at }] }
            : each,
        ),
      };
    },
    effects: input.INCIDENT_DUTIES.map((obligation) => ({
      kind: "meet" as const,
      obligation,
      which: ({ input: fields }: { readonly input: Infer<typeof input.DUTY_DONE> }) => fields.duty,
    })),
  }),
  decideTolerance: action(input.TOLERANCE, {
    title: { en: "Decide on tolerance", zh: "作出容错决定" },
    from: FILED,
    to: "same",
    roles: REGULATORS,
    basis: basis("R-6.6", "Outlook new era article on AI sandboxes, 2026-04-30", "F"),
    guards: [review.COMPETENT, review.TOLERABLE_MATTER],
    change: ({ data, input: fields, actor, at }) => ({
      tolerances: added(data.tolerances, { ...fields, by: actor, at }),
    }),
  }),
  recordLiability: action(input.LIABILITY, {
    title: { en: "Record liability", zh: "登记责任事项" },
    from: FILED,
    to: "same",
    roles: [...ENTERPRISE_ROLES, ...REGULATORS],
    basis: basis("R-6.27", AI_ACT("57(12)", AS_DEFAULT), "F"),
    guards: [review.COMPETENT_OR_PARTY],
    change: ({ data, input: fields, at }) => ({ liabilities: added(data.liabilities, { ...fields, at }) }),
  }),
  requestService: action(input.SERVICE_REQUEST, {
    title: { en: "Ask for a service", zh: "申请监管服务" },
    from: FILED,
    to: "same",
    roles: ENTERPRISE_ROLES,
    basis: basis("R-6.7", "Outlook new era article on AI sandboxes, 2026-04-30", "F"),
    change: ({ data, input: fields, actor, at }) => ({
      contacts: added(data.contacts, { ...fields, by: actor, at, requested: true }),
    }),
    effects: [{ kind: "open", obligation: "answerService", subject: (context) => context.input.kind }],
  }),
  updateParticipants: action(input.SUBJECTS, {
    title: { en: "Update consents of persons", zh: "更新参与人同意情况" },
    from: ["READY", ...TEST_STATES, "REPORTING"],
    to: "same",
    roles: FILERS,
    basis: basis("R-6.35", AI_ACT("60(5), 61", AS_DEFAULT), "F"),
    guards: [
      {
        code: "counts",
        needs: "input",
        text: { en: "More persons withdrew or were deleted than consented", zh: "退出或删除人数不得超过同意人数" },
        holds: ({ input: fields }) =>
          fields.withdrawn <= fields.consented &&
          fields.deleted <= fields.consented &&
          fields.compensated <= fields.consented,
      },
    ],
    change: ({ input: fields }) => ({ participants: fields }),
  }),
  consentPublication: action(input.PUBLICATION, {
    title: { en: "Consent to publication", zh: "同意公开" },
    // What came of a test is known at its end: consent is given, and taken back, behind it too.
    from: [...FILED, ...LEFT_STATES],
    to: "same",
    roles: [...ENTERPRISE_ROLES, ...REGULATORS.filter((role) => role !== "SUPERVISOR_ALL")],
    basis: basis("R-6.24", AI_ACT("57(8)", AS_DEFAULT), "F"),
    guards: [review.COMPETENT_OR_PARTY],
    change: ({ data, input: fields, actor, at }) => {
      const side = review.isParty(actor.role) ? ("enterprise" as const) : ("authority" as const);
      return { publication: { ...data.publication, [side]: { ...fields, by: actor, at } } };
    },
  }),
} as const;
