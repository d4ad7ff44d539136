/** Parties, departments and experts on the way into the box: consent, opinions, declarations of interest, ballots, exclusion. */
import { basis, BASES } from "../basis.ts";
import { ENTERPRISE_ROLES, type RoleCode } from "../access/roles.ts";
import { actionsFor } from "../lifecycle/definition.ts";
import { ASSIGNED, EXAMINERS, REGULATORS } from "./actions-entry.ts";
import type { SandboxProjectData } from "./data.ts";
import { added, type PanelMember } from "./data-review.ts";
import * as review from "./guards-review.ts";
import * as input from "./inputs-review.ts";
import { ISSUING_DEPARTMENTS, OPINION_GIVEN } from "./opinions.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";
import { OPINION_TOLD, PARTIES_TOLD } from "./told.ts";

const action = actionsFor<SandboxState, SandboxFlag, SandboxProjectData>();
const DEPARTMENTS = [...ISSUING_DEPARTMENTS, "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const NOT_YET_STARTED = [
  "SUBMITTED",
  "RETURNED",
  "UNDER_ASSESSMENT",
  "DECISION_PENDING",
  "PLAN_NEGOTIATION",
  "READY",
] as const satisfies readonly SandboxState[];

/** Puts what an expert did in the place of what the round had of them. */
function withMember(data: SandboxProjectData, member: PanelMember): Partial<SandboxProjectData> {
  const { round = "admission", members = [] } = data.panel ?? {};
  return { panel: { round, members: [...members.filter((each) => each.id !== member.id), member] } };
}

export const PANEL_ACTIONS = {
  joinApplication: action(input.JOIN, {
    title: { en: "Join the application", zh: "确认参加" },
    from: ["DRAFT", "RETURNED"],
    to: "same",
    roles: [...ENTERPRISE_ROLES, "SUPERVISOR_ALL"],
    basis: BASES.voluntary,
    guards: [review.MAY_JOIN, review.JOINS_BY_CONSENT],
    notifies: PARTIES_TOLD,
    change: ({ data, input: fields, actor, at }) => {
      const organisation = (actor.role === "SUPERVISOR_ALL" ? fields.organisation : actor.organisation) ?? "";
      return {
        consents: [
          ...(data.consents ?? []).filter((each) => each.organisation !== organisation),
          { organisation, by: actor, at },
        ],
      };
    },
  }),
  departmentOpinion: action(input.OPINION, {
    title: { en: "Give the department's opinion", zh: "发表部门意见" },
    from: ["SUBMITTED", "UNDER_ASSESSMENT", "DECISION_PENDING", "PLAN_NEGOTIATION", "EXIT_REVIEW"],
    to: "same",
    roles: DEPARTMENTS,
    basis: basis("8.2", "Sandglass permission matrix: co-issuing departments read and co-decide", "P"),
    guards: [review.CO_ISSUER],
    change: ({ data, input: fields, actor, at }) => ({
      opinions: added(data.opinions, { ...fields, role: actor.role, by: actor, at }),
    }),
    effects: OPINION_GIVEN,
    notifies: OPINION_TOLD,
  }),
  assignExperts: action(input.ASSIGN, {
    title: { en: "Assign experts", zh: "指派专家" },
    from: ["UNDER_ASSESSMENT", "EVALUATION"],
    to: "same",
    roles: EXAMINERS,
    basis: BASES.panel,
    guards: [review.COMPETENT_OR_TECHNICAL],
    notifies: [{ to: ["EXPERT"], text: () => ASSIGNED }],
    change: ({ input: { experts } }) => ({ assignedExperts: [...new Set(experts)] }),
  }),
  declareInterest: action(input.INTEREST, {
    title: { en: "Declare interest", zh: "利益关系声明" },
    from: ["UNDER_ASSESSMENT", "EVALUATION"],
    to: "same",
    roles: ["EXPERT"],
    basis: BASES.panel,
    guards: [review.DECLARES_ONCE],
    change: ({ data, input: fields, actor, at }) => withMember(data, { ...fields, id: actor.id, at }),
  }),
  castBallot: action(input.BALLOT, {
    title: { en: "Score and vote", zh: "评分与表决" },
    from: ["UNDER_ASSESSMENT", "EVALUATION"],
    to: "same",
    roles: ["EXPERT"],
    basis: BASES.panel,
    guards: [...review.MAY_CAST, review.BALLOT_COMPLETE],
    present: ({ data }) => ({
      scores: review.isScored(data) ? (data.terms?.criteria ?? []).map(({ code }) => ({ criterion: code })) : [],
    }),
    change: ({ data, input: fields, actor, at }) => {
      const declared = (data.panel?.members ?? []).find((member) => member.id === actor.id);
      return declared === undefined ? {} : withMember(data, { ...declared, ...fields, at });
    },
  }),
  exclude: action(input.EXCLUDE, {
    title: { en: "Exclude from the sandbox", zh: "认定禁入" },
    from: NOT_YET_STARTED,
    to: "REFUSED",
    roles: REGULATORS,
    basis: BASES.exclusions,
    guards: [review.COMPETENT],
    notifies: PARTIES_TOLD,
    change: ({ data, input: fields, at }) => ({
      exclusions: [...new Set([...(data.exclusions ?? []), ...fields.exclusions])],
      refusedAt: at,
      appeal: undefined,
    }),
    effects: [
      { kind: "cancel", obligation: "all" },
      { kind: "issue", document: "refusalLetter" },
    ],
  }),
} as const;
