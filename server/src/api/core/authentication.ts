/**
 * Who asks, and whether they may ask at all: `Authorization: Bearer <token>`, or the session cookie. Every route needs an actor
 * unless it says `config: {public: true}`. Here, and nowhere else, a token's scopes and a session's open steps are enforced.
 *
 * A cookie travels with requests that other sites start, so with it a changing request must come from the console's
 * own address: SameSite=Strict keeps the cookie at home, and the Origin header is compared with the Host header.
 * A client that sends no Origin is not a browser and is not at risk.
 */
import "@fastify/cookie";
import { scopeNeeded, scopesAllow } from "@sandglass/casework";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Access, Session } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Of a person who signed in; undefined with a token. */
    session: Session | undefined;
  }
  interface FastifyContextConfig {
    /** Answers in a session that has steps before it, so that they can be taken. */
    incomplete?: boolean;
    /** Refuses tokens: only who signed in may do it. */
    personOnly?: boolean;
  }
}

export const SESSION_COOKIE = "sandglass_session";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** For the routes of this instance and those below it; the console's files need no actor. */
export function installAuthentication(app: FastifyInstance, access: Access, prefix: string): void {
  app.decorateRequest("actor", undefined);
  app.decorateRequest("session", undefined);
  app.addHook("onRequest", async (request) => {
    const { config } = request.routeOptions;
    if (config.ownCredentials === true) return;
    const header = request.headers.authorization;
    const secret = request.cookies[SESSION_COOKIE];
    if (header !== undefined) {
      const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
      request.actor = token === undefined ? undefined : await access.tokens.find(token);
      if (request.actor === undefined) throw new SandglassError(ERRORS.UNAUTHENTICATED);
      if (config.public !== true && !request.is404) requireScope(request, prefix);
    } else {
      if (!SAFE.has(request.method)) requireOwnOrigin(request);
      if (secret !== undefined) request.session = await access.identities.findSession(secret);
      request.actor = request.session?.actor;
    }
    if (request.actor === undefined && config.public !== true && !request.is404)
      throw new SandglassError(ERRORS.UNAUTHENTICATED);
    if (config.personOnly === true && request.session === undefined) throw new SandglassError(ERRORS.PERSON_ONLY);
    const pending = request.session?.pending ?? [];
    if (pending.length > 0 && config.public !== true && config.incomplete !== true)
      throw new SandglassError(ERRORS.SESSION_INCOMPLETE, { pending: pending.join(", ") });
  });
}

/** @throws SG_PERSON_ONLY with a token */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === undefined) throw new SandglassError(ERRORS.PERSON_ONLY);
  return request.session;
}

function requireScope(request: FastifyRequest, prefix: string): void {
  const path = (request.routeOptions.url ?? "").slice(prefix.length);
  if (scopesAllow(request.actor?.scopes, request.method, path)) return;
  throw new SandglassError(ERRORS.TOKEN_SCOPE_MISSING, { scope: scopeNeeded(request.method, path) ?? path });
}

function requireOwnOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin === undefined) {
    const site = request.headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none") throw new SandglassError(ERRORS.CROSS_ORIGIN);
    return;
  }
  let own = false;
  try {
    own = new URL(origin).host === host;
  } catch {
    own = false;
  }
  if (!own) throw new SandglassError(ERRORS.CROSS_ORIGIN);
}
