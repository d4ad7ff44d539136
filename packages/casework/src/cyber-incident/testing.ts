/** For tests only: inputs that satisfy the guards of a cyber or data-security incident. */
import type { Json } from "../lifecycle/definition.ts";
import type { Obligation } from "../lifecycle/obligation.ts";
import { INCIDENT_REPORT_CODES, type IncidentFacts } from "./reports.ts";

export const INCIDENT_FACTS = {
  grade: "larger",
  criticalInfrastructure: false,
  nationalSecurity: false,
  personalData: true,
} as const satisfies IncidentFacts & Json;

export const INCIDENT_DISCOVERED = {
  title: "Open store of tracks",
  what: "A store of tracks was readable without a password",
  discoveredAt: "2026-11-20T02:00:00Z",
  facts: INCIDENT_FACTS,
  region: "440000",
} as const satisfies Json;

/** @returns undefined for an action that the incident does not have */
export function acceptedCyberIncidentInput(name: string, obligations: readonly Obligation[]): Json | undefined {
  switch (name) {
    case "discoverIncident":
      return INCIDENT_DISCOVERED;
    case "correctIncident":
      return { facts: { ...INCIDENT_FACTS, grade: "extraordinary", nationalSecurity: true }, reasons: "Found more" };
    case "sendIncidentReport": {
      const owed = obligations.find(
        ({ code, ended }) => ended === undefined && (INCIDENT_REPORT_CODES as readonly string[]).includes(code),
      );
      return { report: owed?.code ?? "incidentReport", reference: "CAC-1" };
    }
    case "remedyIncident":
      return { remedies: "Store closed, keys changed" };
    case "tellPersons":
      return {
        kinds: "Tracks",
        cause: "No password",
        harm: "Homes may be guessed",
        remedies: "Change the account's password",
        contact: "privacy@example.com",
        persons: 1200,
      };
    case "endHandling":
      return { result: "No access by others was found" };
    case "sendFinalIncidentReport":
      return { lessons: "Stores are scanned daily", reference: "CAC-2" };
    case "dismissIncident":
      return { reasons: "A drill" };
    default:
      return undefined;
  }
}

/** What of an incident's data decides on what it offers. */
export function incidentKey(data: { readonly facts?: IncidentFacts }): readonly unknown[] {
  return [data.facts?.nationalSecurity];
}
