/** States, flags and types of a hazard work order (REQUIREMENTS 9.2). */
import type { StageDefinition, StateDefinition } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";

export const HAZARD_STAGES = [
  { code: "detection", title: { en: "Detection", zh: "发现" } },
  { code: "notice", title: { en: "Notice", zh: "通知" } },
  { code: "handling", title: { en: "Handling", zh: "处置" } },
  { code: "closure", title: { en: "Close-out", zh: "销号" } },
] as const satisfies readonly StageDefinition[];

export const HAZARD_STATES = {
  DETECTED: { stage: "detection", title: { en: "Detected", zh: "已发现" } },
  OPEN: { stage: "detection", title: { en: "Open", zh: "待处置" } },
  NOTIFIED: { stage: "notice", title: { en: "Owner notified", zh: "已通知车主" } },
  ESCALATED_LOCAL: { stage: "notice", title: { en: "Escalated to local authority", zh: "已提请地方协助" } },
  IN_REPAIR: { stage: "handling", title: { en: "In repair", zh: "维修中" } },
  VERIFYING: { stage: "handling", title: { en: "Verifying", zh: "核实中" } },
  BATCH_QUALITY_CHECK: { stage: "handling", title: { en: "Batch quality check", zh: "批次质量核查" } },
  RESOLVED: { stage: "closure", title: { en: "Resolved", zh: "已处置" } },
  REOPENED: { stage: "detection", title: { en: "Reopened", zh: "重新开启" } },
  CLOSED: { stage: "closure", title: { en: "Closed", zh: "已销号" }, end: "final" },
} as const satisfies Record<string, StateDefinition>;
export type HazardState = keyof typeof HAZARD_STATES;

/** Beside the state, never instead of it. */
export const HAZARD_FLAGS = {
  OVERDUE: { en: "Overdue", zh: "逾期" },
  SUPERVISED: { en: "Under supervision", zh: "督办" },
  LINKED_ACCIDENT: { en: "Linked to an accident", zh: "关联事故" },
} as const satisfies Record<string, Text>;
export type HazardFlag = keyof typeof HAZARD_FLAGS;

export const HAZARD_TYPES = {
  FAULT_L1: { en: "Level 1 fault", zh: "一级故障" },
  FAULT_L2: { en: "Level 2 fault", zh: "二级故障" },
  FAULT_L3: { en: "Level 3 fault", zh: "三级故障" },
  THERMAL_EVENT: { en: "Thermal event", zh: "热事件" },
  HAZARD_SINGLE: { en: "Single hazard", zh: "单次隐患" },
  HAZARD_REPEAT: { en: "Repeated hazard", zh: "多次隐患" },
  LONG_OFFLINE: { en: "Long offline", zh: "长时间离线" },
  CLUSTER_PARKING: { en: "Clustered parking", zh: "聚集停放" },
  FREQUENT_ALARM: { en: "Frequent alarms", zh: "频繁报警" },
  MODEL_LEVEL: { en: "Model-wide", zh: "车型级" },
  SANDBOX_TRIGGER: { en: "Sandbox trigger", zh: "沙盒触发" },
} as const satisfies Record<string, Text>;
export type HazardType = keyof typeof HAZARD_TYPES;
