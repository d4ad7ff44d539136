/** Supervision: live triggers over durable blocks, findings, checkpoints. */
export { vehicleAttributes } from "./applicable.ts";
export { AssignmentTable, type ProjectAssignment, type SupervisionAssignments } from "./assignments.ts";
export { effectiveFrom, EffectiveDates } from "./effective.ts";
export type { FindingNotice } from "./finding-notice.ts";
export { Supervision, type SupervisionOptions, type SupervisionStatus } from "./runtime.ts";
export type { VehicleCounters } from "./subjects.ts";
export type { CopyEvidence } from "./evidence.ts";
export { BREACH_TRIGGER, FIRING_TOPIC, type Effect, type FiringMessage } from "./firing-message.ts";
export { findingIdOf } from "./finding-id.ts";
export { findingRoutes } from "./routes.ts";
export { triggerStatusRoutes, type WatchedStatus } from "./status-routes.ts";
export {
  countOpenFindings,
  findFindings,
  getFinding,
  type Finding,
  type FindingDetail,
  type FindingFilter,
  type FindingStatus,
} from "./queries.ts";
export { countOnsets, type OnsetRange, type Onsets } from "./onsets.ts";
export { SILENCE_GRACE_MS } from "./block-stepper.ts";
export { INVALID, NO_SAMPLE, RowBuilder, VALID, type RowChunk, type RowQuery, type RowSource } from "./rows.ts";
export { replaySubject, SubjectReplay, type ReplayTarget } from "./replay-subject.ts";
export { vehicleFeed, type BlockSource } from "./vehicle-feed.ts";
export type { Feed, FeedBlock, FeedStepper, OpenFeed } from "./feed.ts";
export { journalRows } from "./journal-rows.ts";
export { storedRows } from "./stored-rows.ts";
export { storedFleet, type FleetRows, type RebuildStatus, type StoredFleetOptions } from "./rebuild/mod.ts";
export { WorkThreads } from "./work-threads.ts";
export type { LateDataOptions, LateStatus } from "./late-data.ts";
export {
  EventSupervision,
  partsByFeed,
  type FeedParts,
  knownSubjects,
  readsEvents,
  journalEventRows,
  samplesOf,
  storedEventRows,
  storedSenders,
  type EventAssignments,
  type EventSupervisionStatus,
} from "./events/mod.ts";
export {
  compileContainment,
  containmentRoutes,
  containmentTexts,
  type Containment,
  type PlanLimits,
  type UnenforcedLimit,
} from "./containment/mod.ts";
export { packRoutes, PackStore, type KnownPack, type PackFiles, type PackInfo } from "./packs/mod.ts";
export {
  feedOf,
  instantsOf,
  looksBackFor,
  periodOf,
  registeredMembers,
  ScreeningJobs,
  screeningRoutes,
  screenPast,
  signalsOf,
  sweepSender,
  sweepVehicle,
  sweptOf,
  type LastKnown,
  type PastMember,
  type RegisteredMember,
  type ScreeningStatus,
  type ScreeningTarget,
  type SweptMember,
} from "./screening/mod.ts";
