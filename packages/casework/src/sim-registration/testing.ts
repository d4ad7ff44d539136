/** For tests only: inputs that satisfy the guards of the real-name registration. */
import type { Json } from "../lifecycle/definition.ts";

export const SIM_REGISTERED = {
  vehicle: "veh_0123456789abc",
  iccid: "89860000000000000001",
  operator: "Operator A",
} as const satisfies Json;

/** @returns undefined for an action that the registration does not have */
export function acceptedSimInput(name: string, data?: unknown): Json | undefined {
  switch (name) {
    case "registerSim":
      return SIM_REGISTERED;
    case "verifyOwner":
      return {
        owner: "C-2026-17",
        evidence: "identityCard",
        soldAt: "2026-11-20T08:00:00Z",
        verifiedAt: "2026-11-20T06:00:00Z",
      };
    case "reportTransfer":
      return { transferredAt: "2026-11-21T01:00:00Z" };
    case "replaceSim": {
      const { iccid } = (data ?? SIM_REGISTERED) as { readonly iccid?: string };
      return {
        iccid: iccid === SIM_REGISTERED.iccid ? "89860000000000000002" : SIM_REGISTERED.iccid,
        reasons: "Worn out",
      };
    }
    case "endSim":
      return { reasons: "Vehicle scrapped" };
    default:
      return undefined;
  }
}
