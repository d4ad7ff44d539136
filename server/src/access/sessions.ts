/** Sessions of the console: opened after a sign-in, found by their cookie, listed and revoked. */
import { randomBytes } from "node:crypto";
import { defaultSecondFactor } from "@sandglass/casework";
import type { Selectable } from "kysely";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";
import type { AccountTable } from "../records/tables/identity.ts";
import { logAccess } from "./access-log.ts";
import { digestSecret } from "./password.ts";
import { requireRight } from "./rights.ts";

export type AccountRow = Selectable<AccountTable>;

/** What must be done before a session reaches more than the account page. */
export type PendingStep = "password" | "second-factor";

/** Where a sign-in comes from, for the list of sessions. */
export interface Client {
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
}

export interface OpenedSession {
  readonly actor: Actor;
  /** Value of the cookie; only its digest is stored. */
  readonly secret: string;
  readonly expiresAt: number;
  readonly pending: readonly PendingStep[];
}

export interface Session {
  readonly id: string;
  readonly actor: Actor;
  readonly pending: readonly PendingStep[];
  readonly demo: boolean;
  /** UTC ms. */
  readonly openedAt: number;
}

export interface SessionLine {
  readonly id: string;
  readonly account: string;
  readonly method: string;
  readonly address?: string;
  readonly userAgent?: string;
  readonly openedAt: number;
  readonly lastSeenAt?: number;
  readonly expiresAt: number;
}

const SESSION_MS = 12 * 3_600_000;
/** `last_seen_at` is written at most so often. */
const SEEN_MS = 60_000;
const REMEMBERED = 10_000;

export class Sessions {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #allowDemo: boolean;
  readonly #seen = new Map<string, number>();

  constructor(options: { readonly records: Records; readonly now: () => number; readonly allowDemo: boolean }) {
    this.#records = options.records;
    this.#now = options.now;
    this.#allowDemo = options.allowDemo;
  }

