/** What a vehicle sent and whether it moved, as the cases ask the history for it: under the asker's own scope. */
import { parseVehicleId, scopeAllows, type Access } from "../access/mod.ts";
import type { CountFrames, ReadActivity, ReadDistance } from "../cases/mod.ts";
import type { History, VehicleActivity } from "../history/mod.ts";
import { followOdometer, type Odometer } from "./odometer.ts";

const ODOMETER = "mileage";
const DAY_MS = 86_400_000;
/** Longer periods are summed by day. */
const DAILY_FROM_MS = 14 * 86_400_000;

/** One question for all vehicles; those whose telemetry is not the asker's to see are left out. */
export function createActivityReader(history: Pick<History, "activity">, access: Pick<Access, "scopes">): ReadActivity {
  return async (actor, vehicles, from, to) => {
    const ids = new Map(
      vehicles.flatMap((id) => {
        const key = parseVehicleId(id);
        return key === undefined ? [] : [[key, id] as const];
      }),
    );
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
    const keys = vehicles.map(parseVehicleId).filter((key): key is bigint => key !== undefined);
    if (keys.length === 0 || to <= from) return { frames: 0, reporting: 0 };
    const scope = await access.scopes.ofFleet(actor);
    const sending = new Set<bigint>();
    let frames = 0;
    let after: { readonly vehicle: bigint; readonly time: number } | undefined;
    do {
      const page = await history.rollups(scope, {
        period: to - from > DAILY_FROM_MS ? "day" : "hour",
        vehicles: keys,
        signals: [],
        from,
        to,
        ...(after === undefined ? {} : { after }),
      });
      for (const row of page.items) {
        frames += row.frames;
        sending.add(row.vehicle);
      }
      after = page.next;
    } while (after !== undefined);
    return { frames, reporting: sending.size };
  };
}

/**
 * Distance by odometer, from daily sums: the first and last day count whole. A vehicle that sent no odometer, or whose odometer went
 * back or further than it can go, has no distance here rather than a wrong one.
 */
export function createDistanceReader(history: Pick<History, "rollups">, access: Pick<Access, "scopes">): ReadDistance {
  return async (actor, vehicles, from, to) => {
    const ids = new Map(
      vehicles.flatMap((id) => {
        const key = parseVehicleId(id);
        return key === undefined ? [] : [[key, id] as const];
      }),
    );
    const readings = new Map<bigint, Odometer | "unknown">();
    if (ids.size === 0 || to <= from) return new Map();
    const scope = await access.scopes.ofFleet(actor);
    let after: { readonly vehicle: bigint; readonly time: number } | undefined;
    do {
      const page = await history.rollups(scope, {
        period: "day",
        vehicles: [...ids.keys()],
        signals: [ODOMETER],
        from: Math.floor(from / DAY_MS) * DAY_MS,
        to,
        ...(after === undefined ? {} : { after }),
      });
      for (const { vehicle, time, values } of page.items) {
        const day = values[ODOMETER];
        if (day?.min === null || day?.min === undefined || day.max === null) continue;
        const before = readings.get(vehicle);
        if (before === "unknown") continue;
        readings.set(vehicle, followOdometer(before, time, day.min, day.max));
      }
      after = page.next;
    } while (after !== undefined);
    return new Map(
      [...readings].flatMap(([key, reading]) => (reading === "unknown" ? [] : [[ids.get(key)!, reading.km] as const])),
    );
  };
}
