/**
 * Steps the assigned trigger sets over the rows of blocks: order, lateness, repetition, silence, breaches. Pure of I/O;
 * what it finds waits in `takeChanges`. See runtime.ts for the rules of order and time.
 */
import { Disposition, getScalar, Reason, type ObservationBlock } from "@sandglass/signals";
import type { FiringEvent, SubjectState } from "@sandglass/triggers";
import type { SupervisionAssignments } from "./assignments.ts";
import { CarriedFindings } from "./carry.ts";
import { REALTIME, REISSUED } from "./commands.ts";
import type { FeedStepper, StepCounts, TimeAway } from "./feed.ts";
import { frameHash } from "./frame-hash.ts";
import { FindingBuilder } from "./finding-builder.ts";
import type { OpenFinding } from "./open-findings.ts";
import type { FindingChange } from "./finding-change.ts";
import { SilenceWheel } from "./silence-wheel.ts";
import { HASHES_PER_INSTANT, Subjects } from "./subjects.ts";
import { isFiring } from "./translate-firing.ts";
import { Unconfirmed } from "./unconfirmed.ts";
import { buildWatches, type Watch } from "./watch.ts";

/** TRIGGERS §7, lateness: twice the longest reporting period of GB/T 32960. */
export const SILENCE_GRACE_MS = 60_000;
/** Rows further behind their receipt than this come from a recorded past. */
const LIVE_LAG_MS = 600_000;
/** Bytes of a frame that differ between a report and its repetition as 0x03: everything before the VIN, and the BCC. */
const FRAME_HEAD_BYTES = 4;
/** Subjects whose states are fetched together: about as many as a processor has reads under way. */
const WARMED_AT_ONCE = 16;

export class BlockStepper implements FeedStepper {
  readonly subjects = new Subjects();
  readonly counts: StepCounts = { stepped: 0, late: 0, duplicates: 0, degradations: 0 };
  readonly #timeAway: TimeAway;
  readonly #wheel = new SilenceWheel();
  readonly #unconfirmed = new Unconfirmed();
  /** Open findings that came from versions before the present ones. */
  readonly carried = new CarriedFindings();
  readonly #builder = new FindingBuilder(this.subjects, this.carried);
  readonly #speed = getScalar("speed").column;
  #watches: readonly Watch[] = [];
  /** Watches of a subject row; undefined after the assignments changed. */
  #watchesOf: (readonly Watch[] | undefined)[] = [];
  /** The different lists of those, by the keys of their watches. */
  readonly #watchLists = new Map<string, readonly Watch[]>();
  #next = new Int32Array(4096);
  #touched = new Int32Array(4096);
  #stamp = 0;
  #ingestMs = Number.NEGATIVE_INFINITY;
  #changes: FindingChange[] = [];

  /** What `#warm` read, which means nothing: what nobody can see would not be read. */
  warmed = 0;
  /** Told of every row that came too late to be stepped; without it a row behind its timers counts at their instant. */
  onLate: ((subject: number, time: number, receive: number) => void) | undefined;
  /** Told of every subject before its state changes, while a checkpoint is being written. */
  onTouch: ((subject: number) => void) | undefined;
  /** Subjects whose states are being rebuilt: their rows are told as late. */
  readonly withheld = new Set<number>();
  /** Late data of the subject is still to be judged: what was found of it is not confirmed before. */
  isUnsettled: (subject: number) => boolean = () => false;

  constructor(timeAway: TimeAway) {
    this.#timeAway = timeAway;
  }

  get watches(): readonly Watch[] {
    return this.#watches;
  }

  /** Receive time of the newest row stepped, UTC ms. */
  get ingestMs(): number {
    return this.#ingestMs;
  }

  /** Sets and vehicles of today; states of sets that stay are kept. */
  assign(assignments: SupervisionAssignments): void {
    this.#watches = buildWatches(assignments, this.#watches);
    this.#watchesOf = [];
    this.#watchLists.clear();
  }

