/**
 * The embedded engine: ClickHouse in a child process. Queues statements on its connections, restarts the child after a
 * crash, and sends reads again that it had not answered. Nothing here blocks the event loop; a result is parsed here,
 * so readers keep their pages small.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { ChdbProcess } from "./chdb-process.ts";
import { jobName, type FromChild } from "./child-protocol.ts";
import type { Engine, Lane, QueryOptions } from "./engine.ts";
import type { HistoryLog } from "./options.ts";
import { reclaimChild } from "./process-record.ts";
import { SlotQueue } from "./queue.ts";
import { sql, str, type Sql } from "./sql.ts";

const TIME_LIMIT_MS: Readonly<Record<Lane, number>> = { write: 0, interactive: 10_000, background: 120_000 };
const MEMORY_LIMIT_BYTES = 2_000_000_000;
const MAX_STARTS = 3;
const RESTART_DELAYS_MS = [50, 200, 1000, 5000] as const;
/** A read that was running while the child died this often is not sent again: it may be the reason. */
const MAX_DEATHS = 2;

interface Job {
  readonly id: number;
  readonly lane: Lane;
  readonly texts: readonly string[];
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
  slot: number;
  deaths: number;
}

export interface ChdbEngineOptions {
  /** Folder of the history; chdb's own folder and the record of its process stand below it. */
  readonly folder: string;
  readonly log: HistoryLog;
  /** Told when the child ended by itself, and when it is open again. */
  readonly onChild?: (event: "lost" | "restored", detail: string) => void;
}

export class ChdbEngine implements Engine {
  readonly #options: ChdbEngineOptions;
  readonly #recordPath: string;
  readonly #running = new Map<number, Job>();
  readonly #queue: SlotQueue<Job>;
  #process: ChdbProcess | undefined;
  #nextJob = 1;
  #closed = false;
  #restarts = 0;

  private constructor(options: ChdbEngineOptions) {
    this.#options = options;
    this.#recordPath = join(options.folder, "child.json");
    this.#queue = new SlotQueue((job, slot) => this.#send(job, slot));
    this.#queue.pause();
  }

