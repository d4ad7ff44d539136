/**
 * Bytes of many subjects in few large arrays. An array of its own costs a subject some 450 bytes of objects beside its
 * content, and the collector visits each of them.
 *
 * A block is a number of units that lie together; its handle is the number of its first unit. Sizes come in eight steps
 * per doubling, so that a block that was given back serves again; a larger one is cut. Nothing is ever moved.
 */
const UNIT = 32;
/** Units of a page. */
const PAGE_BITS = 17;
const PAGE = 2 ** PAGE_BITS;
/** Larger blocks have pages of their own. */
const MOST = PAGE / 8;
/** What is left of a block is kept for others if it is at least as large; smaller pieces would only gather. */
const WORTH = 4;

export class Slab {
  readonly #pages: Uint8Array[] = [];
  /** The same by words. */
  readonly #words: Int32Array[] = [];
  /** Blocks that were given back, by their units. */
  readonly #free: (number[] | undefined)[] = [];
  readonly #large = new Map<number, number[]>();
  /** First unit of the last page that was never given, and its end. */
  #next = 0;
  #end = 0;

  /** Units for so many bytes. */
  static units(bytes: number): number {
    const wanted = Math.ceil(bytes / UNIT);
    if (wanted <= 16) return Math.max(1, wanted);
    const step = 2 ** (28 - Math.clz32(wanted - 1));
    return Math.ceil(wanted / step) * step;
  }

  /** A block of so many units, as `units` gave them. */
  take(units: number): number {
    if (units > MOST) return this.#large.get(units)?.pop() ?? this.#grow(units);
    const known = this.#free[units];
    if (known !== undefined && known.length > 0) return known.pop() as number;
    for (let larger = units + WORTH; larger < this.#free.length; larger++) {
      const list = this.#free[larger];
      if (list === undefined || list.length === 0) continue;
      const block = list.pop() as number;
      this.give(block + units, larger - units);
      return block;
    }
    if (this.#next + units > this.#end) {
      const left = this.#end - this.#next;
      if (left >= WORTH) this.give(this.#next, left);
      this.#next = this.#grow(PAGE);
      this.#end = this.#next + PAGE;
    }
    const block = this.#next;
    this.#next += units;
    return block;
  }

  give(block: number, units: number): void {
    if (units <= MOST) (this.#free[units] ??= []).push(block);
    else if (this.#large.get(units)?.push(block) === undefined) this.#large.set(units, [block]);
  }

  /** A new page, or what is as large as several; returns its first unit. */
  #grow(units: number): number {
    const first = this.#pages.length * PAGE;
    const page = new Uint8Array(units * UNIT);
    const words = new Int32Array(page.buffer);
    for (let left = units; left > 0; left -= PAGE) {
      this.#pages.push(page);
      this.#words.push(words);
    }
    return first;
  }

  page(block: number): Uint8Array {
    return this.#pages[block >>> PAGE_BITS] as Uint8Array;
  }

  /** Where in its page a block begins. */
  offset(block: number): number {
    return (block & (PAGE - 1)) * UNIT;
  }

  /** A word of 32 bits of a block. */
  word(block: number, index: number): number {
    const words = this.#words[block >>> PAGE_BITS] as Int32Array;
    return words[(block & (PAGE - 1)) * (UNIT / 4) + index] as number;
  }

  /** Copies the first so many bytes into a block. */
  write(block: number, words: Int32Array, bytes: number): void {
    const page = this.#words[block >>> PAGE_BITS] as Int32Array;
    const to = (block & (PAGE - 1)) * (UNIT / 4);
    for (let i = 0, count = (bytes + 3) >> 2; i < count; i++) page[to + i] = words[i] as number;
  }

  static bytes(units: number): number {
    return units * UNIT;
  }

  /** Bytes of all pages. */
  get size(): number {
    return this.#pages.reduce((sum, page, i) => (this.#pages[i - 1] === page ? sum : sum + page.length), 0);
  }
}
