/** Where a rebuild reads the rows of a whole fleet. */
import type { RowSource } from "../rows.ts";
import type { PartTexts } from "./long-part.ts";

/** What history knows of a subject. */
export interface StoredSubject {
  readonly key: bigint;
  /** Event and receive time of its newest row, UTC ms. */
  readonly time: number;
  readonly receivedAt: number;
}

export interface PortionQuery {
  readonly subjects: readonly bigint[];
  /** Signal ids. */
  readonly inputs: readonly string[];
  /** Event time of the first row, UTC ms. */
  readonly from: number;
  /** Rows that were received later are left out. */
  readonly throughSeq: number;
}

/** Rows of a portion of subjects, at hand. */
export type Portion = Pick<RowSource, "read">;

/** Event times [from, to) of one subject, stepped through one part. UTC ms. */
export interface WarmUpRange {
  /** Position in `parts`. */
  readonly part: number;
  readonly from: number;
  readonly to: number;
  /** Rows that were received before are not stepped. */
  readonly since: number;
}

export interface WarmUpQuery {
  readonly parts: readonly PartTexts[];
  /** Signals that the parts read. */
  readonly inputs: readonly string[];
  readonly subjects: readonly { readonly key: bigint; readonly ranges: readonly WarmUpRange[] }[];
  readonly throughSeq: number;
}

export interface WarmedUp {
  readonly rows: number;
  /** Saved states by subject, in the order of its ranges. */
  readonly states: ReadonlyMap<bigint, readonly Uint8Array[]>;
}

export interface FleetRows {
  /**
   * Subjects with a row of this event time or later, in portions that fit into memory when `share` of their rows is
   * opened at once; those that were heard last at about the same time stand together.
   */
  portions(from: number, share: number): Promise<readonly (readonly StoredSubject[])[]>;
  open(query: PortionQuery): Promise<Portion>;
  /** Steps long times beside the server. Several may be asked for at once. */
  warmUp(query: WarmUpQuery): Promise<WarmedUp>;
  /** Every row up to this sequence number can be read. */
  storedSeq(): number;
  /** Nothing more is to be warmed up. */
  close(): Promise<void>;
}
