/** When versions of triggers take effect, and being there when one does. */
import type { CompiledTrigger } from "@sandglass/triggers";

/** Start of the day on which a trigger takes effect, UTC ms; −∞ when it is in force at once. */
export function effectiveFrom({ effective }: Pick<CompiledTrigger, "effective">): number {
  return effective === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${effective.from}T00:00:00+08:00`);
}

/** The clock may be set, and timers hold 24 days. */
const LOOK_AGAIN_MS = 3_600_000;

/** Looks at what is in force whenever it is asked to, and again when the time comes at which something else will be. */
export class EffectiveDates {
  readonly #look: () => Promise<number>;
  readonly #now: () => number;
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** `look` answers when it is to be called again at the latest, UTC ms; it must not reject. */
  constructor(look: () => Promise<number>, now: () => number) {
    this.#look = look;
    this.#now = now;
  }

  /** Resolves when it has looked. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      clearTimeout(this.#timer);
      const next = await this.#look();
      clearTimeout(this.#timer);
      const delay = Math.max(0, Math.min(next - this.#now(), LOOK_AGAIN_MS));
      this.#timer = setTimeout(() => void this.look(), delay);
      this.#timer.unref();
    });
    return this.#looking;
  }
}
