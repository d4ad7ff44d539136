/** Operators over dense time on verdicts. Cells are half milliseconds, see state.ts. */
import { isFresh, rememberSamples, tellSamples, type Builder, type CondNode } from "./node.ts";
import { union } from "./numbers.ts";
import type { Queue } from "./queue.ts";
import { F, T, U, type SubjectState, type Verdict } from "./state.ts";

/** Most runs that a window with a lower bound keeps; the oldest beyond it become unknown. */
export const MAX_RUNS = 512;
const MAX_WITNESS_INPUTS = 4;

/**
 * `P for D` = historically[0, D](P): true once P has held on the whole window.
 *
 * Numbers: end of the last false run, end of the last run that was not true (∞ while it lasts), worst margin of the
 * present run; then first sample and worst sample of each input.
 */
export function forNode(text: string, of: CondNode, ms: number, b: Builder): CondNode {
  const span = 2 * ms;
  const inputs = of.inputs.slice(0, MAX_WITNESS_INPUTS);
  const at = b.slots(-Infinity, Infinity, NaN, ...inputs.flatMap(() => [NaN, NaN, NaN, NaN, NaN, NaN]));
  const first = at + 3;
  const worst = first + inputs.length * 3;
  const { context } = b;
  return {
    text,
    inputs: of.inputs,
    eval(s, k) {
      const n = s.numbers;
      const v = of.eval(s, k);
      if (v === T) {
        if (n[at + 1] === Infinity) {
          n[at + 1] = of.backward ? Math.min(k, of.backward.since(s)) : k;
          if (n[at] === Infinity) n[at] = n[at + 1] as number;
          n[at + 2] = of.margin(s, k);
          rememberSamples(s, inputs, first);
          rememberSamples(s, inputs, worst);
        } else {
          const margin = of.margin(s, k);
          if (margin < (n[at + 2] as number)) {
            n[at + 2] = margin;
            rememberSamples(s, inputs, worst);
          }
        }
      } else {
        n[at + 1] = Infinity;
        if (v === F) n[at] = Infinity;
        else if (n[at] === Infinity) n[at] = k;
        if (v === F) return F;
      }
      // What is known only backwards from a sample cannot complete between samples.
      const now = of.backward ? Math.min(k, of.backward.upTo(s)) : k;
      const sinceTrue = n[at + 1] as number;
      if (sinceTrue <= now - span) return T;
      if (v === T && !of.backward && sinceTrue + span < context.due) context.due = sinceTrue + span;
      const lastFalse = n[at] as number;
      if (lastFalse > k - span) {
        if (lastFalse + span < context.due) context.due = lastFalse + span;
        return F;
      }
      return U;
    },
    margin: (s, k) => (s.numbers[at + 1] === Infinity ? of.margin(s, k) : (s.numbers[at + 2] as number)),
    since: (s, k) => Math.min(k, s.numbers[at + 1] as number),
    witnesses(s, k, sink) {
      if (s.numbers[at + 1] === Infinity) return of.witnesses(s, k, sink);
      tellSamples(s, inputs, first, text, "first", sink);
      tellSamples(s, inputs, worst, text, "extreme", sink);
      of.witnesses(s, k, (_node, input, time, ref, value) => sink(text, input, time, ref, value, "last"));
    },
  };
}

/**
 * once[a, b] and historically[a, b]. A bounded `once` from 0 needs two numbers; a lower bound needs the runs.
 * `historically` is `not once not`.
 */
