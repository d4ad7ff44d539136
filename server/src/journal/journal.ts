/**
 * The journal: rows are appended to the open observation block; a block is committed (encoded, written, fdatasync of
 * data and index) when it is full or old enough, and only then its rows count as received. Segments close by rows or
 * age and stay until history has them.
 *
 * It does not know frames, links or replies: the gateway asks for the open block, fills rows, and is told by
 * `onDurable` which blocks may be answered.
 */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { ObservationBlock } from "@sandglass/signals";
import { BlockPool } from "./block-pool.ts";
import { Committer } from "./committer.ts";
import { HandOver, type BlockConsumer, type DurableBlock } from "./hand-over.ts";
import { JOURNAL_DEFAULTS, type JournalOptions, type JournalPosition, type JournalStatus } from "./journal-options.ts";
import { lockFolder, type FolderLock } from "./lock.ts";
import { writeNextNumbers } from "./next-numbers.ts";
import { recoverFolder, type Recovered } from "./recovery.ts";
import {
  readSegmentIndex,
  recycleSegmentFiles,
  removeSegmentFiles,
  syncFolder,
  type ClosedSegment,
} from "./segment-files.ts";
import { readSegmentBlocks } from "./segment-reader.ts";
import { SpareFiles } from "./spare-files.ts";

export class Journal {
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #pool: BlockPool;
  readonly #committer: Committer;
  readonly #handOver: HandOver;
  readonly #spares: SpareFiles;
  readonly #closed: Map<number, ClosedSegment>;
  readonly #damaged: readonly number[];
  /** Segments that `read` has open: their files are not overwritten. */
  readonly #reading = new Map<number, number>();
  readonly #durableListeners: ((ticket: number) => void)[] = [];
  readonly #writableListeners: (() => void)[] = [];
  readonly #statusListeners: ((status: JournalStatus) => void)[] = [];
  readonly #closeListeners: ((segment: ClosedSegment) => void)[] = [];
  #durableRows = 0;
  #durableSeq: number;
  #closing = false;

