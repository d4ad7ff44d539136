/**
 * One PostgreSQL for all test files of this user, kept between them: the first process starts it, the last one leaves
 * it running for `LINGER_S`, then its keeper stops it and deletes its folder. Not used outside tests.
 *
 * Each process that uses it holds a file named by its pid in `users/`; the keeper removes those whose process ended.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareBinaries, type Binaries } from "./binaries.ts";
import { chooseIdentity } from "./identity.ts";
import { childEnvironment, ensureCluster, ensureHome, SUPERUSER } from "./initialise.ts";
import { createClient } from "../pool.ts";
import { findProcess } from "./process-info.ts";

export interface SharedServer {
  url(role: string, database: string): string;
  readonly password: string;
}

const LINGER_S = 20;
/** Only tests connect; the socket's folder is private and the server holds nothing but test data. */
const PASSWORD = "test";

/** Linux: a file system in memory that everybody may write to. */
const MEMORY = "/dev/shm";
/** statfs(2): TMPFS_MAGIC. */
const TMPFS = 0x01021994;
/** Many times what is there at once: a database has 12 MB, the log of changes up to 256 MB. */
const ROOM_BYTES = 2 * 2 ** 30;

const KEEPER = `
home=$1; shift
"$@" </dev/null >"$home/postgres.log" 2>&1 &
server=$!
# True when a process that announced itself still runs.
is_used() {
  for user in "$1"/users/*; do
    [ -e "$user" ] || continue
    if kill -0 "\${user##*/}" 2>/dev/null; then return 0; fi
    rm -f "$user"
  done
  return 1
}
idle=0
while kill -0 $server 2>/dev/null; do
  sleep 1
  if is_used "$home"; then idle=0; else idle=$((idle + 1)); fi
  [ $idle -lt ${LINGER_S} ] && continue
  # Nobody can announce himself once the folder has moved; somebody may have just before.
  mv "$home" "$home.gone.$$"
  is_used "$home.gone.$$" || break
  mv "$home.gone.$$" "$home"
  idle=0
done
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$home.gone.$$"
`;

export async function joinSharedServer(): Promise<SharedServer> {
  const home = homeOf(`sandglass-test-${process.getuid?.() ?? 0}-${hashOf(import.meta.dirname)}`);
  const url = (role: string, database: string): string =>
    `postgres://${role}:${PASSWORD}@/${database}?host=${encodeURIComponent(path.join(home, "pg"))}`;
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (announce(home) && (await answers(url(SUPERUSER, "postgres")))) return { url, password: PASSWORD };
    if (takeLock(`${home}.lock`)) {
      try {
        if (!(await answers(url(SUPERUSER, "postgres")))) await startShared(home, url);
      } finally {
        rmSync(`${home}.lock`, { recursive: true, force: true });
      }
    } else {
      await sleep(50);
    }
  }
  throw new Error(`the test server in ${home} did not start`);
}

/**
 * In memory where there is room. Each database is 745 files that come and go: on a disk (ext4) that takes ten times the
 * processor time of what else it takes to make, open and drop one, and none of them has to survive.
 */
function homeOf(name: string): string {
  const inMemory = path.join(MEMORY, name);
  if (existsSync(inMemory)) return inMemory;
  try {
    accessSync(MEMORY, constants.W_OK);
    const { type, bavail, bsize } = statfsSync(MEMORY);
    if (type === TMPFS && bavail * bsize >= ROOM_BYTES) return inMemory;
  } catch {
    // Not on this system.
  }
  return path.join(tmpdir(), name);
}

/** False when the folder is not there (any more). */
function announce(home: string): boolean {
  try {
    writeFileSync(path.join(home, "users", String(process.pid)), "");
    return true;
  } catch {
    return false;
  }
}

async function startShared(home: string, url: (role: string, database: string) => string): Promise<void> {
  if (existsSync(home)) {
    spawnSync("sh", ["-c", 'kill -KILL $(head -n 1 "$1/pg/cluster/postmaster.pid") 2>/dev/null', "sh", home]);
    rmSync(home, { recursive: true, force: true });
  }
  mkdirSync(path.join(home, "users"), { recursive: true });
  chmodSync(home, 0o711);
  const binaries: Binaries = await prepareBinaries(path.join(home, "lib"));
  const identity = chooseIdentity(path.join(home, "pg", "cluster"), [
    path.join(home, "pg", "cluster"),
    binaries.postgres,
  ]);
  const places = { home: path.join(home, "pg"), cluster: path.join(home, "pg", "cluster") };
  await ensureHome(places.home, identity);
  await ensureCluster(places, binaries, identity, PASSWORD);
  const settings = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=300",
    "autovacuum=off",
    "timezone=UTC",
    "max_wal_size=256MB",
    "jit=off",
    "scram_iterations=1", // each query of a test may open a link: 4,096 rounds would take longer than most queries
  ];
  const server = [
    ...identity.prefix,
    binaries.postgres,
    "-D",
    places.cluster,
    "-k",
    places.home,
    ...settings.flatMap((setting) => ["-c", setting]),
  ];
  const asOwner =
    identity.spawn.uid === undefined
      ? []
      : ["setpriv", `--reuid=${identity.spawn.uid}`, `--regid=${identity.spawn.gid}`, "--clear-groups"];
  const keeper = spawn("sh", ["-c", KEEPER, "sandglass-test-records", home, ...asOwner, ...server], {
    cwd: "/",
    env: childEnvironment(binaries),
    detached: true,
    stdio: "ignore",
  });
  keeper.unref();
  announce(home);
  for (let waited = 0; waited < 30_000; waited += 25) {
    if (await answers(url(SUPERUSER, "postgres"))) return;
    if (keeper.exitCode !== null) break;
    await sleep(25);
  }
  const log = path.join(home, "postgres.log");
  throw new Error(
    `the test server did not start: ${existsSync(log) ? readFileSync(log, "utf8").slice(-800) : "no output"}`,
  );
}

/** A lock folder with the holder's pid; one whose holder ended is taken over. */
function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    writeFileSync(path.join(lock, "pid"), String(process.pid));
    return true;
  } catch {
    const age = ageOf(lock);
    let holder = Number.NaN;
    try {
      holder = Number(readFileSync(path.join(lock, "pid"), "latin1"));
    } catch {
      if (age < 2_000) return false;
    }
    if (findProcess(holder) === undefined && age > 2_000) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

async function answers(connectionString: string): Promise<boolean> {
  const client = createClient(connectionString);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
