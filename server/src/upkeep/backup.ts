/**
 * A copy of everything that a data folder keeps: records, history, journals, objects, checkpoints, keys. The server is
 * stopped meanwhile; the folder is locked, so that none starts. A copy of files is exact for every store at once, and
 * does not depend on what each engine can export.
 */
import { readdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { lockDataFolder } from "../records/mod.ts";
import { copyFolders, inParallel, isBelow, requireEmpty, sumOf, syncFiles, type Copied } from "./copying.ts";
import {
  copyFile,
  FORMAT,
  isMissing,
  listFiles,
  listLinks,
  readManifest,
  writeManifest,
  type BackupFile,
} from "./manifest.ts";

/** @throws SG_RECORDS_IN_USE while a server runs on the folder; SG_BACKUP_TARGET when the target is not empty */
export async function backUp(data: string, target: string, now: number): Promise<Copied> {
  await requireEmpty(target);
  if (isBelow(target, data)) throw new SandglassError(ERRORS.BACKUP_TARGET, { folder: target });
  const unlock = await lockDataFolder(data);
  try {
    const copied = await copyAll(data, target, await listFiles(data));
    await copyFolders(data, target);
    await syncFiles(target, copied);
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
      const copied = await copyFile(backup, data, expected.path).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
        throw new SandglassError(ERRORS.BACKUP_DAMAGED, { file: expected.path, reason: "it is missing" });
      });
      if (copied.sha256 !== expected.sha256 || copied.bytes !== expected.bytes)
        throw new SandglassError(ERRORS.BACKUP_DAMAGED, { file: expected.path, reason: "its bytes were changed" });
    });
    await syncFiles(data, manifest.files);
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
