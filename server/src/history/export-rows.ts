/**
 * Rows of many vehicles as a file of columns, for jobs that step millions of them (backtests, rebuilds): they pass
 * neither through JSON nor through the event loop. exported-rows.ts reads the file, in whatever thread.
 *
 * The file holds what is stored, narrow and unconverted: the store has the least to do per row, and the reader converts
 * only what it looks at.
 */
import type { HistoryScope } from "../access/mod.ts";
import type { Engine, QueryOptions } from "./engine.ts";
import { WITHHELD_TYPE } from "./exported-rows.ts";
import { inRange, inScope, physical, selectSignals, type SelectedSignal } from "./read-sql.ts";
import { IS_OBSERVATION, REISSUED } from "./rollups.ts";
import { all, int, join, sql, str, time, trusted, u64s, type Sql } from "./sql.ts";

export interface ExportQuery {
  readonly vehicles: readonly bigint[];
  /** Scalar and bit signals, in the order of the columns. */
  readonly signals: readonly string[];
  /** Event time, [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Rows that were received later are left out: a result can be made again. */
  readonly throughSeq: number;
  /** The file to write; it must not exist. */
  readonly path: string;
}

/** A column of the file: ticks, NULL where there is no value. What the scope does not show is told by its type. */
function tickColumn({ signal, select, isWithheld }: SelectedSignal, index: number): Sql {
  if (isWithheld || signal.kind === "list") return trusted(`CAST(NULL, '${WITHHELD_TYPE}') AS v${index}`);
  return sql`${signal.kind === "bit" ? sql`toUInt8(${select})` : select} AS ${trusted(`v${index}`)}`;
}

/** Writes the observations of some vehicles, by vehicle, time and sequence number. */
export async function exportRows(
  engine: Engine,
  scope: HistoryScope,
  query: ExportQuery,
  options: QueryOptions = {},
): Promise<void> {
  const columns = selectSignals(scope, query.signals).map(tickColumn);
  const conditions = [
    inScope(scope),
    sql`vehicle IN ${u64s(query.vehicles)}`,
    trusted(IS_OBSERVATION),
    inRange(query.from, query.to),
    sql`seq <= ${int(query.throughSeq)}`,
  ];
  const fixed = [
    trusted("vehicle"),
    trusted("toFloat64(toUnixTimestamp64Milli(event_time)) AS time"),
    trusted("toFloat64(toUnixTimestamp64Milli(receive_time)) AS received"),
    trusted("toFloat64(seq) AS number"),
    trusted(`toUInt8(command = ${REISSUED}) AS reissued`),
    trusted("frame_hash"),
    trusted("invalid"),
  ];
  await engine.query(
    sql`INSERT INTO FUNCTION file(${str(query.path)}, Native)
    SELECT ${join([...fixed, ...columns])} FROM frames WHERE ${all(conditions)}
    ORDER BY vehicle, event_time, seq`,
    { lane: "background", timeLimitMs: 600_000, ...options },
  );
}

export interface CountedRows {
  readonly vehicle: bigint;
  readonly rows: number;
  /** Event times of the first and the last one, UTC ms. */
  readonly first: number;
  readonly last: number;
  /** When the last one was received, UTC ms. */
  readonly lastReceived: number;
}

/** Observations per vehicle, by vehicle. */
export async function countRows(
  engine: Engine,
  scope: HistoryScope,
  query: Omit<ExportQuery, "vehicles" | "signals" | "path"> & { readonly vehicles?: readonly bigint[] },
  options: QueryOptions = {},
): Promise<CountedRows[]> {
  const conditions = [
    inScope(scope),
    trusted(IS_OBSERVATION),
    inRange(query.from, query.to),
    sql`seq <= ${int(query.throughSeq)}`,
    ...(query.vehicles === undefined ? [] : [sql`vehicle IN ${u64s(query.vehicles)}`]),
  ];
  const rows = await engine.query<[string, string, string, string, string]>(
    sql`SELECT vehicle, count(), toUnixTimestamp64Milli(min(event_time)), toUnixTimestamp64Milli(max(event_time)),
    toUnixTimestamp64Milli(argMax(receive_time, (event_time, seq))) FROM frames WHERE ${all(conditions)} GROUP BY vehicle ORDER BY vehicle`,
    { lane: "background", ...options },
  );
  return rows.map(([vehicle, count, first, last, received]) => ({
    vehicle: BigInt(vehicle),
    rows: Number(count),
    first: Number(first),
    last: Number(last),
    lastReceived: Number(received),
  }));
}

export interface LastReport {
  readonly vehicle: bigint;
  /** Event time of its last observation, UTC ms. */
  readonly time: number;
  /** Last number of each signal that ever had one. */
  readonly values: Readonly<Record<string, number>>;
}

export interface LastReportsQuery extends Pick<ExportQuery, "signals" | "throughSeq"> {
  /** Event time, UTC ms. */
  readonly before: number;
  /** Undefined: every vehicle of the scope. */
  readonly vehicles?: readonly bigint[];
}

/** The last that every vehicle said before an instant. Reads all observations before it: for what waits on silences. */
export async function lastReports(
  engine: Engine,
  scope: HistoryScope,
  query: LastReportsQuery,
  options: QueryOptions = {},
): Promise<LastReport[]> {
  const signals = selectSignals(scope, query.signals).filter(
    ({ signal, isWithheld }) => !isWithheld && signal.kind !== "list",
  );
  const conditions = [
    inScope(scope),
    trusted(IS_OBSERVATION),
    sql`event_time < ${time(query.before)}`,
    sql`seq <= ${int(query.throughSeq)}`,
    ...(query.vehicles === undefined ? [] : [sql`vehicle IN ${u64s(query.vehicles)}`]),
  ];
  // `argMax` passes over rows whose value is NULL.
  const rows = await engine.query<[string, string, ...(number | null)[]]>(
    sql`SELECT ${join([
      trusted("vehicle, toUnixTimestamp64Milli(max(event_time))"),
      ...signals.map(({ select }) => sql`argMax(${select}, (event_time, seq))`),
    ])} FROM frames WHERE ${all(conditions)} GROUP BY vehicle ORDER BY vehicle`,
    { lane: "background", ...options },
  );
  return rows.map(([vehicle, last, ...ticks]) => ({
    vehicle: BigInt(vehicle),
    time: Number(last),
    values: Object.fromEntries(
      signals.flatMap(({ id, signal }, i) => {
        const value = physical(signal, ticks[i]);
        return value === null ? [] : [[id, value]];
      }),
    ),
  }));
}

/** What is stored so far, in one hash: the number and root of every segment up to the newest. */
export async function contentDigest(
  engine: Engine,
): Promise<{ readonly segments: number; readonly throughSeq: number; readonly digest: string }> {
  const [[segments, throughSeq, digest]] = await engine.query<[string, string, string]>(
    trusted(`SELECT count(), max(last_seq), lower(hex(SHA256(arrayStringConcat(arrayMap(p -> concat(toString(p.1), ':', hex(p.2)), arraySort(p -> p.1, groupArray((segment, root)))), '\\n'))))
    FROM (SELECT segment, any(root) AS root, any(last_seq) AS last_seq FROM segments GROUP BY segment)`),
    { lane: "background" },
  );
  return { segments: Number(segments), throughSeq: Number(throughSeq), digest };
}
