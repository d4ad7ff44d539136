/** The threads that step the portions of a backtest. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ChunkResult, ChunkWork, SetTexts } from "./firing.ts";
import type { WorkerAnswer } from "./worker.ts";

const MAX_THREADS = 2;

export class SteppingThreads {
  readonly #texts: readonly SetTexts[];
  readonly #limit: number;
  readonly #all: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #failed = Promise.withResolvers<never>();

  /** @param portions there is never work for more threads than these */
  constructor(texts: readonly SetTexts[], signal: AbortSignal, portions: number) {
    this.#texts = texts;
    this.#limit = Math.max(1, Math.min(MAX_THREADS, availableParallelism(), portions));
    this.#failed.promise.catch(() => undefined);
    signal.addEventListener("abort", () => this.#failed.reject(signal.reason), { once: true });
  }

  /**
   * Waits for a thread that is free, and gives it the work.
   * @returns the result; resolved with it in hand, so that the caller may prepare the next portion meanwhile
   */
  async start(work: ChunkWork): Promise<{ readonly result: Promise<ChunkResult> }> {
    const worker = await Promise.race([this.#take(), this.#failed.promise]);
    const answer = new Promise<ChunkResult>((resolve, reject) => {
      worker.once("message", (message: WorkerAnswer) => {
        this.#give(worker);
        if ("result" in message) resolve(message.result);
        else reject(new Error(message.error));
      });
    });
    worker.postMessage(work);
    return { result: Promise.race([answer, this.#failed.promise]) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #take(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return Promise.resolve(idle);
    if (this.#all.length < this.#limit) return Promise.resolve(this.#open());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
  }

  #open(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: this.#texts });
    worker.on("error", (error) => this.#failed.reject(error));
    worker.on("exit", (code) => this.#failed.reject(new Error(`a thread of the backtest ended with ${code}`)));
    this.#all.push(worker);
    return worker;
  }
}
