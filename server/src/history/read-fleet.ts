/** Questions over many vehicles: last known states, sums, traffic, rollups. Answered from sums, never from frames. */
import { getScalar } from "@sandglass/signals";
import type { HistoryScope } from "../access/mod.ts";
import type { Engine } from "./engine.ts";
import { inScope, isVehicle, pageSize, physical } from "./read-sql.ts";
import { checkRolledUp, rollupColumns, toBucketValue } from "./read-samples.ts";
import { columnOf, STATE_SIGNALS } from "./rollup-signals.ts";
import type { FleetQuery, FleetTotals, MinuteCount, Page, RollupQuery, RollupRow, VehicleState } from "./types.ts";
import { all, count, join, name, second, sql, time, trusted, u64, u64s } from "./sql.ts";

type StateRow = [
  vehicle: string,
  lastEvent: string | null,
  lastReceived: string,
  received: string,
  assurance: number,
  edition: number,
  ...values: (number | null)[],
];

/** In order of the vehicle keys. Values are the last valid ones; each may be older than `lastEvent`. */
export async function readFleet(
  engine: Engine,
  scope: HistoryScope,
  query: FleetQuery = {},
): Promise<Page<VehicleState, bigint>> {
  const limit = pageSize(query.limit);
  const signals = STATE_SIGNALS.filter(({ id }) => scope.location || !id.startsWith("location."));
  const conditions = [
    inScope(scope),
    ...(query.vehicles === undefined ? [] : [sql`vehicle IN ${u64s(query.vehicles)}`]),
    ...(query.after === undefined ? [] : [sql`vehicle > ${u64(query.after)}`]),
  ];
  const rows = await engine.query<StateRow>(
    sql`SELECT vehicle, toUnixTimestamp64Milli(max(last_event)), toUnixTimestamp64Milli(max(last_received)), sum(received),
    argMaxMerge(assurance_last), argMaxMerge(edition_last), ${join(signals.map(({ id }) => sql`argMaxMerge(${name(`${columnOf(id)}_last`)})`))}
    FROM vehicle_totals WHERE ${all(conditions)} GROUP BY vehicle ORDER BY vehicle LIMIT ${count(limit + 1)}`,
    query,
  );
  const items = rows
    .slice(0, limit)
    .map(([vehicle, lastEvent, lastReceived, received, assurance, edition, ...values]): VehicleState => ({
      vehicle: BigInt(vehicle),
      ...(lastEvent === null ? {} : { lastEvent: Number(lastEvent) }),
      lastReceived: Number(lastReceived),
      received: Number(received),
      assurance,
      edition,
      values: Object.fromEntries(signals.map((signal, i) => [signal.id, physical(signal, values[i])])),
    }));
  return rows.length > limit ? { items, next: items[limit - 1].vehicle } : { items };
}

type TotalsRow = [
  vehicles: string,
  online: string,
  received: string,
  observations: string,
  quarantined: string,
  bytes: string,
  last: string | null,
];

export async function readTotals(
  engine: Engine,
  scope: HistoryScope,
  { onlineSince }: { onlineSince: number },
): Promise<FleetTotals> {
  const [[vehicles, online, received, observations, quarantined, bytes, last]] = await engine.query<TotalsRow>(
    sql`SELECT uniqExact(vehicle), uniqExactIf(vehicle, last_received >= ${time(onlineSince)}), sum(received), sum(realtime) + sum(reissued),
    sum(quarantined), sum(bytes), toUnixTimestamp64Milli(maxOrNull(last_received)) FROM vehicle_totals WHERE ${inScope(scope)}`,
  );
  return {
    vehicles: Number(vehicles),
    online: Number(online),
    received: Number(received),
    observations: Number(observations),
    quarantined: Number(quarantined),
    bytes: Number(bytes),
    ...(last === null ? {} : { lastReceived: Number(last) }),
  };
}

/** Minutes with frames only. */
export async function readMinutes(
  engine: Engine,
  scope: HistoryScope,
  { vehicle, from, to }: { vehicle?: bigint; from: number; to: number },
): Promise<MinuteCount[]> {
  const rows = await engine.query<[number, string, string]>(
    sql`SELECT toUnixTimestamp(bucket), sum(received), sum(observations) FROM traffic
    WHERE bucket >= ${second(from)} AND bucket < ${second(to + 999)} AND ${vehicle === undefined ? inScope(scope) : isVehicle(scope, vehicle)}
    GROUP BY bucket HAVING sum(received) > 0 ORDER BY bucket`,
  );
  return rows.map(([minute, received, observations]) => ({
    minute: minute * 1000,
    received: Number(received),
    observations: Number(observations),
  }));
}

type RollupStored = [
  vehicle: string,
  bucket: number,
  frames: string,
  flags: number,
  ...values: (number | string | null)[],
];

export async function readRollups(
  engine: Engine,
  scope: HistoryScope,
  query: RollupQuery,
): Promise<Page<RollupRow, { vehicle: bigint; time: number }>> {
  const { period, vehicles, signals, from, to, after } = query;
  checkRolledUp(signals);
  const limit = pageSize(query.limit);
  const conditions = [
    inScope(scope),
    trusted("vehicle != 0"),
    ...(vehicles === undefined ? [] : [sql`vehicle IN ${u64s(vehicles)}`]),
    sql`bucket >= ${second(from)}`,
    sql`bucket < ${second(to + 999)}`,
    ...(after === undefined ? [] : [sql`(vehicle, bucket) > (${u64(after.vehicle)}, ${second(after.time)})`]),
  ];
  const selected = signals.map((id) => ({ id, signal: getScalar(id) }));
  const rows = await engine.query<RollupStored>(
    sql`SELECT vehicle, toUnixTimestamp(bucket), sum(frames), groupBitOr(alarm_flags)${trusted(selected.length > 0 ? ", " : "")}${join(selected.flatMap(({ id }) => rollupColumns(id)))}
    FROM ${name(period === "hour" ? "rollup_hourly" : "rollup_daily")} WHERE ${all(conditions)}
    GROUP BY vehicle, bucket ORDER BY vehicle, bucket LIMIT ${count(limit + 1)}`,
    query,
  );
  const items = rows.slice(0, limit).map(([vehicle, bucket, frames, flags, ...values]): RollupRow => ({
    vehicle: BigInt(vehicle),
    time: bucket * 1000,
    frames: Number(frames),
    alarmFlags: Number(flags),
    values: Object.fromEntries(selected.map((one, i) => [one.id, toBucketValue(one, values, i)])),
  }));
  const last = items[items.length - 1];
  return rows.length > limit ? { items, next: { vehicle: last.vehicle, time: last.time } } : { items };
}
