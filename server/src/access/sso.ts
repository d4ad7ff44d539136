/**
 * Single sign-on over OpenID Connect: authorization code with PKCE, state and nonce. What a provider says about somebody becomes
 * role and organisation by rules that are data; accounts are made on the way only where a provider's entry says so.
 */
import { isAssignableRole } from "@sandglass/casework";
import type * as OpenIdClient from "openid-client";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { closeChallenge, openChallenge, takeAttempt } from "./challenges.ts";
import type { Identities } from "./identities.ts";
import { createId } from "./ids.ts";
import { actorOfAccount, type AccountRow, type Client, type OpenedSession } from "./sessions.ts";
import { roleOfClaims, textClaim, type Claims, type Provider } from "./sso-providers.ts";

export { parseProviders, type Provider } from "./sso-providers.ts";

type Library = typeof OpenIdClient;
type Configuration = OpenIdClient.Configuration;

export class SingleSignOn {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #identities: Identities;
  readonly #providers: ReadonlyMap<string, Provider>;
  /** Discovered once; forgotten when it failed. */
  readonly #known = new Map<string, Promise<Configuration>>();

  constructor(options: {
    readonly records: Records;
    readonly now: () => number;
    readonly identities: Identities;
    readonly providers: readonly Provider[];
  }) {
    this.#records = options.records;
    this.#now = options.now;
    this.#identities = options.identities;
    this.#providers = new Map(options.providers.map((provider) => [provider.id, provider]));
  }

