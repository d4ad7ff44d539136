/**
 * Makes sealed blocks durable, in order, several in one sync when the disk is slower than intake, and closes segments.
 * A failed write pauses it: what was written is taken back and written anew from memory until it succeeds.
 */
import type { SandglassError } from "../errors/mod.ts";
import type { SealedBlock } from "./block-pool.ts";
import { FreeSpace, toJournalError } from "./free-space.ts";
import type { DurableBlock } from "./hand-over.ts";
import type { JournalOptions } from "./journal-options.ts";
import { NativeEncoder } from "./native-encoder.ts";
import { toClosedSegment, type ClosedSegment } from "./segment-files.ts";
import type { BlockEntry } from "./segment-index.ts";
import { SegmentWriter } from "./segment-writer.ts";
import type { SpareFiles } from "./spare-files.ts";

export interface CommitterHooks {
  /** Called for each block in order, right after its sync. */
  readonly onDurable: (ticket: number, durable: DurableBlock) => void;
  readonly onClosed: (segment: ClosedSegment) => void;
  /** Called when commits begin to fail and when they work again (undefined). */
  readonly onPause: (reason: SandglassError | undefined) => void;
  /** Called when there is nothing to commit: an old block may be sealed now. */
  readonly onIdle: () => void;
}

interface CloseRequest {
  /** The segment to close must contain the block of this ticket. */
  readonly ticket: number;
  readonly resolve: () => void;
}

export class Committer {
  readonly #options: Required<JournalOptions>;
  readonly #hooks: CommitterHooks;
  readonly #encoder = new NativeEncoder();
  readonly #space: FreeSpace;
  readonly #spares: SpareFiles;
  readonly #sealed: SealedBlock[] = [];
  #writer: SegmentWriter | undefined;
  /** The last group was not made durable: what it wrote has to be taken back first. */
  #dirty = false;
  #nextSegment: number;
  #segmentTimer: NodeJS.Timeout | undefined;
  #rotate = false;
  #requests: CloseRequest[] = [];
  #durableTicket = 0;
  #pause: SandglassError | undefined;
  #active = false;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #wake: (() => void) | undefined;
  bytesWritten = 0;
  syncs = 0;

  constructor(options: Required<JournalOptions>, spares: SpareFiles, nextSegment: number, hooks: CommitterHooks) {
    this.#options = options;
    this.#spares = spares;
    this.#nextSegment = nextSegment;
    this.#hooks = hooks;
    this.#space = new FreeSpace(options.folder, options.minFreeBytes);
  }

  /** The segment that is being written, with its durable blocks. */
  get writer(): SegmentWriter | undefined {
    return this.#writer;
  }

  get nextSegment(): number {
    return this.#nextSegment;
  }

  get pause(): SandglassError | undefined {
    return this.#pause;
  }

  add(sealed: SealedBlock): void {
    this.#sealed.push(sealed);
    this.run();
  }

