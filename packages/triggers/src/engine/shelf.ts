/** What each subject has on the slab, by its place: blocks of its windows, of its other numbers, of what noting needs. */
import { Slab } from "./slab.ts";

/** Of a place: three blocks, and the units of the last. The first two tell their units in their first word. */
export const WINDOWS = 0,
  REST = 1;
const QUIET = 2,
  QUIET_UNITS = 3,
  PLACE = 4;
export const NONE = -1;

export class Places {
  readonly slab = new Slab();
  #blocks = new Int32Array(0);
  readonly #free: number[] = [];
  /** Subjects that nobody holds any more leave their place to others. */
  readonly #left = new FinalizationRegistry<number>((place) => {
    this.forget(place);
    this.#dropQuiet(place);
    this.#free.push(place);
  });

  /** A place for a subject, until nobody holds it any more. */
  admit(subject: object): number {
    if (this.#free.length === 0) {
      const known = this.#blocks.length;
      const grown = new Int32Array(Math.max(64 * PLACE, 2 * known)).fill(NONE);
      grown.set(this.#blocks);
      for (let place = grown.length - PLACE; place >= known; place -= PLACE) this.#free.push(place);
      this.#blocks = grown;
    }
    const place = this.#free.pop() as number;
    this.#left.register(subject, place);
    return place;
  }

  /** `NONE`, or a block. */
  block(place: number, part: typeof WINDOWS | typeof REST): number {
    return this.#blocks[place + part] as number;
  }

  /** Bytes of what is packed of a subject. */
  bytes(place: number): number {
    const windows = this.block(place, WINDOWS);
    const rest = this.block(place, REST);
    return Slab.bytes(
      (windows === NONE ? 0 : this.slab.word(windows, 0)) + (rest === NONE ? 0 : this.slab.word(rest, 0)),
    );
  }

  /** Keeps the first so many bytes of what is packed, over what is there if that has the right size. Writes the first word. */
  keep(place: number, part: typeof WINDOWS | typeof REST, words: Int32Array, bytes: number): void {
    let units = Slab.units(bytes);
    let block = this.block(place, part);
    const room = block === NONE ? 0 : this.slab.word(block, 0);
    if (units <= room && room <= units + (units >> 2) + 2) units = room;
    else {
      this.#drop(place + part);
      block = this.slab.take(units);
      this.#blocks[place + part] = block;
    }
    words[0] = units;
    this.slab.write(block, words, bytes);
  }

  forget(place: number): void {
    this.#drop(place + WINDOWS);
    this.#drop(place + REST);
  }

  #drop(at: number): void {
    const block = this.#blocks[at] as number;
    if (block !== NONE) this.slab.give(block, this.slab.word(block, 0));
    this.#blocks[at] = NONE;
  }

  /** Room for what noting needs. What the subject had until now stays readable until the next one asks for room. */
  room(place: number, numbers: number): Float64Array {
    const units = Slab.units(8 * numbers);
    const block = this.slab.take(units);
    this.#dropQuiet(place);
    this.#blocks[place + QUIET] = block;
    this.#blocks[place + QUIET_UNITS] = units;
    return new Float64Array(this.slab.page(block).buffer, this.slab.offset(block), numbers).fill(0);
  }

  #dropQuiet(place: number): void {
    const block = this.#blocks[place + QUIET] as number;
    if (block !== NONE) this.slab.give(block, this.#blocks[place + QUIET_UNITS] as number);
    this.#blocks[place + QUIET] = NONE;
  }
}
