/** Supervision of events: the same engine, log and findings as for frames. */
export { EventSupervision, type EventSupervisionOptions, type EventSupervisionStatus } from "./event-supervision.ts";
export type { EventAssignments } from "./event-watch.ts";
export { partsByFeed, readsEvents, type FeedParts } from "./feed-parts.ts";
export { samplesOf, type EventSample, type StoredEventRow } from "./event-samples.ts";
export { eventRows, type EventRange, type EventReport, type EventStorage, type SenderRows } from "./event-rows.ts";
export type { StoredSenders } from "./event-rebuild.ts";
export { storedEventRows, storedSenders } from "./stored-events.ts";
export { journalEventRows } from "./journal-events.ts";
export { knownSubjects, type KnownSubject } from "./known-subjects.ts";
