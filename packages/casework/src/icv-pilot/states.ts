/** Stages and states of the access and on-road pilot. */
import type { StageDefinition, StateDefinition } from "../lifecycle/definition.ts";

export const PILOT_STAGES = [
  { code: "application", title: { en: "Application", zh: "申报" } },
  { code: "test", title: { en: "Test", zh: "测试与评估" } },
  { code: "operation", title: { en: "Operation", zh: "上路通行" } },
  { code: "end", title: { en: "End", zh: "结束" } },
] as const satisfies readonly StageDefinition[];

export const PILOT_STATES = {
  FILED: { stage: "application", title: { en: "Filed with the province", zh: "已向省级部门申报" } },
  FORWARDED: { stage: "application", title: { en: "Forwarded to MIIT", zh: "已报送工信部" } },
  TESTING: { stage: "test", title: { en: "Testing", zh: "准入测试中" } },
  EVALUATION: { stage: "test", title: { en: "Being evaluated", zh: "技术评估中" } },
  EVALUATED: { stage: "test", title: { en: "Evaluated", zh: "评估完成" } },
  CONNECTING: { stage: "operation", title: { en: "Permitted, not operating", zh: "已准入、未上路" } },
  OPERATING: { stage: "operation", title: { en: "Operating", zh: "上路通行中" } },
  SUSPENDED: { stage: "operation", title: { en: "Suspended", zh: "已暂停" } },
  REFUSED: { stage: "end", title: { en: "Refused", zh: "不予准入" }, end: "final" },
  ENDED: { stage: "end", title: { en: "Ended", zh: "已结束" }, end: "final" },
} as const satisfies Record<string, StateDefinition>;
export type PilotState = keyof typeof PILOT_STATES;
