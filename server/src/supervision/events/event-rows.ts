/**
 * Stored events of a subject as rows, in order of time: what replays, rebuilds and backtests step, as they step frames.
 * A row is an instant: the events of one instant are one observation, counters stand as their increases, and an event
 * that was received several times is there once. So the rows are a function of the events, not of how they arrived.
 */
import { fingerprintOf, RecentEvents } from "./recent-events.ts";
import { RowBuilder, type RowChunk, type RowQuery, type RowSource } from "../rows.ts";
import { Counters, COUNTER_MEMORY_MS, MAX_STREAMS } from "./counters.ts";
import { EventInputs, readEvent, type ReadEvent } from "./event-inputs.ts";
import { findLastSaid, type FindNewest, type LastSaidQuery } from "./last-said.ts";

/** An accepted event as a store gives it. */
export interface EventReport {
  readonly seq: number;
  /** Event time, UTC ms. */
  readonly time: number;
  /** Receive time, UTC ms. */
  readonly received: number;
  readonly source: string;
  readonly id: string;
  readonly name: string;
  readonly value: number | undefined;
  /** JSON of the stored content. */
  readonly attributes: string;
}

export interface EventRange {
  readonly subject: bigint;
  /** Event time, [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Events that were received later are left out. */
  readonly throughSeq: number;
}

/** Where events are kept: history, or the journal. */
export interface EventStorage {
  /** By event time, those of one time by sequence number. Repeated receptions may be among them. */
  read(range: EventRange): AsyncIterable<readonly EventReport[]>;
  /** The newest reports of at most `limit` cumulative counters, in order of time. */
  counterReports(range: EventRange, limit: number): Promise<readonly EventReport[]>;
  readonly newest: FindNewest;
  /** Every event up to this sequence number can be read. */
  storedSeq(): number;
}

/** Rows of senders of events. */
export interface SenderRows extends RowSource {
  lastSaid(query: LastSaidQuery): Promise<RowChunk>;
}

/** An event that is sent again without a time of its own gets another one: so long before a range its first one is looked for. */
const REPEAT_MS = 3_600_000;

/** Rows of every instant of a subject, also of those that have no sample for the inputs: they say what time it is. */
export function eventRows(storage: EventStorage): SenderRows {
  const rows: RowSource = {
    storedSeq: () => storage.storedSeq(),
    async *read({ subject, inputs, from, to, throughSeq = Number.POSITIVE_INFINITY }: RowQuery) {
      const instants = new Instants(inputs, from);
      const first = from - REPEAT_MS;
      const before = { subject, from: first - COUNTER_MEMORY_MS, to: first, throughSeq };
      for (const report of await storage.counterReports(before, MAX_STREAMS)) instants.prime(report);
      for await (const reports of storage.read({ subject, from: first, to, throughSeq })) {
        const chunk = instants.add(reports);
        if (chunk.count > 0) yield chunk;
      }
      yield instants.end();
    },
  };
  return { ...rows, lastSaid: (query) => findLastSaid(storage.newest, rows, query) };
}

/** Joins the events of each instant, across pages. */
class Instants {
  readonly #inputs: EventInputs;
  readonly #width: number;
  readonly #from: number;
  readonly #counters = new Counters();
  readonly #seen = new RecentEvents();
  /** The instant in hand: more of it may come. */
  #time = Number.NEGATIVE_INFINITY;
  #first: EventReport | undefined;
  #events: ReadEvent[] = [];

  constructor(inputs: readonly string[], from: number) {
    this.#inputs = new EventInputs(inputs);
    this.#width = inputs.length;
    this.#from = from;
  }

  /** What a counter counted before the range. */
  prime(report: EventReport): void {
    readEvent(report, report.seq, this.#counters);
  }

  /** Rows of the instants that are over. */
  add(reports: readonly EventReport[]): RowChunk {
    const rows = new RowBuilder(this.#width, Math.max(1, reports.length));
    for (const report of reports) {
      if (!this.#seen.add(fingerprintOf(report.source, report.id))) continue;
      if (report.time !== this.#time) {
        this.#finish(rows);
        this.#time = report.time;
      }
      const event = readEvent(report, report.seq, this.#counters);
      if (event === undefined) continue;
      this.#first ??= report;
      this.#events.push(event);
    }
    return rows.build();
  }

  end(): RowChunk {
    const rows = new RowBuilder(this.#width, 1);
    this.#finish(rows);
    return rows.build();
  }

  /** The first reception names the instant: it stays the same when more of it arrives. */
  #finish(rows: RowBuilder): void {
    const first = this.#first;
    const events = this.#events;
    this.#first = undefined;
    this.#events = [];
    if (first === undefined || first.time < this.#from) return;
    const { values, present } = this.#inputs;
    this.#inputs.load(events);
    rows.add(first.time, first.received, first.seq, false, values, present);
  }
}
