/**
 * One Sandglass per data folder: the process that runs its PostgreSQL is recorded with pid and start time, and so is who
 * started it. A server ends when that one does (scripts/supervise.mjs): whoever kills it and starts again does not have to wait by hand.
 */
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { findProcess } from "./process-info.ts";

interface Recorded {
  readonly pid: number;
  readonly start: string;
}

interface Owner extends Recorded {
  readonly parent?: Recorded;
}

/** As long as a server may take to stop. */
const ENDING_MS = 20_000;
const POLL_MS = 100;

/** Keeps every server away from a data folder until the result is called. @throws SG_RECORDS_IN_USE while one runs */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const file = ownerFile(dataDir);
  await takeOwnership(file, dataDir);
  return () => releaseOwnership(file);
}

export function ownerFile(dataDir: string): string {
  return path.join(dataDir, "records.owner.json");
}

export async function takeOwnership(file: string, folder: string): Promise<void> {
  const owner = readRecorded(file);
  if (owner !== undefined) {
    await waitWhileEnding(() => isRunning(owner) && isEnding(owner));
    if (isRunning(owner)) throw new SandglassError(ERRORS.RECORDS_IN_USE, { folder, pid: owner.pid });
  }
  const recorded: Owner = { ...recordOf(process.pid), parent: recordOf(process.ppid) };
  await writeFile(file, JSON.stringify(recorded));
}

/** Waits for a server that is ending, no longer than one may take. */
export async function waitWhileEnding(isEndingStill: () => boolean): Promise<void> {
  const end = performance.now() + ENDING_MS;
  while (isEndingStill() && performance.now() < end) await sleep(POLL_MS);
}

function recordOf(pid: number): Recorded {
  return { pid, start: findProcess(pid)?.start ?? "" };
}

function isRunning({ pid, start }: Recorded): boolean {
  return findProcess(pid)?.start === start;
}

function isEnding({ parent }: Owner): boolean {
  return parent !== undefined && !isRunning(parent);
}

export async function releaseOwnership(file: string): Promise<void> {
  if (readRecorded(file)?.pid === process.pid) await rm(file, { force: true });
}

function readRecorded(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}
