/** Numbers over time: rate of change, change over a duration, aggregates over a sliding window of samples. */
import type { Aggregate, Num } from "../lang/core.ts";
import { isFresh, type Builder, type NumNode } from "./node.ts";
import type { Queue } from "./queue.ts";

/**
 * Rows that a window of `ms` keeps. Short windows keep every sample up to one per second; long ones (60 periods or
 * more) keep 64 buckets, whose error in time is at most ms / 64.
 */
export function windowLimit(ms: number, periodMs: number): number {
  if (ms >= 60 * periodMs) return 64;
  return Math.min(1024, Math.ceil(ms / 1000) + 2);
}

/** (x_i − x_{i−1}) / (t_i − t_{i−1}), known backwards on (t_{i−1}, t_i]; unknown across a gap longer than the hold. */
export function rateNode(of: NumNode, holdMs: number, b: Builder): NumNode {
  const at = b.slots(NaN, NaN, NaN, NaN); // previous cell, previous value, current cell, current value
  const maxGap = 2 * holdMs;
  return {
    inputs: of.inputs,
    value(s, k) {
      const n = s.numbers;
      const v = of.value(s, k);
      if (isFresh(s, of.inputs, k)) {
        if (n[at + 2] !== k) {
          n[at] = n[at + 2] as number;
          n[at + 1] = n[at + 3] as number;
          n[at + 2] = k;
        }
        n[at + 3] = v;
      }
      if (v !== v) return NaN;
      const gap = (n[at + 2] as number) - (n[at] as number);
      if (!(gap <= maxGap)) return NaN;
      return (((n[at + 3] as number) - (n[at + 1] as number)) * 2000) / gap;
    },
    backward: {
      upTo: (s) => s.numbers[at + 2] as number,
      since: (s) => s.numbers[at] as number,
    },
  };
}

/** x(t) − x(t − D) with held values. Rows: cell, value. */
export function deltaNode(of: NumNode, ms: number, b: Builder): NumNode {
  const q = b.queue(2, Math.min(1024, Math.ceil(ms / 1000) + 3));
  const span = 2 * ms;
  const { context } = b;
  return {
    inputs: of.inputs,
    value(s, k) {
      const n = s.numbers;
      const v = of.value(s, k);
      if (q.length(n) === 0) append2(q, n, k, v);
      else {
        const last = q.last(n);
        const held = n[last + 1] as number;
        if (held !== v && (held === held || v === v)) {
          if (n[last] === k) n[last + 1] = v;
          else {
            if (q.full(n)) thin(q, n);
            append2(q, n, k, v);
          }
        }
      }
      const start = k - span;
      while (q.length(n) > 1 && (n[q.at(n, 1)] as number) <= start) q.shift(n);
      const first = q.first(n);
      const known = (n[first] as number) <= start;
      // The base value changes when the next row comes to lie D in the past; before any is, when the first one does.
      if (!known) context.due = Math.min(context.due, (n[first] as number) + span);
      else if (q.length(n) > 1) context.due = Math.min(context.due, (n[q.at(n, 1)] as number) + span);
      return known ? v - (n[first + 1] as number) : NaN;
    },
  };
}

function append2(q: Queue, n: Float64Array, k: number, v: number): void {
  const row = q.push(n);
  n[row] = k;
  n[row + 1] = v;
}

/** Halves the older half of a full queue: resolution is lost, never memory. */
function thin(q: Queue, n: Float64Array): void {
  const rows: number[][] = [];
  const half = q.length(n) >> 1;
  for (let i = 0; i < q.length(n); i++) {
    if (i > 0 && i < half && i % 2 === 1) continue;
    const at = q.at(n, i);
    rows.push(Array.from(n.subarray(at, at + q.width)));
  }
  q.clear(n);
  for (const row of rows) n.set(row, q.push(n));
}

/** Sums are kept in millionths of the unit, as integers: adding and taking away leaves no rounding error behind. */
const MICRO = 1e6;

/** Numbers of an aggregate: result, 1 if stale, samples, sum, lowest, highest; for a slope also origin, Σt, Σt², Σtv. */
const RESULT = 0, STALE = 1, COUNT = 2, SUM = 3, LOW = 4, HIGH = 5, ORIGIN = 6, SUM_T = 7, SUM_TT = 8, SUM_TV = 9;
/** Row: cell of the newest sample, sum in millionths, samples, lowest, highest, cell of the first sample of the bucket. */
const ROW = 6;

export function aggregateNode(num: Extract<Num, { op: "aggregate" }>, of: NumNode, periodMs: number, b: Builder): NumNode {
  const limit = windowLimit(num.ms, periodMs);
  const q = b.queue(ROW, limit);
  const at = b.slots(NaN, 1, 0, 0, Infinity, -Infinity, NaN, 0, 0, 0);
  const span = 2 * num.ms;
  const bucket = Math.ceil(span / (limit - 2));
  const { context } = b;
  const { fn, minSamples } = num;
  const p = num.p ?? 0.5;
  const sloped = fn === "slope";
  return {
    inputs: of.inputs,
    value(s, k) {
      const n = s.numbers;
      const v = of.value(s, k);
      if (isFresh(s, of.inputs, k)) {
        if (q.length(n) > 0 && n[q.last(n)] === k && n[q.last(n) + 2] === 1) {
          remove(q, n, at, q.last(n), sloped); // a correction of the same instant
          q.pop(n);
        }
        if (v === v) insert(q, n, at, k, v, bucket, sloped);
      }
      const start = k - span;
      while (q.length(n) > 0 && (n[q.first(n)] as number) <= start) {
        remove(q, n, at, q.first(n), sloped);
        q.shift(n);
      }
      if (q.length(n) > 0) {
        const leaves = (n[q.first(n)] as number) + span;
        if (leaves < context.due) context.due = leaves;
      }
      if (n[at + STALE] === 1) {
        n[at + RESULT] = (n[at + COUNT] as number) < minSamples && fn !== "count" ? NaN : aggregate(fn, q, n, at, p);
        n[at + STALE] = 0;
      }
      return n[at + RESULT] as number;
    },
  };
}

