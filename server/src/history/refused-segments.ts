/** Segments that the history could not store: moved out of the journal's way, with the reason beside them. */
import { copyFile, mkdir, open, readdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { SegmentFile } from "./segment-sql.ts";

export interface RefusedSegment {
  /** The segment, with the paths of where it is now. */
  readonly segment: SegmentFile;
  readonly reason: string;
}

const SUFFIX = ".refused.json";

export class RefusedSegments {
  readonly #folder: string;
  readonly #byId = new Map<number, RefusedSegment>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<RefusedSegments> {
    await mkdir(folder, { recursive: true });
    const refused = new RefusedSegments(folder);
    for (const file of await readdir(folder)) {
      if (!file.endsWith(SUFFIX)) continue;
      const entry = JSON.parse(await readFile(join(folder, file), "utf8")) as RefusedSegment;
      refused.#byId.set(entry.segment.id, entry);
    }
    return refused;
  }

  list(): RefusedSegment[] {
    return [...this.#byId.values()].sort((a, b) => a.segment.id - b.segment.id);
  }

  find(id: number): RefusedSegment | undefined {
    return this.#byId.get(id);
  }

  /** Takes the files of a segment over. The note is written last: without it the files are taken over again. */
  async add(segment: SegmentFile, reason: string): Promise<RefusedSegment> {
    const path = join(this.#folder, basename(segment.path));
    const indexPath = join(this.#folder, basename(segment.indexPath));
    await move(segment.path, path);
    await move(segment.indexPath, indexPath);
    const entry: RefusedSegment = { segment: { ...segment, path, indexPath }, reason };
    await writeFile(join(this.#folder, `${segment.id}${SUFFIX}`), JSON.stringify(entry), { flush: true });
    await syncFolder(this.#folder);
    this.#byId.set(segment.id, entry);
    return entry;
  }

  /** Forgets a segment that could be stored after all, and its files. */
  async remove(id: number): Promise<void> {
    const entry = this.#byId.get(id);
    if (entry === undefined) return;
    this.#byId.delete(id);
    for (const path of [join(this.#folder, `${id}${SUFFIX}`), entry.segment.path, entry.segment.indexPath]) {
      await unlink(path).catch(ignoreMissing);
    }
  }
}

/** Also between file systems. A file that is not there was moved before. */
async function move(from: string, to: string): Promise<void> {
  if (from === to) return;
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code !== "EXDEV") throw error;
    await copyFile(from, to);
    const copy = await open(to, "r+");
    await copy.sync();
    await copy.close();
    await unlink(from);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
