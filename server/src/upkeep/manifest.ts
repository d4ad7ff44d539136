/** What a backup consists of: every file with its length and hash, in one file that is written last. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, type Dirent } from "node:fs";
import { chmod, chown, mkdir, open, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ERRORS, SandglassError } from "../errors/mod.ts";

export const MANIFEST = "sandglass-backup.json";
export const FORMAT = 1;

export interface BackupFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A symbolic link to a place in the same folder: ClickHouse names its tables by them. */
export interface BackupLink {
  readonly path: string;
  readonly target: string;
}

export interface Manifest {
  readonly format: typeof FORMAT;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly files: readonly BackupFile[];
  readonly links: readonly BackupLink[];
}

/** End of the name of one that is not complete yet. */
export const PARTIAL = ".partial";
/** What a running server links for the time of a backup. */
export const LINKED = "backup.snapshot";

/** Never part of a backup: logs, what only a running process means, half-written and used-up files. */
const LEFT_OUT = new RegExp(
  `^(log/|${LINKED}/|(journal|events)/lock|.*\\.(pid|partial|part|new|spare)$|.*postmaster\\.(pid|opts)$|records\\.owner\\.json$|.*/child\\.json$)`,
);

/** Which entries are not looked at: relative places with slashes, those of folders with one at the end. */
export type Skip = (place: string) => boolean;

/** Files below a folder that a backup holds, sorted. */
export async function listFiles(root: string, skip?: Skip): Promise<string[]> {
  const files = await list(root, (entry) => entry.isFile(), skip);
  return files.filter((file) => !LEFT_OUT.test(file) && file !== MANIFEST);
}

/** Folders below a folder, sorted: PostgreSQL does not start without its empty ones. */
export async function listFolders(root: string, skip?: Skip): Promise<string[]> {
  return list(
    root,
    (entry) => entry.isDirectory(),
    (place) => LEFT_OUT.test(place) || skip?.(place) === true,
  );
}

/** Links below a folder that stay in it, sorted; others (to programs, say) are made anew by a start. */
export async function listLinks(root: string, skip?: Skip): Promise<BackupLink[]> {
  const found: BackupLink[] = [];
  for (const link of await list(root, (entry) => entry.isSymbolicLink(), skip)) {
    const target = await readlink(path.join(root, link));
    if (staysInside(link, target)) found.push({ path: link, target });
  }
  return found;
}

/** Sorted. Links are listed, never followed; folders that are removed meanwhile have nothing. */
async function list(root: string, which: (entry: Dirent) => boolean, skip: Skip = () => false): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (folder !== "" && isMissing(error)) return [];
      throw error;
    });
    for (const entry of entries) {
      const place = path.posix.join(folder, entry.name);
      if (skip(entry.isDirectory() ? `${place}/` : place)) continue;
      if (which(entry)) found.push(place);
      if (entry.isDirectory()) await walk(place);
    }
  };
  await walk("");
  return found.sort();
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

function staysInside(link: string, target: string): boolean {
  return (
    !path.isAbsolute(target) &&
    !path.posix.normalize(path.posix.join(path.posix.dirname(link), target)).startsWith("..")
  );
}

/** Rights and, where we may set it, the owner: PostgreSQL insists on both. */
export async function copyAttributes(from: string, to: string): Promise<void> {
  const { mode, uid, gid } = await stat(from);
  await chmod(to, mode & 0o777);
  if (process.getuid?.() === 0) await chown(to, uid, gid);
}

/**
 * Copies one file; it is on the disk after `syncFiles`.
 * @param as its place in the copy. @returns what was read
 */
export async function copyFile(
  from: string,
  to: string,
  file: string,
  { as = file, signal }: { readonly as?: string; readonly signal?: AbortSignal } = {},
): Promise<BackupFile> {
  const target = path.join(to, as);
  await mkdir(path.dirname(target), { recursive: true });
  const hash = createHash("sha256");
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(
    createReadStream(path.join(from, file), { highWaterMark: 1 << 20 }),
    count,
    createWriteStream(target, { flags: "wx", mode: 0o600 }),
    ...(signal === undefined ? [] : [{ signal }]),
  );
  await copyAttributes(path.join(from, file), target);
  return { path: as, bytes, sha256: hash.digest("hex") };
}

/** Its presence says that the backup is complete. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(path.join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 1)}\n`, {
    flag: "wx",
    flush: true,
  });
  const handle = await open(folder, "r");
  await handle.sync();
  await handle.close();
}

/** @throws SG_BACKUP_UNREADABLE */
export async function readManifest(folder: string): Promise<Manifest> {
  const fail = (reason: string, cause?: unknown) =>
    new SandglassError(ERRORS.BACKUP_UNREADABLE, { folder, reason }, { cause });
  const text = await readFile(path.join(folder, MANIFEST), "utf8").catch((error: unknown) => {
    throw fail(`${MANIFEST} cannot be read; the backup did not end`, error);
  });
  const manifest = parse(text);
  if (manifest === undefined) throw fail(`${MANIFEST} is damaged`);
  if (manifest.format !== FORMAT) throw fail(`it has format ${String(manifest.format)}, this program reads ${FORMAT}`);
  // A path that leads out of the folder would write anywhere.
  for (const { path: file } of [...manifest.files, ...manifest.links])
    if (path.isAbsolute(file) || file.split("/").includes("..")) throw fail(`${file} is no path of a backup`);
  for (const { path: link, target } of manifest.links)
    if (!staysInside(link, target)) throw fail(`${link} leads out of the backup`);
  return manifest;
}

function parse(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Partial<Manifest>;
    return Array.isArray(value.files) && Array.isArray(value.links) && typeof value.createdAt === "string"
      ? (value as Manifest)
      : undefined;
  } catch {
    return undefined;
  }
}
