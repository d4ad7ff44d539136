/**
 * Steps trigger sets over durable blocks of events. Pure of I/O; what it finds waits in `takeChanges`.
 *
 * Order. The rows of a block are stepped subject by subject in the order of their times; rows of one instant are one
 * observation. A row older than the newest one of its subject is late: an event in it (a point) is still counted, right
 * behind the newest time, when it is late by at most `LATENESS_MS`; values of the past are not put over newer ones.
 *
 * Time. A subject's clock is its newest event; when it falls silent the clock follows the ingest clock `GRACE_MS` behind,
 * so that deadlines end without data. Time in which we ourselves were away is left out.
 */
import { hash } from "node:crypto";
import { Assurance, Disposition, SUBJECT_KINDS, type SubjectKind } from "@sandglass/signals";
import type { CompiledTrigger, FiringEvent } from "@sandglass/triggers";
import { subjectIdOf } from "../../access/mod.ts";
import type { DurableEvents, EventRow } from "../../journal/mod.ts";
import type { FindingChange, FindingIdentity } from "../finding-change.ts";
import { CarriedFindings } from "../carry.ts";
import { findingIdOf } from "../finding-id.ts";
import type { OpenFinding } from "../open-findings.ts";
import { changeOf as translate, isFiring, type Firing } from "../translate-firing.ts";
import { Counters } from "./counters.ts";
import { readEvent, type ReadEvent } from "./event-inputs.ts";
import { buildEventWatches, watches, type EventAssignments, type EventWatch } from "./event-watch.ts";
import { RecentEvents } from "./recent-events.ts";

export const GRACE_MS = 5_000;
/** A late event still counts; a finding is confirmed when its subject's clock has passed the onset by this. */
export const LATENESS_MS = 60_000;
/** Events further behind their receipt come from a recorded past: their subject has only its data as clock. */
const LIVE_LAG_MS = 600_000;
const EVIDENCE_MS = 300_000;

export interface EventSubject {
  readonly key: bigint;
  readonly kind: SubjectKind;
  newest: number;
  /** Ingest time since which it is silent. */
  silentSince: number;
  isLive: boolean;
  /** Weakest assurance of its events. */
  assurance: number;
  readonly counters: Counters;
}

interface Emitting {
  readonly watch: EventWatch;
  readonly subject: EventSubject;
  readonly seq: number;
  readonly detectedAt: number;
}

export interface EventCounts {
  stepped: number;
  late: number;
  duplicates: number;
  degradations: number;
}

export class EventStepper {
  readonly subjects = new Map<bigint, EventSubject>();
  recent = new RecentEvents();
  /** Open findings that came from versions before the present ones. */
  readonly carried = new CarriedFindings();
  readonly counts: EventCounts = { stepped: 0, late: 0, duplicates: 0, degradations: 0 };
  /** Receive time of the newest row, UTC ms. */
  ingestMs = Number.NEGATIVE_INFINITY;
  #watches: readonly EventWatch[] = [];
  /** Subjects with a timer: the others need no clock. */
  readonly #timed = new Set<bigint>();
  #unconfirmed: { readonly id: string; readonly key: bigint; readonly at: number }[] = [];
  #changes: FindingChange[] = [];
  #emitting: Emitting | undefined;

  get watches(): readonly EventWatch[] {
    return this.#watches;
  }

  assign(assignments: EventAssignments): void {
    this.#watches = buildEventWatches(assignments, this.#watches);
    for (const { states } of this.#watches) for (const key of states.keys()) this.#timed.add(key);
  }

  /** Makes an open finding of the log open in a state that does not know of it; says whether it did. */
  reopen({ trigger, vehicle: key, project, versionHash, onset, level }: OpenFinding): boolean {
    const subject = this.subjects.get(key);
    if (subject === undefined || onset > subject.newest) return false;
    const watch = this.#watches.find(
      (each) =>
        each.project === project &&
        each.triggers.get(trigger)?.versionHash === versionHash &&
        watches(each, subject.kind, key),
    );
    if (watch === undefined) return false;
    const index = watch.set.triggers.findIndex(({ id }) => id === trigger);
    const state = this.#stateOf(watch, key);
    if (index < 0 || watch.monitor.status(state)[index].firing) return false;
    watch.monitor.seed(state, index, { open: { onset, level }, cooldownUntil: Number.NEGATIVE_INFINITY });
    this.#timed.add(key);
    return true;
  }

