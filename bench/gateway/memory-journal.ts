/** The writer's side of a journal whose blocks go nowhere: what decoding costs without encoding and writing. */
import { ObservationBlock } from "@sandglass/signals";

const BLOCK_ROWS = 4096;
const BLOCKS = 8;
const BLOCK_AGE_MS = 50;

export class MemoryJournal {
  /** Of blocks that were given back. */
  rows = 0;
  openTicket = 0;
  readonly #free = Array.from({ length: BLOCKS }, () => new ObservationBlock(BLOCK_ROWS));
  readonly #durable: ((ticket: number) => void)[] = [];
  #open: ObservationBlock | undefined;
  #timer: NodeJS.Timeout | undefined;

  findOpenBlock(): ObservationBlock | undefined {
    if (this.#open !== undefined) return this.#open;
    // In turn, as with a journal: the columns of a block have left the processor's caches when it comes back.
    this.#open = this.#free.shift();
    this.openTicket++;
    return this.#open;
  }

  rowAdded(): void {
    this.#timer ??= setTimeout(() => this.#giveBack(), BLOCK_AGE_MS);
    if (this.#open?.isFull === true) this.#giveBack();
  }

  onDurable(listener: (ticket: number) => void): void {
    this.#durable.push(listener);
  }

  /** There is always a block. */
  onWritable(): void {}

  #giveBack(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const block = this.#open;
    if (block === undefined || block.rows === 0) return;
    this.#open = undefined;
    const ticket = this.openTicket;
    queueMicrotask(() => {
      this.rows += block.rows;
      block.reset();
      this.#free.push(block);
      for (const listener of this.#durable) listener(ticket);
    });
  }
}
