/** What the security administrator does with organisations and accounts of others; making them is in directory.ts. */
import { defaultSecondFactor, ROLE_CODES, ROLES, type SecondFactorRule } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { requireAssignable, toAccount, type Account } from "./directory.ts";
import { territoryFor, toOrganisation, type Organisation } from "./directory-rows.ts";
import { hashPassword } from "./password.ts";
import { requireRight } from "./rights.ts";
import type { SecondFactors } from "./second-factors.ts";
import type { Sessions } from "./sessions.ts";

export interface AccountChange {
  readonly name?: string | undefined;
  readonly role?: string | undefined;
  readonly organisation?: string | undefined;
  /** null: none of its own. */
  readonly region?: string | null | undefined;
  readonly disabled?: boolean | undefined;
  /** Whoever this provider vouches for as `subject`, or by user name as `name:…`; null: no single sign-on. */
  readonly sso?: { readonly provider: string; readonly subject: string } | null | undefined;
}

export interface OrganisationChange {
  readonly kind?: string | undefined;
  readonly names?: { readonly en: string; readonly zh: string } | undefined;
  readonly region?: string | null | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
}

export interface RolePolicy {
  readonly role: string;
  readonly secondFactor: SecondFactorRule;
  readonly isDefault: boolean;
}

export class Administration {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #sessions: Sessions;
  readonly #factors: SecondFactors;

  constructor(options: {
    readonly records: Records;
    readonly now: () => number;
    readonly sessions: Sessions;
    readonly factors: SecondFactors;
  }) {
    this.#records = options.records;
    this.#now = options.now;
    this.#sessions = options.sessions;
    this.#factors = options.factors;
  }

  /** @throws SG_FORBIDDEN, SG_NOT_FOUND */
  async changeOrganisation(actor: Actor, id: string, change: OrganisationChange): Promise<Organisation> {
    requireRight(actor, "identity", "write");
    if (change.disabled === true && id === actor.organisation) throw new SandglassError(ERRORS.OWN_ACCOUNT);
    return this.#records.transact(actor, async (tx) => {
      const row = await tx
        .updateTable("organisations")
        .set((eb) => ({
          kind: change.kind ?? eb.ref("kind"),
          name_en: change.names?.en ?? eb.ref("name_en"),
          name_zh: change.names?.zh ?? eb.ref("name_zh"),
          region: change.region === undefined ? eb.ref("region") : change.region,
          ...(change.regions === undefined ? {} : { regions: [...change.regions] }),
          disabled: change.disabled ?? eb.ref("disabled"),
        }))
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
      await logAccess(tx, actor, { action: "organisation.change", subject: id, detail: { ...change } });
      return toOrganisation(row);
    });
  }

  /**
   * Changes an account. Who loses or changes rights is signed out everywhere, so that no session carries the old ones.
   * @throws SG_FORBIDDEN, SG_OWN_ACCOUNT, SG_NOT_FOUND, SG_ROLE_UNKNOWN, SG_ORGANISATION_UNKNOWN, SG_REGION_OUTSIDE
   */
  async changeAccount(actor: Actor, id: string, change: AccountChange): Promise<Account> {
    this.#refuseOwn(actor, id);
    if (change.role !== undefined) requireAssignable(change.role);
    return this.#records.transact(actor, async (tx) => {
      const before = await rowOf(tx, id);
      const role = change.role ?? before.role;
      const organisation = change.organisation ?? before.organisation;
      const asked = change.region === undefined ? (before.region ?? undefined) : (change.region ?? undefined);
      const region = (await territoryFor(tx, { role, organisation, region: asked })) ?? null;
      const row = await tx
        .updateTable("accounts")
        .set((eb) => ({
          name: change.name ?? eb.ref("name"),
          role,
          organisation,
          region,
          disabled: change.disabled ?? eb.ref("disabled"),
          ...(change.sso === undefined
            ? {}
            : { sso_provider: change.sso?.provider ?? null, sso_subject: change.sso?.subject ?? null }),
        }))
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await logAccess(tx, actor, { action: "account.change", subject: id, detail: { ...change } });
      const rights = ["role", "organisation", "region", "disabled"] as const;
      if (rights.some((field) => row[field] !== before[field])) await this.#endSessions(actor, id);
      return toAccount(row);
    });
  }

  /** A new first password; the person must replace it, and is signed out everywhere. */
  async resetPassword(actor: Actor, id: string, next: string): Promise<void> {
    this.#refuseOwn(actor, id);
    const password = await hashPassword(next);
    await this.#records.transact(actor, async (tx) => {
      const { demo } = await rowOf(tx, id);
      if (demo) throw new SandglassError(ERRORS.DEMO_ACCOUNT);
      await tx
        .updateTable("accounts")
        .set({ password, must_change_password: true, failures: 0, locked_until: null })
        .where("id", "=", id)
        .execute();
      await logAccess(tx, actor, { action: "password.reset", subject: id });
    });
    await this.#endSessions(actor, id);
  }

  /** For who has lost their second factors: all are removed. */
  async resetFactors(actor: Actor, id: string): Promise<void> {
    this.#refuseOwn(actor, id);
    await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      await rowOf(tx, id);
      await this.#factors.reset(tx, id, actor);
      await this.#sessions.revokeOthers(tx, id, undefined);
    });
  }

  async listPolicies(actor: Actor): Promise<RolePolicy[]> {
    requireRight(actor, "identity", "read");
    const rows = await this.#records.transact(actor, (tx) => tx.selectFrom("sign_in_policies").selectAll().execute(), {
      retry: true,
    });
    const own = new Map(rows.map((row) => [row.role, row.second_factor]));
    return ROLE_CODES.filter((role) => ROLES[role].kind !== "system").map((role) => ({
      role,
      secondFactor: own.get(role) ?? defaultSecondFactor(role),
      isDefault: !own.has(role),
    }));
  }

  /** @throws SG_FORBIDDEN, SG_ROLE_UNKNOWN */
  async setPolicy(actor: Actor, role: string, secondFactor: SecondFactorRule): Promise<void> {
    requireRight(actor, "identity", "write");
    requireAssignable(role);
    const change = { second_factor: secondFactor, changed_by: actor.id, changed_at: new Date(this.#now()) };
    await this.#records.transact(actor, async (tx) => {
      await tx
        .insertInto("sign_in_policies")
        .values({ role, ...change })
        .onConflict((conflict) => conflict.column("role").doUpdateSet(change))
        .execute();
      await logAccess(tx, actor, { action: "policy.change", subject: role, detail: { secondFactor } });
    });
  }

  /** Own rights are changed by another administrator, or by nobody. */
  #refuseOwn(actor: Actor, id: string): void {
    requireRight(actor, "identity", "write");
    if (id === actor.id) throw new SandglassError(ERRORS.OWN_ACCOUNT);
  }

  #endSessions(actor: Actor, id: string): Promise<void> {
    return this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const ended = await this.#sessions.revokeOthers(tx, id, undefined);
      if (ended > 0) await logAccess(tx, actor, { action: "session.revoke", subject: id, detail: { ended } });
    });
  }
}

async function rowOf(tx: Tx, id: string) {
  const row = await tx.selectFrom("accounts").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return row;
}
