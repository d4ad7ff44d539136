/** Organisations and accounts: who there is. Signing in and tokens are in identities.ts. */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { createId } from "./ids.ts";
import { hashPassword } from "./password.ts";
import { isRole, reachesOfActor, requireRight } from "./rights.ts";

export interface Organisation {
  readonly id: string;
  /** `maker`, `authority`, `technical`, `platform`, `operator`, … */
  readonly kind: string;
  readonly names: { readonly en: string; readonly zh: string };
  /** GB/T 2260 code of territory or seat. */
  readonly region?: string;
}

export interface NewAccount {
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly region?: string;
  readonly password: string;
  /** Usable on a loopback address only. */
  readonly demo?: boolean;
}

export interface Account {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly region?: string;
  readonly demo: boolean;
  readonly disabled: boolean;
}

const ACCOUNT_COLUMNS = ["id", "account", "name", "role", "organisation", "region", "demo", "disabled"] as const;

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
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      names: { en: row.name_en, zh: row.name_zh },
      region: row.region ?? undefined,
    }));
  }

  async createOrganisation(actor: Actor, organisation: Organisation): Promise<Organisation> {
    requireRight(actor, "identity", "write");
    const added = await this.#records.transact(actor, (tx) =>
      tx
        .insertInto("organisations")
        .values({
          id: organisation.id,
          kind: organisation.kind,
          name_en: organisation.names.en,
          name_zh: organisation.names.zh,
          region: organisation.region ?? null,
        })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .returning("id")
        .executeTakeFirst(),
    );
    if (added === undefined) throw new SandglassError(ERRORS.IDENTITY_EXISTS, { name: organisation.id });
    return organisation;
  }

  /** Adds the account, or sets its password when it exists. */
  async ensureAccount(account: NewAccount): Promise<string> {
    if (!isRole(account.role)) throw new SandglassError(ERRORS.ROLE_UNKNOWN, { role: account.role });
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

  async createAccount(actor: Actor, account: NewAccount): Promise<Account> {
    requireRight(actor, "identity", "write");
    if (!isRole(account.role)) throw new SandglassError(ERRORS.ROLE_UNKNOWN, { role: account.role });
    const password = await hashPassword(account.password);
    const name = account.account.toLowerCase();
    return this.#records.transact(actor, async (tx) => {
      const organisation = await tx
        .selectFrom("organisations")
        .select("id")
        .where("id", "=", account.organisation)
        .executeTakeFirst();
      if (organisation === undefined)
        throw new SandglassError(ERRORS.ORGANISATION_UNKNOWN, { organisation: account.organisation });
      const row = await tx
        .insertInto("accounts")
        .values({
          id: createId("acc"),
          account: name,
          name: account.name,
          role: account.role,
          organisation: account.organisation,
          region: account.region ?? null,
          password,
          locked_until: null,
        })
        .onConflict((conflict) => conflict.column("account").doNothing())
        .returning(ACCOUNT_COLUMNS)
        .executeTakeFirst();
      if (row === undefined) throw new SandglassError(ERRORS.IDENTITY_EXISTS, { name });
      await logAccess(tx, actor, { action: "account.create", subject: row.id, detail: { role: account.role } });
      return { ...row, region: row.region ?? undefined };
    });
  }

  async listAccounts(actor: Actor): Promise<Account[]> {
    requireRight(actor, "identity", "read");
    const rows = await this.#records.transact(
      actor,
      (tx) => tx.selectFrom("accounts").select(ACCOUNT_COLUMNS).orderBy("account").execute(),
      { retry: true },
    );
    return rows.map((row) => ({ ...row, region: row.region ?? undefined }));
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
            ? await tx.selectFrom("api_tokens").select("name").where("id", "=", actor.id).executeTakeFirst()
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
