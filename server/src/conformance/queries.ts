/** Reading quality figures as an actor: row policies decide which exist for him. */
import { sql } from "kysely";
import { maskVin, vehicleIdOf } from "../access/mod.ts";
import type { Tx } from "../records/mod.ts";
import { RULES } from "./catalogue.ts";
import { BASE, BASE_SIZE, PRECISE } from "./counters.ts";
import type { BurstCounts, DayCounts, Totals } from "./report.ts";

/** Days as `2026-11-22`, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

interface StoredDay {
  readonly day: string;
  readonly base: bigint[];
  readonly rules: number[];
  readonly hits: bigint[];
}

function dayCounts(row: StoredDay): DayCounts {
  return {
    day: row.day,
    base: row.base.map(Number),
    hits: new Map(row.rules.map((rule, i) => [rule, Number(row.hits[i])])),
  };
}

/** A vehicle that the actor may see in the register, or whose figures he may see. */
export async function isVehicleKnown(tx: Tx, vehicle: bigint): Promise<boolean> {
  const { rows } = await sql`select 1 from vehicles where key = ${vehicle}
    union all select 1 from quality_vehicle_days where vehicle = ${vehicle} limit 1`.execute(tx);
  return rows.length > 0;
}

export async function findVehicleDays(tx: Tx, vehicle: bigint, { from, to }: DayRange): Promise<DayCounts[]> {
  const { rows } = await sql<StoredDay>`select day::text, base, rules, hits from quality_vehicle_days
    where vehicle = ${vehicle} and day between ${from}::date and ${to}::date order by day`.execute(tx);
  return rows.map(dayCounts);
}

export async function findPlatformDays(tx: Tx, username: string, { from, to }: DayRange): Promise<DayCounts[]> {
  const { rows } = await sql<StoredDay>`select day::text, base, rules, hits from quality_platform_days
    where username = ${username} and day between ${from}::date and ${to}::date order by day`.execute(tx);
  return rows.map(dayCounts);
}

const MAX_BURSTS = 200;

interface StoredBurst {
  vehicle: bigint;
  onset: Date;
  level: number;
  edition: number;
  before_seconds: number;
  after_seconds: number;
  cleared_at: Date | null;
}

const burstCounts = (row: StoredBurst): BurstCounts => ({
  vehicle: row.vehicle,
  onset: row.onset.getTime(),
  level: row.level,
  edition: row.edition,
  before: row.before_seconds,
  after: row.after_seconds,
  clearedAt: row.cleared_at?.getTime(),
});

/** Alarms with their onset in [from, to), ms; the newest 200, newest first. */
export async function findBursts(tx: Tx, vehicle: bigint, from: number, to: number): Promise<BurstCounts[]> {
  const { rows } =
    await sql<StoredBurst>`select vehicle, onset, level, edition, before_seconds, after_seconds, cleared_at
    from quality_bursts where vehicle = ${vehicle} and onset >= ${new Date(from)} and onset < ${new Date(to)}
    order by onset desc limit ${MAX_BURSTS}`.execute(tx);
  return rows.map(burstCounts);
}

/**
 * The same of what came through a platform, as far as the actor may see the vehicles.
 * @param organisation whose vehicles count where an alarm was kept before its platform was
 */
export async function findBurstsOf(
  tx: Tx,
  { username, organisation }: { readonly username: string; readonly organisation?: string },
  from: number,
  to: number,
): Promise<BurstCounts[]> {
  const { rows } =
    await sql<StoredBurst>`select vehicle, onset, level, edition, before_seconds, after_seconds, cleared_at
    from quality_bursts where (username = ${username}
        or (username is null and vehicle in (select key from vehicles where organisation = ${organisation ?? null})))
      and onset >= ${new Date(from)} and onset < ${new Date(to)}
    order by onset desc limit ${MAX_BURSTS}`.execute(tx);
  return rows.map(burstCounts);
}

/** Platform of that id; undefined when there is none or the actor may not see it. */
export async function findPlatform(
  tx: Tx,
  id: string,
): Promise<{ name: string; username: string; organisation: string } | undefined> {
  const { rows } = await sql<{
    name: string;
    username: string;
    organisation: string;
  }>`select name, username, organisation from platforms where id = ${id}`.execute(tx);
  return rows[0];
}

const PRECISION_BITS: ReadonlyMap<number, number> = new Map(
  RULES.flatMap((rule) => {
    const bit =
      rule.class === "precision" ? PRECISE[rule.id.slice("precision.".length) as keyof typeof PRECISE] : undefined;
    return bit === undefined ? [] : [[rule.number, bit] as const];
  }),
);
const PRECISION_SAMPLES = 100;
/** SQL arrays begin at 1. */
const MOVING_AT = BASE.moving + 1;
const PRECISE_AT = BASE.precise + 1;

/** (vehicle, rule, hits) of the days of a range; precision is counted per day from the bits that were seen. */
function brokenOf({ from, to }: DayRange, rules: readonly number[]) {
  const coarse = rules.filter((rule) => PRECISION_BITS.has(rule));
  const bits = coarse.map((rule) => PRECISION_BITS.get(rule) ?? 0);
  return sql`(
    select vehicle, rule, sum(times)::bigint as hits from quality_vehicle_days, unnest(rules, hits) as broken (rule, times)
    where day between ${from}::date and ${to}::date and rule = any(${[...rules]}::smallint[]) group by vehicle, rule
    union all
    select vehicle, rule, count(*)::bigint from quality_vehicle_days, unnest(${coarse}::smallint[], ${bits}::int[]) as coarse (rule, bit)
    where day between ${from}::date and ${to}::date and quality_vehicle_days.base[${sql.lit(MOVING_AT)}] >= ${sql.lit(PRECISION_SAMPLES)}
      and quality_vehicle_days.base[${sql.lit(PRECISE_AT)}]::int & bit = 0 group by vehicle, rule
  )`;
}

