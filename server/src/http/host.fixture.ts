/** For tests of routes: a host that is told who asks, in place of a sign-in, and answers refusals by their codes. */
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from "fastify";
import { SandglassError } from "../errors/mod.ts";
import type { Actor } from "../records/mod.ts";
import { createValidatorCompiler, WRITERS } from "./schemas.ts";

/** Who asks: always the one that the function names, or the one whom the header `x-person` names of these. */
export type Askers = (() => Actor | undefined) | Readonly<Record<string, Actor>>;

export async function hostOf(routes: readonly FastifyPluginAsync[], askers: Askers): Promise<FastifyInstance> {
  const app = Fastify({ schemaController: WRITERS });
  app.setValidatorCompiler(createValidatorCompiler());
  app.decorateRequest("actor", undefined);
  app.addHook("onRequest", async (request) => {
    request.actor = typeof askers === "function" ? askers() : askers[String(request.headers["x-person"])];
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const coded = error instanceof SandglassError ? error : undefined;
    const { possible, ...parameters } = coded?.parameters ?? {};
    return reply.code(coded?.status ?? error.statusCode ?? 500).send({
      error: {
        code: coded?.code ?? "SG_OTHER",
        message: error.message,
        messageZh: error.message,
        parameters,
        ...(possible === undefined ? {} : { possible }),
      },
      requestId: request.id,
    });
  });
  for (const plugin of routes) await app.register(plugin);
  await app.ready();
  return app;
}
