/** DataExport, REQUIREMENTS 9.7: its states, flags and data. */
import { keptUntil } from "../data-security/law.ts";
import type { Folded, StageDefinition, StateDefinition } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import type { CHECK, FILING } from "./inputs.ts";
import { isStricter, routeOf, type ExportCounts, type Route } from "./route.ts";

export const DATA_EXPORT_STAGES = [
  { code: "check", title: { en: "Self-check", zh: "自查" } },
  { code: "filing", title: { en: "Filing", zh: "申报" } },
  { code: "export", title: { en: "Export", zh: "出境" } },
  { code: "end", title: { en: "End", zh: "结束" } },
] as const satisfies readonly StageDefinition[];

export const DATA_EXPORT_STATES = {
  SELF_CHECK: { stage: "check", title: { en: "Self-check", zh: "自查" } },
  FILED: { stage: "filing", title: { en: "Filed", zh: "已申报" } },
  RETURNED: { stage: "filing", title: { en: "Returned", zh: "已退回" } },
  EXEMPT: { stage: "export", title: { en: "Exempt", zh: "免予申报" } },
  APPROVED: { stage: "export", title: { en: "Approved", zh: "已通过" } },
  REFUSED: { stage: "end", title: { en: "Refused", zh: "未通过" }, end: "final" },
  EXPIRED: { stage: "end", title: { en: "Expired", zh: "已失效" }, end: "final" },
  ENDED: { stage: "end", title: { en: "Ended", zh: "已终止" }, end: "final" },
} as const satisfies Record<string, StateDefinition>;
export type DataExportState = keyof typeof DATA_EXPORT_STATES;

export const DATA_EXPORT_FLAGS = {
  STOPPED: { en: "No data may leave", zh: "数据不得出境" },
  ROUTE_ROSE: { en: "More is exported than the way allows", zh: "出境规模超出原路径" },
  RENEWAL: { en: "Being renewed", zh: "重新申报" },
} as const satisfies Record<string, Text>;
export type DataExportFlag = keyof typeof DATA_EXPORT_FLAGS;

export interface DataExportData extends Partial<Infer<typeof CHECK>>, Partial<Infer<typeof FILING>> {
  readonly route?: Route;
  /** Code of the row of the table that decided. */
  readonly ground?: string;
  /** Last day on which the assessment of the effect must still be kept. */
  readonly keptUntil?: string;
}

/** What the counts make of the case. */
export function routed(counts: ExportCounts): Pick<DataExportData, "route" | "ground"> {
  const { route, code } = routeOf(counts);
  return { route, ground: code };
}

/** Whether the counts need a stricter way than the one under which data leave now. */
export function outgrows(
  { state, data: { way } }: Pick<Folded<DataExportState, DataExportFlag, DataExportData>, "state" | "data">,
  counts: ExportCounts,
): boolean {
  return isStricter(routeOf(counts).route, state === "EXEMPT" ? "exempt" : (way ?? "assessment"));
}

/** What a filing puts on record. */
export function filed(filing: Infer<typeof FILING>): Partial<DataExportData> {
  return { ...filing, keptUntil: keptUntil("assessment", filing.effectAssessedAt) };
}
