/**
 * Forward-only migrations: `migrations/NNNN-name.sql`, each applied once, in order of number, in a transaction of its
 * own, under an advisory lock. A file that was applied is never changed again; its checksum is kept and compared.
 * Modules reserve ranges of numbers, so a lower number may be applied after a higher one.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Client } from "pg";
import { ERRORS, SandglassError, messageOf } from "../errors/mod.ts";
import { syncPermissionGrants } from "./permission-grants.ts";

export interface Migration {
  readonly name: string;
  readonly checksum: string;
  readonly sql: string;
}

const FOLDER = path.join(import.meta.dirname, "migrations");
const LOCK = 7_212_411;
/** From this migration on there is a table for the permission matrix. */
const GRANTS = "0120-permission-grants";

export function readMigrations(folder = FOLDER): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort();
  return names.map((file) => {
    const sql = readFileSync(path.join(folder, file), "utf8");
    return { name: file.slice(0, -".sql".length), checksum: createHash("sha256").update(sql).digest("hex"), sql };
  });
}

/** @returns names of the migrations that were applied now */
export async function migrate(client: Client, migrations: readonly Migration[] = readMigrations()): Promise<string[]> {
  await client.query("select pg_advisory_lock($1)", [LOCK]);
  try {
    await client.query(
      `create table if not exists schema_migrations (
         name text constraint schema_migrations_pk primary key,
         checksum text not null,
         applied_at timestamptz not null default now()
       )`,
    );
    const applied = await client.query<{ name: string; checksum: string }>(
      "select name, checksum from schema_migrations",
    );
    const known = new Map(migrations.map((migration) => [migration.name, migration]));
    for (const row of applied.rows) {
      const migration = known.get(row.name);
      if (migration === undefined) throw new SandglassError(ERRORS.MIGRATION_UNKNOWN, { name: row.name });
      if (migration.checksum !== row.checksum) throw new SandglassError(ERRORS.MIGRATION_CHANGED, { name: row.name });
    }
    const done = new Set(applied.rows.map((row) => row.name));
    const open = migrations.filter((migration) => !done.has(migration.name));
    for (const migration of open) await apply(client, migration);
    const applicable = new Set([...done, ...open.map((migration) => migration.name)]);
    if (applicable.has(GRANTS)) await syncPermissionGrants(client);
    return open.map((migration) => migration.name);
  } finally {
    await client.query("select pg_advisory_unlock($1)", [LOCK]).catch(() => undefined);
  }
}

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query("begin");
  try {
    await client.query(migration.sql);
    await client.query("insert into schema_migrations (name, checksum) values ($1, $2)", [
      migration.name,
      migration.checksum,
    ]);
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback").catch(() => undefined);
    throw new Error(`migration ${migration.name} failed: ${messageOf(cause)}`, {
      cause,
    });
  }
}