  /** After subjects and states were restored. */
  restored(): void {
    for (const { states } of this.#watches) for (const key of states.keys()) this.#timed.add(key);
  }

  /** Silence that we ourselves caused is not the subjects'. */
  passOutage(ms: number): void {
    if (ms <= 0) return;
    for (const subject of this.subjects.values()) subject.silentSince += ms;
    this.ingestMs += ms;
  }

  awaitConfirmation(id: string, key: bigint, onset: number): void {
    this.#unconfirmed.push({ id, key, at: onset + LATENESS_MS });
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
      if (!this.recent.add(fingerprint(row))) {
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
    const kind = SUBJECT_KINDS[entries[0].row.kind];
    if (kind === undefined) return;
    const subject = this.#subject(key, kind);
    for (let at = 0; at < entries.length;) {
      const { time, received } = entries[at].row;
      const events: ReadEvent[] = [];
      let assurance: number = Assurance.signed;
      for (; at < entries.length && entries[at].row.time === time; at++) {
        const { row, seq } = entries[at];
        assurance = Math.min(assurance, row.assurance);
        const event = readEvent(row, seq, subject.counters);
        if (event !== undefined) events.push(event);
      }
      if (events.length > 0) this.#observe(subject, events, time, received, assurance);
    }
  }

  #observe(
    subject: EventSubject,
    events: readonly ReadEvent[],
    time: number,
    received: number,
    assurance: number,
  ): void {
    const isLate = time < subject.newest;
    if (isLate) {
      this.counts.late += events.length;
      if (subject.newest - time > LATENESS_MS) return;
      // An instant of its own: events of one instant count as one.
      subject.newest += 1;
    } else {
      this.#endSilence(subject, time, received);
      subject.newest = time;
      subject.silentSince = received;
      subject.isLive = received - time <= LIVE_LAG_MS;
    }
    subject.assurance = Math.min(subject.assurance, assurance);
    this.counts.stepped += events.length;
    const seq = events.at(-1)?.seq ?? 0;
    for (const watch of this.#watches) {
      if (!watches(watch, subject.kind, subject.key) || received < watch.since) continue;
      const state = this.#stateOf(watch, subject.key);
      this.#emitting = { watch, subject, seq, detectedAt: received };
      if (watch.inputs.load(events, isLate))
        watch.monitor.step(state, subject.newest, watch.inputs.values, watch.inputs.present, seq, this.#emit);
      else if (watch.monitor.nextTimer(state) <= subject.newest) watch.monitor.tick(state, subject.newest, this.#emit);
    }
    this.#timed.add(subject.key);
    this.#confirm(subject);
  }

  /** What the clock had to do in a silence comes before the event that ends it. */
  #endSilence(subject: EventSubject, time: number, received: number): void {
    if (!subject.isLive) return;
    this.#advance(subject, Math.min(time, subject.newest + (received - subject.silentSince - GRACE_MS)), received);
  }

  /** Lets the clocks of silent subjects follow the ingest clock. */
  advance(ingestMs: number): void {
    this.ingestMs = Math.max(this.ingestMs, ingestMs);
    for (const key of this.#timed) {
      const subject = this.subjects.get(key);
      if (subject === undefined || !subject.isLive) continue;
      const clock = subject.newest + (ingestMs - subject.silentSince - GRACE_MS);
      if (clock > subject.newest) this.#advance(subject, clock, ingestMs);
    }
  }

  #advance(subject: EventSubject, clock: number, detectedAt: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const watch of this.#watches) {
      const state = watch.states.get(subject.key);
      if (state === undefined) continue;
      this.#emitting = { watch, subject, seq: 0, detectedAt };
      for (let timer = watch.monitor.nextTimer(state); timer <= clock; timer = watch.monitor.nextTimer(state))
        watch.monitor.tick(state, timer, this.#emit);
      next = Math.min(next, watch.monitor.nextTimer(state));
    }
    this.#confirm(subject, clock);
    if (next === Number.POSITIVE_INFINITY && !this.#unconfirmed.some(({ key }) => key === subject.key))
      this.#timed.delete(subject.key);
  }

  #confirm(subject: EventSubject, clock = subject.newest): void {
    if (this.#unconfirmed.length === 0) return;
    const due = this.#unconfirmed.filter(({ key, at }) => key === subject.key && at <= clock);
    if (due.length === 0) return;
    this.#unconfirmed = this.#unconfirmed.filter((each) => !due.includes(each));
    for (const { id, at } of due) this.#changes.push({ kind: "confirmed", finding: { id, vehicle: subject.key }, at });
  }

  #subject(key: bigint, kind: SubjectKind): EventSubject {
    const known = this.subjects.get(key);
    if (known !== undefined) return known;
    const subject: EventSubject = {
      key,
      kind,
      newest: Number.NEGATIVE_INFINITY,
      silentSince: Number.POSITIVE_INFINITY,
      isLive: false,
      assurance: Assurance.signed,
      counters: new Counters(),
    };
    this.subjects.set(key, subject);
    return subject;
  }

  #stateOf(watch: EventWatch, key: bigint) {
    const known = watch.states.get(key);
    if (known !== undefined) return known;
    const state = watch.monitor.create();
    watch.states.set(key, state);
    return state;
  }

