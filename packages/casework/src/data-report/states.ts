/** States and flags of the yearly data-security report. */
import type { StageDefinition, StateDefinition } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";

export const DATA_REPORT_STAGES = [
  { code: "assessment", title: { en: "Assessment", zh: "评估" } },
  { code: "report", title: { en: "Report", zh: "报送" } },
  { code: "end", title: { en: "End", zh: "结束" } },
] as const satisfies readonly StageDefinition[];

export const DATA_REPORT_STATES = {
  DRAFT: { stage: "assessment", title: { en: "Draft", zh: "草稿" } },
  ASSESSED: { stage: "assessment", title: { en: "Assessed", zh: "已评估" } },
  SUBMITTED: { stage: "report", title: { en: "Submitted", zh: "已报送" } },
  RETURNED: { stage: "report", title: { en: "Returned", zh: "已退回" } },
  ACCEPTED: { stage: "end", title: { en: "Accepted", zh: "已接收" }, end: "final" },
  NOT_OWED: { stage: "end", title: { en: "Not owed", zh: "无须报送" }, end: "final" },
} as const satisfies Record<string, StateDefinition>;
export type DataReportState = keyof typeof DATA_REPORT_STATES;

export const DATA_REPORT_FLAGS = {
  LATE: { en: "Not reported in time", zh: "逾期未报送" },
  IMPORTANT_DATA_DUTIES: { en: "Duties of a processor of important data", zh: "履行重要数据处理者义务" },
} as const satisfies Record<string, Text>;
export type DataReportFlag = keyof typeof DATA_REPORT_FLAGS;
