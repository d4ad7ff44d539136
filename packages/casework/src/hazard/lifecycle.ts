/** HazardWorkOrder, REQUIREMENTS 9.2. */
import type { Lifecycle } from "../lifecycle/definition.ts";
import { BASES } from "../basis.ts";
import { HAZARD_ACTIONS, HAZARD_DESK_ACTIONS } from "./actions.ts";
import { EMPTY_ORDER, extentOfOrder, type HazardOrderData } from "./data.ts";
import { HAZARD_FLAGS, HAZARD_STAGES, HAZARD_STATES, type HazardFlag, type HazardState } from "./states.ts";

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
