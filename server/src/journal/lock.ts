/**
 * One process per journal. The lock file names its holder by pid *and* start time: a pid alone is reused, after a
 * crash as well as after a restart of the machine.
 */
import { randomBytes } from "node:crypto";
import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { ERRORS, SandglassError } from "../errors/mod.ts";

interface Holder {
  readonly pid: number;
  /** Opaque text that differs for another process with the same pid. */
  readonly start: string;
}

const FILE = "lock";

export interface FolderLock {
  release(): Promise<void>;
}

/** Takes the lock of a folder. Throws SG_JOURNAL_LOCKED while another living process holds it. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, FILE);
  const own = JSON.stringify({ pid: process.pid, start: (await startOf(process.pid)) ?? "" } satisfies Holder);
  const candidate = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(candidate, own, { flush: true });
  try {
    for (;;) {
      try {
        // A hard link appears complete or not at all: no reader ever sees half a lock file.
        await link(candidate, path);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        await reclaim(path, folder);
      }
    }
  } finally {
    await unlink(candidate);
  }
  return { release: () => unlink(path) };
}

async function reclaim(path: string, folder: string): Promise<void> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const holder = parse(text);
  if (holder !== undefined && (await startOf(holder.pid)) === holder.start) {
    throw new SandglassError(ERRORS.JOURNAL_LOCKED, { folder, pid: holder.pid });
  }
  // Moving it aside succeeds for one of several reclaimers; who took a fresh lock by mistake puts it back.
  const aside = `${path}.${randomBytes(6).toString("hex")}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== text) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

function parse(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, start } = value as Partial<Holder>;
    return typeof pid === "number" && typeof start === "string" ? { pid, start } : undefined;
  } catch {
    return undefined;
  }
}

/** When a process started; undefined when there is no such process. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
    if (stat === undefined) return undefined;
    // Fields 3 (state) and 22 (start); the name in field 2 may contain spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const ticks = fields[19];
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "latin1").catch(() => "");
    return `${boot.trim()} ${ticks}`;
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
