/** Under which address the browser has opened the console: passkeys and single sign-on are bound to it. */
import type { FastifyRequest } from "fastify";
import { relyingPartyOf, type RelyingParty } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

/** Scheme, host and port. Behind a proxy the configuration must say it; else the request does. */
export function originOf(request: FastifyRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined && publicUrl !== "") return new URL(publicUrl).origin;
  return `${request.protocol}://${request.host}`;
}

/** @throws SG_PASSKEY_ADDRESS where browsers offer no passkeys */
export function partyOf(request: FastifyRequest, publicUrl: string | undefined): RelyingParty {
  const party = relyingPartyOf(originOf(request, publicUrl));
  if (party === undefined) throw new SandglassError(ERRORS.PASSKEY_ADDRESS, { host: request.hostname });
  return party;
}
