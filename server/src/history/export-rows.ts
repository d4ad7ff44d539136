/**
 * Rows of many vehicles as a file of columns, for jobs that step millions of them (backtests, rebuilds): they pass
 * neither through JSON nor through the event loop. `readExportedRows` reads the file, in whatever thread.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { HistoryScope } from "../access/mod.ts";
import type { Engine, QueryOptions } from "./engine.ts";
import { inRange, inScope, invalidColumnOf, selectSignals, type SelectedSignal } from "./read-sql.ts";
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

/** Physical value, and 0 = no sample, 1 = a number, 2 = a sample without a usable number. */
function valueAndPresence({ id, signal, select, isWithheld }: SelectedSignal, index: number): Sql[] {
  if (isWithheld || signal.kind === "list")
    return [trusted(`toFloat64(0) AS v${index}`), trusted(`toUInt8(0) AS p${index}`)];
  const named = int(invalidColumnOf(id, signal));
  return [
    sql`toFloat64(ifNull(${select}, 0)) / ${int(signal.perUnit)} AS ${trusted(`v${index}`)}`,
    sql`toUInt8(if(isNotNull(${select}), 1, if(empty(invalid), 0, if(arrayExists(i -> bitShiftRight(i, 3) = ${named}, invalid), 2, 0)))) AS ${trusted(`p${index}`)}`,
  ];
}

/** Writes the observations of some vehicles, by vehicle and time; a frame that was received twice stands once. */
export async function exportRows(
  engine: Engine,
  scope: HistoryScope,
  query: ExportQuery,
  options: QueryOptions = {},
): Promise<void> {
  const columns = selectSignals(scope, query.signals).flatMap(valueAndPresence);
  const structure = [
    "vehicle UInt64",
    "time Float64",
    "received Float64",
    "number Float64",
    "reissued UInt8",
    ...query.signals.flatMap((_, index) => [`v${index} Float64`, `p${index} UInt8`]),
  ].join(", ");
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
  ];
  await engine.query(
    sql`INSERT INTO FUNCTION file(${str(query.path)}, Native, ${str(structure)})
    SELECT ${join([...fixed, ...columns])} FROM frames WHERE ${all(conditions)}
    ORDER BY vehicle, event_time, seq LIMIT 1 BY vehicle, event_time, frame_hash`,
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

/** Columns of a block of exported rows; row r holds signal i at `values[i][r]`. */
export interface ExportedRows {
  readonly count: number;
  readonly vehicle: BigUint64Array;
  readonly time: Float64Array;
  readonly receivedAt: Float64Array;
  readonly seq: Float64Array;
  readonly reissued: Uint8Array;
  readonly values: readonly Float64Array[];
  readonly present: readonly Uint8Array[];
}

/** The blocks of a file that `exportRows` wrote. Synchronous: for worker threads. */
export function* readExportedRows(path: string, signals: number): Generator<ExportedRows> {
  const reader = new NativeFile(path);
  try {
    while (!reader.atEnd) {
      const columns = reader.varint();
      const count = reader.varint();
      if (columns !== 5 + 2 * signals) throw new Error(`${path} has ${columns} columns`);
      const vehicle = new BigUint64Array(reader.column(count * 8));
      const time = new Float64Array(reader.column(count * 8));
      const receivedAt = new Float64Array(reader.column(count * 8));
      const seq = new Float64Array(reader.column(count * 8));
      const reissued = new Uint8Array(reader.column(count));
      const values: Float64Array[] = [];
      const present: Uint8Array[] = [];
      for (let i = 0; i < signals; i++) {
        values.push(new Float64Array(reader.column(count * 8)));
        present.push(new Uint8Array(reader.column(count)));
      }
      yield { count, vehicle, time, receivedAt, seq, reissued, values, present };
    }
  } finally {
    reader.close();
  }
}

const WINDOW_BYTES = 1 << 22;

/** A file of Native blocks with columns of fixed width, read from front to back. */
class NativeFile {
  readonly #path: string;
  readonly #file: number;
  readonly #size: number;
  #at = 0;
  /** Bytes of the file from `#start` on. */
  #window = Buffer.alloc(0);
  #start = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "r");
    this.#size = fstatSync(this.#file).size;
  }

  get atEnd(): boolean {
    return this.#at >= this.#size;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const [byte] = this.#take(1);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** Data of the next column, its name and type skipped, in memory of its own (typed arrays need alignment). */
  column(bytes: number): ArrayBuffer {
    this.#take(this.varint());
    this.#take(this.varint());
    const copy = new Uint8Array(bytes);
    copy.set(this.#take(bytes));
    return copy.buffer;
  }

  close(): void {
    closeSync(this.#file);
  }

  #take(count: number): Buffer {
    if (this.#at + count > this.#start + this.#window.length) this.#read(count);
    const from = this.#at - this.#start;
    this.#at += count;
    return this.#window.subarray(from, from + count);
  }

  #read(count: number): void {
    if (this.#at + count > this.#size) throw new Error(`${this.#path} ends inside a block`);
    this.#window = Buffer.allocUnsafeSlow(Math.min(Math.max(count, WINDOW_BYTES), this.#size - this.#at));
    this.#start = this.#at;
    let filled = 0;
    while (filled < this.#window.length) {
      filled += readSync(this.#file, this.#window, filled, this.#window.length - filled, this.#start + filled);
    }
  }
}
