/** Lists of vehicles as the route reads them: by key and by level, for filters and viewers that match many, few and none. */
import type { Registry } from "../../server/src/access/mod.ts";
import { vehicleList, type VehicleFilter } from "../../server/src/api/vehicle-list.ts";
import type { Actor } from "../../server/src/records/mod.ts";
import { CALM_MODEL } from "./findings.ts";
import { FIRST_KEY, organisationOf, RAREST } from "./seed.ts";

/** Everything, a fortieth, one organisation's two thousand, one vehicle, nothing. */
const TEXTS = ["maker", "A17", organisationOf(33), RAREST, "不存在"];

/** What is asked, by the name it has in the results. */
export const VEHICLE_LISTS: readonly (readonly [name: string, filter: VehicleFilter])[] = [
  ["vehicles: all", {}],
  ...TEXTS.map((q) => [`vehicles: ${q}`, { q }] as const),
  ["vehicles: online", { state: "online" }],
  ["vehicles: online, one", { state: "online", q: RAREST }],
  ["vehicles by level: all", { sort: "-level" }],
  ...[...TEXTS, CALM_MODEL].map((q) => [`vehicles by level: ${q}`, { sort: "-level", q }] as const),
  ["vehicles by level: unregistered", { sort: "-level", state: "unregistered" }],
  // Every twelfth vehicle sends, none of those with open findings.
  ["vehicles by level: online", { sort: "-level", state: "online" }],
  ["vehicles by level: silent", { sort: "-level", state: "silent" }],
];

/** @param vehicles that were seeded */
export function vehicleListOf(
  registry: Registry,
  vehicles: number,
): (actor: Actor, filter: VehicleFilter, limit: number) => Promise<number> {
  const isOnline = (key: bigint): boolean => key % 12n === 1n;
  const keys = Array.from({ length: vehicles }, (_, index) => FIRST_KEY + BigInt(index));
  const byPresence = Map.groupBy(keys, isOnline);
  const list = vehicleList(
    { registry },
    {
      keysWhere: (online, atMost) => {
        const found = byPresence.get(online) ?? [];
        return found.length > atMost ? undefined : found;
      },
      find: (key) => ({ online: isOnline(key), lastReceived: 0, lastEvent: 0, frames: 1, assurance: 1 }),
    },
  );
  return async (actor, filter, limit) => (await list(actor, filter, { after: undefined, limit })).length;
}
