/**
 * Rates of the monitoring by maker and period, from what vehicles really sent (counters of quality rules over stored frames) and
 * from the hazard work orders. Row policies decide which vehicles and orders are counted.
 */
import { sql, type RawBuilder } from "kysely";
import { BASE, denominatorWeights, RULES, type DayRange } from "../conformance/mod.ts";
import type { Tx } from "../records/mod.ts";
import { PASS_RATES, type PassRateCode, type VehicleClass } from "./benchmarks.ts";

export interface FleetRates {
  readonly organisation: string;
  readonly class: VehicleClass;
  /** Registered before the end of the period. */
  readonly registered: number;
  /** Of these, heard of before the end of the period. */
  readonly connected: number;
  /** Sent data in the period. */
  readonly online: number;
  readonly passed: { readonly [Code in PassRateCode]: number };
}

const CODES = Object.keys(PASS_RATES) as readonly PassRateCode[];
/** Rules with an indicative limit, by the rate that they count in. */
const LIMITED = CODES.flatMap((code) =>
  RULES.flatMap((rule) =>
    rule.limit !== undefined && (PASS_RATES[code].classes as readonly string[]).includes(rule.class)
      ? [{ code, rule, share: rule.limit.share, ...denominatorWeights(rule) }]
      : [],
  ),
);
/** Few sums serve as denominators of many rules: each is made once. */
const SUMS = [...new Set(LIMITED.map(({ weights }) => JSON.stringify(weights)))];

function sumOf(weights: string): RawBuilder<unknown> {
  const terms = Object.entries(JSON.parse(weights) as Readonly<Record<string, number>>).map(
    // SQL arrays begin at 1.
    ([at, weight]) => sql`${sql.lit(weight)} * coalesce(base[${sql.lit(Number(at) + 1)}], 0)`,
  );
  return terms.length === 0 ? sql`0::numeric` : sql`sum(${sql.join(terms, sql` + `)})`;
}

function limitRow({ code, rule, share, weights, own }: (typeof LIMITED)[number]): RawBuilder<unknown> {
  const place = SUMS.indexOf(JSON.stringify(weights)) + 1;
  return sql`(${sql.lit(rule.number)}::smallint, ${sql.lit(share)}::float8, ${sql.lit(place)}::int, ${sql.lit(own)}::int, ${sql.lit(code)}::text)`;
}

/** One row per maker and class of vehicles. */
export async function readFleetRates(
  tx: Tx,
  { from, to }: DayRange,
  organisation?: string,
): Promise<readonly FleetRates[]> {
  const passed = CODES.map(
    (code) =>
      sql`'${sql.raw(code)}', count(*) filter (where sent and not coalesce(failed.codes, '{}') @> array[${sql.lit(code)}])`,
  );
  const { rows } = await sql<{
    readonly organisation: string;
    readonly class: VehicleClass;
    readonly registered: number;
    readonly connected: number;
    readonly online: number;
    readonly passed: FleetRates["passed"];
  }>`with fleet as (
      select key, organisation, case
          when coalesce(details ->> 'class', '') in ('bus', 'car', 'special') then details ->> 'class'
          when details ->> 'category' = 'M1' then 'car'
          when details ->> 'category' in ('M2', 'M3') then 'bus'
          when details ->> 'category' like 'N_' then 'special'
          else 'unknown' end as class,
        coalesce(first_seen < (${to}::date + 1)::timestamp at time zone 'Asia/Shanghai', false) as connected
      from vehicles
      where registered and least(registered_at, first_seen) < (${to}::date + 1)::timestamp at time zone 'Asia/Shanghai'
        and (${organisation ?? null}::text is null or organisation = ${organisation ?? null})
    ),
    days as (select vehicle, base, rules, hits from quality_vehicle_days where day between ${from}::date and ${to}::date),
    totals as (
      select vehicle, sum(base[${sql.lit(BASE.frames + 1)}]) > 0 as sent, array[${sql.join(SUMS.map(sumOf))}]::numeric[] as sums
      from days group by vehicle
    ),
    limits (rule, share, place, own, code) as (values ${sql.join(LIMITED.map(limitRow))}),
    broken as (
      select vehicle, rule, sum(times) as times from days, unnest(rules, hits) as counted (rule, times)
      where rule in (select rule from limits) group by vehicle, rule
    ),
    failed as (
      select b.vehicle, array_agg(distinct l.code) as codes
      from broken b join limits l on l.rule = b.rule join totals t on t.vehicle = b.vehicle
      where t.sums[l.place] + l.own * b.times > 0 and b.times > l.share * (t.sums[l.place] + l.own * b.times)
      group by b.vehicle
    )
    select f.organisation, f.class, count(*)::int as registered, count(*) filter (where f.connected)::int as connected,
      count(*) filter (where sent)::int as online,
      json_build_object(${sql.join(passed)}) as passed
    from fleet f left join totals on totals.vehicle = f.key left join failed on failed.vehicle = f.key
    group by f.organisation, f.class order by f.organisation, f.class`.execute(tx);
  return rows;
}

