/** What many vehicles sent in a period and whether they moved, in one question. */
import { getScalar } from "@sandglass/signals";
import { scopeAllows, type HistoryScope } from "../access/mod.ts";
import type { Engine } from "./engine.ts";
import { inRange } from "./read-sql.ts";
import { columnOf } from "./rollup-signals.ts";
import { IS_OBSERVATION } from "./rollups.ts";
import { name, sql, trusted, u64s } from "./sql.ts";
import type { ActivityQuery, VehicleActivity } from "./types.ts";

const SPEED = name(columnOf(getScalar("speed").id));

export async function readActivity(
  engine: Engine,
  scope: HistoryScope,
  { vehicles, from, to, ...options }: ActivityQuery,
): Promise<VehicleActivity[]> {
  const keys = vehicles.filter((key) => scopeAllows(scope, key));
  if (keys.length === 0) return [];
  const rows = await engine.query<[vehicle: string, frames: string, last: string, moving: string | null]>(
    sql`SELECT vehicle, count(), toUnixTimestamp64Milli(max(event_time)), toUnixTimestamp64Milli(maxOrNullIf(event_time, ${SPEED} > 0))
    FROM frames WHERE vehicle IN ${u64s(keys)} AND ${inRange(from, to)} AND ${trusted(IS_OBSERVATION)} GROUP BY vehicle`,
    options,
  );
  return rows.map(([vehicle, frames, last, moving]) => ({
    vehicle: BigInt(vehicle),
    frames: Number(frames),
    lastEvent: Number(last),
    ...(moving === null ? {} : { lastMoving: Number(moving) }),
  }));
}
