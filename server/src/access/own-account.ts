/** What people do with their own account: password, second factors, passkeys. Never with a token. */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { countFailure, isLocked } from "./lockout.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import type { Passkey, PasskeyRegistration, Passkeys, RelyingParty } from "./passkeys.ts";
import type { FactorState, SecondFactors } from "./second-factors.ts";
import type { Session, Sessions } from "./sessions.ts";

/** A session so young needs no password again. */
const FRESH_MS = 10 * 60_000;

export interface OwnAccount {
  readonly account: string;
  readonly name: string;
  readonly demo: boolean;
  readonly hasPassword: boolean;
  readonly provider?: string;
  readonly factors: FactorState;
  readonly passkeys: readonly Passkey[];
  readonly needsSecondFactor: boolean;
}

export class OwnAccounts {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #sessions: Sessions;
  readonly #factors: SecondFactors;
  readonly #passkeys: Passkeys;

  constructor(options: {
    readonly records: Records;
    readonly now: () => number;
    readonly sessions: Sessions;
    readonly factors: SecondFactors;
    readonly passkeys: Passkeys;
  }) {
    this.#records = options.records;
    this.#now = options.now;
    this.#sessions = options.sessions;
    this.#factors = options.factors;
    this.#passkeys = options.passkeys;
  }

  async describe(actor: Actor): Promise<OwnAccount> {
    const passkeys = await this.#passkeys.list(actor.id);
    return this.#records.transact(
      SYSTEM_ACCESS,
      async (tx) => {
        const row = await rowOf(tx, actor);
        return {
          account: row.account,
          name: row.name,
          demo: row.demo,
          hasPassword: row.password !== "",
          ...(row.sso_provider === null ? {} : { provider: row.sso_provider }),
          factors: await this.#factors.stateOf(tx, row.id),
          passkeys,
          needsSecondFactor: !row.demo && (await this.#sessions.needsSecondFactor(tx, row.role)),
        };
      },
      { retry: true },
    );
  }

  /** Ends all other sessions. @throws SG_PASSWORD_WRONG, SG_PASSWORD_SAME, SG_DEMO_ACCOUNT */
  async changePassword(session: Session, given: { readonly current: string; readonly next: string }): Promise<void> {
    const { actor } = session;
    refuseDemo(session);
    await this.#check(actor, given.current);
    if (given.current === given.next) throw new SandglassError(ERRORS.PASSWORD_SAME);
    const password = await hashPassword(given.next);
    await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      await tx
        .updateTable("accounts")
        .set({ password, must_change_password: false, password_changed_at: new Date(this.#now()) })
        .where("id", "=", actor.id)
        .execute();
      await this.#sessions.complete(tx, actor.id, "password");
      const ended = await this.#sessions.revokeOthers(tx, actor.id, session.id);
      await logAccess(tx, actor, { action: "password.change", subject: actor.id, detail: { ended } });
    });
  }

  async beginTotp(session: Session, password: string | undefined): Promise<{ secret: string; uri: string }> {
    refuseDemo(session);
    await this.#prove(session, password);
    return this.#factors.beginTotp(session.actor);
  }

  /** @returns recovery codes */
  confirmTotp(session: Session, code: string): Promise<string[]> {
    return this.#factors.confirmTotp(session.actor, code, (tx) =>
      this.#sessions.complete(tx, session.actor.id, "second-factor"),
    );
  }

  async removeTotp(session: Session, password: string | undefined): Promise<void> {
    await this.#prove(session, password);
    await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      await this.#factors.removeTotp(tx, session.actor);
      await this.#keepsEnough(tx, session.actor);
    });
  }

  async renewRecoveryCodes(session: Session, password: string | undefined): Promise<string[]> {
    await this.#prove(session, password);
    return this.#records.transact(SYSTEM_ACCESS, (tx) => this.#factors.renewRecoveryCodes(tx, session.actor));
  }

  async beginPasskey(session: Session, party: RelyingParty, password: string | undefined) {
    refuseDemo(session);
    await this.#prove(session, password);
    return this.#passkeys.beginRegistration(session.actor, party);
  }

  addPasskey(
    session: Session,
    party: RelyingParty,
    given: { readonly challenge: string; readonly response: PasskeyRegistration; readonly name: string },
  ): Promise<string> {
    return this.#passkeys.register(session.actor, party, given, (tx) =>
      this.#sessions.complete(tx, session.actor.id, "second-factor"),
    );
  }

  async removePasskey(session: Session, id: string, password: string | undefined): Promise<void> {
    await this.#prove(session, password);
    await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      await this.#passkeys.remove(tx, session.actor, id);
      await this.#keepsEnough(tx, session.actor);
    });
  }

  /** The last second factor stays where the role must have one. */
  async #keepsEnough(tx: Tx, actor: Actor): Promise<void> {
    const state = await this.#factors.stateOf(tx, actor.id);
    if (!state.totp && state.passkeys === 0 && (await this.#sessions.needsSecondFactor(tx, actor.role)))
      throw new SandglassError(ERRORS.FACTOR_NEEDED, { role: actor.role });
  }

  /** A stolen cookie must not be enough to change how somebody signs in. @throws SG_PASSWORD_NEEDED, SG_PASSWORD_WRONG */
  async #prove(session: Session, password: string | undefined): Promise<void> {
    if (this.#now() - session.openedAt < FRESH_MS) return;
    if (password === undefined) throw new SandglassError(ERRORS.PASSWORD_NEEDED);
    await this.#check(session.actor, password);
  }

  /** Wrong ones count like those of a sign-in: a stolen cookie is no way to try passwords. */
  async #check(actor: Actor, given: string): Promise<void> {
    const { password } = await this.#records.transact(SYSTEM_ACCESS, (tx) => rowOf(tx, actor));
    const matches = await verifyPassword(given, password);
    const accepted = await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const now = this.#now();
      const row = await tx
        .selectFrom("accounts")
        .select("locked_until")
        .where("id", "=", actor.id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (matches && !isLocked(row, now)) return true;
      if (!matches) await countFailure(tx, actor.id, now);
      await logAccess(tx, actor, { action: "password.wrong", subject: actor.id });
      return false;
    });
    if (accepted) return;
    throw new SandglassError(ERRORS.PASSWORD_WRONG);
  }
}

/** Many share a demo account: nobody locks the others out. */
function refuseDemo(session: Session): void {
  if (session.demo) throw new SandglassError(ERRORS.DEMO_ACCOUNT);
}

async function rowOf(tx: Tx, actor: Actor) {
  const row = await tx.selectFrom("accounts").selectAll().where("id", "=", actor.id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: actor.id });
  return row;
}
