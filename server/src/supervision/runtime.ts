/**
 * Supervision at work: takes durable blocks in order, steps the assigned trigger sets, writes what they find, and
 * survives its own death.
 *
 * Order. Rows of a vehicle are stepped in the order in which they were received. A row older than the newest one
 * before it is late: counted, not stepped. Sorting a block by event time would make that depend on where blocks end.
 *
 * Time. A vehicle's clock is the event time of its newest row. When a live vehicle falls silent its clock follows the
 * ingest clock, `SILENCE_GRACE_MS` behind it, so that timers (`for`, deadlines, hold) end without data. A vehicle
 * whose rows come from a recorded past (event far behind receipt) has only its data as clock.
 * The ingest clock is the receive time of blocks, and the wall clock only while no block is there; a replay of the
 * same blocks therefore gives the same findings.
 *
 * Safety. What blocks find is written in order, while the next ones are stepped: what piles up behind a transaction goes
 * into the next one. A bounded number of blocks may be ahead of the database; then they wait. A checkpoint holds nothing that
 * is not written. A restart loads the newest whole checkpoint and steps the journal from there; what was found before has the
 * same id and is not written twice.
 */
import { EventEmitter } from "node:events";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { vehicleIdOf } from "../access/vehicle-key.ts";
import { insist, type Records } from "../records/mod.ts";
import { appliesBy, keepApplicable, vehicleAttributes } from "./applicable.ts";
import type { SupervisionAssignments } from "./assignments.ts";
import type { FeedBlock, FeedStepper, Feed, OpenFeed, StepCounts } from "./feed.ts";
import { CheckpointWriter, findCheckpoint, listCheckpoints, removeUnfinished } from "./checkpoint-file.ts";
import { findCarried } from "./carry.ts";
import { EvidenceKeeper, type CopyEvidence } from "./evidence.ts";
import { LateData, type LateDataOptions, type LateHost, type LateStatus } from "./late-data.ts";
import { longestAccepted } from "./late-replay.ts";
import { Rebuild, type FleetRows, type RebuildStatus } from "./rebuild.ts";
import type { RowSource } from "./rows.ts";
import { FindingBuilder } from "./finding-builder.ts";
import type { FindingChange, FindingIdentity } from "./finding-change.ts";
import { writeChanges, writeCursor, withSupervision, type BlockCursor, type Owners } from "./firing-log.ts";
import { Outages } from "./outages.ts";
import type { VehicleCounters } from "./subjects.ts";
import type { WatchedStatus } from "./status-routes.ts";
import { findOpen } from "./open-findings.ts";
import { supersede } from "./supersede.ts";
import { saveTriggerVersions } from "./trigger-versions.ts";
import { findUnconfirmed, isProvisional } from "./unconfirmed.ts";
import { vehicleFeed, type BlockSource } from "./vehicle-feed.ts";

/** The wall clock stays behind by what a received row may need to become a durable block. */
const WALL_SLACK_MS = 2_000;
const CURSOR_INTERVAL_MS = 1_000;
/** How far stepping may be ahead of the database: blocks, and changes in them. */
const MOST_BLOCKS_AHEAD = 64;
const MOST_CHANGES_AHEAD = 20_000;
const CHECKPOINT_MS = 30_000;
/** While a checkpoint is written: how long blocks may wait for a slice of it, and how long the next slice waits, ms. */
const SLICE_MS = 3;
const BETWEEN_SLICES_MS = 9;
/** The sets changed while a checkpoint of the old ones was being written. */
const GIVEN_UP = new Error("given up");
/** Checkpoints take at most this part of the time of a core: those of large fleets are written less often. */
const CHECKPOINT_SHARE = 0.1;
/** A checkpoint for the sake of the journal may let go of so many times its own size. */
const CHECKPOINT_WORTH = 2;
export interface SupervisionLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

