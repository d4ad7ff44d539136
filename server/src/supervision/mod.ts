/** Supervision: live triggers over durable blocks, findings, checkpoints. */
export { AssignmentTable, type ProjectAssignment, type SupervisionAssignments } from "./assignments.ts";
export {
  Supervision,
  type BlockSource,
  type FindingNotice,
  type SupervisionOptions,
  type SupervisionStatus,
} from "./runtime.ts";
export type { VehicleCounters } from "./subjects.ts";
export type { CopyEvidence } from "./evidence.ts";
export { BREACH_TRIGGER, FIRING_TOPIC, type Effect, type FiringMessage } from "./firing-message.ts";
export { findingIdOf } from "./finding-id.ts";
export { findingRoutes } from "./routes.ts";
export {
  countOpenFindings,
  findFindings,
  getFinding,
  type Finding,
  type FindingDetail,
  type FindingFilter,
  type FindingStatus,
} from "./queries.ts";
export { SILENCE_GRACE_MS } from "./block-stepper.ts";
