/** Which process is meant by a recorded pid: a pid alone may have been given to another process since. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface ProcessInfo {
  readonly pid: number;
  /** Start in ms since 1970, precise to about a second. */
  readonly startedAt: number;
  /** Start as the system counts it: unlike `startedAt` it does not move when the clock is set. */
  readonly start: string;
  /** Command line, words joined by blanks. */
  readonly command: string;
}

const CLOCK_TICKS_PER_SECOND = 100;

/** undefined when no such process runs (a zombie does not run). */
export function findProcess(pid: number): ProcessInfo | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return process.platform === "linux" ? readProc(pid) : readPs(pid);
}

function readProc(pid: number): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const ticks = fields[19] ?? "";
    const boot = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "latin1"))?.[1];
    const startedAt = Number(boot) * 1000 + (Number(ticks) * 1000) / CLOCK_TICKS_PER_SECOND;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { pid, startedAt, start: ticks, command };
  } catch {
    return undefined;
  }
}

function readPs(pid: number): ProcessInfo | undefined {
  const result = spawnSync("ps", ["-o", "lstart=,command=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  const line = result.stdout?.trim();
  if (result.status !== 0 || line === undefined || line.length < 25) return undefined;
  return { pid, startedAt: Date.parse(line.slice(0, 24)), start: line.slice(0, 24), command: line.slice(24).trim() };
}

/** Same process as the one that was recorded: clocks and rounding differ by up to two seconds. */
export function isSameStart(a: number, b: number): boolean {
  return Math.abs(a - b) <= 2_500;
}
