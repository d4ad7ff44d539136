/** What a journal finds when it is opened: after a clean stop, or after a crash at any instant. */
import { readNextNumbers } from "./next-numbers.ts";
import {
  hasIndex,
  listSegments,
  recoverSegment,
  syncFolder,
  toClosedSegment,
  type ClosedSegment,
} from "./segment-files.ts";

export interface Recovered {
  /** All segments with durable rows, oldest first; the newest is closed by recovery. */
  readonly closed: readonly ClosedSegment[];
  /** Old segments whose index has no good entry. */
  readonly damaged: readonly number[];
  readonly nextSegment: number;
  readonly nextSeq: number;
}

export async function recoverFolder(folder: string): Promise<Recovered> {
  const next = await readNextNumbers(folder);
  let { segment: nextSegment, seq: nextSeq } = next;
  const closed: ClosedSegment[] = [];
  const damaged: number[] = [];
  const ids = await listSegments(folder);
  for (const [position, id] of ids.entries()) {
    const newest = position === ids.length - 1;
    const entries = await recoverSegment(folder, id, newest);
    nextSegment = Math.max(nextSegment, id + 1);
    if (entries.length > 0) {
      const segment = toClosedSegment(folder, id, entries);
      closed.push(segment);
      nextSeq = Math.max(nextSeq, segment.lastSeq + 1);
    } else if (await hasIndex(folder, id)) {
      damaged.push(id);
    }
  }
  await syncFolder(folder);
  return { closed, damaged, nextSegment, nextSeq };
}
