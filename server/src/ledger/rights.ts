/** Who may read the ledger: row `ledger` of the permission matrix. (access stands beside this module, not below it.) */
import { can, reachesOf, ROLES, type RoleCode } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor } from "../records/mod.ts";

/** @throws SG_FORBIDDEN; row policies decide which leaves exist for an actor who may read at all */
export function requireReader(actor: Actor): void {
  if (!isRole(actor.role) || !can(actor.role, "ledger", "read")) throw forbidden(actor, "read");
}

/** Keys, checkpoints, cosignatures, time-stamps: for whoever reads the ledger, and who keeps it. @throws SG_FORBIDDEN */
export function requireCustodyReader(actor: Actor): void {
  if (!isRole(actor.role) || !(can(actor.role, "ledger", "read") || can(actor.role, "custody", "read")))
    throw forbidden(actor, "read");
}

/** @throws SG_FORBIDDEN unless the actor may read all of it */
export function requireFullReader(actor: Actor): void {
  if (!isRole(actor.role) || !reachesOf(actor.role, "ledger", "read").includes("all"))
    throw forbidden(actor, "read all");
}

/** Who operates the platform hands its key over. @throws SG_FORBIDDEN */
export function requireOperator(actor: Actor): void {
  if (!isRole(actor.role) || !can(actor.role, "operation", "write"))
    throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "operation", right: "write" });
}

function isRole(text: string): text is RoleCode {
  return Object.hasOwn(ROLES, text);
}

function forbidden(actor: Actor, right: string): SandglassError {
  return new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "ledger", right });
}
