/**
 * What supervision found, on its way into the database: in order, while stepping goes on. What piles up behind a transaction
 * goes into the next one.
 */
import type { FindingChange } from "./finding-change.ts";
import type { BlockCursor } from "./firing-log.ts";

/** How far stepping may be ahead of the database: blocks, and changes in them. */
const MOST_BLOCKS = 64;
const MOST_CHANGES = 20_000;

interface Source {
  /** What was found since the last call, in order. */
  takeChanges(): readonly FindingChange[];
  /** Resolves when it is in the database; rejects only when we are stopping. */
  write(changes: readonly FindingChange[], cursor: BlockCursor | undefined): Promise<void>;
  /** Something will not be written any more: the state in memory is ahead of the log for good. */
  abandoned(): void;
}

export class WriteBehind {
  readonly #source: Source;
  /** Last block whose findings are written. */
  cursor: BlockCursor | undefined;
  #waiting: { readonly changes: readonly FindingChange[]; readonly cursor: BlockCursor | undefined }[] = [];
  #changes = 0;
  #writing: Promise<void> | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Stepping has to wait. */
  get isFull(): boolean {
    return this.#waiting.length > MOST_BLOCKS || this.#changes > MOST_CHANGES;
  }

  /** Hands over what was found up to a block; nothing waits for it here. */
  flush(cursor: BlockCursor | undefined): void {
    const changes = this.#source.takeChanges();
    if (changes.length === 0 && this.#writing === undefined) {
      this.cursor = cursor ?? this.cursor;
      return;
    }
    if (changes.length === 0 && cursor === undefined) return;
    this.#waiting.push({ changes, cursor });
    this.#changes += changes.length;
    this.#start();
  }

  /** Resolves when everything that was found is in the database, which holds intake back through the journal. */
  async written(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    // Confirmations of what has just been written.
    this.flush(undefined);
    while (this.#writing !== undefined) await this.#writing;
  }

  #start(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      // Something may have come between the last look at the list and now.
      if (this.#waiting.length > 0) this.#start();
    });
    // Who needs it written asks for it.
    this.#writing.catch(() => this.#source.abandoned());
  }

  /** As long as the database is away, what comes meanwhile waits for the next transaction. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#changes = 0;
      const changes = batch.flatMap((each) => each.changes);
      const cursor = batch.findLast((each) => each.cursor !== undefined)?.cursor;
      if (changes.length > 0) await this.#source.write(changes, cursor);
      this.cursor = cursor ?? this.cursor;
    }
  }
}
