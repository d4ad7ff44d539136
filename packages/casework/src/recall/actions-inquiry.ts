/** Actions of a recall case from the lead to the decision that there is a defect, or none. */
import type { CaseActor } from "../access/extent.ts";
import type { RoleCode } from "../access/roles.ts";
import { actionsFor, type Effect } from "../lifecycle/definition.ts";
import type { RecallData } from "./data.ts";
import { RECALL_BASES } from "./deadlines.ts";
import * as guard from "./guards.ts";
import * as input from "./inputs.ts";
import { RECALL_STATES, type RecallFlag, type RecallState } from "./states.ts";

export const action = actionsFor<RecallState, RecallFlag, RecallData>();

export const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
export const AUTHORITY = ["SAMR", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
export const EXAMINERS = ["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const TOLD = ["SAMR", "RECALL_CENTER"] as const satisfies readonly RoleCode[];
const MAKERS_TOLD = ["OEM", "IMPORTER"] as const satisfies readonly RoleCode[];
const PRODUCERS = new Set<RoleCode>(["OEM", "IMPORTER"]);

export const LIVE = (Object.keys(RECALL_STATES) as RecallState[]).filter((state) => !("end" in RECALL_STATES[state]));
const OPEN_INQUIRY = ["SIGNAL", "ANALYSIS", "AUTHORITY_REVIEW"] as const satisfies readonly RecallState[];

/** What a confirmed or ordered recall owes from that moment on. */
const RECALL_OWED = [
  { kind: "open", obligation: "stopSale" },
  { kind: "open", obligation: "filePlan" },
] as const satisfies readonly Effect<RecallState, RecallFlag, RecallData, never>[];
const CLOSED = [
  { kind: "cancel", obligation: "all" },
  { kind: "lower", flag: "DUTY_LATE" },
  { kind: "lower", flag: "TERM_OVER" },
  { kind: "issue", document: "noDefectNote" },
] as const satisfies readonly Effect<RecallState, RecallFlag, RecallData, never>[];

export const INQUIRY_ACTIONS = {
  reportDefect: action(input.LEAD, {
    title: { en: "Report possible defect", zh: "报告可能存在的缺陷" },
    from: "nothing",
    to: "SIGNAL",
    roles: [...MAKERS, "SAMR", "RECALL_CENTER", "MIIT", "EIDC", "DEALER_REPAIR"],
    basis: RECALL_BASES.lead,
    guards: [guard.SOURCE_NAMED],
    change: ({ input: { organisation: _named, ...lead }, input: entered, actor, facts }) => ({
      ...lead,
      ...ownerOf(facts, entered.organisation, actor),
      ...(actor.role === "DEALER_REPAIR" ? { reporters: [actor.id] } : {}),
    }),
    effects: [
      { kind: "open", obligation: "startAnalysis" },
      { kind: "open", obligation: "reportResult" },
    ],
    notifies: [
      {
        to: [...TOLD, ...MAKERS_TOLD],
        urgent: true,
        text: ({ input: { title } }) => ({ en: `Possible defect reported: ${title}`, zh: `缺陷线索：${title}` }),
      },
    ],
    summary: ({ description }) => ({ en: description, zh: description }),
  }),
  startAnalysis: action(input.NOTHING, {
    title: { en: "Start investigation", zh: "开展调查分析" },
    from: ["SIGNAL"],
    to: "ANALYSIS",
    roles: MAKERS,
    basis: RECALL_BASES.investigate,
    effects: [{ kind: "meet", obligation: "startAnalysis" }],
  }),
  notifyInvestigate: action(input.WITH_REASONS, {
    title: { en: "Notify the producer to investigate", zh: "通知生产者开展调查分析" },
    from: ["SIGNAL", "ANALYSIS"],
    to: "same",
    roles: EXAMINERS,
    basis: RECALL_BASES.authority,
    effects: [{ kind: "issue", document: "investigationNotice" }],
    notifies: [{ to: MAKERS_TOLD, urgent: true }],
  }),
  dismissLead: action(input.WITH_REASONS, {
    title: { en: "Dismiss the lead", zh: "不予立案" },
    from: ["SIGNAL"],
    to: "CLOSED_NO_DEFECT",
    roles: EXAMINERS,
    fourEyes: RECALL_BASES.lifecycle,
    basis: RECALL_BASES.lifecycle,
    effects: [{ kind: "cancel", obligation: "all" }],
    notifies: [{ to: MAKERS_TOLD }],
  }),
  attachDocuments: action(input.ATTACH, {
    title: { en: "Attach documents", zh: "提交材料" },
    from: LIVE,
    to: "same",
    roles: [...MAKERS, "SAMR", "RECALL_CENTER"],
    basis: RECALL_BASES.keep,
    change: ({ data, input: { documents } }) => ({ attachments: [...data.attachments, ...documents] }),
  }),
  assignRecallExperts: action(input.EXPERTS, {
    title: { en: "Assign experts", zh: "指派专家" },
    from: LIVE,
    to: "same",
    roles: EXAMINERS,
    basis: RECALL_BASES.order,
    change: ({ input: { experts } }) => ({ experts }),
  }),
  reportNoDefect: action(input.RESULT, {
    title: { en: "Report that there is no defect", zh: "报告不存在缺陷" },
    from: ["ANALYSIS"],
    to: "AUTHORITY_REVIEW",
    roles: MAKERS,
    basis: RECALL_BASES.investigate,
    requires: ["analysisReport"],
    change: ({ input: fields }) => fields,
    effects: [
      { kind: "meet", obligation: "reportResult" },
      { kind: "open", obligation: "reviewResult" },
    ],
    notifies: [{ to: TOLD }],
  }),
  confirmDefect: action(input.RESULT, {
    title: { en: "Confirm defect", zh: "确认缺陷" },
    from: ["SIGNAL", "ANALYSIS", "AUTHORITY_REVIEW", "INVESTIGATION"],
    to: "STOP_SALE",
    roles: MAKERS,
    basis: RECALL_BASES.stop,
    change: ({ input: fields }) => fields,
    effects: [
      { kind: "meet", obligation: "startAnalysis" },
      { kind: "meet", obligation: "reportResult" },
      { kind: "cancel", obligation: "reviewResult" },
      ...RECALL_OWED,
    ],
    notifies: [{ to: [...TOLD, "MIIT", "EIDC"], urgent: true }],
  }),
  acceptResult: action(input.WITH_REASONS, {
    title: { en: "Accept that there is no defect", zh: "认可不存在缺陷" },
    from: ["AUTHORITY_REVIEW"],
    to: "CLOSED_NO_DEFECT",
    roles: EXAMINERS,
    fourEyes: RECALL_BASES.lifecycle,
    basis: RECALL_BASES.authority,
    effects: [{ kind: "meet", obligation: "reviewResult" }, ...CLOSED],
    notifies: [{ to: MAKERS_TOLD }],
  }),
  ownInvestigation: action(input.OWN_INVESTIGATION, {
    title: { en: "Investigate oneself", zh: "开展缺陷调查" },
    from: OPEN_INQUIRY,
    to: "INVESTIGATION",
    roles: EXAMINERS,
    basis: RECALL_BASES.authority,
    change: ({ input: { reasons } }) => ({ investigationReason: reasons }),
    effects: [
      { kind: "meet", obligation: "reviewResult" },
      { kind: "cancel", obligation: "startAnalysis" },
      { kind: "cancel", obligation: "reportResult" },
      { kind: "issue", document: "investigationDecision" },
    ],
    notifies: [{ to: MAKERS_TOLD, urgent: true }],
  }),
  recordInspection: action(input.INSPECTION, {
    title: { en: "Record inquiry", zh: "登记调查取证" },
    from: ["INVESTIGATION", "EXPERT_ARGUMENT"],
    to: "same",
    roles: EXAMINERS,
    basis: RECALL_BASES.authority,
    change: ({ data, input: { inspection, what }, actor }) => ({
      inspections: [...data.inspections, { kind: inspection, note: what, by: actor }],
    }),
    summary: ({ what }) => ({ en: what, zh: what }),
  }),
  concludeNoDefect: action(input.WITH_REASONS, {
    title: { en: "Conclude that there is no defect", zh: "认定不存在缺陷" },
    from: ["INVESTIGATION", "EXPERT_ARGUMENT"],
    to: "CLOSED_NO_DEFECT",
    roles: EXAMINERS,
    fourEyes: RECALL_BASES.lifecycle,
    basis: RECALL_BASES.order,
    guards: [guard.ARGUED_NO_DEFECT],
    effects: [{ kind: "meet", obligation: "expertArgument" }, ...CLOSED],
    notifies: [{ to: MAKERS_TOLD }],
  }),
  issueNotice: action(input.WITH_REASONS, {
    title: { en: "Serve recall notice", zh: "通知生产者召回" },
    from: ["INVESTIGATION"],
    to: "RECALL_NOTICE",
    roles: AUTHORITY,
    basis: RECALL_BASES.objection,
    requires: ["investigationReport"],
    change: ({ at }) => ({ noticeOf: at }),
    effects: [
      { kind: "open", obligation: "respond" },
      { kind: "issue", document: "recallNotice" },
    ],
    notifies: [{ to: [...MAKERS_TOLD, "RECALL_CENTER"], urgent: true }],
  }),
  acceptRecall: action(input.NOTHING, {
    title: { en: "Accept the recall", zh: "同意召回" },
    from: ["RECALL_NOTICE"],
    to: "STOP_SALE",
    roles: MAKERS,
    basis: RECALL_BASES.objection,
    effects: [
      { kind: "meet", obligation: "respond" },
      { kind: "cancel", obligation: "decideOrder" },
      { kind: "lower", flag: "TERM_OVER" },
      ...RECALL_OWED,
    ],
    notifies: [{ to: TOLD }],
  }),
  objectRecall: action(input.OBJECTION, {
    title: { en: "Object with proof", zh: "提出异议" },
    from: ["RECALL_NOTICE"],
    to: "EXPERT_ARGUMENT",
    roles: MAKERS,
    basis: RECALL_BASES.objection,
    requires: ["objectionProof"],
    guards: [guard.RESPONSE_OPEN],
    change: ({ input: fields }) => fields,
    effects: [
      { kind: "meet", obligation: "respond" },
      { kind: "open", obligation: "expertArgument" },
    ],
    notifies: [{ to: TOLD, urgent: true }],
  }),
  recordAppraisal: action(input.APPRAISAL, {
    title: { en: "Record test or appraisal", zh: "登记检验鉴定结果" },
    from: ["INVESTIGATION", "EXPERT_ARGUMENT"],
    to: "same",
    roles: EXAMINERS,
    basis: RECALL_BASES.order,
    change: ({ input: { institution, appraisal } }) => ({ appraisal: `${institution}: ${appraisal}` }),
  }),
  recordOpinion: action(input.OPINION, {
    title: { en: "Record the experts' opinion", zh: "登记专家论证意见" },
    from: ["EXPERT_ARGUMENT"],
    to: "same",
    roles: EXAMINERS,
    basis: RECALL_BASES.order,
    guards: [guard.FREE_OF_INTEREST(RECALL_BASES.order)],
    change: ({ input: { panel, defect, opinion } }) => ({ opinion: { defect, text: opinion, experts: panel.length } }),
    effects: [{ kind: "meet", obligation: "expertArgument" }],
  }),
  orderRecall: action(input.WITH_REASONS, {
    title: { en: "Order the recall", zh: "责令召回" },
    from: ["RECALL_NOTICE", "EXPERT_ARGUMENT"],
    to: "ORDERED",
    roles: AUTHORITY,
    fourEyes: RECALL_BASES.lifecycle,
    basis: RECALL_BASES.order,
    guards: [guard.MAY_ORDER],
    change: ({ at }) => ({ orderedAt: at }),
    effects: [
      { kind: "cancel", obligation: "respond" },
      { kind: "meet", obligation: "decideOrder" },
      { kind: "lower", flag: "TERM_OVER" },
      { kind: "issue", document: "recallOrder" },
      ...RECALL_OWED,
    ],
    notifies: [{ to: [...MAKERS_TOLD, "RECALL_CENTER", "MIIT"], urgent: true }],
  }),
  markTermOver: action(input.NOTHING, {
    title: { en: "Term for an objection is over", zh: "异议期届满" },
    from: ["RECALL_NOTICE"],
    to: "same",
    roles: ["system:clock"],
    basis: RECALL_BASES.order,
    guards: [guard.MAY_ORDER],
    // Silence alone orders nothing: the authority does, and is told that it may.
    effects: [
      { kind: "raise", flag: "TERM_OVER" },
      {
        kind: "open",
        obligation: "decideOrder",
        when: (context) => guard.dutyOf(context, "decideOrder") === undefined,
      },
    ],
    notifies: [{ to: TOLD, urgent: true }],
  }),
} as const;

/** Whose the file is: the maker of the vehicle in the registry, the producer who reports, or whom somebody else names. */
function ownerOf(
  facts: { readonly [key: string]: unknown },
  named: string | undefined,
  actor: CaseActor,
): Pick<RecallData, "organisation" | "supplier"> {
  const own = PRODUCERS.has(actor.role) ? actor.organisation : undefined;
  const organisation = own ?? (typeof facts.organisation === "string" ? facts.organisation : named);
  return organisation === undefined ? {} : { organisation };
}
