/**
 * Steps trigger sets over durable blocks of events. Pure of I/O; what it finds waits in `takeChanges`.
 *
 * Order. The rows of a block are stepped subject by subject in the order of their times; rows of one instant are one
 * observation. What is not newer than everything of its subject before it is late: it is told of (`onLate`) and judged by
 * a replay. That includes more of the newest instant in another block, so that where blocks end makes no difference.
 *
 * Time. A subject's clock is its newest event; when it falls silent the clock follows the ingest clock `GRACE_MS` behind,
 * so that deadlines end without data. Time in which we ourselves were away is left out.
 */
import { Assurance, Disposition, SUBJECT_KINDS, type SubjectKind } from "@sandglass/signals";
import type { FiringEvent, SubjectState } from "@sandglass/triggers";
import type { DurableEvents, EventRow } from "../../journal/mod.ts";
import { CarriedFindings } from "../carry.ts";
import type { FindingChange } from "../finding-change.ts";
import type { OpenFinding } from "../open-findings.ts";
import type { RowRecorder } from "../row-recorder.ts";
import { isFiring } from "../translate-firing.ts";
import { Unconfirmed } from "../unconfirmed.ts";
import { EventFindingBuilder, otherSubjectOf } from "./event-finding-builder.ts";
import { readEvent, type ReadEvent } from "./event-inputs.ts";
import { EventSubjects, type EventSubject } from "./event-subjects.ts";
import { buildEventWatches, watches, type EventAssignments, type EventWatch } from "./event-watch.ts";
import { fingerprintOf, RecentEvents } from "./recent-events.ts";

export const GRACE_MS = 5_000;
/** Events further behind their receipt come from a recorded past: their subject has only its data as clock. */
const LIVE_LAG_MS = 600_000;

export interface EventCounts {
  stepped: number;
  late: number;
  duplicates: number;
  degradations: number;
}

/** The events of one instant that came in one block. */
interface Instant {
  readonly time: number;
  /** Of the first of them. */
  readonly received: number;
  readonly seq: number;
  readonly assurance: number;
  readonly events: readonly ReadEvent[];
}

export class EventStepper {
  readonly subjects = new EventSubjects();
  recent = new RecentEvents();
  /** Open findings that came from versions before the present ones. */
  readonly carried = new CarriedFindings();
  readonly counts: EventCounts = { stepped: 0, late: 0, duplicates: 0, degradations: 0 };
  /** Receive time of the newest row, UTC ms. */
  ingestMs = Number.NEGATIVE_INFINITY;
  /** Told of every late instant that says something to a trigger; without it late events are counted only. */
  onLate: ((subject: number, time: number, received: number) => void) | undefined;
  /** Keeps what is stepped of the subjects that are being replayed. */
  recorder: RowRecorder | undefined;
  /** Late data of the subject is still to be judged: what was found of it is not confirmed before. */
  isUnsettled: (subject: number) => boolean = () => false;
  /** Subjects whose states are being rebuilt: their events are told as late. */
  readonly withheld = new Set<number>();
  #watches: readonly EventWatch[] = [];
  /** Subjects with a timer, or with something to confirm: the others need no clock. */
  readonly #timed = new Set<number>();
  readonly #unconfirmed = new Unconfirmed();
  readonly #builder = new EventFindingBuilder(this.subjects, this.carried);
  #changes: FindingChange[] = [];

  get watches(): readonly EventWatch[] {
    return this.#watches;
  }

  watchesOf(row: number): readonly EventWatch[] {
    const { kind, key } = this.subjects.at(row);
    return this.#watches.filter((watch) => watches(watch, kind, key));
  }

  assign(assignments: EventAssignments): void {
    this.#watches = buildEventWatches(assignments, this.#watches);
    this.restored();
  }

