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
 * Safety. The findings of a block are in PostgreSQL before the next block is stepped. A restart loads the newest
 * whole checkpoint and steps the journal from there; what was found before has the same id and is not written twice.
 */
import { EventEmitter } from "node:events";
import path from "node:path";
import { crc32 } from "node:zlib";
import { Disposition, getScalar, Reason, type ObservationBlock } from "@sandglass/signals";
import type { FiringEvent, SubjectState } from "@sandglass/triggers";
import { vehicleIdOf } from "../access/vehicle-key.ts";
import type { DurableBlock } from "../journal/mod.ts";
import { SandglassError } from "../errors/mod.ts";
import { classifyFailure } from "../records/pool.ts";
import type { Records } from "../records/mod.ts";
import type { SupervisionAssignments } from "./assignments.ts";
import { findCheckpoint, listCheckpoints, writeCheckpoint } from "./checkpoint-file.ts";
import { EvidenceKeeper, type CopyEvidence } from "./evidence.ts";
import {
  writeChanges,
  writeCursor,
  withSupervision,
  type BlockCursor,
  type FindingChange,
  type FindingIdentity,
} from "./firing-log.ts";
import { FindingBuilder, isFiring } from "./finding-builder.ts";
import { Outages } from "./outages.ts";
import { SilenceWheel } from "./silence-wheel.ts";
import { HASHES_PER_INSTANT, Subjects, type VehicleCounters } from "./subjects.ts";
import { supersede } from "./supersede.ts";
import { saveTriggerVersions } from "./trigger-versions.ts";
import { Unconfirmed } from "./unconfirmed.ts";
import { buildWatches, type Watch } from "./watch.ts";

const REALTIME = 0x02;
const REISSUED = 0x03;
/** TRIGGERS §7, lateness: twice the longest reporting period of GB/T 32960. */
export const SILENCE_GRACE_MS = 60_000;
/** Rows further behind their receipt than this come from a recorded past. */
const LIVE_LAG_MS = 600_000;
/** The wall clock stays behind by what a received row may need to become a durable block. */
const WALL_SLACK_MS = 2_000;
const CURSOR_INTERVAL_MS = 1_000;
const RETRY_MS = 1_000;
/** Bytes of a frame that differ between a report and its repetition as 0x03: everything before the VIN, and the BCC. */
const FRAME_HEAD_BYTES = 4;

/** What supervision needs of the journal. */
export interface BlockSource {
  subscribe(consumer: (durable: DurableBlock) => void | Promise<void>): void;
  read(from?: { readonly segment: number; readonly block: number }): AsyncIterable<DurableBlock>;
}

export interface SupervisionLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

export interface SupervisionOptions {
  readonly records: Records;
  readonly journal: BlockSource;
  /** Data folder; checkpoints go to its `supervision`. */
  readonly dataDir: string;
  readonly assignments: SupervisionAssignments;
  /** Copies the frames around a finding before their retention ends. */
  readonly copyEvidence?: CopyEvidence;
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
}

export interface SupervisionStatus {
  readonly subjects: number;
  readonly cursor: BlockCursor | undefined;
  /** Rows stepped through at least one set since the start. */
  readonly stepped: number;
  readonly late: number;
  readonly duplicates: number;
  readonly findings: number;
  /** Times since the start that data of a trigger went missing for longer than it allows. */
  readonly degradations: number;
  /** Why findings cannot be written now; undefined when they can. */
  readonly waiting: string | undefined;
  readonly checkpointAt: number | undefined;
}

export class Supervision {
  readonly #options: SupervisionOptions;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #subjects = new Subjects();
  readonly #wheel = new SilenceWheel();
  readonly #unconfirmed = new Unconfirmed();
  readonly #outages: Outages;
  readonly #feed = new EventEmitter<{ finding: [FindingNotice] }>();
  readonly #evidence: EvidenceKeeper | undefined;
  readonly #speed = getScalar("speed").column;
  #watches: Watch[] = [];
  #assignmentsVersion: number | undefined;
  /** Watches of a subject row; undefined after the assignments changed. */
  #watchesOf: (readonly Watch[] | undefined)[] = [];
  #next = new Int32Array(4096);
  #touched = new Int32Array(4096);
  #stamp = 0;
  #cursor: BlockCursor | undefined;
  /** Receive time of the newest row stepped. */
  #ingestMs = Number.NEGATIVE_INFINITY;
  #changes: FindingChange[] = [];
  #builder: FindingBuilder;
  #cursorWrittenAt = 0;
  #cursorWriting = false;
  #checkpointAt: number | undefined;
  #checkpointDue = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #waiting: string | undefined;
  #stepped = 0;
  #late = 0;
  #duplicates = 0;
  #findings = 0;
  #degradations = 0;

