/** HazardWorkOrder, REQUIREMENTS 9.2. */
import type { FieldDefinition, Lifecycle } from "../lifecycle/definition.ts";
import { BASES, proposal } from "../basis.ts";
import { instant } from "../schema.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { HAZARD_ACTIONS, HAZARD_DESK_ACTIONS } from "./actions.ts";
import { HAZARD_CLOSING_ACTIONS } from "./actions-closing.ts";
import { EMPTY_ORDER, extentOfOrder, type HazardOrderData } from "./data.ts";
import {
  HAZARD_FLAGS,
  HAZARD_STAGES,
  HAZARD_STATES,
  HAZARD_TYPES,
  type HazardFlag,
  type HazardState,
} from "./states.ts";

const FIELDS: { readonly [name: string]: FieldDefinition } = {
  type: { title: { en: "Type", zh: "工单类型" }, shape: "choice", choices: HAZARD_TYPES },
  notifiedAt: { title: { en: "Owner notified", zh: "通知车主时间" }, value: instant() },
  contactAttempts: { title: { en: "Attempts to reach the owner", zh: "联系车主次数" }, shape: "number" },
  resolvedAt: { title: { en: "Resolved", zh: "处置完成时间" }, value: instant() },
  disposalReference: { title: { en: "Disposal report (0x12)", zh: "处置上报（0x12）编号" } },
  reopenings: { title: { en: "Times reopened", zh: "复发次数" }, shape: "number" },
};

const MAKERS = ["OEM", "IMPORTER", "OPERATOR"] as const;
const SUPERVISING = ["EIDC", "LOCAL_IIT", "LOCAL_PLATFORM"] as const;
const PROPOSED = proposal("9.2");
const NO_RECURRENCE = DEADLINES.noRecurrence.amount;
/** Before the limit of the close-out, when the time without recurrence is over. */
const CLOSABLE_HOURS = DEADLINES.closeOut.amount * 24 - NO_RECURRENCE;

export const HAZARD_WORK_ORDER: Lifecycle<HazardState, HazardFlag, HazardOrderData> = {
  kind: "hazard-order",
  version: 3,
  title: { en: "Hazard work order", zh: "隐患工单" },
  object: "hazardOrder",
  initial: "DETECTED",
  stages: HAZARD_STAGES,
  states: HAZARD_STATES,
  flags: HAZARD_FLAGS,
  actions: { ...HAZARD_ACTIONS, ...HAZARD_CLOSING_ACTIONS, ...HAZARD_DESK_ACTIONS },
  obligations: {
    notify: {
      title: { en: "Notify the owner", zh: "通知车主" },
      bearers: ["OEM", "IMPORTER", "OPERATOR"],
      deadline: "notifyOwner",
      onOverdue: "markOverdue",
    },
    repair: {
      title: { en: "Handle the hazard", zh: "处置隐患" },
      bearers: ["OEM", "IMPORTER", "OPERATOR", "DEALER_REPAIR"],
      deadline: "repairLevel1",
      onOverdue: "markOverdue",
    },
    handleOverdue: {
      title: { en: "Handle before supervision", zh: "督办前处置" },
      bearers: ["OEM", "IMPORTER", "OPERATOR"],
      deadline: "superviseAfter",
      onOverdue: "supervise",
    },
    closeOut: {
      title: {
        en: `Close out (possible ${NO_RECURRENCE} hours after the disposal)`,
        zh: `销号（处置完成满${NO_RECURRENCE}小时后可办理）`,
      },
      bearers: MAKERS,
      deadline: "closeOut",
      escalation: [
        { code: "possible", when: "before", unit: "hour", amount: CLOSABLE_HOURS, notify: MAKERS, basis: PROPOSED },
        { code: "supervisors", when: "after", unit: "day", amount: 7, notify: SUPERVISING, basis: PROPOSED },
      ],
    },
  },
  documents: { disposalReport: { en: "Disposal report (0x12)", zh: "处置上报（0x12）" } },
  migrations: [1, 2].map((from) => ({
    from,
    title:
      from === 1
        ? {
            en: "Orders can be assigned, noted and asked for, and what is repaired from now on is closed out in time",
            zh: "工单可指派、备注、催办；此后完成处置的须按期销号",
          }
        : { en: "What is repaired from now on is closed out in time", zh: "此后完成处置的须按期销号" },
    roles: ["MIIT", "EIDC", "LOCAL_IIT", "LOCAL_PLATFORM", "LOCAL_MOT", "SUPERVISOR_ALL"],
    basis: BASES.orderLifecycle,
    migrate: (folded) => folded,
  })),
  fields: FIELDS,
  empty: EMPTY_ORDER,
  extentOf: extentOfOrder,
};

/** Before what was repaired had a limit for its close-out: such an order could stay repaired for ever, and nobody was told. */
export const HAZARD_WORK_ORDER_V2: Lifecycle<HazardState, HazardFlag, HazardOrderData> = {
  ...HAZARD_WORK_ORDER,
  version: 2,
  actions: { ...HAZARD_ACTIONS, ...HAZARD_DESK_ACTIONS },
  migrations: HAZARD_WORK_ORDER.migrations?.filter(({ from }) => from === 1) ?? [],
};

/** The order without what only moves the work around. */
export const HAZARD_WORK_ORDER_V1: Lifecycle<HazardState, HazardFlag, HazardOrderData> = {
  ...HAZARD_WORK_ORDER,
  version: 1,
  actions: HAZARD_ACTIONS,
  migrations: [],
};