export function historyNode(text: string, of: CondNode, from: number, to: number, kind: "once" | "historically", b: Builder): CondNode {
  const flip = kind === "historically";
  const inputs = of.inputs.slice(0, MAX_WITNESS_INPUTS);
  // Ends of the last true run and of the last run that was not false, ∞ while they last; best margin; its samples.
  const at = b.slots(-Infinity, Infinity, NaN, 0, ...inputs.flatMap(() => [NaN, NaN, NaN]));
  const best = at + 4;
  const span = 2 * to;
  const runs = from === 0 ? undefined : runWindow(2 * from, span, b);
  const { context } = b;

  const track = (s: SubjectState, k: number, v: Verdict): void => {
    const n = s.numbers;
    if (v === T) {
      const margin = flip ? -of.margin(s, k) : of.margin(s, k);
      if (n[at + 3] !== 1 || margin > (n[at + 2] as number)) {
        n[at + 2] = margin;
        rememberSamples(s, inputs, best);
      }
      n[at + 3] = 1;
    } else n[at + 3] = 0;
  };
  const recent = (s: SubjectState, k: number, v: Verdict): Verdict => {
    const n = s.numbers;
    if (v === T) {
      n[at] = Infinity;
      n[at + 1] = Infinity;
      return T;
    }
    if (n[at] === Infinity) n[at] = k;
    if (v === U) n[at + 1] = Infinity;
    else if (n[at + 1] === Infinity) n[at + 1] = k;
    const lastTrue = n[at] as number;
    if (lastTrue > k - span) {
      if (lastTrue + span < context.due) context.due = lastTrue + span;
      return T;
    }
    const lastOpen = n[at + 1] as number;
    if (lastOpen > k - span) {
      if (lastOpen + span < context.due) context.due = lastOpen + span;
      return U;
    }
    return F;
  };
  return {
    text,
    inputs: of.inputs,
    eval(s, k) {
      const inner = of.eval(s, k);
      const v = (flip ? T - inner : inner) as Verdict;
      track(s, k, v);
      const result = runs ? runs(s, k, v, context) : recent(s, k, v);
      return (flip ? T - result : result) as Verdict;
    },
    margin: (s) => (flip ? -(s.numbers[at + 2] as number) : (s.numbers[at + 2] as number)),
    since: (_s, k) => k,
    witnesses(s, _k, sink) { tellSamples(s, inputs, best, text, flip ? "last" : "extreme", sink); },
  };
}

/** Highest verdict on the cells [k − b, k − a], from the list of runs. Rows: first cell, verdict. */
function runWindow(a: number, bound: number, b: Builder) {
  const queue = b.queue(2, Number.isFinite(bound) ? Math.min(MAX_RUNS, Math.ceil(bound / 2000) + 4) : MAX_RUNS);
  return (s: SubjectState, k: number, v: Verdict, context: { due: number }): Verdict => {
    const q = s.queues[queue] as Queue;
    if (q.length === 0) append(q, -Infinity, U);
    if (q.data[q.at(q.length - 1) + 1] !== v) append(q, k, v);
    while (q.length > 1 && (q.data[q.at(1)] as number) <= k - bound) q.shift();
    let result: Verdict = F;
    for (let i = 0; i < q.length; i++) {
      const row = q.at(i);
      const start = q.data[row] as number;
      if (start > k - a) {
        if (start + a < context.due) context.due = start + a;
        break;
      }
      if ((q.data[row + 1] as Verdict) > result) result = q.data[row + 1] as Verdict;
    }
    if (q.length > 1) {
      const leaves = (q.data[q.at(1)] as number) + bound;
      if (leaves < context.due && leaves > k) context.due = leaves;
    }
    return result;
  };
}

function append(q: Queue, k: number, v: Verdict): void {
  if (q.length > 0 && q.data[q.at(q.length - 1)] === k) {
    q.data[q.at(q.length - 1) + 1] = v;
    return;
  }
  if (q.full) {
    // The two oldest runs merge into one of unknown verdict: sound, and bounded.
    q.data[q.at(1)] = q.data[q.at(0)] as number;
    q.data[q.at(1) + 1] = U;
    q.shift();
  }
  const row = q.push();
  q.data[row] = k;
  q.data[row + 1] = v;
}

/**
 * `P since[a, b] Q`: some t' in the window with Q(t') and P on (t', t]. Rows: first cell of a candidate run, last cell
 * (∞ while it grows), upper verdict limit. Both sides count as Kleene numbers; the limit of a candidate is lowered
 * whenever P is lower.
 */
