/** /metrics for Prometheus. From a loopback address, or with a token that may see the operation. No label names a vehicle. */
import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { mayActor } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { isLoopback } from "./core/loopback.ts";

export function installMetrics(app: FastifyInstance, dependencies: ApiDependencies): Registry {
  const { access, fleet, hub, intake, links } = dependencies;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "sandglass_" });
  const gauge = (name: string, help: string, read: () => number): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  };
  let last = { at: Number.NEGATIVE_INFINITY, value: fleet.figures("all") };
  // One walk over the fleet per scrape, not one per gauge.
  const figures = (): typeof last.value => {
    if (dependencies.now() - last.at > 500) last = { at: dependencies.now(), value: fleet.figures("all") };
    return last.value;
  };
  gauge("sandglass_frames_total", "Durable frames since the store began", () => figures().frames);
  gauge("sandglass_frames_per_second", "Durable frames per second, mean of five seconds", () => figures().perSecond);
  gauge(
    "sandglass_frames_quarantined",
    "Frames since the start that do not count as observations",
    () => fleet.quarantined,
  );
  gauge("sandglass_vehicles_online", "Vehicles with a frame within two minutes", () => figures().online);
  gauge("sandglass_vehicles_silent", "Vehicles that sent before and do not now", () => figures().silent);
  gauge(
    "sandglass_frame_lag_p95_milliseconds",
    "Receive time minus event time over the last minute",
    () => fleet.lag()?.p95 ?? Number.NaN,
  );
  gauge(
    "sandglass_links",
    "Open gateway connections",
    () => links().filter(({ state }) => state === "open" || state === "held").length,
  );
  gauge("sandglass_intake_paused", "1 while nothing can be made durable", () => (intake().paused ? 1 : 0));
  gauge("sandglass_operator_alarms", "Operator alarms that are shown", () => dependencies.alarms.list().length);
  gauge("sandglass_event_streams", "Open server-sent event streams", () => hub.subscribers);
  const duration = new Histogram({
    name: "sandglass_http_request_seconds",
    help: "Duration of API requests by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  app.addHook("onResponse", async (request, reply) => {
    duration.observe(
      { method: request.method, route: request.routeOptions.url ?? "none", status: String(reply.statusCode) },
      reply.elapsedTime / 1_000,
    );
  });

  app.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    const isLocal = isLoopback(request.socket.remoteAddress ?? "") && request.headers["x-forwarded-for"] === undefined;
    if (!isLocal) {
      const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
      const actor = token === undefined ? undefined : await access.tokens.find(token);
      if (actor === undefined || actor.scopes !== undefined || !mayActor(actor, "operation", "read"))
        throw new SandglassError(ERRORS.METRICS_LOCAL);
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return registry;
}
