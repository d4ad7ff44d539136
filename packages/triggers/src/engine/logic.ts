/** Kleene's logic: not, and, or. */
import type { CondNode } from "./node.ts";
import { union } from "./numbers.ts";
import { F, T, type Verdict } from "./state.ts";

export function notNode(text: string, of: CondNode): CondNode {
  return {
    text,
    inputs: of.inputs,
    shape: { op: "not", of },
    eval: (s, k) => (T - of.eval(s, k)) as Verdict,
    margin: (s, k) => -of.margin(s, k),
    since: of.since,
    witnesses: of.witnesses,
    ...(of.backward ? { backward: of.backward } : {}),
    ...memoryOf(of),
    guard: (s, k, verdict, guard) => of.guard?.(s, k, (T - verdict) as Verdict, guard) === true,
  };
}

function memoryOf(...of: readonly CondNode[]): Pick<CondNode, "absorbers" | "pure"> {
  const absorbers = of.flatMap((node) => node.absorbers ?? []);
  return of.every((node) => node.absorbers !== undefined) ? { absorbers, pure: of.every((node) => node.pure) } : {};
}

/** Of both sides, one that decides alone is enough if the other may be left out. `deciding`: F of `and`, T of `or`. */
function guardBoth(left: CondNode, right: CondNode, deciding: Verdict): NonNullable<CondNode["guard"]> {
  return (s, k, verdict, guard) => {
    const a = left.eval(s, k);
    const b = right.eval(s, k);
    if (verdict === deciding) {
      if (a === deciding && right.pure && left.guard?.(s, k, a, guard)) return true;
      if (b === deciding && left.pure && right.guard?.(s, k, b, guard)) return true;
    }
    return left.guard?.(s, k, a, guard) === true && right.guard?.(s, k, b, guard) === true;
  };
}

// Both sides are always evaluated: operators over time on either side must see every instant.
export function andNode(text: string, left: CondNode, right: CondNode): CondNode {
  const both = left.backward !== undefined && right.backward !== undefined ? { backward: left.backward } : {};
  return {
    text,
    inputs: union(left.inputs, right.inputs),
    shape: { op: "and", left, right },
    eval(s, k) {
      const a = left.eval(s, k);
      const b = right.eval(s, k);
      return a < b ? a : b;
    },
    margin: (s, k) => Math.min(orElse(left.margin(s, k), Infinity), orElse(right.margin(s, k), Infinity)),
    since: (s, k) => Math.max(orElse(left.since(s, k), -Infinity), orElse(right.since(s, k), -Infinity)),
    witnesses(s, k, sink) {
      left.witnesses(s, k, sink);
      right.witnesses(s, k, sink);
    },
    ...both,
    ...memoryOf(left, right),
    steady: left.steady === true && right.steady === true,
    guard: guardBoth(left, right, F),
  };
}

export function orNode(text: string, left: CondNode, right: CondNode): CondNode {
  const both = left.backward !== undefined && right.backward !== undefined ? { backward: left.backward } : {};
  return {
    text,
    inputs: union(left.inputs, right.inputs),
    shape: { op: "or", left, right },
    eval(s, k) {
      const a = left.eval(s, k);
      const b = right.eval(s, k);
      return a > b ? a : b;
    },
    margin: (s, k) => Math.max(orElse(left.margin(s, k), -Infinity), orElse(right.margin(s, k), -Infinity)),
    since: (s, k) => Math.min(orElse(left.since(s, k), Infinity), orElse(right.since(s, k), Infinity)),
    witnesses(s, k, sink) {
      left.witnesses(s, k, sink);
      right.witnesses(s, k, sink);
    },
    ...both,
    ...memoryOf(left, right),
    guard: guardBoth(left, right, T),
  };
}

/** A side without a margin (an event, a list) does not decide the other's. */
function orElse(x: number, other: number): number {
  return x === x ? x : other;
}
