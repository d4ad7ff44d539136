/** How a journal is configured, and what it says about itself. */

export interface JournalOptions {
  /** Created when it does not exist. */
  readonly folder: string;
  /** A block is committed at this many rows … */
  readonly blockRows?: number;
  /** … or this many bytes of raw frames … */
  readonly blockRawBytes?: number;
  /** … or this long after its first row, in ms. */
  readonly blockAgeMs?: number;
  readonly segmentRows?: number;
  /** A segment closes this long after its first block, in ms. */
  readonly segmentAgeMs?: number;
  /** Blocks in memory: one open, the others syncing or with consumers. At least 4. */
  readonly poolBlocks?: number;
  /** Intake pauses when less is free on the journal's disk. */
  readonly minFreeBytes?: number;
  /** After a failed write, in ms. */
  readonly retryMs?: number;
}

export const JOURNAL_DEFAULTS = {
  blockRows: 4096,
  blockRawBytes: 8 << 20,
  blockAgeMs: 50,
  segmentRows: 131_072,
  segmentAgeMs: 2000,
  poolBlocks: 8,
  minFreeBytes: 256 << 20,
  retryMs: 1000,
} as const;

export interface JournalStatus {
  /** Nothing can be made durable now: no row is accepted and none is answered. */
  readonly paused: boolean;
  /** Why: SG_JOURNAL_DISK_FULL or SG_JOURNAL_IO. */
  readonly code?: string;
  /** The whole text of the error … */
  readonly message?: string;
  /** … and its parameter: what the operating system said. */
  readonly detail?: string;
  /** Rows made durable since the journal was opened, and the last sequence number that is durable (0: none yet). */
  readonly durableRows: number;
  readonly durableSeq: number;
  readonly bytesWritten: number;
  readonly syncs: number;
  readonly freeBlocks: number;
  /** Blocks that a consumer is still working on. */
  readonly blocksWithConsumers: number;
  readonly closedSegments: number;
  /** Old segments whose index is unreadable; left in place for a person to look at. */
  readonly damagedSegments: readonly number[];
}

/** Where a reader starts; the block itself is included. */
export interface JournalPosition {
  readonly segment: number;
  readonly block: number;
}
