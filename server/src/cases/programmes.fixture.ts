/** For tests that walk projects of vehicles and of an AI service: what differs between the two programmes. */
import { SERVICE, type PEOPLE, APPLICATION, PLAN } from "./world.fixture.ts";

type Person = keyof typeof PEOPLE;

export interface WalkedProgramme {
  readonly application: object;
  /** Inputs of actions that differ from what other walks enter. */
  readonly inputs: Readonly<Record<string, object>>;
  /** What is tested. */
  readonly subjects: readonly string[];
  /** Who acts where the steps of a walk name an officer of SAMR: the department that leads the programme. */
  readonly officers: { readonly samr: Person; readonly samr2: Person };
}

/** @param effects what the plan makes of firings */
export function programmesUnderTest(effects: readonly object[]): Readonly<Record<string, WalkedProgramme>> {
  return {
    "automobile-safety-sandbox": {
      application: { ...APPLICATION, businessModel: "subscription", riskFactors: ["publicRoad"] },
      inputs: { signPlan: { ...PLAN, triggerSet: { ...PLAN.triggerSet, effects } } },
      subjects: PLAN.vehicles,
      officers: { samr: "samr", samr2: "samr2" },
    },
    "ai-service-sandbox": {
      application: AI_APPLICATION,
      inputs: {
        completenessOk: { riskFactors: ["minors"], credit: "B", experts: ["acc_expert"] },
        signPlan: { ...AI_PLAN, triggerSet: { ...AI_PLAN.triggerSet, effects } },
      },
      subjects: AI_PLAN.vehicles,
      officers: { samr: "ai", samr2: "ai2" },
    },
  };
}

/** Steps of a walk of vehicles as they are in the programme: its officers, its inputs. */
export function stepsIn(
  { officers, inputs }: WalkedProgramme,
  steps: readonly (readonly [Person, string, object?])[],
): readonly (readonly [Person, string, object?])[] {
  return steps.map(([who, action, input]) => [
    who === "samr" || who === "samr2" ? officers[who] : who,
    action,
    inputs[action] ?? input,
  ]);
}

const AI_APPLICATION = {
  title: "Owner chat assistant",
  programme: "ai-service-sandbox",
  applicant: { organisation: "oem-a", role: "internetTechnology" },
  technology: { description: "Generated answers", objectType: "other", catalogueItem: "generative" },
  documents: ["testPlan", "riskAssessment", "emergencyPlan", "consentForm"].map((kind) => ({
    kind,
    title: "As filed",
  })),
  businessModel: "b2c",
};

const AI_PLAN = {
  ...PLAN,
  limits: { maxVehicles: 2, functions: ["Chat"] },
  vehicles: [SERVICE],
  triggerSet: { pack: "demo-ai", effects: [] },
  consent: "Before the first question",
  compensation: "A year of free service",
};
