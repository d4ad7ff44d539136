/**
 * The two ways of a vehicle's data: from its enterprise, and by a local platform that passes it on. Both are counted for each vehicle
 * and day, so that what one of them lost can be seen.
 */
import { basis } from "@sandglass/casework";
import { sql } from "kysely";
import { BASE, type DayRange } from "../conformance/mod.ts";
import type { Tx } from "../records/mod.ts";

export const PATHS_BASIS = basis("R-3.2", "Docking with local and national platforms [NMP-AH]", "S");

export interface VehiclePaths {
  readonly key: string;
  readonly day: string;
  readonly enterprise: number;
  readonly local: number;
  readonly missing: number;
}
interface PathsQuery {
  readonly organisation: string | undefined;
  /** `missing`, `day` and `key` of the row before. */
  readonly after: readonly [number, string, string] | undefined;
  readonly limit: number;
}

// SQL arrays begin at 1; a day that was counted before there was this counter has no value of it.
const FRAMES = sql.raw(`base[${BASE.frames + 1}]`);
const RELAYED = sql.raw(`coalesce(base[${BASE.relayed + 1}], 0)`);

/** Days of vehicles that have something on the second path in the range; the largest differences first. */
export async function readPaths(
  tx: Tx,
  { from, to }: DayRange,
  { organisation, after, limit }: PathsQuery,
): Promise<readonly VehiclePaths[]> {
  const [missing, day, key] = after ?? [0, "", ""];
  const { rows } = await sql<VehiclePaths>`
    with days as (
      select vehicle, day, ${FRAMES} - ${RELAYED} as enterprise, ${RELAYED} as local,
        abs(${FRAMES} - 2 * ${RELAYED}) as missing
      from quality_vehicle_days
      where day between ${from}::date and ${to}::date
        and (${organisation ?? null}::text is null or vehicle in (select key from vehicles where organisation = ${organisation ?? null}))
    )
    select vehicle::text as key, day::text, enterprise::int, local::int, missing::int from days
    where vehicle in (select vehicle from days where local > 0)
      and (${after === undefined} or (-missing, day, vehicle) > (-${missing}::bigint, nullif(${day}, '')::date, nullif(${key}, '')::bigint))
    order by -missing, days.day, vehicle limit ${limit}`.execute(tx);
  return rows;
}
