/**
 * When parts of `frames` are merged. Merging a row costs half as much as storing it and makes nothing safer, only later
 * reading quicker: while segments wait to be stored, parts wait too (docs/adr/0175).
 */
import { messageOf } from "../errors/mod.ts";
import type { Engine } from "./engine.ts";
import type { HistoryLog } from "./options.ts";
import { trusted } from "./sql.ts";

/**
 * The parts of a level wait until there are twenty, so that rows are merged once a level. Hardly more at once: a merge takes
 * 10 MB of memory a part, and four may run. With equal limits nothing is ever merged.
 */
export const MERGING = "min_parts_to_merge_at_once = 20, max_parts_to_merge_at_once = 25";
/** More than there ever are. */
const WAITING = "min_parts_to_merge_at_once = 100000";

export interface MergePaceOptions {
  /** Storing has to keep up for so long before merges take processor time from it again. */
  readonly keptUpMs: number;
  /** So many segments may be stored meanwhile: each is a part that every question has to look into. */
  readonly most: number;
}

const DEFAULTS: MergePaceOptions = { keptUpMs: 10_000, most: 200 };

export class MergePace {
  readonly #engine: Engine;
  readonly #log: HistoryLog;
  readonly #options: MergePaceOptions;
  #isWaiting = false;
  /** Segments that were stored since storing fell behind. */
  #stored = 0;
  #calming: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(engine: Engine, log: HistoryLog, options: MergePaceOptions) {
    this.#engine = engine;
    this.#log = log;
    this.#options = options;
  }

  /** What an earlier run was behind with says nothing about this one. */
  static async open(engine: Engine, log: HistoryLog, options: Partial<MergePaceOptions> = {}): Promise<MergePace> {
    const pace = new MergePace(engine, log, { ...DEFAULTS, ...options });
    await pace.#set(MERGING);
    return pace;
  }

  /** A segment is about to be stored. */
  async note(isBehind: boolean): Promise<void> {
    if (!isBehind) {
      if (this.#stored > 0) this.#calmLater();
      return;
    }
    clearTimeout(this.#calming);
    this.#calming = undefined;
    this.#stored++;
    const shallWait = this.#stored <= this.#options.most;
    if (shallWait !== this.#isWaiting) await this.#change(shallWait);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#calming);
  }

  #calmLater(): void {
    if (this.#isClosed) return;
    this.#calming ??= setTimeout(() => {
      this.#calming = undefined;
      this.#stored = 0;
      if (this.#isWaiting) void this.#change(false);
    }, this.#options.keptUpMs).unref();
  }

  /** Storing does not depend on it: where it fails, the next segment that is behind tries again. */
  async #change(shallWait: boolean): Promise<void> {
    try {
      await this.#set(shallWait ? WAITING : MERGING);
      this.#isWaiting = shallWait;
      this.#log.info({}, shallWait ? "parts wait while segments do" : "parts are merged again");
    } catch (error) {
      this.#log.warn({ reason: messageOf(error) }, "the pace of merges was not changed");
      // Should nothing come any more.
      if (!shallWait) this.#calmLater();
    }
  }

  async #set(settings: string): Promise<void> {
    await this.#engine.execute(trusted(`ALTER TABLE frames MODIFY SETTING ${settings}`));
  }
}
