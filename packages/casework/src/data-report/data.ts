/** What the yearly data-security report carries, and the pure rules over it. */
import {
  classesOf,
  keptUntil,
  TEN_MILLION,
  type DeclaredClass,
  type ImportantDataClass,
} from "../data-security/law.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import { parseDate, startOfDay } from "../time/shanghai.ts";
import type { ASSESSMENT, OPENING } from "./inputs.ts";

type Assessment = Infer<typeof ASSESSMENT>;

export interface DataReportData extends Partial<Infer<typeof OPENING>>, Partial<Assessment> {
  readonly classes: readonly ImportantDataClass[];
  readonly grounds: readonly Ground[];
  /** Last days on which the records must still be kept: `2027-12-01 · recipient`. */
  readonly kept: readonly string[];
  readonly reference?: string;
}

/** Why a report is owed. */
export const GROUNDS = {
  importantData: { en: "Important data (R-5.44)", zh: "处理重要数据（R-5.44）" },
  tenMillion: { en: "10 million persons or more (R-5.48)", zh: "处理1000万人以上个人信息（R-5.48）" },
} as const satisfies Record<string, Text>;
export type Ground = keyof typeof GROUNDS;

export interface Counts {
  readonly persons: number;
  readonly declared: readonly DeclaredClass[];
}

export function groundsOf({ persons, declared }: Counts): readonly Ground[] {
  return [
    ...(classesOf(declared, persons).length > 0 ? (["importantData"] as const) : []),
    ...(persons >= TEN_MILLION.amount ? (["tenMillion"] as const) : []),
  ];
}

/** The part of the data that follows from the counts. */
export function countedData({ persons, declared }: Counts): Pick<DataReportData, "classes" | "grounds"> {
  return { classes: classesOf(declared, persons), grounds: groundsOf({ persons, declared }) };
}

/** Last day for the report of a year: 15 December of it; the clock runs out with that day. UTC ms. */
export function dayOfReport(year: number): number {
  return startOfDay(parseDate(`${year}-12-15`)!);
}

/** what must be kept, and until when. */
export function keptOf({ handovers, assessments }: Pick<Assessment, "handovers" | "assessments">): readonly string[] {
  return [
    ...handovers.map(({ recipient, at }) => `${keptUntil("handover", at)} · ${recipient}`),
    ...assessments.map(({ activity, at }) => `${keptUntil("assessment", at)} · ${activity}`),
  ];
}
