/** Comparisons of two numbers. */
import { signalsOfNum } from "../lang/core.ts";
import { guardOf, rateLimitOf, slackOf, type Compare } from "./compare-guards.ts";
import { INPUT_SLOTS, SAMPLE, tellCurrent, type Bound, type Builder, type CondNode, type NumNode } from "./node.ts";
import { compileNum, union } from "./numbers.ts";
import { F, T, U, type SubjectState, type Verdict } from "./state.ts";

/** @param normalised margins are divided by the scale of the signals */
export function compareNode(text: string, cond: Compare, builder: Builder, normalised: boolean): CondNode {
  const left = compileNum(cond.left, builder);
  const right = compileNum(cond.right, builder);
  const inputs = union(left.inputs, right.inputs);
  const { op } = cond;
  const evaluate =
    op === "eq" || op === "ne"
      ? equality(left.value, right.value, op)
      : ordering(cond, left.value, right.value, left.bound, builder);
  const scale = normalised ? scaleOf(cond, builder) : 1;
  const sign = op === "lt" || op === "le" ? -1 : 1;
  const backward = left.backward ?? right.backward;
  const rate = rateLimitOf(cond, left, builder);
  // The margin reuses the number's value without moving its state: a number's value is idempotent within a cell.
  const margin: CondNode["margin"] =
    op === "eq"
      ? (s, k) => -Math.abs(left.value(s, k) - right.value(s, k)) / scale
      : op === "ne"
        ? (s, k) => Math.abs(left.value(s, k) - right.value(s, k)) / scale
        : (s, k) => (sign * (left.value(s, k) - right.value(s, k))) / scale;
  return {
    text,
    inputs,
    shape: shapeOf(cond, left, right),
    eval: evaluate,
    margin,
    since: (s) => (backward ? backward.since(s) : NaN),
    witnesses(s, _k, sink) {
      tellCurrent(s, inputs, text, "event", sink);
    },
    ...(backward ? { backward } : {}),
    ...(left.absorbers && right.absorbers ? { absorbers: [...left.absorbers, ...right.absorbers], pure: true } : {}),
    steady: op === "eq",
    rate,
    guard: guardOf(cond, left, right, rate),
  };
}

function shapeOf(cond: Compare, left: NumNode, right: NumNode): CondNode["shape"] {
  const { op } = cond;
  if (op === "eq" || op === "ne") return { op, left, right };
  // An age turns by a timer of its own.
  if (cond.left.op === "age" && cond.right.op === "const") return undefined;
  if (left.bound === undefined || cond.right.op !== "const") return { op, left, right };
  return { op: "bounded", order: op, left, constant: cond.right.value, slack: slackOf(cond.right.value) };
}

type Value = (s: SubjectState, k: number) => number;

function equality(left: Value, right: Value, op: "eq" | "ne"): CondNode["eval"] {
  const same = op === "eq" ? T : F;
  const other = op === "eq" ? F : T;
  return (s, k) => {
    const d = left(s, k) - right(s, k);
    return d === 0 ? same : d === d ? other : U;
  };
}

function ordering(
  cond: Compare,
  left: Value,
  right: Value,
  bound: Bound | undefined,
  builder: Builder,
): CondNode["eval"] {
  const age = ageTimer(cond, builder);
  if (age !== undefined) return age;
  const constant = cond.right.op === "const" ? cond.right.value : undefined;
  if (constant !== undefined && cond.left.op === "signal") {
    // The commonest shape, without a call: NaN fails both comparisons and is unknown.
    const at = builder.input(cond.left.id) * INPUT_SLOTS;
    switch (cond.op) {
      case "lt":
        return (s) => {
          const v = s.numbers[at] as number;
          return v < constant ? T : v >= constant ? F : U;
        };
      case "le":
        return (s) => {
          const v = s.numbers[at] as number;
          return v <= constant ? T : v > constant ? F : U;
        };
      case "gt":
        return (s) => {
          const v = s.numbers[at] as number;
          return v > constant ? T : v <= constant ? F : U;
        };
      default:
        return (s) => {
          const v = s.numbers[at] as number;
          return v >= constant ? T : v < constant ? F : U;
        };
    }
  }
  if (bound && constant !== undefined) return boundedOrdering(cond.op, left, bound, constant);
  switch (cond.op) {
    case "lt":
      return (s, k) => {
        const a = left(s, k),
          b = right(s, k);
        return a < b ? T : a >= b ? F : U;
      };
    case "le":
      return (s, k) => {
        const a = left(s, k),
          b = right(s, k);
        return a <= b ? T : a > b ? F : U;
      };
    case "gt":
      return (s, k) => {
        const a = left(s, k),
          b = right(s, k);
        return a > b ? T : a <= b ? F : U;
      };
    default:
      return (s, k) => {
        const a = left(s, k),
          b = right(s, k);
        return a >= b ? T : a < b ? F : U;
      };
  }
}

/** The limits of the number first; only what they leave open is worth the number. */
function boundedOrdering(op: Compare["op"], left: Value, bound: Bound, constant: number): CondNode["eval"] {
  const decide = bound.decide ?? left;
  const below = constant - slackOf(constant);
  const above = constant + slackOf(constant);
  const rising = op === "gt" || op === "ge";
  const onHigh: Verdict = rising ? T : F;
  const onLow = (T - onHigh) as Verdict;
  const onEqual: Verdict = op === "ge" || op === "le" ? T : F;
  return (s, k) => {
    if (bound.take(s, k)) {
      if (bound.high(s.numbers) < below) return onLow;
      if (bound.low(s.numbers) > above) return onHigh;
    }
    const a = decide(s, k, constant);
    return a > constant ? onHigh : a < constant ? onLow : a === constant ? onEqual : U;
  };
}

/** `age(x) > 5 s` becomes true between samples: it needs a timer at the crossing. */
function ageTimer(cond: Compare, b: Builder): CondNode["eval"] | undefined {
  if (cond.left.op !== "age" || cond.right.op !== "const") return undefined;
  const at = b.input(cond.left.id) * INPUT_SLOTS + SAMPLE;
  const limit = Math.ceil(cond.right.value * 2000);
  const exact = limit === cond.right.value * 2000;
  // First cell offset at which `age > c` (gt, le) or `age >= c` (ge, lt) holds.
  const offset = (cond.op === "gt" || cond.op === "le") && exact ? limit + 1 : limit;
  const late: Verdict = cond.op === "gt" || cond.op === "ge" ? T : F;
  const { context } = b;
  return (s, k) => {
    const sample = s.numbers[at] as number;
    if (sample !== sample) return U;
    const turn = sample + offset;
    if (k >= turn) return late;
    if (turn < context.due) context.due = turn;
    return (T - late) as Verdict;
  };
}

/** Margins of comparisons of several units are divided by it: the largest scale of the signals compared. */
export function scaleOf(cond: Compare, b: Builder): number {
  const ids = new Set<string>();
  signalsOfNum(cond.left, ids);
  signalsOfNum(cond.right, ids);
  let scale = 0;
  for (const id of ids) scale = Math.max(scale, b.inputs[b.input(id)]?.scale ?? 0);
  return scale || 1;
}
