/** A PostgreSQL that outlived its parent (killed guard, or killed with it) is stopped before a new one starts. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findProcess, isSameStart } from "./process-info.ts";

export interface Postmaster {
  readonly pid: number;
  readonly startedAt: number;
  readonly cluster: string;
}

/** What postmaster.pid says: line 1 pid, line 3 start time in seconds. undefined = no file, or unreadable. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  try {
    const lines = readFileSync(path.join(cluster, "postmaster.pid"), "latin1").split("\n");
    const pid = Number(lines[0]);
    const startedAt = Number(lines[2]) * 1000;
    return Number.isInteger(pid) && pid > 0 && Number.isFinite(startedAt) ? { pid, startedAt, cluster } : undefined;
  } catch {
    return undefined;
  }
}

/** The recorded process, not another one that was given its pid: by command and by start time or data folder. */
export function isRunning(postmaster: Postmaster): boolean {
  const found = findProcess(postmaster.pid);
  if (found === undefined || !found.command.includes("postgres")) return false;
  return isSameStart(found.startedAt, postmaster.startedAt) || found.command.includes(`-D ${postmaster.cluster} `);
}

/** Stops what still runs on the cluster: immediate shutdown first, SIGKILL after `patienceMs`. True = there was one. */
export async function reclaim(cluster: string, patienceMs = 5_000): Promise<boolean> {
  const postmaster = readPostmaster(cluster);
  if (postmaster === undefined || !isRunning(postmaster)) return false;
  signal(postmaster.pid, "SIGQUIT");
  if (await isGoneWithin(postmaster, patienceMs)) return true;
  signal(postmaster.pid, "SIGKILL");
  await isGoneWithin(postmaster, patienceMs);
  return true;
}

export async function isGoneWithin(postmaster: Postmaster, limitMs: number): Promise<boolean> {
  for (let waited = 0; waited < limitMs; waited += 20) {
    if (!isRunning(postmaster)) return true;
    await sleep(20);
  }
  return !isRunning(postmaster);
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in between.
  }
}
