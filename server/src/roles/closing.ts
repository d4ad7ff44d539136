/** What was opened is closed in the opposite order, one part after the other: what is above needs what is below it until then. */

const SLOW_MS = 1_000;

/** Notes how to close a part, under the name by which a slow stop tells of it. */
export type Opened = <T>(name: string, part: T, close: (part: T) => Promise<unknown>) => T;

export interface ClosingLog {
  warn(fields: object, text: string): void;
}

interface Step {
  readonly name: string;
  readonly close: () => Promise<unknown>;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export class Closing {
  readonly #steps: Step[] = [];
  /** Monotonic, ms. */
  readonly #clock: () => number;
  #log: ClosingLog;
  #current: { readonly name: string; readonly since: number } | undefined;

  constructor(log: ClosingLog, clock: () => number = () => performance.now()) {
    this.#log = log;
    this.#clock = clock;
  }

  /** From now on it is told there; until then to who began. */
  logTo(log: ClosingLog): void {
    this.#log = log;
  }

  readonly opened: Opened = (name, part, close) => {
    this.#steps.push({ name, close: () => close(part) });
    return part;
  };

  /** One that fails does not keep the others open. */
  async closeAll(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      const { name } = step;
      const since = this.#clock();
      this.#current = { name, since };
      await step
        .close()
        .catch((error: unknown) => this.#log.warn({ step: name }, `while stopping ${name}: ${String(error)}`));
      const took = this.#clock() - since;
      if (took >= SLOW_MS)
        this.#log.warn({ step: name, ms: Math.round(took) }, `stopping ${name} took ${seconds(took)}`);
    }
    this.#current = undefined;
  }

  /** Tells what is not closed; nothing when all is. For who will not wait any longer. */
  tellUnfinished(): void {
    if (this.#current === undefined) return;
    const { name, since } = this.#current;
    const ms = Math.round(this.#clock() - since);
    const notBegun = this.#steps.map((step) => step.name).toReversed();
    this.#log.warn(
      { step: name, ms, notBegun },
      `the stop is given up at ${name}, which has taken ${seconds(ms)}; not begun: ${notBegun.join(", ") || "nothing"}. What was answered is durable; the next start goes on from there`,
    );
  }
}
