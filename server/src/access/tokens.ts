/** API tokens: shown once, stored as a digest, limited by scopes, dying with whom they belong to. */
import { randomBytes } from "node:crypto";
import { isTokenScope } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { createId } from "./ids.ts";
import { digestSecret } from "./password.ts";
import { isRole, mayActor, requireRight } from "./rights.ts";

export interface NewToken {
  readonly name: string;
  readonly role: string;
  /** Empty: of no organisation. */
  readonly organisation: string;
  readonly region?: string | undefined;
  readonly ttlMs: number;
  /** Printed at start: usable on a loopback address only. */
  readonly printed?: boolean;
  /** `intake`: may send events of its organisation and nothing else. */
  readonly scope?: "intake" | undefined;
}

/** A token of one's own: role, organisation and region are one's own. */
export interface OwnToken {
  readonly name: string;
  readonly ttlMs: number;
  /** Absent = everything that the owner may, but no account matters. */
  readonly scopes?: readonly string[] | undefined;
}

/** What is known of a token afterwards. Times in UTC ms. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly organisation?: string;
  readonly scope?: string;
  readonly scopes?: readonly string[];
  /** Account whose it is. */
  readonly owner?: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt?: number;
  readonly revoked: boolean;
}

export interface MadeToken {
  readonly id: string;
  /** It cannot be shown again. */
  readonly token: string;
  readonly expiresAt: number;
}

/** `last_used_at` is written at most so often. */
const USED_MS = 60_000;
const REMEMBERED = 10_000;
const MOST_OF_ONE = 50;

export class Tokens {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #allowDemo: boolean;
  readonly #used = new Map<string, number>();

  constructor(options: { readonly records: Records; readonly now: () => number; readonly allowDemo: boolean }) {
    this.#records = options.records;
    this.#now = options.now;
    this.#allowDemo = options.allowDemo;
  }

