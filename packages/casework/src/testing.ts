/** For tests only: arbitrary inputs of a schema, and inputs that satisfy the guards of the built-in lifecycles. */
import * as fc from "fast-check";
import type { CaseActor } from "./access/extent.ts";
import { acceptedAccidentInput } from "./accident/testing.ts";
import { acceptedConformityInput } from "./conformity-test/testing.ts";
import { acceptedDataExportInput } from "./data-export/testing.ts";
import { acceptedCyberIncidentInput } from "./cyber-incident/testing.ts";
import { acceptedDataRequestInput } from "./data-request/testing.ts";
import { acceptedDataReportInput } from "./data-report/testing.ts";
import type { Json, Obligation } from "./mod.ts";
import { acceptedHazardCheckInput } from "./hazard-check/testing.ts";
import { acceptedIcvPilotInput } from "./icv-pilot/testing.ts";
import { acceptedOtaInput } from "./ota/testing.ts";
import { acceptedRecallInput } from "./recall/testing.ts";
import type { InputSchema } from "./schema.ts";
import { acceptedSafetyReportInput } from "./safety-report/testing.ts";
import { acceptedSimInput } from "./sim-registration/testing.ts";
import { acceptedMeasureInput } from "./supervision-measure/testing.ts";
import { acceptedVulnerabilityInput } from "./vulnerability/testing.ts";

/** Values that a schema accepts; strings are short, lists have at most three items. */
export function inputsOf(schema: InputSchema): fc.Arbitrary<Json> {
  switch (schema.type) {
    case "string":
      if ("enum" in schema) return fc.constantFrom(...schema.enum);
      if ("pattern" in schema && schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
      if ("format" in schema && schema.format === "date-time")
        return fc
          .integer({ min: 1_700_000_000, max: 1_800_000_000 })
          .map((seconds) => new Date(seconds * 1000).toISOString());
      return fc.stringMatching(/^[a-z]{1,8}$/);
    case "integer":
      return fc.integer({
        min: schema.minimum ?? 0,
        max: Math.min(schema.maximum ?? 100, (schema.minimum ?? 0) + 100),
      });
    case "number":
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 100 });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(inputsOf(schema.items), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, 3),
      });
    case "object":
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, inputsOf(value)])),
        { requiredKeys: [...schema.required] },
      ) as fc.Arbitrary<Json>;
  }
}

export const VEHICLE = "veh_0123456789abc";
const EXPERTS = ["Chen", "Li", "Wang"].map((name) => ({ name, freeOfInterest: true, vote: "for" }));

/** Everything a project needs to be submitted. */
export const COMPLETE_APPLICATION = {
  title: "Cell-to-body pack with remote cell balancing",
  programme: "automobile-safety-sandbox",
  applicant: { organisation: "maker-a", role: "vehicleMaker", name: "Maker A" },
  parties: [{ organisation: "battery-a", role: "batteryMaker" }],
  technology: {
    description: "Pack structure that carries the body",
    objectType: "newEnergySafety",
    catalogueItem: "SBX-2022-07",
    novelty: "No separate case",
    knowledgeGap: "Ageing of the joint",
  },
  access: { announcementBatch: "2026-03", cccCertificate: "2026011101000001" },
  documents: [
    { kind: "testPlan", title: "Test plan" },
    { kind: "riskAssessment", title: "Risk self-assessment" },
    { kind: "emergencyPlan", title: "Emergency plan" },
  ],
  exclusions: [],
} as const satisfies Json;

export const COMPLETE_PLAN = {
  goals: "Show that the joint ages as computed",
  metrics: "Cell temperature spread",
  limits: { maxVehicles: 20, regions: ["310000"], maxSpeed: 120, functions: ["driving", "charging"] },
  vehicles: [VEHICLE],
  triggerSet: { pack: "demo-sandbox", effects: [] },
  safeguards: "Remote stop",
  insurance: "CNY 5 million per vehicle",
  earlyExit: "Vehicles return to the plant",
  months: 12,
} as const satisfies Json;

