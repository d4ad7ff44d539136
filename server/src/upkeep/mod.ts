/** What operators do with all that a server keeps: back up (running or stopped), restore, check. */
export { backUp, restoreFiles } from "./backup.ts";
export { Backups, type BackupStatus } from "./backups.ts";
export { backupRoutes } from "./backup-routes.ts";
export { type Copied } from "./copying.ts";
export { check, type CheckOptions, type CheckProblem, type CheckReport } from "./check.ts";
export { requireDataFolder, requireOwnDatabase } from "./preconditions.ts";
