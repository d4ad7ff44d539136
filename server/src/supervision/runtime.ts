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
import { messageOf } from "../errors/mod.ts";
import { insist, type Records } from "../records/mod.ts";
import { appliesBy, keepApplicable, vehicleAttributes } from "./applicable.ts";
import type { SupervisionAssignments } from "./assignments.ts";
import type { FeedBlock, FeedStepper, Feed, OpenFeed, StepCounts } from "./feed.ts";
import { findCheckpoint, listCheckpoints, removeUnfinished } from "./checkpoint-file.ts";
import { CheckpointKeeper } from "./checkpoint-keeper.ts";
import { findCarried } from "./carry.ts";
import { EvidenceKeeper, type CopyEvidence } from "./evidence.ts";
import { LateData, type LateDataOptions, type LateHost, type LateStatus } from "./late-data.ts";
import { longestAccepted } from "./replay-range.ts";
import { Rebuild, type FleetRows, type RebuildStatus } from "./rebuild/mod.ts";
import type { RowSource } from "./rows.ts";
import { FindingBuilder } from "./finding-builder.ts";
import type { FindingChange } from "./finding-change.ts";
import { noticeOf, type FindingNotice } from "./finding-notice.ts";
import { writeChanges, writeCursor, withSupervision, type BlockCursor, type Owners } from "./firing-log.ts";
import { Outages } from "./outages.ts";
import type { VehicleCounters } from "./subjects.ts";
import type { WatchedStatus } from "./status-routes.ts";
import { findOpen } from "./open-findings.ts";
import { supersede } from "./supersede.ts";
import { saveTriggerVersions } from "./trigger-versions.ts";
import { findUnconfirmed, isProvisional } from "./unconfirmed.ts";
import { vehicleFeed, type BlockSource } from "./vehicle-feed.ts";
import { WriteBehind } from "./write-behind.ts";

/** The wall clock stays behind by what a received row may need to become a durable block. */
const WALL_SLACK_MS = 2_000;
const CURSOR_INTERVAL_MS = 1_000;
const CHECKPOINT_MS = 30_000;

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
  readonly #writer: WriteBehind;
  readonly #checkpoints: CheckpointKeeper;
  /** Last block that was stepped. */
  #stepped: BlockCursor | undefined;
  #cursorWrittenAt = 0;
  #cursorWriting = false;
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
    this.#writer = new WriteBehind({
      takeChanges: () => this.#stepper.takeChanges(),
      write: (changes, cursor) => this.#write(changes, cursor),
      abandoned: () => (this.#abandoned = true),
    });
    this.#checkpoints = new CheckpointKeeper({
      folder: this.#folder,
      stepper: this.#stepper,
      intervalMs: options.checkpointMs ?? CHECKPOINT_MS,
      now: this.#now,
      cursor: () => this.#writer.cursor,
      late: () => this.#late?.save() ?? [],
      setHash: () => options.assignments.everywhere.map((set) => set.hash).join("") || "0".repeat(12),
      turn: (work) => this.#enqueue(work),
      isClosed: () => this.#closed,
      warn: (fields, text) => options.log?.warn(fields, text),
    });
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
      cursor: this.#writer.cursor,
      ...this.#stepper.counts,
      findings: this.#findings,
      waiting: this.#waiting,
      checkpointAt: this.#checkpoints.writtenAt,
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
    if (this.#closed || this.#rebuilding !== undefined) return;
    await this.#checkpoints.letGo(bytes);
  }

  // ── life ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Resolves when everything delivered so far is stepped and written. */
  async settled(): Promise<void> {
    await this.#turn;
    await this.#writer.written();
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
    await this.#writer.written().catch(() => undefined);
    await this.#checkpoints.close();
    // A state that is still withheld must not look like one that is known.
    if (this.#waiting === undefined && !this.#abandoned && this.#stepper.withheld.size === 0)
      await this.#checkpoints.writeLast();
  }

  async #restore(): Promise<void> {
    // The state of a large fleet takes seconds to write: not while others wait for the start.
    this.#checkpoints.postpone();
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
      this.#stepped = { segment, block, seq };
      this.#writer.cursor = this.#stepped;
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
    const { cursor } = this.#writer;
    const from = cursor && { segment: cursor.segment, block: cursor.block + 1 };
    let blocks = 0;
    for await (const block of this.#source.read(from)) {
      if (blocks === 0) this.#reportGap(block);
      await this.#block(block);
      blocks++;
    }
    if (blocks > 0) this.#options.log?.info({ blocks }, "supervision stepped the journal from its checkpoint");
    await this.#writer.written();
    const now = this.#now();
    await this.#outages.add(this.#stepper.ingestMs, now);
    this.#stepper.passOutages(now);
    await this.#supersede();
    release();
  }

  #reportGap(first: FeedBlock): void {
    const { cursor } = this.#writer;
    if (cursor === undefined || first.firstSeq === cursor.seq + 1) return;
    const missing = first.firstSeq - cursor.seq - 1;
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
    this.#writer.flush(undefined);
    await this.#writer.written();
    if (this.#rebuilding === undefined) this.#late?.poke(this.#now());
    await this.#housekeeping();
  }

  async #housekeeping(): Promise<void> {
    const now = this.#now();
    if (this.#checkpoints.isDue) {
      this.#checkpoints.postpone();
      await this.#writer.written();
      this.#checkpoints.begin();
    }
    const { cursor } = this.#writer;
    if (cursor === undefined || this.#cursorWriting || now - this.#cursorWrittenAt < CURSOR_INTERVAL_MS) return;
    this.#cursorWriting = true;
    this.#cursorWrittenAt = now;
    // Nobody waits for it: it says where we are, and says it again a second later.
    withSupervision(this.#options.records, (tx) => writeCursor(tx, cursor, this.#source.name))
      .catch((error: unknown) => this.#options.log?.warn({ reason: messageOf(error) }, "cursor not written"))
      .finally(() => (this.#cursorWriting = false));
  }

  // ── assignments ───────────────────────────────────────────────────────────────────────────────────────────────

  async #refreshAssignments(): Promise<void> {
    const version = this.#options.assignments.version();
    if (version === this.#assignmentsVersion) return;
    await this.#writer.written();
    // What is taken over is in no checkpoint yet.
    this.#checkpoints.beginAgain();
    this.#stepper.assign(this.#options.assignments);
    this.#assignmentsVersion = version;
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
    this.#writer.flush(cursor);
    if (this.#writer.isFull) await this.#writer.written();
    await this.#housekeeping();
  }

  // ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────

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
      this.#feed.emit("finding", noticeOf(change, owners.get(change.finding.vehicle)));
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
          await this.#writer.written();
          return work();
        }),
      read: (work) => this.#insist((records) => withSupervision(records, work)),
      write: (changes) => this.#write(changes, undefined),
      stepped: () => this.#writer.cursor?.seq ?? -1,
      ingestMs: () => stepper.ingestMs,
      settled: (subject) => {
        stepper.settle(subject);
        this.#writer.flush(undefined);
        return this.#writer.written();
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
