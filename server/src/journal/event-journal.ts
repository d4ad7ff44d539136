/**
 * The journal of events: the segments, index, checksums, recovery and numbering of the vehicle journal, with its own
 * layout and folder, so that events never wait for frames nor frames for events.
 *
 * Who appends waits for the answer (an HTTP request), so a failed write is told to the sender instead of pausing intake:
 * what was written of it is taken back, and nothing of it becomes durable later. Requests that arrive while the disk
 * syncs share the next sync.
 */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { decodeEventBlock, encodeEventBlock, type EventRow } from "./event-block.ts";
import { FreeSpace, toJournalError } from "./free-space.ts";
import { lockFolder, type FolderLock } from "./lock.ts";
import { writeNextNumbers } from "./next-numbers.ts";
import { recoverFolder, type Recovered } from "./recovery.ts";
import {
  nativePath,
  readBlockBytes,
  readSegmentIndex,
  removeSegmentFiles,
  syncFolder,
  toClosedSegment,
  type ClosedSegment,
} from "./segment-files.ts";
import { SegmentWriter } from "./segment-writer.ts";

export interface EventJournalOptions {
  /** Created when it does not exist. */
  readonly folder: string;
  readonly segmentRows?: number;
  /** A segment closes this long after its first block, in ms. */
  readonly segmentAgeMs?: number;
  /** Rows that may wait for a sync; what comes beyond is refused. */
  readonly maxWaiting?: number;
  /** Durable rows that a consumer may still have to work on; beyond that appends are refused until it has caught up. */
  readonly maxBehind?: number;
  /** Appends are refused when less is free on the disk. */
  readonly minFreeBytes?: number;
}

export interface DurableEvents {
  readonly segment: number;
  /** 0-based number of the block within its segment. */
  readonly block: number;
  readonly firstSeq: number;
  readonly rows: readonly EventRow[];
}

/** A consumer that fails has lost its place: the error ends the process, and it resumes from its cursor. */
export type EventConsumer = (durable: DurableEvents) => void | Promise<void>;

interface Waiting {
  readonly rows: readonly EventRow[];
  readonly resolve: (firstSeq: number) => void;
  readonly reject: (error: unknown) => void;
}

const DEFAULTS = {
  segmentRows: 65_536,
  segmentAgeMs: 1_000,
  maxWaiting: 50_000,
  maxBehind: 200_000,
  minFreeBytes: 256 << 20,
} as const;
/** Rows of a block: what one sync makes durable at most. */
const BLOCK_ROWS = 8_192;

export class EventJournal {
  readonly #options: Required<EventJournalOptions>;
  readonly #lock: FolderLock;
  readonly #space: FreeSpace;
  readonly #closed: Map<number, ClosedSegment>;
  readonly #closeListeners: ((segment: ClosedSegment) => void)[] = [];
  readonly #consumers: { readonly consumer: EventConsumer; tail: Promise<void>; behind: number }[] = [];
  #waiting: Waiting[] = [];
  #waitingRows = 0;
  /** Durable rows that the slowest consumer has not finished: the most of any lane. */
  #rowsBehind = 0;
  #writer: SegmentWriter | undefined;
  #isDirty = false;
  #nextSegment: number;
  #nextSeq: number;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #working: Promise<void> | undefined;
  #isClosing = false;
  #failure: SandglassError | undefined;
  #bytesWritten = 0;
  #syncs = 0;

  private constructor(options: Required<EventJournalOptions>, lock: FolderLock, recovered: Recovered) {
    this.#options = options;
    this.#lock = lock;
    this.#space = new FreeSpace(options.folder, options.minFreeBytes);
    this.#closed = new Map(recovered.closed.map((segment) => [segment.id, segment]));
    this.#nextSegment = recovered.nextSegment;
    this.#nextSeq = recovered.nextSeq;
  }

