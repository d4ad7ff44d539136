/**
 * The segment that is being written: appends blocks and their index records, makes both durable, or takes back what
 * was written of a group that failed.
 */
import { open, rename, type FileHandle } from "node:fs/promises";
import { crc32c } from "@node-rs/crc32";
import { indexPath, nativePath, removeSegmentFiles, syncFolder } from "./segment-files.ts";
import { encodeIndexRecord, INDEX_RECORD_BYTES, type BlockEntry } from "./segment-index.ts";

export class SegmentWriter {
  readonly id: number;
  /** Durable blocks. */
  readonly entries: BlockEntry[] = [];
  readonly #folder: string;
  readonly #native: FileHandle;
  readonly #index: FileHandle;
  #pending: BlockEntry[] = [];
  #end = 0;

  private constructor(folder: string, id: number, native: FileHandle, index: FileHandle) {
    this.#folder = folder;
    this.id = id;
    this.#native = native;
    this.#index = index;
  }

  /**
   * Creates the two files; on failure nothing stays behind. The data file may overwrite a spare one: whatever an old
   * file holds behind the new blocks is cut off when the segment closes or is recovered.
   */
  static async create(folder: string, id: number, spare?: string): Promise<SegmentWriter> {
    const handles: FileHandle[] = [];
    try {
      if (spare !== undefined) await rename(spare, nativePath(folder, id));
      handles.push(await open(nativePath(folder, id), spare === undefined ? "wx+" : "r+"));
      handles.push(await open(indexPath(folder, id), "wx+"));
      await syncFolder(folder);
      return new SegmentWriter(folder, id, handles[0], handles[1]);
    } catch (error) {
      for (const handle of handles) await handle.close();
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") await removeSegmentFiles(folder, id);
      throw error;
    }
  }

  get rows(): number {
    return this.entries.reduce((sum, entry) => sum + entry.rows, 0);
  }

  /**
   * Writes one block behind the last; not durable until `sync`. The next one may be appended before this one is
   * written: its place is known at once.
   */
  append(bytes: Buffer, rows: number, firstSeq: number): Promise<void> {
    const start = this.#end;
    this.#end += bytes.length;
    this.#pending.push({
      segment: this.id,
      block: this.entries.length + this.#pending.length,
      offset: start,
      length: bytes.length,
      rows,
      firstSeq,
      crc: crc32c(bytes),
    });
    return writeAll(this.#native, bytes, start);
  }

  /** Makes the appended blocks durable together with their index records. */
  async sync(): Promise<readonly BlockEntry[]> {
    const group = this.#pending;
    const records = Buffer.concat(group.map(encodeIndexRecord));
    await writeAll(this.#index, records, this.entries.length * INDEX_RECORD_BYTES);
    await Promise.all([this.#native.datasync(), this.#index.datasync()]);
    this.entries.push(...group);
    this.#pending = [];
    return group;
  }

  /**
   * Takes back everything behind the last durable block after a failed append or sync, so that a block is written
   * anew from memory: pages whose write-back failed are never trusted to a second fdatasync.
   */
  async rollback(): Promise<void> {
    this.#pending = [];
    const last = this.entries.at(-1);
    this.#end = last === undefined ? 0 : last.offset + last.length;
    await this.#native.truncate(this.#end);
    await this.#index.truncate(this.entries.length * INDEX_RECORD_BYTES);
  }

  async close(): Promise<void> {
    await this.#native.truncate(this.#end);
    await this.#native.close();
    await this.#index.close();
  }

  /** Closes and deletes a segment that never got a durable block. */
  async discard(): Promise<void> {
    await this.close();
    await removeSegmentFiles(this.#folder, this.id);
  }
}

/** A short write is not an error for the kernel: the rest fails, or succeeds, on the next call. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
