/** Rates of the monitoring, for who may read evaluations of platforms. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { requireRight, vehicleIdOf } from "../access/mod.ts";
import { RANGE_QUERY, readRange } from "../conformance/mod.ts";
import {
  actorOf,
  Bilingual,
  decodeCursor,
  decodeOrdinal,
  DEFAULT_LIMIT,
  encodeCursor,
  Nullable,
  PAGE_QUERY,
  PageOf,
  toTime,
} from "../http/mod.ts";
import type { Records } from "../records/mod.ts";
import {
  CLOSURE_LIMITS,
  COVERAGE,
  judgeRate,
  ONLINE_BENCHMARKS,
  PASS_RATES,
  VEHICLE_CLASSES,
  type Benchmark,
  type PassRate,
  type PassRateCode,
} from "./benchmarks.ts";
import { PATHS_BASIS, readPaths } from "./paths.ts";
import {
  readClosureRates,
  readFleetRates,
  readNames,
  readUnheard,
  type ClosureRates,
  type FleetRates,
} from "./rates.ts";

const Basis = Type.Object({
  requirement: Type.String(),
  source: Type.String(),
  sourceZh: Type.Optional(Type.String()),
  certainty: Type.String(),
});
const BenchmarkAnswer = Nullable(Type.Object({ share: Type.Number(), from: Type.Integer(), basis: Basis }));
const RATE = {
  of: Type.Integer(),
  count: Type.Integer(),
  share: Nullable(Type.Number()),
  verdict: Type.Union([Type.Literal("reached"), Type.Literal("missed"), Type.Literal("noBenchmark")]),
  benchmark: BenchmarkAnswer,
};
const Rates = Type.Object({
  organisation: Type.String(),
  name: Nullable(Bilingual),
  connected: Type.Integer(),
  coverage: Type.Object(
    { title: Bilingual, of: Type.Integer(), count: Type.Integer(), share: Nullable(Type.Number()), basis: Basis },
    { description: "Vehicles that the platform has heard of, of all that are registered: all of them have to be." },
  ),
  online: Type.Array(Type.Object({ class: Type.String(), title: Bilingual, ...RATE })),
  passed: Type.Array(Type.Object({ code: Type.String(), title: Bilingual, ...RATE })),
  closure: Type.Array(
    Type.Object({
      level: Type.Integer(),
      due: Type.Integer({ description: "Orders whose repair was due in the period." }),
      closed: Type.Integer(),
      inTime: Type.Integer(),
      share: Nullable(Type.Number({ description: "Closed in time, of those due." })),
      meanHours: Nullable(Type.Number({ description: "From the notice to the owner." })),
      limit: Nullable(Type.Object({ unit: Type.String(), amount: Type.Number(), basis: Basis })),
    }),
  ),
});
const Unheard = Type.Object({
  id: Type.String(),
  organisation: Type.String(),
  model: Nullable(Type.String()),
  registeredAt: Type.String(),
});
const VehicleDay = Type.Object({
  vehicle: Type.String(),
  day: Type.String(),
  enterprise: Type.Integer({ description: "Frames that came from the vehicle or the platform of its enterprise." }),
  local: Type.Integer({ description: "Frames that a local platform passed on." }),
  missing: Type.Integer({ description: "By how many one path is behind the other." }),
});
const ORGANISATION = { organisation: Type.Optional(Type.String({ maxLength: 120 })) };
const PERIOD_DAYS = 7;
const HOUR_MS = 3_600_000;

interface RatesOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
}

export function monitoringRoutes({ records, now }: RatesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/quality/rates",
      {
        schema: {
          tags: ["quality"],
          summary: "Coverage, online rate by class, pass rates and closure of alarms, by maker",
          description:
            "The last seven days, unless a range is given. Benchmarks are those of published bulletins, for firms from a size on; how the pass rates are worked out is ours (P), as `definitions` says.",
          querystring: Type.Object({ ...RANGE_QUERY, ...ORGANISATION }, { additionalProperties: false }),
          response: {
            200: Type.Object({
              from: Type.String(),
              to: Type.String(),
              definitions: Type.Array(
                Type.Object({ code: Type.String(), title: Bilingual, definition: Bilingual, basis: Basis }),
              ),
              items: Type.Array(Rates),
              next: Type.Null(),
            }),
          },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "platformEvaluation", "read");
        const { organisation } = request.query;
        const at = now();
        const range = readRange(request.query, at, PERIOD_DAYS);
        const { fleet, closure, ids, names } = await records.transact(
          actor,
          async (tx) => {
            const rates = await readFleetRates(tx, range, organisation);
            const orders = await readClosureRates(tx, range, at, organisation);
            const makers = [...new Set([...rates, ...orders].map((each) => each.organisation))].sort();
            return { fleet: rates, closure: orders, ids: makers, names: await readNames(tx, makers) };
          },
          { retry: true },
        );
        const items = ids.map((id) => ({
          organisation: id,
          name: names.get(id) ?? null,
          ...ratesOf(
            fleet.filter((each) => each.organisation === id),
            closure.filter((each) => each.organisation === id),
          ),
        }));
        const definitions = Object.entries(PASS_RATES).map(([code, { title, definition, definitionBasis }]) => ({
          code,
          title,
          definition,
          basis: definitionBasis,
        }));
        return { ...range, definitions, items, next: null };
      },
    );

    app.get(
      "/quality/paths",
      {
        schema: {
          tags: ["quality"],
          summary: "Frames of each vehicle and day by path: from the enterprise, and by a local platform",
          description:
            "The last day, unless a range is given. Vehicles of which a local platform passed something on in the range; the largest differences first.",
          querystring: Type.Object({ ...RANGE_QUERY, ...PAGE_QUERY, ...ORGANISATION }, { additionalProperties: false }),
          response: {
            200: Type.Object({
              from: Type.String(),
              to: Type.String(),
              basis: Basis,
              items: Type.Array(VehicleDay),
              next: Nullable(Type.String()),
            }),
          },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "platformEvaluation", "read");
        const { organisation, cursor, limit = DEFAULT_LIMIT } = request.query;
        const range = readRange(request.query, now(), 1);
        const after = cursor === undefined ? undefined : decodeCursor(cursor, ["number", "string", "string"]);
        const rows = await records.transact(actor, (tx) => readPaths(tx, range, { organisation, after, limit }), {
          retry: true,
        });
        const last = rows.length === limit ? rows.at(-1) : undefined;
        return {
          ...range,
          basis: PATHS_BASIS,
          items: rows.map(({ key, ...row }) => ({ vehicle: vehicleIdOf(BigInt(key)), ...row })),
          next: last === undefined ? null : encodeCursor([last.missing, last.day, last.key]),
        };
      },
    );

    app.get(
      "/quality/unheard",
      {
        schema: {
          tags: ["quality"],
          summary: "Registered vehicles that have never sent anything",
          querystring: Type.Object({ ...PAGE_QUERY, ...ORGANISATION }, { additionalProperties: false }),
          response: { 200: PageOf(Unheard) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "platformEvaluation", "read");
        const { organisation, cursor, limit = DEFAULT_LIMIT } = request.query;
        const rows = await records.transact(
          actor,
          (tx) =>
            readUnheard(tx, {
              limit,
              ...(organisation === undefined ? {} : { organisation }),
              ...(cursor === undefined ? {} : { after: decodeOrdinal(cursor) }),
            }),
          { retry: true },
        );
        const last = rows.length === limit ? rows.at(-1) : undefined;
        return {
          items: rows.map((row) => ({
            id: vehicleIdOf(row.key),
            organisation: row.organisation,
            model: row.model,
            registeredAt: toTime(row.registered_at.getTime()),
          })),
          next: last === undefined ? null : encodeCursor([String(last.key)]),
        };
      },
    );
  };
}

function ratesOf(fleet: readonly FleetRates[], closure: readonly ClosureRates[]) {
  const connected = fleet.reduce((sum, each) => sum + each.connected, 0);
  const online = fleet.reduce((sum, each) => sum + each.online, 0);
  const registered = fleet.reduce((sum, each) => sum + each.registered, 0);
  return {
    connected,
    coverage: {
      ...COVERAGE,
      of: registered,
      count: connected,
      share: registered === 0 ? null : connected / registered,
    },
    online: fleet
      .filter((each) => each.connected > 0)
      .map((each) => {
        const benchmark = ONLINE_BENCHMARKS[each.class];
        return {
          class: each.class,
          title: VEHICLE_CLASSES[each.class],
          of: each.connected,
          count: each.online,
          ...judgeRate(each.online, each.connected, benchmark, each.connected),
          benchmark: benchmark ?? null,
        };
      }),
    passed: (Object.keys(PASS_RATES) as PassRateCode[]).map((code) => {
      const { title, benchmarks }: PassRate = PASS_RATES[code];
      const benchmark: Benchmark | undefined = benchmarks.find(({ from }) => connected >= from);
      const count = fleet.reduce((sum, each) => sum + each.passed[code], 0);
      const judged = judgeRate(count, online, benchmark, connected);
      return { code, title, of: online, count, ...judged, benchmark: benchmark ?? null };
    }),
    closure: closure.map(({ level, due, closed, inTime, meanMs }) => {
      const limit = CLOSURE_LIMITS[level];
      return {
        level,
        due,
        closed,
        inTime,
        share: due === 0 ? null : inTime / due,
        meanHours: meanMs === null ? null : meanMs / HOUR_MS,
        limit: limit === undefined ? null : { unit: limit.unit, amount: limit.amount, basis: limit.basis },
      };
    }),
  };
}
