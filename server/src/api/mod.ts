/** The HTTP API: one Fastify app over the interfaces of `ApiDependencies`. */
export { API_PREFIX, createApi, SESSION_COOKIE } from "./app.ts";
export { installErrorHandler } from "./core/error-handler.ts";
export { isLoopback } from "./core/loopback.ts";
export type * from "./dependencies.ts";
export { EventHub, extentOf, TOPICS, type EventExtent, type LiveEvent, type Topic } from "./live/event-hub.ts";
export { FleetMonitor, ONLINE_MS } from "./live/fleet-monitor.ts";
export { OperatorAlarms, type OperatorAlarm } from "./live/operator-alarms.ts";
export { subjectRoutes, type EventReader } from "./routes/subjects.ts";
export { isVisible } from "./live/visibility.ts";
