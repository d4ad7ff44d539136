/** One Sandglass per data folder: the process that runs its PostgreSQL is recorded with pid and start time. */
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { findProcess } from "./process-info.ts";

interface Recorded {
  readonly pid: number;
  readonly start: string;
}

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
  const recorded = readRecorded(file);
  if (recorded !== undefined) {
    if (findProcess(recorded.pid)?.start === recorded.start) {
      throw new SandglassError(ERRORS.RECORDS_IN_USE, { folder, pid: recorded.pid });
    }
  }
  await writeFile(file, JSON.stringify({ pid: process.pid, start: findProcess(process.pid)?.start ?? "" }));
}

export async function releaseOwnership(file: string): Promise<void> {
  if (readRecorded(file)?.pid === process.pid) await rm(file, { force: true });
}

function readRecorded(file: string): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Recorded;
  } catch {
    return undefined;
  }
}
