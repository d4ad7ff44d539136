/** Figures of a backtest report as bars and ranges. Days are those of Asia/Shanghai. Pure. */

const DAY = 86_400_000;
const SHANGHAI = 8 * 3_600_000;

/** `2026-11-21` → start of that day in Asia/Shanghai, UTC ms; undefined for what is no day. */
export function dayStart(day: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const ms = Date.parse(`${day}T00:00:00+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Day of an instant in Asia/Shanghai. */
export function dayOf(ms: number): string {
  return new Date(ms + SHANGHAI).toISOString().slice(0, 10);
}

export interface Bar {
  /** First and last day of the bar. */
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/**
 * Counts by day as bars of equal length, without gaps, from the first to the last day that has one.
 * @param most bars at most; days are joined until they fit
 */
export function barsOf(byDay: Readonly<Record<string, number>>, most: number, span?: readonly [string, string]): Bar[] {
  const days = Object.keys(byDay).sort();
  const first = dayStart(span?.[0] ?? days[0] ?? "");
  const last = dayStart(span?.[1] ?? days.at(-1) ?? "");
  if (first === undefined || last === undefined || last < first) return [];
  const count = Math.round((last - first) / DAY) + 1;
  const width = Math.ceil(count / most);
  const bars: { from: string; to: string; count: number }[] = [];
  for (let i = 0; i < count; i += width)
    bars.push({
      from: dayOf(first + i * DAY),
      to: dayOf(first + (Math.min(i + width, count) - 1) * DAY),
      count: 0,
    });
  for (const day of days) {
    const at = dayStart(day);
    const bar = at === undefined ? undefined : bars[Math.floor(Math.round((at - first) / DAY) / width)];
    if (bar !== undefined) bar.count += byDay[day];
  }
  return bars;
}

/** Sums of several records of counts. */
export function sumCounts(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const record of records) for (const [key, count] of Object.entries(record)) sums[key] = (sums[key] ?? 0) + count;
  return sums;
}

/** First and last day that any of the records has. */
export function commonSpan(
  records: readonly Readonly<Record<string, number>>[],
): readonly [string, string] | undefined {
  const days = records.flatMap((record) => Object.keys(record)).sort();
  const [first, last] = [days[0], days.at(-1)];
  return first === undefined || last === undefined ? undefined : [first, last];
}

/** The time that holds all spans, a twentieth wider on both sides, within the range of the backtest. */
export function ribbonRange(
  spans: readonly { readonly from: number; readonly to: number }[],
  range: readonly [number, number],
): readonly [number, number] {
  if (spans.length === 0) return range;
  const from = Math.min(...spans.map((span) => span.from));
  const to = Math.max(...spans.map((span) => span.to));
  const margin = Math.max(60_000, (to - from) / 20);
  return [Math.max(range[0], from - margin), Math.min(range[1], to + margin)];
}