export interface UnheardVehicle {
  readonly key: bigint;
  readonly organisation: string;
  readonly model: string | null;
  readonly registered_at: Date;
}

/** Registered vehicles that have never sent anything, in the order of keys. */
export async function readUnheard(
  tx: Tx,
  { organisation, after, limit }: { readonly organisation?: string; readonly after?: bigint; readonly limit: number },
): Promise<readonly UnheardVehicle[]> {
  let select = tx
    .selectFrom("vehicles")
    .select(["key", "organisation", "model", "registered_at"])
    .where("registered", "=", true)
    .where("first_seen", "is", null)
    .orderBy("key")
    .limit(limit)
    .$narrowType<{ organisation: string; registered_at: Date }>();
  if (organisation !== undefined) select = select.where("organisation", "=", organisation);
  if (after !== undefined) select = select.where("key", ">", after);
  return select.execute();
}

export interface ClosureRates {
  readonly organisation: string;
  readonly level: number;
  /** Orders whose repair was due in the period. */
  readonly due: number;
  readonly closed: number;
  readonly inTime: number;
  /** From the notice to the repair, of those closed, ms. */
  readonly meanMs: number | null;
}

/** Closure of hazard work orders by maker and level: what was due in the period, and what became of it up to `now` (R-3.32). */
export async function readClosureRates(
  tx: Tx,
  { from, to }: DayRange,
  now: number,
  organisation?: string,
): Promise<readonly ClosureRates[]> {
  const { rows } = await sql<ClosureRates>`
    select c.organisations[1] as organisation, coalesce(c.level, 0)::int as level, count(*)::int as due,
      count(*) filter (where o.ended_how = 'met')::int as closed,
      count(*) filter (where o.ended_how = 'met' and o.ended_at <= o.due_at)::int as "inTime",
      avg(extract(epoch from o.ended_at - o.start_at) * 1000) filter (where o.ended_how = 'met')::float8 as "meanMs"
    from cases c join case_obligations o on o.case_id = c.id
    where c.kind = 'hazard-order' and o.code = 'repair' and coalesce(o.ended_how, '') <> 'cancelled'
      and o.due_at >= (${from}::date)::timestamp at time zone 'Asia/Shanghai'
      and o.due_at < least((${to}::date + 1)::timestamp at time zone 'Asia/Shanghai', ${new Date(now)}::timestamptz)
      and c.organisations[1] is not null
      and (${organisation ?? null}::text is null or c.organisations[1] = ${organisation ?? null})
    group by 1, 2 order by 1, 2`.execute(tx);
  return rows;
}

/** Names of the makers that the rates are about. */
export async function readNames(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly en: string; readonly zh: string }>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom("organisations")
    .select(["id", "name_en", "name_zh"])
    .where("id", "in", [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, { en: row.name_en, zh: row.name_zh }]));
}