  /** After `subjects` and states were restored from a checkpoint. */
  restored(ingestMs: number): void {
    this.#ingestMs = ingestMs;
    for (let row = 0; row < this.subjects.size; row++) this.#arm(row);
  }

  watchesOf(subject: number): readonly Watch[] {
    return this.#watchesOfRow(subject);
  }

  /**
   * Makes an open finding of the log open here too, where the state does not know of it: it was cold, or older than the
   * finding. Says whether it did.
   */
  reopen({ trigger, vehicle, project, versionHash, onset, level }: OpenFinding): boolean {
    const row = this.subjects.findRow(vehicle);
    // What the subject has not sent yet is found again, and a state that is rebuilt begins with what is open.
    if (row === undefined || this.withheld.has(row) || onset > this.subjects.newestEvent[row]) return false;
    const watch = this.#watchesOfRow(row).find(
      (each) => each.project === project && each.triggers.get(trigger)?.versionHash === versionHash,
    );
    if (watch?.monitor === undefined) return false;
    const index = watch.monitor.set.triggers.findIndex(({ id }) => id === trigger);
    const state = this.#stateOf(watch, row);
    if (index < 0 || watch.monitor.status(state)[index].firing) return false;
    this.onTouch?.(row);
    watch.monitor.seed(state, index, { open: { onset, level }, cooldownUntil: Number.NEGATIVE_INFINITY });
    if (this.subjects.armed[row] === 0) this.#arm(row);
    return true;
  }

  /** Late data of a subject was judged: timers may be others, and what was held back is confirmed. */
  settle(subject: number): void {
    this.onTouch?.(subject);
    if (this.subjects.armed[subject] === 0) this.#arm(subject);
    this.#confirm(subject, this.subjects.newestEvent[subject]);
  }

  /** A row of the subject that is not stepped says what time it is. */
  seen(subject: number, time: number, receive: number): void {
    if (time <= this.subjects.newestEvent[subject]) return;
    this.subjects.newestEvent[subject] = time;
    this.subjects.silentSince[subject] = receive;
    this.subjects.isLive[subject] = receive - time <= LIVE_LAG_MS ? 1 : 0;
  }

  /** What was found since the last call. */
  takeChanges(): FindingChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  /** A finding was written that its vehicle's clock has yet to confirm. */
  awaitConfirmation(vehicle: bigint, id: string, onset: number): void {
    const subject = this.subjects.rowOfKey(vehicle);
    this.#unconfirmed.add(subject, id, onset);
    // Its own block may have gone far beyond the onset already.
    this.#confirm(subject, this.subjects.newestEvent[subject]);
  }

  /** Moves the ingest clock to `ingestMs`. Silence that we ourselves caused is not the vehicles': it is left out. */
  passOutages(ingestMs: number): void {
    const away = this.#timeAway(this.#ingestMs, ingestMs);
    if (away > 0) {
      for (let row = 0; this.onTouch !== undefined && row < this.subjects.size; row++) this.onTouch(row);
      for (let row = 0; row < this.subjects.size; row++) {
        this.subjects.silentSince[row] += away;
        this.subjects.excused[row] += away;
      }
    }
    this.#ingestMs = Math.max(this.#ingestMs, ingestMs);
  }

  step(columns: ObservationBlock): void {
    const count = this.#chain(columns);
    let ingest = this.#ingestMs;
    for (let row = 0; row < columns.rows; row++)
      if (columns.receiveTime[row] > ingest) ingest = columns.receiveTime[row];
    this.passOutages(ingest);
    for (let i = 0; i < count; i++) {
      if (i % WARMED_AT_ONCE === 0) this.#warm(i, Math.min(count, i + WARMED_AT_ONCE));
      const subject = this.#touched[i];
      this.onTouch?.(subject);
      const watches = this.#watchesOfRow(subject);
      for (let row = this.subjects.firstRow[subject]; row >= 0; row = this.#next[row])
        this.#row(columns, row, subject, watches);
    }
    // After the rows: those who sent are not silent, and where a block ends makes no difference to anyone.
    this.advanceSilent(ingest);
  }

  /**
   * Reads what the steps of the next subjects begin with. Their states have left the processor's cache since they sent
   * last, and it fetches many at once where nothing else comes between; one after the other, each step waits for its own.
   * First where the numbers of all lie, then the numbers: the second waits for the first.
   */
  #warm(from: number, to: number): void {
    let sum = 0;
    for (let i = from; i < to; i++) {
      const subject = this.#touched[i];
      for (const { states } of this.#watchesOfRow(subject)) {
        const state = states[subject];
        if (state !== undefined) sum += state.quiet.length;
      }
    }
    for (let i = from; i < to; i++) {
      const subject = this.#touched[i];
      for (const { monitor, states } of this.#watchesOfRow(subject)) {
        const state = states[subject];
        if (monitor !== undefined && state !== undefined) sum += monitor.warm(state);
      }
    }
    this.warmed = sum;
  }

  /** Links the rows of each vehicle in their order; fills `#touched`. O(rows), no sort. */
  #chain(columns: ObservationBlock): number {
    const { rows } = columns;
    if (this.#next.length < rows) {
      this.#next = new Int32Array(rows);
      this.#touched = new Int32Array(rows);
    }
    const words = new Uint32Array(columns.vehicle.buffer, columns.vehicle.byteOffset, rows * 2);
    const subjects = this.subjects;
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
    const subjects = this.subjects;
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
    const isWithheld = this.withheld.size > 0 && this.withheld.has(subject);
    if (time >= newest && !isWithheld) this.#endSilence(subject, receive);
    this.#builder.at(subject, seq, receive);
    this.#watchBreach(columns, row, time, watches);
    if (isWithheld) {
      this.seen(subject, time, receive);
      this.onLate?.(subject, time, receive);
      return;
    }
    if (time < newest || (time < subjects.promised[subject] && this.onLate !== undefined)) {
      counters.late[subject]++;
      this.counts.late++;
      this.onLate?.(subject, time, receive);
      return;
    }
    const start = (row === 0 ? 0 : columns.rawEnds[row - 1]) + FRAME_HEAD_BYTES;
    const hash = frameHash(columns.raw, start, columns.rawEnds[row] - 1);
    if (this.#isRepeated(subject, time === newest, hash)) {
      counters.duplicates[subject]++;
      this.counts.duplicates++;
      return;
    }
    // Says again what was said of this instant, perhaps otherwise.
    if (time === newest && command === REISSUED) this.onLate?.(subject, time, receive);
    subjects.newestEvent[subject] = time;
    subjects.silentSince[subject] = receive;
    subjects.isLive[subject] = receive - time <= LIVE_LAG_MS ? 1 : 0;
    if (subjects.armed[subject] === 0) this.#arm(subject);

    this.counts.stepped++;
    for (const watch of watches) {
      const { monitor, inputs } = watch;
      if (monitor === undefined || inputs === undefined || receive < watch.since) continue;
      const state = this.#stateOf(watch, subject);
      if (inputs.load(columns, row) || monitor.set.needsEveryFrame) {
        monitor.step(state, time, inputs.values, inputs.present, seq, this.#emitterOf(watch));
      } else if (monitor.nextTimer(state) <= time) {
        // A frame without any of the inputs still says what time it is.
        monitor.tick(state, time, this.#emitterOf(watch));
      }
    }
    this.#confirm(subject, time);
  }

  /** Frames of one event time that were seen already. Equal times alone prove nothing: large packs come in parts. */
  #isRepeated(subject: number, isSameTime: boolean, hash: number): boolean {
    const { hashes, hashCount } = this.subjects;
    const at = subject * HASHES_PER_INSTANT;
    if (!isSameTime) hashCount[subject] = 0;
    const count = Math.min(hashCount[subject], HASHES_PER_INSTANT);
    for (let i = 0; i < count; i++) if (hashes[at + i] === hash) return true;
    hashes[at + (hashCount[subject] % HASHES_PER_INSTANT)] = hash;
    hashCount[subject] = Math.min(hashCount[subject] + 1, 250);
    return false;
  }

  #watchBreach(columns: ObservationBlock, row: number, time: number, watches: readonly Watch[]): void {
    const speed = columns.scalars[this.#speed];
    for (const watch of watches) {
      if (watch.suspendedAt === undefined || watch.project === undefined || time < watch.suspendedAt) continue;
      // Asked last: few vehicles are suspended, and the column is out of the cache by now.
      if (speed.reasons[row] !== Reason.ok || speed.ticks[row] === 0) return;
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
    else if (event.kind === "degraded") this.counts.degradations++;
  };

  /** One function for all watches: a closure per step would be garbage per frame. */
  #emitterOf(watch: Watch): (event: FiringEvent) => void {
    this.#emitting = watch;
    return this.#emit;
  }

  #confirm(subject: number, time: number): void {
    if (this.#unconfirmed.isEmpty || this.isUnsettled(subject)) return;
    for (const { id, at } of this.#unconfirmed.take(subject, time)) {
      this.#changes.push({ kind: "confirmed", finding: { id, vehicle: this.subjects.keyOf(subject) }, at });
    }
  }

  // ── silence ───────────────────────────────────────────────────────────────────────────────────────────────────

  #arm(subject: number): void {
    if (this.subjects.isLive[subject] === 0) return;
    this.subjects.armed[subject] = 1;
    this.#wheel.add(subject, this.subjects.silentSince[subject] + SILENCE_GRACE_MS);
  }

  /** The first row after a silence: what the vehicle's clock had to do meanwhile comes before it. */
  #endSilence(subject: number, receive: number): void {
    const { isLive, silentSince, newestEvent } = this.subjects;
    if (isLive[subject] === 0) return;
    const silence = receive - silentSince[subject] - SILENCE_GRACE_MS;
    if (silence >= 0) this.#advance(subject, newestEvent[subject] + silence, receive);
    const { excused } = this.subjects;
    if (excused[subject] === 0) return;
    // Until here the vehicle's clock stood still while we were away; its next report passes over that time.
    for (const { monitor, states } of this.#watchesOfRow(subject)) {
      const state = states[subject];
      if (state !== undefined) monitor?.excuse(state, excused[subject]);
    }
    excused[subject] = 0;
  }

  /** Lets the clocks of silent vehicles follow the ingest clock. */
  advanceSilent(ingestMs: number): void {
    const subjects = this.subjects;
    for (const subject of this.#wheel.take(ingestMs)) {
      this.onTouch?.(subject);
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
        if (timer > this.subjects.promised[subject]) this.subjects.promised[subject] = timer;
      }
      next = Math.min(next, watch.monitor.nextTimer(state));
    }
    this.#confirm(subject, clock);
    next = Math.min(next, this.#unconfirmed.next(subject));
    if (next === Number.POSITIVE_INFINITY || this.subjects.armed[subject] === 1) return;
    this.subjects.armed[subject] = 1;
    this.#wheel.add(
      subject,
      this.subjects.silentSince[subject] + SILENCE_GRACE_MS + (next - this.subjects.newestEvent[subject]),
    );
  }

  /** Subjects that are watched alike have one list: it is in the cache when the next one comes. */
  #watchesOfRow(row: number): readonly Watch[] {
    const known = this.#watchesOf[row];
    if (known !== undefined) return known;
    const key = this.subjects.keyOf(row);
    const watches = this.#watches.filter(({ vehicles }) => vehicles === undefined || vehicles.has(key));
    const name = watches.map((watch) => watch.key).join(" ");
    const shared = this.#watchLists.get(name) ?? watches;
    if (shared === watches) this.#watchLists.set(name, watches);
    return (this.#watchesOf[row] = shared);
  }
}
