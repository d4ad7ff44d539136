/** Screening jobs: conditions over many subjects, on rollups and history. */
export {
  ScreeningJobs,
  type ScreenedGroup,
  type ScreeningOptions,
  type ScreeningStatus,
  type ScreeningTarget,
} from "./screening-jobs.ts";
export { screeningRoutes } from "./routes.ts";
export { feedOf, instantsOf, periodOf } from "./instants.ts";
export { screenPast, type PastFiring, type PastMember } from "./past.ts";
export { registeredMembers, type RegisteredMember } from "./registry-members.ts";
export { looksBackFor, sweepSender } from "./sweep-sender.ts";
export { signalsOf, sweepVehicle, sweptOf, type LastKnown, type SweptMember } from "./sweep.ts";
