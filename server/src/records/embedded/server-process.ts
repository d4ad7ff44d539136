/**
 * The running PostgreSQL: started behind a guard, watched, restarted.
 *
 * The guard is a few lines of sh in a process group of its own (a Ctrl-C at the terminal does not reach it). It holds
 * the reading end of our pipe; when we end in whatever way, the pipe closes and the guard stops PostgreSQL.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { ERRORS, SandglassError, messageOf } from "../../errors/mod.ts";
import type { Binaries } from "./binaries.ts";
import { childEnvironment } from "./initialise.ts";
import type { Identity } from "./identity.ts";
import { isGoneWithin, isRunning, readPostmaster, reclaim, signal } from "./stale.ts";

const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ cat <&3 >/dev/null 2>&1; kill -QUIT "$server" 2>/dev/null; } &
exec 3<&-
wait "$server"
`;

export interface ServerOptions {
  readonly cluster: string;
  readonly socketFolder: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly binaries: Binaries;
  readonly identity: Identity;
  /** Resolves when the server takes connections, rejects while it does not. */
  readonly probe: () => Promise<void>;
  readonly onLine: (line: string) => void;
  /** Called after an unexpected end, before and after the restart. */
  readonly onRestart: (phase: "ended" | "running", reason: string) => void;
}

const START_LIMIT_MS = 90_000;
/** Backends that lost their postmaster hold the shared memory for a moment. */
const SHARED_MEMORY_BUSY = "pre-existing shared memory block";

export class ServerProcess {
  readonly #options: ServerOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  #restart: Promise<void> | undefined;
  #lastLines: string[] = [];

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    for (;;) {
      await reclaim(this.#options.cluster);
      if (await this.#startOnce(deadline)) return;
      const output = this.#lastLines.join("\n");
      if (!output.includes(SHARED_MEMORY_BUSY) || Date.now() > deadline) {
        throw new SandglassError(ERRORS.RECORDS_START, { reason: output.slice(-800) });
      }
      await sleep(100);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#restart?.catch(() => undefined);
    const postmaster = readPostmaster(this.#options.cluster);
    if (postmaster !== undefined && isRunning(postmaster)) {
      signal(postmaster.pid, "SIGINT");
      if (!(await isGoneWithin(postmaster, 10_000))) await reclaim(this.#options.cluster);
    }
    this.#child?.stdin?.destroy();
  }

  /** True = up; false = it ended before it answered. */
  async #startOnce(deadline: number): Promise<boolean> {
    const child = this.#spawn();
    this.#child = child;
    this.#lastLines = [];
    const state = { ended: false };
    for (const end of ["exit", "error"]) child.once(end, () => (state.ended = true));
    while (!state.ended) {
      try {
        await this.#options.probe();
        break;
      } catch {
        if (Date.now() > deadline) {
          child.stdin?.destroy();
          throw new SandglassError(ERRORS.RECORDS_START, { reason: "it does not answer" });
        }
        await sleep(15);
      }
    }
    if (state.ended) {
      child.stdin?.destroy();
      return false;
    }
    child.once("exit", () => this.#onEnd(child));
    return true;
  }

  #spawn(): ChildProcess {
    const { binaries, identity, cluster, socketFolder, settings, onLine } = this.#options;
    const words = ["-D", cluster, "-k", socketFolder];
    for (const [name, value] of Object.entries(settings)) words.push("-c", `${name}=${value}`);
    const child = spawn("sh", ["-c", GUARD, "sandglass-postgres", ...identity.prefix, binaries.postgres, ...words], {
      ...identity.spawn,
      cwd: "/",
      env: childEnvironment(binaries),
      detached: true,
      stdio: ["pipe", "ignore", "pipe"],
    });
    child.stdin?.on("error", () => undefined);
    let rest = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        this.#lastLines.push(line);
        if (this.#lastLines.length > 40) this.#lastLines.shift();
        onLine(line);
      }
    });
    child.once("error", (error) => this.#lastLines.push(error.message));
    return child;
  }

  #onEnd(child: ChildProcess): void {
    child.stdin?.destroy();
    if (this.#stopping || this.#child !== child) return;
    this.#options.onRestart("ended", `exit ${child.exitCode ?? child.signalCode}`);
    this.#restart = this.#keepStarting();
  }

  async #keepStarting(): Promise<void> {
    for (let pause = 50; !this.#stopping; pause = Math.min(pause * 2, 5_000)) {
      try {
        await this.start();
        this.#options.onRestart("running", "restarted");
        return;
      } catch (cause) {
        this.#options.onRestart("ended", messageOf(cause));
        await sleep(pause);
      }
    }
  }
}
