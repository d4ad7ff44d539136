/**
 * Finds subjects that have been silent long enough for their own clock to go on without data. Coarse (1 s) and lazy:
 * a subject is looked at when its slot comes up, not moved at every frame.
 */
const SLOT_MS = 1_000;

export class SilenceWheel {
  readonly #slots = new Map<number, number[]>();
  #next = Number.NEGATIVE_INFINITY;

  /** `atMs`: ingest time at which to look at it. */
  add(subject: number, atMs: number): void {
    const slot = Math.max(Math.ceil(atMs / SLOT_MS), this.#next);
    const list = this.#slots.get(slot);
    if (list === undefined) this.#slots.set(slot, [subject]);
    else list.push(subject);
  }

  /** Subjects whose time has come by `nowMs`, each once; they are out of the wheel then. */
  take(nowMs: number): number[] {
    const last = Math.floor(nowMs / SLOT_MS);
    if (last < this.#next) return [];
    const due: number[] = [];
    // After a long pause the slots in use are fewer than the seconds that passed.
    if (last - this.#next > this.#slots.size) {
      for (const slot of [...this.#slots.keys()].filter((each) => each <= last).sort((a, b) => a - b))
        this.#empty(slot, due);
    } else {
      for (let slot = this.#next; slot <= last; slot++) this.#empty(slot, due);
    }
    this.#next = last + 1;
    return due;
  }

  #empty(slot: number, into: number[]): void {
    const list = this.#slots.get(slot);
    if (list === undefined) return;
    for (const subject of list) into.push(subject);
    this.#slots.delete(slot);
  }
}
