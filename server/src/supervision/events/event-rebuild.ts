/**
 * Rebuilds the states of subjects of events when no checkpoint can be used. Until its turn a subject is withheld: its
 * events are noted as late, and the replay of late events does the rest, from the newest event that was stored on: it
 * warms up over the horizon, finds again what the log has, and its state becomes the live one (docs/adr/0071).
 */
import type { SubjectKind } from "@sandglass/signals";
import { messageOf } from "../../errors/mod.ts";
import type { LateQueue } from "../late-queue.ts";
import { reachOf } from "../replay-range.ts";
import { COUNTER_MEMORY_MS } from "./counters.ts";
import { readEvent } from "./event-inputs.ts";
import type { EventReport } from "./event-rows.ts";
import type { EventStepper } from "./event-stepper.ts";
import type { EventSubject } from "./event-subjects.ts";

/** Subjects of events that history knows. */
export interface StoredSenders {
  /** Those with an event of this event time or later, and event and receive time of their newest one, UTC ms. */
  heardSince(from: number): Promise<readonly StoredSender[]>;
  /** The newest report of each cumulative counter of a subject since then, in order of time. */
  counterReports(subject: bigint, from: number): Promise<readonly EventReport[]>;
}

export interface StoredSender {
  readonly key: bigint;
  readonly kind: SubjectKind;
  readonly time: number;
  readonly received: number;
}

interface RebuildHost {
  readonly stepper: EventStepper;
  readonly queue: LateQueue;
  warn(fields: object, text: string): void;
}

export class EventRebuild {
  readonly #host: RebuildHost;
  readonly #senders: StoredSenders;

  constructor(host: RebuildHost, senders: StoredSenders) {
    this.#host = host;
    this.#senders = senders;
  }

  /** Withholds every subject that history knows of the longest horizon. `now`: UTC ms. Before the journal is read. */
  async begin(now: number): Promise<void> {
    const { stepper, warn } = this.#host;
    const horizon = Math.max(0, ...stepper.watches.map((watch) => reachOf(watch).before));
    for (const { key, kind, time, received } of await this.#senders.heardSince(now - horizon)) {
      const subject = stepper.subjects.add(key, kind);
      stepper.withheld.add(subject.row);
      stepper.seen(subject, time, received);
      stepper.ingestMs = Math.max(stepper.ingestMs, received);
      this.#ask(subject);
    }
    const subjects = stepper.withheld.size;
    if (subjects > 0) warn({ subjects }, "no checkpoint of events can be used: states are rebuilt from history");
  }

  /** The subject has the state of its replay. What its counters said last, the live step is to count on from. */
  async release(row: number): Promise<void> {
    const { stepper, warn } = this.#host;
    if (!stepper.withheld.has(row)) return;
    const subject = stepper.subjects.at(row);
    try {
      const reports = await this.#senders.counterReports(subject.key, subject.newest - COUNTER_MEMORY_MS);
      for (const report of reports) readEvent(report, report.seq, subject.counters);
    } catch (error) {
      warn({ reason: messageOf(error) }, "the counters of a subject of events are not known; it is tried again");
      this.#ask(subject);
      return;
    }
    for (const { states } of stepper.watchesOf(row))
      subject.promised = Math.max(subject.promised, Math.floor((states[row]?.clock ?? Number.NEGATIVE_INFINITY) / 2));
    stepper.withheld.delete(row);
  }

  /** As if it had waited for long: it is due at once. */
  #ask({ row, newest }: EventSubject): void {
    this.#host.queue.note(row, newest, Number.NEGATIVE_INFINITY);
  }
}
