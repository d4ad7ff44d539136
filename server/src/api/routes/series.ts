/** Downsampled values of a vehicle, for plots over long times. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { findSignal } from "@sandglass/signals";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { actorOf, ErrorAnswer, fromTime, Nullable, Time, toTime } from "../../http/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { keyOfParam, VehicleId } from "./vehicles.ts";

const MAX_SIGNALS = 20;
const DEFAULT_POINTS = 900;
const MAX_POINTS = 5_000;

const BucketAnswer = Type.Object({
  time: Type.String({ format: "date-time", description: "Begin of the bucket." }),
  frames: Type.Integer(),
  values: Type.Record(
    Type.String(),
    Type.Object({
      min: Nullable(Type.Number()),
      max: Nullable(Type.Number()),
      last: Nullable(Type.Number({ description: "Null for lists, whose extremes are over all entries." })),
      mean: Nullable(Type.Number()),
      count: Type.Integer({ description: "Valid samples." }),
    }),
  ),
});

export function seriesRoutes({ access, telemetry }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/vehicles/:id/series",
      {
        schema: {
          tags: ["vehicles"],
          summary: "Decoded values in buckets of equal width: lowest, highest, last",
          description:
            "No extreme is lost: a bucket holds the lowest and the highest of its samples. Wide buckets are served from hourly or daily rollups, which `source` names. Buckets without a frame are left out.",
          params: Type.Object({ id: VehicleId }),
          querystring: Type.Object(
            {
              signals: Type.String({ minLength: 1, maxLength: 1_000, description: "Signal ids, separated by commas." }),
              from: Time,
              to: Time,
              points: Type.Optional(
                Type.Integer({
                  minimum: 2,
                  maximum: MAX_POINTS,
                  default: DEFAULT_POINTS,
                  description: "Most buckets.",
                }),
              ),
            },
            { additionalProperties: false },
          ),
          response: {
            200: Type.Object({
              bucketMs: Type.Integer(),
              source: Type.Enum(["frames", "hourly", "daily"]),
              items: Type.Array(BucketAnswer),
            }),
            400: ErrorAnswer,
            403: ErrorAnswer,
            404: ErrorAnswer,
          },
        },
      },
      async (request) => {
        const vehicle = keyOfParam(request.params.id);
        const { query } = request;
        const signals = readSignals(query.signals);
        const from = fromTime(query.from, "querystring/from");
        const to = fromTime(query.to, "querystring/to");
        if (to <= from)
          throw new SandglassError(ERRORS.REQUEST_INVALID, {
            path: "querystring/to",
            rule: "is not after from",
            ruleZh: "不晚于 from",
          });
        const scope = await access.scopes.ofVehicle(actorOf(request), vehicle);
        const series = await telemetry.series(scope, {
          vehicle,
          signals,
          from,
          to,
          points: query.points ?? DEFAULT_POINTS,
        });
        return {
          bucketMs: series.bucketMs,
          source: series.source,
          items: series.buckets.map((bucket) => ({
            time: toTime(bucket.time),
            frames: bucket.frames,
            values: Object.fromEntries(
              Object.entries(bucket.values).map(([id, { min, max, last, mean, count }]) => [
                id,
                { min, max, last, mean, count },
              ]),
            ),
          })),
        };
      },
    );
  };
}

function readSignals(list: string): string[] {
  const ids = [...new Set(list.split(",").map((id) => id.trim()))].filter((id) => id !== "");
  if (ids.length === 0 || ids.length > MAX_SIGNALS)
    throw new SandglassError(ERRORS.REQUEST_INVALID, {
      path: "querystring/signals",
      rule: `must name 1 to ${MAX_SIGNALS} signals`,
      ruleZh: `应包含 1 至 ${MAX_SIGNALS} 个信号`,
    });
  for (const id of ids)
    if (findSignal(id) === undefined) throw new SandglassError(ERRORS.SIGNAL_UNKNOWN, { signal: id });
  return ids;
}
