/** Threads of one kind that work through portions: replays of millions of rows must not hold up the event loop. */
import { availableParallelism } from "node:os";
import { Worker, type MessagePort } from "node:worker_threads";

const MAX_THREADS = 2;

type Answer<Result> = { readonly result: Result } | { readonly error: string };

export interface WorkThreadsOptions {
  readonly script: URL;
  /** Given to every thread at its start. */
  readonly data?: unknown;
  /** There is never work for more threads than these. */
  readonly portions?: number;
  readonly signal?: AbortSignal;
}

export class WorkThreads<Work, Result> {
  readonly #options: WorkThreadsOptions;
  readonly #limit: number;
  readonly #all: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #failed = Promise.withResolvers<never>();

  constructor(options: WorkThreadsOptions) {
    this.#options = options;
    this.#limit = Math.max(1, Math.min(MAX_THREADS, availableParallelism(), options.portions ?? MAX_THREADS));
    this.#failed.promise.catch(() => undefined);
    const { signal } = options;
    signal?.addEventListener("abort", () => this.#failed.reject(signal.reason), { once: true });
  }

  /**
   * Waits for a thread that is free, and gives it the work.
   * @returns the result; resolved with it in hand, so that the caller may prepare the next portion meanwhile
   */
  async start(work: Work): Promise<{ readonly result: Promise<Result> }> {
    const worker = await Promise.race([this.#take(), this.#failed.promise]);
    const answer = new Promise<Result>((resolve, reject) => {
      worker.once("message", (message: Answer<Result>) => {
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
    const { script, data } = this.#options;
    const worker = new Worker(script, { workerData: data });
    worker.on("error", (error) => this.#failed.reject(error));
    worker.on("exit", (code) => this.#failed.reject(new Error(`a working thread ended with ${code}`)));
    this.#all.push(worker);
    return worker;
  }
}

/** The other side: what a thread does with each piece of work. */
export function answerWork<Work, Result>(port: MessagePort | null, work: (work: Work) => Result): void {
  port?.on("message", (message: Work) => {
    let answer: Answer<Result>;
    try {
      answer = { result: work(message) };
    } catch (error) {
      answer = { error: (error as Error).stack ?? String(error) };
    }
    port.postMessage(answer);
  });
}