export const FIRING_INPUT = {
  finding: "fnd_ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  trigger: "EV-BAT-001",
  version: 3,
  versionHash: "0".repeat(64),
  level: 3,
  vehicle: VEHICLE,
  onset: "2026-11-21T10:00:00Z",
  assurance: "platform",
  sentence: { en: "Cell temperature above 60 °C for 30 s", zh: "单体温度高于60 °C持续30秒" },
  margin: { value: 4.5, unit: "°C" },
} as const satisfies Json;

const ORDER_FINDING = {
  finding: "fnd_1",
  trigger: "GBT32960-ALARM",
  version: 1,
  level: 3,
  onset: "2026-11-21T10:00:00Z",
  sentence: FIRING_INPUT.sentence,
} as const satisfies Json;

/** One input per action that satisfies its guards; some need what the case holds and who acts. */
export function acceptedInput(
  name: string,
  obligations: readonly Obligation[] = [],
  data?: unknown,
  actor?: CaseActor,
): Json {
  const reasons = "as examined";
  switch (name) {
    case "create":
      return COMPLETE_APPLICATION;
    case "panelOpinion":
    case "finalEvaluation":
      return { experts: EXPERTS, opinion: "Admissible" };
    case "incomplete":
      return { missing: ["Emergency plan"] };
    case "signPlan":
    case "editPlan":
      return COMPLETE_PLAN;
    case "rehearse":
      return { data: "simulated", passed: true };
    case "start":
      return { resourcesVerified: true, monitoringConnected: true, consents: true };
    case "warnTrigger":
    case "riskTrigger":
    case "terminateTrigger":
    case "noteFinding":
      return FIRING_INPUT;
    case "restrictTrigger":
      return { ...FIRING_INPUT, assurance: "none", confirmAtOnce: true };
    case "severeIncident":
      return { what: "Smoke", happenedAt: "2026-11-21T10:00:00Z", injured: 0, dead: 0 };
    case "submitMitigation":
      return { measures: "Cell replaced", evidence: "Report 7" };
    case "mitigationAccepted":
      return { to: "TESTING", evidence: "Report 7", decidedBy: "panel", reasons };
    case "taskDone":
      return {
        task: obligations.find((each) => each.code === "correctiveTask" && each.ended === undefined)?.id ?? "none",
        evidence: "Report 7",
      };
    case "lift":
      return { evidence: "Report 7", reasons };
    case "amend":
      return { reasons, limits: { maxVehicles: 10, regions: ["310000"], maxSpeed: 100, functions: ["driving"] } };
    case "extend":
      return { months: 3, reasons };
    case "withdraw":
      return { reasons, earlyExitExecuted: true };
    case "noteBreach":
      return { vehicle: VEHICLE, seenAt: "2026-11-21T11:00:00Z", sentence: FIRING_INPUT.sentence, speed: 30 };
    case "noteRetraction":
      return { finding: FIRING_INPUT.finding, sentence: FIRING_INPUT.sentence };
    case "reviewBreach":
    case "reviewRetraction":
      return { outcome: "explained", reasons };
    case "logContact":
      return { kind: "guidance", note: "Visit" };
    case "regrade":
      return { riskTier: "high", evidence: "Report 7", reasons };
    case "appointCommissioner":
      return { name: "Officer Zhao" };
    case "requestInformation":
      return { what: "Logs of the hand-over, 21 November" };
    case "answerInformation":
      return {
        duty: obligations.find((each) => each.code === "answerInformation" && each.ended === undefined)?.id ?? "none",
        answer: "Attached",
      };
    case "recordInspection":
      return { mode: "onSite", findings: "Team on duty", announced: false };
    case "recordAccessPermit":
      return { product: "Highway pilot", permit: "2026-7", grantedAt: "2026-11-21T10:00:00Z" };
    case "fileDeepTest":
      return { deepTestPlan: "Plan 1", riskAssessmentPlan: "Plan 2", preliminaryTestReport: "Report 3" };
    case "controlledChange":
      return { subject: "software", component: "BMS", toVersion: "2.1", description: "Balancing" };
    case "defectConfirmed":
      return { description: "Weak joint", panelAgreesToContinue: false };
    case "confirm":
      return { reasons, spillOverChecked: true, usersInformed: true, devicesRestored: true };
    case "finalReport":
      return { activities: "Driven", results: "Stable", learning: "Joint ages slowly" };
    case "appeal":
      return { grounds: "The plan was misread" };
    case "toRoutine":
    case "withdrawn":
    case "expired":
      return { reasons };
    case "promote":
      return { reasons, results: ["Guideline on structural packs"] };
    case "improve":
      return { reasons, conditions: "Quarterly report" };
    case "openTracking":
      return { title: "Cell-to-body pack", project: "prj_1", organisations: ["maker-a"], months: 12, reportMonths: 3 };
    case "openResult":
      return { title: "Joint ageing", kind: "guideline", project: "prj_1", organisations: ["maker-a"] };
    case "draftReport":
      return {
        kind: "annual",
        programme: "automobile-safety-sandbox",
        year: 2026,
        progress: "Two tests ended",
        bestPractice: "Remote stop tried weekly",
        lessonsLearnt: "Joints age slowly",
        recommendations: "A guideline on structural packs",
      };
    case "setRules":
      return { triggerSet: { pack: "demo-sandbox" }, reasons };
    case "trackingReport":
      return { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z", results: "Stable" };
    case "inspect":
      return { note: "Nothing found" };
    case "escalate":
      return { measure: "orderToCorrect", reasons };
    case "describe":
      return { summary: "How the joint ages" };
    case "startReview":
      return { body: "TC 114" };
    case "adopt":
      return { reference: "PLAN-1", reasons };
    case "publish":
      return { reference: "GB/T 1" };
    case "settle":
    case "handOver":
    case "conclude":
    case "reject":
      return { reasons };
    case "joinApplication":
      return { consent: true, organisation: "battery-a" };
    case "departmentOpinion":
    case "refuseExtension":
      return { opinion: "noComment", reasons };
    case "assignExperts":
      return { experts: ["expert"], reasons };
    case "declareInterest":
      return { freeOfInterest: true, statement: "None" };
    case "castBallot":
      return { scores: [], vote: "for" };
    case "exclude":
      return { exclusions: ["illegal"], reasons };
    case "stageReport":
      return { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z", activities: "Driven", results: "Stable" };
    case "periodicAssessment":
      return { rating: "continue", opinion: "Stable" };
    case "requestExtension":
      return { months: 3, reasons };
    case "reportIncident":
      return { what: "Noise", happenedAt: "2026-11-21T10:00:00Z", injured: 0, dead: 0 };
    case "dutyReported":
      return {
        duty:
          obligations.find((each) => /^(accident|cyber|ai)/.test(each.code) && each.ended === undefined)?.id ?? "none",
        reference: "REP-1",
      };
    case "decideTolerance":
      return {
        matter: "missedResult",
        effect: "mitigate",
        scope: "This result",
        conditions: "Repeated once",
        expiresAt: "2099-01-01T00:00:00Z",
        reasons,
      };
    case "recordLiability":
      return { claim: "Scratched gate", status: "open" };
    case "requestService":
      return { kind: "performanceVerification", note: "A test bench" };
    case "updateParticipants":
      return { consented: 10, withdrawn: 1, deleted: 1, compensated: 0 };
    case "consentPublication":
      return { agrees: true, fields: ["title", "outcome"] };
    case "detect":
      return {
        type: "FAULT_L3",
        level: 3,
        item: "GBT32960-ALARM",
        vehicle: VEHICLE,
        organisation: "maker-a",
        region: "310115",
        finding: ORDER_FINDING,
      };
    case "merge":
      return { finding: { ...ORDER_FINDING, finding: "fnd_2", level: 4 } };
    case "recurrence":
      return { finding: { ...ORDER_FINDING, finding: "fnd_3" } };
    case "clear":
      return { finding: ORDER_FINDING.finding, clearedAt: "2026-11-21T10:05:00Z" };
    case "notifyOwner":
      return { channel: "app", advice: "Stop and switch off" };
    case "noContact":
      return { attempts: 3, log: "No answer" };
    case "accept":
      return { dealer: "Dealer 1", assignee: "dealer-1" };
    // Accidents name experts, work orders one person.
    case "assign":
      return data !== undefined && "item" in (data as object) ? { assignee: "dealer-1" } : { accounts: ["expert"] };
    case "note":
      return { note: "Called" };
    case "locateOrContact":
      return { how: "Last position" };
    case "siteCheck":
      return { operator: "Yard 1", socReduced: true, spacingKept: true, fireMeans: true };
    case "confirmed":
      return { outcome: "stored", evidence: "Photo" };
    case "repairRecord":
      return { dealer: "Dealer 1", causeCode: "CELL", work: "Module replaced" };
    case "close":
      return { disposalReference: "0x12-1", confirmed: true };
    case "falseAlarm":
      return { reasons, evidence: "Probe defect" };
    case "linkAccident":
      return { kind: "smoke", reference: "ACC-1" };
    case "batchCheck":
      return { model: "A1", share: 7, faultLevel3: true };
    case "findings":
      return { result: "Supplier batch", defectSuspected: true };
    case "authorityOrder":
    case "order":
    case "refuse":
    case "admit":
    case "appealUpheld":
    case "appealRejected":
    case "dismissConfirmation":
    case "mitigationFailed":
    case "deception":
    case "illegal":
    case "dropTermination":
      return { reasons };
    default:
      return (
        acceptedRecallInput(name) ??
        acceptedOtaInput(name, data) ??
        acceptedHazardCheckInput(name) ??
        acceptedMeasureInput(name) ??
        acceptedSimInput(name, data) ??
        acceptedConformityInput(name, data) ??
        acceptedSafetyReportInput(name) ??
        acceptedIcvPilotInput(name) ??
        acceptedDataReportInput(name, data) ??
        acceptedDataExportInput(name, data) ??
        acceptedDataRequestInput(name) ??
        acceptedCyberIncidentInput(name, obligations) ??
        acceptedVulnerabilityInput(name) ??
        acceptedAccidentInput(name, obligations, data, actor) ??
        {}
      );
  }
}

/** One actor of every kind that acts in the built-in lifecycles. */
export const ACTORS = {
  oem: { id: "oem-a", role: "OEM", organisation: "maker-a" },
  stranger: { id: "oem-b", role: "OEM", organisation: "maker-b" },
  samr: { id: "samr", role: "SAMR", organisation: "samr" },
  samr2: { id: "samr-2", role: "SAMR", organisation: "samr" },
  centre: { id: "centre", role: "RECALL_CENTER", organisation: "recall-centre" },
  eidc: { id: "eidc", role: "EIDC", organisation: "eidc" },
  local: { id: "local", role: "LOCAL_IIT", organisation: "shanghai-iit", region: "310000" },
  elsewhere: { id: "local-2", role: "LOCAL_IIT", organisation: "beijing-iit", region: "110000" },
  expert: { id: "expert", role: "EXPERT" },
  nvdb: { id: "nvdb", role: "NVDB", organisation: "nvdb" },
  cac: { id: "cac", role: "CAC", organisation: "cac" },
  police: { id: "police", role: "TRAFFIC_POLICE", organisation: "police" },
  dealer: { id: "dealer-1", role: "DEALER_REPAIR", organisation: "dealer-1" },
  auditor: { id: "auditor", role: "AUDITOR" },
  supervisor: { id: "supervisor", role: "SUPERVISOR_ALL" },
  trigger: { id: "system:trigger", role: "system:trigger" },
  clock: { id: "system:clock", role: "system:clock" },
} as const satisfies Record<string, CaseActor>;

/** The ministries that act in pilots beside them. */
export const MINISTRIES = {
  miit: { id: "miit", role: "MIIT", organisation: "miit" },
  mps: { id: "mps", role: "MPS", organisation: "mps" },
} as const satisfies Record<string, CaseActor>;
