/**
 * The journal: rows are appended to the open observation block; a block is committed (encoded, written, fdatasync of
 * data and index) when it is full or old enough, and only then its rows count as received. Blocks commit in order,
 * several in one sync when the disk is slower than intake. Segments close by rows or age and wait for history.
 *
 * It does not know frames, links or replies: the gateway asks for the open block, fills rows, and is told by
 * `onDurable` which blocks may be answered.
 */
import { mkdir } from "node:fs/promises";
import { ObservationBlock } from "@sandglass/signals";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { FreeSpace, toJournalError } from "./free-space.ts";
import { HandOver, type BlockConsumer, type DurableBlock } from "./hand-over.ts";
import { lockFolder, type FolderLock } from "./lock.ts";
import { NativeEncoder } from "./native-encoder.ts";
import { readNextNumbers, writeNextNumbers } from "./next-numbers.ts";
import {
  hasIndex, listSegments, readSegmentIndex, recoverSegment, recycleSegmentFiles, removeSegmentFiles, syncFolder, toClosedSegment,
  type ClosedSegment,
} from "./segment-files.ts";
import type { BlockEntry } from "./segment-index.ts";
import { readSegmentBlocks } from "./segment-reader.ts";
import { SpareFiles } from "./spare-files.ts";
import { SegmentWriter } from "./segment-writer.ts";

export interface JournalOptions {
  /** Created when it does not exist. */
  readonly folder: string;
  /** A block is committed at this many rows … */
  readonly blockRows?: number;
  /** … or this many bytes of raw frames … */
  readonly blockRawBytes?: number;
  /** … or this long after its first row, in ms. */
  readonly blockAgeMs?: number;
  readonly segmentRows?: number;
  /** A segment closes this long after its first row, in ms. */
  readonly segmentAgeMs?: number;
  /** Blocks in memory: one open, the others syncing or with consumers. At least 4. */
  readonly poolBlocks?: number;
  /** Intake pauses when less is free on the journal's disk. */
  readonly minFreeBytes?: number;
  /** After a failed write, in ms. */
  readonly retryMs?: number;
}

const DEFAULTS = {
  blockRows: 4096,
  blockRawBytes: 8 << 20,
  blockAgeMs: 50,
  segmentRows: 131_072,
  segmentAgeMs: 2000,
  poolBlocks: 8,
  minFreeBytes: 256 << 20,
  retryMs: 1000,
} as const;

export interface JournalStatus {
  /** Nothing can be made durable now: no row is accepted and none is answered. */
  readonly paused: boolean;
  /** Why: SG_JOURNAL_DISK_FULL or SG_JOURNAL_IO, with its text. */
  readonly code?: string;
  readonly message?: string;
  /** Rows made durable since the journal was opened, and the last sequence number that is durable (-1: none yet). */
  readonly durableRows: number;
  readonly durableSeq: number;
  readonly bytesWritten: number;
  readonly syncs: number;
  readonly freeBlocks: number;
  /** Blocks that a consumer is still working on. */
  readonly blocksWithConsumers: number;
  readonly closedSegments: number;
  /** Old segments whose index is unreadable; left in place for a person to look at. */
  readonly damagedSegments: readonly number[];
}

interface Sealed {
  readonly ticket: number;
  readonly columns: ObservationBlock;
}

/** Where a reader starts; the block itself is included. */
export interface JournalPosition {
  readonly segment: number;
  readonly block: number;
}

export class Journal {
  readonly #options: Required<JournalOptions>;
  readonly #lock: FolderLock;
  readonly #encoder = new NativeEncoder();
  readonly #space: FreeSpace;
  readonly #spares: SpareFiles;
  readonly #handOver: HandOver;
  readonly #closed = new Map<number, ClosedSegment>();
  readonly #damaged: number[] = [];
  /** Segments that `read` has open: their files are not overwritten. */
  readonly #reading = new Map<number, number>();
  readonly #free: ObservationBlock[] = [];
  readonly #durableListeners: ((ticket: number) => void)[] = [];
  readonly #writableListeners: (() => void)[] = [];
  readonly #statusListeners: ((status: JournalStatus) => void)[] = [];
  readonly #closeListeners: ((segment: ClosedSegment) => void)[] = [];
  readonly #sealed: Sealed[] = [];
  #open: ObservationBlock | undefined;
  #openedAt = 0;
  #ageTimer: NodeJS.Timeout | undefined;
  #aged = false;
  #ticket = 0;
  #durableTicket = 0;
  #writer: SegmentWriter | undefined;
  /** The last group was not made durable: what it wrote has to be taken back first. */
  #writerDirty = false;
  #segmentTimer: NodeJS.Timeout | undefined;
  #rotate = false;
  /** Who waits for a segment to close that contains the block of that ticket. */
  #rotateWaiters: { readonly ticket: number; readonly resolve: () => void }[] = [];
  #nextSegment = 1;
  #nextSeq = 1;
  #durableRows = 0;
  #durableSeq = -1;
  #bytesWritten = 0;
  #syncs = 0;
  #pause: SandglassError | undefined;
  #active = false;
  #running: Promise<void> | undefined;
  #closing = false;
  #wake: (() => void) | undefined;

