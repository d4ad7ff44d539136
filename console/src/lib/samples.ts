/** From samples of the API to what one plot needs. */
import type { PlotSample } from "./plot-data.ts";

interface ApiSample {
  readonly time: string;
  readonly command?: number;
  readonly reissued?: boolean;
  readonly values: Readonly<Record<string, number | null | readonly (number | null)[]>>;
  readonly reasons?: Readonly<Record<string, string>>;
}

/** GB/T 32960.3 command 0x03: data sent again later. */
const REISSUE = 3;

/**
 * Points of one signal. A frame that carried no such field is no sample; one that marked it abnormal or invalid is a
 * sample without a value.
 */
export function pointsOf(samples: readonly ApiSample[], signal: string): PlotSample[] {
  const points: PlotSample[] = [];
  for (const sample of samples) {
    const value = sample.values[signal];
    const reason = sample.reasons?.[signal];
    if (
      value === undefined ||
      Array.isArray(value) ||
      (value === null && (reason === undefined || reason === "absent"))
    )
      continue;
    points.push({
      time: Date.parse(sample.time),
      value: typeof value === "number" ? value : undefined,
      reissued: sample.reissued === true || sample.command === REISSUE,
    });
  }
  return points;
}

interface ApiSeries {
  readonly bucketMs: number;
  readonly items: readonly {
    readonly time: string;
    readonly values: Readonly<
      Record<string, { readonly min: number | null; readonly max: number | null; readonly last: number | null }>
    >;
  }[];
}

/**
 * Points of one signal from buckets: the lowest, the highest and the last value of each, a third of its width apart, so
 * that no extreme disappears. A bucket without a value has none: there the hold ends.
 */
export function pointsOfSeries({ bucketMs, items }: ApiSeries, signal: string): PlotSample[] {
  const points: PlotSample[] = [];
  for (const { time, values } of items) {
    const bucket = values[signal];
    if (bucket === undefined) continue;
    const start = Date.parse(time);
    for (const [third, value] of [bucket.min, bucket.max, bucket.last].entries()) {
      if (value === null || value === points.at(-1)?.value) continue;
      points.push({ time: start + (third * bucketMs) / 3, value });
    }
    const last = bucket.last ?? bucket.max;
    // Where nothing changes, one point still says that the value was known.
    if (last !== null && points.at(-1) !== undefined && points[points.length - 1].time < start)
      points.push({ time: start, value: last });
  }
  return points;
}

export interface Quality {
  readonly samples: number;
  readonly reissued: number;
  readonly invalid: number;
  /** Median distance of samples, ms. */
  readonly periodMs: number | undefined;
}

export function qualityOf(points: readonly PlotSample[]): Quality {
  const steps: number[] = [];
  for (let i = 1; i < points.length; i++) steps.push(points[i].time - points[i - 1].time);
  steps.sort((a, b) => a - b);
  return {
    samples: points.length,
    reissued: points.filter((point) => point.reissued === true).length,
    invalid: points.filter((point) => point.value === undefined).length,
    periodMs: steps.length === 0 ? undefined : steps[steps.length >> 1],
  };
}
