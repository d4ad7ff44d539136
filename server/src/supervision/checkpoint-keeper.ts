/** When the states of supervision are written to the disk: beside the blocks, a slice at a time, so that nobody waits for them. */
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../errors/mod.ts";
import { CheckpointWriter } from "./checkpoint-file.ts";
import type { FeedStepper } from "./feed.ts";
import type { BlockCursor } from "./firing-log.ts";
import type { SavedLate } from "./late-queue.ts";

/** While a checkpoint is written: how long blocks may wait for a slice of it, and how long the next slice waits, ms. */
const SLICE_MS = 3;
const BETWEEN_SLICES_MS = 9;
/** Of the last one, for which no block waits, but links may for their answers. */
const LAST_SLICE_MS = 20;
/** How long a stop waits for it: without it the next start steps more of the journal, as after a kill. */
const LAST_PATIENCE_MS = 5_000;
/** Checkpoints take at most this part of the time of a core: those of large fleets are written less often. */
const SHARE = 0.1;
/** A checkpoint for the sake of the journal may let go of so many times its own size. */
const WORTH = 2;
/** The sets changed while a checkpoint of the old ones was being written. */
const GIVEN_UP = new Error("given up");

interface CheckpointHost {
  readonly folder: string;
  readonly stepper: FeedStepper;
  readonly intervalMs: number;
  /** UTC ms. */
  readonly now: () => number;
  /** Last block whose findings are written; a checkpoint holds nothing that is not. */
  cursor(): BlockCursor | undefined;
  /** Late data that waits to be judged. */
  late(): readonly SavedLate[];
  /** Names the sets that judge every subject. */
  setHash(): string;
  /** Runs between two blocks. */
  turn(work: () => Promise<void>): Promise<void>;
  isClosed(): boolean;
  warn(fields: object, text: string): void;
}

export class CheckpointKeeper {
  readonly #host: CheckpointHost;
  /** When the last one was written, UTC ms. */
  writtenAt: number | undefined;
  #due = 0;
  /** Monotonic time before which no other one begins. */
  #rest = 0;
  /** Size of the last one. */
  #bytes = 0;
  #ended: (() => void)[] = [];
  /** The one that is being encoded. */
  #snapshot: CheckpointWriter | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(host: CheckpointHost) {
    this.#host = host;
  }

  get isDue(): boolean {
    return this.#host.now() >= this.#due && performance.now() >= this.#rest;
  }

  /** The next one is due an interval from now. */
  postpone(): void {
    this.#due = this.#host.now() + this.#host.intervalMs;
  }

  /** @see Supervision.letGo */
  async letGo(bytes: number): Promise<void> {
    if (bytes < WORTH * this.#bytes) return;
    // It begins behind the next block: one that ends with a segment still needs that segment by its cursor.
    this.#due = 0;
    await new Promise<void>((resolve) => this.#ended.push(resolve));
  }

  /** The states of a checkpoint belong to the sets that it began with, which are about to change: begins again after that. */
  beginAgain(): void {
    if (this.#snapshot !== undefined) this.#endSnapshot();
    this.#due = this.#host.now();
  }

  /** Begins one of the state as it is now; it is written while blocks go on. To be called between two blocks. */
  begin(): void {
    const { stepper } = this.#host;
    const cursor = this.#host.cursor();
    if (cursor === undefined || this.#snapshot !== undefined || this.#host.isClosed()) return;
    if (stepper.withheld.size > 0) return;
    const snapshot = this.#open(cursor);
    this.#snapshot = snapshot;
    stepper.onTouch = (subject) => snapshot.keep(subject);
    this.#writing = this.#writeSlices(snapshot)
      .then(() => {
        this.writtenAt = this.#host.now();
        this.#bytes = snapshot.size;
      })
      .catch(async (error: unknown) => {
        await snapshot.abort();
        // A full disk: the checkpoint before it stays good, the journal keeps what it needs.
        if (!this.#host.isClosed() && error !== GIVEN_UP) this.#warn(error);
      })
      .finally(() => {
        this.#rest = performance.now() + snapshot.spentMs / SHARE;
        this.#release();
      });
  }

  /** Ends what is being written; nobody waits for another one. */
  async close(): Promise<void> {
    this.#endSnapshot();
    await this.#writing;
    this.#release();
  }

  /** The last one, in one go; given up when it takes too long. */
  async writeLast(patienceMs = LAST_PATIENCE_MS): Promise<void> {
    const cursor = this.#host.cursor();
    if (cursor === undefined) return;
    const snapshot = this.#open(cursor);
    const givenUpAt = performance.now() + patienceMs;
    try {
      while (!snapshot.isEncoded) {
        if (performance.now() >= givenUpAt) throw GIVEN_UP;
        snapshot.slice(LAST_SLICE_MS);
        await snapshot.flushed();
      }
      await snapshot.finish();
      this.writtenAt = this.#host.now();
    } catch (error) {
      await snapshot.abort();
      if (error === GIVEN_UP)
        this.#host.warn({}, "the stop does not wait for the last checkpoint; the next start steps more of the journal");
      else this.#warn(error);
    }
  }

  async #writeSlices(snapshot: CheckpointWriter): Promise<void> {
    while (this.#snapshot === snapshot && !snapshot.isEncoded) {
      await this.#host.turn(async () => {
        if (this.#snapshot === snapshot) snapshot.slice(SLICE_MS);
      });
      await sleep(BETWEEN_SLICES_MS, undefined, { ref: false });
    }
    if (this.#snapshot !== snapshot) throw GIVEN_UP;
    this.#endSnapshot();
    await snapshot.finish();
  }

  #open(cursor: BlockCursor): CheckpointWriter {
    const { folder, stepper } = this.#host;
    const header = { ...cursor, ingestMs: stepper.ingestMs, late: this.#host.late() };
    return new CheckpointWriter(folder, header, stepper.subjects, stepper.watches, this.#host.setHash());
  }

  /** Nobody has to be told of changes any more. */
  #endSnapshot(): void {
    this.#snapshot = undefined;
    this.#host.stepper.onTouch = undefined;
  }

  #release(): void {
    for (const resolve of this.#ended.splice(0)) resolve();
  }

  #warn(error: unknown): void {
    this.#host.warn({ reason: messageOf(error) }, "checkpoint not written");
  }
}
