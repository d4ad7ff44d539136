/** Brings the stored tables to what this program writes: creates what is missing, adds new signals, applies retention. */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Engine } from "./engine.ts";
import type { HistoryLog, Retention, StoredColumn } from "./options.ts";
import { REST } from "./frame-bytes.ts";
import { createStatements, evidenceColumns, frameColumns, OBSERVATIONS_VIEW, rawTtl } from "./schema.ts";
import { ROLLUPS } from "./rollups.ts";
import { name, sql, str, trusted } from "./sql.ts";

export async function prepareSchema(
  engine: Engine,
  columns: readonly StoredColumn[],
  retention: Retention,
  log: HistoryLog,
): Promise<void> {
  await refuseWholeFrames(engine);
  for (const statement of createStatements(columns, retention)) await engine.execute(statement);
  await addColumns(engine, "frames", frameColumns(columns), log);
  await addColumns(engine, "evidence", evidenceColumns(columns), log);
  for (const { table, columns: own } of ROLLUPS) {
    await addColumns(
      engine,
      table,
      own.map((column) => ({ ...column, codec: "ZSTD(1)" })),
      log,
    );
  }
  await engine.execute(OBSERVATIONS_VIEW);
  await applyRawRetention(engine, retention, log);
}

/** A table of an earlier version keeps frames whole, and its lists are in another form. @throws SG_HISTORY_SCHEMA */
async function refuseWholeFrames(engine: Engine): Promise<void> {
  const stored = await engine.query<[string]>(
    trusted(
      "SELECT type FROM system.columns WHERE database = currentDatabase() AND table = 'frames' AND name = 'raw' AND default_kind != 'ALIAS'",
    ),
  );
  if (stored.length > 0)
    throw new SandglassError(ERRORS.HISTORY_SCHEMA, { column: "frames.raw", found: stored[0][0], needed: "an alias" });
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
async function applyRawRetention(engine: Engine, retention: Retention, log: HistoryLog): Promise<void> {
  const [[created]] = await engine.query<[string]>(
    trusted("SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = 'frames'"),
  );
  const stored = /`?rest`? String[^,]*?TTL [^,]*toIntervalDay\((\d+)\)/.exec(created)?.[1];
  const wanted = retention.rawDays;
  if (Number(stored ?? 0) === wanted) return;
  log.info({ from: Number(stored ?? 0), to: wanted }, "retention of raw frames changed (days, 0 = for ever)");
  const change = wanted === 0 ? `${REST} REMOVE TTL` : `${REST}${rawTtl(retention)}`;
  await engine.execute(trusted(`ALTER TABLE frames MODIFY COLUMN ${change} SETTINGS materialize_ttl_after_modify = 0`));
}
