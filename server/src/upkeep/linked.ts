/** Hard links to files of the data folder as they are at an instant: what is removed or replaced later stays readable. */
import { constants, copyFile, link, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { isMissing, LINKED, listFiles, type Skip } from "./manifest.ts";

/** Adds links below the data folder's `backup.snapshot`. */
export async function linkTree(data: string, skip: Skip): Promise<void> {
  for (const file of await listFiles(data, skip)) {
    const place = path.join(data, LINKED, file);
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    await link(path.join(data, file), place).catch((error: NodeJS.ErrnoException) => {
      // A checkpoint that made place for a newer one.
      if (isMissing(error)) return;
      // A folder on another disk: its files are few and small, but for those of a busy journal.
      if (error.code !== "EXDEV") throw error;
      return copyFile(path.join(data, file), place, constants.COPYFILE_EXCL);
    });
  }
}

export async function dropLinked(data: string): Promise<void> {
  await rm(path.join(data, LINKED), { recursive: true, force: true });
}
