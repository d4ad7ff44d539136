/** Aggregates over a sliding window of samples. */
import type { Aggregate, Num } from "../lang/core.ts";
import {
  COUNT,
  LAST,
  MICRO,
  NEWEST,
  ORIGIN,
  RESULT,
  STALE,
  SUM,
  SUM_T,
  SUM_TT,
  SUM_TV,
  TAKEN,
} from "./aggregate-state.ts";
import { absorbSlope, absorbSums } from "./absorb.ts";
import { distinctNode } from "./distinct.ts";
import { extremeNode } from "./extreme-window.ts";
import { forgetExtremes, highest, lowest, NO_EXTREMES, TURN, turn, widen } from "./extremes.ts";
import { ABSENT, above, below, VALID } from "./guard.ts";
import { INPUT_SLOTS, isFresh, oneByOne, SAMPLE, type Builder, type NumNode } from "./node.ts";
import type { Queue } from "./queue.ts";
import { keepSlope, moveSlope, slope, slopeOf } from "./slope.ts";
import type { SubjectState } from "./state.ts";
import { isSameBucket, keepsEnough, leftBuckets, planWindow } from "./window-plan.ts";

/** Rows of which the leaving is foreseen, so that it needs no timer. */
const LOOK_AHEAD = 4;

/** Aggregates that lie between the extremes of the samples. */
const MEANS: ReadonlySet<Aggregate> = new Set(["min", "max", "avg", "quantile"]);

/**
 * Rows: cell of the newest sample, sum in millionths or extreme of the bucket, samples in it (a slope takes one sample of
 * a bucket and does without).
 */
