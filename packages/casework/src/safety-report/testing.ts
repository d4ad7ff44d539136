/** For tests only: inputs that satisfy the guards of the yearly safety report. */
import type { Json } from "../lifecycle/definition.ts";

export const SAFETY_REPORT_OPENED = { year: 2027, region: "440000" } as const satisfies Json;

const INPUTS: { readonly [name: string]: Json } = {
  openSafetyReport: SAFETY_REPORT_OPENED,
  submitSafetyReport: {
    lifeFile: true,
    batteryTrace: true,
    allMonitored: true,
    keptForLife: true,
    batteryStorage: true,
    screening: "All models, twice",
    accidents: "Plan drilled in May; one fire, report of 3 June",
  },
  returnSafetyReport: { reasons: "No word on storage" },
};

/** @returns undefined for an action that the report does not have */
export function acceptedSafetyReportInput(name: string): Json | undefined {
  return INPUTS[name];
}
