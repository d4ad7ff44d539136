/** Operators over dense time on verdicts. Cells are half milliseconds, see state.ts. */
import { pushRun, pushSince, sinceMaximum, windowMaximum, type WindowShape } from "./cells.ts";
import { isFresh, rememberSamples, tellSamples, type Builder, type CondNode } from "./node.ts";
import { union } from "./numbers.ts";
import { F, T, U, type SubjectState, type Verdict } from "./state.ts";

/** Most runs that a window with a lower bound keeps; the oldest beyond it become unknown. */
export const MAX_RUNS = 512;
const MAX_WITNESS_INPUTS = 4;

/**
 * `P for D` = historically[0, D](P): true once P has held on the whole window.
 *
 * Numbers: end of the last false run, end of the last run that was not true (∞ while it lasts), worst margin of the
 * present run, last verdict of the operand; then first sample and worst sample of each input.
 */
export function forNode(text: string, of: CondNode, ms: number, b: Builder, grid = false): CondNode {
  const span = 2 * ms;
  const { witness } = b;
  const inputs = witness ? of.inputs.slice(0, MAX_WITNESS_INPUTS) : [];
  const at = b.slots(
    -Infinity,
    b.neutral ? -Infinity : Infinity,
    NaN,
    U,
    ...inputs.flatMap(() => [NaN, NaN, NaN, NaN, NaN, NaN]),
  );
  const first = at + 4;
  const worst = first + inputs.length * 3;
  const { context, pointwise } = b;
  /** First sample of a run. An operand without a margin (a flag's validity, a list) has no worst one: −∞ ends the search. */
  const begin = (s: SubjectState, k: number): void => {
    const margin = of.margin(s, k);
    s.numbers[at + 2] = margin === margin ? margin : -Infinity;
    rememberSamples(s, inputs, first);
    rememberSamples(s, inputs, worst);
  };
  /** Records that the operand is `v` from cell k on; `present` false = only the neutral value between samples. */
  const move = (s: SubjectState, k: number, v: Verdict, present: boolean): void => {
    const n = s.numbers;
    if (v === T) {
      if (witness && of.steady !== true) context.awake = true;
      if (n[at + 1] === Infinity) {
        n[at + 1] = of.backward ? Math.min(k, of.backward.since(s)) : k;
        if (n[at] === Infinity) n[at] = n[at + 1] as number;
        n[at + 2] = Infinity;
        if (!present || !witness) return;
        begin(s, k);
      } else if (present && witness) {
        if (n[at + 2] === Infinity) begin(s, k);
        else if (of.margin(s, k) < (n[at + 2] as number)) {
          n[at + 2] = of.margin(s, k);
          rememberSamples(s, inputs, worst);
        }
      }
      return;
    }
    n[at + 1] = Infinity;
    n[at + 2] = NaN;
    if (v === F) n[at] = Infinity;
    else if (n[at] === Infinity) n[at] = k;
  };
  const evaluate: CondNode["eval"] = (s, k) => {
    const n = s.numbers;
    const v = of.eval(s, k);
    move(s, k, v, true);
    n[at + 3] = v;
    // What is known only backwards from a sample cannot complete between samples.
    const now = of.backward ? Math.min(k, of.backward.upTo(s)) : k;
    const sinceTrue = n[at + 1] as number;
    const lastFalse = n[at] as number;
    let result: Verdict = U;
    if (v === F) result = F;
    else if (sinceTrue <= now - span) result = T;
    else if (lastFalse > k - span) {
      if (lastFalse + span < context.due) context.due = lastFalse + span;
      result = F;
    }
    if (v === T && result !== T && !of.backward && sinceTrue + span < context.due) context.due = sinceTrue + span;
    if (pointwise && !grid) move(s, k + 1, T, false);
    return result;
  };
  if (of.rate !== undefined && of.rate.brief === undefined && !pointwise) {
    of.rate.brief = span;
    of.rate.settle = (s, k) => {
      move(s, k, F, true);
      evaluate(s, k);
    };
  }
  return {
    text,
    inputs: of.inputs,
    shape: pointwise ? undefined : { op: "for", of, at, span },
    eval: evaluate,
    holding: (s) => s.numbers[at + 3] === T,
    ...(of.absorbers ? { absorbers: of.absorbers } : {}),
    guard(s, k, verdict, guard) {
      const n = s.numbers;
      if (pointwise) return false;
      if (n[at + 3] === F) return verdict === F && of.guard?.(s, k, F, guard) === true;
      // While it holds nothing is written, unless witnesses are being collected.
      if (n[at + 3] !== T || (witness && of.steady !== true) || of.backward) return false;
      if (verdict !== T) {
        guard.before((n[at + 1] as number) + span);
        if ((n[at] as number) > k - span) guard.before((n[at] as number) + span);
      }
      return of.guard?.(s, k, T, guard) === true;
    },
    margin: (s, k) =>
      s.numbers[at + 1] === Infinity || !Number.isFinite(s.numbers[at + 2] as number)
        ? of.margin(s, k)
        : (s.numbers[at + 2] as number),
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
export function historyNode(
  text: string,
  of: CondNode,
  from: number,
  to: number,
  kind: "once" | "historically",
  b: Builder,
): CondNode {
  const flip = kind === "historically";
  const { witness } = b;
  const inputs = witness ? of.inputs.slice(0, MAX_WITNESS_INPUTS) : [];
  // Ends of the last true run and of the last run that was not false, ∞ while they last; best margin; its samples.
  const at = b.slots(-Infinity, b.neutral ? -Infinity : Infinity, NaN, 0, ...inputs.flatMap(() => [NaN, NaN, NaN]));
  const best = at + 4;
  const span = 2 * to;
  const shape: WindowShape = { near: 2 * from, far: span, before: b.neutral ? F : U, least: F, greatest: T, merged: U };
  const q = from === 0 ? undefined : b.queue(2, runLimit(to, b));
  const { context, pointwise } = b;
  /** Verdict of the operand that does not count. */
  const rest = flip ? T : F;

  const track = (s: SubjectState, k: number, v: Verdict): void => {
    if (!witness) return;
    const n = s.numbers;
    if (v === T) {
      if (flip || of.steady !== true) context.awake = true;
      const margin = flip ? -of.margin(s, k) : of.margin(s, k);
      if (n[at + 3] !== 1 || margin > (n[at + 2] as number)) {
        n[at + 2] = margin;
        rememberSamples(s, inputs, best);
      }
      n[at + 3] = 1;
    } else n[at + 3] = 0;
  };
  const move = (s: SubjectState, k: number, v: Verdict): void => {
    const n = s.numbers;
    if (q) return pushRun(q, n, k, v, shape);
    if (v === T) n[at] = Infinity;
    else if (n[at] === Infinity) n[at] = k;
    if (v !== F) n[at + 1] = Infinity;
    else if (n[at + 1] === Infinity) n[at + 1] = k;
  };
  const verdict = (s: SubjectState, k: number): Verdict => {
    if (q) return windowMaximum(q, s.numbers, k, shape, context) as Verdict;
    const lastTrue = s.numbers[at] as number;
    if (lastTrue > k - span) {
      if (lastTrue + span < context.due) context.due = lastTrue + span;
      return T;
    }
    const lastOpen = s.numbers[at + 1] as number;
    if (lastOpen > k - span) {
      if (lastOpen + span < context.due) context.due = lastOpen + span;
      return U;
    }
    return F;
  };
  return {
    text,
    inputs: of.inputs,
    shape: pointwise || q ? undefined : { op: "once", of, at, span, flip },
    eval:
      q || pointwise || witness
        ? (s, k) => {
            const inner = of.eval(s, k);
            const v = (flip ? T - inner : inner) as Verdict;
            track(s, k, v);
            move(s, k, v);
            const result = verdict(s, k);
            if (pointwise) move(s, k + 1, F);
            return (flip ? T - result : result) as Verdict;
          }
        : (s, k) => {
            const inner = of.eval(s, k);
            const n = s.numbers;
            if (inner !== rest) {
              n[at + 1] = Infinity;
              if (inner !== U) {
                n[at] = Infinity;
                return inner;
              }
            } else if (n[at + 1] === Infinity) n[at + 1] = k;
            if (n[at] === Infinity) n[at] = k;
            const result = verdict(s, k);
            return (flip ? T - result : result) as Verdict;
          },
    ...(of.absorbers && !q && !pointwise ? { absorbers: of.absorbers } : {}),
    guard(s, k, verdict, guard) {
      // The operand rests: only time can end what once was.
      if (q || pointwise || of.eval(s, k) !== rest || of.guard?.(s, k, rest, guard) !== true) return false;
      if (verdict === U) guard.before((s.numbers[at + 1] as number) + span);
      else if (verdict !== rest) guard.before((s.numbers[at] as number) + span);
      return true;
    },
    margin: (s) => (flip ? -(s.numbers[at + 2] as number) : (s.numbers[at + 2] as number)),
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellSamples(s, inputs, best, text, flip ? "last" : "extreme", sink);
    },
  };
}

/** Runs that a window may have to keep: verdicts change at samples, at most two per second are kept exactly. */
function runLimit(to: number, b: Builder): number {
  if (b.exact) return 1 << 24;
  return Number.isFinite(to) ? Math.min(MAX_RUNS, Math.ceil(to / 500) + 4) : MAX_RUNS;
}

/** `P since[a, b] Q`: some t' in the window with Q(t') and P on (t', t]. */
export function sinceNode(
  text: string,
  left: CondNode,
  right: CondNode,
  from: number,
  to: number,
  b: Builder,
): CondNode {
  const shape: WindowShape = { near: 2 * from, far: 2 * to, before: U, least: F, greatest: T, merged: U };
  const q = b.queue(3, 2 * runLimit(to, b));
  const at = b.slots(-Infinity, b.neutral ? F : U, b.neutral ? F : U);
  const { context, pointwise } = b;
  return {
    text,
    inputs: union(left.inputs, right.inputs),
    shape: pointwise ? undefined : { op: "since", left, right, at, meta: q.meta, near: shape.near },
    eval(s, k) {
      const p = left.eval(s, k);
      const v = right.eval(s, k);
      pushSince(q, s.numbers, at, k, p, v, shape);
      const result = sinceMaximum(q, s.numbers, at, k, shape, context) as Verdict;
      if (pointwise) pushSince(q, s.numbers, at, k + 1, T, F, shape);
      return result;
    },
    margin: (s, k) => Math.min(left.margin(s, k), right.margin(s, k)),
    since: () => NaN,
    witnesses(s, k, sink) {
      left.witnesses(s, k, sink);
      right.witnesses(s, k, sink);
    },
  };
}

/**
 * rising(P), falling(P): true at the instant of the edge. A gap is no edge: after T, U the next T is the same episode;
 * a first T out of the unknown is an edge (the firing is marked as onset not observed).
 * Numbers: cell of the last evaluation, last known verdict there, last known verdict before it.
 */
export function edgeNode(text: string, of: CondNode, kind: "rising" | "falling", b: Builder): CondNode {
  const at = b.slots(-Infinity, -1, -1);
  b.memories.push({ at: at + 1, trigger: b.trigger });
  const flip = kind === "falling";
  const { context, neutral } = b;
  return {
    text,
    inputs: of.inputs,
    shape: { op: "edge", of, at, flip, neutral },
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
      // falling needs to have been seen true: the first known F is no fall. In published semantics it is one.
      if (flip && n[at + 2] === -1 && !neutral) return F;
      if (k + 1 < context.due) context.due = k + 1;
      return T;
    },
    ...(of.absorbers ? { absorbers: of.absorbers } : {}),
    // An edge that is true now is over in the next cell.
    guard: (s, k, verdict, guard) => verdict !== T && of.guard?.(s, k, of.eval(s, k), guard) === true,
    margin: (s, k) => (flip ? -of.margin(s, k) : of.margin(s, k)),
    since: () => NaN,
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
      if (of.inputs.length === 0 || isFresh(s, of.inputs, k)) {
        if (k > (n[at] as number)) {
          n[at] = k;
          n[at + 1] = n[at + 2] as number;
        }
        n[at + 2] = v;
      }
      return n[at + 1] as Verdict;
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses: of.witnesses,
  };
}