  private constructor(options: JournalOptions, lock: FolderLock) {
    this.#options = { ...DEFAULTS, ...options };
    this.#lock = lock;
    this.#spares = new SpareFiles(options.folder);
    this.#space = new FreeSpace(options.folder, this.#options.minFreeBytes);
    this.#handOver = new HandOver((block) => this.#reuse(block));
    for (let i = 0; i < Math.max(4, this.#options.poolBlocks); i++) {
      this.#free.push(new ObservationBlock(this.#options.blockRows));
    }
  }

  /**
   * Opens the journal, recovers what a crash left and closes the recovered segment.
   * Throws SG_JOURNAL_LOCKED while another process has it open.
   */
  static async open(options: JournalOptions): Promise<Journal> {
    await mkdir(options.folder, { recursive: true });
    const lock = await lockFolder(options.folder);
    try {
      const journal = new Journal(options, lock);
      await journal.#recover();
      return journal;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async #recover(): Promise<void> {
    const { folder } = this.#options;
    const next = await readNextNumbers(folder);
    this.#nextSegment = next.segment;
    this.#nextSeq = next.seq;
    await this.#spares.clear();
    const ids = await listSegments(folder);
    for (const [position, id] of ids.entries()) {
      const newest = position === ids.length - 1;
      const entries = await recoverSegment(folder, id, newest);
      this.#nextSegment = Math.max(this.#nextSegment, id + 1);
      if (entries.length === 0) {
        if (!newest && (await hasIndex(folder, id))) this.#damaged.push(id);
        continue;
      }
      const segment = toClosedSegment(folder, id, entries);
      this.#closed.set(id, segment);
      this.#nextSeq = Math.max(this.#nextSeq, segment.lastSeq + 1);
    }
    this.#durableSeq = this.#nextSeq - 1;
    await syncFolder(folder);
  }

  // ── for the one writer ────────────────────────────────────────────────────────────────────────────────────────

  /**
   * The block to fill; undefined when there is none: the disk is full or consumers are behind. Stop reading sockets
   * then, until `onWritable`.
   */
  findOpenBlock(): ObservationBlock | undefined {
    if (this.#open !== undefined) return this.#open;
    if (this.#closing || this.#pause !== undefined) return undefined;
    const block = this.#free.pop();
    if (block === undefined) return undefined;
    block.firstSeq = this.#nextSeq;
    this.#open = block;
    this.#ticket++;
    return block;
  }

  /** Number of the open block, ascending: what `onDurable` reports. */
  get openTicket(): number {
    return this.#ticket;
  }

  /** Call after each `endRow` of the open block. Returns true when the block was sealed: ask for the next one. */
  rowAdded(): boolean {
    const block = this.#open;
    if (block === undefined) return false;
    if (block.rows >= this.#options.blockRows || block.rawLength >= this.#options.blockRawBytes) {
      this.#seal();
      return true;
    }
    if (block.rows === 1) this.#armAge();
    return false;
  }

  /** Called with the ticket of each block that became durable, in order, before consumers see it. */
  onDurable(listener: (ticket: number) => void): void {
    this.#durableListeners.push(listener);
  }

  /** Called when `findOpenBlock` may have a block again. */
  onWritable(listener: () => void): void {
    this.#writableListeners.push(listener);
  }

  // ── for consumers ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Delivers every block that becomes durable from now on, in order; see HandOver for back-pressure. */
  subscribe(consumer: BlockConsumer): void {
    this.#handOver.subscribe(consumer);
  }

  /** Durable blocks from a position (or the oldest) to the newest, decoded from disk. */
  async *read(from?: JournalPosition): AsyncGenerator<DurableBlock, void, undefined> {
    let at: JournalPosition = from ?? { segment: 0, block: 0 };
    for (;;) {
      const id = this.#segmentFrom(at.segment);
      if (id === undefined) return;
      if (id !== at.segment) at = { segment: id, block: 0 };
      const live = this.#writer?.id === id ? this.#writer : undefined;
      const entries = live?.entries ?? (await readSegmentIndex(this.#options.folder, id));
      this.#reading.set(id, (this.#reading.get(id) ?? 0) + 1);
      try {
        for await (const durable of readSegmentBlocks(this.#options.folder, id, entries, at.block)) {
          at = { segment: id, block: durable.block + 1 };
          yield durable;
        }
      } finally {
        const readers = (this.#reading.get(id) ?? 1) - 1;
        if (readers > 0) this.#reading.set(id, readers);
        else this.#reading.delete(id);
      }
      const more = live !== undefined && live.entries.length > at.block;
      if (more) continue;
      if (live !== undefined && this.#writer === live) return;
      at = { segment: id + 1, block: 0 };
    }
  }

  #segmentFrom(id: number): number | undefined {
    let best = this.#writer !== undefined && this.#writer.id >= id ? this.#writer.id : undefined;
    for (const closed of this.#closed.keys()) if (closed >= id && (best === undefined || closed < best)) best = closed;
    return best;
  }

  /** Closed segments that were not removed yet, oldest first: also those of before the start. */
  closedSegments(): ClosedSegment[] {
    return [...this.#closed.values()].sort((a, b) => a.id - b.id);
  }

  onSegmentClosed(listener: (segment: ClosedSegment) => void): void {
    this.#closeListeners.push(listener);
  }

  /** Seals and commits what is open and closes the segment; resolves when it is in `closedSegments`. */
  async closeSegment(): Promise<void> {
    if (this.#open !== undefined && this.#open.rows > 0) this.#seal();
    const ticket = this.#open === undefined ? this.#ticket : this.#ticket - 1;
    await new Promise<void>((resolve) => {
      this.#rotateWaiters.push({ ticket, resolve });
      if (this.#durableTicket >= ticket) this.#rotate = true;
      this.#run();
    });
  }

  /** Deletes a closed segment that nobody needs any more. */
  async remove(segmentId: number): Promise<void> {
    if (!this.#closed.has(segmentId)) return;
    const newerIsDurable = (this.#writer?.entries.length ?? 0) > 0 || [...this.#closed.keys()].some((id) => id > segmentId);
    if (!newerIsDurable) await writeNextNumbers(this.#options.folder, { segment: this.#nextSegment, seq: this.#durableSeq + 1 });
    this.#closed.delete(segmentId);
    if (this.#reading.has(segmentId)) await removeSegmentFiles(this.#options.folder, segmentId);
    else await recycleSegmentFiles(this.#options.folder, segmentId, this.#spares);
  }

  // ── state ─────────────────────────────────────────────────────────────────────────────────────────────────────

  status(): JournalStatus {
    return {
      paused: this.#pause !== undefined,
      ...(this.#pause === undefined ? {} : { code: this.#pause.code, message: this.#pause.message }),
      durableRows: this.#durableRows,
      durableSeq: this.#durableSeq,
      bytesWritten: this.#bytesWritten,
      syncs: this.#syncs,
      freeBlocks: this.#free.length,
      blocksWithConsumers: this.#handOver.pending,
      closedSegments: this.#closed.size,
      damagedSegments: this.#damaged,
    };
  }

  /** Called when the journal pauses and when it resumes: the operator alarm. */
  onStatus(listener: (status: JournalStatus) => void): void {
    this.#statusListeners.push(listener);
  }

  /**
   * Commits what is open, closes the segment, waits for the consumers and gives the folder free. While the journal is
   * paused the rows in memory are given up: they were never answered.
   */
  async close(): Promise<void> {
    if (this.#closing) return;
    const paused = new Promise<void>((resolve) => this.onStatus((status) => { if (status.paused) resolve(); }));
    if (this.#pause === undefined) await Promise.race([this.closeSegment(), paused]);
    this.#closing = true;
    this.#wake?.();
    await this.#running;
    clearTimeout(this.#ageTimer);
    clearTimeout(this.#segmentTimer);
    await this.#handOver.drained();
    if (this.#writer?.entries.length === 0) await this.#writer.discard();
    else await this.#writer?.close();
    await this.#lock.release();
  }

  // ── committing ────────────────────────────────────────────────────────────────────────────────────────────────

  #armAge(): void {
    this.#openedAt = performance.now();
    if (this.#ageTimer === undefined) this.#setAgeTimer(this.#options.blockAgeMs);
  }

  /** One timer follows the open block instead of one per block: blocks that fill up cost no timer. */
  #setAgeTimer(delay: number): void {
    this.#ageTimer = setTimeout(() => {
      this.#ageTimer = undefined;
      if (this.#open === undefined || this.#open.rows === 0) return;
      const left = this.#options.blockAgeMs - (performance.now() - this.#openedAt);
      if (left > 0.5) {
        this.#setAgeTimer(left);
      } else {
        this.#aged = true;
        this.#run();
      }
    }, delay);
  }

  #seal(): void {
    const columns = this.#open;
    if (columns === undefined) return;
    this.#open = undefined;
    this.#aged = false;
    this.#nextSeq += columns.rows;
    this.#sealed.push({ ticket: this.#ticket, columns });
    this.#run();
  }

  #run(): void {
    if (this.#active) return;
    this.#active = true;
    this.#running = this.#work();
  }

  /** An old but not full block waits for the commit in progress: while the disk is busy it may as well grow. */
  async #work(): Promise<void> {
    try {
      await Promise.resolve();
      for (;;) {
        if (this.#rotate) {
          await this.#closeWriter();
        } else if (this.#sealed.length > 0) {
          if (!(await this.#commit())) return;
        } else if (this.#aged) {
          this.#seal();
        } else {
          return;
        }
      }
    } finally {
      this.#active = false;
    }
  }

  /** Makes the sealed blocks durable, retrying as long as it takes. Returns false when the journal closes first. */
  async #commit(): Promise<boolean> {
    const group = this.#nextGroup();
    let writer: SegmentWriter;
    let entries: readonly BlockEntry[];
    for (;;) {
      try {
        await this.#checkSpace();
        if (this.#writerDirty) await this.#writer?.rollback();
        this.#writerDirty = true;
        writer = this.#writer ??= await SegmentWriter.create(this.#options.folder, this.#nextSegment, this.#spares.take());
        entries = await this.#write(writer, group);
        break;
      } catch (error) {
        this.#setPause(toJournalError(error));
        if (!(await this.#retryDelay())) return false;
      }
    }
    this.#writerDirty = false;
    this.#sealed.splice(0, group.length);
    this.#committed(group, entries, writer);
    return true;
  }

  /** All sealed blocks that still fit the segment, at least one. */
  #nextGroup(): Sealed[] {
    let rows = this.#writer?.rows ?? 0;
    const end = this.#sealed.findIndex(({ columns }, position) => {
      rows += columns.rows;
      return position > 0 && rows > this.#options.segmentRows;
    });
    return end < 0 ? [...this.#sealed] : this.#sealed.slice(0, end);
  }

  async #checkSpace(): Promise<void> {
    try {
      await this.#space.check(performance.now());
    } catch {
      await this.#spares.drop();
      await this.#space.check(performance.now());
    }
  }

  async #write(writer: SegmentWriter, group: readonly Sealed[]): Promise<readonly BlockEntry[]> {
    for (const { columns } of group) {
      const bytes = this.#encoder.encode(columns);
      await writer.append(bytes, columns.rows, columns.firstSeq);
      this.#bytesWritten += bytes.length;
    }
    this.#syncs++;
    return writer.sync();
  }

  #committed(group: readonly Sealed[], entries: readonly BlockEntry[], writer: SegmentWriter): void {
    if (this.#pause !== undefined) this.#setPause(undefined);
    if (writer.id === this.#nextSegment) {
      this.#nextSegment++;
      this.#segmentTimer = setTimeout(() => {
        this.#rotate = true;
        this.#run();
      }, this.#options.segmentAgeMs);
    }
    for (const [position, { ticket, columns }] of group.entries()) {
      this.#durableRows += columns.rows;
      this.#durableSeq = columns.firstSeq + columns.rows - 1;
      this.#durableTicket = ticket;
      for (const listener of this.#durableListeners) listener(ticket);
      this.#handOver.deliver({ segment: writer.id, block: entries[position].block, columns });
    }
    const wanted = this.#rotateWaiters.some((waiter) => waiter.ticket <= this.#durableTicket);
    if (wanted || writer.rows >= this.#options.segmentRows) this.#rotate = true;
  }

  async #closeWriter(): Promise<void> {
    this.#rotate = false;
    clearTimeout(this.#segmentTimer);
    const writer = this.#writer;
    const waiters = this.#rotateWaiters.filter((waiter) => waiter.ticket <= this.#durableTicket);
    this.#rotateWaiters = this.#rotateWaiters.filter((waiter) => waiter.ticket > this.#durableTicket);
    if (writer !== undefined && writer.entries.length > 0) {
      const segment = toClosedSegment(this.#options.folder, writer.id, writer.entries);
      await writer.close();
      await this.#spares.segmentClosed(segment.bytes);
      this.#closed.set(segment.id, segment);
      this.#writer = undefined;
      for (const listener of this.#closeListeners) listener(segment);
    }
    for (const waiter of waiters) waiter.resolve();
  }

  #setPause(reason: SandglassError | undefined): void {
    const changed = this.#pause?.code !== reason?.code;
    this.#pause = reason;
    if (!changed) return;
    const status = this.status();
    for (const listener of this.#statusListeners) listener(status);
    if (reason === undefined) this.#notifyWritable();
  }

  async #retryDelay(): Promise<boolean> {
    if (this.#closing) return false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.retryMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    return !this.#closing;
  }

  #reuse(block: ObservationBlock): void {
    block.reset();
    this.#free.push(block);
    this.#notifyWritable();
  }

  #notifyWritable(): void {
    for (const listener of this.#writableListeners) listener();
  }
}
