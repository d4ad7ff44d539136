/** Counting, shares of samples or time, and deadlines. Windows are left-open, right-closed: (t − D, t]. */
import type { Cond } from "../lang/core.ts";
import {
  INPUT_SLOTS,
  isFresh,
  oneByOne,
  rememberSamples,
  SAMPLE,
  tellSamples,
  type Builder,
  type CondNode,
} from "./node.ts";
import { union } from "./numbers.ts";
import type { Queue } from "./queue.ts";
import { VALID } from "./guard.ts";
import { F, T, U, type Verdict } from "./state.ts";
import { isSameBucket, keepsEnough, leftBuckets, planWindow } from "./window-plan.ts";

type CountCond = Extract<Cond, { op: "count" }>;
type ShareCond = Extract<Cond, { op: "share" }>;
type SamplesCond = Extract<Cond, { op: "samples" }>;

/** Most occurrences that a count needs to remember. */
export const MAX_COUNT = 1000;
/** Open deadlines per subject; a further one merges with the oldest. */
export const MAX_OPEN = 16;

/** `E more than N times in last D`. Only observed occurrences count, so it is never unknown. Rows: cell, then a sample. */
export function countNode(text: string, of: CondNode, cond: CountCond, b: Builder): CondNode {
  // "at least N" needs N time stamps; "more than N" is at least N + 1; "fewer" and "at most" are their negations.
  const needed = cond.cmp === "ge" || cond.cmp === "lt" ? cond.n : cond.n + 1;
  const negated = cond.cmp === "lt" || cond.cmp === "le";
  const yes: Verdict = negated ? F : T;
  const no: Verdict = negated ? T : F;
  const span = 2 * cond.ms;
  const q = b.queue(4, Math.max(1, needed));
  const at = b.slots(-Infinity);
  const { context } = b;
  const input = of.inputs[0];
  return {
    text,
    inputs: of.inputs,
    shape: { op: "count", of, meta: q.meta, empty: needed <= 0 ? yes : no },
    eval(s, k) {
      const n = s.numbers;
      if (of.eval(s, k) === T && n[at] !== k) {
        n[at] = k;
        if (q.full(n)) q.shift(n);
        const row = q.push(n);
        n[row] = k;
        n[row + 1] = NaN;
        if (input !== undefined) {
          n[row + 1] = n[input * INPUT_SLOTS + SAMPLE] as number;
          n[row + 2] = n[input * INPUT_SLOTS + 3] as number;
          n[row + 3] = n[input * INPUT_SLOTS] as number;
        }
      }
      while (q.length(n) > 0 && (n[q.first(n)] as number) <= k - span) q.shift(n);
      if (q.length(n) > 0) context.due = Math.min(context.due, (n[q.first(n)] as number) + span);
      return q.length(n) >= needed ? yes : no;
    },
    ...(of.absorbers ? { absorbers: of.absorbers } : {}),
    guard(s, k, _verdict, guard) {
      const n = s.numbers;
      if (of.eval(s, k) === T || of.guard?.(s, k, of.eval(s, k), guard) !== true) return false;
      if (q.length(n) > 0) guard.before((n[q.first(n)] as number) + span);
      return true;
    },
    margin: () => NaN,
    since: (s) => (q.length(s.numbers) > 0 ? (s.numbers[q.first(s.numbers)] as number) : NaN),
    witnesses(s, _k, sink) {
      const n = s.numbers;
      for (let i = Math.max(0, q.length(n) - 16); i < q.length(n); i++) {
        const row = q.at(n, i);
        const cell = n[row + 1] as number;
        if (input !== undefined && cell === cell)
          sink(text, input, cell / 2, n[row + 2] as number, n[row + 3] as number, "event");
      }
    },
  };
}

/** Samples of a bucket that are told apart, of each verdict; three of them make one number. */
const MOST_OF_BUCKET = 2 ** 17;

