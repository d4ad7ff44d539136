/** Passkeys: WebAuthn with user verification, bound to the host name under which the console is opened. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Actor, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { closeChallenge, openChallenge, takeAttempt, type Challenge } from "./challenges.ts";
import { createId } from "./ids.ts";
import { digestSecret } from "./password.ts";

export type PasskeyResponse = AuthenticationResponseJSON;
export type PasskeyRegistration = RegistrationResponseJSON;

/** Under which name this server is known to the browser. */
export interface RelyingParty {
  /** Host name without port; an IP address cannot be one. */
  readonly id: string;
  /** Scheme, host and port. */
  readonly origin: string;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly synced: boolean;
  /** UTC ms. */
  readonly createdAt: number;
  readonly lastUsedAt?: number;
}

const NAME = "沙漏 Sandglass";
const MOST_OF_ONE = 20;

/** Half a second of loading that a start without passkeys does not pay. */
const webauthn = () => import("@simplewebauthn/server");

/** undefined: the browser offers no passkeys under this address. @param origin scheme, host and port */
export function relyingPartyOf(origin: string): RelyingParty | undefined {
  if (!URL.canParse(origin)) return undefined;
  const { hostname, protocol, origin: exact } = new URL(origin);
  const isAddress = /^[\d.]+$/.test(hostname) || hostname.startsWith("[");
  const isSecure = protocol === "https:" || hostname === "localhost" || hostname.endsWith(".localhost");
  return isAddress || !isSecure ? undefined : { id: hostname, origin: exact };
}

export class Passkeys {
  readonly #records: Records;
  readonly #now: () => number;

  constructor(options: { readonly records: Records; readonly now: () => number }) {
    this.#records = options.records;
    this.#now = options.now;
  }

