/**
 * The keys of the registered vehicles in memory, for a gateway that checks them: frames cannot wait for a database.
 * New registrations arrive after two seconds, what was taken out of the registry after ten minutes. Nothing is read
 * before the first link whose vehicles are checked.
 */
import type { Access } from "../access/mod.ts";

const NEWS_MS = 2_000;
const WHOLE_MS = 600_000;
/** Registrations that were committed late belong to an earlier instant. */
const OVERLAP_MS = 60_000;

export interface RegisteredVehiclesOptions {
  readonly registry: Pick<Access["registry"], "registeredKeys">;
  /** UTC ms. */
  readonly now: () => number;
  readonly warn: (details: object, message: string) => void;
  readonly newsMs?: number;
}

export class RegisteredVehicles {
  readonly #options: RegisteredVehiclesOptions;
  #keys = new Set<bigint>();
  #wholeAt = 0;
  #newsAt = 0;
  #watching: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RegisteredVehiclesOptions) {
    this.#options = options;
  }

  /** Whether the vehicle is registered; only to be asked once `watch` has resolved. */
  readonly has = (key: bigint): boolean => this.#keys.has(key);

  /** Reads the registry and follows it from then on. A call that failed is tried again by the next one. */
  watch(): Promise<void> {
    this.#watching ??= this.#begin().catch((error: unknown) => {
      this.#watching = undefined;
      throw error;
    });
    return this.#watching;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#refreshing;
  }

  async #begin(): Promise<void> {
    await this.#readAll();
    if (this.#closed) return;
    this.#timer = setInterval(() => {
      this.#refreshing ??= this.#refresh().finally(() => {
        this.#refreshing = undefined;
      });
    }, this.#options.newsMs ?? NEWS_MS);
  }

  async #readAll(): Promise<void> {
    const at = this.#options.now();
    this.#keys = new Set(await this.#options.registry.registeredKeys());
    this.#wholeAt = this.#newsAt = at;
  }

  async #refresh(): Promise<void> {
    const { registry, now, warn } = this.#options;
    const at = now();
    try {
      if (at - this.#wholeAt >= WHOLE_MS) return await this.#readAll();
      for (const key of await registry.registeredKeys(this.#newsAt - OVERLAP_MS)) this.#keys.add(key);
      this.#newsAt = at;
    } catch (error) {
      warn({ err: error }, "the registered vehicles could not be read: the last ones count on");
    }
  }
}
