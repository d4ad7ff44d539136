/** What an incident says of each report: owed by when, sent already, or not owed and why. */
import type { Context } from "../lifecycle/definition.ts";
import { inGroups, REPORT_GROUPS, type Offer } from "../lifecycle/offer.ts";
import type { CyberIncidentData } from "./lifecycle.ts";
import { INCIDENT_NOT_OWED, INCIDENT_REPORT_CODES, limitOfIncident } from "./reports.ts";

export function incidentReportsOffered({
  before,
  data: { facts, reports },
}: Context<string, string, CyberIncidentData, never>): readonly Offer[] {
  const offers = INCIDENT_REPORT_CODES.map((code): Offer => {
    const duty = before.obligations.find((each) => each.code === code && each.ended === undefined);
    const deadline = duty?.deadline ?? (facts === undefined ? undefined : limitOfIncident(facts, code));
    const offer = { code, ...(deadline === undefined ? {} : { deadline }) };
    if (duty !== undefined) return { ...offer, isOpen: true, group: REPORT_GROUPS.owed, duty: duty.id };
    const reference = reports[code];
    return reference === undefined
      ? { ...offer, isOpen: false, group: REPORT_GROUPS.notOwed, note: INCIDENT_NOT_OWED[code] }
      : {
          ...offer,
          isOpen: false,
          group: REPORT_GROUPS.sent,
          note: { en: `Sent as ${reference}`, zh: `报送编号 ${reference}` },
        };
  });
  return inGroups(offers, Object.values(REPORT_GROUPS));
}
