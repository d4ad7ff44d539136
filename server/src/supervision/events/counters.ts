/**
 * Increases of cumulative counters: what a report adds to the one before it of the same attribute set.
 *
 * "Before" is by event time and reaches back `COUNTER_MEMORY_MS`, so that increases are a function of the reports of a
 * finite time, whatever their order of arrival: a replay that reads them again comes to the same numbers.
 */
import type { EventContent, Histogram } from "@sandglass/signals";

/** A report further behind the one before it says nothing: long enough for counters that are reported once a day. */
export const COUNTER_MEMORY_MS = 48 * 3_600_000;

interface Stream {
  /** Event time of the newest report, UTC ms. */
  readonly time: number;
  readonly start: number | undefined;
  readonly value: number | undefined;
  readonly histogram: Histogram | undefined;
}

/** Attribute sets of one subject; beyond that the oldest begins anew. */
export const MAX_STREAMS = 2_000;

export class Counters {
  readonly #streams: Map<string, Stream>;

  constructor(saved: ReadonlyMap<string, Stream> = new Map()) {
    this.#streams = new Map(saved);
  }

  saved(): ReadonlyMap<string, Stream> {
    return this.#streams;
  }

  /**
   * The content with its increase. The first report of a stream says nothing: what it counted before is unknown. A
   * counter that began anew (another start, or less than before) counts from 0. A report that is older than the newest
   * one of its stream changes nothing here: what it says comes out when the reports are read again in order.
   */
  increase(content: EventContent, attributes: string, start: number | undefined, time: number): EventContent {
    const key = `${content.name}\n${attributes}`;
    const before = this.#streams.get(key);
    if (before !== undefined && time < before.time) return unknownOf(content);
    this.#streams.delete(key);
    this.#streams.set(key, { time, start, value: content.value, histogram: content.histogram });
    if (this.#streams.size > MAX_STREAMS) {
      const [oldest] = this.#streams.keys();
      this.#streams.delete(oldest as string);
    }
    if (before === undefined || time - before.time > COUNTER_MEMORY_MS) return unknownOf(content);
    const { histogram: _, value, ...rest } = content;
    const isNew =
      (start !== undefined && before.start !== undefined && start !== before.start) ||
      (value !== undefined && before.value !== undefined && value < before.value) ||
      (content.histogram !== undefined &&
        before.histogram !== undefined &&
        content.histogram.count < before.histogram.count);
    if (isNew) return content;
    const increased = value === undefined || before.value === undefined ? undefined : value - before.value;
    const histogram = content.histogram && before.histogram && difference(content.histogram, before.histogram);
    return { ...rest, value: increased, ...(histogram === undefined ? {} : { histogram }) };
  }
}

function unknownOf({ name, fields }: EventContent): EventContent {
  return { name, fields, value: undefined };
}

/** Smallest and largest are of the whole life of the counter and say nothing about its increase. */
function difference(now: Histogram, before: Histogram): Histogram {
  const sum = now.sum === undefined || before.sum === undefined ? {} : { sum: now.sum - before.sum };
  const { bounds, counts } = now;
  const isSame = bounds !== undefined && counts !== undefined && bounds.join() === before.bounds?.join();
  return {
    count: now.count - before.count,
    ...sum,
    ...(isSame ? { bounds, counts: counts.map((each, i) => Math.max(0, each - (before.counts?.[i] ?? 0))) } : {}),
  };
}
