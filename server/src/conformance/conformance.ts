/**
 * Data quality at work: takes durable blocks in order, counts, and writes counters and cursor together.
 *
 * Exactly once. Counters live in memory and are whole values of a day; four times a minute, and when somebody reads them, those that changed are copied
 * at one instant together with the cursor of the last block they contain, and written in one transaction while counting
 * goes on. A restart reads both back and counts the journal from the cursor. Damage outside of frames (wrong BCC, bytes
 * between frames) is in no block: what was seen of it after the last write is lost with the process.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { SandglassError, messageOf } from "../errors/mod.ts";
import type { DurableBlock } from "../journal/mod.ts";
import { insist, isRecordsAway, type Records } from "../records/mod.ts";
import { QualityEngine, type LinkDamage } from "./engine.ts";
import {
  readRelays,
  restore,
  SnapshotGivenUpError,
  takeSnapshot,
  writeSnapshot,
  type Position,
  type QualitySnapshot,
} from "./store.ts";

/** What it needs of the journal. */
export interface BlockSource {
  subscribe(consumer: (durable: DurableBlock) => void | Promise<void>): void;
  read(from?: Position): AsyncIterable<DurableBlock>;
}

export interface ConformanceOptions {
  readonly records: Records;
  readonly journal: BlockSource;
  readonly log?: { warn(fields: object, text: string): void; info(fields: object, text: string): void };
  /** Shortest time between two writes, ms. Long writes make it longer: at most a tenth of the time is spent on them. */
  readonly writeEveryMs?: number;
  /** How long `close` waits for counters to be written, ms. */
  readonly lastPatienceMs?: number;
}

/** Rarely: a write goes through every vehicle that sent. Who reads has one of his own (`freshen`). */
const DEFAULT_WRITE_MS = 15_000;
/** Who reads sees counters that are no older, where a write is quick. */
const FRESH_MS = 2_000;
const MOST_WAITED_MS = 1_000;
const SHARE_OF_TIME = 10;
/** How long a stop waits for counters to be written: what is not is counted again from the journal, as after a kill. */
const LAST_PATIENCE_MS = 2_000;

