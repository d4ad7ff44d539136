/** How a journal learns that its disk is full before and when it happens. */
import { statfs } from "node:fs/promises";
import { ERRORS, SandglassError } from "../errors/mod.ts";

/** Asking once per this many ms is enough: at 1 GB/s the floor must exceed what is written in between. */
const CHECK_EVERY_MS = 200;

export class FreeSpace {
  readonly #folder: string;
  readonly #floor: number;
  #checkedAt = -Infinity;

  /** `floor` = bytes that must stay free for other users of the disk (PostgreSQL, history). */
  constructor(folder: string, floor: number) {
    this.#folder = folder;
    this.#floor = floor;
  }

  /** Throws SG_JOURNAL_DISK_FULL when less than the floor is free. `now` = monotonic ms. */
  async check(now: number): Promise<void> {
    if (now - this.#checkedAt < CHECK_EVERY_MS) return;
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < this.#floor) {
      const megabytes = (bytes: number) => `${Math.floor(bytes / 1_048_576)} MiB`;
      throw new SandglassError(ERRORS.JOURNAL_DISK_FULL, {
        detail: `${megabytes(bavail * bsize)} free, floor ${megabytes(this.#floor)}`,
      });
    }
    this.#checkedAt = now;
  }
}

/** The coded error that an operator sees for a failed write. */
export function toJournalError(cause: unknown): SandglassError {
  if (cause instanceof SandglassError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) throw cause;
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new SandglassError(
    full ? ERRORS.JOURNAL_DISK_FULL : ERRORS.JOURNAL_IO,
    { detail: full ? code : message },
    { cause },
  );
}
