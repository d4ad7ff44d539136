/** The access log: who read personal data or acted on identities, and why. Append-only in the database. */
import type { Actor, Tx } from "../records/mod.ts";

export const ACCESS_ACTIONS = [
  "session.open", "session.refused", "session.locked", "session.close",
  "account.create", "token.create", "token.revoke",
  "vehicle.register", "vehicle.search", "vin.unmask", "frame.read",
  "platform.create", "platform.refused",
] as const;
export type AccessAction = (typeof ACCESS_ACTIONS)[number];

export interface AccessEntry {
  readonly action: AccessAction;
  /** Opaque id; never a VIN. */
  readonly subject: string;
  readonly reason?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Part of the caller's transaction: what is not logged did not happen. */
export async function logAccess(tx: Tx, actor: Actor, entry: AccessEntry): Promise<void> {
  await tx
    .insertInto("access_log")
    .values({
      actor_id: actor.id,
      actor_role: actor.role,
      organisation: actor.organisation,
      action: entry.action,
      subject: entry.subject,
      reason: entry.reason ?? null,
      detail: entry.detail === undefined ? null : JSON.stringify(entry.detail),
    })
    .execute();
}