  /** Recovers what a crash left. @throws SG_JOURNAL_LOCKED while another process has it open */
  static async open(options: EventJournalOptions): Promise<EventJournal> {
    if ((await mkdir(options.folder, { recursive: true })) !== undefined) await syncFolder(dirname(options.folder));
    const lock = await lockFolder(options.folder);
    try {
      return new EventJournal({ ...DEFAULTS, ...options }, lock, await recoverFolder(options.folder));
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Resolves with the sequence number of the first row when all rows are durable; they stay together and in order.
   * @throws SG_EVENTS_BUSY, SG_JOURNAL_DISK_FULL, SG_JOURNAL_IO, SG_JOURNAL_CLOSED: nothing was kept, send again later
   */
  append(rows: readonly EventRow[]): Promise<number> {
    if (this.#isClosing) return Promise.reject(new SandglassError(ERRORS.JOURNAL_CLOSED));
    if (this.#rowsBehind >= this.#options.maxBehind)
      return Promise.reject(new SandglassError(ERRORS.EVENTS_BUSY, { waiting: this.#rowsBehind }));
    if (this.#waitingRows + rows.length > this.#options.maxWaiting && this.#waitingRows > 0)
      return Promise.reject(new SandglassError(ERRORS.EVENTS_BUSY, { waiting: this.#waitingRows }));
    if (rows.length === 0) return Promise.resolve(this.#nextSeq);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, resolve, reject });
      this.#waitingRows += rows.length;
      this.#work();
    });
  }

  /** Delivers every block that becomes durable from now on, in order. */
  subscribe(consumer: EventConsumer): void {
    this.#consumers.push({ consumer, tail: Promise.resolve(), behind: 0 });
  }

  /** Durable blocks behind a position (or all), oldest first, up to the newest at the time of the call. */
  async *read(after?: { readonly segment: number; readonly block: number }): AsyncGenerator<DurableEvents> {
    const live = this.#writer;
    const liveEntries = live === undefined ? [] : [...live.entries];
    const ids = [...this.#closed.keys()].sort((a, b) => a - b);
    if (live !== undefined && !this.#closed.has(live.id)) ids.push(live.id);
    for (const id of ids) {
      if (after !== undefined && id < after.segment) continue;
      const entries = id === live?.id ? liveEntries : await readSegmentIndex(this.#options.folder, id);
      const file = await open(nativePath(this.#options.folder, id), "r");
      try {
        for (const entry of entries) {
          if (after !== undefined && id === after.segment && entry.block <= after.block) continue;
          const bytes = await readBlockBytes(file, entry);
          if (bytes === undefined)
            throw new SandglassError(ERRORS.JOURNAL_CORRUPT, {
              detail: `events, segment ${id}, block ${entry.block}: checksum differs`,
            });
          yield { segment: id, block: entry.block, ...decodeEventBlock(bytes) };
        }
      } finally {
        await file.close();
      }
    }
  }

  closedSegments(): ClosedSegment[] {
    return [...this.#closed.values()].sort((a, b) => a.id - b.id);
  }

  onSegmentClosed(listener: (segment: ClosedSegment) => void): void {
    this.#closeListeners.push(listener);
  }

  /** Deletes a closed segment that nobody needs any more. */
  async remove(id: number): Promise<void> {
    if (!this.#closed.has(id)) return;
    const isNewest = (this.#writer?.entries.length ?? 0) === 0 && ![...this.#closed.keys()].some((other) => other > id);
    if (isNewest) await writeNextNumbers(this.#options.folder, { segment: this.#nextSegment, seq: this.#nextSeq });
    this.#closed.delete(id);
    await removeSegmentFiles(this.#options.folder, id);
  }

  status(): {
    readonly code?: string;
    readonly nextSeq: number;
    readonly waiting: number;
    readonly bytesWritten: number;
    readonly syncs: number;
    readonly closedSegments: number;
  } {
    return {
      ...(this.#failure === undefined ? {} : { code: this.#failure.code }),
      nextSeq: this.#nextSeq,
      waiting: this.#waitingRows,
      bytesWritten: this.#bytesWritten,
      syncs: this.#syncs,
      closedSegments: this.#closed.size,
    };
  }

  /** Answers what waits, closes the segment, waits for the consumers and gives the folder free. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#isDue = true;
    this.#work();
    await this.#working;
    clearTimeout(this.#timer);
    await Promise.all(this.#consumers.map((lane) => lane.tail));
    await this.#lock.release();
  }

  #work(): void {
    this.#working ??= this.#drain().finally(() => {
      this.#working = undefined;
      if (this.#waiting.length > 0) this.#work();
    });
  }

  async #drain(): Promise<void> {
    // Requests of the same turn share a block.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#isDue) {
      if (this.#waiting.length > 0) await this.#commit(this.#nextGroup());
      const isFull = (this.#writer?.rows ?? 0) >= this.#options.segmentRows;
      if (isFull || (this.#isDue && this.#waiting.length === 0)) await this.#closeSegment();
    }
  }

  #nextGroup(): Waiting[] {
    let rows = 0;
    const end = this.#waiting.findIndex((waiting, position) => {
      rows += waiting.rows.length;
      return position > 0 && rows > BLOCK_ROWS;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const rows = group.flatMap((waiting) => waiting.rows);
    const firstSeq = this.#nextSeq;
    try {
      await this.#space.check(performance.now());
      if (this.#isDirty) await this.#writer?.rollback();
      this.#isDirty = true;
      const writer = (this.#writer ??= await this.#createSegment());
      const bytes = encodeEventBlock(rows, firstSeq);
      await writer.append(bytes, rows.length, firstSeq);
      const [entry] = await writer.sync();
      this.#isDirty = false;
      this.#failure = undefined;
      this.#bytesWritten += bytes.length;
      this.#syncs++;
      this.#nextSeq += rows.length;
      this.#deliver({ segment: writer.id, block: entry.block, firstSeq, rows });
      let seq = firstSeq;
      for (const waiting of group) {
        waiting.resolve(seq);
        seq += waiting.rows.length;
      }
    } catch (error) {
      const coded = toJournalError(error);
      this.#failure = coded;
      for (const waiting of group) waiting.reject(coded);
    } finally {
      this.#waitingRows -= rows.length;
    }
  }

  async #createSegment(): Promise<SegmentWriter> {
    const writer = await SegmentWriter.create(this.#options.folder, this.#nextSegment);
    this.#nextSegment++;
    this.#closeLater();
    return writer;
  }

  #closeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isDue = true;
      this.#work();
    }, this.#options.segmentAgeMs);
    this.#timer.unref();
  }

  #deliver(durable: DurableEvents): void {
    for (const lane of this.#consumers) {
      lane.behind += durable.rows.length;
      lane.tail = lane.tail
        .then(() => lane.consumer(durable))
        .then(() => {
          lane.behind -= durable.rows.length;
          this.#countBehind();
        });
      lane.tail.catch((error: unknown) =>
        setImmediate(() => {
          throw error;
        }),
      );
    }
    this.#countBehind();
  }

  #countBehind(): void {
    this.#rowsBehind = Math.max(0, ...this.#consumers.map(({ behind }) => behind));
  }

  async #closeSegment(): Promise<void> {
    this.#isDue = false;
    clearTimeout(this.#timer);
    const writer = this.#writer;
    if (writer === undefined) return;
    try {
      // Bytes of a failed append would stand behind the last block, and history reads the whole file.
      if (this.#isDirty) await writer.rollback();
    } catch (error) {
      this.#failure = toJournalError(error);
      if (!this.#isClosing) this.#closeLater();
      return;
    }
    this.#writer = undefined;
    this.#isDirty = false;
    if (writer.entries.length === 0) {
      await writer.discard();
      return;
    }
    const segment = toClosedSegment(this.#options.folder, writer.id, writer.entries);
    await writer.close();
    this.#closed.set(segment.id, segment);
    for (const listener of this.#closeListeners) listener(segment);
  }
}