  list(): readonly Pick<Provider, "id" | "title">[] {
    return [...this.#providers.values()].map(({ id, title }) => ({ id, title }));
  }

  /**
   * @param next path of the console to open afterwards
   * @returns where to send the browser, and the secret that its cookie keeps until it is back
   * @throws SG_SSO_PROVIDER, SG_SSO_UNAVAILABLE
   */
  async begin(
    id: string,
    redirectUri: string,
    next: string,
  ): Promise<{ readonly url: string; readonly secret: string }> {
    const provider = this.#get(id);
    const library = await load();
    const configuration = await this.#discover(provider, library);
    const verifier = library.randomPKCECodeVerifier();
    const state = library.randomState();
    const nonce = library.randomNonce();
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: provider.scopes.join(" "),
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    const secret = await this.#records.transact(SYSTEM_ACCESS, (tx) =>
      openChallenge(tx, this.#now(), {
        kind: "sso",
        content: { provider: id, verifier, state, nonce, redirectUri, next },
      }),
    );
    return { url: url.href, secret };
  }

  /**
   * The way back. @param query of the address that the provider sent the browser to
   * @throws SG_SSO_REFUSED, SG_SSO_UNAVAILABLE, SG_SESSION_REFUSED
   */
  async finish(
    id: string,
    secret: string,
    query: string,
    client: Client,
  ): Promise<{ readonly session: OpenedSession; readonly next: string }> {
    const provider = this.#get(id);
    const taken = await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const found = await takeAttempt(tx, this.#now(), "sso", secret);
      return found !== undefined && (await closeChallenge(tx, found)) ? found : undefined;
    });
    const memory = taken?.content as Readonly<Record<string, string>> | undefined;
    if (memory === undefined || memory["provider"] !== id)
      throw refused("the sign-in was not begun here or is too old");
    const claims = await this.#claimsOf(provider, memory, query);
    const account = await this.#records.transact(SYSTEM_ACCESS, (tx) => this.#accountOf(tx, provider, claims));
    if (account === undefined) {
      await this.#records.transact(SYSTEM_ACCESS, (tx) =>
        logAccess(tx, SYSTEM_ACCESS, { action: "sso.refused", subject: `${id}:${claims.sub}` }),
      );
      throw refused("nobody here has this identity");
    }
    const session = await this.#identities.signInFromProvider(account, id, client);
    return { session, next: memory["next"] ?? "/" };
  }

  async #claimsOf(provider: Provider, memory: Readonly<Record<string, string>>, query: string): Promise<Claims> {
    const library = await load();
    const configuration = await this.#discover(provider, library);
    const { redirectUri = "", verifier = "", state = "", nonce = "" } = memory;
    try {
      const tokens = await library.authorizationCodeGrant(configuration, new URL(`${redirectUri}${query}`), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("no ID token");
      if (configuration.serverMetadata().userinfo_endpoint === undefined || !provider.userInfo) return claims;
      return { ...(await library.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
    } catch (cause) {
      throw new SandglassError(
        ERRORS.SSO_REFUSED,
        { reason: cause instanceof Error ? cause.message : "unknown" },
        { cause },
      );
    }
  }

  /** Known by subject; announced by user name; or made now, where the provider's entry allows it. */
  async #accountOf(tx: Tx, provider: Provider, claims: Claims): Promise<string | undefined> {
    const find = (subject: string): Promise<AccountRow | undefined> =>
      tx
        .selectFrom("accounts")
        .selectAll()
        .where("sso_provider", "=", provider.id)
        .where("sso_subject", "=", subject)
        .executeTakeFirst();
    const known = await find(claims.sub);
    if (known !== undefined) return this.#refresh(tx, provider, claims, known);
    const user = textClaim(claims, provider.claims.account)?.toLowerCase();
    const announced = user === undefined ? undefined : await find(`name:${user}`);
    if (announced !== undefined) {
      await tx.updateTable("accounts").set({ sso_subject: claims.sub }).where("id", "=", announced.id).execute();
      await logAccess(tx, actorOfAccount(announced), { action: "account.link", subject: announced.id });
      return announced.id;
    }
    return provider.createAccounts && user !== undefined ? this.#create(tx, provider, claims, user) : undefined;
  }

  async #create(tx: Tx, provider: Provider, claims: Claims, user: string): Promise<string | undefined> {
    const mapped = roleOfClaims(provider, claims);
    if (mapped === undefined || !isAssignableRole(mapped.role)) return undefined;
    const organisation = await tx
      .selectFrom("organisations")
      .select("id")
      .where("id", "=", mapped.organisation)
      .where("disabled", "=", false)
      .executeTakeFirst();
    if (organisation === undefined) return undefined;
    const id = createId("acc");
    const row = await tx
      .insertInto("accounts")
      .values({
        id,
        // Never the name of a local account: that one belongs to somebody else.
        account: `${user}@${provider.id}`,
        name: textClaim(claims, provider.claims.name) ?? user,
        role: mapped.role,
        organisation: mapped.organisation,
        region: mapped.region ?? null,
        password: "",
        locked_until: null,
        sso_provider: provider.id,
        sso_subject: claims.sub,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .executeTakeFirst();
    if (row === undefined) return undefined;
    await logAccess(tx, SYSTEM_ACCESS, {
      action: "account.create",
      subject: id,
      detail: { provider: provider.id, ...mapped },
    });
    return id;
  }

  /** Accounts that a provider made follow its claims: who lost the group loses the role. */
  async #refresh(tx: Tx, provider: Provider, claims: Claims, row: AccountRow): Promise<string | undefined> {
    if (row.password !== "" || !provider.createAccounts) return row.id;
    const mapped = roleOfClaims(provider, claims);
    if (mapped === undefined || !isAssignableRole(mapped.role)) return undefined;
    const region = mapped.region ?? null;
    if (mapped.role === row.role && mapped.organisation === row.organisation && region === row.region) return row.id;
    await tx
      .updateTable("accounts")
      .set({ role: mapped.role, organisation: mapped.organisation, region })
      .where("id", "=", row.id)
      .execute();
    await logAccess(tx, SYSTEM_ACCESS, {
      action: "account.change",
      subject: row.id,
      detail: { provider: provider.id, ...mapped },
    });
    return row.id;
  }

  #get(id: string): Provider {
    const provider = this.#providers.get(id);
    if (provider === undefined) throw new SandglassError(ERRORS.SSO_PROVIDER, { provider: id });
    return provider;
  }

  async #discover(provider: Provider, library: Library): Promise<Configuration> {
    const known = this.#known.get(provider.id);
    const asked =
      known ??
      library.discovery(
        new URL(provider.issuer),
        provider.clientId,
        undefined,
        provider.clientSecret === undefined ? library.None() : library.ClientSecretBasic(provider.clientSecret),
        // Only a provider on this very machine, for trying things out.
        new URL(provider.issuer).protocol === "http:" ? { execute: [library.allowInsecureRequests] } : {},
      );
    this.#known.set(provider.id, asked);
    try {
      return await asked;
    } catch (cause) {
      this.#known.delete(provider.id);
      throw new SandglassError(ERRORS.SSO_UNAVAILABLE, { provider: provider.id }, { cause });
    }
  }
}

function refused(reason: string): SandglassError {
  return new SandglassError(ERRORS.SSO_REFUSED, { reason });
}

/** Loaded when somebody signs in this way. */
function load(): Promise<Library> {
  return import("openid-client");
}
