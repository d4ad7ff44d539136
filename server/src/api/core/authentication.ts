/**
 * Who asks: `Authorization: Bearer <token>`, or the session cookie. Every route needs an actor unless it says
 * `config: {public: true}`.
 *
 * A cookie travels with requests that other sites start, so with it a changing request must come from the console's
 * own address: SameSite=Strict keeps the cookie at home, and the Origin header is compared with the Host header.
 * A client that sends no Origin is not a browser and is not at risk.
 */
import "@fastify/cookie";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Access } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

export const SESSION_COOKIE = "sandglass_session";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** For the routes of this instance and those below it; the console's files need no actor. */
export function installAuthentication(app: FastifyInstance, access: Access): void {
  app.decorateRequest("actor", undefined);
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config.ownCredentials === true) return;
    const header = request.headers.authorization;
    const secret = request.cookies[SESSION_COOKIE];
    if (header !== undefined) {
      const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
      request.actor = token === undefined ? undefined : await access.identities.findToken(token);
      if (request.actor === undefined) throw new SandglassError(ERRORS.UNAUTHENTICATED);
    } else {
      if (!SAFE.has(request.method)) requireOwnOrigin(request);
      if (secret !== undefined) request.actor = await access.identities.findSession(secret);
    }
    if (request.actor === undefined && request.routeOptions.config.public !== true && !request.is404)
      throw new SandglassError(ERRORS.UNAUTHENTICATED);
  });
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
