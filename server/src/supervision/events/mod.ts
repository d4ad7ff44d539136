/** Supervision of events: the same engine, log and findings as for frames. */
export {
  EventSupervision,
  type EventFindingNotice,
  type EventSupervisionOptions,
  type EventSupervisionStatus,
} from "./event-supervision.ts";
export { isFedByEvents, type EventAssignments } from "./event-watch.ts";
export { samplesOf, type EventSample, type StoredEventRow } from "./event-samples.ts";
