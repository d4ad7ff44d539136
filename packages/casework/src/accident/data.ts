/** What an accident case carries, which reports it owes, and the pure rules over both. */
import type { CaseActor, Extent } from "../access/extent.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import type { ACCIDENT_FACTS, ATTACHMENT } from "./inputs.ts";
import { REPORT_CODES, REPORTS, type ReportCode, type ReportDefinition } from "./reports.ts";

export type AccidentFacts = Infer<typeof ACCIDENT_FACTS>;
export type Attachment = Infer<typeof ATTACHMENT>;

/** One track: what was sent, and what the authority said. */
export interface ReportRecord {
  readonly status: "submitted" | "accepted" | "returned";
  readonly reference: string;
  readonly submittedAt: number;
  readonly by: CaseActor;
  /** Why it was returned. */
  readonly reasons?: string;
}

/** What was sent after a report, beside it. */
export interface SupplementRecord {
  readonly report: ReportCode;
  /** Shanghai day on which it was sent, `YYYY-MM-DD`. */
  readonly day: string;
  readonly reference: string;
  readonly what: string;
  readonly reasons: string;
  readonly by: CaseActor;
}

export interface AccidentData extends Partial<AccidentFacts> {
  readonly organisation?: string;
  readonly region?: string;
  readonly supplements?: readonly SupplementRecord[];
  readonly reports: { readonly [Code in ReportCode]?: ReportRecord };
  readonly attachments: readonly Attachment[];
  readonly assigned: readonly string[];
  readonly bodies: readonly string[];
  readonly custody?: string;
  readonly dataHeldFrom?: string;
  readonly duplicateOf?: string;
  readonly siblings?: { readonly scope: string; readonly checked: number; readonly hazards: number };
  readonly rootCause?: string;
  readonly conclusion?: string;
  readonly recallFile?: string;
  readonly measures?: string;
}

export const EMPTY_ACCIDENT: AccidentData = { reports: {}, attachments: [], assigned: [], bodies: [] };

export function extentOfAccident(data: AccidentData): Extent {
  return {
    organisations: data.organisation === undefined ? [] : [data.organisation],
    regions: data.region === undefined ? [] : [data.region],
    assigned: data.assigned,
  };
}

type Severity = Pick<AccidentData, "injured" | "dead" | "majorSocialImpact">;

export function hasCasualties({ injured = 0, dead = 0, majorSocialImpact = false }: Severity): boolean {
  return injured + dead > 0 || majorSocialImpact;
}

export function hasDeaths({ dead = 0, majorSocialImpact = false }: Severity): boolean {
  return dead > 0 || majorSocialImpact;
}

/** 0 to 4, for lists (P): deaths, injuries or fire, the rest. */
export function levelOf(data: AccidentData): number {
  if ((data.dead ?? 0) > 0) return 4;
  return hasCasualties(data) || data.fire === true ? 3 : 2;
}

/** Whether the facts owe a report. */
export function owes(data: AccidentData, code: ReportCode): boolean {
  switch (code) {
    case "samrBasic":
    case "samrFull":
      return data.fire === true || data.lossOfControl === true;
    case "eidcBasic":
    case "eidcDetail":
    case "eidcAnalysis":
      return data.fire === true;
    case "cdasReport":
      return data.driverAssistance === true || data.automatedDriving === true;
    case "policeReport":
      return data.automatedDriving === true;
    case "cyberReport":
      return data.cyberCause !== undefined && data.cyberCause !== "none";
    case "euReport":
      return data.euAiSystem === true;
  }
}

/** The limit that the facts give a report; the two tracks judge severity each by its own words. */
export function limitOf(data: AccidentData, code: ReportCode): string {
  if (code === "cyberReport") return data.cyberCause === "infrastructure" ? "cyberInfrastructure" : "cyberProvincial";
  if (code === "euReport") return (data.dead ?? 0) > 0 ? "euDeath" : "euIncident";
  const { deadline, severe }: ReportDefinition = REPORTS[code];
  if (severe === undefined) return deadline;
  const isSevere = severe.when === "deaths" ? hasDeaths(data) : hasCasualties(data);
  return isSevere ? severe.deadline : deadline;
}

/** From when a report's clock runs, UTC ms: the accident; awareness where the rule counts from it. */
export function startOf(data: AccidentData, code: ReportCode): number {
  const counted = code === "cyberReport" || code === "euReport" ? data.awareAt : data.happenedAt;
  return Date.parse(counted ?? data.happenedAt ?? "");
}

/** When a report or its supplement was sent, UTC ms: now, or as told of what was sent elsewhere before. */
export function sentAt({
  input,
  at,
}: {
  readonly input: { readonly submittedAt?: string };
  readonly at: number;
}): number {
  return input.submittedAt === undefined ? at : Date.parse(input.submittedAt);
}

/** Codes of the documents that are attached. */
export function documentsOfAccident(data: AccidentData): readonly string[] {
  return [...new Set(data.attachments.map((each) => each.kind))];
}

/** Whether facts after a correction are at least as severe as before: severity may only rise. */
export function isAtLeastAsSevere(before: AccidentData, after: AccidentData): boolean {
  return (
    (after.dead ?? 0) >= (before.dead ?? 0) &&
    (after.dead ?? 0) + (after.injured ?? 0) >= (before.dead ?? 0) + (before.injured ?? 0) &&
    (after.majorSocialImpact === true || before.majorSocialImpact !== true) &&
    REPORT_CODES.every((code) => owes(after, code) || !owes(before, code))
  );
}

/** What a correction changed, in words that stay with the old due time. */
export function describeCorrection(before: AccidentData, after: AccidentData, reasons: string): Text {
  const moved = before.happenedAt !== after.happenedAt;
  return {
    en: `${moved ? "Time of the accident corrected" : "Severity corrected"}: ${reasons}`,
    zh: `${moved ? "更正事故时间" : "更正事故严重程度"}：${reasons}`,
  };
}
