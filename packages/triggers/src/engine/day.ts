/** Time of day in Asia/Shanghai, which has had no summer time since 1991. */
import type { CondNode, Context } from "./node.ts";
import { F, T } from "./state.ts";

const DAY = 2 * 86_400_000;
/** Midnight in Asia/Shanghai is 16:00 UTC. */
const SHIFT = 2 * 8 * 3_600_000;

/** True in [from, to) ms after midnight; over midnight when to ≤ from. Known at every instant. */
export function timeOfDayNode(text: string, from: number, to: number, context: Context): CondNode {
  const start = 2 * from;
  const end = 2 * to;
  return {
    text,
    inputs: [],
    eval(_s, k) {
      const now = (((k + SHIFT) % DAY) + DAY) % DAY;
      const inside = start < end ? now >= start && now < end : now >= start || now < end;
      const wait = Math.min(...[start, end].map((edge) => (edge > now ? edge - now : edge - now + DAY)));
      if (k + wait < context.due) context.due = k + wait;
      return inside ? T : F;
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses: () => {},
  };
}
