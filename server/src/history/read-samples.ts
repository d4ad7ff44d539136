/** Decoded values of one vehicle, and its downsampled series. */
import type { HistoryScope } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Engine } from "./engine.ts";
import { CELLS, mergeParts, MOST_PARTS, PACK_SIGNALS, type PartSample } from "./merge-parts.ts";
import {
  behind,
  inRange,
  isVehicle,
  pageSize,
  physical,
  reasonsOf,
  selectSignals,
  toPage,
  toValue,
  type SelectedSignal,
} from "./read-sql.ts";
import { columnOf, ROLLUP_SIGNALS } from "./rollup-signals.ts";
import { IS_OBSERVATION } from "./rollups.ts";
import type { BucketValue, Page, Sample, SamplesQuery, Series, SeriesQuery } from "./types.ts";
import { all, count, int, join, name, second, sql, time, trusted, type Sql } from "./sql.ts";

type SampleRow = [
  seq: string,
  time: string,
  received: string,
  command: number,
  invalid: number[],
  ...values: (number | null | (number | null)[])[],
];

/**
 * A second reception of a frame is hidden: of rows with equal event time and frame hash the first received remains.
 * That must hold across pages too, so rows that repeat one of the page before are left out by their hash.
 */
export async function readSamples(engine: Engine, scope: HistoryScope, query: SamplesQuery): Promise<Page<Sample>> {
  const { vehicle, from, to, after, newestFirst = false } = query;
  const selected = selectSignals(scope, query.signals);
  const limit = pageSize(
    query.limit,
    selected.some(({ signal }) => signal.kind === "list"),
  );
  const mine = [isVehicle(scope, vehicle), trusted(IS_OBSERVATION)];
  // Long cell lists come in parts: whoever reads the lists of packs reads them whole.
  const joins = query.signals.some((id) => id === CELLS || (PACK_SIGNALS as readonly string[]).includes(id));
  const packs = joins ? selectSignals(scope, [...PACK_SIGNALS, CELLS]) : [];
  const wanted = limit + (joins ? MOST_PARTS : 0) + 1;
  const notShown =
    after === undefined
      ? []
      : [
          sql`NOT (event_time = ${time(after.time)} AND frame_hash IN (SELECT frame_hash FROM frames
          WHERE ${all(mine)} AND event_time = ${time(after.time)} AND seq <= ${int(after.seq)}))`,
        ];
  const rows = await engine.query<SampleRow>(
    sql`SELECT seq, toUnixTimestamp64Milli(event_time), toUnixTimestamp64Milli(receive_time), command, invalid${list([...selected, ...packs].map(({ select }) => select))}
    FROM frames WHERE ${all([...mine, inRange(from, to), ...behind(after, newestFirst), ...notShown])}
    ORDER BY event_time ${trusted(newestFirst ? "DESC" : "ASC")}, seq LIMIT 1 BY event_time, frame_hash LIMIT ${count(wanted)}`,
    query,
  );
  const items = rows.map(([seq, at, received, command, invalid, ...values]): PartSample => {
    const reasons = reasonsOf(invalid, selected);
    return {
      time: Number(at),
      receivedAt: Number(received),
      seq: Number(seq),
      command,
      values: Object.fromEntries(selected.map(({ id, signal }, i) => [id, toValue(signal, values[i])])),
      ...(reasons === undefined ? {} : { reasons }),
      packs: Object.fromEntries(
        packs.map(({ id, signal }, i) => [id, toValue(signal, values[selected.length + i]) as (number | null)[]]),
      ),
    };
  });
  if (!joins)
    return toPage(
      items.map(({ packs: _packs, ...sample }) => sample),
      limit,
    );
  // The last instant may go on behind what was read; it is the next page's, unless it is all there is.
  const last = items.length === wanted ? items[items.length - 1].time : undefined;
  const whole = items.filter(({ time: at }) => at !== last);
  return toPage(mergeParts(whole.length === 0 ? items : whole), limit, whole.length > 0 && whole.length < items.length);
}

