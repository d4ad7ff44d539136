/** The access log: who read personal data or acted on identities, and why. Append-only in the database. */
import type { AccessAction } from "@sandglass/casework";
import type { Actor, Records, Tx } from "../records/mod.ts";
import { requireRight } from "./rights.ts";

export interface AccessEntry {
  readonly action: AccessAction;
  /** Opaque id; never a VIN. */
  readonly subject: string;
  readonly reason?: string;
  /** Code of packages/casework PURPOSES. */
  readonly purpose?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Part of the caller's transaction: what is not logged did not happen. */
export async function logAccess(tx: Tx, actor: Actor, entry: AccessEntry): Promise<void> {
  const detail = actor.token === undefined ? entry.detail : { ...entry.detail, token: actor.token };
  await tx
    .insertInto("access_log")
    .values({
      actor_id: actor.id,
      actor_role: actor.role,
      organisation: actor.organisation,
      action: entry.action,
      subject: entry.subject,
      reason: entry.reason ?? null,
      purpose: entry.purpose ?? null,
      detail: detail === undefined ? null : JSON.stringify(detail),
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
  readonly purpose?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface LogQuery {
  readonly subject?: string | undefined;
  /** One action, or all that begin alike: `read.`. */
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  readonly role?: string | undefined;
  readonly organisation?: string | undefined;
  /** UTC ms, the end excluded. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Entries older than this id. */
  readonly before?: bigint | undefined;
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
      if (query.actor !== undefined) select = select.where("actor_id", "=", query.actor);
      if (query.role !== undefined) select = select.where("actor_role", "=", query.role);
      if (query.organisation !== undefined) select = select.where("organisation", "=", query.organisation);
      if (query.action !== undefined)
        select = query.action.endsWith(".")
          ? select.where((eb) => eb.fn<boolean>("starts_with", ["action", eb.val(query.action)]))
          : select.where("action", "=", query.action);
      if (query.from !== undefined) select = select.where("at", ">=", new Date(query.from));
      if (query.to !== undefined) select = select.where("at", "<", new Date(query.to));
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
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.purpose === null ? {} : { purpose: row.purpose }),
    ...(row.detail === null || typeof row.detail !== "object" ? {} : { detail: row.detail as Record<string, unknown> }),
  }));
}
