/** One Sandglass per data folder: the process that runs its PostgreSQL is recorded with pid and start time. */
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { findProcess, isSameStart } from "./process-info.ts";

interface Recorded {
  readonly pid: number;
  readonly startedAt: number;
}

export async function takeOwnership(file: string, folder: string): Promise<void> {
  const recorded = readRecorded(file);
  if (recorded !== undefined) {
    const found = findProcess(recorded.pid);
    if (found !== undefined && isSameStart(found.startedAt, recorded.startedAt)) {
      throw new SandglassError(ERRORS.RECORDS_IN_USE, { folder, pid: recorded.pid });
    }
  }
  const self = findProcess(process.pid);
  await writeFile(file, JSON.stringify({ pid: process.pid, startedAt: self?.startedAt ?? Date.now() }));
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