  private constructor(options: SupervisionOptions) {
    this.#options = options;
    this.#folder = path.join(options.dataDir, "supervision");
    this.#outages = new Outages(this.#folder);
    this.#now = options.now ?? Date.now;
    this.#builder = new FindingBuilder(this.#subjects);
    this.#evidence =
      options.copyEvidence && new EvidenceKeeper(options.records, options.copyEvidence, this.#now, options.log);
    this.#feed.setMaxListeners(0);
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
    const row = this.#subjects.findRow(vehicle);
    return row === undefined ? undefined : this.#subjects.countersOf(row);
  }

  /** Live state and margin of the triggers that watch a vehicle. */
  triggerStatus(
    vehicle: bigint,
  ): { project: string | undefined; triggers: ReturnType<NonNullable<Watch["monitor"]>["status"]> }[] {
    const row = this.#subjects.findRow(vehicle);
    if (row === undefined) return [];
    return this.#watches.flatMap(({ monitor, states, project }) => {
      const state = states[row];
      return monitor === undefined || state === undefined ? [] : [{ project, triggers: monitor.status(state) }];
    });
  }

  status(): SupervisionStatus {
    return {
      subjects: this.#subjects.size,
      cursor: this.#cursor,
      stepped: this.#stepped,
      late: this.#late,
      duplicates: this.#duplicates,
      findings: this.#findings,
      degradations: this.#degradations,
      waiting: this.#waiting,
      checkpointAt: this.#checkpointAt,
    };
  }

  /** Oldest journal segment that a restart may need. Segments from here on must not be removed. */
  async oldestNeededSegment(): Promise<number> {
    const checkpoints = await listCheckpoints(this.#folder);
    return checkpoints.length === 0 ? 0 : Math.min(...checkpoints.map((checkpoint) => checkpoint.segment));
  }

  // ── life ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Resolves when everything delivered so far is stepped and written. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /** Writes a last checkpoint. Call after the journal is closed: blocks that come later are stepped at the next start. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#evidence?.stop();
    await this.#turn.catch(() => undefined);
    if (this.#waiting === undefined) await this.#checkpoint();
  }

  async #restore(): Promise<void> {
    await this.#outages.load();
    this.#watches = buildWatches(this.#options.assignments, []);
    this.#assignmentsVersion = this.#options.assignments.version();
    const found = await findCheckpoint(this.#folder, (file, reason) =>
      this.#options.log?.warn({ file, reason }, "checkpoint is damaged; using the one before"),
    );
    if (found !== undefined) {
      found.restore(this.#subjects, this.#watches);
      const { segment, block, seq, ingestMs } = found.header;
      this.#cursor = { segment, block, seq };
      this.#ingestMs = ingestMs;
      for (let row = 0; row < this.#subjects.size; row++) this.#arm(row);
    }
    await this.#insist((records) =>
      withSupervision(records, async (tx) => {
        await saveTriggerVersions(tx, this.#watches);
        await this.#unconfirmed.load(tx, (vehicle) => this.#subjects.rowOfKey(vehicle));
      }),
    );
  }

  async #catchUp(): Promise<void> {
    let release = (): void => undefined;
    const caughtUp = new Promise<void>((resolve) => (release = resolve));
    // Subscribed before reading: a block is either read below or delivered here, and the cursor drops what is both.
    this.#options.journal.subscribe((durable) => this.#enqueue(() => caughtUp.then(() => this.#block(durable))));
    const from = this.#cursor && { segment: this.#cursor.segment, block: this.#cursor.block + 1 };
    let blocks = 0;
    for await (const durable of this.#options.journal.read(from)) {
      if (blocks === 0) this.#reportGap(durable);
      await this.#block(durable);
      blocks++;
    }
    if (blocks > 0) this.#options.log?.info({ blocks }, "supervision stepped the journal from its checkpoint");
    const now = this.#now();
    await this.#outages.add(this.#ingestMs, now);
    this.#passOutages(now);
    await this.#supersede();
    await this.#checkpoint();
    release();
  }

  /** Moves the ingest clock to `ingestMs`. Silence that we ourselves caused is not the vehicles': it is left out. */
  #passOutages(ingestMs: number): void {
    const away = this.#outages.within(this.#ingestMs, ingestMs);
    if (away > 0) for (let row = 0; row < this.#subjects.size; row++) this.#subjects.silentSince[row] += away;
    this.#ingestMs = Math.max(this.#ingestMs, ingestMs);
  }

  #reportGap(first: DurableBlock): void {
    if (this.#cursor === undefined || first.columns.firstSeq === this.#cursor.seq + 1) return;
    const missing = first.columns.firstSeq - this.#cursor.seq - 1;
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
    this.#advanceSilent(this.#now() - WALL_SLACK_MS);
    await this.#flush(undefined);
    await this.#housekeeping();
  }

  async #housekeeping(): Promise<void> {
    const now = this.#now();
    if (now >= this.#checkpointDue) await this.#checkpoint();
    const cursor = this.#cursor;
    if (cursor === undefined || this.#cursorWriting || now - this.#cursorWrittenAt < CURSOR_INTERVAL_MS) return;
    this.#cursorWriting = true;
    this.#cursorWrittenAt = now;
    // Nobody waits for it: it says where we are, and says it again a second later.
    withSupervision(this.#options.records, (tx) => writeCursor(tx, cursor))
      .catch((error: unknown) => this.#options.log?.warn({ reason: messageOf(error) }, "cursor not written"))
      .finally(() => (this.#cursorWriting = false));
  }

  async #checkpoint(): Promise<void> {
    const cursor = this.#cursor;
    this.#checkpointDue = this.#now() + (this.#options.checkpointMs ?? 30_000);
    if (cursor === undefined) return;
    try {
      const hash = this.#options.assignments.everywhere.map((set) => set.hash).join("") || "0".repeat(12);
      await writeCheckpoint(this.#folder, { ...cursor, ingestMs: this.#ingestMs }, this.#subjects, this.#watches, hash);
      this.#checkpointAt = this.#now();
    } catch (error) {
      // A full disk: the checkpoint before it stays good, the journal keeps what it needs.
      this.#options.log?.warn({ reason: messageOf(error) }, "checkpoint not written");
    }
  }

  // ── assignments ───────────────────────────────────────────────────────────────────────────────────────────────

  async #refreshAssignments(): Promise<void> {
    const version = this.#options.assignments.version();
    if (version === this.#assignmentsVersion) return;
    this.#watches = buildWatches(this.#options.assignments, this.#watches);
    this.#assignmentsVersion = version;
    this.#watchesOf = [];
    await this.#insist((records) => withSupervision(records, (tx) => saveTriggerVersions(tx, this.#watches)));
    await this.#supersede();
  }

  async #supersede(): Promise<void> {
    const closed = await this.#insist((records) =>
      withSupervision(records, (tx) => supersede(tx, this.#watches, this.#now())),
    );
    for (const id of closed) this.#feed.emit("finding", { kind: "superseded", id });
  }

  #watchesOfRow(row: number): readonly Watch[] {
    const known = this.#watchesOf[row];
    if (known !== undefined) return known;
    const key = this.#subjects.keyOf(row);
    return (this.#watchesOf[row] = this.#watches.filter(
      (watch) => watch.vehicles === undefined || watch.vehicles.has(key),
    ));
  }

  // ── stepping ──────────────────────────────────────────────────────────────────────────────────────────────────

  async #block(durable: DurableBlock): Promise<void> {
    const { segment, block, columns } = durable;
    const last = this.#cursor;
    if (last !== undefined && (segment < last.segment || (segment === last.segment && block <= last.block))) return;
    await this.#refreshAssignments();
    if (columns.rows > 0) this.#step(columns);
    const cursor = { segment, block, seq: columns.firstSeq + columns.rows - 1 };
    await this.#flush(cursor);
    this.#cursor = cursor;
    await this.#housekeeping();
  }

  #step(columns: ObservationBlock): void {
    const count = this.#chain(columns);
    let ingest = this.#ingestMs;
    for (let row = 0; row < columns.rows; row++)
      if (columns.receiveTime[row] > ingest) ingest = columns.receiveTime[row];
    this.#passOutages(ingest);
    for (let i = 0; i < count; i++) {
      const subject = this.#touched[i];
      const watches = this.#watchesOfRow(subject);
      for (let row = this.#subjects.firstRow[subject]; row >= 0; row = this.#next[row])
        this.#row(columns, row, subject, watches);
    }
    // After the rows: those who sent are not silent, and where a block ends makes no difference to anyone.
    this.#advanceSilent(ingest);
  }

  /** Links the rows of each vehicle in their order; fills `#touched`. O(rows), no sort. */
  #chain(columns: ObservationBlock): number {
    const { rows } = columns;
    if (this.#next.length < rows) {
      this.#next = new Int32Array(rows);
      this.#touched = new Int32Array(rows);
    }
    const words = new Uint32Array(columns.vehicle.buffer, columns.vehicle.byteOffset, rows * 2);
    const subjects = this.#subjects;
    this.#stamp = (this.#stamp + 1) >>> 0;
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const subject = subjects.rowOf(words[2 * row], words[2 * row + 1]);
      this.#next[row] = -1;
      if (subjects.blockStamp[subject] === this.#stamp) {
        this.#next[subjects.lastRow[subject]] = row;
      } else {
        subjects.blockStamp[subject] = this.#stamp;
        subjects.firstRow[subject] = row;
        this.#touched[count++] = subject;
      }
      subjects.lastRow[subject] = row;
    }
    return count;
  }

  #row(columns: ObservationBlock, row: number, subject: number, watches: readonly Watch[]): void {
    const subjects = this.#subjects;
    const { counters } = subjects;
    counters.received[subject]++;
    if (columns.disposition[row] !== Disposition.accepted) {
      counters.quarantined[subject]++;
      return;
    }
    const command = columns.command[row];
    if (command === REALTIME) counters.realtime[subject]++;
    else if (command === REISSUED) counters.reissued[subject]++;
    else return;

    const time = columns.eventTime[row];
    const receive = columns.receiveTime[row];
    const seq = columns.firstSeq + row;
    const newest = subjects.newestEvent[subject];
    if (time < subjects.firstEvent[subject]) subjects.firstEvent[subject] = time;
    subjects.noteAssurance(subject, columns.assurance[row], seq);
    if (time >= newest) this.#endSilence(subject, receive);
    this.#builder.at(subject, seq, receive);
    this.#watchBreach(columns, row, time, watches);
    if (time < newest) {
      counters.late[subject]++;
      this.#late++;
      return;
    }
    const raw = columns.rawOf(row);
    if (this.#isRepeated(subject, time === newest, crc32(raw.subarray(FRAME_HEAD_BYTES, raw.length - 1)))) {
      counters.duplicates[subject]++;
      this.#duplicates++;
      return;
    }
    subjects.newestEvent[subject] = time;
    subjects.silentSince[subject] = receive;
    subjects.isLive[subject] = receive - time <= LIVE_LAG_MS ? 1 : 0;
    if (subjects.armed[subject] === 0) this.#arm(subject);

    this.#stepped++;
    for (const watch of watches) {
      const { monitor, inputs } = watch;
      if (monitor === undefined || inputs === undefined || receive < watch.since) continue;
      if (!inputs.load(columns, row)) continue;
      monitor.step(this.#stateOf(watch, subject), time, inputs.values, inputs.present, seq, this.#emitterOf(watch));
    }
    this.#confirm(subject, time);
  }

  /** Frames of one event time that were seen already. Equal times alone prove nothing: large packs come in parts. */
  #isRepeated(subject: number, isSameTime: boolean, hash: number): boolean {
    const { hashes, hashCount } = this.#subjects;
    const at = subject * HASHES_PER_INSTANT;
    if (!isSameTime) hashCount[subject] = 0;
    const count = Math.min(hashCount[subject], HASHES_PER_INSTANT);
    for (let i = 0; i < count; i++) if (hashes[at + i] === hash) return true;
    hashes[at + (hashCount[subject] % HASHES_PER_INSTANT)] = hash;
    hashCount[subject] = Math.min(hashCount[subject] + 1, 250);
    return false;
  }

  #watchBreach(columns: ObservationBlock, row: number, time: number, watches: readonly Watch[]): void {
    for (const watch of watches) {
      if (watch.suspendedAt === undefined || watch.project === undefined || time < watch.suspendedAt) continue;
      const speed = columns.scalars[this.#speed];
      if (speed.reasons[row] !== Reason.ok || speed.ticks[row] === 0) continue;
      const change = this.#builder.breach(watch.project, watch.suspendedAt, time, speed.ticks[row] / 10);
      if (change !== undefined) this.#changes.push(change);
    }
  }

  #stateOf(watch: Watch, subject: number): SubjectState {
    const known = watch.states[subject];
    if (known !== undefined) return known;
    if (watch.monitor === undefined) throw new Error("a watch without a set has no states");
    return (watch.states[subject] = watch.monitor.create());
  }

  #emitting: Watch | undefined;
  readonly #emit = (event: FiringEvent): void => {
    if (this.#emitting === undefined) return;
    if (isFiring(event)) this.#changes.push(this.#builder.change(this.#emitting, event));
    else if (event.kind === "degraded") this.#degradations++;
  };

  /** One function for all watches: a closure per step would be garbage per frame. */
  #emitterOf(watch: Watch): (event: FiringEvent) => void {
    this.#emitting = watch;
    return this.#emit;
  }

  #confirm(subject: number, time: number): void {
    for (const { id, at } of this.#unconfirmed.take(subject, time)) {
      this.#changes.push({ kind: "confirmed", finding: { id, vehicle: this.#subjects.keyOf(subject) }, at });
    }
  }

  // ── silence ───────────────────────────────────────────────────────────────────────────────────────────────────

  #arm(subject: number): void {
    if (this.#subjects.isLive[subject] === 0) return;
    this.#subjects.armed[subject] = 1;
    this.#wheel.add(subject, this.#subjects.silentSince[subject] + SILENCE_GRACE_MS);
  }

  /** The first row after a silence: what the vehicle's clock had to do meanwhile comes before it. */
  #endSilence(subject: number, receive: number): void {
    const { isLive, silentSince, newestEvent } = this.#subjects;
    if (isLive[subject] === 0) return;
    const silence = receive - silentSince[subject] - SILENCE_GRACE_MS;
    if (silence >= 0) this.#advance(subject, newestEvent[subject] + silence, receive);
  }

  #advanceSilent(ingestMs: number): void {
    const subjects = this.#subjects;
    for (const subject of this.#wheel.take(ingestMs)) {
      subjects.armed[subject] = 0;
      if (subjects.isLive[subject] === 0) continue;
      const silence = ingestMs - subjects.silentSince[subject] - SILENCE_GRACE_MS;
      if (silence < 0) this.#arm(subject);
      else this.#advance(subject, subjects.newestEvent[subject] + silence, ingestMs);
    }
  }

  /** Runs the timers of a silent subject up to `clock` and puts it back into the wheel for its next one. */
  #advance(subject: number, clock: number, ingestMs: number): void {
    let next = Number.POSITIVE_INFINITY;
    this.#builder.at(subject, undefined, ingestMs);
    for (const watch of this.#watchesOfRow(subject)) {
      const state = watch.states[subject];
      if (state === undefined || watch.monitor === undefined) continue;
      for (let timer = watch.monitor.nextTimer(state); timer <= clock; timer = watch.monitor.nextTimer(state)) {
        // Only up to the timer itself: a frame that was under way meanwhile still finds its place behind it.
        watch.monitor.tick(state, timer, this.#emitterOf(watch));
      }
      next = Math.min(next, watch.monitor.nextTimer(state));
    }
    this.#confirm(subject, clock);
    next = Math.min(next, this.#unconfirmed.next(subject));
    if (next === Number.POSITIVE_INFINITY || this.#subjects.armed[subject] === 1) return;
    this.#subjects.armed[subject] = 1;
    this.#wheel.add(
      subject,
      this.#subjects.silentSince[subject] + SILENCE_GRACE_MS + (next - this.#subjects.newestEvent[subject]),
    );
  }

  // ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Writes what was found; waits as long as the database is away, which holds intake back through the journal. */
  async #flush(cursor: BlockCursor | undefined): Promise<void> {
    if (this.#changes.length === 0) return;
    const changes = this.#changes;
    this.#changes = [];
    const fresh = await this.#insist((records) => withSupervision(records, (tx) => writeChanges(tx, changes, cursor)));
    if (cursor !== undefined) this.#cursorWrittenAt = this.#now();
    for (const change of fresh) {
      if (change.kind === "onset") {
        this.#findings++;
        const subject = this.#subjects.rowOfKey(change.finding.vehicle);
        this.#unconfirmed.add(subject, change.finding.id, change.finding.onset);
        // Its own block may have gone far beyond the onset already.
        this.#confirm(subject, this.#subjects.newestEvent[subject]);
      }
      this.#feed.emit("finding", noticeOf(change));
    }
  }

  async #insist<T>(work: (records: Records) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await work(this.#options.records);
        this.#waiting = undefined;
        return result;
      } catch (error) {
        const isAway =
          (error instanceof SandglassError && error.code === "SG_RECORDS_UNAVAILABLE") ||
          classifyFailure(error) !== "other";
        if (!isAway || this.#closed) throw error;
        if (this.#waiting === undefined)
          this.#options.log?.warn({ reason: messageOf(error) }, "supervision waits for the database");
        this.#waiting = messageOf(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

function noticeOf(change: FindingChange): FindingNotice {
  const { finding } = change;
  const base = { kind: change.kind, id: finding.id, vehicle: vehicleIdOf(finding.vehicle) };
  if (change.kind === "confirmed") return base;
  const { trigger, project } = finding as FindingIdentity;
  const level =
    change.kind === "cleared" ? undefined : change.kind === "escalated" ? change.level : change.finding.level;
  return { ...base, trigger, ...(project === undefined ? {} : { project }), ...(level === undefined ? {} : { level }) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
