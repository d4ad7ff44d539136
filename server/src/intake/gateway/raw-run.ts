/**
 * Raw frames on their way into a block. Frames that follow each other in a chunk are copied together: one copy for
 * some hundred frames of a busy platform link instead of a view and a copy for each (0.1 µs per frame, measured).
 *
 * `flush` before the call that delivered the chunk returns: later the chunk may hold something else, and the journal
 * writes a block only in a later turn of the event loop.
 */
import type { ObservationBlock } from "@sandglass/signals";

export class RawRun {
  #block: ObservationBlock | undefined;
  #source: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;
  /** Where the run begins in the block's raw bytes. */
  #at = 0;

  /** Bytes [from, to) are the raw bytes of the row that is being filled. */
  add(block: ObservationBlock, bytes: Uint8Array, from: number, to: number): void {
    const start = block.rawLength;
    if (block !== this.#block || bytes !== this.#source || from !== this.#to) {
      this.flush();
      this.#block = block;
      this.#source = bytes;
      this.#from = from;
      this.#at = start;
    }
    this.#to = to;
    block.rawEnds[block.rows] = start + to - from;
  }

  flush(): void {
    const block = this.#block;
    if (block === undefined) return;
    this.#block = undefined;
    const end = this.#at + this.#to - this.#from;
    if (end > block.raw.length) {
      const grown = new Uint8Array(Math.max(end, block.raw.length * 2));
      grown.set(block.raw.subarray(0, this.#at));
      block.raw = grown;
    }
    const source = this.#source;
    // One frame per read is the whole chunk: no view is needed.
    const isWhole = this.#from === 0 && this.#to === source.length;
    block.raw.set(isWhole ? source : source.subarray(this.#from, this.#to), this.#at);
  }
}
