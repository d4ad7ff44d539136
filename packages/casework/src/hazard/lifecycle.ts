/** HazardWorkOrder, REQUIREMENTS 9.2. */
import type { FieldDefinition, Lifecycle } from "../lifecycle/definition.ts";
import { BASES } from "../basis.ts";
import { instant } from "../schema.ts";
import { HAZARD_ACTIONS, HAZARD_DESK_ACTIONS } from "./actions.ts";
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

export const HAZARD_WORK_ORDER: Lifecycle<HazardState, HazardFlag, HazardOrderData> = {
  kind: "hazard-order",
  version: 2,
  title: { en: "Hazard work order", zh: "隐患工单" },
  object: "hazardOrder",
  initial: "DETECTED",
  stages: HAZARD_STAGES,
  states: HAZARD_STATES,
  flags: HAZARD_FLAGS,
  actions: { ...HAZARD_ACTIONS, ...HAZARD_DESK_ACTIONS },
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
  },
  documents: { disposalReport: { en: "Disposal report (0x12)", zh: "处置上报（0x12）" } },
  migrations: [
    {
      from: 1,
      title: {
        en: "Orders can be assigned, noted and asked for; nothing else changes",
        zh: "工单可指派、备注、催办；其余不变",
      },
      roles: ["MIIT", "EIDC", "LOCAL_IIT", "LOCAL_PLATFORM", "LOCAL_MOT", "SUPERVISOR_ALL"],
      basis: BASES.orderLifecycle,
      migrate: (folded) => folded,
    },
  ],
  fields: FIELDS,
  empty: EMPTY_ORDER,
  extentOf: extentOfOrder,
};

/** The order without what only moves the work around. */
export const HAZARD_WORK_ORDER_V1: Lifecycle<HazardState, HazardFlag, HazardOrderData> = {
  ...HAZARD_WORK_ORDER,
  version: 1,
  actions: HAZARD_ACTIONS,
  migrations: [],
};