export function sinceNode(text: string, left: CondNode, right: CondNode, from: number, to: number, b: Builder): CondNode {
  const a = 2 * from;
  const bound = 2 * to;
  const queue = b.queue(3, Number.isFinite(to) ? Math.min(MAX_RUNS, Math.ceil(to / 500) + 8) : MAX_RUNS);
  const at = b.slots(-Infinity, U, U); // start of the present segment, P, Q
  const { context } = b;
  return {
    text,
    inputs: union(left.inputs, right.inputs),
    eval(s, k) {
      const n = s.numbers;
      const q = s.queues[queue] as Queue;
      const p = left.eval(s, k);
      const v = right.eval(s, k);
      const start = n[at] as number;
      if (p !== n[at + 1] || v !== n[at + 2]) {
        if (start < k) {
          const oldP = n[at + 1] as Verdict;
          const oldQ = n[at + 2] as Verdict;
          candidate(q, start, k - 1, oldP < oldQ ? oldP : oldQ);
          // A point that ends its segment needs P only after it.
          if ((k - 1) % 2 === 0) candidate(q, k - 1, k - 1, oldQ);
        }
        n[at] = k;
        n[at + 1] = p;
        n[at + 2] = v;
        for (let i = 0; i < q.length; i++) {
          const row = q.at(i) + 2;
          if ((q.data[row] as number) > p) q.data[row] = p;
        }
      }
      while (q.length > 0 && (q.data[q.at(0) + 1] as number) < k - bound) q.shift();
      let result: Verdict = a === 0 ? v : F;
      const segment = n[at] as number;
      if (segment < k && segment <= k - a) {
        const both = p < v ? p : v;
        if (both > result) result = both;
      } else if (segment + a > k && segment + a < context.due) context.due = segment + a;
      for (let i = 0; i < q.length; i++) {
        const row = q.at(i);
        const first = q.data[row] as number;
        if (first <= k - a) {
          if ((q.data[row + 2] as Verdict) > result) result = q.data[row + 2] as Verdict;
        } else if (first + a < context.due) context.due = first + a;
      }
      if (q.length > 0) {
        const leaves = (q.data[q.at(0) + 1] as number) + bound + 1;
        if (leaves > k && leaves < context.due) context.due = leaves;
      }
      return result;
    },
    margin: (s, k) => Math.min(left.margin(s, k), right.margin(s, k)),
    since: (_s, k) => k,
    witnesses(s, k, sink) {
      left.witnesses(s, k, sink);
      right.witnesses(s, k, sink);
    },
  };
}

function candidate(q: Queue, first: number, last: number, v: Verdict): void {
  if (v === F) return;
  if (q.full) {
    q.data[q.at(1)] = q.data[q.at(0)] as number;
    q.data[q.at(1) + 2] = Math.min(U, Math.max(q.data[q.at(0) + 2] as number, q.data[q.at(1) + 2] as number));
    q.shift();
  }
  const row = q.push();
  q.data[row] = first;
  q.data[row + 1] = last;
  q.data[row + 2] = v;
}

/**
 * rising(P), falling(P): true at the instant of the edge. A gap is no edge: after T, U the next T is the same episode;
 * a first T out of the unknown is an edge (the firing is marked as onset not observed).
 * Numbers: cell of the last evaluation, last known verdict there, last known verdict before it.
 */
export function edgeNode(text: string, of: CondNode, kind: "rising" | "falling", b: Builder): CondNode {
  const at = b.slots(-Infinity, -1, -1);
  const flip = kind === "falling";
  const { context } = b;
  return {
    text,
    inputs: of.inputs,
    eval(s, k) {
      const n = s.numbers;
      const inner = of.eval(s, k);
      const v = (flip ? T - inner : inner) as Verdict;
      if (k > (n[at] as number)) {
        n[at] = k;
        n[at + 2] = n[at + 1] as number;
      } else n[at + 1] = n[at + 2] as number;
      if (v === U) return U;
      n[at + 1] = v;
      if (v === F || n[at + 2] === T) return F;
      // falling needs to have been seen true: the first known F is no fall.
      if (flip && n[at + 2] === -1) return F;
      if (k + 1 < context.due) context.due = k + 1;
      return T;
    },
    margin: (s, k) => (flip ? -of.margin(s, k) : of.margin(s, k)),
    since: (_s, k) => k,
    witnesses(s, k, sink) {
      of.witnesses(s, k, (_node, input, time, ref, value) => sink(text, input, time, ref, value, "event"));
    },
  };
}

/** Verdict at the previous sample of its inputs; F at the first. */
export function previousNode(text: string, of: CondNode, b: Builder): CondNode {
  const at = b.slots(-Infinity, F, F);
  return {
    text,
    inputs: of.inputs,
    eval(s, k) {
      const n = s.numbers;
      const v = of.eval(s, k);
      if (isFresh(s, of.inputs, k)) {
        if (k > (n[at] as number)) {
          n[at] = k;
          n[at + 1] = n[at + 2] as number;
        }
        n[at + 2] = v;
      }
      return n[at + 1] as Verdict;
    },
    margin: () => NaN,
    since: (_s, k) => k,
    witnesses: of.witnesses,
  };
}
