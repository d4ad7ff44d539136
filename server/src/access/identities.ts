/** Signing in: a password, a second factor where the account has one, a passkey alone. Sessions are in sessions.ts. */
import { randomBytes } from "node:crypto";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { closeChallenge, openChallenge, takeAttempt, type Challenge } from "./challenges.ts";
import { countFailure, isLocked } from "./lockout.ts";
import type { PasskeyResponse, Passkeys, RelyingParty } from "./passkeys.ts";
import { verifyNothing, verifyPassword } from "./password.ts";
import type { SecondFactors } from "./second-factors.ts";
import {
  actorOfAccount,
  type AccountRow,
  type Client,
  type OpenedSession,
  type Session,
  type Sessions,
} from "./sessions.ts";

export const FACTOR_METHODS = ["totp", "recovery", "passkey"] as const;
export type FactorMethod = (typeof FACTOR_METHODS)[number];

/** A password was right; what is missing is one of `methods`. */
export interface FactorWanted {
  readonly kind: "second-factor";
  /** Held by the client until the answer. */
  readonly challenge: string;
  readonly methods: readonly FactorMethod[];
}

export type SignIn = ({ readonly kind: "session" } & OpenedSession) | FactorWanted;

export type FactorAnswer =
  | { readonly kind: "totp"; readonly code: string }
  | { readonly kind: "recovery"; readonly code: string }
  | { readonly kind: "passkey"; readonly response: PasskeyResponse; readonly party: RelyingParty };

export interface IdentitiesOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  /** False when the API listens beyond loopback: demo accounts and printed tokens are refused. */
  readonly allowDemo: boolean;
  readonly sessions: Sessions;
  readonly factors: SecondFactors;
  readonly passkeys: Passkeys;
}

export class Identities {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #allowDemo: boolean;
  readonly #sessions: Sessions;
  readonly #factors: SecondFactors;
  readonly #passkeys: Passkeys;

  constructor(options: IdentitiesOptions) {
    this.#records = options.records;
    this.#now = options.now;
    this.#allowDemo = options.allowDemo;
    this.#sessions = options.sessions;
    this.#factors = options.factors;
    this.#passkeys = options.passkeys;
  }