export interface SupervisionOptions {
  readonly records: Records;
  /** Rows of vehicles … */
  readonly journal?: BlockSource;
  /** … or of anything else. */
  readonly feed?: OpenFeed;
  /** Data folder; checkpoints go to its `supervision`, those of other feeds than vehicles to a folder of their own. */
  readonly dataDir: string;
  readonly assignments: SupervisionAssignments;
  /** Copies the frames around a finding before their retention ends. */
  readonly copyEvidence?: CopyEvidence;
  /** Stored rows, for judging late data; without it late rows are counted only. */
  readonly rows?: RowSource;
  readonly late?: Partial<LateDataOptions>;
  /** Stored rows of all subjects, for rebuilding states when there is no checkpoint; needs `rows`. */
  readonly fleet?: FleetRows;
  readonly log?: SupervisionLog;
  /** UTC ms. */
  readonly now?: () => number;
  readonly checkpointMs?: number;
}

/** Told after the commit, for live screens. */
export interface FindingNotice {
  readonly kind: FindingChange["kind"] | "superseded";
  readonly id: string;
  /** `veh_…`; absent for superseded ones. */
  readonly vehicle?: string;
  readonly level?: number;
  readonly trigger?: string;
  readonly project?: string;
  /** Whom the vehicle belongs to. */
  readonly organisation?: string;
  readonly region?: string;
}

/** Counts are since the start of the process. */
export interface SupervisionStatus extends Readonly<StepCounts> {
  readonly subjects: number;
  readonly cursor: BlockCursor | undefined;
  readonly findings: number;
  /** Why findings cannot be written now; undefined when they can. */
  readonly waiting: string | undefined;
  readonly checkpointAt: number | undefined;
  /** Undefined when late data is not judged. */
  readonly lateData: LateStatus | undefined;
  /** Set when states were, or are being, rebuilt from history since the start. */
  readonly rebuild: RebuildStatus | undefined;
}

export class Supervision {
  readonly #options: SupervisionOptions;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #outages: Outages;
  readonly #source: Feed;
  readonly #stepper: FeedStepper;
  readonly #feed = new EventEmitter<{ finding: [FindingNotice] }>();
  readonly #evidence: EvidenceKeeper | undefined;
  readonly #late: LateData | undefined;
  #rebuild: Rebuild | undefined;
  /** While states are being rebuilt; no checkpoint is written before its end. */
  #rebuilding: Promise<void> | undefined;
  #assignmentsVersion: number | undefined;
  /** Last block whose findings are written … */
  #cursor: BlockCursor | undefined;
  /** … and last one that was stepped. */
  #stepped: BlockCursor | undefined;
  /** What was found and is not written yet, in order. */
  #unwritten: { readonly changes: readonly FindingChange[]; readonly cursor: BlockCursor | undefined }[] = [];
  #unwrittenChanges = 0;
  #writing: Promise<void> | undefined;
  #cursorWrittenAt = 0;
  #cursorWriting = false;
  #checkpointAt: number | undefined;
  #checkpointDue = 0;
  /** Monotonic time before which no other one begins. */
  #checkpointRest = 0;
  /** Size of the last one. */
  #checkpointBytes = 0;
  #checkpointEnded: (() => void)[] = [];
  /** The checkpoint that is being encoded. */
  #snapshot: CheckpointWriter | undefined;
  #writingCheckpoint: Promise<unknown> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** The state in memory is ahead of what was written: it must not become a checkpoint. */
  #abandoned = false;
  #waiting: string | undefined;
  #findings = 0;

