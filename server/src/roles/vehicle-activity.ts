/** What a vehicle sent and whether it moved, as the cases ask the history for it: under the asker's own scope. */
import { parseVehicleId, scopeAllows, type Access } from "../access/mod.ts";
import type { CountFrames, ReadActivity, ReadDistance } from "../cases/mod.ts";
import type { History, RollupQuery, RollupRow, VehicleActivity } from "../history/mod.ts";
import type { Actor } from "../records/mod.ts";
import { followOdometer, type Odometer } from "./odometer.ts";

const ODOMETER = "mileage";
const DAY_MS = 86_400_000;
/** Longer periods are summed by day. */
const DAILY_FROM_MS = 14 * 86_400_000;

/** Ids of vehicles by their keys; what is no vehicle is left out. */
function byKey(ids: readonly string[]): ReadonlyMap<bigint, string> {
  return new Map(
    ids.flatMap((id) => {
      const key = parseVehicleId(id);
      return key === undefined ? [] : [[key, id] as const];
    }),
  );
}

/** Rows of rollups, page after page, of those of the vehicles that the asker may read. */
async function* rollupsOf(
  { history, access }: { readonly history: Pick<History, "rollups">; readonly access: Pick<Access, "scopes"> },
  actor: Actor,
  query: Omit<RollupQuery, "after"> & { readonly vehicles: readonly bigint[] },
): AsyncIterable<RollupRow> {
  const scope = await access.scopes.ofFleet(actor, query.vehicles);
  let after: RollupQuery["after"];
  do {
    const page = await history.rollups(scope, { ...query, ...(after === undefined ? {} : { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** One question for all vehicles; those whose telemetry is not the asker's to see are left out. */
export function createActivityReader(history: Pick<History, "activity">, access: Pick<Access, "scopes">): ReadActivity {
  return async (actor, vehicles, from, to) => {
    const ids = byKey(vehicles);
    const scope = await access.scopes.ofFleet(actor, [...ids.keys()]);
    const seen = [...ids].filter(([key]) => scopeAllows(scope, key));
    const sent = new Map<bigint, VehicleActivity>();
    if (seen.length > 0 && from < to)
      for (const each of await history.activity(scope, { vehicles: seen.map(([key]) => key), from, to }))
        sent.set(each.vehicle, each);
    return new Map(
      seen.map(([key, id]) => {
        const { frames = 0, lastEvent, lastMoving } = sent.get(key) ?? {};
        return [id, { frames, lastFrameAt: lastEvent, lastMovingAt: lastMoving }];
      }),
    );
  };
}

/** Frames of many vehicles in one question, from hourly sums: the first and last hour count whole. */
export function createFrameCounter(history: Pick<History, "rollups">, access: Pick<Access, "scopes">): CountFrames {
  return async (actor, vehicles, from, to) => {
    const keys = [...byKey(vehicles).keys()];
    if (keys.length === 0 || to <= from) return { frames: 0, reporting: 0 };
    const period = to - from > DAILY_FROM_MS ? "day" : "hour";
    const sending = new Set<bigint>();
    let frames = 0;
    for await (const row of rollupsOf({ history, access }, actor, { period, vehicles: keys, signals: [], from, to })) {
      frames += row.frames;
      sending.add(row.vehicle);
    }
    return { frames, reporting: sending.size };
  };
}

/**
 * Distance by odometer, from daily sums: the first and last day count whole. A vehicle that sent no odometer, or whose odometer went
 * back or further than it can go, has no distance here rather than a wrong one.
 */
export function createDistanceReader(history: Pick<History, "rollups">, access: Pick<Access, "scopes">): ReadDistance {
  return async (actor, vehicles, from, to) => {
    const ids = byKey(vehicles);
    const readings = new Map<bigint, Odometer | "unknown">();
    if (ids.size === 0 || to <= from) return new Map();
    const query = {
      period: "day" as const,
      vehicles: [...ids.keys()],
      signals: [ODOMETER],
      from: Math.floor(from / DAY_MS) * DAY_MS,
      to,
    };
    for await (const { vehicle, time, values } of rollupsOf({ history, access }, actor, query)) {
      const day = values[ODOMETER];
      if (day?.min === null || day?.min === undefined || day.max === null) continue;
      const before = readings.get(vehicle);
      if (before === "unknown") continue;
      readings.set(vehicle, followOdometer(before, time, day.min, day.max));
    }
    return new Map(
      [...readings].flatMap(([key, reading]) => (reading === "unknown" ? [] : [[ids.get(key)!, reading.km] as const])),
    );
  };
}
