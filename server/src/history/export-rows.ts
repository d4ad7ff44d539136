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
import { inRange, inScope, selectSignals, type SelectedSignal } from "./read-sql.ts";
import { IS_OBSERVATION, REISSUED } from "./rollups.ts";
import { all, int, join, sql, str, trusted, u64s, type Sql } from "./sql.ts";

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

/** Observations per vehicle, by vehicle. */
export async function countRows(
  engine: Engine,
  scope: HistoryScope,
  query: Omit<ExportQuery, "vehicles" | "signals" | "path"> & { readonly vehicles?: readonly bigint[] },
  options: QueryOptions = {},
): Promise<{ readonly vehicle: bigint; readonly rows: number }[]> {
  const conditions = [
    inScope(scope),
    trusted(IS_OBSERVATION),
    inRange(query.from, query.to),
    sql`seq <= ${int(query.throughSeq)}`,
    ...(query.vehicles === undefined ? [] : [sql`vehicle IN ${u64s(query.vehicles)}`]),
  ];
  const rows = await engine.query<[string, string]>(
    sql`SELECT vehicle, count() FROM frames WHERE ${all(conditions)} GROUP BY vehicle ORDER BY vehicle`,
    { lane: "background", ...options },
  );
  return rows.map(([vehicle, count]) => ({ vehicle: BigInt(vehicle), rows: Number(count) }));
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
