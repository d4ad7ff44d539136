/** States rebuilt from history when there is no checkpoint. */
export { Rebuild, type RebuildStatus } from "./rebuild.ts";
export { storedFleet, type StoredFleetOptions } from "./stored-fleet.ts";
export type { FleetRows } from "./fleet-rows.ts";
