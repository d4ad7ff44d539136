/** Compiles conditions without memory: comparisons, flags, Kleene's logic. Operators over time are in temporal.ts and counting.ts. */
import type { Cond, Num } from "../lang/core.ts";
import { canonicalText, partsOf, signalsOfNum } from "../lang/core.ts";
import { countNode, responseNode, shareNode } from "./counting.ts";
import { ABSENT, above, below, VALID, type Guard } from "./guard.ts";
import {
  INPUT_SLOTS,
  SAMPLE,
  tellCurrent,
  VALUE,
  type Bound,
  type Builder,
  type CondNode,
  type NumNode,
} from "./node.ts";
import { timeOfDayNode } from "./day.ts";
import { compileNum, union } from "./numbers.ts";
import { insideNode, type PointTest } from "./places.ts";
import { silenceNode } from "./presence.ts";
import { F, T, U, type SubjectState, type Verdict } from "./state.ts";
import { edgeNode, forNode, historyNode, previousNode, sinceNode } from "./temporal.ts";

export interface CompileOptions {
  readonly builder: Builder;
  /** Text of a sub-condition as the author wrote it. */
  readonly textOf: (cond: Cond) => string;
  /** Margins are divided by the scale of their signals, because atoms of several units meet. */
  readonly normalised: boolean;
  /** `clock every`: a condition stands between two evaluations as the first of them found it (Prometheus). */
  readonly grid?: boolean;
  /** Test of a region by its id; needed where a condition uses one. */
  readonly regions?: (id: string) => PointTest | undefined;
  /** Called around every compiled sub-condition; truth ribbons record verdicts with it. */
  readonly wrap?: (cond: Cond, node: CondNode) => CondNode;
}

export function compileCond(cond: Cond, o: CompileOptions): CondNode {
  // Who watches sub-conditions watches each where it stands.
  if (o.wrap) return o.wrap(cond, build(cond, o));
  return o.builder.share(keyOf(cond, o), false, () => build(cond, o), canonicalText(cond));
}

/** Witnesses name the text of their condition: only conditions that read alike are one. */
function keyOf(cond: Cond, o: CompileOptions): string {
  const texts: string[] = [];
  const collect = (part: Cond): void => {
    texts.push(o.textOf(part));
    partsOf(part).forEach(collect);
  };
  collect(cond);
  return canonicalText([cond, texts]);
}

function build(cond: Cond, o: CompileOptions): CondNode {
  const text = o.textOf(cond);
  switch (cond.op) {
    case "true":
      return constantNode(text, T);
    case "false":
      return constantNode(text, F);
    case "flag":
      return flagNode(text, cond.id, o);
    case "event":
      return eventNode(text, cond.id, o);
    case "valid":
      return validNode(text, cond.id, o);
    case "offline":
      return silenceNode(text, undefined, cond.ms, o.builder);
    case "noData":
      return silenceNode(text, cond.id, cond.ms, o.builder);
    case "timeOfDay":
      return timeOfDayNode(text, cond.from, cond.to, o.builder.context);
    case "inside": {
      const test = o.regions?.(cond.region);
      if (test === undefined) throw new Error(`region ${cond.region} was not given`);
      return insideNode(text, test, cond.longitude, cond.latitude, o.builder);
    }
    case "in":
      return inNode(text, cond, o);
    case "not":
      return notNode(text, compileCond(cond.of, o));
    case "and":
      return andNode(text, compileCond(cond.left, o), compileCond(cond.right, o));
    case "or":
      return orNode(text, compileCond(cond.left, o), compileCond(cond.right, o));
    case "implies":
      return orNode(text, notNode(text, compileCond(cond.left, o)), compileCond(cond.right, o));
    case "for":
      return forNode(text, compileCond(cond.of, o), cond.ms, o.builder, o.grid);
    case "within":
      return historyNode(text, compileCond(cond.of, o), 0, cond.ms, "once", o.builder);
    case "once":
    case "historically": {
      const to = cond.to ?? Infinity;
      if (cond.op === "historically" && cond.from === 0 && Number.isFinite(to))
        return forNode(text, compileCond(cond.of, o), to, o.builder);
      return historyNode(text, compileCond(cond.of, o), cond.from, to, cond.op, o.builder);
    }
    case "since":
      return sinceNode(
        text,
        compileCond(cond.left, o),
        compileCond(cond.right, o),
        cond.from,
        cond.to ?? Infinity,
        o.builder,
      );
    case "rising":
    case "falling":
      return edgeNode(text, compileCond(cond.of, o), cond.op, o.builder);
    case "previous":
      return previousNode(text, compileCond(cond.of, o), o.builder);
    case "count":
      return countNode(text, compileCond(cond.of, o), cond, o.builder);
    case "share":
      return shareNode(text, compileCond(cond.of, o), cond, o.builder);
    case "response": {
      const after = compileCond(cond.after, o);
      const expect = compileCond(cond.expect, o);
      return responseNode(text, after, expect, cond.negated, cond.ms, o.builder);
    }
    default:
      return compareNode(text, cond, o);
  }
}

function constantNode(text: string, verdict: Verdict): CondNode {
  return {
    text,
    inputs: [],
    shape: { op: "constant", verdict },
    eval: () => verdict,
    margin: () => NaN,
    since: () => NaN,
    witnesses: () => {},
    ...STATELESS,
    guard: () => true,
  };
}

