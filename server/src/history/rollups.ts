/**
 * Tables that are sums over `frames`: made per segment by one INSERT each, exactly once.
 *
 * Each insert carries a *marker row* under vehicle 0 that names the segment. The insert is one part, so the marker is
 * there if and only if the segment's rows are: that is how a repeated or interrupted insert knows what to do.
 * (An insert-deduplication token alone cannot tell: ClickHouse writes it before the part, so that a crash between the
 * two would make the repetition drop the rows.)
 *
 * A frame that was received twice counts twice here (`frames`, sums, averages); extremes, first and last are not
 * touched by it.
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
  readonly codec?: string;
}

export interface Rollup {
  readonly table: string;
  /** Sorting key; grouped by it. */
  readonly key: readonly RollupColumn[];
  readonly columns: readonly RollupColumn[];
  /** Which rows of `frames` count. */
  readonly where: string;
  /** Key values of the marker row; `{segment}` and `{rows}` (a condition on frames) are replaced. */
  readonly marker: readonly string[];
  readonly expires?: { readonly column: string; readonly after: keyof Retention };
}

const VEHICLE: RollupColumn = { name: "vehicle", type: "UInt64", from: "vehicle" };
/** 0 in real rows. */
const SEGMENT: RollupColumn = { name: "segment", type: "UInt64", from: "toUInt64(0)" };

function simple(name: string, aggregate: string, type: string, from: string): RollupColumn {
  return { name, type: `SimpleAggregateFunction(${aggregate}, ${type})`, from };
}

function byTime(name: string, aggregate: "argMin" | "argMax", type: string, column: string, time: string): RollupColumn {
  return { name, type: `AggregateFunction(${aggregate}, ${type}, ${MS})`, from: `${aggregate}State(${column}, ${time})` };
}

function overTime(table: string, bucket: string): Rollup {
  return {
    table,
    key: [VEHICLE, { name: "bucket", type: "DateTime('UTC')", from: bucket }],
    where: IS_OBSERVATION,
    marker: ["0", "toDateTime({segment}, 'UTC')"],
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
  key: [VEHICLE, SEGMENT],
  where: "1",
  marker: ["0", "{segment}"],
  columns: [
    simple("received", "sum", "UInt64", "count()"),
    simple("realtime", "sum", "UInt64", `countIf(disposition = 0 AND command = ${REALTIME})`),
    simple("reissued", "sum", "UInt64", `countIf(disposition = 0 AND command = ${REISSUED})`),
    simple("quarantined", "sum", "UInt64", "countIf(disposition != 0)"),
    simple("bytes", "sum", "UInt64", "sum(length(raw))"),
    simple("first_event", "min", `Nullable(${MS})`, `min(if(${IS_OBSERVATION}, event_time, NULL))`),
    simple("last_event", "max", `Nullable(${MS})`, `max(if(${IS_OBSERVATION}, event_time, NULL))`),
    simple("last_received", "max", MS, "max(receive_time)"),
    byTime("assurance_last", "argMax", "UInt8", "assurance", "receive_time"),
    byTime("edition_last", "argMax", "UInt8", "edition", "receive_time"),
    ...STATE_SIGNALS.map(({ id, type }) =>
      byTime(`${columnOf(id)}_last`, "argMax", `Nullable(${type})`, `if(${IS_OBSERVATION}, ${columnOf(id)}, NULL)`, "event_time"),
    ),
  ],
};

/** Frames per minute of receipt and vehicle. */
const TRAFFIC: Rollup = {
  table: "traffic",
  key: [{ name: "minute", type: "DateTime('UTC')", from: "toStartOfMinute(receive_time)", codec: "Delta, ZSTD(1)" }, VEHICLE, SEGMENT],
  where: "1",
  // The marker stands at the segment's last minute: it is found by the key and expires with its rows.
  marker: ["(SELECT toStartOfMinute(max(receive_time)) FROM frames WHERE {rows})", "0", "{segment}"],
  columns: [
    simple("received", "sum", "UInt64", "count()"),
    simple("observations", "sum", "UInt64", `countIf(${IS_OBSERVATION})`),
  ],
  expires: { column: "minute", after: "trafficDays" },
};

export const ROLLUPS: readonly Rollup[] = [
  overTime("rollup_hourly", "toStartOfHour(event_time)"),
  overTime("rollup_daily", "toDateTime(toStartOfDay(event_time), 'UTC')"),
  TOTALS,
  TRAFFIC,
];

export function createRollup({ table, key, columns, expires }: Rollup, settings: string, retention: Retention): string {
  const list = [...key, ...columns].map(({ name, type, codec }) => `${name} ${type}${codec === undefined ? "" : ` CODEC(${codec})`}`);
  const days = expires === undefined ? 0 : retention[expires.after];
  const ttl = days > 0 && expires !== undefined ? ` TTL ${expires.column} + toIntervalDay(${days})` : "";
  return `CREATE TABLE IF NOT EXISTS ${table} (\n    ${list.join(",\n    ")}\n  ) ENGINE = AggregatingMergeTree
  ORDER BY (${key.map(({ name }) => name).join(", ")})${ttl} SETTINGS ${settings}`;
}

function markerValues({ marker }: Rollup, segment: number, rows: string): string[] {
  return marker.map((value) => value.replace("{segment}", String(segment)).replace("{rows}", rows));
}

/** INSERT of a segment's share, marker row included. `rows` is the condition on `frames` that names the segment's rows. */
export function insertRollup(rollup: Rollup, segment: number, rows: string, settings: string): string {
  const { table, key, columns, where } = rollup;
  const all = [...key, ...columns];
  const markers = markerValues(rollup, segment, rows);
  const defaults = columns.map(({ type }) => `defaultValueOfTypeName('${type.replaceAll("'", "\\'")}')`);
  return `INSERT INTO ${table} (${all.map(({ name }) => name).join(", ")}) SETTINGS ${settings}
  SELECT ${all.map(({ name, from }) => (name === from ? name : `${from} AS r_${name}`)).join(", ")}
  FROM frames WHERE ${rows} AND ${where} GROUP BY ${key.map(({ name, from }) => (name === from ? name : `r_${name}`)).join(", ")}
  UNION ALL SELECT ${[...markers.map((value, i) => `CAST(${value}, '${key[i].type.replaceAll("'", "\\'")}')`), ...defaults].join(", ")}`;
}

/** Condition that finds the marker of a segment. */
export function hasMarker(rollup: Rollup, segment: number, rows: string): string {
  const values = markerValues(rollup, segment, rows);
  return rollup.key.map(({ name }, i) => `${name} = ${values[i]}`).join(" AND ");
}

/** Leaves the marker rows out of a read over many vehicles. */
export const NO_MARKERS = "vehicle != 0";
