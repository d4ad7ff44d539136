/**
 * Closed segments of frames go to history, then their root into the ledger.
 *
 * History stores a segment exactly once, and a leaf is looked for before it is written.
 */
import { createHmac } from "node:crypto";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { History } from "../history/mod.ts";
import type { ClosedSegment, Journal } from "../journal/mod.ts";
import { appendLeaf, type LeafInput } from "../ledger/mod.ts";
import { SYSTEM_INTAKE, type Records } from "../records/mod.ts";
import { HandOver } from "./hand-over.ts";

export interface SegmentHandOverOptions {
  readonly journal: Journal;
  readonly history: History;
  readonly records: Records;
  /** Secret from which the salts of segments are derived. */
  readonly saltKey: Uint8Array;
  /** Oldest segment that supervision may need after a restart. */
  readonly oldestNeeded: () => Promise<number>;
  /** See HandOverOptions. */
  readonly letGo: (bytes: number) => Promise<void>;
  readonly warn: (fields: object, text: string) => void;
}

export function handOverSegments(options: SegmentHandOverOptions): HandOver {
  const { journal, history, records, saltKey, oldestNeeded, letGo, warn } = options;
  return new HandOver({
    journal,
    oldestNeeded,
    letGo,
    warn,
    store: async (segment, waiting) => {
      const salt = createHmac("sha256", saltKey).update(String(segment.id)).digest();
      try {
        const { root } = await history.insertSegment(segment, salt, waiting);
        return () => appendSegmentLeaf(records, `segment:${segment.id}`, contentOf(segment, root));
      } catch (error) {
        // History keeps it aside and has raised the alarm; the next one must not wait for it.
        if (error instanceof SandglassError && error.code === ERRORS.HISTORY_SEGMENT_REFUSED.code) return "set aside";
        throw error;
      }
    },
  });
}

/** What the leaf of any segment says. */
export function contentOf({ id, rows, firstSeq, lastSeq }: ClosedSegment, root: Uint8Array) {
  return { segment: id, rows, firstSeq, lastSeq, root: Buffer.from(root).toString("hex") };
}

/** Writes the leaf of a stored segment unless it is there. */
export async function appendSegmentLeaf(
  records: Records,
  subject: string,
  content: LeafInput["content"],
): Promise<void> {
  await records.transact(
    SYSTEM_INTAKE,
    async (tx) => {
      const present = await tx
        .selectFrom("ledger_leaves")
        .select("id")
        .where("subject", "=", subject)
        .executeTakeFirst();
      if (present === undefined) await appendLeaf(tx, { kind: "segment", subject, content });
    },
    { retry: true },
  );
}
