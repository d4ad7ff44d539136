/** Screening jobs: conditions over many vehicles, on rollups and history. */
export {
  ScreeningJobs,
  type ScreenedGroup,
  type ScreeningOptions,
  type ScreeningStatus,
  type ScreeningTarget,
} from "./screening-jobs.ts";
export { screeningRoutes } from "./routes.ts";
export { instantsOf, isAboutFrames, periodOf } from "./instants.ts";
export { screenPast, type PastFiring, type PastMember } from "./past.ts";
export { registryMembers, type RegisteredMember } from "./registry-members.ts";
export { signalsOf, sweepVehicle, sweptOf, type LastKnown, type SweptVehicle } from "./sweep.ts";