  /** Closes the segment as soon as the block of that ticket is in it. */
  closeSegment(ticket: number): Promise<void> {
    return new Promise((resolve) => {
      this.#requests.push({ ticket, resolve });
      if (this.#durableTicket >= ticket) this.#rotate = true;
      this.run();
    });
  }

  run(): void {
    if (this.#active || this.#stopped) return;
    this.#active = true;
    this.#running = this.#work();
  }

  /** Stops after the commit in progress; a commit that keeps failing is given up. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
    clearTimeout(this.#segmentTimer);
    if (this.#writer?.entries.length === 0) await this.#writer.discard();
    else await this.#writer?.close();
  }

  async #work(): Promise<void> {
    try {
      // Not in the middle of the chunk that filled the block.
      await Promise.resolve();
      for (;;) {
        if (this.#rotate) {
          await this.#closeWriter();
          continue;
        }
        if (this.#sealed.length === 0) this.#hooks.onIdle();
        if (this.#sealed.length === 0 || !(await this.#commit())) return;
      }
    } finally {
      this.#active = false;
    }
  }

  /** Makes a group durable, retrying as long as it takes. Returns false when it was stopped first. */
  async #commit(): Promise<boolean> {
    const group = this.#nextGroup();
    let writer: SegmentWriter;
    let entries: readonly BlockEntry[];
    for (;;) {
      try {
        await this.#checkSpace();
        if (this.#dirty) await this.#writer?.rollback();
        this.#dirty = true;
        writer = this.#writer ??= await SegmentWriter.create(
          this.#options.folder,
          this.#nextSegment,
          this.#spares.take(),
        );
        entries = await this.#write(writer, group);
        break;
      } catch (error) {
        this.#setPause(toJournalError(error));
        if (!(await this.#retryDelay())) return false;
      }
    }
    this.#dirty = false;
    this.#sealed.splice(0, group.length);
    this.#setPause(undefined);
    this.#committed(group, entries, writer);
    return true;
  }

  /** All sealed blocks that still fit the segment, at least one. */
  #nextGroup(): SealedBlock[] {
    let rows = this.#writer?.rows ?? 0;
    const end = this.#sealed.findIndex(({ columns }, position) => {
      rows += columns.rows;
      return position > 0 && rows > this.#options.segmentRows;
    });
    return end < 0 ? [...this.#sealed] : this.#sealed.slice(0, end);
  }

  /** Spare files are the first thing to go when the disk fills up. */
  async #checkSpace(): Promise<void> {
    try {
      await this.#space.check(performance.now());
    } catch {
      await this.#spares.drop();
      await this.#space.check(performance.now());
    }
  }

  async #write(writer: SegmentWriter, group: readonly SealedBlock[]): Promise<readonly BlockEntry[]> {
    // One block is encoded while the one before it is written. When one fails nothing may be on its way any more: what
    // it wrote is cut off next.
    const writes: Promise<void>[] = [];
    try {
      for (const { columns } of group) {
        await writes.at(-2);
        const bytes = this.#encoder.encode(columns);
        const write = writer.append(bytes, columns.rows, columns.firstSeq);
        write.catch(() => undefined);
        writes.push(write);
        this.bytesWritten += bytes.length;
      }
    } finally {
      await Promise.allSettled(writes);
    }
    await Promise.all(writes);
    this.syncs++;
    return writer.sync();
  }

  #committed(group: readonly SealedBlock[], entries: readonly BlockEntry[], writer: SegmentWriter): void {
    if (writer.id === this.#nextSegment) {
      this.#nextSegment++;
      this.#segmentTimer = setTimeout(() => {
        this.#rotate = true;
        this.run();
      }, this.#options.segmentAgeMs);
    }
    for (const [position, { ticket, columns }] of group.entries()) {
      this.#durableTicket = ticket;
      this.#hooks.onDurable(ticket, { segment: writer.id, block: entries[position].block, columns });
    }
    const wanted = this.#requests.some((request) => request.ticket <= this.#durableTicket);
    if (wanted || writer.rows >= this.#options.segmentRows) this.#rotate = true;
  }

  async #closeWriter(): Promise<void> {
    this.#rotate = false;
    clearTimeout(this.#segmentTimer);
    const writer = this.#writer;
    const met = this.#requests.filter((request) => request.ticket <= this.#durableTicket);
    this.#requests = this.#requests.filter((request) => request.ticket > this.#durableTicket);
    if (writer !== undefined && writer.entries.length > 0) {
      const segment = toClosedSegment(this.#options.folder, writer.id, writer.entries);
      await writer.close();
      await this.#spares.segmentClosed(segment.bytes);
      this.#writer = undefined;
      this.#hooks.onClosed(segment);
    }
    for (const request of met) request.resolve();
  }

  #setPause(reason: SandglassError | undefined): void {
    const changed = this.#pause?.code !== reason?.code;
    this.#pause = reason;
    if (changed) this.#hooks.onPause(reason);
  }

  async #retryDelay(): Promise<boolean> {
    if (this.#stopped) return false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.retryMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    return !this.#stopped;
  }
}
