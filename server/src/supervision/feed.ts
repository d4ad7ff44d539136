/**
 * What supervision runs on: rows of subjects that became durable, in order, and the stepper that judges them. The feed
 * of vehicles reads the journal; another source of rows is another feed with its own place, checkpoints and states.
 * (Events over HTTP have a runtime of their own, events/, which writes into the same log: docs/adr/0038.)
 */
import type { CarriedFindings } from "./carry.ts";
import type { FindingChange } from "./finding-change.ts";
import type { SupervisionAssignments } from "./assignments.ts";
import type { OpenFinding } from "./open-findings.ts";
import type { RowRecorder } from "./row-recorder.ts";
import type { Subjects } from "./subjects.ts";
import type { Watch } from "./watch.ts";

/** Time in which we ourselves were away, in (from, to], ms. */
export type TimeAway = (fromMs: number, toMs: number) => number;

export interface StepCounts {
  /** Reports that were neither late nor repeated. */
  stepped: number;
  late: number;
  duplicates: number;
  /** Times that data of a trigger went missing for longer than it allows. */
  degradations: number;
}

/** A durable block. Only valid until its consumer's promise is resolved. */
export interface FeedBlock {
  readonly segment: number;
  /** 0-based number of the block within its segment. */
  readonly block: number;
  /** Ingest sequence number of its first row; rows are consecutive. */
  readonly firstSeq: number;
  readonly rows: number;
  /** Judges the rows. Synchronous: nothing of it waits for anything. */
  step(): void;
  /** Keeps the rows of the subjects that are being replayed. */
  record(recorder: RowRecorder): void;
}

/** Judges rows; pure of I/O. What it finds waits in `takeChanges`. */
export interface FeedStepper {
  readonly subjects: Subjects;
  readonly counts: Readonly<StepCounts>;
  readonly watches: readonly Watch[];
  /** Receive time of the newest row stepped, UTC ms. */
  readonly ingestMs: number;
  /** Told of every row that came too late to be stepped. */
  onLate: ((subject: number, time: number, receive: number) => void) | undefined;
  /** Told of every subject before its state changes, while a checkpoint is being written. */
  onTouch: ((subject: number) => void) | undefined;
  /** Subjects whose states are being rebuilt: their rows are told as late. */
  readonly withheld: Set<number>;
  /** Late data of the subject is still to be judged: what was found of it is not confirmed before. */
  isUnsettled: (subject: number) => boolean;
  /** Sets and subjects of today; states of sets that stay are kept. */
  assign(assignments: SupervisionAssignments): void;
  /** After subjects and states were restored from a checkpoint. */
  restored(ingestMs: number): void;
  /** A row of the subject that is not stepped says what time it is, UTC ms. */
  seen(subject: number, time: number, receive: number): void;
  takeChanges(): FindingChange[];
  /** A finding was written that its subject's clock has yet to confirm. */
  awaitConfirmation(key: bigint, id: string, onset: number): void;
  /** Moves the ingest clock; silence that we ourselves caused is not the subjects'. */
  passOutages(ingestMs: number): void;
  /** Lets the clocks of silent subjects follow the ingest clock. */
  advanceSilent(ingestMs: number): void;
  watchesOf(subject: number): readonly Watch[];
  /** Open findings that came from versions before the present ones. */
  readonly carried: CarriedFindings;
  /** Makes an open finding of the log open in a state that does not know of it; says whether it did. */
  reopen(finding: OpenFinding): boolean;
  /** Late data of a subject was judged. */
  settle(subject: number): void;
}

export interface Feed {
  /** Names the cursor and the checkpoint folder. */
  readonly name: string;
  readonly stepper: FeedStepper;
  /** Delivers every block that becomes durable from now on, in order, waiting for each. */
  subscribe(consumer: (block: FeedBlock) => Promise<void>): void;
  /** Durable blocks from a place on (or all), up to the newest. */
  read(from?: { readonly segment: number; readonly block: number }): AsyncIterable<FeedBlock>;
}

export type OpenFeed = (timeAway: TimeAway) => Feed;