function insert(q: Queue, n: Float64Array, at: number, k: number, v: number, bucket: number, sloped: boolean): void {
  const micro = Math.round(v * MICRO);
  let row = q.length(n) >= q.limit - 1 ? q.last(n) : -1;
  if (row >= 0 && k - (n[row + 5] as number) < bucket && !sloped) {
    n[row] = k;
    n[row + 1] = (n[row + 1] as number) + micro;
    n[row + 2] = (n[row + 2] as number) + 1;
    if (v < (n[row + 3] as number)) n[row + 3] = v;
    if (v > (n[row + 4] as number)) n[row + 4] = v;
  } else {
    if (q.full(n)) {
      remove(q, n, at, q.first(n), sloped);
      q.shift(n);
    }
    row = q.push(n);
    n[row] = k;
    n[row + 1] = micro;
    n[row + 2] = 1;
    n[row + 3] = v;
    n[row + 4] = v;
    n[row + 5] = k;
  }
  n[at + COUNT] = (n[at + COUNT] as number) + 1;
  n[at + SUM] = (n[at + SUM] as number) + micro;
  if (v < (n[at + LOW] as number)) n[at + LOW] = v;
  if (v > (n[at + HIGH] as number)) n[at + HIGH] = v;
  n[at + STALE] = 1;
  if (sloped) moveSlope(n, at, k, micro, 1);
}

function remove(q: Queue, n: Float64Array, at: number, row: number, sloped: boolean): void {
  n[at + COUNT] = (n[at + COUNT] as number) - (n[row + 2] as number);
  n[at + SUM] = (n[at + SUM] as number) - (n[row + 1] as number);
  // An extreme that leaves is looked up again when it is asked for.
  if (n[row + 3] === n[at + LOW]) n[at + LOW] = NaN;
  if (n[row + 4] === n[at + HIGH]) n[at + HIGH] = NaN;
  n[at + STALE] = 1;
  if (sloped) moveSlope(n, at, n[row] as number, n[row + 1] as number, -1);
}

/** Σt, Σt², Σtv in cells from an origin that is moved (exactly) before the products leave the integers. */
function moveSlope(n: Float64Array, at: number, k: number, micro: number, sign: number): void {
  if (n[at + COUNT] === 0 || Number.isNaN(n[at + ORIGIN] as number)) {
    n[at + ORIGIN] = k;
    n[at + SUM_T] = 0;
    n[at + SUM_TT] = 0;
    n[at + SUM_TV] = 0;
    if (sign < 0) return;
  }
  const t = (k - (n[at + ORIGIN] as number)) / 2;
  n[at + SUM_T] = (n[at + SUM_T] as number) + sign * t;
  n[at + SUM_TT] = (n[at + SUM_TT] as number) + sign * t * t;
  n[at + SUM_TV] = (n[at + SUM_TV] as number) + sign * t * micro;
}

function aggregate(fn: Aggregate, q: Queue, n: Float64Array, at: number, p: number): number {
  const count = n[at + COUNT] as number;
  switch (fn) {
    case "count": return count;
    case "sum": return (n[at + SUM] as number) / MICRO;
    case "avg": return (n[at + SUM] as number) / MICRO / count;
    case "min": {
      if (Number.isNaN(n[at + LOW] as number)) {
        let low = Infinity;
        for (let i = 0; i < q.length(n); i++) low = Math.min(low, n[q.at(n, i) + 3] as number);
        n[at + LOW] = low;
      }
      return n[at + LOW] as number;
    }
    case "max": {
      if (Number.isNaN(n[at + HIGH] as number)) {
        let high = -Infinity;
        for (let i = 0; i < q.length(n); i++) high = Math.max(high, n[q.at(n, i) + 4] as number);
        n[at + HIGH] = high;
      }
      return n[at + HIGH] as number;
    }
    case "slope": return slope(q, n, at);
    default: {
      const values: number[] = [];
      for (let i = 0; i < q.length(n); i++) values.push((n[q.at(n, i) + 1] as number) / MICRO / (n[q.at(n, i) + 2] as number));
      if (fn === "distinct") return new Set(values).size;
      values.sort((x, y) => x - y);
      return values[Math.min(values.length - 1, Math.max(0, Math.ceil(p * values.length) - 1))] as number;
    }
  }
}

/** Least squares in units per second. */
function slope(q: Queue, n: Float64Array, at: number): number {
  const head = n[q.first(n)] as number;
  // Far from its origin the sums would lose digits: start again at the oldest sample.
  if (head - (n[at + ORIGIN] as number) > 4 * ((n[q.last(n)] as number) - head) + 2_000_000) {
    n[at + ORIGIN] = head;
    n[at + SUM_T] = 0;
    n[at + SUM_TT] = 0;
    n[at + SUM_TV] = 0;
    for (let i = 0; i < q.length(n); i++) moveSlope(n, at, n[q.at(n, i)] as number, n[q.at(n, i) + 1] as number, 1);
  }
  const count = n[at + COUNT] as number;
  const st = n[at + SUM_T] as number;
  const denominator = count * (n[at + SUM_TT] as number) - st * st;
  if (denominator === 0) return NaN;
  return ((count * (n[at + SUM_TV] as number) - st * (n[at + SUM] as number)) / denominator) * (1000 / MICRO);
}
