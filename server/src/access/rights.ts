/** Bridges an actor to the permission matrix of packages/casework. */
import { can, reachesOf, ROLES, type ObjectCode, type Right, type RoleCode } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor } from "../records/mod.ts";

export function isRole(text: string): text is RoleCode {
  return Object.hasOwn(ROLES, text);
}

/** A role that the matrix does not know has no rights. */
export function mayActor(actor: Actor, object: ObjectCode, right: Right): boolean {
  return isRole(actor.role) && can(actor.role, object, right);
}

export function requireRight(actor: Actor, object: ObjectCode, right: Right): void {
  if (!mayActor(actor, object, right)) throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object, right });
}

/** The reaches an actor's right has; empty = denied. */
export function reachesOfActor(actor: Actor, object: ObjectCode, right: Right): ReturnType<typeof reachesOf> {
  return isRole(actor.role) ? reachesOf(actor.role, object, right) : [];
}
