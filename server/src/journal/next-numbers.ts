/** Remembers the next segment id and sequence number while no segment on disk tells them: numbers are never reused. */
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { syncFolder } from "./segment-files.ts";

export interface NextNumbers {
  readonly segment: number;
  readonly seq: number;
}

const FILE = "next.json";

export async function readNextNumbers(folder: string): Promise<NextNumbers> {
  let text: string;
  try {
    text = await readFile(join(folder, FILE), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { segment: 1, seq: 1 };
    throw error;
  }
  const value = JSON.parse(text) as Partial<NextNumbers>;
  if (!Number.isSafeInteger(value.segment) || !Number.isSafeInteger(value.seq)) {
    throw new SandglassError(ERRORS.JOURNAL_CORRUPT, { detail: `${FILE} has no numbers` });
  }
  return { segment: value.segment as number, seq: value.seq as number };
}

/** Durable when it resolves. */
export async function writeNextNumbers(folder: string, numbers: NextNumbers): Promise<void> {
  const path = join(folder, FILE);
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(JSON.stringify(numbers));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(folder);
}