  /** Makes an open finding of the log open in a state that does not know of it; says whether it did. */
  reopen({ trigger, vehicle: key, project, versionHash, onset, level }: OpenFinding): boolean {
    const subject = this.subjects.find(key);
    if (subject === undefined || this.withheld.has(subject.row) || onset > subject.newest) return false;
    const watch = this.watchesOf(subject.row).find(
      (each) => each.project === project && each.triggers.get(trigger)?.versionHash === versionHash,
    );
    if (watch === undefined) return false;
    const index = watch.set.triggers.findIndex(({ id }) => id === trigger);
    const state = stateOf(watch, subject.row);
    if (index < 0 || watch.monitor.status(state)[index].firing) return false;
    watch.monitor.seed(state, index, { open: { onset, level }, cooldownUntil: Number.NEGATIVE_INFINITY });
    this.#timed.add(subject.row);
    return true;
  }

  /** After subjects and states were restored. */
  restored(): void {
    for (const { states } of this.#watches)
      for (const [row, state] of states.entries()) if (state !== undefined) this.#timed.add(row);
  }

  /** Silence that we ourselves caused is not the subjects'. */
  passOutage(ms: number): void {
    if (ms <= 0) return;
    for (const subject of this.subjects) subject.silentSince += ms;
    this.ingestMs += ms;
  }

  /** A finding was written that its subject's clock has yet to confirm. */
  awaitConfirmation(row: number, id: string, onset: number): void {
    this.#unconfirmed.add(row, id, onset);
    this.#timed.add(row);
    this.#confirm(this.subjects.at(row));
  }

  /** Late data of a subject was judged: timers may be others, and what was held back is confirmed. */
  settle(row: number): void {
    this.#timed.add(row);
    this.#confirm(this.subjects.at(row));
  }

  /** An event of the subject, stepped or not, says what time it is. */
  seen(subject: EventSubject, time: number, received: number): void {
    if (time <= subject.newest) return;
    subject.newest = time;
    subject.silentSince = received;
    subject.isLive = received - time <= LIVE_LAG_MS;
  }

  takeChanges(): FindingChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  step({ rows, firstSeq }: DurableEvents): void {
    const bySubject = new Map<bigint, { readonly row: EventRow; readonly seq: number }[]>();
    rows.forEach((row, index) => {
      if (row.received > this.ingestMs) this.ingestMs = row.received;
      if (row.disposition !== Disposition.accepted) return;
      if (!this.recent.add(fingerprintOf(String(row.subject), row.source, row.id))) {
        this.counts.duplicates++;
        return;
      }
      const list = bySubject.get(row.subject);
      const entry = { row, seq: firstSeq + index };
      if (list === undefined) bySubject.set(row.subject, [entry]);
      else list.push(entry);
    });
    for (const [key, entries] of bySubject)
      this.#stepSubject(
        key,
        entries.toSorted((a, b) => a.row.time - b.row.time || a.seq - b.seq),
      );
    this.advance(this.ingestMs);
  }

