/** Alarms for operators: what is wrong with the system itself. One per code; raised until cleared, or for a while. */
export interface OperatorAlarm {
  readonly code: string;
  readonly message: string;
  readonly messageZh: string;
  /** UTC ms of the first raise. */
  readonly since: number;
  /** UTC ms of the last raise. */
  readonly at: number;
  readonly times: number;
}

/** An alarm that nobody clears (something happened and is over) is shown this long. */
const SHOWN_MS = 15 * 60_000;

interface Raised extends OperatorAlarm {
  readonly lasting: boolean;
}

export class OperatorAlarms {
  readonly #now: () => number;
  readonly #raised = new Map<string, Raised>();
  readonly #listeners = new Set<(code: string) => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param alarm `lasting`: a state that ends with `clear`; otherwise an occurrence that is shown for 15 minutes */
  raise(alarm: {
    readonly code: string;
    readonly message: string;
    readonly messageZh: string;
    readonly lasting: boolean;
  }): void {
    const now = this.#now();
    const before = this.#raised.get(alarm.code);
    this.#raised.set(alarm.code, { ...alarm, since: before?.since ?? now, at: now, times: (before?.times ?? 0) + 1 });
    for (const listener of this.#listeners) listener(alarm.code);
  }

  clear(code: string): void {
    if (!this.#raised.delete(code)) return;
    for (const listener of this.#listeners) listener(code);
  }

  onChange(listener: (code: string) => void): void {
    this.#listeners.add(listener);
  }

  list(): OperatorAlarm[] {
    const now = this.#now();
    for (const [code, alarm] of this.#raised)
      if (!alarm.lasting && now - alarm.at > SHOWN_MS) this.#raised.delete(code);
    return [...this.#raised.values()].sort((a, b) => b.at - a.at);
  }
}
