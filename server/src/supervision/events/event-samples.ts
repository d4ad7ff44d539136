/** What triggers see of stored events: for plots and explanations. */
import { findEventSource, findSignal } from "@sandglass/signals";
import { Counters } from "./counters.ts";
import { EventInputs, readEvent, type ReadEvent } from "./event-inputs.ts";

export interface StoredEventRow {
  readonly seq: number;
  readonly time: number;
  readonly receivedAt: number;
  readonly name: string;
  readonly value: number | null;
  /** JSON of the stored content. */
  readonly attributes: string;
}

export interface EventSample {
  readonly time: number;
  readonly receivedAt: number;
  /** Of the last event of the instant. */
  readonly seq: number;
  /** null: the value is unknown from here on. */
  readonly values: Record<string, number | null>;
}

/** Samples of catalogue names in events that are sorted by time; rows of one instant are one sample. Unknown names are left out. */
export function samplesOf(names: readonly string[], events: readonly StoredEventRow[]): EventSample[] {
  const known = names.filter((name) => findEventSource(name) !== undefined || findSignal(name) !== undefined);
  const inputs = new EventInputs(known);
  const counters = new Counters();
  const samples: EventSample[] = [];
  for (let at = 0; at < events.length;) {
    const { time } = events[at];
    const read: ReadEvent[] = [];
    let last = events[at];
    for (; at < events.length && events[at].time === time; at++) {
      last = events[at];
      const event = readEvent(
        { time, name: last.name, value: last.value ?? undefined, attributes: last.attributes },
        last.seq,
        counters,
      );
      if (event !== undefined) read.push(event);
    }
    if (!inputs.load(read)) continue;
    const values: Record<string, number | null> = {};
    for (const [i, name] of known.entries()) {
      if (inputs.present[i] === 1) values[name] = inputs.values[i];
      else if (inputs.present[i] === 2) values[name] = null;
    }
    samples.push({ time, receivedAt: last.receivedAt, seq: last.seq, values });
  }
  return samples;
}