  /**
   * Checks a password. An unknown name, a wrong password, a locked, disabled or refused demo account look the same and
   * take the same time. Each failure from the fifth on locks the account, at first for 30 s, then twice as long; wrong second
   * factors count like wrong passwords, and only a whole sign-in sets the count back.
   * @throws SG_SESSION_REFUSED
   */
  async signIn(given: { readonly account: string; readonly password: string }, client: Client = {}): Promise<SignIn> {
    const name = given.account.trim().toLowerCase();
    const account = await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) => tx.selectFrom("accounts").selectAll().where("account", "=", name).executeTakeFirst(),
      { retry: true },
    );
    const matches =
      account === undefined || account.password === ""
        ? await verifyNothing(given.password)
        : await verifyPassword(given.password, account.password);
    if (account === undefined) throw new SandglassError(ERRORS.SESSION_REFUSED);
    return this.#settle(account.id, async (tx, row) => {
      if (!matches || row.password !== account.password) return undefined;
      const methods = await this.#methodsOf(tx, row);
      if (methods.length === 0) return { kind: "session", ...(await this.#open(tx, row, "password", client)) };
      const challenge = await openChallenge(tx, this.#now(), {
        kind: "second-factor",
        account: row.id,
        content: { expected: randomBytes(32).toString("base64url") },
      });
      return { kind: "second-factor", challenge, methods };
    });
  }

  /** The second step. @throws SG_SESSION_REFUSED also for an unknown, used, or too often wrongly answered challenge */
  async answerFactor(challenge: string, answer: FactorAnswer, client: Client = {}): Promise<OpenedSession> {
    const taken = await this.#take("second-factor", challenge);
    const account = taken.account_id ?? "";
    return this.#settle(account, async (tx, row) => {
      const proven =
        answer.kind === "totp"
          ? await this.#factors.verifyTotp(tx, row.id, answer.code)
          : answer.kind === "recovery"
            ? await this.#factors.useRecoveryCode(tx, row.id, answer.code)
            : (await this.#passkeys.verify(tx, taken, answer.response, answer.party)) === row.id;
      if (!proven || !(await closeChallenge(tx, taken))) return undefined;
      return this.#open(tx, row, `password+${answer.kind}`, client);
    });
  }

  /** A passkey alone: it holds two factors, the device and what unlocks it. @throws SG_SESSION_REFUSED */
  async signInWithPasskey(
    challenge: string,
    response: PasskeyResponse,
    party: RelyingParty,
    client: Client = {},
  ): Promise<OpenedSession> {
    const taken = await this.#take("passkey-sign-in", challenge);
    const account = await this.#records.transact(SYSTEM_ACCESS, (tx) =>
      this.#passkeys.verify(tx, taken, response, party),
    );
    if (account === undefined) throw new SandglassError(ERRORS.SESSION_REFUSED);
    return this.#settle(account, async (tx, row) =>
      (await closeChallenge(tx, taken)) ? this.#open(tx, row, "passkey", client) : undefined,
    );
  }

  /** Whoever a provider vouches for; the caller has checked it. @throws SG_SESSION_REFUSED for a disabled account */
  async signInFromProvider(account: string, provider: string, client: Client = {}): Promise<OpenedSession> {
    return this.#settle(account, (tx, row) => this.#open(tx, row, `sso:${provider}`, client));
  }

  findSession(secret: string): Promise<Session | undefined> {
    return this.#sessions.find(secret);
  }

  signOut(secret: string, actor: Actor): Promise<void> {
    return this.#sessions.close(secret, actor);
  }

  async #take(kind: Challenge["kind"] & ("second-factor" | "passkey-sign-in"), secret: string): Promise<Challenge> {
    const taken = await this.#records.transact(SYSTEM_ACCESS, (tx) => takeAttempt(tx, this.#now(), kind, secret));
    if (taken === undefined) throw new SandglassError(ERRORS.SESSION_REFUSED);
    return taken;
  }

  /**
   * The last word of a sign-in, under a lock on the account: attempts in parallel see each other's failures.
   * @param prove undefined = a factor was wrong: it is counted
   */
  async #settle<T>(id: string, prove: (tx: Tx, row: AccountRow) => Promise<T | undefined>): Promise<T> {
    const outcome = await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const row = await tx.selectFrom("accounts").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
      if (row === undefined) return undefined;
      const now = this.#now();
      const locked = isLocked(row, now);
      const isOut = row.disabled || (row.demo && !this.#allowDemo) || (await isOrganisationDisabled(tx, row));
      const proven = locked || isOut ? undefined : await prove(tx, row);
      if (proven !== undefined) return proven;
      if (!locked && !isOut) await countFailure(tx, row.id, now);
      await logAccess(tx, actorOfAccount(row), {
        action: locked ? "session.locked" : "session.refused",
        subject: row.id,
      });
      return undefined;
    });
    if (outcome === undefined) throw new SandglassError(ERRORS.SESSION_REFUSED);
    return outcome;
  }

  async #open(tx: Tx, row: AccountRow, method: string, client: Client): Promise<OpenedSession> {
    await tx.updateTable("accounts").set({ failures: 0, locked_until: null }).where("id", "=", row.id).execute();
    return this.#sessions.open(tx, row, method, client);
  }

  async #methodsOf(tx: Tx, row: AccountRow): Promise<FactorMethod[]> {
    const { totp, recoveryCodes, passkeys } = await this.#factors.stateOf(tx, row.id);
    if (!totp && passkeys === 0) return [];
    return [
      ...(totp ? (["totp"] as const) : []),
      ...(passkeys > 0 ? (["passkey"] as const) : []),
      ...(recoveryCodes > 0 ? (["recovery"] as const) : []),
    ];
  }
}

async function isOrganisationDisabled(tx: Tx, row: AccountRow): Promise<boolean> {
  const found = await tx
    .selectFrom("organisations")
    .select("disabled")
    .where("id", "=", row.organisation)
    .executeTakeFirst();
  return found?.disabled !== false;
}
