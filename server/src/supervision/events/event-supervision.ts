/**
 * Supervision of events beside that of frames: takes durable blocks in order, steps the assigned sets, writes what they
 * find into the same log, outbox and ledger, and survives its own death. docs/adr/0038 has why it is a runtime of its own.
 *
 * The findings of a block are in PostgreSQL before the next block is stepped. A restart loads the newest whole checkpoint
 * and steps the journal from there; what was found before has the same id and is not written twice.
 */
import { EventEmitter } from "node:events";
import path from "node:path";
import { appliesTo, type CompiledTrigger } from "@sandglass/triggers";
import type { DurableEvents } from "../../journal/mod.ts";
import { insist, type Records, type Tx } from "../../records/mod.ts";
import { findCarried } from "../carry.ts";
import { isNew, type FindingChange } from "../finding-change.ts";
import { noticeOf, type FindingNotice } from "../finding-notice.ts";
import { withSupervision, writeChanges } from "../firing-log.ts";
import { LateData, type LateDataOptions, type LateStatus } from "../late-data.ts";
import { longestAccepted } from "../replay-range.ts";
import { findOpen } from "../open-findings.ts";
import type { RowSource } from "../rows.ts";
import type { SupervisionLog } from "../runtime.ts";
import { supersede, type Watching } from "../supersede.ts";
import { releaseUnless } from "../translate-firing.ts";
import { saveTriggerVersions } from "../trigger-versions.ts";
import { findUnconfirmed, isProvisional } from "../unconfirmed.ts";
import {
  listEventCheckpoints,
  restoreEventCheckpoint,
  writeEventCheckpoint,
  type EventCursor,
} from "./event-checkpoint.ts";
import { EventRebuild, type StoredSenders } from "./event-rebuild.ts";
import { EventFindingBuilder } from "./event-finding-builder.ts";
import { EventStepper, type EventCounts } from "./event-stepper.ts";
import type { EventAssignments, EventWatch } from "./event-watch.ts";
import { knownSubjects, type Attributes, type KnownSubject } from "./known-subjects.ts";

const IDLE_MS = 1_000;
/** The wall clock stays behind by what a received event may need to become a durable block. */
const WALL_SLACK_MS = 500;

export interface EventSource {
  subscribe(consumer: (durable: DurableEvents) => void | Promise<void>): void;
  read(after?: Pick<EventCursor, "segment" | "block">): AsyncIterable<DurableEvents>;
}

export interface EventSupervisionOptions {
  readonly records: Records;
  readonly journal: EventSource;
  /** Data folder; checkpoints go to its `supervision`. */
  readonly dataDir: string;
  readonly assignments: EventAssignments;
  /** Stored events, for judging late ones; without it they are counted only. */
  readonly rows?: RowSource;
  readonly late?: Partial<LateDataOptions>;
  /** Who sent them, for rebuilding states when there is no checkpoint; needs `rows`. */
  readonly senders?: StoredSenders;
  readonly log?: SupervisionLog;
  /** UTC ms. */
  readonly now?: () => number;
  readonly checkpointMs?: number;
}

export interface EventSupervisionStatus extends Readonly<EventCounts> {
  readonly subjects: number;
  readonly findings: number;
  readonly cursor: EventCursor | undefined;
  /** Why findings cannot be written now. */
  readonly waiting: string | undefined;
  /** Undefined when late events are not judged. */
  readonly lateData: LateStatus | undefined;
  /** Subjects whose state is still to be rebuilt from history. */
  readonly rebuilding: number;
}

export class EventSupervision {
  readonly #options: EventSupervisionOptions;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #stepper = new EventStepper();
  readonly #feed = new EventEmitter<{ finding: [FindingNotice] }>();
  readonly #late: LateData | undefined;
  #rebuild: EventRebuild | undefined;
  /** Newest event that history had before a rebuild. */
  #storedBefore = -1;
  #assignmentsVersion: number | undefined;
  #cursor: EventCursor | undefined;
  #checkpointDue = 0;
  /** Segments of the checkpoints on disk: what a restart needs. */
  #kept: readonly number[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isAbandoned = false;
  #waiting: string | undefined;
  #findings = 0;

