/** Whether somebody is still who they were: for work that goes on when the request that asked for it is long answered. */
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";

/**
 * The account, its organisation and the token it was asked through still hold, and the account has the same office. A session
 * that has ended since takes nothing back.
 */
export async function isStanding(records: Records, actor: Actor, now: number): Promise<boolean> {
  return records.transact(
    SYSTEM_ACCESS,
    async (tx) => {
      const token = actor.kind === "token" ? (actor.token ?? actor.id) : undefined;
      if (token !== undefined && !(await isTokenValid(tx, token, now))) return false;
      const isNobodys = actor.kind === "token" && actor.token === undefined;
      return isNobodys || hasOffice(tx, actor);
    },
    { retry: true },
  );
}

async function isTokenValid(tx: Tx, id: string, now: number): Promise<boolean> {
  const row = await tx
    .selectFrom("api_tokens")
    .leftJoin("organisations", "organisations.id", "api_tokens.organisation")
    .select("organisations.disabled")
    .where("api_tokens.id", "=", id)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", new Date(now))
    .executeTakeFirst();
  return row !== undefined && row.disabled !== true;
}

async function hasOffice(tx: Tx, actor: Actor): Promise<boolean> {
  const row = await tx
    .selectFrom("accounts")
    .innerJoin("organisations", "organisations.id", "accounts.organisation")
    .select(["role", "organisation", "accounts.region"])
    .where("accounts.id", "=", actor.id)
    .where("accounts.disabled", "=", false)
    .where("organisations.disabled", "=", false)
    .executeTakeFirst();
  return (
    row !== undefined &&
    row.role === actor.role &&
    row.organisation === actor.organisation &&
    row.region === (actor.region ?? null)
  );
}
