/**
 * Data files of removed segments, kept to be overwritten by new ones.
 *
 * Appending to a new file makes the kernel allocate a page of cache for every 4 KiB, which on a virtual machine costs
 * more than everything else in intake: 300–400 MB/s against 1.7 GB/s for overwriting pages that are there (measured
 * see bench/gateway/README.md). Only a busy journal keeps spares; a quiet one gives its disk back.
 */
import { readdir, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

const SUFFIX = ".spare";
const MAX_SPARES = 4;
/** A segment below this size is a quiet one. */
const WORTH_KEEPING_BYTES = 16 << 20;

export class SpareFiles {
  readonly #folder: string;
  #paths: string[] = [];
  #number = 0;
  #busy = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Deletes what an earlier process left. */
  async clear(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(SUFFIX)) await unlink(join(this.#folder, name));
    }
  }

  /** Told when a segment closes: decides whether spares are worth their disk. */
  async segmentClosed(bytes: number): Promise<void> {
    this.#busy = bytes >= WORTH_KEEPING_BYTES;
    if (!this.#busy) await this.drop();
  }

  /** Takes the data file of a removed segment: keeps it or deletes it. */
  async put(path: string): Promise<void> {
    const keep = this.#busy && this.#paths.length < MAX_SPARES && (await stat(path)).size >= WORTH_KEEPING_BYTES;
    if (!keep) {
      await unlink(path);
      return;
    }
    const spare = join(this.#folder, `${this.#number++}${SUFFIX}`);
    await rename(path, spare);
    this.#paths.push(spare);
  }

  /** A file for a new segment to overwrite. */
  take(): string | undefined {
    return this.#paths.pop();
  }

  /** Gives the disk back. */
  async drop(): Promise<void> {
    const paths = this.#paths;
    this.#paths = [];
    for (const path of paths) await unlink(path);
  }
}
