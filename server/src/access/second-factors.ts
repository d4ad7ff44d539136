/** Second factors of local accounts: authenticator apps (TOTP) and recovery codes; passkeys are counted, see passkeys.ts. */
import { createHmac, randomBytes } from "node:crypto";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { seal, unseal } from "../secrets/mod.ts";
import { matchTotp, otpauthUri, toBase32 } from "./totp.ts";

const ISSUER = "Sandglass";
const RECOVERY_CODES = 10;
/** RFC 4226 4, R6: at least 128 bits; 160 are recommended. */
const SECRET_BYTES = 20;

export interface FactorState {
  readonly totp: boolean;
  /** Unused ones. */
  readonly recoveryCodes: number;
  readonly passkeys: number;
}

export interface SecondFactorsOptions {
  readonly records: Records;
  readonly now: () => number;
  /** 32 bytes: seals secrets, keys the digests of recovery codes. */
  readonly key: Uint8Array;
}

export class SecondFactors {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #key: Uint8Array;

  constructor(options: SecondFactorsOptions) {
    this.#records = options.records;
    this.#now = options.now;
    this.#key = options.key;
  }

  async stateOf(tx: Tx, account: string): Promise<FactorState> {
    const totp = await tx
      .selectFrom("account_totp")
      .select("account_id")
      .where("account_id", "=", account)
      .where("confirmed_at", "is not", null)
      .executeTakeFirst();
    const count = async (table: "account_recovery_codes" | "account_passkeys"): Promise<number> => {
      let select = tx
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<bigint>().as("n"))
        .where("account_id", "=", account);
      if (table === "account_recovery_codes") select = select.where("used_at" as never, "is", null);
      return Number((await select.executeTakeFirstOrThrow()).n);
    };
    return {
      totp: totp !== undefined,
      recoveryCodes: await count("account_recovery_codes"),
      passkeys: await count("account_passkeys"),
    };
  }

  /** A new secret, in force once a code of it was given. @throws SG_FACTOR_EXISTS while another is in force */
  async beginTotp(actor: Actor): Promise<{ readonly secret: string; readonly uri: string }> {
    const secret = randomBytes(SECRET_BYTES);
    const fresh = {
      secret: seal(this.#key, actor.id, secret),
      created_at: new Date(this.#now()),
      confirmed_at: null,
      last_step: 0n,
    };
    const written = await this.#records.transact(SYSTEM_ACCESS, (tx) =>
      tx
        .insertInto("account_totp")
        .values({ account_id: actor.id, ...fresh })
        .onConflict((conflict) =>
          conflict.column("account_id").doUpdateSet(fresh).where("account_totp.confirmed_at", "is", null),
        )
        .returning("account_id")
        .executeTakeFirst(),
    );
    if (written === undefined) throw new SandglassError(ERRORS.FACTOR_EXISTS);
    return { secret: toBase32(secret), uri: otpauthUri(secret, actor.account ?? actor.id, ISSUER) };
  }

  /** @param after runs in the same transaction @returns recovery codes, shown once @throws SG_FACTOR_CODE */
  async confirmTotp(actor: Actor, code: string, after: (tx: Tx) => Promise<void>): Promise<string[]> {
    return this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const row = await tx
        .selectFrom("account_totp")
        .selectAll()
        .where("account_id", "=", actor.id)
        .where("confirmed_at", "is", null)
        .forUpdate()
        .executeTakeFirst();
      const step =
        row === undefined
          ? undefined
          : matchTotp(unseal(this.#key, actor.id, row.secret), code, this.#now(), row.last_step);
      if (step === undefined) throw new SandglassError(ERRORS.FACTOR_CODE);
      await tx
        .updateTable("account_totp")
        .set({ confirmed_at: new Date(this.#now()), last_step: step })
        .where("account_id", "=", actor.id)
        .execute();
      await logAccess(tx, actor, { action: "totp.add", subject: actor.id });
      await after(tx);
      return this.#writeRecoveryCodes(tx, actor);
    });
  }

  /** In the transaction of a sign-in. A code works once. */
  async verifyTotp(tx: Tx, account: string, code: string): Promise<boolean> {
    const row = await tx
      .selectFrom("account_totp")
      .selectAll()
      .where("account_id", "=", account)
      .where("confirmed_at", "is not", null)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return false;
    const step = matchTotp(unseal(this.#key, account, row.secret), code, this.#now(), row.last_step);
    if (step === undefined) return false;
    await tx.updateTable("account_totp").set({ last_step: step }).where("account_id", "=", account).execute();
    return true;
  }

  async useRecoveryCode(tx: Tx, account: string, code: string): Promise<boolean> {
    const used = await tx
      .updateTable("account_recovery_codes")
      .set({ used_at: new Date(this.#now()) })
      .where("account_id", "=", account)
      .where("hash", "=", this.#digest(account, code))
      .where("used_at", "is", null)
      .executeTakeFirst();
    return used.numUpdatedRows === 1n;
  }

  /** New ones; the old ones are worth nothing from now on. */
  async renewRecoveryCodes(tx: Tx, actor: Actor): Promise<string[]> {
    await logAccess(tx, actor, { action: "recovery.renew", subject: actor.id });
    return this.#writeRecoveryCodes(tx, actor);
  }

  async removeTotp(tx: Tx, actor: Actor): Promise<void> {
    await tx.deleteFrom("account_totp").where("account_id", "=", actor.id).execute();
    await logAccess(tx, actor, { action: "totp.remove", subject: actor.id });
  }

  /** All factors of an account: who has lost them begins anew. @param by the security administrator */
  async reset(tx: Tx, account: string, by: Actor): Promise<void> {
    for (const table of ["account_totp", "account_recovery_codes", "account_passkeys"] as const)
      await tx.deleteFrom(table).where("account_id", "=", account).execute();
    await logAccess(tx, by, { action: "factors.reset", subject: account });
  }

  async #writeRecoveryCodes(tx: Tx, actor: Actor): Promise<string[]> {
    // Ten characters of base 32: 50 bits, and the account locks long before.
    const codes = Array.from({ length: RECOVERY_CODES }, () => {
      const text = toBase32(randomBytes(7)).slice(0, 10).toLowerCase();
      return `${text.slice(0, 5)}-${text.slice(5)}`;
    });
    await tx.deleteFrom("account_recovery_codes").where("account_id", "=", actor.id).execute();
    await tx
      .insertInto("account_recovery_codes")
      .values(codes.map((code) => ({ account_id: actor.id, hash: this.#digest(actor.id, code), used_at: null })))
      .execute();
    return codes;
  }

  #digest(account: string, code: string): Buffer {
    const plain = code.toLowerCase().replaceAll(/[\s-]/g, "");
    return createHmac("sha256", this.#key).update(`${account}\0${plain}`).digest();
  }
}
