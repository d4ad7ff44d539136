/** What operators do with the data folder of a stopped server: back up, restore, check. */
export { backUp, restoreFiles, type Copied } from "./backup.ts";
export { check, type CheckOptions, type CheckProblem, type CheckReport } from "./check.ts";
export { requireDataFolder, requireOwnDatabase } from "./preconditions.ts";
