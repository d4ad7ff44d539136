/**
 * The writer's side of a journal whose blocks go nowhere: what decoding costs without encoding and writing. Blocks are
 * of the product's size and number and come from its pool, which hands out the block that came back last. With
 * `inTurn` every block is used before one is used again: its columns have then left the processor's caches, as they
 * have while consumers hold blocks.
 */
import type { ObservationBlock } from "@sandglass/signals";
import { BlockPool } from "../../server/src/journal/block-pool.ts";

const BLOCK_ROWS = 1024;
const BLOCKS = 12;
const BLOCK_AGE_MS = 50;

export class MemoryJournal {
  /** Of blocks that were given back. */
  rows = 0;
  readonly #pool: BlockPool;
  readonly #durable: ((ticket: number) => void)[] = [];
  readonly #kept: ObservationBlock[] = [];

  constructor(inTurn: boolean) {
    this.#pool = new BlockPool({
      blocks: BLOCKS,
      blockRows: BLOCK_ROWS,
      blockRawBytes: 8 << 20,
      blockAgeMs: BLOCK_AGE_MS,
      firstSeq: 1,
      onSealed: ({ ticket, columns }) => {
        queueMicrotask(() => this.#giveBack(ticket, columns, inTurn ? BLOCKS - 1 : 0));
      },
      onAged: () => this.#pool.seal(),
    });
  }

  get openTicket(): number {
    return this.#pool.ticket;
  }

  findOpenBlock(): ObservationBlock | undefined {
    return this.#pool.findOpen();
  }

  rowAdded(): void {
    this.#pool.rowAdded();
  }

  onDurable(listener: (ticket: number) => void): void {
    this.#durable.push(listener);
  }

  /** There is always a block. */
  onWritable(): void {}

  #giveBack(ticket: number, block: ObservationBlock, keep: number): void {
    this.rows += block.rows;
    this.#kept.push(block);
    while (this.#kept.length > keep) this.#pool.release(this.#kept.shift() as ObservationBlock);
    for (const listener of this.#durable) listener(ticket);
  }
}
