/** Feeds the inputs of a trigger set from events: what rows of one instant say, counters as their increases. */
import {
  asEventSource,
  findEventSource,
  findSignal,
  valueIn,
  type EventContent,
  type EventSource,
} from "@sandglass/signals";
import type { EventRow } from "../../journal/mod.ts";
import type { Counters } from "./counters.ts";

/** `present` of Monitor.step. */
const NO_SAMPLE = 0;
const VALID = 1;
const INVALID = 2;

/** A row with its content parsed once for all sets. */
export interface ReadEvent {
  readonly seq: number;
  readonly content: EventContent;
  /** As the sender said it: cumulative counters with their total. */
  readonly stated: EventContent;
  readonly isCounter: boolean;
  /** The sender says that it has no value. */
  readonly isVoid: boolean;
}

/** Undefined: nothing in it can be judged (damaged content). */
export function readEvent(
  row: Pick<EventRow, "time" | "name" | "value" | "attributes">,
  seq: number,
  counters: Counters,
): ReadEvent | undefined {
  let stored: {
    readonly fields?: Record<string, unknown>;
    readonly histogram?: EventContent["histogram"];
    readonly counter?: { readonly temporality: string; readonly monotonic: boolean; readonly start?: number };
    readonly noValue?: true;
  };
  try {
    stored = JSON.parse(row.attributes) as typeof stored;
  } catch {
    return undefined;
  }
  const fields = stored.fields ?? {};
  const isCounter = stored.counter !== undefined;
  const stated: EventContent = {
    name: row.name,
    value: row.value,
    fields,
    ...(stored.histogram === undefined ? {} : { histogram: stored.histogram }),
  };
  const content =
    stored.counter?.temporality === "cumulative" && stored.counter.monotonic
      ? counters.increase(stated, JSON.stringify(fields), stored.counter.start, row.time)
      : stated;
  return { seq, content, stated, isCounter, isVoid: stored.noValue === true };
}

/** Sums of a report: values of one instant belong to different attribute sets and add up. */
const ADDITIVE: ReadonlySet<string> = new Set(["value", "count", "sum"]);

export class EventInputs {
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly #sources: readonly EventSource[];

  /** @throws Error for a name that no event can say: the compiler was given another catalogue. */
  constructor(ids: readonly string[]) {
    this.#sources = ids.map(eventSourceOf);
    this.values = new Float64Array(ids.length);
    this.present = new Uint8Array(ids.length);
  }

  /**
   * Fills `values` and `present` from the events of one instant. Returns false when they carry no sample for any input.
   */
  load(events: readonly ReadEvent[]): boolean {
    this.present.fill(NO_SAMPLE);
    let any = false;
    for (const [input, source] of this.#sources.entries()) {
      for (const { content, isCounter, isVoid } of events) {
        if (isVoid) {
          if (!feeds(source, content.name)) continue;
          this.present[input] = INVALID;
          any = true;
          continue;
        }
        const value = valueIn(source, content);
        if (value === undefined) continue;
        any = true;
        if (value === "invalid") {
          if (this.present[input] === NO_SAMPLE) this.present[input] = INVALID;
          continue;
        }
        const adds = isCounter && this.present[input] === VALID && isAdditive(source, content.name);
        this.values[input] = adds ? this.values[input] + value : value;
        this.present[input] = VALID;
      }
    }
    return any;
  }

  /** Whether these events say anything to an input, also where they are only what a counter counts on from. */
  concerns(events: readonly ReadEvent[]): boolean {
    return this.load(events.map((event) => ({ ...event, content: event.stated })));
  }
}

/** How events say a name of the catalogue. @throws Error for one that none can say */
export function eventSourceOf(id: string): EventSource {
  const source = findEventSource(id);
  if (source !== undefined) return source;
  const signal = findSignal(id);
  if (signal === undefined) throw new Error(`no event feeds ${id}`);
  return asEventSource(signal);
}

function feeds(source: EventSource, name: string): boolean {
  return source.kind === "scalar" && source.from.some((binding) => binding.name === name);
}

function isAdditive(source: EventSource, name: string): boolean {
  return (
    source.kind === "scalar" && source.from.some((binding) => binding.name === name && ADDITIVE.has(binding.field))
  );
}