/** `P in at least p of samples in last D`, p a share or a number of them. Rows: cell of the newest sample of a bucket, its true, false and unknown samples in one number. */
export function shareNode(text: string, of: CondNode, cond: ShareCond | SamplesCond, b: Builder): CondNode {
  if (cond.op === "share" && cond.per === "time") return shareOfTimeNode(text, of, cond, b);
  let period = Infinity;
  for (const input of of.inputs) period = Math.min(period, b.inputs[input]?.periodMs ?? Infinity);
  const { span, bucket, rows } = planWindow(cond.ms, period);
  const q = b.queue(2, rows);
  const inputs = of.inputs.slice(0, 4);
  const at = b.slots(0, 0, 0, NaN, NaN, ...inputs.flatMap(() => [NaN, NaN, NaN, NaN, NaN, NaN]));
  const firstTrue = at + 5;
  const lastTrue = firstTrue + inputs.length * 3;
  const { context } = b;
  const sampler = of.inputs.length === 1 ? of.inputs[0] : undefined;
  const evict = (n: Float64Array, k: number): void => {
    while (q.length(n) > 0 && (n[q.first(n)] as number) <= k - span) {
      const counts = n[q.first(n) + 1] as number;
      for (let j = 0; j < 3; j++) n[at + j] = (n[at + j] as number) - countOf(counts, j);
      q.shift(n);
    }
  };
  return {
    text,
    inputs: of.inputs,
    eval(s, k) {
      const n = s.numbers;
      const v = of.eval(s, k);
      evict(n, k);
      if (isFresh(s, of.inputs, k)) {
        // A second evaluation of an instant changes nothing, unless a correction came with it.
        if (n[at + 3] !== k || n[at + 4] !== v) {
          if (n[at + 3] === k) takeBack(q, n, at, n[at + 4] as Verdict);
          putSample(q, n, at, k, v, bucket);
          n[at + 3] = k;
          n[at + 4] = v;
        }
        if (v === T) {
          if (n[at] === 1) rememberSamples(s, inputs, firstTrue);
          rememberSamples(s, inputs, lastTrue);
        }
      }
      if (q.length(n) > 0) context.due = Math.min(context.due, (n[q.first(n)] as number) + span);
      return shareVerdict(cond, n[at] as number, n[at + 1] as number, n[at + 2] as number);
    },
    // While its operand stays false every sample counts as such, whatever its value.
    ...(of.absorbers && sampler !== undefined
      ? {
          absorbers: [
            ...of.absorbers,
            {
              input: sampler,
              skip(n, log) {
                const left = leftBuckets(log, span, bucket);
                if (left > 0) {
                  q.clear(n);
                  n.fill(0, at, at + 3);
                }
                return left;
              },
              absorb: oneByOne(context, (n, k) => {
                if (q.tight(n)) evict(n, k);
                putSample(q, n, at, k, F, bucket);
                n[at + 3] = k;
                n[at + 4] = F;
              }),
            },
          ],
        }
      : {}),
    guard(s, k, verdict, guard) {
      const n = s.numbers;
      if (of.inputs.length !== 1 || guard.present[sampler as number] !== VALID) return false;
      if (verdict === U || n[at] !== 0 || n[at + 2] !== 0 || of.eval(s, k) !== F) return false;
      return of.guard?.(s, k, F, guard) === true && keepsEnough(q, n, k, span, Math.max(1, cond.minSamples), guard);
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellSamples(s, inputs, firstTrue, text, "first", sink);
      tellSamples(s, inputs, lastTrue, text, "last", sink);
    },
  };
}

function shareVerdict(cond: ShareCond | SamplesCond, yes: number, no: number, open: number): Verdict {
  const total = yes + no + open;
  if (total < Math.max(1, cond.minSamples)) return U;
  // Products of integers, not quotients: 8 of 10 is exactly 80 %.
  const need = cond.op === "samples" ? cond.n : cond.fraction * total;
  const slack = 1e-9 * total;
  const reach = (count: number) =>
    cond.cmp === "ge" || cond.cmp === "lt" ? count >= need - slack : count > need + slack;
  const positive = cond.cmp === "ge" || cond.cmp === "gt";
  if (reach(yes)) return positive ? T : F;
  if (!reach(yes + open)) return positive ? F : T;
  return U;
}

