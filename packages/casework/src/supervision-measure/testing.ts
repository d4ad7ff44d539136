/** For tests only: inputs that satisfy the guards of the ladder of measures. */
import type { Json } from "../lifecycle/definition.ts";

export const RISK_NOTICE_SENT = {
  title: "Vehicles do not report",
  organisation: "maker-a",
  grounds: "A tenth of the vehicles sold has never reported",
  demands: "Connect them and say why",
} as const satisfies Json;

const INPUTS: { readonly [name: string]: Json } = {
  sendRiskNotice: RISK_NOTICE_SENT,
  holdInterview: { reasons: "No answer", persons: "Head of safety", interviewAt: "2026-12-20T02:00:00Z" },
  giveNotice: { reasons: "Still silent" },
  orderCorrection: { reasons: "Nothing changed", correctBy: "2099-01-31T15:59:59Z" },
  suspendAnnouncement: { reasons: "The order was not followed" },
  reportCorrection: { correction: "All but two report", evidence: "List of 2026-12-01" },
  shareMeasure: { departments: ["SAMR", "MPS"], measure: "Watch registrations" },
  acceptCorrection: { reasons: "Spot check agrees" },
  withdrawMeasure: { reasons: "Sent to the wrong maker" },
};

/** @returns undefined for an action that the ladder does not have */
export function acceptedMeasureInput(name: string): Json | undefined {
  return INPUTS[name];
}
