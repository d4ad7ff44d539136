/**
 * Which child belongs to a history folder, so that a start can end one that outlived its server, and never one that a
 * living server still uses.
 */
import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { waitWhileEnding } from "../records/embedded/owner-lock.ts";
import { findProcess, isSameStart } from "../records/embedded/process-info.ts";

interface RecordedProcess {
  readonly pid: number;
  /** Start in ms since 1970. */
  readonly startedAt: number;
}

interface ProcessRecord {
  readonly child: RecordedProcess;
  /** A server ends when who started it does (scripts/supervise.mjs). */
  readonly server: RecordedProcess & { readonly parent?: RecordedProcess };
}

const GONE_WITHIN_MS = 10_000;
const POLL_MS = 20;

export async function recordChild(path: string, pid: number): Promise<void> {
  const server = { ...describe(process.pid), parent: describe(process.ppid) };
  const record: ProcessRecord = { child: describe(pid), server };
  await writeFile(`${path}.new`, JSON.stringify(record));
  await rename(`${path}.new`, path);
}

function describe(pid: number): RecordedProcess {
  return { pid, startedAt: findProcess(pid)?.startedAt ?? 0 };
}

/**
 * Ends a child whose server is gone; waits for a server that is ending.
 * @throws SG_HISTORY_LOCKED while another living server uses the folder
 */
export async function reclaimChild(path: string, folder: string): Promise<void> {
  const record = read(path);
  if (record === undefined || !isAlive(record.child)) return;
  const { server } = record;
  if (server.pid !== process.pid) {
    await waitWhileEnding(() => isAlive(server) && isEnding(server));
    if (isAlive(server)) throw new SandglassError(ERRORS.HISTORY_LOCKED, { folder, pid: server.pid });
    if (!isAlive(record.child)) return;
  }
  process.kill(record.child.pid, "SIGKILL");
  for (let waited = 0; isAlive(record.child); waited += POLL_MS) {
    if (waited > GONE_WITHIN_MS) throw new SandglassError(ERRORS.HISTORY_LOCKED, { folder, pid: record.child.pid });
    await sleep(POLL_MS);
  }
}

function isAlive(recorded: RecordedProcess): boolean {
  const found = findProcess(recorded.pid);
  return found !== undefined && isSameStart(found.startedAt, recorded.startedAt);
}

function isEnding({ parent }: ProcessRecord["server"]): boolean {
  return parent !== undefined && !isAlive(parent);
}

function read(path: string): ProcessRecord | undefined {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as Partial<ProcessRecord>;
    return value.child !== undefined && value.server !== undefined ? (value as ProcessRecord) : undefined;
  } catch {
    return undefined;
  }
}
