/**
 * Real PostgreSQL for `*.int.test.ts`:
 *
 *     const records = await openTestRecords();   // a database of its own, all migrations applied
 *     after(() => records.close());              // drops it
 *     await records.transact(SYSTEM_SETUP, (tx) => …);
 *     await records.asOwner("select …");         // the owner role: row policies bind it too (FORCE)
 *     await records.asSuperuser("select …");     // sees past row policies, for assertions
 *
 * All test files share one server (about 1.5 s for the first, 0.1 s for every database after it). `databaseUrl` opens
 * the same database from another process or through `openRecords({ databaseUrl })`.
 */
import { createHash } from "node:crypto";
import type { Client } from "pg";
import { APP_ROLE, OWNER_ROLE } from "./bootstrap.ts";
import { SUPERUSER } from "./embedded/initialise.ts";
import { joinSharedServer, type SharedServer } from "./embedded/shared-server.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { createClient } from "./pool.ts";
import { connect, type Records } from "./records.ts";

export interface TestRecords extends Records {
  readonly databaseUrl: string;
  asOwner(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  asSuperuser(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

let counter = 0;

/** The server and what its databases are copies of, once for all tests of a process. */
let opened: Promise<{ readonly server: SharedServer; readonly template: string }> | undefined;
async function openServer(): Promise<{ readonly server: SharedServer; readonly template: string }> {
  const server = await joinSharedServer();
  return { server, template: await ensureTemplate(server) };
}

export async function openTestRecords(): Promise<TestRecords> {
  const { server, template } = await (opened ??= openServer());
  counter += 1;
  const database = `test_${process.pid}_${counter}_${Date.now()}`;
  await query(
    server.url(SUPERUSER, "postgres"),
    // Page by page through the log, as otherwise, costs half as much processor time again.
    `create database ${database} template ${template} owner ${OWNER_ROLE} strategy file_copy`,
  );
  const owner = new KeptConnection(server.url(OWNER_ROLE, database));
  const superuser = new KeptConnection(server.url(SUPERUSER, database));
  const drop = async (): Promise<void> => {
    await Promise.all([owner.end(), superuser.end()]);
    await query(server.url(SUPERUSER, "postgres"), `drop database if exists ${database} with (force)`);
  };
  const records = await connect(
    {
      ownerUrl: server.url(OWNER_ROLE, database),
      appUrl: server.url(APP_ROLE, database),
      listeners: new Set(),
      stop: drop,
    },
    { poolSize: 8 },
  );
  return Object.assign(records, {
    databaseUrl: records.ownerUrl,
    asOwner: (sql: string, values?: readonly unknown[]) => owner.query(sql, values),
    asSuperuser: (sql: string, values?: readonly unknown[]) => superuser.query(sql, values),
  });
}

/** Opened when it is needed and kept: a new connection reads all policies of a table again, which takes longer than a query. */
class KeptConnection {
  readonly #url: string;
  #client: Promise<Client> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = (this.#client ??= open(this.#url));
    try {
      return (await (await client).query<Record<string, unknown>>(text, [...values])).rows;
    } catch (error) {
      // It may have been cut off, or stand in a transaction that failed.
      if (this.#client === client) this.#client = undefined;
      await client.then((each) => each.end()).catch(() => undefined);
      throw error;
    }
  }

  async end(): Promise<void> {
    await this.#client?.then((client) => client.end()).catch(() => undefined);
  }
}

async function open(url: string): Promise<Client> {
  const client = createClient(url);
  await client.connect();
  return client;
}

/** A database with exactly today's migrations, named by their checksums. */
async function ensureTemplate(server: SharedServer): Promise<string> {
  const migrations = readMigrations();
  const hash = createHash("sha256")
    .update(migrations.map((migration) => migration.checksum).join())
    .digest("hex")
    .slice(0, 16);
  const template = `template_${hash}`;
  const client = createClient(server.url(SUPERUSER, "postgres"));
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(1)");
    const found = await client.query("select 1 from pg_database where datname = $1", [template]);
    if (found.rowCount === 1) return template;
    // Kept anew, with as few rounds as the server now asks for.
    await client.query(`alter role ${SUPERUSER} password '${server.password}'`);
    for (const role of [OWNER_ROLE, APP_ROLE]) {
      const exists = await client.query("select 1 from pg_roles where rolname = $1", [role]);
      // The owner may make databases and roles here, so that a test can treat this server as an external one.
      const rights = role === OWNER_ROLE ? "createrole" : "nocreaterole";
      if (exists.rowCount === 0)
        await client.query(`create role ${role} login nosuperuser nobypassrls ${rights} password '${server.password}'`);
    }
    await client.query(`grant ${APP_ROLE} to ${OWNER_ROLE} with admin option`);
    const building = `${template}_new`;
    await client.query(`drop database if exists ${building} with (force)`);
    await client.query(`create database ${building} owner ${OWNER_ROLE}`);
    const owner = createClient(server.url(OWNER_ROLE, building));
    await owner.connect();
    try {
      await migrate(owner, migrations);
    } finally {
      await owner.end();
    }
    await client.query(`alter database ${building} rename to ${template}`);
    return template;
  } finally {
    await client.query("select pg_advisory_unlock(1)").catch(() => undefined);
    await client.end().catch(() => undefined);
  }
}

async function query(
  connectionString: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = await open(connectionString);
  try {
    const result = await client.query<Record<string, unknown>>(text, [...values]);
    return result.rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
