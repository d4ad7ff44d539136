/** For tests only: inputs that satisfy the guards of the recall case. */
import type { Json } from "../lifecycle/definition.ts";
import { outstandingOf } from "./completion.ts";
import type { RecallData } from "./data.ts";

export const RECALL_LEAD = {
  title: "Coolant leak at the pack",
  description: "Coolant reaches the busbar",
  source: "producer",
  models: ["A1"],
} as const satisfies Json;

export const RECALL_PLAN = {
  scope: { models: ["A1"], declared: 1 },
  defect: "The seal ages",
  consequence: "Short circuit, fire",
  interim: "Do not park indoors",
  remedy: "replace",
  measures: "The seal is replaced",
  startAt: "2026-12-01T00:00:00Z",
  dealersTold: true,
  costBorne: true,
} as const satisfies Json;

const PANEL = [{ name: "Chen", freeOfInterest: true }];
const VEHICLES = ["veh_0123456789abc"];

const INPUTS: { readonly [name: string]: Json } = {
  reportDefect: RECALL_LEAD,
  attachDocuments: {
    documents: ["analysisReport", "investigationReport", "objectionProof"].map((kind) => ({ kind, title: kind })),
  },
  assignRecallExperts: { experts: ["expert"] },
  reportNoDefect: { result: "No leak found" },
  confirmDefect: { result: "Leak found" },
  ownInvestigation: { ground: "serious", reasons: "Fire" },
  recordInspection: { inspection: "tests", what: "Seal leaks after 300 cycles" },
  objectRecall: { objection: "The seal is within its tolerance" },
  recordAppraisal: { institution: "Institute 1", appraisal: "Leaks" },
  recordOpinion: { panel: PANEL, defect: true, opinion: "A defect" },
  confirmStop: { stopped: "Line 2 and all stores since today" },
  recordPermit: { permit: "2026-B-1" },
  resumeSale: { correctedBy: "New seal" },
  filePlan: RECALL_PLAN,
  changePlan: { plan: RECALL_PLAN, reasons: "Batch added" },
  confirmFiling: { planReference: "S2026M0001" },
  publishRecall: { publication: "https://example.com/recall" },
  notifyOwners: { channels: ["registeredLetter"], sent: 2, reached: 1 },
  confirmDealerStop: { units: 3, what: "Held back" },
  recordRemedy: { vehicles: VEHICLES, remedy: "replace", remediedAt: "2026-11-21T01:00:00Z" },
  excludeVehicles: { vehicles: VEHICLES, outcome: "scrapped", evidence: "Certificate" },
  submitStage: { report: "On schedule" },
  demandFollowUp: { what: "Second letter" },
  demandCorrective: { corrective: "repeat", reasons: "Leaks again" },
  submitFinal: { finalReport: "Done" },
  evaluateEffect: { panel: PANEL, outcome: "effective", opinion: "Effective" },
};
const REASONED = new Set([
  "notifyInvestigate",
  "dismissLead",
  "acceptResult",
  "concludeNoDefect",
  "issueNotice",
  "orderRecall",
  "returnPlan",
]);

/** @returns undefined for an action that the recall case does not have */
export function acceptedRecallInput(name: string): Json | undefined {
  return INPUTS[name] ?? (REASONED.has(name) ? { reasons: "as examined" } : undefined);
}

/** What of a recall's data decides on what it offers. */
export function recallKey(data: Partial<RecallData>): readonly unknown[] {
  return [
    data.opinion?.defect,
    data.planRevision !== undefined && data.affected !== undefined && outstandingOf(data as RecallData) === 0,
    data.planRevision === 0,
    data.corrective,
  ];
}
