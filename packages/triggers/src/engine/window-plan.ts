/** How windows over samples are kept, and what a log of samples adds to one. */
import type { Guard } from "./guard.ts";
import type { Log } from "./node.ts";
import type { Queue } from "./queue.ts";

/** How a window over samples is kept: samples of one bucket share a row. */
export interface WindowPlan {
  /** Width of the window and of a bucket, in cells. Buckets lie on a fixed grid. */
  readonly span: number;
  readonly bucket: number;
  readonly rows: number;
}

/** Most rows are further apart than a bucket: that is told without a division. */
export function isSameBucket(before: number, k: number, bucket: number): boolean {
  return k - before < bucket && Math.floor(before / bucket) === Math.floor(k / bucket);
}

/**
 * A window has about 60 buckets: the error is at most D/60, for a bucket leaves with its newest sample. Buckets are no
 * shorter than a second and, unless the window spans 60 reporting periods, no longer than a third of a period: samples
 * that come as they should have rows of their own.
 */
export function planWindow(ms: number, periodMs: number): WindowPlan {
  const sixtieth = Math.ceil(ms / 60);
  const isLong = ms >= 60 * periodMs || ms > 1000_000;
  const bucketMs = isLong ? sixtieth : Math.min(ms, Math.max(1000, Math.min(sixtieth, Math.floor(periodMs / 3))));
  return { span: 2 * ms, bucket: 2 * bucketMs, rows: Math.ceil(ms / bucketMs) + 2 };
}

/** Rows of a log that have left a window which ends with the log. */
export function leftRows({ rows, from, width, count }: Log, span: number): number {
  let row = from + (count - 1) * width;
  const start = (rows[row] as number) - span;
  let left = count;
  while (left > 0 && (rows[row] as number) > start) {
    row -= width;
    left--;
  }
  return left;
}

/** Rows of a log of which the buckets have left. Samples of one bucket leave together, with the newest of them. */
export function leftBuckets(log: Log, span: number, bucket: number): number {
  let left = leftRows(log, span);
  const { rows, from, width } = log;
  if (left === 0 || left === log.count) return left;
  const first = rows[from + left * width] as number;
  while (left > 0 && isSameBucket(rows[from + (left - 1) * width] as number, first, bucket)) left--;
  return left;
}

/** Whether at least `needed` samples stay in the window at all times when each observation adds one. Rows begin with a cell. */
export function keepsEnough(q: Queue, n: Float64Array, k: number, span: number, needed: number, guard: Guard): boolean {
  guard.within(span / Math.max(1, needed));
  const length = q.length(n);
  if (length < needed) return false;
  // After p further observations the oldest that still counts is the (needed − p)-th newest of today.
  for (let p = 0; p < needed; p++)
    if (!((n[q.at(n, length - needed + p)] as number) + span >= k + (p + 1) * guard.gap)) return false;
  return true;
}
