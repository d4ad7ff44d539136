/**
 * Records: PostgreSQL with an actor on every transaction.
 *
 * Nothing reaches a table except through `transact`. It runs as the role `sandglass_app`, which row policies bind
 * (FORCE ROW LEVEL SECURITY on every table), and sets the actor for the length of the transaction only.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { isPerson, type Actor } from "./actor.ts";
import { bootstrapEmbedded, bootstrapExternal } from "./bootstrap.ts";
import type { BaseBackup } from "./embedded/base-backup.ts";
import { launchEmbedded, type EmbeddedPostgres } from "./embedded/launch.ts";
import { migrate } from "./migrate.ts";
import { classifyFailure, createClient, createPool } from "./pool.ts";
import type { Database } from "./tables.ts";

declare const actorBound: unique symbol;

/**
 * A transaction in which an actor is set. Only `transact` makes one, so that a query without an actor does not type-check:
 * neither a Kysely instance nor its own transaction can stand for it.
 */
export type Tx = Transaction<Database> & { readonly [actorBound]: true };

export interface TransactOptions {
  /**
   * The work may run again after a lost connection, a serialization failure or a deadlock. Only for work that gives
   * the same result twice (its commit may have happened). Without it, only attempts that never began are repeated.
   */
  readonly retry?: boolean;
  /** Default: read committed, PostgreSQL's own. */
  readonly isolation?: "serializable" | "repeatable read";
}

export interface RecordsAlarm {
  readonly code: "SG_RECORDS_RESTARTED" | "SG_RECORDS_DOWN" | "SG_RECORDS_BACKEND_KILLED" | "SG_RECORDS_DISK_FULL";
  readonly at: number;
  readonly reason: string;
}

export interface RecordsLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

export interface Records {
  transact<T>(actor: Actor, work: (tx: Tx) => Promise<T>, options?: TransactOptions): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  onAlarm(listener: (alarm: RecordsAlarm) => void): void;
  close(): Promise<void>;
  /** Begins a copy of the running database's files. Absent where the database is not ours. */
  readonly baseBackup?: (() => Promise<BaseBackup>) | undefined;
  /** Connection string of the owner role; holds a password, never log it. */
  readonly ownerUrl: string;
  /** Names of the migrations that were applied when it was opened. */
  readonly migrated: readonly string[];
}

export interface OpenRecordsOptions {
  /** Folder of the embedded server; not used with `databaseUrl`. */
  readonly dataDir: string;
  /** External PostgreSQL; its user becomes the owner role and must be allowed to create the role `sandglass_app`. */
  readonly databaseUrl?: string;
  readonly log?: RecordsLog;
  readonly poolSize?: number;
}

/** What a start, an orderly stop and a recovery say to clients that are still or already there. */
const EXPECTED =
  /is starting up|is shutting down|not yet accepting connections|terminating connection due to administrator command/;
/** How long a transaction waits for a server that restarts. */
const PATIENCE_MS = 20_000;

export async function openRecords(options: OpenRecordsOptions): Promise<Records> {
  const listeners = new Set<(alarm: RecordsAlarm) => void>();
  const alarm = (code: RecordsAlarm["code"], reason: string): void => {
    options.log?.warn({ code, reason }, "records alarm");
    for (const listener of listeners) listener({ code, at: Date.now(), reason });
  };
  if (options.databaseUrl !== undefined) {
    await bootstrapExternal(options.databaseUrl);
    return connect(
      { ownerUrl: options.databaseUrl, appUrl: options.databaseUrl, listeners, stop: async () => undefined },
      options,
    );
  }
  const embedded: EmbeddedPostgres = await launchEmbedded({
    dataDir: options.dataDir,
    onLine: (line) => {
      if (/was terminated by signal|terminated by exception/.test(line)) alarm("SG_RECORDS_BACKEND_KILLED", line);
      else if (/\b(FATAL|PANIC):/.test(line) && !EXPECTED.test(line)) options.log?.warn({ line }, "postgres");
    },
    onRestart: (phase, reason) => alarm(phase === "running" ? "SG_RECORDS_RESTARTED" : "SG_RECORDS_DOWN", reason),
  });
  try {
    const urls = await bootstrapEmbedded(embedded);
    return await connect(
      { ...urls, listeners, stop: () => embedded.stop(), baseBackup: () => embedded.baseBackup() },
      options,
    );
  } catch (cause) {
    await embedded.stop();
    throw cause;
  }
}

