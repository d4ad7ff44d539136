/**
 * From samples to what a plot draws: columns for uPlot, gaps to hatch, reissued points to draw apart.
 *
 * A gap is never bridged by a line: a value holds for at most `holdMs` after its sample (three reporting periods),
 * as the trigger engine counts it; after that nothing is known.
 */
export interface PlotSample {
  /** Event time, UTC ms. */
  readonly time: number;
  /** Physical value; undefined where the frame carried none or an invalid one. */
  readonly value: number | undefined;
  readonly reissued?: boolean;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Stretches of [from, to] in which the value is unknown: no sample held. Samples are in order of time. */
export function findGaps(samples: readonly PlotSample[], from: number, to: number, holdMs: number): Gap[] {
  const gaps: Gap[] = [];
  let knownUntil = from;
  const close = (until: number): void => {
    if (until > knownUntil) gaps.push({ from: knownUntil, to: until });
  };
  for (const sample of samples) {
    if (sample.time < from) {
      if (sample.value !== undefined) knownUntil = Math.max(knownUntil, Math.min(to, sample.time + holdMs));
      continue;
    }
    if (sample.time > to) break;
    if (sample.value === undefined) {
      // An invalid sample ends the hold at once.
      if (sample.time < knownUntil) knownUntil = sample.time;
      continue;
    }
    close(sample.time);
    knownUntil = Math.max(knownUntil, Math.min(to, sample.time + holdMs));
  }
  close(to);
  return gaps;
}

/**
 * End of what a plot of a time that is not over can show: the instant at which the samples were read, or the newest of them
 * where the clock of their sender is ahead.
 * @param readAt 0 while nothing has been read
 */
export function knownUntil(to: number, readAt: number, newest: string | undefined): number {
  return readAt === 0 ? to : Math.min(to, Math.max(readAt, newest === undefined ? 0 : Date.parse(newest)));
}

/** Values for a stepped line: undefined at each point where the hold ends, so that the line breaks there. */
export function toSteps(
  samples: readonly PlotSample[],
  holdMs: number,
): { times: number[]; values: (number | null)[] } {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (let i = 0; i < samples.length; i++) {
    const { time, value } = samples[i];
    times.push(time);
    values.push(value ?? null);
    const next = samples[i + 1]?.time;
    if (value !== undefined && (next === undefined || next - time > holdMs)) {
      // The value is known until the hold ends; just after it, nothing is.
      times.push(time + holdMs, time + holdMs + 1);
      values.push(value, null);
    }
  }
  return { times, values };
}

/**
 * At most four samples per bucket (first, lowest, highest, last), so that no extreme disappears.
 * Unknown values are kept: they end a line.
 */
export function thin(samples: readonly PlotSample[], from: number, to: number, buckets: number): PlotSample[] {
  if (samples.length <= buckets * 4 || to <= from) return [...samples];
  const width = (to - from) / buckets;
  const kept: PlotSample[] = [];
  let start = 0;
  while (start < samples.length) {
    const bucket = Math.floor((samples[start].time - from) / width);
    let end = start;
    let low = start;
    let high = start;
    let unknown = -1;
    while (end < samples.length && Math.floor((samples[end].time - from) / width) === bucket) {
      const value = samples[end].value;
      if (value === undefined) unknown = unknown === -1 ? end : unknown;
      else {
        const lowest = samples[low].value;
        const highest = samples[high].value;
        if (lowest === undefined || value < lowest) low = end;
        if (highest === undefined || value > highest) high = end;
      }
      end++;
    }
    const picks = [...new Set([start, low, high, end - 1, ...(unknown === -1 ? [] : [unknown])])].sort((a, b) => a - b);
    for (const index of picks) kept.push(samples[index]);
    start = end;
  }
  return kept;
}

/** Counts of steps and keys as one row of buckets for each key; what lies outside of [from, to) is left out. */
export function histogram<K extends string | number>(
  items: readonly { readonly time: number; readonly key: K; readonly count: number }[],
  from: number,
  to: number,
  buckets: number,
): Map<K, number[]> {
  const counts = new Map<K, number[]>();
  const width = (to - from) / buckets;
  for (const { time, key, count } of items) {
    if (time < from || time >= to) continue;
    let row = counts.get(key);
    if (!row) {
      row = Array.from({ length: buckets }, () => 0);
      counts.set(key, row);
    }
    row[Math.min(buckets - 1, Math.floor((time - from) / width))] += count;
  }
  return counts;
}

/** Index of the last sample at or before `time`; -1 when there is none. */
export function indexAt(times: ArrayLike<number>, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
