/** What a backup of a stopped server, one of a running server and a restore share. */
import { mkdir, open, readdir } from "node:fs/promises";
import path from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { copyAttributes, listFolders, type BackupFile, type Skip } from "./manifest.ts";

const PARALLEL = 16;

export interface Copied {
  readonly files: number;
  readonly bytes: number;
}

export function sumOf(files: readonly BackupFile[]): Copied {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Files wait for the disk most of the time. After a failure no further one is begun, and what runs is waited for. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  parallel = PARALLEL,
): Promise<void> {
  const waiting = [...items].reverse();
  const worker = async (): Promise<void> => {
    try {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: parallel }, worker));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/**
 * Makes copied files durable. All at the end: the first sync takes most of what is waiting along, and the others find
 * nothing to do; one after each small file costs a commit of the file system every time.
 */
export async function syncFiles(root: string, files: readonly { readonly path: string }[]): Promise<void> {
  await inParallel(files, async ({ path: file }) => {
    const handle = await open(path.join(root, file), "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

export async function copyFolders(from: string, to: string, skip?: Skip): Promise<void> {
  for (const folder of await listFolders(from, skip)) {
    await mkdir(path.join(to, folder), { recursive: true });
    await copyAttributes(path.join(from, folder), path.join(to, folder));
  }
}

export async function requireEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const entries = await readdir(folder);
  if (entries.length > 0) throw new SandglassError(ERRORS.BACKUP_TARGET, { folder });
}

export function isBelow(folder: string, parent: string): boolean {
  const relative = path.relative(path.resolve(parent), path.resolve(folder));
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}
