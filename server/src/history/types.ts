/**
 * The history as the rest of the server sees it. Times are UTC ms; a range is [from, to): `from` included, `to` not.
 * Vehicles are 64-bit keys. Results are ready for JSON: a value that is not there is null.
 *
 * Freshness: a frame is visible once its journal segment was closed and stored: 1–2 s after receipt in rest, the time
 * to fill 131,072 rows plus the insert under full load. `status().storedSeq` tells how far it is. Fleet states, totals
 * and traffic follow within 2 s more (10 s while segments wait to be stored), rollups within 20 s.
 *
 * Every reader takes a scope and sees only its vehicles; without the right to locations it sees no location signal and
 * no raw frame (a raw frame carries the position). Without the right to full VINs raw frames come masked. Proofs and
 * evidence are made of whole frames and need both rights.
 */
import type { ReasonName } from "@sandglass/signals";
import type { HistoryScope } from "../access/mod.ts";
import type { QueryOptions } from "./engine.ts";
import type { CountedRows, ExportQuery, LastReport, LastReportsQuery } from "./export-rows.ts";
import type {
  CounterReportsQuery,
  EventBody,
  EventsQuery,
  EventSubjectCount,
  EventSubjectsQuery,
  StoredEvent,
} from "./read-events.ts";
import type { RefusedSegment } from "./refused-segments.ts";
import type { SegmentFile } from "./segment-sql.ts";
import type { StoredSegment } from "./segment-store.ts";
import type { StoredRoot } from "./verify-segments.ts";

/** Place in a list that is sorted by event time and sequence number; the cursor of a page. */
export interface Position {
  readonly time: number;
  readonly seq: number;
}

export interface Page<Item, Cursor = Position> {
  readonly items: Item[];
  /** Where the next page begins; undefined on the last one. */
  readonly next?: Cursor;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** `background`: a job that must not make people wait; it may take longer. */
  readonly lane?: "interactive" | "background";
}

interface VehicleRange extends ReadOptions {
  readonly vehicle: bigint;
  readonly from: number;
  readonly to: number;
  /** Rows of a page: 1,000, at most 10,000 (2,000 with list signals). */
  readonly limit?: number;
  readonly after?: Position;
  readonly newestFirst?: boolean;
}

export interface SamplesQuery extends VehicleRange {
  /** Ids of the catalogue: scalars, lists, alarm bits. */
  readonly signals: readonly string[];
}

/** Physical value (ticks / perUnit); of a list signal its entries. */
export type SampleValue = number | null | (number | null)[];
export type NullReason = ReasonName | "withheld";

export interface Sample {
  readonly time: number;
  readonly receivedAt: number;
  readonly seq: number;
  /** 0x02 realtime, 0x03 re-issued. */
  readonly command: number;
  readonly values: Record<string, SampleValue>;
  /** Of a cell list that came in several frames: all of them. `seq` is the last, `receivedAt` of the first. */
  readonly parts?: readonly number[];
  /** Why scalars are null, where the frame or the scope says so; a null without reason was absent from the frame. */
  readonly reasons?: Record<string, NullReason>;
}

export interface FramesQuery extends VehicleRange {
  /** `Disposition` codes; default all. */
  readonly dispositions?: readonly number[];
  readonly commands?: readonly number[];
}

/** One reception. Codes as in @sandglass/signals. */
export interface FrameInfo {
  readonly seq: number;
  readonly vehicle: bigint;
  readonly time: number;
  readonly receivedAt: number;
  readonly link: number;
  readonly assurance: number;
  readonly edition: number;
  readonly command: number;
  readonly disposition: number;
  /** Bytes of the frame; 0 when they have expired or were not kept. */
  readonly length: number;
}

export interface Frame extends FrameInfo {
  /** Undefined when expired (and no evidence has it), not kept (`HistoryOptions.rawReports`) or withheld. */
  readonly bytes?: Uint8Array;
  readonly missing?: "expired" | "not-kept" | "withheld";
  /** The scope does not show full VINs: the VIN of the header is masked, so the check code does not fit. */
  readonly isVinMasked?: true;
}

export interface VehicleCounts {
  /** Receptions, quarantined ones included. */
  readonly received: number;
  /** Accepted realtime reports (0x02), second receptions included. */
  readonly realtime: number;
  /** Accepted re-issued reports (0x03), second receptions included. */
  readonly reissued: number;
  /** Receptions that are not data, by name of their disposition. */
  readonly quarantined: Record<string, number>;
  /** Observations that are second receptions of the same frame. */
  readonly duplicates: number;
  /** Of observations. */
  readonly firstEvent?: number;
  readonly lastEvent?: number;
  readonly lastReceived?: number;
  /** Where the reception that came last stands in the list of frames: by its own time, or that of its receipt. */
  readonly lastFrame?: number;
}

