/** For tests only: inputs that satisfy the guards of a data export. */
import type { Json } from "../lifecycle/definition.ts";
import type { ExportCounts } from "./route.ts";

export const EXPORT_COUNTS = {
  persons: 200_000,
  sensitivePersons: 0,
  declared: [],
  criticalInfrastructure: false,
} as const satisfies ExportCounts & Json;

export const EXPORT_CHECK = {
  title: "Diagnostics to headquarters",
  recipient: "Parent company",
  country: "Germany",
  purpose: "Fault diagnosis by serial number of the pack",
  act: "transfer",
  counts: EXPORT_COUNTS,
  region: "440000",
} as const satisfies Json;

/** @returns undefined for an action that a data export does not have */
export function acceptedDataExportInput(name: string, data?: unknown): Json | undefined {
  switch (name) {
    case "checkExport":
      return EXPORT_CHECK;
    case "recountExport": {
      // More and more, then few: every way is reached.
      const { route } = (data ?? {}) as { readonly route?: string };
      const persons = route === "contract" ? 2_000_000 : route === "assessment" ? 10 : 200_000;
      return { counts: { ...EXPORT_COUNTS, persons } };
    }
    case "fileExport":
    case "renewExport":
      return { way: "assessment", effectAssessedAt: "2026-02-01T00:00:00Z", reference: "CAC-2026-1" };
    case "returnExport":
    case "refuseExport":
    case "endExport":
      return { reasons: "as examined" };
    default:
      return undefined;
  }
}

/** What of a data export decides on what it offers. */
export function exportKey(data: { readonly route?: string; readonly way?: string }): readonly unknown[] {
  return [data.route, data.way];
}
