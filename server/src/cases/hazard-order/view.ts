/** What the line and the page of a hazard work order show beyond what every case shows. */
import { HAZARD_TYPES, isStanding, type HazardOrderData } from "@sandglass/casework";
import { toTimeOrNull } from "../../http/mod.ts";
import type { StoredCase } from "../engine/store.ts";
import type { CaseRow } from "../engine/view.ts";

export function orderLine(row: CaseRow): object {
  const { data } = row.folded as { readonly data: HazardOrderData };
  return {
    type: data.type,
    typeTitle: HAZARD_TYPES[data.type],
    level: data.level,
    item: data.item,
    vehicle: data.vehicle ?? null,
    region: data.region ?? null,
    /** Whether a finding of the order still stands. */
    standing: isStanding(data),
  };
}

export async function orderPage(stored: StoredCase): Promise<object> {
  const data = stored.folded.data as HazardOrderData;
  return {
    /** Ids of the findings that the order answers, oldest first. */
    findings: data.findings.map((each) => each.finding),
    findingRecords: data.findings.map((each) => ({ ...each, clearedAt: toTimeOrNull(each.clearedAt) })),
    notifiedAt: toTimeOrNull(data.notifiedAt),
    resolvedAt: toTimeOrNull(data.resolvedAt),
    contactAttempts: data.contactAttempts,
    disposalReference: data.disposalReference ?? null,
    reopenings: data.reopenings,
  };
}
