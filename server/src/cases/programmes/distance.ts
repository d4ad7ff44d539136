/** How far the vehicles of a programme's projects went in the test, and how often something happened on the way (§6.4, feature 14). */
import type { SandboxProjectData } from "@sandglass/casework";
import type { Actor } from "../../records/mod.ts";

/**
 * Distance of vehicles in a period, km, from the readings of their odometers; a vehicle whose readings do not say it is
 * absent. Wired to the history, under the actor's own scope.
 */
export type ReadDistance = (
  actor: Actor,
  vehicles: readonly string[],
  from: number,
  to: number,
) => Promise<ReadonlyMap<string, number>>;

export interface DistanceFigures {
  readonly km: number;
  /** Vehicles whose distance is known, of all that were in the test. */
  readonly known: number;
  readonly vehicles: number;
  /** Incidents of projects that count here, in the time that counts here. */
  readonly incidents: number;
  /** Null unless the distance of every vehicle is known: a part of the distance would make the rate look worse than it is. */
  readonly incidentsPer10000Km: number | null;
}

export interface TestedProject {
  readonly data: SandboxProjectData;
  /** When the test ended; null while it runs. */
  readonly left: Date | null;
}

/** @param period UTC ms; the part of each test that lies in it counts */
export async function distanceOf(
  read: ReadDistance,
  actor: Actor,
  projects: readonly TestedProject[],
  period: { readonly from: number; readonly to: number },
): Promise<DistanceFigures | null> {
  let [km, known, vehicles, incidents] = [0, 0, 0, 0];
  for (const { data, left } of projects) {
    const fleet = (data.vehicles ?? []).filter((each) => each.startsWith("veh_"));
    const from = Math.max(period.from, data.startedAt ?? Number.POSITIVE_INFINITY);
    const to = Math.min(period.to, left?.getTime() ?? Number.POSITIVE_INFINITY);
    if (fleet.length === 0 || from >= to) continue;
    const distances = await read(actor, fleet, from, to);
    vehicles += fleet.length;
    known += distances.size;
    for (const distance of distances.values()) km += distance;
    incidents += (data.incidents ?? []).filter((each) => each.happenedAt >= from && each.happenedAt < to).length;
  }
  if (vehicles === 0) return null;
  const rate = known === vehicles && km > 0 ? Math.round((incidents / km) * 10_000 * 1_000) / 1_000 : null;
  return { km: Math.round(km * 10) / 10, known, vehicles, incidents, incidentsPer10000Km: rate };
}
