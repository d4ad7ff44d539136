/** The access log: who read personal data or acted on identities, and why. Append-only in the database. */
import type { Actor, Records, Tx } from "../records/mod.ts";
import { requireRight } from "./rights.ts";

export const ACCESS_ACTIONS = [
  "session.open",
  "session.refused",
  "session.locked",
  "session.close",
  "account.create",
  "token.create",
  "token.revoke",
  "vehicle.register",
  "vehicle.search",
  "vin.unmask",
  "frame.read",
  "vehicle.key",
  "platform.create",
  "platform.change",
  "platform.refused",
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

export interface LoggedAccess {
  readonly id: bigint;
  /** UTC ms. */
  readonly at: number;
  readonly actor: string;
  readonly role: string;
  readonly organisation: string;
  readonly action: string;
  readonly subject: string;
  readonly reason?: string;
}

export interface LogQuery {
  readonly subject?: string;
  readonly action?: string;
  /** Entries older than this id. */
  readonly before?: bigint;
  readonly limit: number;
}

/** Newest first. */
export async function readAccessLog(records: Records, actor: Actor, query: LogQuery): Promise<LoggedAccess[]> {
  requireRight(actor, "log", "read");
  const rows = await records.transact(
    actor,
    (tx) => {
      let select = tx.selectFrom("access_log").selectAll().orderBy("id", "desc").limit(query.limit);
      if (query.subject !== undefined) select = select.where("subject", "=", query.subject);
      if (query.action !== undefined) select = select.where("action", "=", query.action);
      if (query.before !== undefined) select = select.where("id", "<", query.before);
      return select.execute();
    },
    { retry: true },
  );
  return rows.map((row) => ({
    id: row.id,
    at: row.at.getTime(),
    actor: row.actor_id,
    role: row.actor_role,
    organisation: row.organisation,
    action: row.action,
    subject: row.subject,
    reason: row.reason ?? undefined,
  }));
}
