/** Objects as files: `ab/cdef…` below one folder. A file is complete and on the disk before its name exists. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { sha256 } from "./hash.ts";
import { isKey, type ObjectStore } from "./object-store.ts";

export class DiskStore implements ObjectStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(bytes: Uint8Array): Promise<string> {
    const key = sha256(bytes);
    const target = this.#pathOf(key);
    if (await exists(target)) return key;
    const folder = path.dirname(target);
    await mkdir(folder, { recursive: true });
    const draft = path.join(folder, `${randomUUID()}.part`);
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
    await syncFolder(folder);
    return key;
  }

  async get(key: string): Promise<Uint8Array> {
    const bytes = await readFile(this.#pathOf(key)).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? new SandglassError(ERRORS.OBJECT_MISSING, { key }, { cause: error }) : error;
    });
    if (sha256(bytes) !== key) throw new SandglassError(ERRORS.OBJECT_DAMAGED, { key });
    return bytes;
  }

  #pathOf(key: string): string {
    if (!isKey(key)) throw new SandglassError(ERRORS.OBJECT_MISSING, { key });
    return path.join(this.#folder, key.slice(0, 2), key.slice(2));
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** The new name survives a power cut only when its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