  /** Part of the caller's transaction, which has checked who it is. */
  async open(tx: Tx, account: AccountRow, method: string, client: Client): Promise<OpenedSession> {
    const now = this.#now();
    const secret = randomBytes(32).toString("base64url");
    const expiresAt = now + SESSION_MS;
    const pending = await this.#pendingOf(tx, account, method);
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
        created_at: new Date(now),
        expires_at: new Date(expiresAt),
        last_seen_at: new Date(now),
        revoked_at: null,
        method,
        address: client.address ?? null,
        user_agent: client.userAgent?.slice(0, 300) ?? null,
        pending: [...pending],
      })
      .execute();
    const actor = actorOfAccount(account);
    await logAccess(tx, actor, { action: "session.open", subject: account.id, detail: { method } });
    return { actor, secret, expiresAt, pending };
  }

  async #pendingOf(tx: Tx, account: AccountRow, method: string): Promise<PendingStep[]> {
    // What somebody proved to a provider, the provider answers for.
    if (account.demo || method.startsWith("sso:")) return [];
    const steps: PendingStep[] = account.must_change_password ? ["password"] : [];
    if (method === "password" && (await this.needsSecondFactor(tx, account.role))) steps.push("second-factor");
    return steps;
  }

  /** Whether accounts of a role must have a second factor here. */
  async needsSecondFactor(tx: Tx, role: string): Promise<boolean> {
    const own = await tx
      .selectFrom("sign_in_policies")
      .select("second_factor")
      .where("role", "=", role)
      .executeTakeFirst();
    const rule = own?.second_factor ?? defaultSecondFactor(role);
    return rule === "always" || (rule === "beyond-loopback" && !this.#allowDemo);
  }

  async find(secret: string): Promise<Session | undefined> {
    const hash = digestSecret(secret);
    const now = this.#now();
    const known = hash.toString("base64");
    const note = now - (this.#seen.get(known) ?? 0) >= SEEN_MS;
    const row = await this.#records.transact(
      SYSTEM_ACCESS,
      async (tx) => {
        const found = await tx
          .selectFrom("sessions")
          .innerJoin("accounts", "accounts.id", "sessions.account_id")
          .innerJoin("organisations", "organisations.id", "accounts.organisation")
          .select(["accounts.id", "account", "role", "organisation", "accounts.region", "demo"])
          .select(["sessions.id as session", "pending", "sessions.created_at as opened"])
          .where("hash", "=", hash)
          .where("sessions.revoked_at", "is", null)
          .where("sessions.expires_at", ">", new Date(now))
          .where("accounts.disabled", "=", false)
          .where("organisations.disabled", "=", false)
          .executeTakeFirst();
        if (found !== undefined && note)
          await tx
            .updateTable("sessions")
            .set({ last_seen_at: new Date(now) })
            .where("hash", "=", hash)
            .execute();
        return found;
      },
      { retry: true },
    );
    if (row === undefined || (row.demo && !this.#allowDemo)) return undefined;
    if (note) {
      if (this.#seen.size >= REMEMBERED) this.#seen.clear();
      this.#seen.set(known, now);
    }
    return {
      id: row.session,
      actor: actorOfAccount(row),
      pending: row.pending as PendingStep[],
      demo: row.demo,
      openedAt: row.opened.getTime(),
    };
  }

  /** A step that the session waited for is done. */
  async complete(tx: Tx, account: string, step: PendingStep): Promise<void> {
    const rows = await tx
      .selectFrom("sessions")
      .select(["hash", "pending"])
      .where("account_id", "=", account)
      .execute();
    for (const { hash, pending } of rows)
      if (pending.includes(step))
        await tx
          .updateTable("sessions")
          .set({ pending: pending.filter((each) => each !== step) })
          .where("hash", "=", hash)
          .execute();
  }

  async close(secret: string, actor: Actor): Promise<void> {
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

  /** Sessions that still hold, newest first: one's own, or anybody's for who may read identities. */
  async list(actor: Actor, account: string = actor.id): Promise<SessionLine[]> {
    if (account !== actor.id) requireRight(actor, "identity", "read");
    const rows = await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) =>
        tx
          .selectFrom("sessions")
          .selectAll()
          .where("account_id", "=", account)
          .where("revoked_at", "is", null)
          .where("expires_at", ">", new Date(this.#now()))
          .orderBy("created_at", "desc")
          .execute(),
      { retry: true },
    );
    return rows.map((row) => ({
      id: row.id,
      account: row.account_id,
      method: row.method,
      ...(row.address === null ? {} : { address: row.address }),
      ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
      openedAt: row.created_at.getTime(),
      ...(row.last_seen_at === null ? {} : { lastSeenAt: row.last_seen_at.getTime() }),
      expiresAt: row.expires_at.getTime(),
    }));
  }

  /** One session: one's own, or anybody's for the security administrator. @throws SG_NOT_FOUND also for what is not theirs */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const row = await tx
        .selectFrom("sessions")
        .select("account_id")
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .executeTakeFirst();
      if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
      if (row.account_id !== actor.id) requireRight(actor, "identity", "write");
      await tx
        .updateTable("sessions")
        .set({ revoked_at: new Date(this.#now()) })
        .where("id", "=", id)
        .execute();
      await logAccess(tx, actor, { action: "session.revoke", subject: row.account_id, detail: { session: id } });
    });
  }

  /** All sessions of an account but one. @returns how many */
  async revokeOthers(tx: Tx, account: string, keep: string | undefined): Promise<number> {
    let update = tx
      .updateTable("sessions")
      .set({ revoked_at: new Date(this.#now()) })
      .where("account_id", "=", account)
      .where("revoked_at", "is", null);
    if (keep !== undefined) update = update.where("id", "<>", keep);
    return Number((await update.executeTakeFirst()).numUpdatedRows);
  }
}

export function actorOfAccount(row: {
  readonly id: string;
  readonly account: string;
  readonly role: string;
  readonly organisation: string;
  readonly region: string | null;
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
