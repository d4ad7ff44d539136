/** Embedded PostgreSQL: one call from a data folder to a server that answers on a private unix socket. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ERRORS, SandglassError, messageOf } from "../../errors/mod.ts";
import { createClient } from "../pool.ts";
import { beginBaseBackup, type BaseBackup } from "./base-backup.ts";
import { prepareBinaries } from "./binaries.ts";
import { chooseIdentity, type Identity } from "./identity.ts";
import { ensureCluster, ensureHome, SUPERUSER } from "./initialise.ts";
import { ownerFile, releaseOwnership, takeOwnership } from "./owner-lock.ts";
import { ServerProcess } from "./server-process.ts";

export interface EmbeddedOptions {
  readonly dataDir: string;
  /** Added to the defaults below. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
  readonly onRestart?: (phase: "ended" | "running", reason: string) => void;
}

export interface EmbeddedPostgres {
  /** Connection string for a role and database; the password is in it: never log it. */
  url(role: string, database: string): string;
  passwordOf(role: string): string;
  baseBackup(): Promise<BaseBackup>;
  stop(): Promise<void>;
}

/** A unix socket's path may have 107 bytes; `.s.PGSQL.5432` takes 14. */
const LONGEST_SOCKET_FOLDER = 100 - "/.s.PGSQL.5432".length;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "60",
  shared_buffers: "64MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  // What a backup of the running cluster needs of the log; nobody streams it.
  wal_level: "replica",
  max_wal_senders: "0",
  max_replication_slots: "2",
  max_wal_size: "512MB",
  wal_compression: "pglz",
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",
  jit: "off",
  max_worker_processes: "4",
  max_parallel_workers: "2",
  autovacuum_max_workers: "2",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  // The text of a failed statement may hold personal data.
  log_min_error_statement: "panic",
  log_parameter_max_length: "0",
  log_parameter_max_length_on_error: "0",
  log_error_verbosity: "terse",
  restart_after_crash: "on",
  cluster_name: "sandglass",
};

export async function launchEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const home = path.join(dataDir, "records");
  const cluster = path.join(home, "cluster");
  const lockFile = ownerFile(dataDir);
  await mkdir(dataDir, { recursive: true }).catch((cause: unknown) => {
    throw new SandglassError(ERRORS.RECORDS_DATA_FOLDER, { folder: dataDir, reason: messageOf(cause) }, { cause });
  });
  const binaries = await prepareBinaries(path.join(dataDir, "lib"));
  const identity = chooseIdentity(cluster, [cluster, binaries.postgres]);
  await takeOwnership(lockFile, dataDir);
  const secret = await ensureSecret(path.join(dataDir, "keys"));
  const passwordOf = (role: string): string => createHmac("sha256", secret).update(role).digest("base64url");
  await ensureHome(home, identity);
  await ensureCluster({ home, cluster }, binaries, identity, passwordOf(SUPERUSER));
  const socketFolder = await ensureSocketFolder(home, identity);

  const url = (role: string, database: string): string =>
    `postgres://${role}:${encodeURIComponent(passwordOf(role))}@/${database}?host=${encodeURIComponent(socketFolder)}`;
  const server = new ServerProcess({
    cluster,
    socketFolder,
    binaries,
    identity,
    settings: { ...SETTINGS, ...options.settings },
    probe: () => probe(url(SUPERUSER, "postgres")),
    onLine: options.onLine ?? (() => undefined),
    onRestart: options.onRestart ?? (() => undefined),
  });
  try {
    await server.start();
  } catch (cause) {
    await releaseOwnership(lockFile);
    throw cause;
  }
  return {
    url,
    passwordOf,
    baseBackup: () => beginBaseBackup(url(SUPERUSER, "postgres"), cluster),
    async stop() {
      await server.stop();
      if (!socketFolder.startsWith(home)) await rm(socketFolder, { recursive: true, force: true });
      await releaseOwnership(lockFile);
    },
  };
}

async function probe(connectionString: string): Promise<void> {
  const client = createClient(connectionString);
  try {
    await client.connect();
    await client.query("select 1");
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** 32 random bytes from which every role's password is derived. */
async function ensureSecret(folder: string): Promise<Buffer> {
  const file = path.join(folder, "records.secret");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) {
    await writeFile(`${file}.new`, randomBytes(32).toString("hex"), { mode: 0o600, flush: true });
    await rename(`${file}.new`, file);
  }
  return Buffer.from((await readFile(file, "latin1")).trim(), "hex");
}

async function ensureSocketFolder(home: string, identity: Identity): Promise<string> {
  const near = path.join(home, "socket");
  const short = path.join(tmpdir(), `sandglass-${createHash("sha256").update(home).digest("hex").slice(0, 12)}`);
  // PostgreSQL reads a list of folders: commas and quotes would divide it.
  const folder = Buffer.byteLength(near) <= LONGEST_SOCKET_FOLDER && !/[,"]/.test(near) ? near : short;
  if (folder === short) await rm(short, { recursive: true, force: true });
  await mkdir(folder, { recursive: folder === near, mode: 0o700 });
  await chmod(folder, 0o700);
  if (identity.owner !== undefined) await chown(folder, identity.owner.uid, identity.owner.gid);
  return folder;
}