  readonly #emit = (event: FiringEvent): void => {
    const at = this.#emitting;
    if (at === undefined) return;
    if (!isFiring(event)) {
      if (event.kind === "degraded") this.counts.degradations++;
      return;
    }
    const trigger = at.watch.triggers.get(event.trigger);
    if (trigger === undefined || trigger.core.appliesTo !== at.subject.kind) return;
    this.#changes.push(findingChangeOf(event, trigger, at, this.carried));
  };
}

function findingChangeOf(
  event: Firing,
  trigger: CompiledTrigger,
  at: Emitting,
  carried: CarriedFindings,
): FindingChange {
  const { watch, subject, seq, detectedAt } = at;
  const subjectId = subjectIdOf(subject.kind, subject.key);
  const name = watch.project === undefined ? subjectId : `${subjectId}@${watch.project}`;
  return translate(trigger, event, {
    project: watch.project,
    detectedAt,
    identity: ({ id, version, versionHash, title }, onset): FindingIdentity =>
      carried.find({ trigger: id, vehicle: subject.key, project: watch.project, onset }) ?? {
        id: findingIdOf(id, versionHash, `events:${name}`, onset),
        trigger: id,
        version,
        versionHash,
        title,
        vehicle: subject.key,
        ...(subject.kind === "vehicle" ? {} : { subject: { kind: subject.kind, id: subjectId } }),
        project: watch.project,
        onset,
      },
    circumstances: (_, __, onset) => ({
      assurance: subject.assurance,
      seq,
      detectedAt,
      evidenceFrom: onset - EVIDENCE_MS,
      evidenceTo: onset + EVIDENCE_MS,
      feed: "events",
    }),
    assurance: () => subject.assurance,
  });
}

/** First 64 bits over subject, source and id: repetitions of the last events are recognised by it. */
function fingerprint({ subject, source, id }: EventRow): bigint {
  return hash("sha256", [String(subject), source, id].join("\0"), "buffer").readBigUInt64LE(0);
}