  private constructor(options: SupervisionOptions) {
    this.#options = options;
    const open = options.feed ?? (options.journal && vehicleFeed(options.journal));
    if (open === undefined) throw new Error("supervision needs a feed");
    this.#source = open((from, to) => this.#outages.within(from, to));
    this.#stepper = this.#source.stepper;
    const { name } = this.#source;
    this.#folder = path.join(options.dataDir, name === "vehicles" ? "supervision" : `supervision-${name}`);
    this.#outages = new Outages(this.#folder);
    this.#now = options.now ?? Date.now;
    this.#evidence =
      options.copyEvidence && new EvidenceKeeper(options.records, options.copyEvidence, this.#now, options.log);
    this.#feed.setMaxListeners(0);
    this.#late = options.rows && this.#openLateData(options.rows);
  }

  /**
   * Restores the last state, steps what the journal holds beyond it, and follows the journal from there on. Resolves
   * when it has caught up. Open the gateway after that.
   */
  static async start(options: SupervisionOptions): Promise<Supervision> {
    const supervision = new Supervision(options);
    await supervision.#restore();
    await supervision.#catchUp();
    supervision.#schedule();
    supervision.#startRebuild();
    supervision.#evidence?.start();
    return supervision;
  }

  // ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────

  onFinding(listener: (notice: FindingNotice) => void): () => void {
    this.#feed.on("finding", listener);
    return () => this.#feed.off("finding", listener);
  }

  /** What was received of a vehicle; undefined when it never sent. */
  vehicleCounters(vehicle: bigint): VehicleCounters | undefined {
    const row = this.#stepper.subjects.findRow(vehicle);
    return row === undefined ? undefined : this.#stepper.subjects.countersOf(row);
  }

  /** Live state and margin of the triggers that watch a vehicle. */
  triggerStatus(vehicle: bigint): WatchedStatus[] {
    const row = this.#stepper.subjects.findRow(vehicle);
    if (row === undefined) return [];
    return this.#stepper.watchesOf(row).flatMap(({ monitor, states, project, triggers }) => {
      const state = states[row];
      if (monitor === undefined || state === undefined) return [];
      return [{ project, triggers: monitor.status(state), compiled: triggers }];
    });
  }

  status(): SupervisionStatus {
    return {
      subjects: this.#stepper.subjects.size,
      cursor: this.#cursor,
      ...this.#stepper.counts,
      findings: this.#findings,
      waiting: this.#waiting,
      checkpointAt: this.#checkpointAt,
      lateData: this.#late?.status(),
      rebuild: this.#rebuild?.status(),
    };
  }

  /** Oldest journal segment that a restart may need. Segments from here on must not be removed. */
  async oldestNeededSegment(): Promise<number> {
    const checkpoints = await listCheckpoints(this.#folder);
    return checkpoints.length === 0 ? 0 : Math.min(...checkpoints.map((checkpoint) => checkpoint.segment));
  }

  /**
   * So many bytes of the journal are kept, perhaps only for a restart of ours: makes a checkpoint due unless it would be
   * large beside them. Resolves when the next one was written, or was not.
   */
  async letGo(bytes: number): Promise<void> {
    if (this.#closed || this.#rebuilding !== undefined || bytes < CHECKPOINT_WORTH * this.#checkpointBytes) return;
    // It begins behind the next block: one that ends with a segment still needs that segment by its cursor.
    this.#checkpointDue = 0;
    await new Promise<void>((resolve) => this.#checkpointEnded.push(resolve));
  }

  // ── life ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Resolves when everything delivered so far is stepped and written. */
  async settled(): Promise<void> {
    await this.#turn;
    await this.#written();
  }

  /** Judges all late data that waits, without waiting for more of it. */
  async settleLate(): Promise<void> {
    await this.#rebuilding;
    await this.settled();
    await this.#late?.settle();
  }

  /** Finishes the block at hand and writes a last checkpoint. Blocks that come later are stepped at the next start. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#evidence?.stop();
    await this.#late?.close();
    await this.#rebuilding;
    await this.#turn.catch(() => undefined);
    await this.#written().catch(() => undefined);
    this.#endSnapshot();
    await this.#writingCheckpoint;
    for (const resolve of this.#checkpointEnded.splice(0)) resolve();
    // A state that is still withheld must not look like one that is known.
    if (this.#waiting === undefined && !this.#abandoned && this.#stepper.withheld.size === 0)
      await this.#closingCheckpoint();
  }

  async #restore(): Promise<void> {
    // The state of a large fleet takes seconds to write: not while others wait for the start.
    this.#checkpointDue = this.#now() + (this.#options.checkpointMs ?? CHECKPOINT_MS);
    await this.#outages.load();
    await removeUnfinished(this.#folder);
    this.#stepper.assign(this.#options.assignments);
    this.#assignmentsVersion = this.#options.assignments.version();
    const found = await findCheckpoint(this.#folder, (file, reason) =>
      this.#options.log?.warn({ file, reason }, "checkpoint is damaged; using the one before"),
    );
    if (found !== undefined) {
      found.restore(this.#stepper.subjects, this.#stepper.watches);
      this.#late?.restore(found.header.late);
      const { segment, block, seq, ingestMs } = found.header;
      this.#cursor = { segment, block, seq };
      this.#stepped = this.#cursor;
      this.#stepper.restored(ingestMs);
    } else if (this.#late !== undefined && this.#options.fleet !== undefined)
      this.#rebuild = await this.#beginRebuild(this.#late, this.#options.fleet);
    const { unconfirmed, carried } = await this.#insist((records) =>
      withSupervision(records, async (tx) => {
        await saveTriggerVersions(tx, this.#stepper.watches);
        return { unconfirmed: await findUnconfirmed(tx), carried: await findCarried(tx, "frames") };
      }),
    );
    this.#stepper.carried.set(carried);
    for (const { vehicle, id, onset } of unconfirmed) this.#stepper.awaitConfirmation(vehicle, id, onset);
  }

  async #catchUp(): Promise<void> {
    let release = (): void => undefined;
    const caughtUp = new Promise<void>((resolve) => (release = resolve));
    // Subscribed before reading: a block is either read below or delivered here, and the cursor drops what is both.
    this.#source.subscribe((block) => this.#enqueue(() => caughtUp.then(() => this.#deliver(block))));
    const from = this.#cursor && { segment: this.#cursor.segment, block: this.#cursor.block + 1 };
    let blocks = 0;
    for await (const block of this.#source.read(from)) {
      if (blocks === 0) this.#reportGap(block);
      await this.#block(block);
      blocks++;
    }
    if (blocks > 0) this.#options.log?.info({ blocks }, "supervision stepped the journal from its checkpoint");
    await this.#written();
    const now = this.#now();
    await this.#outages.add(this.#stepper.ingestMs, now);
    this.#stepper.passOutages(now);
    await this.#supersede();
    release();
  }

  #reportGap(first: FeedBlock): void {
    if (this.#cursor === undefined || first.firstSeq === this.#cursor.seq + 1) return;
    const missing = first.firstSeq - this.#cursor.seq - 1;
    if (missing > 0)
      this.#options.log?.warn(
        { missing },
        "the journal no longer holds rows behind the checkpoint; they were not supervised",
      );
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#enqueue(() => this.#idle()).finally(() => this.#schedule());
    }, 1_000);
    this.#timer.unref();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Once a second, between blocks: silence, changed assignments, cursor, checkpoint. */
  async #idle(): Promise<void> {
    if (this.#closed) return;
    await this.#refreshAssignments();
    this.#stepper.advanceSilent(this.#now() - WALL_SLACK_MS);
    this.#flush(undefined);
    await this.#written();
    if (this.#rebuilding === undefined) this.#late?.poke(this.#now());
    await this.#housekeeping();
  }

  async #housekeeping(): Promise<void> {
    const now = this.#now();
    if (now >= this.#checkpointDue && performance.now() >= this.#checkpointRest) {
      this.#checkpointDue = now + (this.#options.checkpointMs ?? CHECKPOINT_MS);
      await this.#written();
      this.#beginCheckpoint();
    }
    const cursor = this.#cursor;
    if (cursor === undefined || this.#cursorWriting || now - this.#cursorWrittenAt < CURSOR_INTERVAL_MS) return;
    this.#cursorWriting = true;
    this.#cursorWrittenAt = now;
    // Nobody waits for it: it says where we are, and says it again a second later.
    withSupervision(this.#options.records, (tx) => writeCursor(tx, cursor, this.#source.name))
      .catch((error: unknown) => this.#options.log?.warn({ reason: messageOf(error) }, "cursor not written"))
      .finally(() => (this.#cursorWriting = false));
  }

  /** Begins a checkpoint of the state as it is now; it is written while blocks go on. To be called between two blocks. */
  #beginCheckpoint(): void {
    if (this.#cursor === undefined || this.#snapshot !== undefined || this.#closed) return;
    if (this.#stepper.withheld.size > 0) return;
    const snapshot = this.#makeSnapshot(this.#cursor);
    this.#snapshot = snapshot;
    this.#stepper.onTouch = (subject) => snapshot.keep(subject);
    this.#writingCheckpoint = this.#writeSlices(snapshot)
      .then(() => {
        this.#checkpointAt = this.#now();
        this.#checkpointBytes = snapshot.size;
      })
      .catch(async (error: unknown) => {
        await snapshot.abort();
        // A full disk: the checkpoint before it stays good, the journal keeps what it needs.
        if (!this.#closed && error !== GIVEN_UP)
          this.#options.log?.warn({ reason: messageOf(error) }, "checkpoint not written");
      })
      .finally(() => {
        this.#checkpointRest = performance.now() + snapshot.spentMs / CHECKPOINT_SHARE;
        for (const resolve of this.#checkpointEnded.splice(0)) resolve();
      });
  }

  async #writeSlices(snapshot: CheckpointWriter): Promise<void> {
    while (this.#snapshot === snapshot && !snapshot.isEncoded) {
      await this.#enqueue(async () => {
        if (this.#snapshot === snapshot) snapshot.slice(SLICE_MS);
      });
      await sleep(BETWEEN_SLICES_MS, undefined, { ref: false });
    }
    if (this.#snapshot !== snapshot) throw GIVEN_UP;
    this.#endSnapshot();
    await snapshot.finish();
  }

  #makeSnapshot(cursor: BlockCursor): CheckpointWriter {
    const hash = this.#options.assignments.everywhere.map((set) => set.hash).join("") || "0".repeat(12);
    return new CheckpointWriter(
      this.#folder,
      { ...cursor, ingestMs: this.#stepper.ingestMs, late: this.#late?.save() ?? [] },
      this.#stepper.subjects,
      this.#stepper.watches,
      hash,
    );
  }

  /** Nobody has to be told of changes any more. */
  #endSnapshot(): void {
    this.#snapshot = undefined;
    this.#stepper.onTouch = undefined;
  }

  /** The last one, in one go. */
  async #closingCheckpoint(): Promise<void> {
    if (this.#cursor === undefined) return;
    const snapshot = this.#makeSnapshot(this.#cursor);
    try {
      while (!snapshot.isEncoded) {
        snapshot.slice(20);
        // Links are answered meanwhile.
        await snapshot.flushed();
      }
      await snapshot.finish();
      this.#checkpointAt = this.#now();
    } catch (error) {
      await snapshot.abort();
      this.#options.log?.warn({ reason: messageOf(error) }, "checkpoint not written");
    }
  }

  // ── assignments ───────────────────────────────────────────────────────────────────────────────────────────────

  async #refreshAssignments(): Promise<void> {
    const version = this.#options.assignments.version();
    if (version === this.#assignmentsVersion) return;
    await this.#written();
    // The states of a checkpoint belong to the sets that it began with: begin again.
    if (this.#snapshot !== undefined) this.#endSnapshot();
    this.#stepper.assign(this.#options.assignments);
    this.#assignmentsVersion = version;
    // What was taken over is in no checkpoint yet.
    this.#checkpointDue = this.#now();
    await this.#insist((records) => withSupervision(records, (tx) => saveTriggerVersions(tx, this.#stepper.watches)));
    await this.#supersede();
  }

  async #supersede(): Promise<void> {
    const { closed, carried, open } = await this.#insist((records) =>
      withSupervision(records, async (tx) => ({
        closed: await supersede(tx, this.#stepper.watches, this.#now()),
        carried: await findCarried(tx, "frames"),
        open: await findOpen(tx, "frames"),
      })),
    );
    this.#stepper.carried.set(carried);
    const reopened = open.filter((finding) => this.#stepper.reopen(finding)).length;
    if (reopened > 0)
      this.#options.log?.info({ reopened }, "open findings were taken from the log: no state knew of them");
    for (const id of closed) this.#feed.emit("finding", { kind: "superseded", id });
  }

  // ── blocks ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** A block that cannot be written any more because we are stopping is stepped again at the next start. */
  async #deliver(block: FeedBlock): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#block(block);
    } catch (error) {
      if (!this.#closed) throw error;
      this.#abandoned = true;
    }
  }

  async #block(durable: FeedBlock): Promise<void> {
    const { segment, block, firstSeq, rows } = durable;
    const last = this.#stepped;
    if (last !== undefined && (segment < last.segment || (segment === last.segment && block <= last.block))) return;
    await this.#refreshAssignments();
    durable.step();
    if (this.#late !== undefined && !this.#late.recorder.isIdle) durable.record(this.#late.recorder);
    const cursor = { segment, block, seq: firstSeq + rows - 1 };
    this.#stepped = cursor;
    this.#flush(cursor);
    if (this.#unwritten.length > MOST_BLOCKS_AHEAD || this.#unwrittenChanges > MOST_CHANGES_AHEAD)
      await this.#written();
    await this.#housekeeping();
  }

  // ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Hands what was found to the database; nothing waits for it here. */
  #flush(cursor: BlockCursor | undefined): void {
    const changes = this.#stepper.takeChanges();
    if (changes.length === 0 && this.#writing === undefined) {
      this.#cursor = cursor ?? this.#cursor;
      return;
    }
    if (changes.length === 0 && cursor === undefined) return;
    this.#unwritten.push({ changes, cursor });
    this.#unwrittenChanges += changes.length;
    this.#startWriting();
  }

  #startWriting(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      // Something may have come between the last look at the list and now.
      if (this.#unwritten.length > 0) this.#startWriting();
    });
    // Who needs it written asks for it; a failure means that we are stopping.
    this.#writing.catch(() => (this.#abandoned = true));
  }

  /** In order, as long as the database is away: what came meanwhile goes into the next transaction. */
  async #writeAll(): Promise<void> {
    while (this.#unwritten.length > 0) {
      const batch = this.#unwritten;
      this.#unwritten = [];
      this.#unwrittenChanges = 0;
      const changes = batch.flatMap((each) => each.changes);
      const cursor = batch.findLast((each) => each.cursor !== undefined)?.cursor;
      if (changes.length > 0) await this.#write(changes, cursor);
      this.#cursor = cursor ?? this.#cursor;
    }
  }

  /** Resolves when everything that was found is in the database, which holds intake back through the journal. */
  async #written(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    // Confirmations of what has just been written.
    this.#flush(undefined);
    while (this.#writing !== undefined) await this.#writing;
  }

  async #write(changes: readonly FindingChange[], cursor: BlockCursor | undefined): Promise<void> {
    const owners: Owners = new Map();
    const fresh = await this.#insist((records) =>
      withSupervision(records, async (tx) =>
        writeChanges(tx, await keepApplicable(tx, changes, this.#stepper.watches), cursor, this.#source.name, owners),
      ),
    );
    if (cursor !== undefined) this.#cursorWrittenAt = this.#now();
    for (const change of fresh) {
      if (change.kind === "onset") this.#findings++;
      if (isProvisional(change))
        this.#stepper.awaitConfirmation(change.finding.vehicle, change.finding.id, change.finding.onset);
      this.#feed.emit("finding", { ...noticeOf(change), ...owners.get(change.finding.vehicle) });
    }
  }

  // ── late data ─────────────────────────────────────────────────────────────────────────────────────────────────

  #openLateData(rows: RowSource): LateData {
    const stepper = this.#stepper;
    const late = new LateData(this.#lateHost(), rows, this.#options.late);
    stepper.onLate = (subject, time, receive) => {
      if (time < stepper.subjects.newestEvent[subject] - longestAccepted(stepper.watches)) late.noteTooOld();
      else late.queue.note(subject, time, receive);
    };
    stepper.isUnsettled = (subject) => late.isPending(subject) || stepper.withheld.has(subject);
    return late;
  }

  #lateHost(): LateHost {
    const stepper = this.#stepper;
    return {
      feed: "frames",
      subjects: stepper.subjects,
      builder: () => new FindingBuilder(stepper.subjects, stepper.carried),
      applies: async (tx, subject) => {
        const key = stepper.subjects.keyOf(subject);
        return appliesBy((await vehicleAttributes(tx, [key])).get(key) ?? {});
      },
      watchesOf: (subject) => stepper.watchesOf(subject),
      touch: (subject) => stepper.onTouch?.(subject),
      turn: (work) =>
        this.#enqueue(async () => {
          await this.#written();
          return work();
        }),
      read: (work) => this.#insist((records) => withSupervision(records, work)),
      write: (changes) => this.#write(changes, undefined),
      stepped: () => this.#cursor?.seq ?? -1,
      ingestMs: () => stepper.ingestMs,
      settled: (subject) => {
        stepper.settle(subject);
        this.#flush(undefined);
        return this.#written();
      },
      warn: (fields, text) => this.#options.log?.warn(fields, text),
    };
  }

  // ── without a checkpoint ──────────────────────────────────────────────────────────────────────────────────────

  async #beginRebuild(late: LateData, rows: FleetRows): Promise<Rebuild> {
    const stepper = this.#stepper;
    const host = {
      ...this.#lateHost(),
      queue: late.queue,
      recorder: late.recorder,
      withhold: (key: bigint) => void stepper.withheld.add(stepper.subjects.rowOfKey(key)),
      release: (subject: number, promised: number) => {
        stepper.withheld.delete(subject);
        if (promised > stepper.subjects.promised[subject]) stepper.subjects.promised[subject] = promised;
      },
      seen: (subject: number, { time, receivedAt }: { readonly time: number; readonly receivedAt: number }) =>
        stepper.seen(subject, time, receivedAt),
      isClosed: () => this.#closed,
    };
    return Rebuild.begin(host, rows, stepper.watches, this.#now());
  }

  #startRebuild(): void {
    const rebuild = this.#rebuild;
    if (rebuild === undefined || rebuild.status().subjects === 0) return;
    const { log } = this.#options;
    log?.warn({ subjects: rebuild.status().subjects }, "no checkpoint can be used: states are rebuilt from history");
    this.#rebuilding = rebuild.run().finally(() => {
      this.#rebuilding = undefined;
      if (!this.#closed) log?.info({ ...rebuild.status() }, "states are rebuilt");
    });
  }

  async #insist<T>(work: (records: Records) => Promise<T>): Promise<T> {
    const result = await insist(() => work(this.#options.records), {
      isClosed: () => this.#closed,
      onWaiting: (reason) => {
        if (this.#waiting === undefined) this.#options.log?.warn({ reason }, "supervision waits for the database");
        this.#waiting = reason;
      },
    });
    this.#waiting = undefined;
    return result;
  }
}

function noticeOf(change: FindingChange): FindingNotice {
  const { finding } = change;
  const base = { kind: change.kind, id: finding.id, vehicle: vehicleIdOf(finding.vehicle) };
  if (change.kind === "confirmed") return base;
  const { trigger, project } = finding as FindingIdentity;
  const level =
    change.kind === "cleared" || change.kind === "retracted"
      ? undefined
      : change.kind === "escalated"
        ? change.level
        : change.finding.level;
  return { ...base, trigger, ...(project === undefined ? {} : { project }), ...(level === undefined ? {} : { level }) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
