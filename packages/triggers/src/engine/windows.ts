/** Numbers over time: rate of change, change over a duration, aggregates over a sliding window of samples. */
import type { Aggregate, Num } from "../lang/core.ts";
import { isFresh, type Builder, type NumNode } from "./node.ts";
import type { Queue } from "./queue.ts";
import type { SubjectState } from "./state.ts";

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
      const gap = k - k + (n[at + 2] as number) - (n[at] as number);
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
  const queue = b.queue(2, Math.min(1026, Math.ceil(ms / 1000) + 3));
  const span = 2 * ms;
  const { context } = b;
  return {
    inputs: of.inputs,
    value(s, k) {
      const q = s.queues[queue] as Queue;
      const v = of.value(s, k);
      const last = q.length === 0 ? NaN : (q.data[q.at(q.length - 1) + 1] as number);
      if (q.length === 0 || !Object.is(last, v)) {
        if (q.length > 0 && q.data[q.at(q.length - 1)] === k) q.data[q.at(q.length - 1) + 1] = v;
        else {
          if (q.full) thin(q);
          const row = q.push();
          q.data[row] = k;
          q.data[row + 1] = v;
        }
      }
      const start = k - span;
      while (q.length > 1 && (q.data[q.at(1)] as number) <= start) q.shift();
      if (q.length > 1) context.due = Math.min(context.due, (q.data[q.at(1)] as number) + span);
      else if ((q.data[q.at(0)] as number) > start) context.due = Math.min(context.due, (q.data[q.at(0)] as number) + span);
      const first = q.at(0);
      return (q.data[first] as number) <= start ? v - (q.data[first + 1] as number) : NaN;
    },
  };
}

/** Halves the older half of a full queue: resolution is lost, never memory. */
function thin(q: Queue): void {
  const rows: number[][] = [];
  const half = q.length >> 1;
  for (let i = 0; i < q.length; i++) {
    if (i > 0 && i < half && i % 2 === 1) continue;
    const at = q.at(i);
    rows.push(Array.from(q.data.subarray(at, at + q.width)));
  }
  q.clear();
  for (const row of rows) q.data.set(row, q.push());
}

/** Rows: cell of the newest sample, value (or sum in a bucket), count, minimum, maximum, cell of the bucket's first sample. */
export function aggregateNode(num: Extract<Num, { op: "aggregate" }>, of: NumNode, periodMs: number, b: Builder): NumNode {
  const limit = windowLimit(num.ms, periodMs);
  const queue = b.queue(6, limit);
  const cache = b.slots(NaN, 1);
  const span = 2 * num.ms;
  const bucket = Math.ceil(span / (limit - 2));
  const { context } = b;
  const { fn, minSamples } = num;
  const p = num.p ?? 0.5;
  return {
    inputs: of.inputs,
    value(s, k) {
      const q = s.queues[queue] as Queue;
      const n = s.numbers;
      const v = of.value(s, k);
      if (isFresh(s, of.inputs, k)) {
        const last = q.length === 0 ? -1 : q.at(q.length - 1);
        if (last >= 0 && q.data[last] === k && q.data[last + 2] === 1) q.length--; // a correction of the same instant
        if (v === v) addSample(q, k, v, bucket);
        n[cache + 1] = 1;
      }
      while (q.length > 0 && (q.data[q.at(0)] as number) <= k - span) {
        q.shift();
        n[cache + 1] = 1;
      }
      if (q.length > 0) context.due = Math.min(context.due, (q.data[q.at(0)] as number) + span);
      if (n[cache + 1] === 1) {
        n[cache] = aggregate(fn, q, minSamples, p);
        n[cache + 1] = 0;
      }
      return n[cache] as number;
    },
  };
}

function addSample(q: Queue, k: number, v: number, bucket: number): void {
  const last = q.length === 0 ? -1 : q.at(q.length - 1);
  if (q.full || (last >= 0 && q.length >= q.limit - 1)) {
    if (last >= 0 && k - (q.data[last + 5] as number) < bucket) {
      q.data[last] = k;
      q.data[last + 1] = (q.data[last + 1] as number) + v;
      q.data[last + 2] = (q.data[last + 2] as number) + 1;
      q.data[last + 3] = Math.min(q.data[last + 3] as number, v);
      q.data[last + 4] = Math.max(q.data[last + 4] as number, v);
      return;
    }
    if (q.full) q.shift();
  }
  const row = q.push();
  q.data[row] = k;
  q.data[row + 1] = v;
  q.data[row + 2] = 1;
  q.data[row + 3] = v;
  q.data[row + 4] = v;
  q.data[row + 5] = k;
}

function aggregate(fn: Aggregate, q: Queue, minSamples: number, p: number): number {
  let count = 0;
  let sum = 0;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < q.length; i++) {
    const at = q.at(i);
    count += q.data[at + 2] as number;
    sum += q.data[at + 1] as number;
    if ((q.data[at + 3] as number) < low) low = q.data[at + 3] as number;
    if ((q.data[at + 4] as number) > high) high = q.data[at + 4] as number;
  }
  if (fn === "count") return count;
  if (count < minSamples) return NaN;
  switch (fn) {
    case "min": return low;
    case "max": return high;
    case "sum": return sum;
    case "avg": return sum / count;
    case "slope": return slope(q);
    default: {
      const values: number[] = [];
      for (let i = 0; i < q.length; i++) values.push((q.data[q.at(i) + 1] as number) / (q.data[q.at(i) + 2] as number));
      if (fn === "distinct") return new Set(values).size;
      values.sort((x, y) => x - y);
      return values[Math.min(values.length - 1, Math.max(0, Math.ceil(p * values.length) - 1))] as number;
    }
  }
}

/** Least squares in units per second. */
function slope(q: Queue): number {
  const origin = q.data[q.at(0)] as number;
  let n = 0, st = 0, sv = 0, stt = 0, stv = 0;
  for (let i = 0; i < q.length; i++) {
    const at = q.at(i);
    const weight = q.data[at + 2] as number;
    const t = ((q.data[at] as number) - origin) / 2000;
    const v = (q.data[at + 1] as number) / weight;
    n += weight;
    st += weight * t;
    sv += weight * v;
    stt += weight * t * t;
    stv += weight * t * v;
  }
  const denominator = n * stt - st * st;
  return denominator === 0 ? NaN : (n * stv - st * sv) / denominator;
}

export type { SubjectState };
