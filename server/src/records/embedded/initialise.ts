/** Creates the cluster once: initdb into a neighbour folder, then a rename, so that a kill leaves no half cluster. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Binaries } from "./binaries.ts";
import type { Identity } from "./identity.ts";

export const SUPERUSER = "postgres";
const MAJOR_VERSION = "18";

export interface Places {
  /** Folder of everything below, owned by PostgreSQL's user. */
  readonly home: string;
  readonly cluster: string;
}

export async function ensureHome(home: string, identity: Identity): Promise<void> {
  await mkdir(home, { recursive: true });
  await chmod(home, 0o700);
  if (identity.owner === undefined) return;
  try {
    await chown(home, identity.owner.uid, identity.owner.gid);
  } catch (cause) {
    throw new SandglassError(
      ERRORS.RECORDS_DATA_FOLDER,
      { folder: home, reason: "its owner cannot be changed" },
      { cause },
    );
  }
}

export async function ensureCluster(
  places: Places,
  binaries: Binaries,
  identity: Identity,
  password: string,
): Promise<void> {
  if (existsSync(path.join(places.cluster, "PG_VERSION"))) {
    const version = (await readFile(path.join(places.cluster, "PG_VERSION"), "latin1")).trim();
    if (version !== MAJOR_VERSION)
      throw new SandglassError(ERRORS.RECORDS_VERSION, {
        folder: places.cluster,
        found: version,
        needed: MAJOR_VERSION,
      });
    return;
  }
  const fresh = `${places.cluster}.new`;
  const passwordFile = path.join(places.home, "initdb.password");
  await rm(fresh, { recursive: true, force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (identity.owner !== undefined) await chown(passwordFile, identity.owner.uid, identity.owner.gid);
  try {
    await run(
      [
        ...identity.prefix,
        binaries.initdb,
        "--pgdata",
        fresh,
        "--username",
        SUPERUSER,
        "--pwfile",
        passwordFile,
        "--auth",
        "scram-sha-256",
        "--encoding",
        "UTF8",
        "--locale",
        "C",
        "--locale-provider",
        "builtin",
        "--builtin-locale",
        "C.UTF-8",
      ],
      binaries,
      identity,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(fresh, places.cluster);
}

async function run(command: readonly string[], binaries: Binaries, identity: Identity): Promise<void> {
  const [program = "", ...rest] = command;
  const child = spawn(program, rest, {
    ...identity.spawn,
    cwd: "/",
    env: childEnvironment(binaries),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new SandglassError(ERRORS.RECORDS_START, { reason: output.join("").trim().slice(-800) });
}

/** Nothing of our own environment reaches PostgreSQL: PG* variables would change it. */
export function childEnvironment(binaries: Binaries): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", ...binaries.environment };
}
