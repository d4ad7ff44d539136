/** Actions of a hazard work order (9.2). */
import type { RoleCode } from "../access/roles.ts";
import { BASES } from "../basis.ts";
import { actionsFor, type Context, type Guard } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { HOUR_MS } from "../time/shanghai.ts";
import {
  isStanding,
  noticeDeadline,
  repairDeadline,
  typeOfLevel,
  type HazardOrderData,
  type OrderFinding,
} from "./data.ts";
import * as input from "./inputs.ts";
import { HAZARD_STATES, type HazardFlag, type HazardState, type HazardType } from "./states.ts";

const action = actionsFor<HazardState, HazardFlag, HazardOrderData>();
type OrderContext<Input = never> = Context<HazardState, HazardFlag, HazardOrderData, Input>;
type OrderGuard<Input = never> = Guard<HazardState, HazardFlag, HazardOrderData, Input>;

const HANDLERS = ["OEM", "IMPORTER", "OPERATOR", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const SUPERVISORS = [
  "MIIT",
  "EIDC",
  "LOCAL_IIT",
  "LOCAL_PLATFORM",
  "LOCAL_MOT",
  "SUPERVISOR_ALL",
] as const satisfies readonly RoleCode[];
const REPAIRERS = [...HANDLERS, "DEALER_REPAIR"] as const satisfies readonly RoleCode[];
const OPEN_STATES = (Object.keys(HAZARD_STATES) as HazardState[]).filter((state) => state !== "CLOSED");
/** Who helps where the owner is not reached. */
const LOCAL = ["LOCAL_IIT", "LOCAL_PLATFORM"] as const satisfies readonly RoleCode[];
const CONTACT_ASKED = (log: string): Text => ({
  en: `The maker does not reach the owner and asks for local help: ${log}`,
  zh: `企业无法联系车主，提请地方协助：${log}`,
});
/** States in which a new firing of the same item joins the order instead of reopening it. */
export const MERGING_STATES = [
  "OPEN",
  "NOTIFIED",
  "ESCALATED_LOCAL",
  "IN_REPAIR",
  "VERIFYING",
  "BATCH_QUALITY_CHECK",
] as const satisfies readonly HazardState[];

const guard = <Input = never>(
  code: string,
  needs: "state" | "input",
  en: string,
  zh: string,
  holds: (context: OrderContext<Input>) => boolean,
): OrderGuard<Input> => ({ code, needs, text: { en, zh }, holds });

const stepOf = (holds: (type: HazardType) => boolean): OrderGuard => ({
  ...guard("type", "state", "Not a step of this type of order", "该类型工单无此步骤", ({ data }) => holds(data.type)),
  idle: "notOwed",
});
const isType = (...types: readonly HazardType[]) => stepOf((type) => types.includes(type));
const isNotType = (...types: readonly HazardType[]) => stepOf((type) => !types.includes(type));

/** Adds a finding once and raises level and type; neither ever falls. */
function joined(data: HazardOrderData, finding: OrderFinding, type?: HazardType): Partial<HazardOrderData> {
  const others = data.findings.filter((each) => each.finding !== finding.finding);
  const level = Math.max(data.level, finding.level);
  const raised = type ?? (data.type === "SANDBOX_TRIGGER" ? data.type : typeOfLevel(level));
  return { findings: [...others.slice(-199), finding], level, type: level > data.level ? raised : data.type };
}

const afterJoin = (data: HazardOrderData, finding: OrderFinding, type?: HazardType) => ({
  ...data,
  ...joined(data, finding, type),
});

export const HAZARD_ACTIONS = {
  detect: action(input.DETECT, {
    title: { en: "Detect", zh: "发现" },
    from: "nothing",
    to: "DETECTED",
    roles: ["system:trigger", "EIDC", "MIIT", "SUPERVISOR_ALL"],
    basis: BASES.faultLevels,
    change: ({ input: { finding, ...fields } }) => ({ ...fields, findings: finding === undefined ? [] : [finding] }),
    summary: ({ finding }) => finding?.sentence,
  }),
  classify: action(input.NOTHING, {
    title: { en: "Classify and open", zh: "分类立单" },
    from: ["DETECTED"],
    to: "OPEN",
    roles: ["system:trigger", ...SUPERVISORS],
    basis: BASES.faultLevels,
    effects: [
      {
        kind: "open",
        obligation: "notify",
        deadline: ({ data }) => noticeDeadline(data),
        startAt: ({ before }) => before.openedAt,
        when: ({ data }) =>
          data.type !== "MODEL_LEVEL" && data.type !== "LONG_OFFLINE" && data.type !== "CLUSTER_PARKING",
      },
      {
        kind: "open",
        obligation: "repair",
        deadline: ({ data }) => repairDeadline(data),
        startAt: ({ before }) => before.openedAt,
        when: ({ data }) =>
          data.type === "MODEL_LEVEL" || data.type === "LONG_OFFLINE" || data.type === "CLUSTER_PARKING",
      },
    ],
  }),
  merge: action(input.MERGE, {
    title: { en: "Merge finding", zh: "合并触发结果" },
    from: MERGING_STATES,
    to: "same",
    roles: ["system:trigger"],
    basis: BASES.orderLifecycle,
    change: ({ data, input: fields }) => ({
      ...joined(data, fields.finding, fields.type),
      ...(fields.project === undefined ? {} : { project: fields.project }),
    }),
    effects: [
      {
        kind: "reset",
        obligation: "notify",
        deadline: ({ data, input: fields }) => noticeDeadline(afterJoin(data, fields.finding, fields.type)),
      },
      {
        kind: "reset",
        obligation: "repair",
        deadline: ({ data, input: fields }) => repairDeadline(afterJoin(data, fields.finding, fields.type)),
      },
    ],
    summary: ({ finding }) => finding.sentence,
  }),
  clear: action(input.CLEARED, {
    title: { en: "Finding cleared", zh: "触发解除" },
    from: OPEN_STATES,
    to: "same",
    roles: ["system:trigger"],
    basis: BASES.orderLifecycle,
    change: ({ data, input: fields }) => ({
      findings: data.findings.map((each) =>
        each.finding === fields.finding ? { ...each, clearedAt: Date.parse(fields.clearedAt) } : each,
      ),
    }),
    summary: ({ how }) =>
      how === "superseded"
        ? {
            en: "No rule watches for it any more; the vehicle must still be checked",
            zh: "已无规则监测该事项，仍须复核车辆",
          }
        : how === "retracted"
          ? {
              en: "Taken back: with all data known it did not happen; the vehicle must still be checked",
              zh: "已撤回：补齐数据后该情形并未发生，仍须复核车辆",
            }
          : undefined,
  }),
  notifyOwner: action(input.NOTIFY, {
    title: { en: "Notify owner", zh: "通知车主" },
    from: ["OPEN"],
    to: "NOTIFIED",
    roles: HANDLERS,
    basis: BASES.faultLevels,
    guards: [isNotType("MODEL_LEVEL", "LONG_OFFLINE", "CLUSTER_PARKING")],
    change: ({ at }) => ({ notifiedAt: at }),
    effects: [
      { kind: "meet", obligation: "notify" },
      { kind: "open", obligation: "repair", deadline: ({ data }) => repairDeadline(data) },
    ],
  }),
  noContact: action(input.NO_CONTACT, {
    title: { en: "Owner not reached", zh: "无法联系车主" },
    from: ["NOTIFIED"],
    to: "ESCALATED_LOCAL",
    roles: HANDLERS,
    basis: BASES.orderLifecycle,
    guards: [
      guard<Infer<typeof input.NO_CONTACT>>(
        "attempts",
        "input",
        "Three attempts come before escalation",
        "提请地方协助前须至少联系三次",
        ({ data, input: fields }) => data.contactAttempts + fields.attempts >= 3,
      ),
    ],
    change: ({ data, input: fields }) => ({ contactAttempts: data.contactAttempts + fields.attempts }),
    notifies: [{ to: LOCAL, urgent: true, text: ({ input: { log } }) => CONTACT_ASKED(log) }],
  }),
  accept: action(input.ACCEPT, {
    title: { en: "Accept for repair", zh: "受理维修" },
    from: ["NOTIFIED", "ESCALATED_LOCAL"],
    to: "IN_REPAIR",
    roles: HANDLERS,
    basis: BASES.orderLifecycle,
    change: ({ data, input: fields }) => ({
      assigned: fields.assignee === undefined ? data.assigned : [...new Set([...data.assigned, fields.assignee])],
    }),
  }),
  locateOrContact: action(input.LOCATE, {
    title: { en: "Locate or contact", zh: "查找或联系" },
    from: ["OPEN"],
    to: "VERIFYING",
    roles: [...HANDLERS, "LOCAL_IIT", "LOCAL_PLATFORM"],
    basis: BASES.longOffline,
    guards: [isType("LONG_OFFLINE")],
  }),
  siteCheck: action(input.SITE_CHECK, {
    title: { en: "Check site", zh: "现场核查" },
    from: ["OPEN"],
    to: "VERIFYING",
    roles: [...HANDLERS, "LOCAL_IIT", "LOCAL_PLATFORM"],
    basis: BASES.clusterParking,
    guards: [isType("CLUSTER_PARKING")],
  }),
  confirmed: action(input.LOCATED, {
    title: { en: "Confirm situation", zh: "核实确认" },
    from: ["VERIFYING"],
    to: "RESOLVED",
    roles: [...HANDLERS, "LOCAL_IIT", "LOCAL_PLATFORM"],
    basis: BASES.longOffline,
    change: ({ at }) => ({ resolvedAt: at }),
    effects: [
      { kind: "meet", obligation: "repair" },
      { kind: "cancel", obligation: "handleOverdue" },
      { kind: "lower", flag: "OVERDUE" },
    ],
  }),
  repairRecord: action(input.REPAIR, {
    title: { en: "Record repair", zh: "登记维修记录" },
    from: ["IN_REPAIR"],
    to: "RESOLVED",
    roles: REPAIRERS,
    basis: BASES.faultLevels,
    change: ({ at }) => ({ resolvedAt: at }),
    effects: [
      { kind: "meet", obligation: "repair" },
      { kind: "cancel", obligation: "handleOverdue" },
      { kind: "lower", flag: "OVERDUE" },
    ],
  }),
  close: action(input.CLOSE, {
    title: { en: "Close out", zh: "销号" },
    from: ["RESOLVED"],
    to: "CLOSED",
    roles: HANDLERS,
    basis: BASES.disposal,
    guards: [
      guard(
        "cleared",
        "state",
        "A finding of this order still stands",
        "本工单仍有未解除的触发结果",
        ({ data }) => !isStanding(data),
      ),
      guard(
        "noRecurrence",
        "state",
        `${DEADLINES.noRecurrence.amount} hours without recurrence must pass first`,
        `须连续${DEADLINES.noRecurrence.amount}小时无复发`,
        ({ data, at }) =>
          data.resolvedAt !== undefined && at >= data.resolvedAt + DEADLINES.noRecurrence.amount * HOUR_MS,
      ),
      guard<Infer<typeof input.CLOSE>>(
        "confirmed",
        "input",
        "The vehicle must have been checked",
        "须已复核车辆",
        ({ input: fields }) => fields.confirmed,
      ),
    ],
    change: ({ input: fields }) => ({ disposalReference: fields.disposalReference }),
    effects: [
      { kind: "cancel", obligation: "all" },
      { kind: "lower", flag: "OVERDUE" },
    ],
  }),
  recurrence: action(input.RECURRENCE, {
    title: { en: "Hazard recurs", zh: "隐患复发" },
    from: ["RESOLVED"],
    to: "REOPENED",
    roles: ["system:trigger", ...SUPERVISORS],
    basis: BASES.orderLifecycle,
    change: ({ data, input: fields }) => ({ ...joined(data, fields.finding), reopenings: data.reopenings + 1 }),
    summary: ({ finding }) => finding.sentence,
  }),
  reopen: action(input.NOTHING, {
    title: { en: "Open again", zh: "重新立单" },
    from: ["REOPENED"],
    to: "OPEN",
    roles: ["system:trigger", ...SUPERVISORS],
    basis: BASES.orderLifecycle,
    effects: [{ kind: "open", obligation: "notify", deadline: ({ data }) => noticeDeadline(data) }],
  }),
  falseAlarm: action(input.FALSE_ALARM, {
    title: { en: "Close as false alarm", zh: "按误报销号" },
    from: OPEN_STATES,
    to: "CLOSED",
    roles: SUPERVISORS,
    basis: BASES.orderLifecycle,
    effects: [
      { kind: "cancel", obligation: "all" },
      { kind: "lower", flag: "OVERDUE" },
    ],
  }),
  markOverdue: action(input.NOTHING, {
    title: { en: "Deadline missed", zh: "逾期" },
    from: OPEN_STATES,
    to: "same",
    roles: ["system:clock"],
    basis: BASES.closure,
    guards: [
      guard("notYet", "state", "It is already marked", "已标记逾期", ({ before }) => !before.flags.includes("OVERDUE")),
    ],
    effects: [
      { kind: "raise", flag: "OVERDUE" },
      { kind: "open", obligation: "handleOverdue" },
    ],
  }),
  supervise: action(input.SUPERVISE, {
    title: { en: "Supervise", zh: "督办" },
    from: OPEN_STATES,
    to: "same",
    roles: ["system:clock", ...SUPERVISORS],
    basis: BASES.closure,
    guards: [
      guard("overdue", "state", "The order is not overdue", "工单未逾期", ({ before }) =>
        before.flags.includes("OVERDUE"),
      ),
      guard(
        "notYet",
        "state",
        "It is already supervised",
        "已督办",
        ({ before }) => !before.flags.includes("SUPERVISED"),
      ),
    ],
    effects: [
      { kind: "raise", flag: "SUPERVISED" },
      { kind: "cancel", obligation: "handleOverdue" },
    ],
    // By the clock nobody has ordered it: whoever supervises learns that there is something to supervise.
    notifies: [{ to: [...HANDLERS, ...SUPERVISORS.filter((role) => role !== "SUPERVISOR_ALL")], urgent: true }],
  }),
  linkAccident: action(input.ACCIDENT, {
    title: { en: "Link accident", zh: "关联事故" },
    from: OPEN_STATES,
    to: "same",
    roles: [...HANDLERS, ...SUPERVISORS.filter((role) => role !== "SUPERVISOR_ALL")],
    basis: BASES.orderLifecycle,
    effects: [{ kind: "raise", flag: "LINKED_ACCIDENT" }],
  }),
  batchCheck: action(input.BATCH, {
    title: { en: "Start batch quality check", zh: "启动批次质量核查" },
    from: ["OPEN"],
    to: "BATCH_QUALITY_CHECK",
    roles: [...HANDLERS, "MIIT", "EIDC"],
    basis: BASES.hazardWarning,
    guards: [
      isType("MODEL_LEVEL"),
      guard<Infer<typeof input.BATCH>>(
        "share",
        "input",
        "The model has not reached 5 % level-3 faults or 10 % hazards",
        "车型未达到三级故障5%或隐患10%",
        ({ input: fields }) => fields.share >= (fields.faultLevel3 ? 5 : 10),
      ),
    ],
  }),
  findings: action(input.BATCH_FINDINGS, {
    title: { en: "Record findings of the check", zh: "登记核查结论" },
    from: ["BATCH_QUALITY_CHECK"],
    to: "CLOSED",
    roles: [...HANDLERS, "MIIT", "EIDC"],
    basis: BASES.hazardWarning,
    effects: [
      { kind: "meet", obligation: "repair" },
      { kind: "cancel", obligation: "all" },
      { kind: "lower", flag: "OVERDUE" },
    ],
  }),
} as const;

/** Whoever has something to do in an order, or watches that it is done. */
const INVOLVED = [...REPAIRERS, ...SUPERVISORS.filter((role) => role !== "SUPERVISOR_ALL")] as const;

/** What the second version adds: work is handed over, noted and asked for without a step of the procedure. */
export const HAZARD_DESK_ACTIONS = {
  assign: action(input.ASSIGN, {
    title: { en: "Assign", zh: "指派" },
    from: OPEN_STATES,
    to: "same",
    roles: [...HANDLERS, ...SUPERVISORS.filter((role) => role !== "SUPERVISOR_ALL")],
    basis: BASES.orderLifecycle,
    change: ({ data, input: fields }) => ({
      assigned: fields.instead === true ? [fields.assignee] : [...new Set([...data.assigned, fields.assignee])],
    }),
    summary: ({ assignee, instead }) =>
      instead === true
        ? { en: `Now with ${assignee} alone`, zh: `现由 ${assignee} 单独办理` }
        : { en: `Assigned to ${assignee}`, zh: `指派给 ${assignee}` },
  }),
  note: action(input.NOTE, {
    title: { en: "Note", zh: "备注" },
    from: OPEN_STATES,
    to: "same",
    roles: INVOLVED,
    basis: BASES.orderLifecycle,
    summary: ({ note }) => ({ en: note, zh: note }),
  }),
  remind: action(input.NOTHING, {
    title: { en: "Remind", zh: "催办" },
    from: OPEN_STATES,
    to: "same",
    roles: SUPERVISORS,
    basis: BASES.closure,
    guards: [
      guard("due", "state", "No duty of this order is running", "本工单没有进行中的时限", ({ before }) =>
        before.obligations.some((each) => each.ended === undefined),
      ),
    ],
    notifies: [{ to: REPAIRERS, urgent: true }],
    summary: ({ note }) => (note === undefined ? undefined : { en: note, zh: note }),
  }),
} as const;
