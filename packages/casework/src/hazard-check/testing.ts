/** For tests only: inputs that satisfy the guards of the hazard check. */
import type { Json } from "../lifecycle/definition.ts";

export const HAZARD_CHECK_ANNOUNCED = {
  title: "Hazard check 2027",
  organisation: "maker-a",
  year: 2027,
  finishBy: "2027-07-31T15:59:59Z",
} as const satisfies Json;

const INPUTS: { readonly [name: string]: Json } = {
  announceCheck: HAZARD_CHECK_ANNOUNCED,
  planCheck: {
    population: { below100: 1_000, to200: 101, above200: 11 },
    items: ["battery", "platform"],
    returnConditions: "Above 60 000 km, after a collision or flooding, with a warning lamp",
  },
  remindOwners: { channel: "sms", owners: 900 },
  reportCheck: { checked: { below100: 50, to200: 11, above200: 3 }, hazards: 4, handled: 4, summary: "Seals replaced" },
  endSpotCheck: { spotCheck: "Ten vehicles, as reported", convincing: true },
  closeCheck: { reasons: "Convincing" },
};

/** @returns undefined for an action that the hazard check does not have */
export function acceptedHazardCheckInput(name: string): Json | undefined {
  return INPUTS[name];
}
