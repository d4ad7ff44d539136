/** Hands jobs to the connections of the child: first come, first served within a lane, never across lanes. */
import type { Lane } from "./engine.ts";

/**
 * Connections by lane. Two cores run these at once at best; more would only make each other's queries late. Writes have
 * two: while the frames of a segment are sorted and compressed on one, its hashes or the rollups are made on the other.
 */
export const LANE_SLOTS: Readonly<Record<Lane, readonly number[]>> = {
  write: [0, 1],
  interactive: [2, 3],
  background: [4],
};
export const SLOTS = 5;

export class SlotQueue<Job> {
  readonly #free: Record<Lane, number[]>;
  readonly #waiting: Record<Lane, Job[]> = { write: [], interactive: [], background: [] };
  readonly #start: (job: Job, slot: number) => void;

  constructor(start: (job: Job, slot: number) => void) {
    this.#start = start;
    this.#free = freeSlots();
  }

  add(lane: Lane, job: Job): void {
    this.#waiting[lane].push(job);
    this.#next(lane);
  }

  /** Puts jobs back in front, e.g. those of a child that died. */
  putBack(lane: Lane, jobs: readonly Job[]): void {
    this.#waiting[lane].unshift(...jobs);
  }

  /** Takes a job out that has not started. False when it has. */
  remove(lane: Lane, job: Job): boolean {
    const at = this.#waiting[lane].indexOf(job);
    if (at >= 0) this.#waiting[lane].splice(at, 1);
    return at >= 0;
  }

  release(lane: Lane, slot: number): void {
    this.#free[lane].push(slot);
    this.#next(lane);
  }

  /** No job starts until `resume`: there is no child. */
  pause(): void {
    this.#free.write = [];
    this.#free.interactive = [];
    this.#free.background = [];
  }

  resume(): void {
    const slots = freeSlots();
    for (const lane of Object.keys(slots) as Lane[]) {
      this.#free[lane] = slots[lane];
      this.#next(lane);
    }
  }

  waiting(lane: Lane): number {
    return this.#waiting[lane].length;
  }

  takeAll(): Job[] {
    return (Object.keys(this.#waiting) as Lane[]).flatMap((lane) => this.#waiting[lane].splice(0));
  }

  #next(lane: Lane): void {
    while (this.#free[lane].length > 0 && this.#waiting[lane].length > 0) {
      const slot = this.#free[lane].shift();
      const job = this.#waiting[lane].shift();
      if (slot === undefined || job === undefined) return;
      this.#start(job, slot);
    }
  }
}

function freeSlots(): Record<Lane, number[]> {
  return {
    write: [...LANE_SLOTS.write],
    interactive: [...LANE_SLOTS.interactive],
    background: [...LANE_SLOTS.background],
  };
}