  private constructor(options: EventSupervisionOptions) {
    this.#options = options;
    this.#folder = path.join(options.dataDir, "supervision");
    this.#now = options.now ?? Date.now;
    this.#feed.setMaxListeners(0);
    this.#late = options.rows && this.#openLateData(options.rows);
  }

  /** Resolves when it has caught up with the journal. */
  static async start(options: EventSupervisionOptions): Promise<EventSupervision> {
    const supervision = new EventSupervision(options);
    await supervision.#restore();
    await supervision.#catchUp();
    supervision.#schedule();
    return supervision;
  }

  onFinding(listener: (notice: FindingNotice) => void): () => void {
    this.#feed.on("finding", listener);
    return () => this.#feed.off("finding", listener);
  }

  /** Live state and margin of the triggers that watch a subject. */
  triggerStatus(key: bigint) {
    const subject = this.#stepper.subjects.find(key);
    if (subject === undefined) return [];
    return this.#stepper.watches.flatMap(({ monitor, states, project, triggers }) => {
      const state = states[subject.row];
      if (state === undefined) return [];
      return [
        {
          project,
          triggers: monitor
            .status(state)
            .filter(({ trigger }) => triggers.get(trigger)?.core.appliesTo === subject.kind),
          compiled: triggers,
        },
      ];
    });
  }

  status(): EventSupervisionStatus {
    return {
      ...this.#stepper.counts,
      subjects: this.#stepper.subjects.size,
      findings: this.#findings,
      cursor: this.#cursor,
      waiting: this.#waiting,
      lateData: this.#late?.status(),
      rebuilding: this.#stepper.withheld.size,
    };
  }

  /** Oldest segment that a restart may need; those from here on must not be removed. */
  oldestNeededSegment(): number {
    return this.#kept.length === 0 ? 0 : Math.min(...this.#kept);
  }

  /** Resolves when everything delivered so far is stepped and written. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /** Judges all late events that wait, without waiting for more of them. */
  async settleLate(): Promise<void> {
    await this.settled();
    await this.#late?.settle();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#late?.close();
    await this.#turn.catch(() => undefined);
    if (this.#waiting === undefined && !this.#isAbandoned) await this.#checkpoint();
  }

  async #restore(): Promise<void> {
    this.#stepper.assign(this.#options.assignments);
    this.#assignmentsVersion = this.#options.assignments.version();
    const restored = await restoreEventCheckpoint(this.#folder, this.#stepper, (file, reason) =>
      this.#options.log?.warn({ file, reason }, "checkpoint of events is damaged; using the one before"),
    );
    this.#cursor = restored?.cursor;
    this.#late?.restore(restored?.late ?? []);
    if (restored === undefined) await this.#beginRebuild();
    this.#kept = (await listEventCheckpoints(this.#folder)).map(({ cursor }) => cursor.segment);
    const { open, carried } = await this.#insist((records) =>
      withSupervision(records, async (tx) => {
        await this.#saveVersions(tx);
        return { open: await findUnconfirmed(tx, "events"), carried: await findCarried(tx, "events") };
      }),
    );
    this.#stepper.carried.set(carried);
    for (const { vehicle: key, kind, id, onset } of open)
      this.#stepper.awaitConfirmation(this.#stepper.subjects.add(key, kind).row, id, onset);
  }

  async #catchUp(): Promise<void> {
    let release = (): void => undefined;
    const caughtUp = new Promise<void>((resolve) => (release = resolve));
    // Subscribed before reading: a block is read below or delivered here, and the cursor drops what is both.
    this.#options.journal.subscribe((durable) => this.#enqueue(() => caughtUp.then(() => this.#deliver(durable))));
    for await (const durable of this.#options.journal.read(this.#cursor)) await this.#block(durable);
    if (Number.isFinite(this.#stepper.ingestMs)) this.#stepper.passOutage(this.#now() - this.#stepper.ingestMs);
    await this.#closeUnwatched();
    await this.#checkpoint();
    release();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      void this.#enqueue(() => this.#idle()).finally(() => this.#schedule());
    }, IDLE_MS);
    this.#timer.unref();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #idle(): Promise<void> {
    if (this.#isClosed) return;
    await this.#refreshAssignments();
    this.#stepper.advance(this.#now() - WALL_SLACK_MS);
    await this.#flush();
    this.#late?.poke(this.#now());
    if (this.#now() >= this.#checkpointDue) await this.#checkpoint();
  }

  /** A block that cannot be written any more because we are stopping is stepped again at the next start. */
  async #deliver(durable: DurableEvents): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#block(durable);
    } catch (error) {
      if (!this.#isClosed) throw error;
      this.#isAbandoned = true;
    }
  }

  async #block(durable: DurableEvents): Promise<void> {
    const { segment, block } = durable;
    const last = this.#cursor;
    if (last !== undefined && (segment < last.segment || (segment === last.segment && block <= last.block))) return;
    await this.#refreshAssignments();
    this.#stepper.step(durable);
    await this.#flush();
    this.#cursor = { segment, block, seq: durable.firstSeq + durable.rows.length - 1 };
  }

  async #refreshAssignments(): Promise<void> {
    const version = this.#options.assignments.version();
    if (version === this.#assignmentsVersion) return;
    this.#stepper.assign(this.#options.assignments);
    this.#assignmentsVersion = version;
    // What was taken over is in no checkpoint yet.
    this.#checkpointDue = this.#now();
    await this.#insist((records) => withSupervision(records, (tx) => this.#saveVersions(tx)));
    await this.#closeUnwatched();
  }

  #saveVersions(tx: Tx): Promise<void> {
    return saveTriggerVersions(tx, this.#stepper.watches);
  }

  async #closeUnwatched(): Promise<void> {
    const { closed, carried, open } = await this.#insist((records) =>
      withSupervision(records, async (tx) => ({
        closed: await supersede(tx, watching(this.#stepper.watches), this.#now(), "events"),
        carried: await findCarried(tx, "events"),
        open: await findOpen(tx, "events"),
      })),
    );
    this.#stepper.carried.set(carried);
    for (const finding of open) this.#stepper.reopen(finding);
    for (const id of closed) this.#feed.emit("finding", { kind: "superseded", id });
  }

  async #checkpoint(): Promise<void> {
    this.#checkpointDue = this.#now() + (this.#options.checkpointMs ?? 30_000);
    // A state that is still withheld must not look like one that is known.
    if (this.#cursor === undefined || this.#stepper.withheld.size > 0) return;
    try {
      await writeEventCheckpoint(this.#folder, this.#cursor, this.#stepper, this.#late?.save() ?? []);
      this.#kept = (await listEventCheckpoints(this.#folder)).map(({ cursor }) => cursor.segment);
    } catch (error) {
      // A full disk: the checkpoint before it stays good, the journal keeps what it needs.
      this.#options.log?.warn({ reason: String(error) }, "checkpoint of events not written");
    }
  }

  async #flush(): Promise<void> {
    const changes = this.#stepper.takeChanges();
    if (changes.length > 0) await this.#write(changes);
  }

  async #write(changes: readonly FindingChange[]): Promise<void> {
    const { fresh, owners } = await this.#insist((records) =>
      withSupervision(records, async (tx) => {
        const known = await knownSubjects(tx, [...new Set(changes.map((change) => change.finding.vehicle))]);
        const applicable = changes.flatMap((change) => {
          const subject = known.get(change.finding.vehicle);
          return this.#applicable(change, subject?.attributes ?? {}).map((one) => withOwner(one, subject));
        });
        return { fresh: await writeChanges(tx, applicable, undefined), owners: known };
      }),
    );
    for (const change of fresh) {
      if (change.kind === "onset") this.#findings++;
      if (isProvisional(change)) {
        const { vehicle: key, id, onset } = change.finding;
        this.#stepper.awaitConfirmation(this.#stepper.subjects.rowOfKey(key), id, onset);
      }
      this.#feed.emit("finding", noticeOf(change, owners.get(change.finding.vehicle)));
    }
  }

  /** `applies to … where`, looked up when a trigger fires; what happens later to a finding that was left out falls away. */
  #applicable(change: FindingChange, attributes: Attributes): FindingChange[] {
    if (!isNew(change)) return [change];
    const { trigger: id, versionHash, subject, project } = change.finding;
    const applies = (trigger: CompiledTrigger): boolean => appliesTo(trigger, subject?.kind ?? "vehicle", attributes);
    for (const { project: of, triggers } of this.#stepper.watches) {
      const trigger = triggers.get(id);
      if (of !== project || trigger?.versionHash !== versionHash) continue;
      return applies(trigger) ? [releaseUnless(applies, triggers, change)] : [];
    }
    return [change];
  }

  async #beginRebuild(): Promise<void> {
    const { rows, senders, log } = this.#options;
    if (rows === undefined || senders === undefined || this.#late === undefined) return;
    const warn = (fields: object, text: string): void => log?.warn(fields, text);
    this.#storedBefore = rows.storedSeq();
    this.#rebuild = new EventRebuild({ stepper: this.#stepper, queue: this.#late.queue, warn }, senders);
    await this.#rebuild.begin(this.#now());
  }

  #openLateData(rows: RowSource): LateData {
    const stepper = this.#stepper;
    const late: LateData = new LateData(
      {
        feed: "events",
        subjects: stepper.subjects,
        builder: () => new EventFindingBuilder(stepper.subjects, stepper.carried),
        applies: async (tx, row) => {
          const { kind, key } = stepper.subjects.at(row);
          const attributes = (await knownSubjects(tx, [key])).get(key)?.attributes ?? {};
          return (trigger) => appliesTo(trigger, kind, attributes);
        },
        watchesOf: (row) => stepper.watchesOf(row),
        touch: () => undefined,
        turn: (work) => this.#enqueue(work),
        read: (work) => this.#insist((records) => withSupervision(records, work)),
        write: (changes) => this.#write(changes),
        stepped: () => Math.max(this.#cursor?.seq ?? -1, this.#storedBefore),
        ingestMs: () => stepper.ingestMs,
        settled: async (row) => {
          await this.#rebuild?.release(row);
          stepper.settle(row);
          return this.#flush();
        },
        warn: (fields, text) => this.#options.log?.warn(fields, text),
      },
      rows,
      this.#options.late,
    );
    stepper.onLate = (row, time, received) => {
      if (time < stepper.subjects.newestOf(row) - longestAccepted(stepper.watches)) late.noteTooOld();
      else late.queue.note(row, time, received);
    };
    stepper.isUnsettled = (row) => late.isPending(row) || stepper.withheld.has(row);
    stepper.recorder = late.recorder;
    return late;
  }

  async #insist<T>(work: (records: Records) => Promise<T>): Promise<T> {
    const result = await insist(() => work(this.#options.records), {
      isClosed: () => this.#isClosed,
      onWaiting: (reason) => (this.#waiting = reason),
    });
    this.#waiting = undefined;
    return result;
  }
}

/** One entry per kind of subject. */
function watching(watches: readonly EventWatch[]): Watching[] {
  return watches.flatMap(({ project, triggers, subjects, kinds }) =>
    [...kinds].map((kind) => ({
      project,
      triggers,
      vehicles: subjects,
      subject: kind === "vehicle" ? undefined : kind,
      suspendedAt: undefined,
    })),
  );
}

function withOwner(change: FindingChange, known: KnownSubject | undefined): FindingChange {
  if (change.kind === "confirmed" || change.finding.subject === undefined || known === undefined) return change;
  const { organisation, region } = known;
  const subject = {
    ...change.finding.subject,
    ...(organisation === undefined ? {} : { organisation }),
    ...(region === undefined ? {} : { region }),
  };
  return { ...change, finding: { ...change.finding, subject } } as FindingChange;
}
