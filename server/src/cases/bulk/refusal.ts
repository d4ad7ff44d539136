/** Why one case of many refused an action, as it is kept and shown. */
import type { Text } from "@sandglass/casework";
import { formatError, SandglassError } from "../../errors/mod.ts";
import { ActionRefusedError } from "../engine/refused.ts";

export interface KeptRefusal {
  readonly code: string;
  readonly reason: Text;
}

/** @returns undefined for what is no answer to the action but a failure of the server, which may pass */
export function refusalOfError(cause: unknown): KeptRefusal | undefined {
  if (cause instanceof ActionRefusedError) return { code: cause.code, reason: cause.refusal.reason };
  if (!(cause instanceof SandglassError) || cause.status >= 500) return undefined;
  const { definition, parameters, code } = cause;
  return {
    code,
    reason: { en: formatError(definition, parameters, "en"), zh: formatError(definition, parameters, "zh") },
  };
}