  private constructor(options: Required<JournalOptions>, lock: FolderLock, spares: SpareFiles, recovered: Recovered) {
    this.#folder = options.folder;
    this.#lock = lock;
    this.#spares = spares;
    this.#closed = new Map(recovered.closed.map((segment) => [segment.id, segment]));
    this.#damaged = recovered.damaged;
    this.#durableSeq = recovered.nextSeq - 1;
    this.#handOver = new HandOver((block) => {
      this.#pool.release(block);
      this.#notifyWritable();
    });
    this.#pool = new BlockPool({
      blocks: Math.max(4, options.poolBlocks),
      blockRows: options.blockRows,
      blockRawBytes: options.blockRawBytes,
      blockAgeMs: options.blockAgeMs,
      firstSeq: recovered.nextSeq,
      onSealed: (sealed) => this.#committer.add(sealed),
      onAged: () => this.#committer.run(),
    });
    this.#committer = new Committer(options, spares, recovered.nextSegment, {
      onDurable: (ticket, durable) => this.#onDurable(ticket, durable),
      onClosed: (segment) => {
        this.#closed.set(segment.id, segment);
        for (const listener of this.#closeListeners) listener(segment);
      },
      onPause: (reason) => {
        this.#pool.stopped = this.#closing || reason !== undefined;
        const status = this.status();
        for (const listener of this.#statusListeners) listener(status);
        if (reason === undefined) this.#notifyWritable();
      },
      onIdle: () => {
        if (this.#pool.aged) this.#pool.seal();
      },
    });
  }

  /**
   * Opens the journal, recovers what a crash left and closes the recovered segment.
   * @throws SG_JOURNAL_LOCKED while another process has it open
   */
  static async open(options: JournalOptions): Promise<Journal> {
    if ((await mkdir(options.folder, { recursive: true })) !== undefined) await syncFolder(dirname(options.folder));
    const lock = await lockFolder(options.folder);
    try {
      const spares = new SpareFiles(options.folder);
      await spares.clear();
      return new Journal({ ...JOURNAL_DEFAULTS, ...options }, lock, spares, await recoverFolder(options.folder));
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  // ── for the one writer ────────────────────────────────────────────────────────────────────────────────────────

  /**
   * The block to fill; undefined when there is none: the disk is full or consumers are behind. Stop reading sockets
   * then, until `onWritable`.
   */
  findOpenBlock(): ObservationBlock | undefined {
    return this.#pool.findOpen();
  }

  /** Number of the open block, ascending: what `onDurable` reports. */
  get openTicket(): number {
    return this.#pool.ticket;
  }

  /** Call after each `endRow` of the open block; the next row goes into `findOpenBlock()`, which may be another. */
  rowAdded(): void {
    this.#pool.rowAdded();
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
  async *read(from: JournalPosition = { segment: 0, block: 0 }): AsyncGenerator<DurableBlock, void, undefined> {
    let at = from;
    for (;;) {
      const id = this.#segmentFrom(at.segment);
      if (id === undefined) return;
      if (id !== at.segment) at = { segment: id, block: 0 };
      const { writer } = this.#committer;
      const live = writer?.id === id ? writer : undefined;
      const entries = live?.entries ?? (await readSegmentIndex(this.#folder, id));
      this.#countReader(id, 1);
      try {
        for await (const durable of readSegmentBlocks(this.#folder, id, entries, at.block)) {
          at = { segment: id, block: durable.block + 1 };
          yield durable;
        }
      } finally {
        this.#countReader(id, -1);
      }
      const more = live !== undefined && live.entries.length > at.block;
      if (more) continue;
      if (live !== undefined && this.#committer.writer === live) return;
      at = { segment: id + 1, block: 0 };
    }
  }

  /** Closed segments that were not removed yet, oldest first: also those of before the start. */
  closedSegments(): ClosedSegment[] {
    return [...this.#closed.values()].sort((a, b) => a.id - b.id);
  }

  onSegmentClosed(listener: (segment: ClosedSegment) => void): void {
    this.#closeListeners.push(listener);
  }

  /** Seals and commits what is open and closes the segment; resolves when it is in `closedSegments`. */
  closeSegment(): Promise<void> {
    this.#pool.seal();
    return this.#committer.closeSegment(this.#pool.sealedTicket);
  }

  /** Deletes a closed segment that nobody needs any more. */
  async remove(segmentId: number): Promise<void> {
    if (!this.#closed.has(segmentId)) return;
    const newer =
      (this.#committer.writer?.entries.length ?? 0) > 0 || [...this.#closed.keys()].some((id) => id > segmentId);
    if (!newer)
      await writeNextNumbers(this.#folder, { segment: this.#committer.nextSegment, seq: this.#durableSeq + 1 });
    this.#closed.delete(segmentId);
    if (this.#reading.has(segmentId)) await removeSegmentFiles(this.#folder, segmentId);
    else await recycleSegmentFiles(this.#folder, segmentId, this.#spares);
  }

  // ── state ─────────────────────────────────────────────────────────────────────────────────────────────────────

  status(): JournalStatus {
    const { pause, bytesWritten, syncs } = this.#committer;
    return {
      paused: pause !== undefined,
      ...(pause === undefined
        ? {}
        : { code: pause.code, message: pause.message, detail: String(pause.parameters.detail ?? "") }),
      durableRows: this.#durableRows,
      durableSeq: this.#durableSeq,
      bytesWritten,
      syncs,
      freeBlocks: this.#pool.freeBlocks,
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
    this.#closing = true;
    const paused = new Promise<void>((resolve) =>
      this.onStatus((status) => {
        if (status.paused) resolve();
      }),
    );
    if (this.#committer.pause === undefined) await Promise.race([this.closeSegment(), paused]);
    this.#pool.close();
    await this.#committer.stop();
    await this.#handOver.drained();
    await this.#lock.release();
  }

  #onDurable(ticket: number, durable: DurableBlock): void {
    const { columns } = durable;
    this.#durableRows += columns.rows;
    this.#durableSeq = columns.firstSeq + columns.rows - 1;
    for (const listener of this.#durableListeners) listener(ticket);
    this.#handOver.deliver(durable);
  }

  #segmentFrom(id: number): number | undefined {
    const { writer } = this.#committer;
    let best = writer !== undefined && writer.id >= id ? writer.id : undefined;
    for (const closed of this.#closed.keys()) if (closed >= id && (best === undefined || closed < best)) best = closed;
    return best;
  }

  #countReader(segment: number, by: number): void {
    const readers = (this.#reading.get(segment) ?? 0) + by;
    if (readers > 0) this.#reading.set(segment, readers);
    else this.#reading.delete(segment);
  }

  #notifyWritable(): void {
    for (const listener of this.#writableListeners) listener();
  }
}
