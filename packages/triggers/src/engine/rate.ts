/** Rate of change between the two last samples. */
import { INPUT_SLOTS, isFresh, SAMPLE, type Builder, type NumNode } from "./node.ts";

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
              absorb(n, { rows, from, width, column, count }) {
                const last = from + (count - 1) * width;
                const before = last - width;
                n[at] = (count > 1 ? rows[before] : n[at + 2]) as number;
                n[at + 1] = (count > 1 ? rows[before + column] : n[at + 3]) as number;
                n[at + 2] = rows[last] as number;
                n[at + 3] = rows[last + column] as number;
                return count;
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