function flagNode(text: string, id: string, o: CompileOptions): CondNode {
  const input = o.builder.input(id);
  const at = input * INPUT_SLOTS;
  return {
    text,
    inputs: [input],
    shape: { op: "flag", at },
    eval(s) {
      const v = s.numbers[at + VALUE] as number;
      return v === 0 ? F : v === v ? T : U;
    },
    margin: (s) => (s.numbers[at] === 0 ? -1 : s.numbers[at] === s.numbers[at] ? 1 : NaN),
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellCurrent(s, [input], text, "event", sink);
    },
    ...STATELESS,
    steady: true,
    guard: (s, _k, _v, guard) => keepValue(s, input, guard),
  };
}

/** An event is present as a sample of any value at its instant and has no value afterwards. */
function eventNode(text: string, id: string, o: CompileOptions): CondNode {
  const input = o.builder.input(id);
  const at = input * INPUT_SLOTS + SAMPLE;
  const { context } = o.builder;
  return {
    text,
    inputs: [input],
    shape: { op: "event", at },
    eval(s, k) {
      if (s.numbers[at] !== k) return F;
      if (k + 1 < context.due) context.due = k + 1;
      return T;
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellCurrent(s, [input], text, "event", sink);
    },
    ...STATELESS,
    guard: (_s, _k, verdict, guard) => verdict === F && guard.present[input] === ABSENT,
  };
}

function validNode(text: string, id: string, o: CompileOptions): CondNode {
  const input = o.builder.input(id);
  const at = input * INPUT_SLOTS;
  return {
    text,
    inputs: [input],
    shape: { op: "valid", at },
    eval: (s) => (Number.isNaN(s.numbers[at] as number) ? F : T),
    margin: () => NaN,
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellCurrent(s, [input], text, "event", sink);
    },
    ...STATELESS,
    guard: () => true,
  };
}

function inNode(text: string, cond: Extract<Cond, { op: "in" }>, o: CompileOptions): CondNode {
  const of = compileNum(cond.of, o.builder);
  const values = new Float64Array(cond.values);
  return {
    text,
    inputs: of.inputs,
    shape: { op: "in", of, values: cond.values },
    eval(s, k) {
      const v = of.value(s, k);
      if (v !== v) return U;
      return values.includes(v) ? T : F;
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellCurrent(s, of.inputs, text, "event", sink);
    },
    ...(cond.of.op === "signal" ? STATELESS : {}),
    guard: (s, _k, _v, guard) => cond.of.op === "signal" && keepValue(s, of.inputs[0] as number, guard),
  };
}

const STATELESS = { absorbers: [], pure: true } as const;

/** The input keeps its value. */
function keepValue(s: SubjectState, input: number, guard: Guard): boolean {
  const v = s.numbers[input * INPUT_SLOTS + VALUE] as number;
  if (guard.present[input] === VALID) guard.keep(input, v, v);
  return true;
}

type Compare = Extract<Cond, { left: Num }>;

function compareNode(text: string, cond: Compare, o: CompileOptions): CondNode {
  const left = compileNum(cond.left, o.builder);
  const right = compileNum(cond.right, o.builder);
  const inputs = union(left.inputs, right.inputs);
  const { op } = cond;
  const evaluate =
    op === "eq" || op === "ne"
      ? equality(left.value, right.value, op)
      : ordering(cond, left.value, right.value, left.bound, o);
  const scale = o.normalised ? scaleOf(cond, o.builder) : 1;
  const sign = op === "lt" || op === "le" ? -1 : 1;
  const backward = left.backward ?? right.backward;
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
    guard: guardOf(cond, left, right, o),
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

/** Limits under which a comparison keeps its verdict: of a signal, a rate, an age, a bounded number with a constant. */
function guardOf(cond: Compare, left: NumNode, other: NumNode, o: CompileOptions): NonNullable<CondNode["guard"]> {
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
  if (cond.left.op === "rate" && left.slot === undefined && left.absorbers !== undefined) {
    const input = left.inputs[0] as number;
    o.builder.rates.push({ input, limit: c, rising: greater });
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
  o: CompileOptions,
): CondNode["eval"] {
  const age = ageTimer(cond, o.builder);
  if (age !== undefined) return age;
  const constant = cond.right.op === "const" ? cond.right.value : undefined;
  if (constant !== undefined && cond.left.op === "signal") {
    // The commonest shape, without a call: NaN fails both comparisons and is unknown.
    const at = o.builder.input(cond.left.id) * INPUT_SLOTS;
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

/** Rounding of a window's numbers: millionths of the unit, and a few last digits. */
function slackOf(constant: number): number {
  return 2e-6 + 1e-9 * Math.abs(constant);
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

function scaleOf(cond: Compare, b: Builder): number {
  const ids = new Set<string>();
  signalsOfNum(cond.left, ids);
  signalsOfNum(cond.right, ids);
  let scale = 0;
  for (const id of ids) scale = Math.max(scale, b.inputs[b.input(id)]?.scale ?? 0);
  return scale || 1;
}

function notNode(text: string, of: CondNode): CondNode {
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
function andNode(text: string, left: CondNode, right: CondNode): CondNode {
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

function orNode(text: string, left: CondNode, right: CondNode): CondNode {
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
