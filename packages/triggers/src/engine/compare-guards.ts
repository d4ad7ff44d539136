/** Limits within which a comparison keeps its verdict, so that samples inside them need not be evaluated. */
import type { Cond, Num } from "../lang/core.ts";
import { ABSENT, above, below, VALID } from "./guard.ts";
import { INPUT_SLOTS, VALUE, type Builder, type CondNode, type NumNode, type RateLimit } from "./node.ts";
import { F, T, U } from "./state.ts";

export type Compare = Extract<Cond, { left: Num }>;

/** Rounding of a window's numbers: millionths of the unit, and a few last digits. */
export function slackOf(constant: number): number {
  return 2e-6 + 1e-9 * Math.abs(constant);
}

/** The limit that a comparison sets to a rate, if it does; what is skipped must heed it. */
export function rateLimitOf({ op, left: of, right }: Compare, left: NumNode, builder: Builder): RateLimit | undefined {
  if (of.op !== "rate" || left.slot !== undefined || left.absorbers === undefined) return undefined;
  if (right.op !== "const" || op === "eq" || op === "ne") return undefined;
  const limit: RateLimit = {
    trigger: builder.trigger,
    input: left.inputs[0] as number,
    limit: right.value,
    rising: op === "gt" || op === "ge",
    brief: undefined,
    settle: undefined,
  };
  builder.rates.push(limit);
  return limit;
}

/** Limits under which a comparison keeps its verdict: of a signal, a rate, an age, a bounded number with a constant. */
export function guardOf(
  cond: Compare,
  left: NumNode,
  other: NumNode,
  rate: RateLimit | undefined,
): NonNullable<CondNode["guard"]> {
  const { op, right } = cond;
  if (right.op !== "const") return guardApart(cond, left, other);
  const c = right.value;
  const greater = op === "gt" || op === "ge";
  if (cond.left.op === "signal") {
    const input = left.inputs[0] as number;
    return (s, _k, verdict, guard) => {
      if (guard.present[input] !== VALID) return true;
      if (verdict === U) return false;
      if (op === "eq" || op === "ne") {
        if ((op === "eq") === (verdict === T)) guard.keep(input, c, c);
        else if ((s.numbers[input * INPUT_SLOTS + VALUE] as number) > c) guard.keep(input, above(c), Infinity);
        else guard.keep(input, -Infinity, below(c));
      } else {
        const high = greater === (verdict === T);
        // On the side of the constant: it belongs to `ge` and `le` when true, to `gt` and `lt` when false.
        const open = (op === "gt" || op === "lt") === (verdict === T);
        if (high) guard.keep(input, open ? above(c) : c, Infinity);
        else guard.keep(input, -Infinity, open ? below(c) : c);
      }
      return true;
    };
  }
  if (op === "eq" || op === "ne") return guardApart(cond, left, other);
  if (cond.left.op === "age") {
    const input = left.inputs[0] as number;
    const limit = Math.floor(c * 2000);
    return (_s, _k, verdict, guard) => {
      if (guard.present[input] === ABSENT || verdict !== (greater ? F : T)) return false;
      guard.within(limit);
      return true;
    };
  }
  if (rate !== undefined) {
    const { input } = rate;
    return (s, _k, verdict, guard) => {
      if (guard.present[input] === ABSENT) {
        const v = s.numbers[input * INPUT_SLOTS + VALUE] as number;
        return verdict === U && v !== v;
      }
      return guard.present[input] === VALID && verdict === F;
    };
  }
  const { bound } = left;
  if (bound === undefined) return guardApart(cond, left, other);
  const least = c + slackOf(c);
  const most = c - slackOf(c);
  return (s, k, verdict, guard) => {
    if (verdict !== U && left.inputs.some((input) => guard.present[input] !== VALID)) return false;
    return greater === (verdict === T)
      ? bound.keep(s, k, guard, least, Infinity)
      : bound.keep(s, k, guard, -Infinity, most);
  };
}

/** Limits under which two numbers stay on their sides of each other: each may use half of what lies between them. */
function guardApart(cond: Compare, left: NumNode, right: NumNode): NonNullable<CondNode["guard"]> {
  const { bound } = left;
  const greater = cond.op === "gt" || cond.op === "ge";
  return (s, k, verdict, guard) => {
    if (verdict === U || right.hold === undefined) return false;
    const r = right.value(s, k);
    if (left.hold !== undefined) {
      const spread = Math.abs(left.value(s, k) - r) * 0.49;
      return spread > 0 && left.hold(s, guard, spread) && right.hold(s, guard, spread);
    }
    if (bound === undefined || cond.op === "eq" || cond.op === "ne") return false;
    if (left.inputs.some((input) => guard.present[input] !== VALID)) return false;
    const above = greater === (verdict === T);
    const spread = (above ? bound.low(s.numbers) - r : r - bound.high(s.numbers)) * 0.5;
    if (!(spread > 0) || !right.hold(s, guard, spread)) return false;
    const slack = slackOf(r);
    return above
      ? bound.keep(s, k, guard, r + spread + slack, Infinity)
      : bound.keep(s, k, guard, -Infinity, r - spread - slack);
  };
}
