/** For tests only: inputs that satisfy the guards of the yearly data-security report. */
import type { Json } from "../lifecycle/definition.ts";

export const DATA_REPORT_OPENED = {
  year: 2026,
  persons: 250_000,
  declared: ["outside"],
  region: "440000",
} as const satisfies Json;

export const DATA_ASSESSMENT = {
  officer: "Wang, deputy general manager",
  principles: { inVehicle: true, notByDefault: true, precision: true, deidentified: true },
  risks: "Tracks of private cars",
  measures: "Processed in the vehicle",
  handovers: [
    { recipient: "Map maker", at: "2026-03-01T00:00:00Z", important: true, contract: true, assessedBefore: true },
  ],
  assessments: [
    { activity: "sensitive", at: "2026-02-01T00:00:00Z", separateConsent: true, minors: false, guardians: false },
  ],
} as const satisfies Json;

/** @returns undefined for an action that the report does not have */
export function acceptedDataReportInput(name: string, data?: unknown): Json | undefined {
  switch (name) {
    case "openDataReport":
      return DATA_REPORT_OPENED;
    case "recountData": {
      // Turns from owed to not owed and back, so that both ends are reached.
      const { grounds = [] } = (data ?? {}) as { readonly grounds?: readonly string[] };
      return { persons: grounds.length > 0 ? 90_000 : 12_000_000, declared: [], reasons: "Counted anew" };
    }
    case "assessData":
      return DATA_ASSESSMENT;
    case "submitDataReport":
      return { reference: "GD-2026-1" };
    case "returnDataReport":
    case "closeUnowed":
      return { reasons: "as examined" };
    default:
      return undefined;
  }
}
