import { mkdir, open, rename } from "node:fs/promises";
import path from "node:path";

/** Writes a small file of its owner's beside and renames it: a crash, or a power cut, leaves the old one or the new one. */
export async function writeSynced(file: string, text: string, mode = 0o600): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(`${file}.new`, "w", mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  const folder = await open(path.dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
