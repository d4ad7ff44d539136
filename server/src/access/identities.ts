/** Sessions and API tokens: who acts. Accounts and organisations are in directory.ts. */
import { randomBytes } from "node:crypto";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { createId } from "./ids.ts";
import { digestSecret, verifyNothing, verifyPassword } from "./password.ts";
import { isRole, requireRight } from "./rights.ts";

export interface NewToken {
  readonly name: string;
  readonly role: string;
  /** Empty: of no organisation. */
  readonly organisation: string;
  readonly region?: string;
  readonly ttlMs: number;
  /** Printed at start: usable on a loopback address only. */
  readonly printed?: boolean;
  /** `intake`: may send events of its organisation and nothing else. */
  readonly scope?: "intake";
}

/** What is known of a token afterwards. Times in UTC ms. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly organisation?: string;
  readonly scope?: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revoked: boolean;
}

export interface OpenedSession {
  readonly actor: Actor;
  /** Value of the cookie; only its digest is stored. */
  readonly secret: string;
  readonly expiresAt: number;
}

const SESSION_MS = 12 * 3_600_000;
const FAILURES_ALLOWED = 5;
const LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;

export interface IdentitiesOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  /** False when the API listens beyond loopback: demo accounts and printed tokens are refused. */
  readonly allowDemo: boolean;
}

export class Identities {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #allowDemo: boolean;

  constructor(options: IdentitiesOptions) {
    this.#records = options.records;
    this.#now = options.now;
    this.#allowDemo = options.allowDemo;
  }

