/** Brings the stored tables to what this program writes: creates what is missing, adds new signals, applies retention. */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Engine } from "./engine.ts";
import type { HistoryLog, Retention, StoredColumn } from "./options.ts";
import { createStatements, frameCodec, OBSERVATIONS_VIEW, rawTtl, WIDE_TABLES } from "./schema.ts";
import { ROLLUPS } from "./rollups.ts";
import { name, sql, str, trusted } from "./sql.ts";

export async function prepareSchema(
  engine: Engine,
  columns: readonly StoredColumn[],
  retention: Retention,
  log: HistoryLog,
): Promise<void> {
  for (const statement of createStatements(columns, retention)) await engine.execute(statement);
  for (const table of WIDE_TABLES) {
    const stored = table === "frames" ? columns.map((column) => ({ ...column, codec: frameCodec(column) })) : columns;
    await addColumns(engine, table, stored, log);
  }
  for (const { table, columns: own } of ROLLUPS) {
    await addColumns(
      engine,
      table,
      own.map((column) => ({ ...column, codec: "ZSTD(1)" })),
      log,
    );
  }
  await engine.execute(OBSERVATIONS_VIEW);
  await applyRawRetention(engine, columns, retention, log);
}

/** Signals are only ever appended; a changed type would make old values mean something else. */
async function addColumns(
  engine: Engine,
  table: string,
  columns: readonly StoredColumn[],
  log: HistoryLog,
): Promise<void> {
  const stored = new Map(
    await engine.query<[string, string]>(
      sql`SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = ${str(table)}`,
    ),
  );
  for (const { name: column, type, codec } of columns) {
    const found = stored.get(column);
    if (found === type) continue;
    if (found !== undefined)
      throw new SandglassError(ERRORS.HISTORY_SCHEMA, { column: `${table}.${column}`, found, needed: type });
    await engine.execute(
      sql`ALTER TABLE ${name(table)} ADD COLUMN ${name(column)} ${trusted(type)}${trusted(` CODEC(${codec})`)}`,
    );
    log.info({ table, column, type }, "history column added");
  }
}

/** A new retention takes effect as parts are merged. */
async function applyRawRetention(
  engine: Engine,
  columns: readonly StoredColumn[],
  retention: Retention,
  log: HistoryLog,
): Promise<void> {
  const raw = columns.find((column) => column.name === "raw");
  if (raw === undefined) return;
  const [[created]] = await engine.query<[string]>(
    trusted("SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = 'frames'"),
  );
  const stored = /`?raw`? String[^,]*?TTL [^,]*toIntervalDay\((\d+)\)/.exec(created)?.[1];
  const wanted = retention.rawDays;
  if (Number(stored ?? 0) === wanted) return;
  log.info({ from: Number(stored ?? 0), to: wanted }, "retention of raw frames changed (days, 0 = for ever)");
  const change = wanted === 0 ? "raw REMOVE TTL" : `raw${rawTtl(retention)}`;
  await engine.execute(trusted(`ALTER TABLE frames MODIFY COLUMN ${change} SETTINGS materialize_ttl_after_modify = 0`));
}