export interface Connection {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly listeners: Set<(alarm: RecordsAlarm) => void>;
  readonly stop: () => Promise<void>;
  readonly baseBackup?: () => Promise<BaseBackup>;
}

/** Migrates as the owner, then opens the application's pool. */
export async function connect(
  connection: Connection,
  options: { readonly log?: RecordsLog; readonly poolSize?: number },
): Promise<Records> {
  const owner = createClient(connection.ownerUrl);
  await owner.connect();
  let migrated: string[];
  try {
    migrated = await migrate(owner);
  } finally {
    await owner.end().catch(() => undefined);
  }
  if (migrated.length > 0) options.log?.info({ migrated }, "records migrated");
  return new PooledRecords(connection, migrated, options.poolSize ?? 16);
}

class PooledRecords implements Records {
  readonly ownerUrl: string;
  readonly migrated: readonly string[];
  readonly baseBackup: (() => Promise<BaseBackup>) | undefined;
  readonly #connection: Connection;
  readonly #db: Kysely<Database>;
  #closed: Promise<void> | undefined;

  constructor(connection: Connection, migrated: readonly string[], poolSize: number) {
    this.ownerUrl = connection.ownerUrl;
    this.migrated = migrated;
    this.baseBackup = connection.baseBackup;
    this.#connection = connection;
    this.#db = new Kysely<Database>({
      dialect: new PostgresDialect({ pool: createPool(connection.appUrl, poolSize) }),
    });
  }

  async transact<T>(actor: Actor, work: (tx: Tx) => Promise<T>, options: TransactOptions = {}): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let attempt = 0; ; attempt += 1) {
      let began = false;
      try {
        const builder = this.#db.transaction();
        const configured = options.isolation === undefined ? builder : builder.setIsolationLevel(options.isolation);
        return await configured.execute(async (tx) => {
          await actAs(tx, actor);
          began = true;
          return await work(tx as Tx);
        });
      } catch (cause) {
        const failure = classifyFailure(cause);
        if (failure === "full") throw this.#diskFull(cause);
        const again =
          failure === "lost" ? !began || options.retry === true : failure === "conflict" && options.retry === true;
        if (!again || this.#closed !== undefined) throw failure === "lost" ? unavailable(cause) : cause;
        if (Date.now() > deadline) throw failure === "lost" ? unavailable(cause) : cause;
        await sleep(Math.min(25 * 2 ** Math.min(attempt, 5), 500));
      }
    }
  }

  #diskFull(cause: unknown): SandglassError {
    const alarm = {
      code: "SG_RECORDS_DISK_FULL",
      at: Date.now(),
      reason: "no space left on the disk of the records",
    } as const;
    for (const listener of this.#connection.listeners) listener(alarm);
    return new SandglassError(ERRORS.RECORDS_DISK_FULL, {}, { cause });
  }

  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#db);
  }

  onAlarm(listener: (alarm: RecordsAlarm) => void): void {
    this.#connection.listeners.add(listener);
  }

  close(): Promise<void> {
    this.#closed ??= this.#db.destroy().then(() => this.#connection.stop());
    return this.#closed;
  }
}

/** One round trip. `is_local` = true: the settings end with the transaction, whatever happens to the connection. */
async function actAs(tx: Transaction<Database>, actor: Actor): Promise<void> {
  await sql`select set_config('role', 'sandglass_app', true),
    set_config('sandglass.actor_id', ${actor.id}, true),
    set_config('sandglass.role', ${actor.role}, true),
    set_config('sandglass.organisation', ${actor.organisation}, true),
    set_config('sandglass.region', ${actor.region ?? ""}, true),
    set_config('sandglass.person', ${String(isPerson(actor))}, true),
    set_config('sandglass.token', ${actor.token ?? ""}, true)`.execute(tx);
}

function unavailable(cause: unknown): SandglassError {
  return new SandglassError(ERRORS.RECORDS_UNAVAILABLE, {}, { cause });
}
