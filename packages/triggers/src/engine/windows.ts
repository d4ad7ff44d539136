/** Numbers over time: rate of change, change over a duration, aggregates over a sliding window of samples. */
import type { Aggregate, Num } from "../lang/core.ts";
import { ABSENT, above, below, VALID, type Guard } from "./guard.ts";
import { INPUT_SLOTS, isFresh, oneByOne, SAMPLE, type Builder, type NumNode } from "./node.ts";
import type { Queue } from "./queue.ts";
import type { SubjectState } from "./state.ts";

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

/** (x_i − x_{i−1}) / (t_i − t_{i−1}), known backwards on (t_{i−1}, t_i]; unknown across a gap longer than the hold. */
export function rateNode(of: NumNode, holdMs: number, b: Builder): NumNode {
  const at = b.slots(NaN, NaN, NaN, NaN); // previous cell, previous value, current cell, current value
  const maxGap = 2 * holdMs;
  const slot = of.slot ?? -1;
  return {
    inputs: of.inputs,
    shape: slot < 0 ? undefined : { op: "rate", slot, at, maxGap },
    value(s, k) {
      const n = s.numbers;
      const v = slot >= 0 ? (n[slot] as number) : of.value(s, k);
      if (slot >= 0 ? n[slot + SAMPLE] === k : isFresh(s, of.inputs, k)) {
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
    ...(slot >= 0
      ? {
          absorbers: [
            {
              input: slot / INPUT_SLOTS,
              absorb(n, from, width, column, count) {
                const last = from + (count - 1) * width;
                const before = last - width;
                n[at] = (count > 1 ? n[before] : n[at + 2]) as number;
                n[at + 1] = (count > 1 ? n[before + column] : n[at + 3]) as number;
                n[at + 2] = n[last] as number;
                n[at + 3] = n[last + column] as number;
              },
            },
          ],
        }
      : {}),
    backward: {
      upTo: (s) => s.numbers[at + 2] as number,
      since: (s) => s.numbers[at] as number,
    },
  };
}

/** Numbers of a delta: what x was at least and at most since the last turn, and between the turn before and it; cell of the next turn. */
const LOW = 0,
  HIGH = 1,
  OLD_LOW = 2,
  OLD_HIGH = 3,
  TURN = 4;

/** x(t) − x(t − D) with held values. Rows: cell, value. */
export function deltaNode(of: NumNode, ms: number, b: Builder): NumNode {
  const slot = of.slot ?? -1;
  const q = b.queue(2, Math.min(1024, Math.ceil(ms / 1000) + 3));
  const at = b.slots(-Infinity, Infinity, -Infinity, Infinity, NaN);
  const span = 2 * ms;
  const { context } = b;
  const evict = (n: Float64Array, k: number): void => {
    while (q.length(n) > 1 && (n[q.at(n, 1)] as number) <= k - span) q.shift(n);
  };
  const push = (n: Float64Array, k: number, v: number): void => {
    if (q.length(n) === 0) append2(q, n, k, v);
    else {
      const last = q.last(n);
      const held = n[last + 1] as number;
      if (held !== v && (held === held || v === v)) {
        if (n[last] === k) n[last + 1] = v;
        else {
          if (q.tight(n) || q.full(n)) evict(n, k);
          if (q.full(n)) thin(q, n);
          append2(q, n, k, v);
        }
      }
      if (!(k < (n[at + TURN] as number))) {
        turn(n, at, k + span);
        widen(n, at, held);
      }
    }
    if (!(k < (n[at + TURN] as number))) turn(n, at, k + span);
    widen(n, at, v);
  };
  return {
    inputs: of.inputs,
    shape: slot < 0 ? undefined : { op: "delta", slot, at, meta: q.meta, span },
    value(s, k) {
      const n = s.numbers;
      const v = slot >= 0 ? (n[slot] as number) : of.value(s, k);
      push(n, k, v);
      evict(n, k);
      const start = k - span;
      const first = q.first(n);
      const known = (n[first] as number) <= start;
      // The base value changes when the next row comes to lie D in the past; before any is, when the first one does.
      if (!known) context.due = Math.min(context.due, (n[first] as number) + span);
      else if (q.length(n) > 1) context.due = Math.min(context.due, (n[q.at(n, 1)] as number) + span);
      return known ? v - (n[first + 1] as number) : NaN;
    },
    // x(t) and x(t − D) both lie between the extremes: so does their difference, whatever rows come to be the base.
    bound: {
      take(s, k) {
        const n = s.numbers;
        const v = slot >= 0 ? (n[slot] as number) : of.value(s, k);
        push(n, k, v);
        return v === v;
      },
      low: (n) => lowest(n, at) - highest(n, at),
      high: (n) => highest(n, at) - lowest(n, at),
      keep(s, k, guard, low, high) {
        const n = s.numbers;
        const input = slot / INPUT_SLOTS;
        if (slot < 0) return false;
        if (guard.present[input] !== VALID) return n[slot] !== n[slot];
        const begun = n[q.first(n)] as number;
        if (begun > k - span) {
          // Unknown until the first value lies D in the past, whatever comes.
          guard.before(begun + span);
          return true;
        }
        // All values between two limits less than the least change apart; what room is left goes to both sides.
        const least = lowest(n, at);
        const most = highest(n, at);
        const room = (Math.min(high, -low) - (most - least)) * 0.499;
        if (!(room > 0)) return false;
        guard.keep(input, least - room, most + room);
        return true;
      },
    },
    ...(slot >= 0
      ? {
          absorbers: [
            {
              input: slot / INPUT_SLOTS,
              skip(n, from, width, count) {
                // The base is the last row that lies D back.
                const rows = Math.max(0, leftRows(n, from, width, count, span) - 1);
                if (rows > 0) {
                  q.clear(n);
                  forgetExtremes(n, at);
                }
                return rows;
              },
              absorb: oneByOne(push),
            },
          ],
        }
      : {}),
  };
}

/** Rows of a log that have left a window which ends with the log. */
export function leftRows(n: Float64Array, from: number, width: number, count: number, span: number): number {
  let row = from + (count - 1) * width;
  const start = (n[row] as number) - span;
  let left = count;
  while (left > 0 && (n[row] as number) > start) {
    row -= width;
    left--;
  }
  return left;
}

/** Rows of a log of which the buckets have left. Samples of one bucket leave together, with the newest of them. */
export function leftBuckets(
  n: Float64Array,
  from: number,
  width: number,
  count: number,
  span: number,
  bucket: number,
): number {
  let left = leftRows(n, from, width, count, span);
  if (left === 0 || left === count) return left;
  const first = n[from + left * width] as number;
  while (left > 0 && isSameBucket(n[from + (left - 1) * width] as number, first, bucket)) left--;
  return left;
}

/**
 * Extremes of two generations of at least one window each: together they cover the window at any instant, and often
 * prove a comparison without a look at its rows and without a timer for each row that leaves.
 */
function turn(n: Float64Array, at: number, next: number): void {
  n[at + OLD_LOW] = n[at + LOW] as number;
  n[at + OLD_HIGH] = n[at + HIGH] as number;
  n[at + LOW] = Infinity;
  n[at + HIGH] = -Infinity;
  n[at + TURN] = next;
}

function forgetExtremes(n: Float64Array, at: number): void {
  n[at + LOW] = Infinity;
  n[at + HIGH] = -Infinity;
  n[at + OLD_LOW] = Infinity;
  n[at + OLD_HIGH] = -Infinity;
  n[at + TURN] = NaN;
}

/** The unknown may be anything. */
function widen(n: Float64Array, at: number, v: number): void {
  if (!(v >= (n[at + LOW] as number))) n[at + LOW] = v === v ? v : -Infinity;
  if (!(v <= (n[at + HIGH] as number))) n[at + HIGH] = v === v ? v : Infinity;
}

function lowest(n: Float64Array, at: number): number {
  const a = n[at + LOW] as number;
  const b = n[at + OLD_LOW] as number;
  return a < b ? a : b;
}

function highest(n: Float64Array, at: number): number {
  const a = n[at + HIGH] as number;
  const b = n[at + OLD_HIGH] as number;
  return a > b ? a : b;
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

/** Numbers of an aggregate: extremes as above; result, 1 if stale, samples, sum in millionths or extreme, cell of the last sample and what was taken of it (NaN = nothing), cell of the newest row; of a slope also origin, Σt, Σt², Σtv. */
const RESULT = 5,
  STALE = 6,
  COUNT = 7,
  SUM = 8,
  LAST = 9,
  TAKEN = 10,
  NEWEST = 11,
  ORIGIN = 12,
  SUM_T = 13,
  SUM_TT = 14,
  SUM_TV = 15;

/** Rows of which the leaving is foreseen, so that it needs no timer. */
const LOOK_AHEAD = 4;

/** Aggregates that lie between the extremes of the samples. */
const MEANS: ReadonlySet<Aggregate> = new Set(["min", "max", "avg", "quantile"]);

/** Rows: cell of the newest sample, sum in millionths or extreme of the bucket, samples in it. */
export function aggregateNode(
  num: Extract<Num, { op: "aggregate" }>,
  of: NumNode,
  periodMs: number,
  b: Builder,
): NumNode {
  const { fn, minSamples } = num;
  if (fn === "distinct") return distinctNode(num, of, b);
  const { span, bucket, rows } = planWindow(num.ms, periodMs);
  const slot = of.slot ?? -1;
  const q = b.queue(3, rows);
  const extreme = fn === "min" ? Infinity : fn === "max" ? -Infinity : 0;
  const extremes = [Infinity, -Infinity, Infinity, -Infinity, NaN];
  const at = b.slots(...extremes, NaN, 1, 0, extreme, NaN, NaN, NaN, ...(fn === "slope" ? [NaN, 0, 0, 0] : []));
  const { context } = b;
  const p = num.p ?? 0.5;
  const bounded = MEANS.has(fn);

  const insert = (n: Float64Array, k: number, value: number): void => {
    const last = q.length(n) === 0 ? -1 : q.last(n);
    if (last >= 0 && isSameBucket(n[last] as number, k, bucket)) {
      if (fn === "slope") return void (n[at + TAKEN] = NaN); // a slope takes one sample of a bucket
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
      n[row + 2] = 1;
    }
    n[at + NEWEST] = k;
    n[at + COUNT] = (n[at + COUNT] as number) + 1;
    n[at + STALE] = 1;
    if (extreme === 0) n[at + SUM] = (n[at + SUM] as number) + value;
    else if (extreme > 0 ? value < (n[at + SUM] as number) : value > (n[at + SUM] as number)) n[at + SUM] = value;
    if (fn === "slope") moveSlope(n, at, k, value, 1);
  };
  const hasEqual = (n: Float64Array, row: number): boolean => {
    if (q.length(n) < 2) return false;
    const other = row === q.first(n) ? q.at(n, 1) : q.first(n);
    return n[other + 1] === n[row + 1];
  };
  const leave = (n: Float64Array, row: number): void => {
    n[at + COUNT] = (n[at + COUNT] as number) - (n[row + 2] as number);
    n[at + STALE] = 1;
    if (extreme === 0) n[at + SUM] = (n[at + SUM] as number) - (n[row + 1] as number);
    // An extreme that leaves is looked up again when it is asked for, unless a neighbour has the same value: a signal
    // that stands still would be looked up at every sample.
    else if (n[row + 1] === n[at + SUM] && !hasEqual(n, row)) n[at + SUM] = NaN;
    if (fn === "slope") moveSlope(n, at, n[row] as number, n[row + 1] as number, -1);
  };
  /** Undoes what the last sample added. An extreme that was merged into a bucket cannot be undone and stays. */
  const takeBack = (n: Float64Array): void => {
    const taken = n[at + TAKEN] as number;
    if (taken !== taken || q.length(n) === 0) return;
    const row = q.last(n);
    if (n[row + 2] === 1) {
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
    if (fn === "slope") n[at + ORIGIN] = NaN;
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
    ...(bounded || fn === "slope"
      ? {
          bound: {
            ...(fn === "slope" ? { decide } : {}),
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
              skip(n, from, width, count) {
                const rows = leftBuckets(n, from, width, count, span, bucket);
                if (rows > 0) forget(n);
                return rows;
              },
              absorb: oneByOne(takeValue),
            },
          ],
        }
      : {}),
  };
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

/**
 * The slope of n samples that are at least m apart and whose values lie within r of each other is at most
 * (r/2)·√(n/Σd²) ≤ (r/2)·√12/((n − 1)·m), because Σd² about the mean is at least m²n(n² − 1)/12 (Cauchy and Schwarz;
 * equal distances are the least). With samples at most g apart, a window that rows have left has
 * n − 1 ≥ (span − 2g)/g. `limit` in units per second.
 */
function keepSlope(
  q: Queue,
  n: Float64Array,
  k: number,
  span: number,
  bucket: number,
  input: number,
  guard: Guard,
  limit: number,
): boolean {
  const length = q.length(n);
  let first = 0;
  while (first < length && (n[q.at(n, first)] as number) <= k - span) first++;
  if (length - first < 3) return false;
  let last = n[q.at(n, first)] as number;
  let least = (n[q.at(n, first) + 1] as number) / MICRO;
  let most = least;
  let narrow = Infinity;
  let wide = 0;
  for (let i = first + 1; i < length; i++) {
    const row = q.at(n, i);
    const cell = n[row] as number;
    const v = (n[row + 1] as number) / MICRO;
    if (cell - last < narrow) narrow = cell - last;
    if (cell - last > wide) wide = cell - last;
    if (v < least) least = v;
    if (v > most) most = v;
    last = cell;
  }
  if (guard.pace >= bucket) {
    if (!(narrow >= bucket)) return false;
    // No two observations share a bucket, if they stay as far apart.
    narrow = Math.max(0.8 * narrow, bucket);
    wide *= 1.25;
    guard.apart(narrow);
    guard.within(wide);
  } else {
    // The first sample of each bucket counts. With observations less than a quarter of a bucket apart these are between
    // three and five quarters of it apart.
    narrow = Math.min(narrow, (Math.floor(last / bucket) + 1) * bucket - last);
    if (!(narrow >= 0.75 * bucket && wide <= 1.25 * bucket)) return false;
    narrow = 0.75 * bucket;
    wide = 1.25 * bucket;
    guard.within(bucket / 4);
  }
  // There are never fewer: either none has left yet, or the rest reaches back through the window.
  const intervals = Math.min(length - first - 1, span / wide - 2);
  if (!(intervals > 0)) return false;
  // Cells are half milliseconds: 2000 of them are the second of the unit.
  const range = ((limit / 2000) * 2 * intervals * narrow) / Math.sqrt(12);
  const room = (range - (most - least)) * 0.499 - 1e-6;
  if (!(room > 0)) return false;
  guard.keep(input, least - room, most + room);
  return true;
}

/** Σt, Σt², Σtv in ms from an origin that is moved (exactly) before the products leave the integers. */
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
  return slopeOf(
    n[at + COUNT] as number,
    n[at + SUM] as number,
    n[at + SUM_T] as number,
    n[at + SUM_TT] as number,
    n[at + SUM_TV] as number,
  );
}

function slopeOf(count: number, sv: number, st: number, stt: number, stv: number): number {
  const denominator = count * stt - st * st;
  if (denominator === 0) return NaN;
  return ((count * stv - st * sv) / denominator) * (1000 / MICRO);
}

/** Most different values that are told apart; beyond it the count is a lower bound. */
const MOST_DISTINCT = 256;

/** Different values over (t − D, t]. Rows in order of last sight: cell, value. */
function distinctNode(num: Extract<Num, { op: "aggregate" }>, of: NumNode, b: Builder): NumNode {
  const slot = of.slot ?? -1;
  const q = b.queue(2, MOST_DISTINCT);
  const span = 2 * num.ms;
  const { context } = b;
  return {
    inputs: of.inputs,
    value(s, k) {
      const n = s.numbers;
      const v = slot >= 0 ? (n[slot] as number) : of.value(s, k);
      while (q.length(n) > 0 && (n[q.first(n)] as number) <= k - span) q.shift(n);
      if (v === v && isFresh(s, of.inputs, k)) {
        const length = q.length(n);
        let i = 0;
        while (i < length && n[q.at(n, i) + 1] !== v) i++;
        if (i === length && q.full(n)) q.shift(n);
        if (i === length) append2(q, n, k, v);
        else {
          for (; i + 1 < length; i++) n.copyWithin(q.at(n, i), q.at(n, i + 1), q.at(n, i + 1) + 2);
          n[q.last(n)] = k;
          n[q.last(n) + 1] = v;
        }
      }
      if (q.length(n) > 0) context.due = Math.min(context.due, (n[q.first(n)] as number) + span);
      return q.length(n) === 0 ? NaN : q.length(n);
    },
  };
}
