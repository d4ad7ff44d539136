/** Organisations and accounts: who there is. Signing in and tokens are in identities.ts. */
import type { Selectable } from "kysely";
import { isAssignableRole } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records } from "../records/mod.ts";
import type { AccountTable } from "../records/tables/identity.ts";
import { logAccess } from "./access-log.ts";
import { territoryFor, toOrganisation, type Organisation } from "./directory-rows.ts";
import { createId } from "./ids.ts";
import { hashPassword } from "./password.ts";
import { reachesOfActor, requireRight } from "./rights.ts";

export interface NewAccount {
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly region?: string | undefined;
  readonly password: string;
  /** The first sign-in must set another password. */
  readonly mustChangePassword?: boolean | undefined;
  /** Usable on a loopback address only. */
  readonly demo?: boolean;
}

export interface Account {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly region?: string | undefined;
  readonly demo: boolean;
  readonly disabled: boolean;
  /** Single sign-on: provider and subject there. */
  readonly provider?: string | undefined;
  readonly subject?: string | undefined;
  /** UTC ms: failures lock it until then. */
  readonly lockedUntil?: number | undefined;
}

const ACCOUNT_COLUMNS = [
  "id",
  "account",
  "name",
  "role",
  "organisation",
  "region",
  "demo",
  "disabled",
  "sso_provider",
  "sso_subject",
  "locked_until",
] as const;
type AccountColumns = Pick<Selectable<AccountTable>, (typeof ACCOUNT_COLUMNS)[number]>;

/** Field by field: a row may hold the password's hash. */
export function toAccount(row: AccountColumns): Account {
  return {
    id: row.id,
    account: row.account,
    name: row.name,
    role: row.role,
    organisation: row.organisation,
    region: row.region ?? undefined,
    demo: row.demo,
    disabled: row.disabled,
    provider: row.sso_provider ?? undefined,
    subject: row.sso_subject ?? undefined,
    lockedUntil: row.locked_until?.getTime(),
  };
}

/** No spaces at the ends, no control characters; any script. */
const ORGANISATION_ID = /^[^\s\p{C}](?:[^\p{C}]{0,98}[^\s\p{C}])?$/u;

