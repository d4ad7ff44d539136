/** The yearly safety report of a vehicle maker under the access rules of 2026: what it carries, and the rules over it. */
import { basis, proposal, type LegalBasis } from "../basis.ts";
import type { Infer } from "../schema.ts";
import { parseDate, startOfDay } from "../time/shanghai.ts";
import type { OPENING, REPORT } from "./inputs.ts";

const IN_FORCE = "2027-01-01";
export const SAFETY_REPORT_BASES = {
  report: basis("R-2.22", "Access review requirements for vehicle makers, published 2026-01-21", "S", IN_FORCE),
  proposal: proposal("R-2.22"),
} as const satisfies Record<string, LegalBasis>;

/** What the server counts of the maker and the year. */
export interface SafetyFigures {
  /** Vehicles on record by the end of the year, and those of them that were ever heard of. */
  readonly registered: number;
  readonly connected: number;
  /** Of the year, by the day on which they were opened. */
  readonly orders: number;
  readonly ordersClosed: number;
  readonly accidents: number;
  readonly recalls: number;
}

export interface SafetyReportData extends Partial<Infer<typeof OPENING>>, Partial<Infer<typeof REPORT>> {
  readonly figures?: SafetyFigures;
}

/** What the rules demand, by the flag that answers for it. */
export const DEMANDS = [
  "lifeFile",
  "batteryTrace",
  "allMonitored",
  "keptForLife",
  "batteryStorage",
] as const satisfies readonly (keyof Infer<typeof REPORT>)[];

/** Whether the rules hold for a year. */
export function isInForce(year: number): boolean {
  return year >= Number(IN_FORCE.slice(0, 4));
}

/** Last day of a year: the clock of the report begins there. UTC ms. */
export function endOfYear(year: number): number {
  return startOfDay(parseDate(`${year}-12-31`)!);
}
