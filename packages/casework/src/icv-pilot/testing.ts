/** For tests only: inputs that satisfy the guards of the access and on-road pilot. */
import type { Json } from "../lifecycle/definition.ts";

export const ICV_PILOT_FILED = {
  title: "Traffic-jam pilot",
  model: "A1-L3",
  level: "L3",
  userEntity: "operator-a",
  region: "310000",
  cityConsent: "Letter 2026-7, sealed",
  accessTestPlan: "40 scenarios on closed field, 20 on roads",
  safetyAssessmentPlan: "Functional safety, SOTIF, network and data security",
} as const satisfies Json;

const PERMIT = {
  permit: "ICV-2026-1",
  scenario: "Jam on motorways",
  roads: ["Ring road, inner lanes"],
  lanes: "Single lane, no change of lane",
  maxSpeed: 50,
  maxVehicles: 2,
  restrictions: "Not in rain",
} as const satisfies Json;

const INPUTS: { readonly [name: string]: Json } = {
  fileIcvPilot: ICV_PILOT_FILED,
  forwardIcvPilot: { departments: "Police, housing, transport, communications", opinion: "Complete" },
  confirmTestPlan: { opinion: "Agreed" },
  superviseTest: { found: "As planned" },
  reportTestResult: { result: "All passed" },
  evaluateAccess: { plan: true, execution: true, result: true, opinion: "Bears the access" },
  grantAccess: PERMIT,
  changeRestrictions: { ...PERMIT, maxSpeed: 40 },
  connectPilotVehicles: { vehicles: ["veh_0123456789abc"], plates: "沪AD00001", reference: "SYS-1" },
  startOperation: { insurance: "CNY 5 million per vehicle" },
  reportPilotEvent: { kind: "failure", happenedAt: "2026-11-21T01:00:00Z", what: "Lidar lost, driver took over" },
  concludePilotEvent: { what: "Lidar lost", responsibility: "Connector of the supplier" },
  suspendPilot: { reasons: "Repeated failure" },
  resumePilot: { reasons: "Connector replaced" },
  refuseIcvPilot: { reasons: "Plan too thin" },
  endIcvPilot: { reasons: "Done" },
};

/** @returns undefined for an action that the pilot does not have */
export function acceptedIcvPilotInput(name: string): Json | undefined {
  return INPUTS[name];
}
