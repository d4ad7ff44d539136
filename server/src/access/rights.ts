/** Bridges an actor to the permission matrix of packages/casework. */
import { can, reachesOf, ROLES, type ObjectCode, type Right, type RoleCode } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { isPerson, type Actor } from "../records/mod.ts";

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

/**
 * For the second of two pairs of eyes. A token that belongs to no account could be in anybody's hands, also in those of who
 * took the first step. @throws SG_FOUR_EYES
 */
export function requirePerson(actor: Actor, action: string): void {
  if (isPerson(actor)) return;
  throw new SandglassError(ERRORS.FOUR_EYES, {
    action,
    reason: "a person must do it; this token belongs to nobody",
    reasonZh: "须由自然人执行；该令牌不属于任何个人",
  });
}

/** The reaches an actor's right has; empty = denied. */
export function reachesOfActor(actor: Actor, object: ObjectCode, right: Right): ReturnType<typeof reachesOf> {
  return isRole(actor.role) ? reachesOf(actor.role, object, right) : [];
}
