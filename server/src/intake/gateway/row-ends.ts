/**
 * Where the lists of a row end, written by code made for the block: a loop over its 18 lists asks every list for its
 * array again, which costs 0.03–0.05 µs per row more (4–5 % of a frame without its read, measured).
 */
import type { ObservationBlock } from "@sandglass/signals";

type MarkEnds = (row: number) => void;

/** Makes every source unique: V8 shares the feedback of equal ones, and arrays would not be constants. */
let made = 0;

function compile({ lists }: ObservationBlock): MarkEnds {
  const names = lists.map((_, i) => i);
  const columns = names.map((i) => `const l${i}=lists[${i}],e${i}=l${i}.ends;`).join("");
  const stores = names.map((i) => `e${i}[row]=l${i}.length;`).join("");
  const make = new Function("lists", `"use strict";${columns}return function(row){${stores}};//${++made}`) as (
    of: ObservationBlock["lists"],
  ) => MarkEnds;
  return make(lists);
}

/**
 * Times that a block must have been begun before code is made for it: compiling costs a few ms of CPU time, which a
 * journal's block of 1,024 rows has saved about then.
 */
const MADE_AFTER = 128;

interface Known {
  mark: MarkEnds;
  times: number;
}

/** `ObservationBlock.endRow` for the blocks of a journal, which come again and again. */
export class RowEnds {
  readonly #known = new WeakMap<ObservationBlock, Known>();
  readonly #madeAfter: number;
  #block: ObservationBlock | undefined;
  #mark: MarkEnds = () => {};

  constructor(madeAfter = MADE_AFTER) {
    this.#madeAfter = madeAfter;
  }

  /** Closes the row of the block that is being filled. */
  endRow(block: ObservationBlock): void {
    if (block !== this.#block) this.#change(block);
    this.#mark(block.rows);
    block.rows++;
  }

  #change(block: ObservationBlock): void {
    let known = this.#known.get(block);
    if (known === undefined) {
      known = { mark: () => block.markEnds(), times: 0 };
      this.#known.set(block, known);
    }
    if (++known.times === this.#madeAfter) known.mark = compile(block);
    this.#block = block;
    this.#mark = known.mark;
  }
}
