/** Change of a held value over a duration. */
import { absorbHeld } from "./absorb.ts";
import { forgetExtremes, highest, lowest, TURN, turn, widen } from "./extremes.ts";
import { VALID } from "./guard.ts";
import { INPUT_SLOTS, type Builder, type NumNode } from "./node.ts";
import { append2, type Queue } from "./queue.ts";
import { leftRows } from "./window-plan.ts";

/** x(t) − x(t − D) with held values. Rows: cell, value. */
export function deltaNode(of: NumNode, ms: number, b: Builder): NumNode {
  const slot = of.slot ?? -1;
  const q = b.queue(2, Math.min(1024, Math.ceil(ms / 1000) + 3));
  const at = b.slots(-Infinity, Infinity, -Infinity, Infinity, NaN);
  const span = 2 * ms;
  const { context } = b;
  const window = { q, at, pressure: context };
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
              skip(n, log) {
                // The base is the last row that lies D back.
                const rows = Math.max(0, leftRows(log, span) - 1);
                if (rows > 0) {
                  q.clear(n);
                  forgetExtremes(n, at);
                }
                return rows;
              },
              absorb: (n, log) => absorbHeld(window, push, n, log),
            },
          ],
        }
      : {}),
  };
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
