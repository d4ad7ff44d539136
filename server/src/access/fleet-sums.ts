/** The vehicles that an actor sees, summed by what they have in common: a start page asks for sums, not for the vehicles. */
import { sql } from "kysely";
import type { Tx } from "../records/mod.ts";
import { scopeOf } from "./list-vehicles.ts";

export const FLEET_GROUPS = ["maker", "region", "model"] as const;
export type FleetGroup = (typeof FLEET_GROUPS)[number];

export interface FleetSum {
  /** Undefined: of vehicles that have none, as those that are not registered. */
  readonly name: string | undefined;
  readonly vehicles: number;
  /** Of the keys that were given. */
  readonly online: number;
  /** Vehicles whose worst open finding, of those that the actor may read, has this level. */
  readonly byLevel: Readonly<Record<"1" | "2" | "3" | "4", number>>;
}

const NONE: FleetSum["byLevel"] = { "1": 0, "2": 0, "3": 0, "4": 0 };

/** Most vehicles first. @param online keys of the vehicles that send now */
export async function sumFleet(tx: Tx, by: FleetGroup, online: readonly bigint[]): Promise<FleetSum[]> {
  const scope = await scopeOf(tx);
  if (scope === undefined) return [];
  const group = sql.ref(`vehicles.${by}`);
  const { rows: groups } = await sql<{ name: string | null; vehicles: bigint; online: bigint }>`
    select ${group} as name, count(*) as vehicles, count(sends.key) as online
    from vehicles left join unnest(${online.map(String)}::bigint[]) as sends (key) on sends.key = vehicles.key
    group by 1 order by 2 desc, 1`.execute(tx);
  const { rows: levels } = await sql<{ name: string | null; level: number; vehicles: bigint }>`
    select ${group} as name, worst.level, count(*) as vehicles
    from open_vehicle_index worst join vehicles on vehicles.key = worst.vehicle
    where worst.scope = ${scope} group by 1, 2`.execute(tx);
  const byName = new Map<string | null, FleetSum["byLevel"]>();
  for (const { name, level, vehicles } of levels) {
    byName.set(name, { ...(byName.get(name) ?? NONE), [level]: Number(vehicles) });
  }
  return groups.map(({ name, vehicles, online: sending }) => ({
    name: name ?? undefined,
    vehicles: Number(vehicles),
    online: Number(sending),
    byLevel: byName.get(name) ?? NONE,
  }));
}