export interface VehicleState {
  readonly vehicle: bigint;
  readonly lastEvent?: number;
  readonly lastReceived: number;
  readonly received: number;
  readonly assurance: number;
  readonly edition: number;
  /** Last valid value of each state signal. */
  readonly values: Record<string, number | null>;
}

export interface FleetQuery extends ReadOptions {
  /** Only these; default every vehicle of the scope. */
  readonly vehicles?: readonly bigint[];
  readonly limit?: number;
  /** Vehicle key of the last item of the page before. */
  readonly after?: bigint;
}

export interface ActivityQuery extends ReadOptions {
  readonly vehicles: readonly bigint[];
  readonly from: number;
  readonly to: number;
}

/** What a vehicle of the scope sent in a period; one that sent nothing has none. */
export interface VehicleActivity {
  readonly vehicle: bigint;
  /** Observations, second receptions of a frame included. */
  readonly frames: number;
  readonly lastEvent: number;
  /** When its speed was last above 0. */
  readonly lastMoving?: number;
}

export interface FleetTotals {
  /** Vehicles that ever sent. */
  readonly vehicles: number;
  /** Of them, received from since `onlineSince`. */
  readonly online: number;
  readonly received: number;
  readonly observations: number;
  readonly quarantined: number;
  readonly bytes: number;
  readonly lastReceived?: number;
}

export interface MinuteCount {
  readonly minute: number;
  readonly received: number;
  readonly observations: number;
}

export interface SeriesQuery extends ReadOptions {
  readonly vehicle: bigint;
  readonly signals: readonly string[];
  readonly from: number;
  readonly to: number;
  /** At most so many buckets (2–5,000). */
  readonly points: number;
}

/** What a plot needs of a bucket; of a list signal, extremes over all entries. */
export interface BucketValue {
  readonly min: number | null;
  readonly max: number | null;
  /** Null for list signals. */
  readonly first: number | null;
  readonly last: number | null;
  /** Null for list signals; mean of the valid samples. */
  readonly mean: number | null;
  readonly count: number;
}

export interface Series {
  readonly bucketMs: number;
  readonly source: "frames" | "hourly" | "daily";
  /** Buckets with frames only, in order. */
  readonly buckets: readonly {
    readonly time: number;
    readonly frames: number;
    readonly values: Record<string, BucketValue>;
  }[];
}

export interface RollupQuery extends ReadOptions {
  readonly period: "hour" | "day";
  /** Default: every vehicle of the scope. */
  readonly vehicles?: readonly bigint[];
  /** Ids of ROLLUP_SIGNALS. */
  readonly signals: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly limit?: number;
  readonly after?: { readonly vehicle: bigint; readonly time: number };
}

export interface RollupRow {
  readonly vehicle: bigint;
  readonly time: number;
  readonly frames: number;
  /** Alarm flags of all frames of the period, joined. */
  readonly alarmFlags: number;
  readonly values: Record<string, BucketValue>;
}

export interface QuarantineQuery extends ReadOptions {
  /** By receive time. */
  readonly from: number;
  readonly to: number;
  readonly dispositions?: readonly number[];
  readonly limit?: number;
  /** The list runs from the newest sequence number down; of the position only that counts. */
  readonly after?: Position;
}

/** Proof that a frame belongs to the segment whose root stands in the ledger. */
export interface FrameProof {
  readonly vehicle: bigint;
  readonly seq: number;
  readonly bytes: Uint8Array;
  /** Leaf = SHA-256(0x00 ‖ SHA-256(salt ‖ bytes)). */
  readonly salt: Uint8Array;
  readonly segment: number;
  readonly leafIndex: number;
  readonly segmentRows: number;
  /** RFC 6962 inclusion proof, leaf upwards. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

export interface StorageFigures {
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes: number;
    readonly parts: number;
  }[];
  /** Bytes of all tables per row of `frames`. */
  readonly bytesPerFrame?: number;
}

export interface HistoryStatus {
  readonly engine: string;
  readonly childPid?: number;
  readonly restarts: number;
  /** Newest stored segment and sequence number; -1 and 0 before the first. */
  readonly storedSegment: number;
  readonly storedSeq: number;
  /** Of the journal of events, which numbers by itself. */
  readonly storedEventSeq: number;
  readonly refused: number;
}

export interface History {
  /**
   * Stores a closed segment exactly once and returns the root over its frames. Of one that was stored before it
   * returns the same again. Segments are stored one after the other in the order of the calls. While more of them are
   * `waiting`, parts are not merged, and sums wait longer.
   * @throws SG_HISTORY_SEGMENT_REFUSED: set aside, go on with the next. SG_HISTORY_DISK_FULL: call again later.
   */
  insertSegment(segment: SegmentFile, salt: Uint8Array, waiting?: number): Promise<StoredSegment>;
  /** Ids of stored segments, from `from` on, ascending. */
  storedSegments(from?: number): Promise<number[]>;
  /** What the store says of its segments, ascending: for checks against the ledger. */
  segmentRoots(): Promise<StoredRoot[]>;
  /** Hashes every frame of a segment again. @returns what is wrong; undefined = nothing */
  refuteSegment(segment: number): Promise<string | undefined>;
  /** Segments that were set aside. */
  refusedSegments(): RefusedSegment[];
  /** Tries one of them again; its files go when it is stored. */
  retryRefused(id: number, salt: Uint8Array): Promise<StoredSegment>;

