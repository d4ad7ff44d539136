/**
 * Tables that are sums over `frames`. rollup-worker.ts fills them for a few segments at a time, each exactly once.
 *
 * Each insert carries a *marker row* per segment, under vehicle 0 with the segment's id as `bucket`. The insert is one
 * part, so the markers are there if and only if the segments' rows are: that is how a repeated or interrupted insert
 * knows what to do. (An insert-deduplication token alone cannot tell: ClickHouse writes it before the part, so that a
 * crash between the two would make the repetition drop the rows.)
 *
 * A frame that was received twice counts twice here (`frames`, sums, means); extremes, first and last do not change.
 */
import { ROLLUP_SIGNALS, STATE_SIGNALS, columnOf } from "./rollup-signals.ts";
import type { Retention } from "./options.ts";

export const MS = "DateTime64(3, 'UTC')";

/** GB/T 32960.3 commands 0x02 realtime report and 0x03 re-issued report. */
export const REALTIME = 2;
export const REISSUED = 3;
/** Rows that are observations; the same text in the view, the readers and the rollups. */
export const IS_OBSERVATION = `disposition = 0 AND command IN (${REALTIME}, ${REISSUED})`;

interface RollupColumn {
  readonly name: string;
  readonly type: string;
  /** What to select from the rows of `frames`. */
  readonly from: string;
  /** What to select from rows of the same columns over shorter times. */
  readonly merge: string;
}

export interface Rollup {
  readonly table: string;
  /** What a row is about besides its vehicle: hour, day, minute; nothing for totals. */
  readonly bucket: string;
  readonly order: readonly ["vehicle", "bucket"] | readonly ["bucket", "vehicle"];
  readonly columns: readonly RollupColumn[];
  /** Which rows of `frames` count. */
  readonly where: string;
  /** Retention of the rows, by `bucket`. */
  readonly expires?: keyof Retention;
  /** The bucket of a row of `STAGED`, where this rollup can be made from those. */
  readonly fromStaged?: string;
  /** Few columns: see `IN_ORDER`. */
  readonly isNarrow?: true;
}

function simple(name: string, aggregate: string, type: string, from: string): RollupColumn {
  return { name, type: `SimpleAggregateFunction(${aggregate}, ${type})`, from, merge: `${aggregate}(${name})` };
}

function byTime(
  name: string,
  aggregate: "argMin" | "argMax",
  type: string,
  column: string,
  time: string,
): RollupColumn {
  return {
    name,
    type: `AggregateFunction(${aggregate}, ${type}, ${MS})`,
    from: `${aggregate}State(${column}, ${time})`,
    merge: `${aggregate}MergeState(${name})`,
  };
}

function overTime(table: string, bucket: string, fromStaged: string): Rollup {
  return {
    table,
    bucket,
    fromStaged,
    order: ["vehicle", "bucket"],
    where: IS_OBSERVATION,
    columns: [
      simple("frames", "sum", "UInt64", "count()"),
      simple("first_event", "min", MS, "min(event_time)"),
      simple("last_event", "max", MS, "max(event_time)"),
      simple("alarm_flags", "groupBitOr", "UInt32", "groupBitOr(ifNull(alarm_flags, 0))"),
      ...ROLLUP_SIGNALS.flatMap(({ id, type }): RollupColumn[] => {
        const column = columnOf(id);
        const nullable = `Nullable(${type})`;
        return [
          simple(`${column}_min`, "min", nullable, `min(${column})`),
          simple(`${column}_max`, "max", nullable, `max(${column})`),
          simple(`${column}_sum`, "sum", "Int64", `toInt64(ifNull(sum(${column}), 0))`),
          simple(`${column}_count`, "sum", "UInt64", `count(${column})`),
          byTime(`${column}_first`, "argMin", nullable, column, "event_time"),
          byTime(`${column}_last`, "argMax", nullable, column, "event_time"),
        ];
      }),
    ],
  };
}

/** Last known state and counts of a vehicle. Times of reports only count where the report is an observation. */
const TOTALS: Rollup = {
  table: "vehicle_totals",
  bucket: "toDateTime(0, 'UTC')",
  order: ["vehicle", "bucket"],
  where: "1",
  columns: [
    simple("received", "sum", "UInt64", "count()"),
    simple("realtime", "sum", "UInt64", `countIf(disposition = 0 AND command = ${REALTIME})`),
    simple("reissued", "sum", "UInt64", `countIf(disposition = 0 AND command = ${REISSUED})`),
    simple("quarantined", "sum", "UInt64", "countIf(disposition != 0)"),
    simple("bytes", "sum", "UInt64", "sum(raw_length)"),
    simple("first_event", "min", `Nullable(${MS})`, `min(if(${IS_OBSERVATION}, event_time, NULL))`),
    simple("last_event", "max", `Nullable(${MS})`, `max(if(${IS_OBSERVATION}, event_time, NULL))`),
    simple("last_received", "max", MS, "max(receive_time)"),
    byTime("assurance_last", "argMax", "UInt8", "assurance", "receive_time"),
    byTime("edition_last", "argMax", "UInt8", "edition", "receive_time"),
    ...STATE_SIGNALS.map(({ id, type }) =>
      byTime(
        `${columnOf(id)}_last`,
        "argMax",
        `Nullable(${type})`,
        `if(${IS_OBSERVATION}, ${columnOf(id)}, NULL)`,
        "event_time",
      ),
    ),
  ],
};