export class Conformance {
  readonly #options: ConformanceOptions;
  readonly #engine = new QualityEngine();
  #cursor: Position | undefined;
  #written: Position | undefined;
  #dirty = false;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Monotonic time before which no other write should begin. */
  #restUntil = 0;
  /** Monotonic time at which a write is given up. */
  #givenUpAt = Number.POSITIVE_INFINITY;
  /** Monotonic time at which the last write was begun. */
  #begunAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  private constructor(options: ConformanceOptions) {
    this.#options = options;
  }

  /**
   * Restores the counters, counts what the journal holds beyond them, and follows the journal from there on. Resolves
   * when it has caught up; open the gateway after that.
   */
  static async start(options: ConformanceOptions): Promise<Conformance> {
    const conformance = new Conformance(options);
    conformance.#cursor = conformance.#written = await restore(options.records, conformance.#engine);
    conformance.#engine.links.setRelays(await readRelays(options.records));
    await conformance.#catchUp();
    conformance.#schedule(options.writeEveryMs ?? DEFAULT_WRITE_MS);
    return conformance;
  }

  /** Oldest journal segment that a restart would need. */
  oldestNeededSegment(): number {
    return this.#written?.segment ?? 0;
  }

  /** Counts damage that never became a frame. */
  noteDamage(damage: LinkDamage): void {
    if (this.#closed) return;
    this.#engine.damage(damage);
    this.#dirty = true;
  }

  /** Resolves when everything counted so far is written. */
  async write(): Promise<void> {
    await this.#writing;
    while (this.#dirty && this.#cursor !== undefined) await this.#write();
  }

  /** Writes what was counted so far, before its time; resolves when it is written, not when more was counted. */
  async writeOnce(): Promise<void> {
    await this.#writing;
    const rest = this.#restUntil - performance.now();
    if (rest > 0) await sleep(rest, undefined, { ref: false });
    if (!this.#closed) await this.#write().catch((error: unknown) => this.#fail(error));
  }

  /**
   * Somebody reads the counters: they are written now where that was not done just before. Waits for it a moment only: in a
   * large fleet, or while the database is away, who reads gets what is there.
   */
  async freshen(): Promise<void> {
    const now = performance.now();
    if (this.#closed || now < Math.max(this.#restUntil, this.#begunAt + FRESH_MS)) return;
    const written = this.#write().catch((error: unknown) => this.#fail(error));
    await Promise.race([written, sleep(MOST_WAITED_MS, undefined, { ref: false })]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#givenUpAt = performance.now() + (this.#options.lastPatienceMs ?? LAST_PATIENCE_MS);
    clearTimeout(this.#timer);
    const isWritten =
      (await this.#writing?.then(
        () => true,
        () => false,
      )) ?? true;
    // After a write that failed the counters in memory are ahead of the table by more than what would be copied now.
    if (!isWritten || !this.#dirty || this.#cursor === undefined) return;
    await this.#writeSnapshot(takeSnapshot(this.#engine, this.#cursor)).catch((error: unknown) => {
      // The journal has it: it is counted again at the next start.
      if (!(error instanceof SnapshotGivenUpError))
        this.#options.log?.warn({ reason: messageOf(error) }, "quality counters not written");
    });
  }

  async #catchUp(): Promise<void> {
    let release = (): void => undefined;
    const caughtUp = new Promise<void>((resolve) => (release = resolve));
    // Subscribed before reading: a block is either read below or delivered here, and the cursor drops what is both.
    let live = false;
    this.#options.journal.subscribe((durable) =>
      live ? this.#block(durable) : caughtUp.then(() => this.#block(durable)),
    );
    const from = this.#cursor && { segment: this.#cursor.segment, block: this.#cursor.block + 1 };
    let blocks = 0;
    for await (const durable of this.#options.journal.read(from)) {
      this.#block(durable);
      blocks++;
    }
    if (blocks > 0) this.#options.log?.info({ blocks }, "quality rules counted the journal from their cursor");
    // Link numbers begin again with the gateway. From here on no block of before is counted: the write says so.
    this.#engine.links.clear();
    if (this.#cursor !== undefined) {
      this.#dirty = true;
      await this.write();
    }
    live = true;
    release();
  }

  #block({ segment, block, columns }: DurableBlock): void {
    const last = this.#cursor;
    if (last !== undefined && (segment < last.segment || (segment === last.segment && block <= last.block))) return;
    if (this.#closed) return;
    this.#engine.step(columns);
    this.#cursor = { segment, block };
    this.#dirty = true;
  }

  #schedule(delay: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      const every = this.#options.writeEveryMs ?? DEFAULT_WRITE_MS;
      const done = (): void => this.#schedule(Math.max(every, this.#restUntil - performance.now()));
      this.#write().then(done, (error: unknown) => this.#fail(error));
    }, delay);
    this.#timer.unref();
  }

  /** Not a matter of waiting. The process ends and counts again from its cursor; carrying on would lose counts. */
  #fail(error: unknown): void {
    if (this.#closed) return;
    setImmediate(() => {
      throw error;
    });
  }

  #write(): Promise<void> {
    if (this.#writing !== undefined) return this.#writing;
    const cursor = this.#cursor;
    if (!this.#dirty || cursor === undefined) return Promise.resolve();
    this.#dirty = false;
    const started = (this.#begunAt = performance.now());
    const snapshot = takeSnapshot(this.#engine, cursor);
    this.#writing = this.#insist(async () => {
      await this.#writeSnapshot(snapshot);
      // A platform that was registered meanwhile counts from here on.
      this.#engine.links.setRelays(await readRelays(this.#options.records));
    })
      .then(() => {
        this.#written = cursor;
      })
      .finally(() => {
        this.#writing = undefined;
        this.#restUntil = performance.now() + (performance.now() - started) * SHARE_OF_TIME;
      });
    return this.#writing;
  }

  async #writeSnapshot(snapshot: QualitySnapshot): Promise<void> {
    try {
      await writeSnapshot(this.#options.records, snapshot, () => performance.now() < this.#givenUpAt);
    } catch (error) {
      if (error instanceof SnapshotGivenUpError)
        this.#options.log?.info(
          {},
          "the stop does not wait for quality counters; the next start counts the journal again",
        );
      throw error;
    }
  }

  /** A snapshot is the only copy of what changed: while the database is away, or its disk is full, it is offered again. */
  #insist(work: () => Promise<void>): Promise<void> {
    let isTold = false;
    return insist(work, {
      isClosed: () => this.#closed,
      isAway: (error) =>
        isRecordsAway(error) || (error instanceof SandglassError && error.code.startsWith("SG_RECORDS_")),
      onWaiting: (reason) => {
        if (!isTold) this.#options.log?.warn({ reason }, "quality counters wait for the database");
        isTold = true;
      },
    });
  }
}
