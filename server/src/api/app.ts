/** Assembles the HTTP API from its plugins. Listening, and everything behind the interfaces, is the caller's. */
import { randomBytes } from "node:crypto";
import fastifyCookie from "@fastify/cookie";
import Fastify, { LogController, type FastifyInstance } from "fastify";
import type { ApiDependencies } from "./dependencies.ts";
import { exportRoutes, itemExportsOf } from "../exports/mod.ts";
import { createValidatorCompiler, WRITERS } from "../http/mod.ts";
import { installAuthentication, SESSION_COOKIE } from "./core/authentication.ts";
import { installConsole } from "./core/console-files.ts";
import { answerUnread, installErrorHandler } from "./core/error-handler.ts";
import { installOpenApi } from "./core/open-api.ts";
import { installReadAudit } from "./core/read-audit.ts";
import { installRequestLog } from "./core/request-log.ts";
import { installSecurityHeaders } from "./core/security-headers.ts";
import { registerStream } from "./live/stream-route.ts";
import { installMetrics } from "./metrics.ts";
import { accessLogRoutes } from "./routes/access-log.ts";
import { administrationRoutes } from "./routes/administration.ts";
import { identityRoutes } from "./routes/identities.ts";
import { intakeRoutes } from "./routes/intake.ts";
import { ownAccountRoutes } from "./routes/own-account.ts";
import { seriesRoutes } from "./routes/series.ts";
import { sessionRoutes } from "./routes/session.ts";
import { singleSignOnRoutes } from "./routes/single-sign-on.ts";
import { situationRoutes } from "./routes/situation.ts";
import { telemetryRoutes } from "./routes/telemetry.ts";
import { triggerRoutes } from "./routes/triggers.ts";
import { vehicleRoutes } from "./routes/vehicles.ts";
import { viewRoutes } from "./routes/views.ts";
import { createOverview } from "./overview.ts";
import { createSituation } from "./situation.ts";

export const API_PREFIX = "/api/v1";

export async function createApi(dependencies: ApiDependencies): Promise<FastifyInstance> {
  const { access, hub, now } = dependencies;
  const base = {
    genReqId: () => `req_${randomBytes(9).toString("base64url")}`,
    // request-log.ts writes the line: Fastify's own holds the address with its query.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    return503OnClosing: true,
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: 300 },
    schemaController: WRITERS,
    frameworkErrors: answerUnread,
  } as const;
  const app: FastifyInstance =
    dependencies.log === undefined ? Fastify(base) : Fastify({ ...base, loggerInstance: dependencies.log });

  app.setValidatorCompiler(createValidatorCompiler());
  installErrorHandler(app, { pages: dependencies.consoleFolder !== undefined });
  installRequestLog(app);
  installSecurityHeaders(app);
  await app.register(fastifyCookie);
  await installOpenApi(app);
  installMetrics(app, dependencies);
  const situation = createSituation(dependencies);
  await app.register(
    async (api) => {
      installAuthentication(api, access, API_PREFIX);
      installReadAudit(api, dependencies.records, API_PREFIX, now);
      const addItemExports = itemExportsOf(api);
      for (const plugin of [
        sessionRoutes(dependencies),
        singleSignOnRoutes(dependencies),
        ownAccountRoutes(dependencies),
        identityRoutes(dependencies),
        administrationRoutes(dependencies),
        accessLogRoutes(dependencies),
        situationRoutes(dependencies, situation, createOverview(dependencies)),
        vehicleRoutes(dependencies),
        telemetryRoutes(dependencies),
        seriesRoutes(dependencies),
        intakeRoutes(dependencies),
        triggerRoutes(dependencies),
        exportRoutes(dependencies),
        viewRoutes(dependencies),
        ...dependencies.plugins,
      ]) {
        await api.register(plugin);
      }
      addItemExports(dependencies);
      registerStream(api, {
        hub,
        now,
        situation,
        isStillValid: async (request) => {
          const token = /^Bearer (\S+)$/i.exec(request.authorization ?? "")?.[1];
          if (token !== undefined) return (await access.tokens.find(token)) !== undefined;
          const session =
            request.cookie === undefined ? undefined : await access.identities.findSession(request.cookie);
          return session?.pending.length === 0;
        },
      });
      api.get("/openapi.json", { config: { public: true }, schema: { hide: true } }, async () => app.swagger());
    },
    { prefix: API_PREFIX },
  );
  for (const plugin of dependencies.rootPlugins ?? []) await app.register(plugin);
  if (dependencies.consoleFolder !== undefined) await installConsole(app, dependencies.consoleFolder, API_PREFIX);
  return app;
}

export { SESSION_COOKIE };
