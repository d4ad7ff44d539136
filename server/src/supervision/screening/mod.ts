/** Screening jobs: conditions over many vehicles, on rollups and history. */
export {
  ScreeningJobs,
  periodOf,
  type ScreenedGroup,
  type ScreeningOptions,
  type ScreeningStatus,
} from "./screening-jobs.ts";
export { screeningRoutes } from "./routes.ts";