function list(columns: readonly Sql[]): Sql {
  return columns.length === 0 ? trusted("") : sql`, ${join(columns)}`;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIN_POINTS = 2;
const MAX_POINTS = 5000;
const ROLLED_UP = new Set(ROLLUP_SIGNALS.map(({ id }) => id));

type Stored = number | string | null;
type BucketRow = [bucket: string, frames: string, ...values: Stored[]];
const VALUES_PER_SIGNAL = 6;

/** Buckets of at least (to - from) / points. Rollups serve where a bucket spans several of their periods. */
export async function readSeries(engine: Engine, scope: HistoryScope, query: SeriesQuery): Promise<Series> {
  const { from, to } = query;
  const points = Math.max(MIN_POINTS, Math.min(Math.trunc(query.points), MAX_POINTS));
  const selected = selectSignals(scope, query.signals);
  const width = Math.max(1, Math.ceil((to - from) / points));
  const canRollUp = selected.every(({ id, isWithheld }) => ROLLED_UP.has(id) && !isWithheld);
  if (canRollUp && width >= 2 * HOUR_MS) {
    const [source, period, table] =
      width >= 2 * DAY_MS
        ? (["daily", DAY_MS, "rollup_daily"] as const)
        : (["hourly", HOUR_MS, "rollup_hourly"] as const);
    const bucketMs = Math.ceil(width / period) * period;
    const origin = Math.floor(from / period) * period;
    const rows = await engine.query<BucketRow>(
      sql`SELECT intDiv(toInt64(toUnixTimestamp(bucket)) * 1000 - ${int(origin)}, ${int(bucketMs)}) AS number, sum(frames)${list(selected.flatMap(fromRollup))}
      FROM ${name(table)} WHERE ${isVehicle(scope, query.vehicle)} AND bucket >= ${second(origin)} AND bucket < ${second(to + 999)}
      GROUP BY number ORDER BY number`,
      query,
    );
    return { bucketMs, source, buckets: toBuckets(rows, selected, origin, bucketMs) };
  }
  const rows = await engine.query<BucketRow>(
    sql`SELECT intDiv(toUnixTimestamp64Milli(event_time) - ${int(from)}, ${int(width)}) AS number, count()${list(selected.flatMap(fromFrames))}
    FROM frames WHERE ${isVehicle(scope, query.vehicle)} AND ${trusted(IS_OBSERVATION)} AND ${inRange(from, to)}
    GROUP BY number ORDER BY number`,
    query,
  );
  return { bucketMs: width, source: "frames", buckets: toBuckets(rows, selected, from, width) };
}

/** min, max, first, last, sum, count. */
function fromFrames({ signal, select, isWithheld }: SelectedSignal): Sql[] {
  if (isWithheld) return ["NULL", "NULL", "NULL", "NULL", "0", "0"].map(trusted);
  if (signal.kind === "list") {
    return [
      sql`min(arrayMin(${select}))`,
      sql`max(arrayMax(${select}))`,
      trusted("NULL"),
      trusted("NULL"),
      trusted("0"),
      sql`sum(arrayCount(x -> isNotNull(x), ${select}))`,
    ];
  }
  return [
    sql`min(${select})`,
    sql`max(${select})`,
    sql`argMin(${select}, (event_time, seq))`,
    sql`argMax(${select}, (event_time, seq))`,
    sql`ifNull(sum(${select}), 0)`,
    sql`count(${select})`,
  ];
}

function fromRollup({ id }: SelectedSignal): Sql[] {
  return rollupColumns(id);
}

export function rollupColumns(id: string): Sql[] {
  const column = (suffix: string) => name(`${columnOf(id)}_${suffix}`);
  return [
    sql`min(${column("min")})`,
    sql`max(${column("max")})`,
    sql`argMinMerge(${column("first")})`,
    sql`argMaxMerge(${column("last")})`,
    sql`sum(${column("sum")})`,
    sql`sum(${column("count")})`,
  ];
}

/** @throws SG_HISTORY_SIGNAL for a signal without rollup */
export function checkRolledUp(ids: readonly string[]): void {
  const unknown = ids.find((id) => !ROLLED_UP.has(id));
  if (unknown !== undefined) throw new SandglassError(ERRORS.HISTORY_SIGNAL, { signal: unknown });
}

/** `at`-th group of values of a row. */
export function toBucketValue(
  { signal }: Pick<SelectedSignal, "signal">,
  values: readonly Stored[],
  at: number,
): BucketValue {
  const [min, max, first, last, sum, valid] = values.slice(at * VALUES_PER_SIGNAL, (at + 1) * VALUES_PER_SIGNAL);
  const number = (value: Stored) => physical(signal, value === null ? null : Number(value));
  const samples = Number(valid);
  return {
    min: number(min),
    max: number(max),
    first: number(first),
    last: number(last),
    count: samples,
    mean: samples > 0 && signal.kind !== "list" ? Number(sum) / samples / signal.perUnit : null,
  };
}

function toBuckets(
  rows: readonly BucketRow[],
  selected: readonly SelectedSignal[],
  origin: number,
  width: number,
): Series["buckets"] {
  return rows.map(([number, frames, ...values]) => ({
    time: origin + Number(number) * width,
    frames: Number(frames),
    values: Object.fromEntries(selected.map((one, i) => [one.id, toBucketValue(one, values, i)])),
  }));
}
