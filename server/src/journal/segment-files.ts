/** Names, listing and recovery of segment files. */
import { constants } from "node:fs";
import { open, readFile, readdir, stat, unlink, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { crc32c } from "@node-rs/crc32";
import { decodeIndex, INDEX_RECORD_BYTES, type BlockEntry } from "./segment-index.ts";

/** A segment that gets no more blocks: what history inserts in one piece. */
export interface ClosedSegment {
  readonly id: number;
  /** The .native file: concatenated ClickHouse Native blocks, nothing else. */
  readonly path: string;
  readonly indexPath: string;
  readonly rows: number;
  readonly bytes: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** 12 digits: names sort as numbers for some 60,000 years of one segment every two seconds. */
const DIGITS = 12;
const NAME = /^(\d{12})\.(native|idx)$/;

export function nativePath(folder: string, id: number): string {
  return join(folder, `${String(id).padStart(DIGITS, "0")}.native`);
}

export function indexPath(folder: string, id: number): string {
  return join(folder, `${String(id).padStart(DIGITS, "0")}.idx`);
}

/** Makes names in a folder durable: a file that was synced but whose name was not is lost in a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Ids of the segments of which any file exists, ascending. */
export async function listSegments(folder: string): Promise<number[]> {
  const ids = new Set<number>();
  for (const name of await readdir(folder)) {
    const match = NAME.exec(name);
    if (match !== null) ids.add(Number(match[1]));
  }
  return [...ids].sort((a, b) => a - b);
}

/** The index goes first: a data file without an index is nobody's. */
export async function removeSegmentFiles(folder: string, id: number): Promise<void> {
  await removeFile(indexPath(folder, id));
  await removeFile(nativePath(folder, id));
}

/** Removes a segment, but leaves its data file to the spares. */
export async function recycleSegmentFiles(
  folder: string,
  id: number,
  spares: { put(path: string): Promise<void> },
): Promise<void> {
  await removeFile(indexPath(folder, id));
  await spares.put(nativePath(folder, id));
}

export function hasIndex(folder: string, id: number): Promise<boolean> {
  return stat(indexPath(folder, id)).then(
    () => true,
    () => false,
  );
}

async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

export function toClosedSegment(folder: string, id: number, entries: readonly BlockEntry[]): ClosedSegment {
  const first = entries[0];
  const last = entries[entries.length - 1];
  return {
    id,
    path: nativePath(folder, id),
    indexPath: indexPath(folder, id),
    rows: last.firstSeq + last.rows - first.firstSeq,
    bytes: last.offset + last.length,
    firstSeq: first.firstSeq,
    lastSeq: last.firstSeq + last.rows - 1,
  };
}

/** The entries of a segment's index that its .native file is long enough for. */
export async function readSegmentIndex(folder: string, id: number): Promise<BlockEntry[]> {
  const [index, native] = await Promise.all([
    readFile(indexPath(folder, id)).catch(emptyIfMissing),
    stat(nativePath(folder, id)).then(
      (file) => file.size,
      () => 0,
    ),
  ]);
  const entries = decodeIndex(index, id);
  const end = entries.findIndex((entry) => entry.offset + entry.length > native);
  return end < 0 ? entries : entries.slice(0, end);
}

function emptyIfMissing(error: NodeJS.ErrnoException): Buffer {
  if (error.code === "ENOENT") return Buffer.alloc(0);
  throw error;
}

/**
 * Brings a segment back to its last good block and cuts both files behind it: a crash leaves half a block, half a
 * record, or old bytes of a recycled file. Returns the surviving entries; without an index or, for the newest segment,
 * without a good block, both files are removed. An index without a good entry in an older segment is left in place.
 *
 * Checksums are verified for the newest segment only: an older one was complete before its successor was created.
 */
export async function recoverSegment(folder: string, id: number, newest: boolean): Promise<BlockEntry[]> {
  const index = await stat(indexPath(folder, id)).then(
    (file) => file.size,
    () => undefined,
  );
  const entries = index === undefined ? [] : await readSegmentIndex(folder, id);
  const good = newest ? await countGoodBlocks(folder, id, entries) : entries.length;
  if (good === 0) {
    if (newest || index === undefined) await removeSegmentFiles(folder, id);
    return [];
  }
  const last = entries[good - 1];
  await cut(nativePath(folder, id), last.offset + last.length);
  await cut(indexPath(folder, id), good * INDEX_RECORD_BYTES);
  return entries.slice(0, good);
}

async function countGoodBlocks(folder: string, id: number, entries: readonly BlockEntry[]): Promise<number> {
  if (entries.length === 0) return 0;
  const file = await open(nativePath(folder, id), "r");
  try {
    for (const [position, entry] of entries.entries()) {
      const bytes = await readBlockBytes(file, entry);
      if (bytes === undefined) return position;
    }
    return entries.length;
  } finally {
    await file.close();
  }
}

/** The bytes of a block, or undefined when they are not the ones that its index record describes. */
export async function readBlockBytes(file: FileHandle, entry: BlockEntry): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafe(entry.length);
  let done = 0;
  while (done < entry.length) {
    const { bytesRead } = await file.read(bytes, done, entry.length - done, entry.offset + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return crc32c(bytes) === entry.crc ? bytes : undefined;
}

async function cut(path: string, length: number): Promise<void> {
  if ((await stat(path)).size === length) return;
  const file = await open(path, "r+");
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
}
