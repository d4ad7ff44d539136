/** Intake of events over HTTP: CloudEvents and OpenTelemetry. */
export { EventIntake, type EventIntakeOptions, type Sender, type Taken } from "./event-intake.ts";
export { eventIntakeRoutes, otlpRoutes, type EventRoutesOptions } from "./routes.ts";
export { cacheSenders } from "./sender-cache.ts";
export { RecentKeys } from "./recent-keys.ts";
export type { StoredContent } from "./received-event.ts";