  #stepSubject(key: bigint, entries: readonly { readonly row: EventRow; readonly seq: number }[]): void {
    const kind: SubjectKind | undefined = SUBJECT_KINDS[entries[0].row.kind];
    if (kind === undefined) return;
    const subject = this.subjects.add(key, kind);
    for (let at = 0; at < entries.length;) {
      const {
        row: { time, received },
        seq,
      } = entries[at];
      const events: ReadEvent[] = [];
      let assurance: number = Assurance.signed;
      for (; at < entries.length && entries[at].row.time === time; at++) {
        const { row, seq: number } = entries[at];
        assurance = Math.min(assurance, row.assurance);
        const event = readEvent(row, number, subject.counters);
        if (event !== undefined) events.push(event);
      }
      if (events.length > 0) this.#observe(subject, { time, received, seq, assurance, events });
    }
  }

  #observe(subject: EventSubject, instant: Instant): void {
    const { time, received, seq, events } = instant;
    subject.assurance = Math.min(subject.assurance, instant.assurance);
    if (this.withheld.has(subject.row)) {
      // A replay at work takes what comes in order along; everything else it is to read.
      const isTaken = time > subject.newest && this.recorder?.isRecorded(subject.row) === true;
      this.seen(subject, time, received);
      if (isTaken) this.#record(subject.row, instant, this.watchesOf(subject.row));
      else this.onLate?.(subject.row, time, received);
      return;
    }
    if (time > subject.newest) this.#endSilence(subject, time, received);
    const watching = this.watchesOf(subject.row).filter(({ since }) => received >= since);
    if (time <= subject.newest || (time < subject.promised && this.onLate !== undefined)) {
      this.counts.late += events.length;
      // Whatever says nothing to any trigger is not worth a replay.
      if (watching.some(({ inputs }) => inputs.concerns(events))) this.onLate?.(subject.row, time, received);
      return;
    }
    this.seen(subject, time, received);
    this.counts.stepped += events.length;
    this.#builder.at(subject.row, seq, received);
    for (const watch of watching) {
      const { inputs, monitor, set } = watch;
      const state = stateOf(watch, subject.row);
      if (inputs.load(events) || set.needsEveryFrame)
        monitor.step(state, time, inputs.values, inputs.present, seq, this.#emitterOf(watch));
      else if (monitor.nextTimer(state) <= time) monitor.tick(state, time, this.#emitterOf(watch));
    }
    this.#record(subject.row, instant, watching);
    this.#timed.add(subject.row);
    this.#confirm(subject);
  }

  #record(row: number, { time, received, seq, events }: Instant, watching: readonly EventWatch[]): void {
    if (this.recorder?.isRecorded(row) !== true) return;
    this.recorder.add(row, time, received, seq, false, (key) => {
      const inputs = watching.find((watch) => watch.key === key)?.inputs;
      inputs?.load(events);
      return inputs;
    });
  }

  /** What the clock had to do in a silence comes before the event that ends it. */
  #endSilence(subject: EventSubject, time: number, received: number): void {
    if (!subject.isLive) return;
    this.#advance(subject, Math.min(time, subject.newest + (received - subject.silentSince - GRACE_MS)), received);
  }

  /** Lets the clocks of silent subjects follow the ingest clock. */
  advance(ingestMs: number): void {
    this.ingestMs = Math.max(this.ingestMs, ingestMs);
    for (const row of this.#timed) {
      const subject = this.subjects.at(row);
      if (!subject.isLive) continue;
      const clock = subject.newest + (ingestMs - subject.silentSince - GRACE_MS);
      if (clock > subject.newest) this.#advance(subject, clock, ingestMs);
    }
  }

  #advance(subject: EventSubject, clock: number, detectedAt: number): void {
    const { row } = subject;
    let next = Number.POSITIVE_INFINITY;
    this.#builder.at(row, undefined, detectedAt);
    for (const watch of this.#watches) {
      const { monitor } = watch;
      const state = watch.states[row];
      if (state === undefined) continue;
      for (let timer = monitor.nextTimer(state); timer <= clock; timer = monitor.nextTimer(state)) {
        // Only up to the timer itself: an event that was under way meanwhile still finds its place behind it.
        monitor.tick(state, timer, this.#emitterOf(watch));
        subject.promised = Math.max(subject.promised, timer);
      }
      next = Math.min(next, monitor.nextTimer(state));
    }
    this.#confirm(subject, clock);
    if (Math.min(next, this.#unconfirmed.next(row)) === Number.POSITIVE_INFINITY) this.#timed.delete(row);
  }

  #confirm(sender: EventSubject, clock = sender.newest): void {
    const { row, key } = sender;
    if (this.#unconfirmed.isEmpty || this.isUnsettled(row)) return;
    for (const { id, at } of this.#unconfirmed.take(row, clock))
      this.#changes.push({ kind: "confirmed", finding: { id, vehicle: key, ...otherSubjectOf(sender) }, at });
  }

  #emitting: EventWatch | undefined;
  readonly #emit = (event: FiringEvent): void => {
    if (this.#emitting === undefined) return;
    if (!isFiring(event)) {
      if (event.kind === "degraded") this.counts.degradations++;
      return;
    }
    const change = this.#builder.change(this.#emitting, event);
    if (change !== undefined) this.#changes.push(change);
  };

  #emitterOf(watch: EventWatch): (event: FiringEvent) => void {
    this.#emitting = watch;
    return this.#emit;
  }
}

function stateOf({ states, monitor }: EventWatch, row: number): SubjectState {
  return (states[row] ??= monitor.create());
}
