/** Least or greatest value over a window of samples. */
import { forgetExtremes, highest, lowest, NO_EXTREMES, TURN, turn, widen } from "./extremes.ts";
import { ABSENT, above, below, VALID } from "./guard.ts";
import { INPUT_SLOTS, isFresh, oneByOne, SAMPLE, type Builder, type NumNode } from "./node.ts";
import { append2 } from "./queue.ts";
import { isSameBucket, keepsEnough, leftBuckets, planWindow } from "./window-plan.ts";

/** Numbers: extremes (extremes.ts), cell of the last sample, its value, 1 if it has a row of its own. */
const LAST = 5,
  TAKEN = 6,
  OWN = 7;

/**
 * Rows: cell of the newest sample of a bucket, extreme of the bucket. Rows that a newer one outdoes are dropped, so that
 * few are left. The newest outdoes others only when the next follows: until then a correction of its instant can take it
 * back.
 */
export function extremeNode(fn: "min" | "max", ms: number, of: NumNode, periodMs: number, b: Builder): NumNode {
  const { span, bucket, rows } = planWindow(ms, periodMs);
  const slot = of.slot ?? -1;
  const q = b.queue(2, rows);
  const at = b.slots(...NO_EXTREMES, NaN, NaN, 0);
  const { context } = b;
  const isLeast = fn === "min";
  const better = (x: number, y: number): number => (isLeast ? (x < y ? x : y) : x > y ? x : y);

  const evict = (n: Float64Array, k: number): void => {
    while (q.length(n) > 0 && (n[q.first(n)] as number) <= k - span) q.shift(n);
  };
  /** Drops what the newest row outdoes. */
  const close = (n: Float64Array): void => {
    const last = q.last(n);
    const cell = n[last] as number;
    const value = n[last + 1] as number;
    let length = q.length(n);
    while (length > 1) {
      const before = n[q.at(n, length - 2) + 1] as number;
      if (isLeast ? before < value : before > value) break;
      q.pop(n);
      length--;
    }
    const row = q.last(n);
    n[row] = cell;
    n[row + 1] = value;
  };
  const insert = (n: Float64Array, k: number, v: number): void => {
    if (q.length(n) > 0) {
      const last = q.last(n);
      if (isSameBucket(n[last] as number, k, bucket)) {
        n[last] = k;
        n[last + 1] = better(n[last + 1] as number, v);
        n[at + OWN] = 0;
        return;
      }
      close(n);
    }
    // Rows that were there longer than the window leave before a new one comes, so that the rows suffice.
    if (q.tight(n)) evict(n, k);
    append2(q, n, k, v);
    n[at + OWN] = 1;
  };
  const takeValue = (n: Float64Array, k: number, v: number): void => {
    // A second evaluation of an instant changes nothing, unless a correction came with it.
    if (n[at + LAST] === k && Object.is(n[at + TAKEN], v)) return;
    // An extreme that was merged into a bucket cannot be undone and stays.
    if (n[at + LAST] === k && n[at + OWN] === 1 && q.length(n) > 0) q.pop(n);
    n[at + OWN] = 0;
    n[at + LAST] = k;
    n[at + TAKEN] = v;
    if (v !== v) return;
    if (!(k < (n[at + TURN] as number))) turn(n, at, k + span);
    widen(n, at, v);
    insert(n, k, v);
  };
  const take: (s: { readonly numbers: Float64Array }, k: number) => void =
    slot >= 0
      ? ({ numbers: n }, k) => {
          if (n[slot + SAMPLE] === k) takeValue(n, k, n[slot] as number);
        }
      : (s, k) => {
          const v = of.value(s as Parameters<NumNode["value"]>[0], k);
          if (isFresh(s as Parameters<NumNode["value"]>[0], of.inputs, k)) takeValue(s.numbers, k, v);
        };
  return {
    inputs: of.inputs,
    value(s, k) {
      const n = s.numbers;
      evict(n, k);
      take(s, k);
      if (q.length(n) === 0) return NaN;
      const first = q.first(n);
      const leaves = (n[first] as number) + span;
      if (leaves < context.due) context.due = leaves;
      return better(n[first + 1] as number, n[q.last(n) + 1] as number);
    },
    bound: {
      take(s, k) {
        const n = s.numbers;
        take(s, k);
        if (q.length(n) === 0) return false;
        const until = (n[q.last(n)] as number) + span;
        if (!(until > k)) return false;
        if (until < context.due) context.due = until;
        return true;
      },
      low: (n) => lowest(n, at),
      high: (n) => highest(n, at),
      keep(s, k, guard, low, high) {
        const n = s.numbers;
        const input = slot / INPUT_SLOTS;
        if (slot < 0) return false;
        if (guard.present[input] !== VALID) {
          if (guard.present[input] !== ABSENT || n[slot] === n[slot]) return false;
          return q.length(n) === 0 || (n[q.last(n)] as number) + span <= k;
        }
        if (!(lowest(n, at) > low && highest(n, at) < high)) return false;
        guard.keep(input, above(low), below(high));
        return keepsEnough(q, n, k, span, 1, guard);
      },
    },
    ...(slot >= 0
      ? {
          absorbers: [
            {
              input: slot / INPUT_SLOTS,
              skip(n, log) {
                const left = leftBuckets(log, span, bucket);
                if (left > 0) {
                  q.clear(n);
                  forgetExtremes(n, at);
                  n[at + LAST] = NaN;
                  n[at + TAKEN] = NaN;
                  n[at + OWN] = 0;
                }
                return left;
              },
              absorb: oneByOne(context, takeValue),
            },
          ],
        }
      : {}),
  };
}
