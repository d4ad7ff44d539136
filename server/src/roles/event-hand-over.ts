/** Closed segments of events go to history, then the root over their salted rows into the ledger. */
import { createHash, createHmac } from "node:crypto";
import { createHasher, treeRoot } from "@sandglass/ledger";
import type { History } from "../history/mod.ts";
import type { EventJournal, EventRow } from "../journal/mod.ts";
import type { Records } from "../records/mod.ts";
import { HandOver } from "./hand-over.ts";
import { appendSegmentLeaf, contentOf } from "./segment-hand-over.ts";

export interface EventHandOverOptions {
  readonly journal: EventJournal;
  readonly history: History;
  readonly records: Records;
  /** Secret from which the salts of segments are derived. */
  readonly saltKey: Uint8Array;
  /** Oldest segment that supervision may need after a restart. */
  readonly oldestNeeded: () => number;
  readonly warn: (fields: object, text: string) => void;
}

export function handOverEvents(options: EventHandOverOptions): HandOver {
  const { journal, history, records, saltKey, oldestNeeded, warn } = options;
  return new HandOver({
    journal,
    oldestNeeded,
    warn,
    store: async (segment) => {
      await history.insertEventSegment(segment);
      return async () => {
        const salt = createHmac("sha256", saltKey).update(`events ${segment.id}`).digest();
        const root = await rootOf(journal, segment.id, salt);
        await appendSegmentLeaf(records, `events-segment:${segment.id}`, { events: true, ...contentOf(segment, root) });
      };
    },
  });
}

async function rootOf(journal: EventJournal, segment: number, salt: Uint8Array): Promise<Uint8Array> {
  const leaves: Uint8Array[] = [];
  for await (const block of journal.read({ segment, block: -1 })) {
    if (block.segment !== segment) break;
    block.rows.forEach((row, index) => leaves.push(leafOf(row, block.firstSeq + index, salt)));
  }
  return treeRoot(leaves, HASHER);
}

const HASHER = createHasher((message) => createHash("sha256").update(message).digest());

/** SHA-256(0x00 ‖ HMAC-SHA-256(salt, row)), the row as JSON of its columns with the digest of the body. */
export function leafOf(row: EventRow, seq: number, salt: Uint8Array): Uint8Array {
  const text = JSON.stringify([
    seq,
    String(row.subject),
    row.kind,
    row.source,
    row.id,
    row.time,
    row.received,
    row.name,
    row.value ?? null,
    row.attributes,
    row.credential,
    createHash("sha256").update(row.raw).digest("hex"),
  ]);
  const salted = createHmac("sha256", salt).update(text).digest();
  return createHash("sha256").update(Buffer.of(0)).update(salted).digest();
}