  async list(account: string): Promise<Passkey[]> {
    const rows = await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) =>
        tx.selectFrom("account_passkeys").selectAll().where("account_id", "=", account).orderBy("created_at").execute(),
      { retry: true },
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      synced: row.synced,
      createdAt: row.created_at.getTime(),
      ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at.getTime() }),
    }));
  }

  /** First half of adding one. */
  async beginRegistration(
    actor: Actor,
    party: RelyingParty,
  ): Promise<{ readonly challenge: string; readonly options: PublicKeyCredentialCreationOptionsJSON }> {
    const { generateRegistrationOptions } = await webauthn();
    const known = await this.#records.transact(SYSTEM_ACCESS, (tx) => credentialsOf(tx, actor.id));
    if (known.length >= MOST_OF_ONE) throw new SandglassError(ERRORS.PASSKEY_LIMIT, { limit: MOST_OF_ONE });
    const options = await generateRegistrationOptions({
      rpName: NAME,
      rpID: party.id,
      userName: actor.account ?? actor.id,
      userDisplayName: actor.account ?? actor.id,
      // Opaque, so that an authenticator holds no personal data.
      userID: Uint8Array.from(digestSecret(actor.id)),
      attestationType: "none",
      excludeCredentials: known,
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    const challenge = await this.#records.transact(SYSTEM_ACCESS, (tx) =>
      openChallenge(tx, this.#now(), {
        kind: "passkey-registration",
        account: actor.id,
        content: { expected: options.challenge },
      }),
    );
    return { challenge, options };
  }

  /** Second half. @param after runs in the same transaction @throws SG_PASSKEY_REFUSED */
  async register(
    actor: Actor,
    party: RelyingParty,
    given: { readonly challenge: string; readonly response: PasskeyRegistration; readonly name: string },
    after: (tx: Tx) => Promise<void>,
  ): Promise<string> {
    const { verifyRegistrationResponse } = await webauthn();
    const taken = await this.#records.transact(SYSTEM_ACCESS, (tx) =>
      takeAttempt(tx, this.#now(), "passkey-registration", given.challenge),
    );
    if (taken?.account_id !== actor.id) throw new SandglassError(ERRORS.PASSKEY_REFUSED);
    const { registrationInfo } = await verifyRegistrationResponse({
      response: given.response,
      expectedChallenge: expectedOf(taken),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    }).catch((cause: unknown) => {
      throw new SandglassError(ERRORS.PASSKEY_REFUSED, {}, { cause });
    });
    if (registrationInfo === undefined) throw new SandglassError(ERRORS.PASSKEY_REFUSED);
    const { credential, credentialBackedUp } = registrationInfo;
    const id = createId("pky");
    await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      if (!(await closeChallenge(tx, taken))) throw new SandglassError(ERRORS.PASSKEY_REFUSED);
      const added = await tx
        .insertInto("account_passkeys")
        .values({
          id,
          account_id: actor.id,
          credential_id: credential.id,
          public_key: Buffer.from(credential.publicKey),
          counter: BigInt(credential.counter),
          transports: [...(credential.transports ?? [])],
          synced: credentialBackedUp,
          name: given.name,
          created_at: new Date(this.#now()),
          last_used_at: null,
        })
        .onConflict((conflict) => conflict.column("credential_id").doNothing())
        .returning("id")
        .executeTakeFirst();
      if (added === undefined) throw new SandglassError(ERRORS.PASSKEY_REFUSED);
      await logAccess(tx, actor, { action: "passkey.add", subject: actor.id, detail: { passkey: id } });
      await after(tx);
    });
    return id;
  }

  /** A question that any passkey of this server may answer. */
  async beginSignIn(
    party: RelyingParty,
  ): Promise<{ readonly challenge: string; readonly options: PublicKeyCredentialRequestOptionsJSON }> {
    const { generateAuthenticationOptions } = await webauthn();
    const options = await generateAuthenticationOptions({ rpID: party.id, userVerification: "required" });
    const challenge = await this.#records.transact(SYSTEM_ACCESS, (tx) =>
      openChallenge(tx, this.#now(), { kind: "passkey-sign-in", content: { expected: options.challenge } }),
    );
    return { challenge, options };
  }

  /**
   * The question to a passkey as second factor, put when the password was right: the answer belongs to this sign-in and no
   * other. undefined for a challenge that does not hold.
   */
  async optionsFor(challenge: string, party: RelyingParty): Promise<PublicKeyCredentialRequestOptionsJSON | undefined> {
    const { generateAuthenticationOptions } = await webauthn();
    const allowed = await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const open = await tx
        .selectFrom("sign_in_challenges")
        .select(["account_id", "content"])
        .where("hash", "=", digestSecret(challenge))
        .where("kind", "=", "second-factor")
        .where("expires_at", ">", new Date(this.#now()))
        .executeTakeFirst();
      if (open === undefined || open.account_id === null) return undefined;
      return { credentials: await credentialsOf(tx, open.account_id), expected: String(open.content["expected"]) };
    });
    if (allowed === undefined) return undefined;
    return generateAuthenticationOptions({
      rpID: party.id,
      userVerification: "required",
      allowCredentials: allowed.credentials,
      challenge: Uint8Array.from(Buffer.from(allowed.expected, "base64url")),
    });
  }

  /** The account whose passkey answered the challenge; undefined = it did not. Moves the counter. */
  async verify(tx: Tx, taken: Challenge, response: PasskeyResponse, party: RelyingParty): Promise<string | undefined> {
    const { verifyAuthenticationResponse } = await webauthn();
    const row = await tx
      .selectFrom("account_passkeys")
      .selectAll()
      .where("credential_id", "=", response.id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const verified = await verifyAuthenticationResponse({
      response,
      expectedChallenge: expectedOf(taken),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: row.credential_id,
        publicKey: Uint8Array.from(row.public_key),
        counter: Number(row.counter),
        transports: row.transports as never,
      },
    }).catch(() => undefined);
    if (verified?.verified !== true) return undefined;
    await tx
      .updateTable("account_passkeys")
      .set({ counter: BigInt(verified.authenticationInfo.newCounter), last_used_at: new Date(this.#now()) })
      .where("id", "=", row.id)
      .execute();
    return row.account_id;
  }

  /** @throws SG_NOT_FOUND */
  async remove(tx: Tx, actor: Actor, id: string): Promise<void> {
    const deleted = await tx
      .deleteFrom("account_passkeys")
      .where("id", "=", id)
      .where("account_id", "=", actor.id)
      .executeTakeFirst();
    if (deleted.numDeletedRows === 0n) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
    await logAccess(tx, actor, { action: "passkey.remove", subject: actor.id, detail: { passkey: id } });
  }
}

function expectedOf(challenge: Challenge): string {
  return String(challenge.content["expected"] ?? "");
}

async function credentialsOf(
  tx: Tx,
  account: string,
): Promise<{ readonly id: string; readonly transports: string[] }[]> {
  const rows = await tx
    .selectFrom("account_passkeys")
    .select(["credential_id", "transports"])
    .where("account_id", "=", account)
    .execute();
  return rows.map((row) => ({ id: row.credential_id, transports: row.transports }));
}