/** Frames per minute of receipt and vehicle. */
const TRAFFIC: Rollup = {
  table: "traffic",
  bucket: "toStartOfMinute(receive_time)",
  order: ["bucket", "vehicle"],
  where: "1",
  columns: [
    simple("received", "sum", "UInt64", "count()"),
    simple("observations", "sum", "UInt64", `countIf(${IS_OBSERVATION})`),
  ],
  expires: "trafficDays",
  isNarrow: true,
};

export const ROLLUPS: readonly Rollup[] = [
  TOTALS,
  TRAFFIC,
  overTime("rollup_hourly", "toStartOfHour(event_time)", "bucket"),
  overTime("rollup_daily", "toDateTime(toStartOfDay(event_time), 'UTC')", "toDateTime(toStartOfDay(bucket), 'UTC')"),
];

/**
 * Hours of the segments that are being added, in memory: hours and days are both made from them, so that the frames,
 * a thousand times as many, are read and aggregated once.
 */
export const STAGED = "rollup_staged";
export const [HOURLY] = ROLLUPS.filter(({ fromStaged }) => fromStaged === "bucket");

export function createStaged(): string {
  return `CREATE TABLE IF NOT EXISTS ${STAGED} (vehicle UInt64, bucket DateTime('UTC'), ${HOURLY.columns
    .map(({ name, type }) => `${name} ${type}`)
    .join(", ")}) ENGINE = Memory`;
}

/**
 * The rows of a part stand together by vehicle and time, so that the states of one vehicle are filled at a time instead of
 * those of all: a quarter less CPU time where a vehicle has many rows in a part, about the same where it has one. Bringing
 * the rows of several parts in one order costs 0.3 µs a row, which few columns do not save.
 */
const IN_ORDER = "optimize_aggregation_in_order = 1";

/** INSERT of the hours of some segments into `STAGED`, the segments' markers included. */
export function fillStaged(segments: readonly number[], rows: string, settings: string): string {
  const { bucket, columns, where } = HOURLY;
  return `INSERT INTO ${STAGED} SETTINGS ${settings}, ${IN_ORDER}
  SELECT vehicle, ${bucket} AS b, ${columns.map(({ from }) => from).join(", ")}
  FROM frames WHERE (${rows}) AND ${where} GROUP BY vehicle, b
  UNION ALL ${markers(columns, segments)}`;
}

/** INSERT from `STAGED`. The markers come from there too: of a table that a crash has emptied nothing is inserted. */
export function insertStaged({ table, columns, fromStaged }: Rollup, settings: string): string {
  return `INSERT INTO ${table} (vehicle, bucket, ${columns.map(({ name }) => name).join(", ")}) SETTINGS ${settings}
  SELECT vehicle, if(vehicle = 0, bucket, ${fromStaged}) AS b, ${columns.map(({ merge }) => merge).join(", ")}
  FROM ${STAGED} GROUP BY vehicle, b`;
}

export function createRollup(
  { table, order, columns, expires }: Rollup,
  settings: string,
  retention: Retention,
): string {
  const days = expires === undefined ? 0 : retention[expires];
  // Markers stay: without one its segment would be added again.
  const ttl = days > 0 ? ` TTL bucket + toIntervalDay(${days}) DELETE WHERE vehicle != 0` : "";
  return `CREATE TABLE IF NOT EXISTS ${table} (
    vehicle UInt64 CODEC(ZSTD(1)), bucket DateTime('UTC') CODEC(Delta, ZSTD(1)),
    ${columns.map(({ name, type }) => `${name} ${type} CODEC(ZSTD(1))`).join(",\n    ")}
  ) ENGINE = AggregatingMergeTree ORDER BY (${order.join(", ")})${ttl} SETTINGS ${settings}`;
}

/** INSERT of the rows of some segments, their markers included. `rows` is the condition on `frames` that names them. */
export function insertRollup(
  { table, bucket, columns, where, isNarrow }: Rollup,
  segments: readonly number[],
  rows: string,
  settings: string,
): string {
  return `INSERT INTO ${table} (vehicle, bucket, ${columns.map(({ name }) => name).join(", ")}) SETTINGS ${settings}${isNarrow ? "" : `, ${IN_ORDER}`}
  SELECT vehicle, ${bucket} AS b, ${columns.map(({ from }) => from).join(", ")}
  FROM frames WHERE (${rows}) AND ${where} GROUP BY vehicle, b
  UNION ALL ${markers(columns, segments)}`;
}

function markers(columns: readonly RollupColumn[], segments: readonly number[]): string {
  const defaults = columns.map(({ type }) => `defaultValueOfTypeName('${type.replaceAll("'", "\\'")}')`);
  return `SELECT 0, toDateTime(arrayJoin([${segments.join(", ")}]), 'UTC'), ${defaults.join(", ")}`;
}

/** Which of some segments a table contains. */
export function selectMarkers({ table }: Rollup, segments: readonly number[]): string {
  const buckets = segments.map((id) => `toDateTime(${id}, 'UTC')`);
  return `SELECT DISTINCT toUnixTimestamp(bucket) FROM ${table} WHERE vehicle = 0 AND bucket IN (${buckets.join(", ")})`;
}

/** Newest segments that a table does not contain: id, first and last sequence number. */
export function selectMissing({ table }: Rollup, newest: number): string {
  return `SELECT segment, first_seq, last_seq FROM segments FINAL
  WHERE segment > (SELECT max(segment) FROM segments) - ${newest} AND segment NOT IN (SELECT toUnixTimestamp(bucket) FROM ${table} WHERE vehicle = 0)
  ORDER BY segment`;
}