export function aggregateNode(
  num: Extract<Num, { op: "aggregate" }>,
  of: NumNode,
  periodMs: number,
  b: Builder,
): NumNode {
  const { fn, minSamples } = num;
  if (fn === "distinct") {
    const samples =
      minSamples <= 1 ? undefined : aggregateNode({ ...num, fn: "count", minSamples: 1 }, of, periodMs, b);
    return distinctNode(num, of, samples, b);
  }
  if ((fn === "min" || fn === "max") && minSamples <= 1) return extremeNode(fn, num.ms, of, periodMs, b);
  const { span, bucket, rows } = planWindow(num.ms, periodMs);
  const slot = of.slot ?? -1;
  const isSlope = fn === "slope";
  const q = b.queue(isSlope ? 2 : 3, rows);
  const extreme = fn === "min" ? Infinity : fn === "max" ? -Infinity : 0;
  const at = b.slots(...NO_EXTREMES, NaN, 1, 0, extreme, NaN, NaN, NaN, ...(isSlope ? [NaN, 0, 0, 0] : []));
  const { context } = b;
  const p = num.p ?? 0.5;
  const bounded = MEANS.has(fn);
  const window = { q, at, span, bucket, pressure: context };

  const insert = (n: Float64Array, k: number, value: number): void => {
    const last = q.length(n) === 0 ? -1 : q.last(n);
    if (last >= 0 && isSameBucket(n[last] as number, k, bucket)) {
      if (isSlope) return void (n[at + TAKEN] = NaN);
      n[last] = k;
      n[last + 1] =
        extreme === 0
          ? (n[last + 1] as number) + value
          : extreme > 0
            ? Math.min(n[last + 1] as number, value)
            : Math.max(n[last + 1] as number, value);
      n[last + 2] = (n[last + 2] as number) + 1;
    } else {
      const row = q.push(n);
      n[row] = k;
      n[row + 1] = value;
      if (!isSlope) n[row + 2] = 1;
    }
    n[at + NEWEST] = k;
    n[at + COUNT] = (n[at + COUNT] as number) + 1;
    n[at + STALE] = 1;
    if (extreme === 0) n[at + SUM] = (n[at + SUM] as number) + value;
    else if (extreme > 0 ? value < (n[at + SUM] as number) : value > (n[at + SUM] as number)) n[at + SUM] = value;
    if (isSlope) moveSlope(n, at, k, value, 1);
  };
  const hasEqual = (n: Float64Array, row: number): boolean => {
    if (q.length(n) < 2) return false;
    const other = row === q.first(n) ? q.at(n, 1) : q.first(n);
    return n[other + 1] === n[row + 1];
  };
  const leave = (n: Float64Array, row: number): void => {
    n[at + COUNT] = (n[at + COUNT] as number) - (isSlope ? 1 : (n[row + 2] as number));
    n[at + STALE] = 1;
    if (extreme === 0) n[at + SUM] = (n[at + SUM] as number) - (n[row + 1] as number);
    // An extreme that leaves is looked up again when it is asked for, unless a neighbour has the same value: a signal
    // that stands still would be looked up at every sample.
    else if (n[row + 1] === n[at + SUM] && !hasEqual(n, row)) n[at + SUM] = NaN;
    if (isSlope) moveSlope(n, at, n[row] as number, n[row + 1] as number, -1);
  };
  /** Undoes what the last sample added. An extreme that was merged into a bucket cannot be undone and stays. */
  const takeBack = (n: Float64Array): void => {
    const taken = n[at + TAKEN] as number;
    if (taken !== taken || q.length(n) === 0) return;
    const row = q.last(n);
    if (isSlope || n[row + 2] === 1) {
      leave(n, row);
      q.pop(n);
      n[at + NEWEST] = q.length(n) === 0 ? NaN : (n[q.last(n)] as number);
      return;
    }
    n[row + 2] = (n[row + 2] as number) - 1;
    n[at + COUNT] = (n[at + COUNT] as number) - 1;
    n[at + STALE] = 1;
    if (extreme !== 0) return;
    n[row + 1] = (n[row + 1] as number) - taken;
    n[at + SUM] = (n[at + SUM] as number) - taken;
  };
  const evict = (n: Float64Array, k: number): void => {
    while (q.length(n) > 0 && (n[q.first(n)] as number) <= k - span) {
      leave(n, q.first(n));
      q.shift(n);
    }
  };
  const forget = (n: Float64Array): void => {
    q.clear(n);
    forgetExtremes(n, at);
    n[at + STALE] = 1;
    n[at + COUNT] = 0;
    n[at + SUM] = extreme;
    n[at + LAST] = NaN;
    n[at + TAKEN] = NaN;
    n[at + NEWEST] = NaN;
    if (isSlope) n[at + ORIGIN] = NaN;
  };
  const take = (s: SubjectState, k: number): void => {
    const n = s.numbers;
    const v = slot >= 0 ? (n[slot] as number) : of.value(s, k);
    if (slot >= 0 ? n[slot + SAMPLE] === k : isFresh(s, of.inputs, k)) takeValue(n, k, v);
  };
  const takeValue = (n: Float64Array, k: number, v: number): void => {
    const taken = v !== v ? NaN : extreme === 0 ? Math.round(v * MICRO) : v;
    // A second evaluation of an instant changes nothing, unless a correction came with it.
    if (n[at + LAST] === k && Object.is(n[at + TAKEN], taken)) return;
    if (n[at + LAST] === k) takeBack(n);
    n[at + LAST] = k;
    n[at + TAKEN] = taken;
    if (v !== v) return;
    if (bounded) {
      if (!(k < (n[at + TURN] as number))) turn(n, at, k + span);
      widen(n, at, v);
    }
    // Rows that were there longer than the window leave before a new one comes, so that the rows suffice.
    if (q.tight(n)) evict(n, k);
    insert(n, k, taken);
  };
  const current = (s: SubjectState, k: number): number => {
    const n = s.numbers;
    evict(n, k);
    take(s, k);
    if (n[at + STALE] === 1) {
      n[at + RESULT] = (n[at + COUNT] as number) < minSamples && fn !== "count" ? NaN : aggregate(fn, q, n, at, p);
      n[at + STALE] = 0;
    }
    return n[at + RESULT] as number;
  };
  const changesAt = (cell: number): void => {
    if (cell + span < context.due) context.due = cell + span;
  };
  /** The slope; asks for a timer only when it may have come to the other side of the constant by rows that left. */
  const decide = (s: SubjectState, k: number, constant: number): number => {
    const result = current(s, k);
    const n = s.numbers;
    const length = q.length(n);
    let i = 0;
    if (length > minSamples) {
      let sv = n[at + SUM] as number;
      let st = n[at + SUM_T] as number;
      let stt = n[at + SUM_TT] as number;
      let stv = n[at + SUM_TV] as number;
      const origin = n[at + ORIGIN] as number;
      const least = Math.min(LOOK_AHEAD, length - minSamples);
      for (; i < least; i++) {
        const row = q.at(n, i);
        const t = ((n[row] as number) - origin) / 2;
        const v = n[row + 1] as number;
        sv -= v;
        st -= t;
        stt -= t * t;
        stv -= t * v;
        const b = slopeOf(length - i - 1, sv, st, stt, stv);
        const same = result > constant ? b > constant + 1e-9 : result < constant && b < constant - 1e-9;
        if (!same) break;
      }
    }
    if (length > 0) changesAt(n[q.at(n, i)] as number);
    return result;
  };
  return {
    inputs: of.inputs,
    shape: slot < 0 ? undefined : { op: "aggregate", slot, at, meta: q.meta, span, minSamples, bounded },
    value(s, k) {
      const result = current(s, k);
      if (q.length(s.numbers) > 0) changesAt(s.numbers[q.first(s.numbers)] as number);
      return result;
    },
    ...(bounded || isSlope
      ? {
          bound: {
            ...(isSlope ? { decide } : {}),
            take(s, k) {
              take(s, k);
              if (!bounded) return false;
              const n = s.numbers;
              let until = n[at + NEWEST] as number;
              if (minSamples > 1) {
                const length = q.length(n);
                if (length < minSamples) return false;
                until = n[q.at(n, length - minSamples)] as number;
              }
              until += span;
              if (!(until > k)) return false;
              if (until < context.due) context.due = until;
              return true;
            },
            low: (n) => (bounded ? lowest(n, at) : -Infinity),
            high: (n) => (bounded ? highest(n, at) : Infinity),
            keep(s, k, guard, low, high) {
              const n = s.numbers;
              const input = slot / INPUT_SLOTS;
              if (slot < 0) return false;
              if (guard.present[input] !== VALID)
                return (
                  guard.present[input] === ABSENT && n[slot] !== n[slot] && !((n[at + NEWEST] as number) + span > k)
                );
              if (!bounded) return keepSlope(q, n, k, span, bucket, input, guard, Math.min(high, -low));
              if (!(lowest(n, at) > low && highest(n, at) < high)) return false;
              guard.keep(input, above(low), below(high));
              return keepsEnough(q, n, k, span, minSamples, guard);
            },
          },
        }
      : {}),
    ...(slot >= 0
      ? {
          absorbers: [
            {
              input: slot / INPUT_SLOTS,
              skip(n, log) {
                const rows = leftBuckets(log, span, bucket);
                if (rows > 0) forget(n);
                return rows;
              },
              absorb: isSlope
                ? (n, log) => absorbSlope(window, n, log)
                : extreme === 0
                  ? (n, log) => absorbSums(window, bounded, n, log)
                  : oneByOne(context, takeValue),
            },
          ],
        }
      : {}),
  };
}

function aggregate(fn: Aggregate, q: Queue, n: Float64Array, at: number, p: number): number {
  const count = n[at + COUNT] as number;
  switch (fn) {
    case "count":
      return count;
    case "sum":
      return (n[at + SUM] as number) / MICRO;
    case "avg":
      return (n[at + SUM] as number) / MICRO / count;
    case "min":
    case "max": {
      if (Number.isNaN(n[at + SUM] as number)) {
        let extreme = n[q.first(n) + 1] as number;
        for (let i = 1; i < q.length(n); i++) {
          const v = n[q.at(n, i) + 1] as number;
          if (fn === "min" ? v < extreme : v > extreme) extreme = v;
        }
        n[at + SUM] = extreme;
      }
      return n[at + SUM] as number;
    }
    case "slope":
      return slope(q, n, at);
    default: {
      const values: number[] = [];
      for (let i = 0; i < q.length(n); i++)
        values.push((n[q.at(n, i) + 1] as number) / MICRO / (n[q.at(n, i) + 2] as number));
      values.sort((x, y) => x - y);
      return values[Math.min(values.length - 1, Math.max(0, Math.ceil(p * values.length) - 1))] as number;
    }
  }
}