export class Directory {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /** Adds it when it is not there. */
  async ensureOrganisation(organisation: Organisation): Promise<void> {
    await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) =>
        tx
          .insertInto("organisations")
          .values({
            id: organisation.id,
            kind: organisation.kind,
            name_en: organisation.names.en,
            name_zh: organisation.names.zh,
            region: organisation.region ?? null,
            regions: [...(organisation.regions ?? [])],
          })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .execute(),
      { retry: true },
    );
  }

  /**
   * Adds organisations that a registration names for the first time, when the actor registers for everybody; for others
   * they stay unknown and are refused. An organisation is a name until somebody describes it.
   */
  async adoptOrganisations(actor: Actor, ids: readonly string[]): Promise<void> {
    if (actor.kind !== "system" && !reachesOfActor(actor, "vehicleRegister", "write").includes("all")) return;
    const known = new Set((await this.listOrganisations(actor)).map((organisation) => organisation.id));
    for (const id of new Set(ids)) {
      if (!known.has(id) && ORGANISATION_ID.test(id))
        await this.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
    }
  }

  async listOrganisations(actor: Actor): Promise<Organisation[]> {
    const rows = await this.#records.transact(
      actor,
      (tx) => tx.selectFrom("organisations").selectAll().orderBy("id").execute(),
      { retry: true },
    );
    return rows.map(toOrganisation);
  }

  async createOrganisation(actor: Actor, organisation: Organisation): Promise<Organisation> {
    requireRight(actor, "identity", "write");
    const { id, kind, names, region, regions = [] } = organisation;
    const added = await this.#records.transact(actor, async (tx) => {
      const row = await tx
        .insertInto("organisations")
        .values({ id, kind, name_en: names.en, name_zh: names.zh, region: region ?? null, regions: [...regions] })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined) await logAccess(tx, actor, { action: "organisation.create", subject: id });
      return row;
    });
    if (added === undefined) throw new SandglassError(ERRORS.IDENTITY_EXISTS, { name: id });
    return toOrganisation(added);
  }

  /** Adds the account, or sets its password when it exists. */
  async ensureAccount(account: NewAccount): Promise<string> {
    requireAssignable(account.role);
    const password = await hashPassword(account.password);
    const name = account.account.toLowerCase();
    return this.#records.transact(
      SYSTEM_ACCESS,
      async (tx) => {
        const found = await tx.selectFrom("accounts").select("id").where("account", "=", name).executeTakeFirst();
        if (found !== undefined) {
          await tx
            .updateTable("accounts")
            .set({ password, failures: 0, locked_until: null })
            .where("id", "=", found.id)
            .execute();
          return found.id;
        }
        const id = createId("acc");
        await tx
          .insertInto("accounts")
          .values({
            id,
            account: name,
            name: account.name,
            role: account.role,
            organisation: account.organisation,
            region: account.region ?? null,
            password,
            demo: account.demo ?? false,
            locked_until: null,
          })
          .execute();
        await logAccess(tx, SYSTEM_ACCESS, { action: "account.create", subject: id });
        return id;
      },
      { retry: true },
    );
  }

  /** @throws SG_FORBIDDEN, SG_ROLE_UNKNOWN, SG_ORGANISATION_UNKNOWN, SG_REGION_OUTSIDE, SG_IDENTITY_EXISTS */
  async createAccount(actor: Actor, account: NewAccount): Promise<Account> {
    requireRight(actor, "identity", "write");
    requireAssignable(account.role);
    const password = await hashPassword(account.password);
    const name = account.account.toLowerCase();
    return this.#records.transact(actor, async (tx) => {
      const region = await territoryFor(tx, account);
      const row = await tx
        .insertInto("accounts")
        .values({
          id: createId("acc"),
          account: name,
          name: account.name,
          role: account.role,
          organisation: account.organisation,
          region: region ?? null,
          password,
          must_change_password: account.mustChangePassword ?? false,
          locked_until: null,
        })
        .onConflict((conflict) => conflict.column("account").doNothing())
        .returning(ACCOUNT_COLUMNS)
        .executeTakeFirst();
      if (row === undefined) throw new SandglassError(ERRORS.IDENTITY_EXISTS, { name });
      await logAccess(tx, actor, {
        action: "account.create",
        subject: row.id,
        detail: { account: name, role: account.role, organisation: account.organisation, region },
      });
      return toAccount(row);
    });
  }

  async listAccounts(actor: Actor): Promise<Account[]> {
    requireRight(actor, "identity", "read");
    const rows = await this.#records.transact(
      actor,
      (tx) => tx.selectFrom("accounts").select(ACCOUNT_COLUMNS).orderBy("account").execute(),
      { retry: true },
    );
    return rows.map(toAccount);
  }

  /** Login names of accounts and names of tokens by id, for the log: only who reads it asks. */
  async namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const unique = [...new Set(ids)];
    if (unique.length === 0) return new Map();
    return this.#records.transact(
      SYSTEM_ACCESS,
      async (tx) => {
        const accounts = await tx
          .selectFrom("accounts")
          .select(["id", "account as name"])
          .where("id", "in", unique)
          .execute();
        const tokens = await tx.selectFrom("api_tokens").select(["id", "name"]).where("id", "in", unique).execute();
        return new Map([...accounts, ...tokens].map(({ id, name }) => [id, name]));
      },
      { retry: true },
    );
  }

  /** Names for display: of the person or token, and of the organisation. */
  async describe(
    actor: Actor,
  ): Promise<{ readonly name?: string; readonly organisationNames?: { readonly en: string; readonly zh: string } }> {
    const [named, organisation] = await this.#records.transact(
      SYSTEM_ACCESS,
      async (tx) =>
        [
          actor.kind === "token"
            ? await tx
                .selectFrom("api_tokens")
                .select("name")
                .where("id", "=", actor.token ?? actor.id)
                .executeTakeFirst()
            : await tx.selectFrom("accounts").select("name").where("id", "=", actor.id).executeTakeFirst(),
          await tx
            .selectFrom("organisations")
            .select(["name_en", "name_zh"])
            .where("id", "=", actor.organisation)
            .executeTakeFirst(),
        ] as const,
      { retry: true },
    );
    return {
      ...(named === undefined ? {} : { name: named.name }),
      ...(organisation === undefined
        ? {}
        : { organisationNames: { en: organisation.name_en, zh: organisation.name_zh } }),
    };
  }
}

/** Nobody hands out the role of a system actor, nor the one that sees all. @throws SG_ROLE_UNKNOWN */
export function requireAssignable(role: string): void {
  if (!isAssignableRole(role)) throw new SandglassError(ERRORS.ROLE_UNKNOWN, { role });
}