  async listTokens(actor: Actor): Promise<ApiToken[]> {
    requireRight(actor, "identity", "read");
    const rows = await this.#records.transact(
      actor,
      (tx) => tx.selectFrom("api_tokens").selectAll().orderBy("created_at", "desc").execute(),
      { retry: true },
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      role: row.role,
      organisation: row.organisation ?? undefined,
      ...(row.scope === null ? {} : { scope: row.scope }),
      createdAt: row.created_at.getTime(),
      expiresAt: row.expires_at.getTime(),
      revoked: row.revoked_at !== null,
    }));
  }

  /**
   * Opens a session. An unknown name, a wrong password, a locked, disabled or refused demo account look the same and
   * take the same time. Each failure from the fifth on locks the account, at first for 30 s, then twice as long.
   * @throws SG_SESSION_REFUSED
   */
  async signIn(given: { readonly account: string; readonly password: string }): Promise<OpenedSession> {
    const name = given.account.trim().toLowerCase();
    const account = await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) => tx.selectFrom("accounts").selectAll().where("account", "=", name).executeTakeFirst(),
      { retry: true },
    );
    const matches =
      account === undefined
        ? await verifyNothing(given.password)
        : await verifyPassword(given.password, account.password);
    const now = this.#now();
    if (account === undefined) {
      throw new SandglassError(ERRORS.SESSION_REFUSED);
    }
    const actor = actorOfAccount(account);
    const locked = account.locked_until !== null && account.locked_until.getTime() > now;
    if (!matches || locked || account.disabled || (account.demo && !this.#allowDemo)) {
      await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
        if (!matches && !locked) await countFailure(tx, account.id, now);
        await logAccess(tx, actor, { action: locked ? "session.locked" : "session.refused", subject: account.id });
      });
      throw new SandglassError(ERRORS.SESSION_REFUSED);
    }
    const secret = randomBytes(32).toString("base64url");
    const expiresAt = now + SESSION_MS;
    await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      await tx.updateTable("accounts").set({ failures: 0, locked_until: null }).where("id", "=", account.id).execute();
      await tx
        .deleteFrom("sessions")
        .where("account_id", "=", account.id)
        .where("expires_at", "<", new Date(now))
        .execute();
      await tx
        .insertInto("sessions")
        .values({
          hash: digestSecret(secret),
          account_id: account.id,
          expires_at: new Date(expiresAt),
          revoked_at: null,
        })
        .execute();
      await logAccess(tx, actor, { action: "session.open", subject: account.id });
    });
    return { actor, secret, expiresAt };
  }

  async findSession(secret: string): Promise<Actor | undefined> {
    const row = await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) =>
        tx
          .selectFrom("sessions")
          .innerJoin("accounts", "accounts.id", "sessions.account_id")
          .select(["accounts.id", "account", "name", "role", "organisation", "region", "demo"])
          .where("hash", "=", digestSecret(secret))
          .where("sessions.revoked_at", "is", null)
          .where("sessions.expires_at", ">", new Date(this.#now()))
          .where("accounts.disabled", "=", false)
          .executeTakeFirst(),
      { retry: true },
    );
    return row === undefined || (row.demo && !this.#allowDemo) ? undefined : actorOfAccount(row);
  }

  async signOut(secret: string, actor: Actor): Promise<void> {
    await this.#records.transact(
      SYSTEM_ACCESS,
      async (tx) => {
        await tx
          .updateTable("sessions")
          .set({ revoked_at: new Date(this.#now()) })
          .where("hash", "=", digestSecret(secret))
          .execute();
        await logAccess(tx, actor, { action: "session.close", subject: actor.id });
      },
      { retry: true },
    );
  }

  /** @returns the token; it cannot be shown again */
  async createToken(actor: Actor, token: NewToken): Promise<{ id: string; token: string; expiresAt: number }> {
    if (actor.kind !== "system") requireRight(actor, "identity", "write");
    if (!isRole(token.role)) throw new SandglassError(ERRORS.ROLE_UNKNOWN, { role: token.role });
    if (token.organisation !== "" && !(await this.#hasOrganisation(token.organisation)))
      throw new SandglassError(ERRORS.ORGANISATION_UNKNOWN, { organisation: token.organisation });
    if (token.scope === "intake" && token.organisation === "")
      throw new SandglassError(ERRORS.ORGANISATION_UNKNOWN, { organisation: "" });
    const secret = `sgt_${randomBytes(32).toString("base64url")}`;
    const id = createId("tok");
    const expiresAt = this.#now() + token.ttlMs;
    await this.#records.transact(actor, async (tx) => {
      await tx
        .insertInto("api_tokens")
        .values({
          id,
          hash: digestSecret(secret),
          name: token.name,
          role: token.role,
          organisation: token.organisation === "" ? null : token.organisation,
          region: token.region ?? null,
          scope: token.scope ?? null,
          printed: token.printed ?? false,
          created_by: actor.id,
          expires_at: new Date(expiresAt),
          revoked_at: null,
        })
        .execute();
      await logAccess(tx, actor, { action: "token.create", subject: id, detail: { role: token.role } });
    });
    return { id, token: secret, expiresAt };
  }

  async #hasOrganisation(id: string): Promise<boolean> {
    const found = await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) => tx.selectFrom("organisations").select("id").where("id", "=", id).executeTakeFirst(),
      { retry: true },
    );
    return found !== undefined;
  }

  /** A token of the whole scope; one that may only send events is none here. */
  findToken(token: string): Promise<Actor | undefined> {
    return this.#findToken(token, undefined);
  }

  /** A token that may send events for its organisation. */
  findIntakeToken(token: string): Promise<Actor | undefined> {
    return this.#findToken(token, "intake");
  }

  async #findToken(token: string, scope: "intake" | undefined): Promise<Actor | undefined> {
    if (!token.startsWith("sgt_")) return undefined;
    const row = await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) =>
        tx
          .selectFrom("api_tokens")
          .select(["id", "name", "role", "organisation", "region", "printed"])
          .where("hash", "=", digestSecret(token))
          .where("scope", scope === undefined ? "is" : "=", scope ?? null)
          .where("revoked_at", "is", null)
          .where("expires_at", ">", new Date(this.#now()))
          .executeTakeFirst(),
      { retry: true },
    );
    if (row === undefined || (row.printed && !this.#allowDemo)) return undefined;
    return {
      kind: "token",
      id: row.id,
      role: row.role,
      organisation: row.organisation ?? "",
      region: row.region ?? undefined,
    };
  }

  async revokeToken(actor: Actor, id: string): Promise<void> {
    if (actor.kind !== "system") requireRight(actor, "identity", "write");
    await this.#records.transact(actor, async (tx) => {
      const result = await tx
        .updateTable("api_tokens")
        .set({ revoked_at: new Date(this.#now()) })
        .where("id", "=", id)
        .executeTakeFirst();
      if (result.numUpdatedRows === 0n) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
      await logAccess(tx, actor, { action: "token.revoke", subject: id });
    });
  }

  /** Withdraws the tokens that earlier starts printed: a new start prints a new one. */
  async revokePrintedTokens(): Promise<void> {
    await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) =>
        tx
          .updateTable("api_tokens")
          .set({ revoked_at: new Date(this.#now()) })
          .where("printed", "=", true)
          .where("revoked_at", "is", null)
          .execute(),
      { retry: true },
    );
  }
}

async function countFailure(tx: Tx, id: string, now: number): Promise<void> {
  const row = await tx
    .updateTable("accounts")
    .set((eb) => ({ failures: eb("failures", "+", 1) }))
    .where("id", "=", id)
    .returning("failures")
    .executeTakeFirstOrThrow();
  if (row.failures < FAILURES_ALLOWED) return;
  const lock = Math.min(LOCK_MS * 2 ** (row.failures - FAILURES_ALLOWED), LONGEST_LOCK_MS);
  await tx
    .updateTable("accounts")
    .set({ locked_until: new Date(now + lock) })
    .where("id", "=", id)
    .execute();
}

function actorOfAccount(row: {
  id: string;
  account: string;
  role: string;
  organisation: string;
  region: string | null;
}): Actor {
  return {
    kind: "person",
    id: row.id,
    account: row.account,
    role: row.role,
    organisation: row.organisation,
    region: row.region ?? undefined,
  };
}
