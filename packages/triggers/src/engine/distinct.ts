/** Different values over a window. */
import type { Num } from "../lang/core.ts";
import { isFresh, type Builder, type NumNode } from "./node.ts";
import { append2 } from "./queue.ts";

/** Most different values that are told apart; beyond it the count is a lower bound. */
const MOST_DISTINCT = 256;

/**
 * Different values over (t − D, t]. Rows in order of last sight: cell, value.
 * @param samples counts the samples of the window, where `requires` asks for more than one
 */
export function distinctNode(
  num: Extract<Num, { op: "aggregate" }>,
  of: NumNode,
  samples: NumNode | undefined,
  b: Builder,
): NumNode {
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
      if (samples !== undefined && samples.value(s, k) < num.minSamples) return NaN;
      return q.length(n) === 0 ? NaN : q.length(n);
    },
  };
}
