/** What a role may do with rules, by the permission matrix; the server decides, the console only leaves out buttons. */
import { can, isRoleCode } from "@sandglass/casework";
import type { Actor } from "../api/shapes/common.ts";

export function mayDecide(actor: Actor | null | undefined): boolean {
  return actor !== null && actor !== undefined && isRoleCode(actor.role) && can(actor.role, "triggerRules", "decide");
}

/** Writes drafts and asks for backtests. */
export function mayPropose(actor: Actor | null | undefined): boolean {
  if (mayDecide(actor)) return true;
  return actor !== null && actor !== undefined && isRoleCode(actor.role) && can(actor.role, "triggerRules", "propose");
}