/** T, F and U stand in this order. */
function columnOf(v: Verdict): number {
  return v === T ? 0 : v === F ? 1 : 2;
}

function countOf(counts: number, column: number): number {
  return Math.floor(counts / MOST_OF_BUCKET ** column) % MOST_OF_BUCKET;
}

function putSample(q: Queue, n: Float64Array, at: number, k: number, v: Verdict, bucket: number): void {
  const column = columnOf(v);
  const one = MOST_OF_BUCKET ** column;
  const last = q.length(n) === 0 ? -1 : q.last(n);
  if (last >= 0 && isSameBucket(n[last] as number, k, bucket)) {
    n[last] = k;
    if (countOf(n[last + 1] as number, column) === MOST_OF_BUCKET - 1) return;
    n[last + 1] = (n[last + 1] as number) + one;
  } else {
    const row = q.push(n);
    n[row] = k;
    n[row + 1] = one;
  }
  n[at + column] = (n[at + column] as number) + 1;
}

/** Takes the newest sample back before a correction of the same instant. */
function takeBack(q: Queue, n: Float64Array, at: number, v: Verdict): void {
  if (q.length(n) === 0) return;
  const column = columnOf(v);
  const row = q.last(n);
  n[at + column] = (n[at + column] as number) - 1;
  n[row + 1] = (n[row + 1] as number) - MOST_OF_BUCKET ** column;
  if (n[row + 1] === 0) q.pop(n);
}

