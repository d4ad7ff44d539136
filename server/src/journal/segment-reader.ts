/** Decodes the blocks of one segment from disk. */
import { open } from "node:fs/promises";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { DurableBlock } from "./hand-over.ts";
import { decodeNativeBlock } from "./native-decoder.ts";
import { nativePath, readBlockBytes } from "./segment-files.ts";
import type { BlockEntry } from "./segment-index.ts";

/**
 * Blocks `from` … of the entries known at each step (a live segment's list may grow meanwhile).
 * Throws SG_JOURNAL_CORRUPT when a durable block no longer has its checksum.
 */
export async function* readSegmentBlocks(
  folder: string,
  id: number,
  entries: readonly BlockEntry[],
  from: number,
): AsyncGenerator<DurableBlock, void, undefined> {
  if (entries.length <= from) return;
  const file = await open(nativePath(folder, id), "r");
  try {
    for (let block = from; block < entries.length; block++) {
      const bytes = await readBlockBytes(file, entries[block]);
      if (bytes === undefined) {
        throw new SandglassError(ERRORS.JOURNAL_CORRUPT, { detail: `segment ${id}, block ${block}: checksum differs` });
      }
      yield { segment: id, block, columns: decodeNativeBlock(bytes) };
    }
  } finally {
    await file.close();
  }
}