  /** @throws SG_HISTORY_LOCKED, SG_HISTORY_START */
  static async open(options: ChdbEngineOptions): Promise<ChdbEngine> {
    const engine = new ChdbEngine(options);
    await mkdir(options.folder, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      await reclaimChild(engine.#recordPath, options.folder);
      try {
        await engine.#start();
        return engine;
      } catch (error) {
        // Killed while it started, or a reason that will not go away.
        if (attempt === MAX_STARTS) throw error;
      }
    }
  }

  /** Process id of the child, while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get version(): string | undefined {
    return this.#process?.version;
  }

  /** How often the child was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  async query<Row extends readonly unknown[]>(statement: Sql, options: QueryOptions = {}): Promise<Row[]> {
    const lane = options.lane ?? "interactive";
    const id = this.#nextJob++;
    const seconds = (options.timeLimitMs ?? TIME_LIMIT_MS[lane]) / 1000;
    const text = `${statement.text} SETTINGS max_execution_time = ${seconds}, max_memory_usage = ${MEMORY_LIMIT_BYTES}, log_comment = '${jobName(id)}'`;
    const bytes = await this.#enqueue(id, lane, [text], options.signal);
    return parseRows<Row>(bytes);
  }

  async execute(statement: Sql): Promise<void> {
    await this.#enqueue(this.#nextJob++, "write", [statement.text]);
  }

  async executeAndAsk<Row extends readonly unknown[]>(statement: Sql, question: Sql): Promise<Row[]> {
    return parseRows<Row>(await this.#enqueue(this.#nextJob++, "write", [statement.text, question.text]));
  }

  nativeFile(path: string, structure: string): Sql {
    return sql`file(${str(path)}, Native, ${str(structure)})`;
  }

  ndjsonFile(path: string, structure: string): Sql {
    return sql`file(${str(path)}, JSONEachRow, ${str(structure)})`;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const job of this.#queue.takeAll()) job.reject(closedError());
    await this.#process?.close();
  }

  #enqueue(id: number, lane: Lane, texts: readonly string[], signal?: AbortSignal): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(closedError());
    if (signal?.aborted) return Promise.reject(cancelledError(signal));
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const job: Job = { id, lane, texts, resolve, reject, slot: -1, deaths: 0 };
    this.#queue.add(lane, job);
    if (signal === undefined) return promise;
    const onAbort = () => {
      reject(cancelledError(signal));
      if (!this.#queue.remove(lane, job)) this.#process?.send({ kind: "cancel", job: id });
    };
    signal.addEventListener("abort", onAbort, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  #send(job: Job, slot: number): void {
    job.slot = slot;
    this.#running.set(job.id, job);
    this.#process?.send({ kind: "run", job: job.id, slot, texts: job.texts });
  }

  #receive(message: FromChild): void {
    if (message.kind !== "done" && message.kind !== "failed") return;
    const job = this.#running.get(message.job);
    if (job === undefined) return;
    this.#running.delete(message.job);
    if (message.kind === "done") job.resolve(message.bytes);
    else job.reject(queryError(message.code, message.reason));
    this.#queue.release(job.lane, job.slot);
  }

  async #start(): Promise<ChdbProcess> {
    const started = await ChdbProcess.start({
      folder: join(this.#options.folder, "chdb"),
      recordPath: this.#recordPath,
      onMessage: (message) => this.#receive(message),
      onExit: (how) => void this.#lost(how),
    });
    this.#process = started;
    this.#queue.resume();
    return started;
  }

  async #lost(how: string): Promise<void> {
    this.#process = undefined;
    this.#queue.pause();
    const lost = [...this.#running.values()];
    this.#running.clear();
    for (const job of lost.reverse()) {
      job.deaths++;
      if (this.#closed) job.reject(closedError());
      // Whether a write took effect is for its caller to find out; a read is simply asked again.
      else if (job.lane === "write" || job.deaths >= MAX_DEATHS)
        job.reject(new SandglassError(ERRORS.HISTORY_INTERRUPTED, { how }));
      else this.#queue.putBack(job.lane, [job]);
    }
    if (this.#closed) return;
    this.#options.log.error({ how, unanswered: lost.length }, "the history process ended; starting it again");
    this.#options.onChild?.("lost", how);
    for (let attempt = 0; !this.#closed; attempt++) {
      await new Promise((resolve) =>
        setTimeout(resolve, RESTART_DELAYS_MS[Math.min(attempt, RESTART_DELAYS_MS.length - 1)]),
      );
      try {
        await reclaimChild(this.#recordPath, this.#options.folder);
        const started = await this.#start();
        this.#restarts++;
        this.#options.onChild?.("restored", `attempt ${attempt + 1}`);
        if (this.#closed) await started.close();
        return;
      } catch (error) {
        this.#options.log.error({ error, attempt }, "the history process does not start");
      }
    }
  }
}

/** ClickHouse numbers: TIMEOUT_EXCEEDED, QUERY_WAS_CANCELLED, NOT_ENOUGH_SPACE, MEMORY_LIMIT_EXCEEDED. */
const TIMEOUT = 159;
const CANCELLED = 394;
const NO_SPACE = 243;
const MEMORY = 241;

function queryError(code: number, reason: string): SandglassError {
  const detail = reason.replaceAll(/\s+/g, " ").slice(0, 500);
  switch (code) {
    case TIMEOUT:
      return new SandglassError(ERRORS.HISTORY_TOO_SLOW, { detail });
    case CANCELLED:
      return new SandglassError(ERRORS.HISTORY_CANCELLED);
    case MEMORY:
      return new SandglassError(ERRORS.HISTORY_TOO_LARGE, { detail });
    case NO_SPACE:
      return new SandglassError(ERRORS.HISTORY_DISK_FULL, { detail });
    default:
      if (/No space left on device|errno: 28/.test(reason))
        return new SandglassError(ERRORS.HISTORY_DISK_FULL, { detail });
      return new SandglassError(ERRORS.HISTORY_QUERY, { clickhouse: code, detail });
  }
}

function closedError(): SandglassError {
  return new SandglassError(ERRORS.HISTORY_CLOSED);
}

function cancelledError(signal: AbortSignal): SandglassError {
  return new SandglassError(ERRORS.HISTORY_CANCELLED, {}, { cause: signal.reason });
}

function parseRows<Row>(bytes: Uint8Array): Row[] {
  if (bytes.length === 0) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8").trimEnd();
  return JSON.parse(`[${text.replaceAll("\n", ",")}]`) as Row[];
}
