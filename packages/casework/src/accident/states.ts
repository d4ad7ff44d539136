/** States and flags of an accident case (REQUIREMENTS 9.3). */
import type { StageDefinition, StateDefinition } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";

export const ACCIDENT_STAGES = [
  { code: "report", title: { en: "Report", zh: "报告" } },
  { code: "preservation", title: { en: "Preservation", zh: "保全" } },
  { code: "investigation", title: { en: "Investigation", zh: "调查" } },
  { code: "correction", title: { en: "Correction", zh: "整改" } },
  { code: "closure", title: { en: "Closure", zh: "结案" } },
] as const satisfies readonly StageDefinition[];

export const ACCIDENT_STATES = {
  REPORTED: { stage: "report", title: { en: "Reported", zh: "已报告" } },
  NOT_AN_ACCIDENT: { stage: "closure", title: { en: "Not an accident", zh: "非事故" }, end: "final" },
  DUPLICATE: { stage: "closure", title: { en: "Duplicate", zh: "重复报告" }, end: "final" },
  CONFIRMED: { stage: "report", title: { en: "Confirmed", zh: "已核实" } },
  PRESERVED: { stage: "preservation", title: { en: "Evidence preserved", zh: "已保全" } },
  INVESTIGATING: { stage: "investigation", title: { en: "Under investigation", zh: "调查中" } },
  SIBLING_CHECKED: { stage: "investigation", title: { en: "Siblings checked", zh: "已排查同款" } },
  CONCLUDED: { stage: "investigation", title: { en: "Cause concluded", zh: "已查明原因" } },
  CORRECTING: { stage: "correction", title: { en: "Correcting", zh: "整改中" } },
  REOPENED: { stage: "investigation", title: { en: "Reopened", zh: "重新调查" } },
  CLOSED: { stage: "closure", title: { en: "Closed", zh: "已结案" }, end: "final" },
} as const satisfies Record<string, StateDefinition>;
export type AccidentState = keyof typeof ACCIDENT_STATES;

export const ACCIDENT_FLAGS = {
  VEHICLE_HELD: { en: "Vehicle held as evidence", zh: "车辆封存" },
  REPORT_LATE: { en: "A report is late", zh: "报告逾期" },
  AWARE_LATE: { en: "Learned of after the limit", zh: "知悉时已逾期" },
  DEFECT_SUSPECTED: { en: "Defect suspected", zh: "疑似缺陷" },
} as const satisfies Record<string, Text>;
export type AccidentFlag = keyof typeof ACCIDENT_FLAGS;

/** Root causes of 9.3. */
export const ROOT_CAUSES = {
  battery: { en: "Battery", zh: "动力电池" },
  charging: { en: "Charging", zh: "充电" },
  collision: { en: "Collision", zh: "碰撞" },
  flooding: { en: "Flooding", zh: "浸水" },
  externalFire: { en: "External fire", zh: "外部火源" },
  modification: { en: "Modification", zh: "改装" },
  electrical: { en: "Electrical", zh: "电气" },
  software: { en: "Software or driver assistance", zh: "软件或辅助驾驶" },
  unknown: { en: "Unknown", zh: "原因不明" },
} as const satisfies Record<string, Text>;
