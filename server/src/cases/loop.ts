/** Runs work again and again, never twice at once, which may ask whether it goes on; `wake` ends the present pause. */
export class Loop {
  readonly #pauseMs: number;
  readonly #work: (goesOn: () => boolean) => Promise<unknown>;
  readonly #onFailure: (cause: unknown) => void;
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #woken = false;

  constructor(pauseMs: number, work: (goesOn: () => boolean) => Promise<unknown>, onFailure: (cause: unknown) => void) {
    this.#pauseMs = pauseMs;
    this.#work = work;
    this.#onFailure = onFailure;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      try {
        await this.#work(() => !this.#stopped);
      } catch (cause) {
        this.#onFailure(cause);
      }
      if (!this.#stopped && !this.#woken) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#pauseMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
