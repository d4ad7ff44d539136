/**
 * Closed segments of a journal, one after the other in their order: stored, recorded, then taken off the disk. While one is
 * recorded, the next is stored already.
 *
 * A segment may be removed when it is stored and supervision would not need it after a restart. Storing must be
 * repeatable: a crash at any point only repeats what did not happen.
 */
import { statSync } from "node:fs";
import type { ClosedSegment } from "../journal/mod.ts";
import { messageOf } from "../errors/mod.ts";

const RETRY_MS = 1_000;
const SWEEP_MS = 5_000;
/** From so much on, closed segments on the disk are worth a checkpoint of their own. */
const MUCH_BYTES = 64 << 20;

/** What a hand-over needs of a journal. */
export interface SegmentSource {
  closedSegments(): readonly ClosedSegment[];
  onSegmentClosed(listener: (segment: ClosedSegment) => void): void;
  remove(id: number): Promise<void>;
}

/** Records that a segment is stored. May be called again. */
export type RecordStored = () => Promise<void>;

export interface HandOverOptions {
  readonly journal: SegmentSource;
  /**
   * Where the segment is kept from now on; so many more wait behind it. Resolves to what records it elsewhere, or to
   * `set aside`: its file must stay where it is. Called again after a failure, of the record too.
   */
  readonly store: (segment: ClosedSegment, waiting: number) => Promise<RecordStored | "set aside">;
  /** Oldest segment that supervision may need after a restart. */
  readonly oldestNeeded: () => number | Promise<number>;
  /**
   * Told how many bytes closed segments have; resolves when supervision needs as few of them as it can do with now.
   * The sooner a segment is removed, the sooner its file is overwritten by the next one instead of new pages.
   */
  readonly letGo?: (bytes: number) => Promise<void>;
  readonly warn: (fields: object, text: string) => void;
}

/** A hand-over that stands still, for a backup. */
export interface Hold {
  /** Segments are stored again, and still kept on the disk. */
  store(): void;
  /** They are removed again too. */
  release(): void;
}

/** What an earlier run left has waited since it was written, ms. */
function ageOf({ path }: ClosedSegment): number {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written === undefined ? 0 : Math.max(0, Date.now() - written);
}

interface Waiting {
  readonly segment: ClosedSegment;
  /** Monotonic time at which it came. */
  readonly cameAt: number;
}

export class HandOver {
  readonly #options: HandOverOptions;
  /** To be stored. */
  readonly #queue: Waiting[] = [];
  readonly #sweep: NodeJS.Timeout;
  /** Stored, and still on the disk. */
  #done: ClosedSegment[] = [];
  #lettingGo: Promise<void> | undefined;
  #working: Promise<void> | undefined;
  #recording: Promise<void> = Promise.resolve();
  #removing: Promise<void> = Promise.resolve();
  #isStoringHeld = false;
  #isRemovingHeld = false;
  #isClosed = false;

  /** Takes what an earlier run left, then every segment that closes. */
  constructor(options: HandOverOptions) {
    this.#options = options;
    const add = (segment: ClosedSegment, waitedMs: number) =>
      this.#queue.push({ segment, cameAt: performance.now() - waitedMs });
    for (const segment of options.journal.closedSegments()) add(segment, ageOf(segment));
    options.journal.onSegmentClosed((segment) => {
      add(segment, 0);
      this.#work();
      // Already now: by the time it is stored, nobody shall need it any more.
      this.#askToLetGo();
    });
    this.#sweep = setInterval(() => void this.#removeUnneeded(), SWEEP_MS);
    this.#work();
  }

  /** What is durable and not stored yet: how much, and for how long the oldest of it has waited. */
  backlog(): { readonly bytes: number; readonly waitedMs: number } {
    const [oldest] = this.#queue;
    return { bytes: this.#waitingBytes(), waitedMs: oldest === undefined ? 0 : performance.now() - oldest.cameAt };
  }

  /** Lets what is being stored or removed end, and nothing begin. One at a time. */
  async hold(): Promise<Hold> {
    this.#isStoringHeld = true;
    this.#isRemovingHeld = true;
    await this.#working;
    await this.#recording;
    await this.#removing;
    const store = (): void => {
      this.#isStoringHeld = false;
      this.#work();
    };
    return {
      store,
      release: () => {
        this.#isRemovingHeld = false;
        store();
      },
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweep);
    await this.#working;
    await this.#recording;
    await this.#removeUnneeded();
  }

  #work(): void {
    if (this.#isClosed || this.#isStoringHeld) return;
    this.#working ??= this.#drain().finally(() => {
      this.#working = undefined;
      // One may have closed between the last look at the queue and now.
      if (this.#queue.length > 0) this.#work();
    });
  }

  async #drain(): Promise<void> {
    for (
      let next = this.#queue[0];
      next !== undefined && !this.#isClosed && !this.#isStoringHeld;
      next = this.#queue[0]
    ) {
      const { segment } = next;
      try {
        const record = await this.#options.store(segment, this.#queue.length - 1);
        // Meanwhile another one may have been put back in front of it.
        this.#queue.splice(this.#queue.indexOf(next), 1);
        // At most one is stored and not recorded, so that they are recorded in their order.
        await this.#recording;
        if (record !== "set aside") this.#recording = this.#record(next, record);
      } catch (error) {
        await this.#later(segment, error);
      }
    }
  }

  async #record(stored: Waiting, record: RecordStored): Promise<void> {
    try {
      await record();
    } catch (error) {
      await this.#later(stored.segment, error);
      this.#queue.unshift(stored);
      this.#work();
      return;
    }
    this.#done.push(stored.segment);
    await this.#removeUnneeded();
  }

  async #later(segment: ClosedSegment, error: unknown): Promise<void> {
    this.#options.warn({ segment: segment.id, reason: messageOf(error) }, "a segment is not stored yet");
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  #removeUnneeded(): Promise<void> {
    if (this.#done.length === 0 || this.#isRemovingHeld) return Promise.resolve();
    const removing = this.#remove();
    this.#removing = Promise.all([this.#removing, removing]).then(() => undefined);
    return removing;
  }

  async #remove(): Promise<void> {
    try {
      const oldest = await this.#options.oldestNeeded();
      // Taken off the list first: another call may come while one is being removed.
      const free = this.#done.filter((done) => done.id < oldest);
      this.#done = this.#done.filter((done) => done.id >= oldest);
      for (let segment = free.shift(); segment !== undefined; segment = free.shift()) {
        try {
          await this.#options.journal.remove(segment.id);
        } catch (error) {
          this.#done.push(segment, ...free);
          throw error;
        }
      }
    } catch (error) {
      this.#options.warn({ reason: messageOf(error) }, "old segments could not be removed");
    }
  }

  #waitingBytes(): number {
    return this.#queue.reduce((sum, { segment }) => sum + segment.bytes, 0);
  }

  #askToLetGo(): void {
    const { letGo } = this.#options;
    const bytes = this.#waitingBytes() + this.#done.reduce((sum, segment) => sum + segment.bytes, 0);
    if (letGo === undefined || bytes < MUCH_BYTES || this.#lettingGo !== undefined || this.#isClosed) return;
    this.#lettingGo = letGo(bytes)
      .then(() => (this.#isClosed ? undefined : this.#removeUnneeded()))
      .catch((error: unknown) =>
        this.#options.warn({ reason: messageOf(error) }, "old segments are kept a while longer"),
      )
      .finally(() => {
        this.#lettingGo = undefined;
      });
  }
}
