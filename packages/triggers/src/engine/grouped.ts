/**
 * Aggregates told apart by another signal: `count(login_failed over 10 min by source)` is the count of the source that
 * has most. Rows in order of time: cell, key, value (of sums in millionths). A full window forgets its oldest samples, so counts
 * and sums are lower bounds beyond MOST_SAMPLES.
 */
import type { Num } from "../lang/core.ts";
import { INPUT_SLOTS, isFresh, type Builder, type NumNode } from "./node.ts";

export const MOST_SAMPLES = 512;
const MICRO = 1e6;

export function groupedNode(num: Extract<Num, { op: "aggregate" }>, of: NumNode, by: string, b: Builder): NumNode {
  const { fn, minSamples } = num;
  const key = b.input(by);
  const keyAt = key * INPUT_SLOTS;
  const q = b.queue(3, MOST_SAMPLES);
  const span = 2 * num.ms;
  const { context } = b;
  return {
    inputs: [...new Set([...of.inputs, key])],
    value(s, k) {
      const n = s.numbers;
      while (q.length(n) > 0 && (n[q.first(n)] as number) <= k - span) q.shift(n);
      const v = of.value(s, k);
      const group = n[keyAt] as number;
      if (v === v && group === group && isFresh(s, of.inputs, k)) {
        if (q.length(n) > 0 && n[q.last(n)] === k) q.pop(n); // a second evaluation of the instant
        if (q.full(n)) q.shift(n);
        const row = q.push(n);
        n[row] = k;
        n[row + 1] = group;
        n[row + 2] = fn === "sum" || fn === "avg" ? Math.round(v * MICRO) : v;
      }
      if (q.length(n) > 0) context.due = Math.min(context.due, (n[q.first(n)] as number) + span);
      const parts = new Map<number, number[]>();
      for (let i = 0; i < q.length(n); i++) {
        const row = q.at(n, i);
        const values = parts.get(n[row + 1] as number);
        if (values) values.push(n[row + 2] as number);
        else parts.set(n[row + 1] as number, [n[row + 2] as number]);
      }
      let result = fn === "count" ? 0 : NaN;
      for (const values of parts.values()) {
        if (fn !== "count" && values.length < minSamples) continue;
        const one = reduce(fn, values);
        if (!(fn === "min" ? one >= result : one <= result)) result = one;
      }
      return result;
    },
  };
}

function reduce(fn: Extract<Num, { op: "aggregate" }>["fn"], values: readonly number[]): number {
  switch (fn) {
    case "count":
      return values.length;
    case "distinct":
      return new Set(values).size;
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
    default: {
      const sum = values.reduce((total, x) => total + x, 0) / MICRO;
      return fn === "avg" ? sum / values.length : sum;
    }
  }
}