export interface RuleTotals {
  readonly totals: Totals;
  /** Vehicles that broke a rule, by its number. */
  readonly vehicles: ReadonlyMap<number, number>;
}

/** Sums over everything that the actor may see. */
export async function sumRules(tx: Tx, range: DayRange): Promise<RuleTotals> {
  const { from, to } = range;
  const all = RULES.map(({ number }) => number);
  const broken = await sql<{
    rule: number;
    hits: string;
    vehicles: bigint;
  }>`select rule, sum(hits) as hits, count(*) as vehicles
    from ${brokenOf(range, all)} as broken group by rule`.execute(tx);
  const sums = await sql<{ at: bigint; total: string }>`select at, sum(value) as total
    from quality_vehicle_days, unnest(base) with ordinality as counted (value, at)
    where day between ${from}::date and ${to}::date group by at`.execute(tx);
  const days = await sql<{ days: bigint; precise: bigint }>`select count(distinct day) as days,
    count(*) filter (where base[${sql.lit(MOVING_AT)}] >= ${sql.lit(PRECISION_SAMPLES)}) as precise
    from quality_vehicle_days where day between ${from}::date and ${to}::date`.execute(tx);
  const base = Array<number>(BASE_SIZE).fill(0);
  for (const { at, total } of sums.rows) if (Number(at) <= BASE_SIZE) base[Number(at) - 1] = Number(total);
  base[BASE.precise] = 0;
  return {
    totals: {
      days: Number(days.rows[0].days),
      base,
      hits: new Map(broken.rows.map(({ rule, hits }) => [rule, Number(hits)])),
      preciseDays: Number(days.rows[0].precise),
    },
    vehicles: new Map(broken.rows.map(({ rule, vehicles }) => [rule, Number(vehicles)])),
  };
}

export interface WorstVehicle {
  readonly key: bigint;
  readonly id: string;
  readonly vin: string | undefined;
  readonly maker: string | undefined;
  readonly model: string | undefined;
  readonly hits: number;
  readonly days: readonly DayCounts[];
}

/** Vehicles that broke one of some rules most often. */
export async function findWorstVehicles(
  tx: Tx,
  range: DayRange,
  rules: readonly number[],
  page: { readonly limit: number; readonly after?: { readonly hits: bigint; readonly vehicle: bigint } },
): Promise<WorstVehicle[]> {
  const { after, limit } = page;
  const behind =
    after === undefined
      ? sql``
      : sql`having sum(hits) < ${after.hits} or (sum(hits) = ${after.hits} and vehicle > ${after.vehicle})`;
  const { rows } = await sql<{
    vehicle: bigint;
    hits: string;
    vin: string | null;
    maker: string | null;
    model: string | null;
  }>`select worst.vehicle, worst.hits, vehicles.vin, vehicles.maker, vehicles.model from (
      select vehicle, sum(hits) as hits from ${brokenOf(range, rules)} as broken group by vehicle ${behind}
      order by sum(hits) desc, vehicle limit ${limit}
    ) as worst left join vehicles on vehicles.key = worst.vehicle order by worst.hits desc, worst.vehicle`.execute(tx);
  const keys = rows.map(({ vehicle }) => String(vehicle));
  const days = await sql<
    StoredDay & { vehicle: bigint }
  >`select vehicle, day::text, base, rules, hits from quality_vehicle_days
    where vehicle = any(${keys}::text[]::bigint[]) and day between ${range.from}::date and ${range.to}::date`.execute(
    tx,
  );
  const byVehicle = Map.groupBy(days.rows, ({ vehicle }) => vehicle);
  return rows.map((row) => ({
    key: row.vehicle,
    id: vehicleIdOf(row.vehicle),
    vin: row.vin === null ? undefined : maskVin(row.vin),
    maker: row.maker ?? undefined,
    model: row.model ?? undefined,
    hits: Number(row.hits),
    days: (byVehicle.get(row.vehicle) ?? []).map(dayCounts),
  }));
}

export interface PlatformQuality {
  /** Undefined: everything that terminals send directly, or a platform that the register does not know any more. */
  readonly id: string | undefined;
  readonly name: string;
  readonly days: readonly DayCounts[];
}

export async function findPlatformQuality(tx: Tx, { from, to }: DayRange): Promise<PlatformQuality[]> {
  const { rows } = await sql<
    StoredDay & { username: string; id: string | null; name: string | null }
  >`select counted.username, counted.day::text, counted.base, counted.rules, counted.hits, platforms.id, platforms.name
    from quality_platform_days as counted left join platforms on platforms.username = counted.username
    where counted.day between ${from}::date and ${to}::date order by counted.username, counted.day`.execute(tx);
  return [...Map.groupBy(rows, ({ username }) => username)].map(([username, days]) => ({
    id: days[0].id ?? undefined,
    name: days[0].name ?? username,
    days: days.map(dayCounts),
  }));
}
