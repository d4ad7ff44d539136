/** The two roles and the database, made once before the first migration. */
import type { Client } from "pg";
import type { EmbeddedPostgres } from "./embedded/launch.ts";
import { SUPERUSER } from "./embedded/initialise.ts";
import { createClient } from "./pool.ts";

export const OWNER_ROLE = "sandglass_owner";
export const APP_ROLE = "sandglass_app";
export const DATABASE = "sandglass";

export interface Urls {
  readonly ownerUrl: string;
  readonly appUrl: string;
}

export async function bootstrapEmbedded(embedded: EmbeddedPostgres, database = DATABASE): Promise<Urls> {
  const client = createClient(embedded.url(SUPERUSER, "postgres"));
  await client.connect();
  try {
    for (const role of [OWNER_ROLE, APP_ROLE]) await ensureRole(client, role, embedded.passwordOf(role));
    const found = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (found.rowCount === 0)
      await client.query(`create database ${client.escapeIdentifier(database)} owner ${OWNER_ROLE}`);
  } finally {
    await client.end().catch(() => undefined);
  }
  return { ownerUrl: embedded.url(OWNER_ROLE, database), appUrl: embedded.url(APP_ROLE, database) };
}

/** External server: the given user owns the tables; the application role is taken on inside each transaction. */
export async function bootstrapExternal(databaseUrl: string): Promise<void> {
  const client = createClient(databaseUrl);
  await client.connect();
  try {
    const found = await client.query("select 1 from pg_roles where rolname = $1", [APP_ROLE]);
    if (found.rowCount === 0) await client.query(`create role ${APP_ROLE} nologin nosuperuser nobypassrls`);
    await client.query(`grant ${APP_ROLE} to current_user`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const found = await client.query("select 1 from pg_roles where rolname = $1", [role]);
  const verb = found.rowCount === 0 ? "create" : "alter";
  const name = client.escapeIdentifier(role);
  await client.query(
    `${verb} role ${name} login nosuperuser nocreatedb nocreaterole nobypassrls password ${client.escapeLiteral(password)}`,
  );
}
