/**
 * Hands durable blocks to their consumers, each in order and one at a time, and gives a block back for reuse when
 * every consumer is done with it: a slow consumer slows intake down instead of growing a queue.
 */
import type { ObservationBlock } from "@sandglass/signals";

/** A block that survives a crash. `columns` is only valid until the consumer's promise is resolved. */
export interface DurableBlock {
  readonly segment: number;
  /** 0-based number of the block within its segment. */
  readonly block: number;
  readonly columns: ObservationBlock;
}

export type BlockConsumer = (durable: DurableBlock) => void | Promise<void>;

interface Lane {
  readonly consumer: BlockConsumer;
  tail: Promise<void>;
}

export class HandOver {
  readonly #lanes: Lane[] = [];
  readonly #release: (block: ObservationBlock) => void;
  #pending = 0;

  constructor(release: (block: ObservationBlock) => void) {
    this.#release = release;
  }

  /** Blocks that a consumer has not finished. */
  get pending(): number {
    return this.#pending;
  }

  subscribe(consumer: BlockConsumer): void {
    this.#lanes.push({ consumer, tail: Promise.resolve() });
  }

  deliver(durable: DurableBlock): void {
    let waiting = this.#lanes.length;
    if (waiting === 0) {
      this.#release(durable.columns);
      return;
    }
    this.#pending++;
    for (const lane of this.#lanes) {
      lane.tail = lane.tail
        .then(() => lane.consumer(durable))
        .then(() => {
          waiting--;
          if (waiting > 0) return;
          this.#pending--;
          this.#release(durable.columns);
        });
      // A consumer that fails has lost its place. The process ends and the consumer resumes from its cursor;
      // carrying on would skip a block silently.
      lane.tail.catch((error: unknown) =>
        setImmediate(() => {
          throw error;
        }),
      );
    }
  }

  /** Resolves when the consumers have finished everything delivered so far. */
  async drained(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.tail));
  }
}
