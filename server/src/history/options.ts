/** What openHistory needs from its caller. */

/** A column of the `frames` table as the journal writes it; `observationTable()` of the journal gives them. */
export interface StoredColumn {
  readonly name: string;
  /** ClickHouse type. */
  readonly type: string;
  /** Body of a CODEC clause. */
  readonly codec: string;
}

/** The part of pino's logger that is used. */
export interface HistoryLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Something an operator must see. */
export type HistoryAlarm =
  | { readonly kind: "child-lost"; readonly detail: string }
  | { readonly kind: "child-restored"; readonly detail: string }
  | { readonly kind: "segment-refused"; readonly segment: number; readonly reason: string; readonly path: string }
  | { readonly kind: "segment-repaired"; readonly segment: number; readonly detail: string }
  | { readonly kind: "disk-full"; readonly segment: number; readonly detail: string };

/** How long what is kept, in days; 0 = for ever. */
export interface Retention {
  /** Raw frame bytes. Decoded values stay; what findings need is copied to `evidence` first. */
  readonly rawDays: number;
  /** Hashes that prove single frames: not shorter than the raw frames that they prove. */
  readonly proofDays: number;
  /** Frames per minute and vehicle. */
  readonly trafficDays: number;
}

export const DEFAULT_RETENTION: Retention = { rawDays: 0, proofDays: 0, trafficDays: 90 };

export interface HistoryOptions {
  /** Folder of the history; created when missing. */
  readonly dataDir: string;
  readonly columns: readonly StoredColumn[];
  /** Columns of the `events` table, `EVENT_COLUMNS` of the journal; without them there is none. */
  readonly eventColumns?: readonly StoredColumn[];
  readonly log: HistoryLog;
  readonly retention?: Partial<Retention>;
  /**
   * Keep the bytes of accepted reports (default true). Without them their values stay, and their hashes in the ledger;
   * whatever else came, refused reports included, keeps its bytes: nothing else tells what it was.
   */
  readonly rawReports?: boolean;
  readonly onAlarm?: (alarm: HistoryAlarm) => void;
  /** UTC ms; for how long evidence requests are watched. */
  readonly now?: () => number;
}
