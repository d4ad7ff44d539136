/** The actor of a request. The api sets it before any handler; modules with routes of their own read it here. */
import type { FastifyRequest } from "fastify";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor } from "../records/mod.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** undefined = not signed in. */
    actor: Actor | undefined;
  }
  interface FastifyContextConfig {
    /** Answers without a signed-in actor. Everything else is refused with SG_UNAUTHENTICATED before its handler runs. */
    public?: boolean;
    /** Checks its own credentials: the Authorization header is none of the API's. */
    ownCredentials?: boolean;
  }
}

/** @throws SG_UNAUTHENTICATED */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === undefined) throw new SandglassError(ERRORS.UNAUTHENTICATED);
  return request.actor;
}