/** `P in at least p of time in last D`. Rows: first cell of a run, verdict. */
function shareOfTimeNode(text: string, of: CondNode, cond: ShareCond, b: Builder): CondNode {
  const span = 2 * cond.ms;
  const q = b.queue(2, Math.min(512, Math.ceil(cond.ms / 1000) + 4));
  const { context } = b;
  const lengths = new Float64Array(3);
  const measure = (n: Float64Array, k: number): void => {
    lengths.fill(0);
    for (let i = 0; i < q.length(n); i++) {
      const from = Math.max(n[q.at(n, i)] as number, k - span);
      const to = i + 1 < q.length(n) ? (n[q.at(n, i + 1)] as number) : k;
      const column = n[q.at(n, i) + 1] as number;
      if (to > from) lengths[column] = (lengths[column] as number) + to - from;
    }
  };
  const verdictAt = (n: Float64Array, k: number): Verdict => {
    measure(n, k);
    const known = (lengths[T] as number) + (lengths[F] as number);
    if (known < (cond.minKnown ?? 0) * span) return U;
    return shareVerdict(cond, lengths[T] as number, lengths[F] as number, lengths[U] as number);
  };
  return {
    text,
    inputs: of.inputs,
    eval(s, k) {
      const n = s.numbers;
      const v = of.eval(s, k);
      if (q.length(n) === 0) pushRun(q, n, -Infinity, U);
      if (n[q.last(n) + 1] !== v) pushRun(q, n, k, v);
      while (q.length(n) > 1 && (n[q.at(n, 1)] as number) <= k - span) q.shift(n);
      const verdict = verdictAt(n, k);
      // Between two boundaries the share is monotone: look for the crossing up to the next run that leaves.
      const leaves = q.length(n) > 1 ? (n[q.at(n, 1)] as number) + span : k + span;
      if (verdictAt(n, leaves) !== verdict) {
        let low = k;
        let high = leaves;
        while (high - low > 1) {
          const middle = Math.floor((low + high) / 2);
          if (verdictAt(n, middle) === verdict) low = middle;
          else high = middle;
        }
        context.due = Math.min(context.due, high);
      } else if (q.length(n) > 1) context.due = Math.min(context.due, leaves);
      return verdict;
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses: (s, k, sink) => of.witnesses(s, k, sink),
  };
}

function pushRun(q: Queue, n: Float64Array, k: number, v: Verdict): void {
  if (q.length(n) > 0 && n[q.last(n)] === k) {
    n[q.last(n) + 1] = v;
    return;
  }
  if (q.full(n)) {
    n[q.at(n, 1)] = n[q.first(n)] as number;
    n[q.at(n, 1) + 1] = U;
    q.shift(n);
  }
  const row = q.push(n);
  n[row] = k;
  n[row + 1] = v;
}

/**
 * Deadlines. `after A, no Q within D` is true at (time of A) + D if Q did not happen on [A, A + D]; once per A.
 * `after A, Q within D` is true at Q. Rows: cell of A, 1 if Q was unknown meanwhile, then a sample of A.
 */
export function responseNode(
  text: string,
  after: CondNode,
  expect: CondNode,
  negated: boolean,
  ms: number,
  b: Builder,
): CondNode {
  const q = b.queue(5, MAX_OPEN);
  const at = b.slots(-Infinity, NaN, NaN, NaN, -1);
  const span = 2 * ms;
  const { context } = b;
  const input = after.inputs[0];
  const open = (n: Float64Array, k: number): void => {
    if (q.length(n) > 0 && n[q.last(n)] === k) return;
    if (q.full(n)) q.shift(n);
    const row = q.push(n);
    n[row] = k;
    n[row + 1] = 0;
    n[row + 2] = NaN;
    if (input !== undefined) {
      n[row + 2] = n[input * INPUT_SLOTS + SAMPLE] as number;
      n[row + 3] = n[input * INPUT_SLOTS + 3] as number;
      n[row + 4] = n[input * INPUT_SLOTS] as number;
    }
  };
  const keepWitness = (n: Float64Array, row: number): void => {
    for (let j = 0; j < 3; j++) n[at + 1 + j] = n[row + 2 + j] as number;
    n[at + 4] = n[row] as number;
  };
  return {
    text,
    inputs: union(after.inputs, expect.inputs),
    shape: { op: "response", after, expect, meta: q.meta },
    eval(s, k) {
      const n = s.numbers;
      const a = after.eval(s, k);
      const e = expect.eval(s, k);
      if (a === T) open(n, k);
      let verdict: Verdict = F;
      if (negated) {
        if (e === T) {
          if (q.length(n) > 0) q.clear(n);
        } else if (e === U) for (let i = 0; i < q.length(n); i++) n[q.at(n, i) + 1] = 1;
        while (q.length(n) > 0 && (n[q.first(n)] as number) + span <= k) {
          const row = q.first(n);
          if ((n[row] as number) + span === k) {
            verdict = n[row + 1] === 1 ? U : T;
            keepWitness(n, row);
            if (k + 1 < context.due) context.due = k + 1;
            break; // stays until the next cell, so that a second evaluation of this cell sees it again
          }
          q.shift(n);
        }
        if (q.length(n) > 0 && (n[q.first(n)] as number) + span > k)
          context.due = Math.min(context.due, (n[q.first(n)] as number) + span);
      } else {
        while (q.length(n) > 0 && (n[q.first(n)] as number) + span < k) q.shift(n);
        if (e === T && q.length(n) > 0) {
          verdict = T;
          keepWitness(n, q.last(n));
          if (k + 1 < context.due) context.due = k + 1;
        }
      }
      return verdict;
    },
    margin: () => NaN,
    since: (s, k) => Math.min(k, s.numbers[at + 4] as number),
    witnesses(s, k, sink) {
      const cell = s.numbers[at + 1] as number;
      if (input !== undefined && cell === cell)
        sink(text, input, cell / 2, s.numbers[at + 2] as number, s.numbers[at + 3] as number, "event");
      if (!negated) expect.witnesses(s, k, sink);
    },
  };
}