  /** Resolves when sums (fleet, traffic, rollups) contain all that was stored before; else they lag, see above. */
  settle(): Promise<void>;

  /** Stores a closed segment of the event journal exactly once. @throws what makes a later call useful */
  insertEventSegment(segment: SegmentFile): Promise<void>;
  /** Events of a subject, each (source, id) once; visible 1–2 s after their receipt. */
  events(scope: HistoryScope, query: EventsQuery): Promise<Page<StoredEvent>>;
  /** The newest report of every cumulative counter of a subject in a range, in order of time. */
  counterReports(scope: HistoryScope, query: CounterReportsQuery): Promise<StoredEvent[]>;
  /** Subjects that sent events in a range. */
  eventSubjects(scope: HistoryScope, query: EventSubjectsQuery): Promise<EventSubjectCount[]>;
  event(scope: HistoryScope, query: { readonly subject: bigint; readonly seq: number }): Promise<EventBody | undefined>;
  eventCounts(
    scope: HistoryScope,
    subject: bigint,
  ): Promise<{ readonly receptions: number; readonly events: number; readonly lastEvent?: number }>;

  samples(scope: HistoryScope, query: SamplesQuery): Promise<Page<Sample>>;
  frames(scope: HistoryScope, query: FramesQuery): Promise<Page<FrameInfo>>;
  /** Undefined when there is none in the scope. */
  frame(scope: HistoryScope, query: { readonly vehicle: bigint; readonly seq: number }): Promise<Frame | undefined>;
  frameProof(
    scope: HistoryScope,
    query: { readonly vehicle: bigint; readonly seq: number },
  ): Promise<FrameProof | undefined>;
  counts(scope: HistoryScope, query: { readonly vehicle: bigint }): Promise<VehicleCounts>;
  series(scope: HistoryScope, query: SeriesQuery): Promise<Series>;
  rollups(scope: HistoryScope, query: RollupQuery): Promise<Page<RollupRow, { vehicle: bigint; time: number }>>;
  activity(scope: HistoryScope, query: ActivityQuery): Promise<VehicleActivity[]>;
  fleetNow(scope: HistoryScope, query?: FleetQuery): Promise<Page<VehicleState, bigint>>;
  fleetTotals(scope: HistoryScope, query: { readonly onlineSince: number }): Promise<FleetTotals>;
  framesPerMinute(
    scope: HistoryScope,
    query: { readonly vehicle?: bigint; readonly from: number; readonly to: number },
  ): Promise<MinuteCount[]>;
  quarantine(scope: HistoryScope, query: QuarantineQuery): Promise<Page<FrameInfo>>;

  /** Writes observations of many vehicles to a file that `readExportedRows` reads. */
  exportRows(scope: HistoryScope, query: ExportQuery, options?: QueryOptions): Promise<void>;
  countRows(
    scope: HistoryScope,
    query: Omit<ExportQuery, "vehicles" | "signals" | "path"> & { readonly vehicles?: readonly bigint[] },
    options?: QueryOptions,
  ): Promise<CountedRows[]>;
  /** The last that vehicles said before an instant. */
  lastReports(scope: HistoryScope, query: LastReportsQuery, options?: QueryOptions): Promise<LastReport[]>;
  /** One hash over everything that is stored now. */
  contentDigest(): Promise<{ readonly segments: number; readonly throughSeq: number; readonly digest: string }>;

  /**
   * Keeps all frames of a vehicle in [from, to) for ever, each with its proof. Returns how many frames the finding has
   * now; frames that are stored within the next hour are added. May be repeated.
   */
  copyEvidence(findingId: string, vehicle: bigint, from: number, to: number): Promise<number>;
  /** Adds now what was stored since to the requests of the last hour; done every 30 s anyway. */
  completeEvidence(): Promise<void>;
  evidence(
    scope: HistoryScope,
    query: { readonly findingId: string; readonly limit?: number; readonly after?: Position },
  ): Promise<Page<FrameProof & { time: number }>>;

  /**
   * Links everything that is stored now, for a backup. Nothing may be inserted meanwhile that has to be whole.
   * @returns the folder with the links, as paths below the engine's own folder; there until `dropSnapshot`
   */
  takeSnapshot(): Promise<string>;
  dropSnapshot(): Promise<void>;

  status(): HistoryStatus;
  storage(): Promise<StorageFigures>;
  /** Throws when the engine does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
