/**
 * The operator core: sliding maximum and `since` over cells (half milliseconds, see state.ts), on any values that are
 * ordered with `and` = minimum and `or` = maximum. Verdicts (0, 1, 2) and robustness bounds (reals with ±∞) both are.
 * The engine, the conformance vectors and margins on history all run these two functions.
 */
import type { Queue } from "./queue.ts";

/** A list of runs that is full merges its two oldest; `merged` is the value that is sound for the union. */
export interface WindowShape {
  /** Bounds in cells; `far` may be Infinity. */
  readonly near: number;
  readonly far: number;
  /** Value before the first push. */
  readonly before: number;
  /** Least and greatest value of the order. */
  readonly least: number;
  readonly greatest: number;
  readonly merged: number;
}

export interface Timer {
  due: number;
}

/** Records that the operand is `v` from cell k on. Rows: first cell, value. */
export function pushRun(q: Queue, n: Float64Array, k: number, v: number, shape: WindowShape): void {
  if (q.length(n) === 0 && shape.before !== v) addRun(q, n, -Infinity, shape.before, shape);
  const last = q.length(n) === 0 ? -1 : q.last(n);
  if (last >= 0 && n[last + 1] === v) return;
  if (last >= 0 && n[last] === k) {
    n[last + 1] = v;
    return;
  }
  addRun(q, n, q.length(n) === 0 ? -Infinity : k, v, shape);
}

function addRun(q: Queue, n: Float64Array, k: number, v: number, shape: WindowShape): void {
  if (q.full(n)) {
    n[q.at(n, 1)] = n[q.first(n)] as number;
    n[q.at(n, 1) + 1] = shape.merged;
    q.shift(n);
  }
  const row = q.push(n);
  n[row] = k;
  n[row + 1] = v;
}

/** Maximum over the cells [k − far, k − near]; lowers `timer.due` to the next cell at which it may change by itself. */
export function windowMaximum(q: Queue, n: Float64Array, k: number, shape: WindowShape, timer: Timer): number {
  const { near, far } = shape;
  while (q.length(n) > 1 && (n[q.at(n, 1)] as number) <= k - far) q.shift(n);
  let result = shape.least;
  for (let i = 0; i < q.length(n); i++) {
    const row = q.at(n, i);
    const start = n[row] as number;
    if (start > k - near) {
      if (start + near < timer.due) timer.due = start + near;
      break;
    }
    if ((n[row + 1] as number) > result) result = n[row + 1] as number;
    if (result < shape.greatest) continue;
    // Nothing exceeds it: it stays until its run leaves.
    if (i + 1 < q.length(n)) {
      const leaves = (n[q.at(n, i + 1)] as number) + far;
      if (leaves < timer.due) timer.due = leaves;
    }
    return result;
  }
  if (q.length(n) > 1) {
    const leaves = (n[q.at(n, 1)] as number) + far;
    if (leaves < timer.due) timer.due = leaves;
  }
  return result;
}

/** Numbers of a `since`: first cell of the present segment, P and Q on it. */
export const SINCE_SLOTS = 3;

/**
 * Records that (P, Q) = (p, v) from cell k on. Rows: first and last cell of a run of candidates t', and the least of
 * Q(t') and P since then.
 */
export function pushSince(
  q: Queue,
  n: Float64Array,
  at: number,
  k: number,
  p: number,
  v: number,
  shape: WindowShape,
): void {
  const start = n[at] as number;
  const oldP = n[at + 1] as number;
  const oldQ = n[at + 2] as number;
  if (p === oldP && v === oldQ) return;
  if (start < k) {
    addCandidate(q, n, start, k - 1, Math.min(oldP, oldQ), shape);
    // P is needed on (t', t] only: a point that ends its segment needs no P at itself.
    if ((k - 1) % 2 === 0) addCandidate(q, n, k - 1, k - 1, oldQ, shape);
  }
  n[at] = k;
  n[at + 1] = p;
  n[at + 2] = v;
  if (p >= shape.greatest) return;
  if (p <= shape.least) {
    if (q.length(n) > 0) q.clear(n);
    return;
  }
  for (let i = 0; i < q.length(n); i++) {
    const row = q.at(n, i) + 2;
    if ((n[row] as number) > p) n[row] = p;
  }
}

function addCandidate(q: Queue, n: Float64Array, first: number, last: number, v: number, shape: WindowShape): void {
  if (v <= shape.least) return;
  if (q.full(n)) {
    n[q.at(n, 1)] = n[q.first(n)] as number;
    n[q.at(n, 1) + 2] = shape.merged;
    q.shift(n);
  }
  const row = q.push(n);
  n[row] = first;
  n[row + 1] = last;
  n[row + 2] = v;
}

/** max over t' in [k − far, k − near] of min(Q(t'), P on (t', k]). */
export function sinceMaximum(
  q: Queue,
  n: Float64Array,
  at: number,
  k: number,
  shape: WindowShape,
  timer: Timer,
): number {
  const { near, far } = shape;
  // Candidates are in order of time but may touch; only the head can be dropped.
  while (q.length(n) > 0 && (n[q.first(n) + 1] as number) < k - far) q.shift(n);
  const segment = n[at] as number;
  const p = n[at + 1] as number;
  const v = n[at + 2] as number;
  let result = near === 0 ? v : shape.least;
  if (segment <= k - near && segment < k) result = Math.max(result, Math.min(p, v));
  // Nothing exceeds it, and without a change of P or Q it stays.
  if (result >= shape.greatest && segment <= k - near) return result;
  if (segment > k - near && segment + near > k && segment + near < timer.due) timer.due = segment + near;
  for (let i = 0; i < q.length(n); i++) {
    const row = q.at(n, i);
    const first = n[row] as number;
    if (first > k - near) {
      // Later ones come in later.
      if (first + near < timer.due) timer.due = first + near;
      break;
    }
    const last = n[row + 1] as number;
    if (last < k - far || (n[row + 2] as number) <= result) continue;
    result = n[row + 2] as number;
    if (result < shape.greatest) continue;
    if (last + far + 1 < timer.due) timer.due = last + far + 1;
    return result;
  }
  if (q.length(n) > 0) {
    const leaves = (n[q.first(n) + 1] as number) + far + 1;
    if (leaves > k && leaves < timer.due) timer.due = leaves;
  }
  return result;
}
