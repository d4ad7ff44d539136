/** What a vehicle sent and whether it moved, as the cases ask the history for it: under the asker's own scope. */
import { parseVehicleId, type Access } from "../access/mod.ts";
import type { ReadActivity } from "../cases/mod.ts";
import type { History } from "../history/mod.ts";

const SPEED = "speed";
const POINTS = 2_000;

export function createActivityReader(history: Pick<History, "series">, access: Pick<Access, "scopes">): ReadActivity {
  return async (actor, vehicle, from, to) => {
    const key = parseVehicleId(vehicle);
    if (key === undefined || to <= from) return { frames: 0, bucketMs: 0 };
    const scope = await access.scopes.ofVehicle(actor, key);
    const { buckets, bucketMs } = await history.series(scope, {
      vehicle: key,
      signals: [SPEED],
      from,
      to,
      points: POINTS,
    });
    const moving = buckets.filter((bucket) => (bucket.values[SPEED]?.max ?? 0) > 0);
    return {
      frames: buckets.reduce((sum, bucket) => sum + bucket.frames, 0),
      lastFrameAt: buckets.at(-1)?.time,
      lastMovingAt: moving.at(-1)?.time,
      bucketMs,
    };
  };
}