  /** One's own; everybody's for who may read identities. */
  async list(actor: Actor): Promise<ApiToken[]> {
    const everybodys = actor.kind === "system" || mayActor(actor, "identity", "read");
    const rows = await this.#records.transact(
      actor,
      (tx) => {
        const select = tx.selectFrom("api_tokens").selectAll().orderBy("created_at", "desc");
        return (everybodys ? select : select.where("account_id", "=", actor.id)).execute();
      },
      { retry: true },
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      role: row.role,
      ...(row.organisation === null ? {} : { organisation: row.organisation }),
      ...(row.scope === null ? {} : { scope: row.scope }),
      ...(row.scopes === null ? {} : { scopes: row.scopes }),
      ...(row.account_id === null ? {} : { owner: row.account_id }),
      createdAt: row.created_at.getTime(),
      expiresAt: row.expires_at.getTime(),
      ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at.getTime() }),
      revoked: row.revoked_at !== null,
    }));
  }

  /**
   * For the system itself, and credentials that may only send events, which a security administrator hands out. A token with
   * somebody's rights is made by that person: an administrator who could make one would see what administrators do not see.
   * @throws SG_FORBIDDEN, SG_ROLE_UNKNOWN, SG_ORGANISATION_UNKNOWN
   */
  async create(actor: Actor, token: NewToken): Promise<MadeToken> {
    if (actor.kind !== "system") {
      requireRight(actor, "identity", "write");
      if (token.scope !== "intake" || token.printed === true)
        throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "identity", right: "token" });
    }
    if (!isRole(token.role) || token.role.startsWith("system:"))
      throw new SandglassError(ERRORS.ROLE_UNKNOWN, { role: token.role });
    if (token.organisation !== "" && !(await this.#hasOrganisation(token.organisation)))
      throw new SandglassError(ERRORS.ORGANISATION_UNKNOWN, { organisation: token.organisation });
    if (token.scope === "intake" && token.organisation === "")
      throw new SandglassError(ERRORS.ORGANISATION_UNKNOWN, { organisation: "" });
    return this.#insert(actor, {
      name: token.name,
      role: token.role,
      organisation: token.organisation,
      region: token.region,
      ttlMs: token.ttlMs,
      scope: token.scope,
      printed: token.printed,
    });
  }

  /** @throws SG_FORBIDDEN for a token, SG_TOKEN_SCOPE */
  async createOwn(actor: Actor, token: OwnToken): Promise<MadeToken> {
    if (actor.kind !== "person")
      throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "identity", right: "token" });
    const unknown = token.scopes?.find((scope) => !isTokenScope(scope));
    if (unknown !== undefined || token.scopes?.length === 0)
      throw new SandglassError(ERRORS.TOKEN_SCOPE, { scope: unknown ?? "" });
    const own = await this.list(actor);
    const open = own.filter(
      ({ owner, revoked, expiresAt }) => owner === actor.id && !revoked && expiresAt > this.#now(),
    );
    if (open.length >= MOST_OF_ONE) throw new SandglassError(ERRORS.TOKEN_LIMIT, { limit: MOST_OF_ONE });
    return this.#insert(actor, {
      name: token.name,
      role: actor.role,
      organisation: actor.organisation,
      region: actor.region,
      ttlMs: token.ttlMs,
      owner: actor.id,
      scopes: token.scopes,
    });
  }

  async #insert(
    actor: Actor,
    token: Omit<NewToken, "printed"> & {
      readonly printed?: boolean | undefined;
      readonly owner?: string;
      readonly scopes?: readonly string[] | undefined;
    },
  ): Promise<MadeToken> {
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
          scopes: token.scopes === undefined ? null : [...new Set(token.scopes)],
          account_id: token.owner ?? null,
          printed: token.printed ?? false,
          created_by: actor.id,
          expires_at: new Date(expiresAt),
          revoked_at: null,
        })
        .execute();
      await logAccess(tx, actor, {
        action: "token.create",
        subject: id,
        detail: { role: token.role, scope: token.scope, scopes: token.scopes },
      });
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

  /** The actor of a token; one that may only send events is none here. Its scopes are the caller's to enforce. */
  find(token: string): Promise<Actor | undefined> {
    return this.#find(token, undefined);
  }

  /** A token that may send events for its organisation. */
  findIntake(token: string): Promise<Actor | undefined> {
    return this.#find(token, "intake");
  }

  async #find(token: string, scope: "intake" | undefined): Promise<Actor | undefined> {
    if (!token.startsWith("sgt_")) return undefined;
    const now = this.#now();
    const row = await this.#records.transact(SYSTEM_ACCESS, (tx) => this.#look(tx, token, scope, now), { retry: true });
    if (row === undefined || (row.printed && !this.#allowDemo)) return undefined;
    const { owner } = row;
    // Rights that the owner has lost since, the token has lost too.
    const changed =
      owner !== null &&
      (row.ownerDisabled === true ||
        row.role !== row.ownerRole ||
        row.organisation !== row.ownerOrganisation ||
        row.region !== row.ownerRegion ||
        (row.ownerDemo === true && !this.#allowDemo));
    if (changed) return undefined;
    return {
      kind: "token",
      id: owner ?? row.id,
      ...(owner === null ? {} : { token: row.id }),
      ...(row.ownerAccount === null ? {} : { account: row.ownerAccount }),
      role: row.role,
      organisation: row.organisation ?? "",
      region: row.region ?? undefined,
      ...(row.scopes === null ? {} : { scopes: row.scopes }),
    };
  }

  async #look(tx: Tx, token: string, scope: "intake" | undefined, now: number) {
    const row = await tx
      .selectFrom("api_tokens")
      .leftJoin("accounts", "accounts.id", "api_tokens.account_id")
      .leftJoin("organisations", "organisations.id", "api_tokens.organisation")
      .select(["api_tokens.id", "api_tokens.role", "api_tokens.organisation", "api_tokens.region", "printed", "scopes"])
      .select([
        "account_id as owner",
        "accounts.account as ownerAccount",
        "accounts.disabled as ownerDisabled",
        "accounts.demo as ownerDemo",
      ])
      .select(["accounts.role as ownerRole", "accounts.organisation as ownerOrganisation"])
      .select(["accounts.region as ownerRegion", "organisations.disabled as organisationDisabled"])
      .where("hash", "=", digestSecret(token))
      .where("scope", scope === undefined ? "is" : "=", scope ?? null)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", new Date(now))
      .executeTakeFirst();
    if (row === undefined || row.organisationDisabled === true) return undefined;
    if (now - (this.#used.get(row.id) ?? 0) >= USED_MS) {
      if (this.#used.size >= REMEMBERED) this.#used.clear();
      this.#used.set(row.id, now);
      await tx
        .updateTable("api_tokens")
        .set({ last_used_at: new Date(now) })
        .where("id", "=", row.id)
        .execute();
    }
    return row;
  }

  /** One's own, or anybody's for the security administrator. @throws SG_NOT_FOUND also for what is not theirs */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.#records.transact(actor, async (tx) => {
      const result = await tx
        .updateTable("api_tokens")
        .set({ revoked_at: new Date(this.#now()) })
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .executeTakeFirst();
      if (result.numUpdatedRows === 0n) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
      await logAccess(tx, actor, { action: "token.revoke", subject: id });
    });
  }

  /** Withdraws the tokens that earlier starts printed: a new start prints a new one. */
  async revokePrinted(): Promise<void> {
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
