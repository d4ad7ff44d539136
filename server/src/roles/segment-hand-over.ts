/**
 * Closed segments go to history, then into the ledger, then off the disk, one after the other in their order.
 *
 * A segment may be removed when history holds it, its leaf is written, and supervision would not need it after a
 * restart. History stores a segment exactly once; the leaf is looked for before it is written, so that a crash at any
 * point repeats only what did not happen.
 */
import { createHmac } from "node:crypto";
import { SYSTEM_INTAKE, type Records } from "../records/mod.ts";
import { SandglassError } from "../errors/mod.ts";
import type { History } from "../history/mod.ts";
import type { ClosedSegment, Journal } from "../journal/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";

const RETRY_MS = 1_000;
const SWEEP_MS = 5_000;

export interface SegmentHandOverOptions {
  readonly journal: Journal;
  readonly history: History;
  readonly records: Records;
  /** Secret from which the salts of segments are derived. */
  readonly saltKey: Uint8Array;
  /** Oldest segment that supervision may need after a restart. */
  readonly oldestNeeded: () => Promise<number>;
  readonly warn: (fields: object, text: string) => void;
}

export function segmentSubject(segment: number): string {
  return `segment:${segment}`;
}

export class SegmentHandOver {
  readonly #options: SegmentHandOverOptions;
  #queue: ClosedSegment[] = [];
  #done: number[] = [];
  #working: Promise<void> | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SegmentHandOverOptions) {
    this.#options = options;
  }

  /** Takes what an earlier run left, then every segment that closes. */
  start(): void {
    const { journal } = this.#options;
    this.#queue = [...journal.closedSegments()];
    journal.onSegmentClosed((segment) => {
      this.#queue.push(segment);
      this.#work();
    });
    this.#sweep = setInterval(() => void this.#removeUnneeded(), SWEEP_MS);
    this.#work();
  }

  /** Segments that wait for history. */
  get waiting(): number {
    return this.#queue.length;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweep);
    await this.#working;
    await this.#removeUnneeded();
  }

  #work(): void {
    if (this.#working !== undefined || this.#closed) return;
    this.#working = this.#drain().finally(() => {
      this.#working = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closed) {
      const segment = this.#queue[0];
      try {
        await this.#store(segment);
        this.#queue.shift();
        this.#done.push(segment.id);
        await this.#removeUnneeded();
      } catch (error) {
        if (error instanceof SandglassError && error.code === "SG_HISTORY_SEGMENT_REFUSED") {
          // History keeps it aside and has raised the alarm; the next one must not wait for it.
          this.#queue.shift();
          continue;
        }
        this.#options.warn(
          { segment: segment.id, reason: error instanceof Error ? error.message : String(error) },
          "segment is not stored yet",
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #store(segment: ClosedSegment): Promise<void> {
    const { history, records, saltKey } = this.#options;
    const salt = createHmac("sha256", saltKey).update(String(segment.id)).digest();
    const stored = await history.insertSegment(segment, salt);
    await records.transact(
      SYSTEM_INTAKE,
      async (tx) => {
        const subject = segmentSubject(segment.id);
        const present = await tx
          .selectFrom("ledger_leaves")
          .select("id")
          .where("subject", "=", subject)
          .executeTakeFirst();
        if (present !== undefined) return;
        await appendLeaf(tx, {
          kind: "segment",
          subject,
          content: {
            segment: segment.id,
            rows: stored.rows,
            firstSeq: segment.firstSeq,
            lastSeq: segment.lastSeq,
            root: Buffer.from(stored.root).toString("hex"),
          },
        });
      },
      { retry: true },
    );
  }

  async #removeUnneeded(): Promise<void> {
    if (this.#done.length === 0) return;
    try {
      const oldest = await this.#options.oldestNeeded();
      for (const id of this.#done.filter((done) => done < oldest)) {
        await this.#options.journal.remove(id);
        this.#done = this.#done.filter((done) => done !== id);
      }
    } catch (error) {
      this.#options.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        "old segments could not be removed",
      );
    }
  }
}
