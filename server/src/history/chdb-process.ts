/**
 * Starts the child that runs chdb and speaks with it. The child has its own process group (a Ctrl-C at the terminal
 * does not reach it) and ends when our end of the channel closes, however we end.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { FromChild, ToChild } from "./child-protocol.ts";
import { recordChild } from "./process-record.ts";
import { SLOTS } from "./queue.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
/** What was inserted is on the disk: an engine that is ended by force has lost nothing, and looks its parts through at the next start. */
const CLOSE_WITHIN_MS = 3_000;
/** Freed memory stays with the engine from one segment to the next: to ask the kernel again costs more (docs/adr/0085). */
const KEEP_PAGES = "dirty_decay_ms:120000,muzzy_decay_ms:120000";

export interface ChdbProcessOptions {
  /** chdb's own folder. */
  readonly folder: string;
  /** Where the child's pid is recorded. */
  readonly recordPath: string;
  readonly onMessage: (message: FromChild) => void;
  /** The child ended, for whatever reason; called once. */
  readonly onExit: (how: string) => void;
}

export class ChdbProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #version = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, "exit");
  }

  /** Starts a child and waits until chdb is open. @throws SG_HISTORY_START */
  static async start(options: ChdbProcessOptions): Promise<ChdbProcess> {
    const child = fork(CHILD, [], {
      execPath: process.execPath,
      execArgv: [],
      detached: true,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      // One native thread per connection and one for cancelling.
      env: { JE_MALLOC_CONF: KEEP_PAGES, ...process.env, UV_THREADPOOL_SIZE: String(SLOTS + 2) },
    });
    const started = new ChdbProcess(child);
    const opened = Promise.withResolvers<string>();
    let isOpen = false;
    child.on("message", (message: FromChild) => {
      if (message.kind === "opened") opened.resolve(message.version);
      else if (message.kind === "refused") opened.reject(new Error(message.reason));
      else options.onMessage(message);
    });
    child.on("error", (error) => opened.reject(error));
    child.on("exit", (code, signal) => {
      const how = signal ?? `code ${code}`;
      opened.reject(new Error(`the process ended (${how})`));
      if (isOpen) options.onExit(how);
    });
    try {
      if (child.pid !== undefined) await recordChild(options.recordPath, child.pid);
      started.send({ kind: "open", folder: options.folder, slots: SLOTS });
      started.#version = await opened.promise;
      isOpen = true;
      return started;
    } catch (error) {
      opened.promise.catch(() => undefined);
      started.kill();
      throw new SandglassError(ERRORS.HISTORY_START, { reason: (error as Error).message }, { cause: error });
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Version of ClickHouse. */
  get version(): string {
    return this.#version;
  }

  /** A message to a child that is just ending is lost; its exit is reported anyway. */
  send(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Lets running statements end, closes chdb and waits for the end of the process. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.kill(), CLOSE_WITHIN_MS);
    this.send({ kind: "close" });
    await this.#exited;
    clearTimeout(timer);
  }
}
