/** For tests only: inputs that satisfy the guards of the accident case. */
import type { CaseActor } from "../access/extent.ts";
import type { Json, Obligation } from "../mod.ts";
import type { AccidentData } from "./data.ts";
import { dutyOf } from "./supplements.ts";
import { REPORT_CODES, REPORTS, type ReportDefinition } from "./reports.ts";

export const ACCIDENT_REPORT = {
  happenedAt: "2026-11-21T01:00:00Z",
  place: "G4 km 2100",
  what: "Unintended acceleration in a car park",
  source: "enterprise",
  region: "310115",
  lossOfControl: true,
} as const satisfies Json;

/** @returns undefined for an action that the accident case does not have */
export function acceptedAccidentInput(
  name: string,
  obligations: readonly Obligation[],
  data: unknown,
  actor: CaseActor | undefined,
): Json | undefined {
  const { reports = {} } = (data ?? {}) as Partial<AccidentData>;
  const owed = REPORT_CODES.find((code) => obligations.some((each) => each.code === code && each.ended === undefined));
  const waiting = REPORT_CODES.find(
    (code) =>
      reports[code]?.status === "submitted" &&
      (actor === undefined || (REPORTS[code] as ReportDefinition).authorities.includes(actor.role)),
  );
  const isOpen = (duty: string) => obligations.some(({ code, ended }) => code === duty && ended === undefined);
  const sent = REPORT_CODES.find((code) => reports[code] !== undefined && reports[code].status !== "returned");
  const accepted = REPORT_CODES.find(
    (code) =>
      reports[code]?.status === "accepted" &&
      !isOpen(dutyOf(code)) &&
      (actor === undefined || (REPORTS[code] as ReportDefinition).authorities.includes(actor.role)),
  );
  const reasons = "as examined";
  switch (name) {
    case "report":
      return ACCIDENT_REPORT;
    case "correct":
      return { reasons, dead: ((data as Partial<AccidentData> | undefined)?.dead ?? 0) + 1 };
    case "submitReport":
      return { report: owed ?? "samrBasic", reference: "R-1" };
    case "acceptReport":
      return { report: waiting ?? "samrBasic" };
    case "returnReport":
      return { report: waiting ?? "samrBasic", reasons };
    case "supplementReport":
      return { report: sent ?? "samrBasic", reference: "R-1/2", what: "Two more injured", reasons };
    case "requestSupplement":
      return { report: accepted ?? "samrBasic", reasons };
    case "attach":
      return {
        documents: [
          { kind: "investigationReport", title: "Report 7" },
          { kind: "measuresProof", title: "Proof 7" },
        ],
      };
    case "notAnAccident":
    case "extendAppraisal":
    case "newEvidence":
    case "defectSuspected":
      return { reasons };
    case "duplicate":
      return { duplicateOf: "acd_1", reasons };
    case "preserve":
      return { custody: "Yard 3", dataHeldFrom: "2026-10-01T00:00:00Z" };
    case "release":
      return { reasons, releasedTo: "Owner" };
    case "investigate":
      return { bodies: ["enterprise", "police"], sceneDoneAt: "2026-11-21T02:00:00Z" };
    case "commission":
      return { institution: "Institute 1", matter: "Brake" };
    case "appraised":
      return { result: "Brake intact" };
    case "sendAppraisal":
      return { parties: "Owner, maker" };
    case "siblingCheck":
      return { scope: "Model A1, batch 7", checked: 100, hazards: 0 };
    case "rootCause":
      return { rootCause: "software", conclusion: "Pedal signal misread" };
    case "measures":
      return { measures: "Software corrected" };
    case "measuresVerified":
      return { evidence: "Test report 9" };
    default:
      return undefined;
  }
}
