/** For tests only: inputs that satisfy the guards of a conformity test. */
import type { Json } from "../lifecycle/definition.ts";

export const CONFORMITY_REGISTERED = { subject: "model", name: "A1", edition: "2025" } as const satisfies Json;

const INPUTS: { readonly [name: string]: Json } = {
  registerConformity: CONFORMITY_REGISTERED,
  recordConformity: { passed: true, report: "CT-2026-1", findings: "All items" },
  withdrawConformity: { reasons: "Model given up" },
};

/** @returns undefined for an action that the test does not have */
export function acceptedConformityInput(name: string, data?: unknown): Json | undefined {
  const fails = name === "recordConformity" && (data as { readonly report?: string } | undefined)?.report === undefined;
  return fails ? { passed: false, report: "CT-2026-0", findings: "Re-issue was missing" } : INPUTS[name];
}
