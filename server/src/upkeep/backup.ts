/**
 * A copy of everything that a data folder keeps: records, history, journals, objects, checkpoints, keys. The server is
 * stopped meanwhile; the folder is locked, so that none starts. A copy of files is exact for every store at once, and
 * does not depend on what each engine can export.
 */
import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { lockDataFolder } from "../records/mod.ts";
import {
  copyAttributes,
  copyFile,
  FORMAT,
  listFiles,
  listFolders,
  listLinks,
  readManifest,
  writeManifest,
  type BackupFile,
} from "./manifest.ts";

const PARALLEL = 16;

export interface Copied {
  readonly files: number;
  readonly bytes: number;
}

/** @throws SG_RECORDS_IN_USE while a server runs on the folder; SG_BACKUP_TARGET when the target is not empty */
export async function backUp(data: string, target: string, now: number): Promise<Copied> {
  await requireEmpty(target);
  if (isBelow(target, data)) throw new SandglassError(ERRORS.BACKUP_TARGET, { folder: target });
  const unlock = await lockDataFolder(data);
  try {
    const copied = await copyAll(data, target, await listFiles(data));
    await copyFolders(data, target);
    const links = await listLinks(data);
    await writeManifest(target, { format: FORMAT, createdAt: new Date(now).toISOString(), files: copied, links });
    return sumOf(copied);
  } finally {
    await unlock();
  }
}

/**
 * Puts a backup into an empty folder. Every byte is checked against the manifest on the way.
 * @throws SG_BACKUP_UNREADABLE, SG_BACKUP_DAMAGED, SG_BACKUP_TARGET; nothing is left in the target then
 */
export async function restoreFiles(backup: string, data: string): Promise<Copied> {
  const manifest = await readManifest(backup);
  await requireEmpty(data);
  try {
    await inParallel(manifest.files, async (expected) => {
      const copied = await copyFile(backup, data, expected.path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
        throw new SandglassError(ERRORS.BACKUP_DAMAGED, { file: expected.path, reason: "it is missing" });
      });
      if (copied.sha256 !== expected.sha256 || copied.bytes !== expected.bytes)
        throw new SandglassError(ERRORS.BACKUP_DAMAGED, { file: expected.path, reason: "its bytes were changed" });
    });
    await copyFolders(backup, data);
    // Last, so that no file is written through one.
    for (const { path: link, target } of manifest.links) await symlink(target, path.join(data, link));
  } catch (error) {
    for (const entry of await readdir(data)) await rm(path.join(data, entry), { recursive: true, force: true });
    throw error;
  }
  return sumOf(manifest.files);
}

async function copyAll(from: string, to: string, files: readonly string[]): Promise<BackupFile[]> {
  const copied: BackupFile[] = [];
  await inParallel(files, async (file) => copied.push(await copyFile(from, to, file)));
  return copied.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Files wait for the disk most of the time. After a failure no further one is begun, and what runs is waited for. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items].reverse();
  const worker = async (): Promise<void> => {
    try {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function copyFolders(from: string, to: string): Promise<void> {
  for (const folder of await listFolders(from)) {
    await mkdir(path.join(to, folder), { recursive: true });
    await copyAttributes(path.join(from, folder), path.join(to, folder));
  }
}

async function requireEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const entries = await readdir(folder);
  if (entries.length > 0) throw new SandglassError(ERRORS.BACKUP_TARGET, { folder });
}

function isBelow(folder: string, parent: string): boolean {
  const relative = path.relative(path.resolve(parent), path.resolve(folder));
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

function sumOf(files: readonly BackupFile[]): Copied {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
