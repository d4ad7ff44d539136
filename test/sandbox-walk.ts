/** For tests of the whole product: a sandbox project from its application to the test, by the persons who take each step. */
import assert from "node:assert/strict";

/** A call of the API in the name of one person. */
type Call = (method: string, path: string, body?: unknown) => Promise<Response>;

interface Walk {
  readonly maker: Call;
  readonly officer: Call;
  readonly expert: Call;
  /** Opaque ids. */
  readonly vehicles: readonly string[];
  readonly triggerSet: object;
}

const PAPER = ["Chen", "Li", "Wang"].map((name) => ({ name, freeOfInterest: true, vote: "for" }));

/** @returns its id */
export async function projectInTest({ maker, officer, expert, vehicles, triggerSet }: Walk): Promise<string> {
  const { id } = await taken(
    maker("POST", "/projects", {
      title: "Cell-to-body pack",
      programme: "automobile-safety-sandbox",
      applicant: { organisation: "oem-a", role: "vehicleMaker" },
      technology: {
        description: "Pack that carries the body",
        objectType: "newEnergySafety",
        catalogueItem: "newEnergySafety",
        novelty: "No separate case",
        knowledgeGap: "Ageing of the joint",
      },
      access: { announcementBatch: "2026-03", cccCertificate: "2026011101000001" },
      documents: ["testPlan", "riskAssessment", "emergencyPlan", "resourceProof"].map((kind) => ({
        kind,
        title: kind,
      })),
    }),
  );
  const step = (who: Call, name: string, input: object = {}) =>
    taken(who("POST", `/projects/${id}/actions/${name}`, { input }));
  const experts = (await taken(officer("GET", "/projects/experts"))).items ?? [];
  await step(maker, "submit");
  await step(officer, "completenessOk", { riskFactors: ["publicRoad"], experts: experts.map((each) => each.id) });
  await step(expert, "panelOpinion", { experts: PAPER, opinion: "Admissible" });
  await step(officer, "admit", { reasons: "In scope" });
  await step(maker, "signPlan", {
    vehicles,
    triggerSet,
    goals: "Show that the joint ages as computed",
    hypotheses: "The spread of cell temperature stays below 5 K",
    metrics: "Cell temperature spread",
    limits: { maxVehicles: vehicles.length },
    emergency: "Team within 30 minutes",
    safeguards: "Remote stop",
    insurance: "CNY 5 million per vehicle",
    earlyExit: "Vehicles return to the plant",
    months: 12,
  });
  await step(officer, "planAgreed");
  await step(maker, "rehearse", { data: "simulated", passed: true });
  await step(maker, "start", { resourcesVerified: true, monitoringConnected: true, consents: true });
  return id;
}

async function taken(
  answer: Promise<Response>,
): Promise<{ readonly id: string; readonly items?: readonly { readonly id: string }[] }> {
  const response = await answer;
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text);
}
