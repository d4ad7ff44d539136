/**
 * The writer's side: hands out the one open block and seals it when it is full or old. Blocks come from a fixed pool,
 * so that intake stops instead of growing when the disk or a consumer is slower than the sockets.
 */
import { ObservationBlock } from "@sandglass/signals";

export interface SealedBlock {
  /** Number of the block since the start of the process, ascending. */
  readonly ticket: number;
  readonly columns: ObservationBlock;
}

export interface BlockPoolOptions {
  readonly blocks: number;
  readonly blockRows: number;
  readonly blockRawBytes: number;
  readonly blockAgeMs: number;
  /** Sequence number of the first row. */
  readonly firstSeq: number;
  /** Full: takes the block at once. */
  readonly onSealed: (sealed: SealedBlock) => void;
  /** Old: `seal` it when the disk has time. While it is busy the block may as well grow. */
  readonly onAged: () => void;
}

/** Timers may fire a little early. */
const TIMER_SLACK_MS = 0.5;

export class BlockPool {
  readonly #options: BlockPoolOptions;
  readonly #free: ObservationBlock[] = [];
  #open: ObservationBlock | undefined;
  #openedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #ticket = 0;
  #nextSeq: number;
  /** No block is opened while this is set. */
  stopped = false;
  /** The open block has reached its age. */
  aged = false;

  constructor(options: BlockPoolOptions) {
    this.#options = options;
    this.#nextSeq = options.firstSeq;
    for (let i = 0; i < options.blocks; i++) this.#free.push(new ObservationBlock(options.blockRows));
  }

  get freeBlocks(): number {
    return this.#free.length;
  }

  /** Ticket of the open block, or of the last one. */
  get ticket(): number {
    return this.#ticket;
  }

  /** Ticket of the last block that was sealed. */
  get sealedTicket(): number {
    return this.#open === undefined ? this.#ticket : this.#ticket - 1;
  }

  findOpen(): ObservationBlock | undefined {
    if (this.#open !== undefined) return this.#open;
    if (this.stopped) return undefined;
    const block = this.#free.pop();
    if (block === undefined) return undefined;
    block.firstSeq = this.#nextSeq;
    this.#open = block;
    this.#ticket++;
    return block;
  }

  rowAdded(): void {
    const block = this.#open;
    if (block === undefined) return;
    if (block.rows >= this.#options.blockRows || block.rawLength >= this.#options.blockRawBytes) {
      this.seal();
    } else if (block.rows === 1) {
      this.#openedAt = performance.now();
      if (this.#timer === undefined) this.#setTimer(this.#options.blockAgeMs);
    }
  }

  /** Seals the open block if it has rows. */
  seal(): void {
    const columns = this.#open;
    this.aged = false;
    if (columns === undefined || columns.rows === 0) return;
    this.#open = undefined;
    this.#nextSeq += columns.rows;
    this.#options.onSealed({ ticket: this.#ticket, columns });
  }

  /** Takes a block back that everybody is done with. */
  release(block: ObservationBlock): void {
    block.reset();
    this.#free.push(block);
  }

  close(): void {
    this.stopped = true;
    clearTimeout(this.#timer);
  }

  /** One timer follows the open block instead of one per block: blocks that fill up cost no timer. */
  #setTimer(delay: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#open === undefined || this.#open.rows === 0) return;
      const left = this.#options.blockAgeMs - (performance.now() - this.#openedAt);
      if (left > TIMER_SLACK_MS) {
        this.#setTimer(left);
      } else {
        this.aged = true;
        this.#options.onAged();
      }
    }, delay);
  }
}
