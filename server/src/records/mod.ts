/** Records: PostgreSQL (embedded or external), migrations, actors, the one transaction wrapper. */
export * from "./actor.ts";
export {
  openRecords,
  type OpenRecordsOptions,
  type Records,
  type RecordsAlarm,
  type RecordsLog,
  type TransactOptions,
  type Tx,
} from "./records.ts";
export { insist, isRecordsAway, type InsistOptions } from "./insist.ts";
export { isLeftOut as isLeftOutOfCluster, type BaseBackup } from "./embedded/base-backup.ts";
export { containing } from "./like.ts";
export { lockDataFolder } from "./embedded/owner-lock.ts";
export { migrate, readMigrations, type Migration } from "./migrate.ts";
export type { Database } from "./tables.ts";
