/** The OpenAPI 3.1 document, made from the schemas that validate the requests. */
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { ErrorAnswer } from "../../http/mod.ts";

const TAGS = {
  session: "Sign-in and the signed-in actor",
  situation: "Health and figures over everything the actor may see",
  vehicles: "Registry, telemetry and frames of vehicles",
  findings: "What triggers found",
  projects: "Sandbox projects",
  cases: "Hazard work orders and other cases",
  triggers: "Trigger language: library and check",
  ledger: "Leaves, checkpoints, proofs, export",
  intake: "Links, platforms, quarantine, the catalogue of signals",
} as const;

export async function installOpenApi(app: FastifyInstance): Promise<void> {
  app.addHook("onRoute", (route) => {
    const schema = (route.schema ??= {});
    const response = (schema.response ?? {}) as Record<string, unknown>;
    if (response["4xx"] === undefined) schema.response = { ...response, "4xx": ErrorAnswer, "5xx": ErrorAnswer };
    if (route.config?.public === true) schema.security = [];
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Sandglass",
        version: "1",
        description:
          "Regulatory sandbox and safety supervision. camelCase JSON; lists are {items, next}; times are RFC 3339 UTC with Z; refusals carry a code.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "API token sgt_…" },
          session: { type: "apiKey", in: "cookie", name: "sandglass_session" },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
  });
}
