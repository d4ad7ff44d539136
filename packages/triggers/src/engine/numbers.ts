/** Compiles numbers: signals, arithmetic, rate, delta, aggregates. NaN is unknown and spreads by itself. */
import { canonicalText, type Num } from "../lang/core.ts";
import { groupedNode } from "./grouped.ts";
import { aggregateNode } from "./aggregate.ts";
import { deltaNode } from "./delta.ts";
import { rateNode } from "./rate.ts";
import { INVALID, VALID, type Guard } from "./guard.ts";
import type { SubjectState } from "./state.ts";
import { INPUT_SLOTS, SAMPLE, type Bound, type Builder, type NumNode } from "./node.ts";

export function compileNum(num: Num, b: Builder): NumNode {
  return num.op === "const" || num.op === "signal"
    ? build(num, b)
    : b.share(canonicalText(num), true, () => build(num, b));
}

function build(num: Num, b: Builder): NumNode {
  switch (num.op) {
    case "const": {
      const { value } = num;
      return { inputs: [], shape: { op: "const", value }, value: () => value, hold: () => true, absorbers: [] };
    }
    case "signal": {
      const input = b.input(num.id);
      const at = input * INPUT_SLOTS;
      return {
        inputs: [input],
        slot: at,
        value: (s) => s.numbers[at] as number,
        hold(s, guard, spread) {
          const v = s.numbers[at] as number;
          if (guard.present[input] === VALID) guard.keep(input, v - spread, v + spread);
          return guard.present[input] !== INVALID;
        },
        absorbers: [],
      };
    }
    case "age": {
      const input = b.input(num.id);
      const at = input * INPUT_SLOTS + SAMPLE;
      return { inputs: [input], value: (s, k) => (k - (s.numbers[at] as number)) / 2000, absorbers: [] };
    }
    case "last": {
      const input = b.input(num.id);
      const from = input * INPUT_SLOTS;
      const at = b.slots(NaN);
      return {
        inputs: [input],
        value({ numbers: n }) {
          const v = n[from] as number;
          if (v === v) n[at] = v;
          return n[at] as number;
        },
      };
    }
    case "neg": {
      const of = compileNum(num.of, b);
      return {
        ...of,
        slot: -1,
        shape: { op: "neg", of },
        value: (s, k) => -of.value(s, k),
        ...(of.bound ? { bound: negated(of.bound) } : {}),
      };
    }
    case "abs": {
      const of = compileNum(num.of, b);
      return {
        ...of,
        slot: -1,
        shape: { op: "abs", of },
        value: (s, k) => Math.abs(of.value(s, k)),
        ...(of.bound ? { bound: magnitude(of.bound) } : {}),
      };
    }
    case "rate":
      return rateNode(compileNum(num.of, b), holdOf(num.of, b), b);
    case "delta":
      return deltaNode(compileNum(num.of, b), num.ms, b);
    case "aggregate":
      if (num.by !== undefined) return groupedNode(num, compileNum(num.of, b), num.by, b);
      return aggregateNode(num, compileNum(num.of, b), periodOf(num.of, b), b);
    default: {
      const left = compileNum(num.left, b);
      const right = compileNum(num.right, b);
      const inputs = union(left.inputs, right.inputs);
      const backward = left.backward ?? right.backward;
      const absorbers =
        left.absorbers === undefined || right.absorbers === undefined
          ? {}
          : { absorbers: [...left.absorbers, ...right.absorbers] };
      const shape = { op: num.op, left, right } as const;
      const hold = holdOfBoth(num, left, right);
      const rest =
        backward === undefined ||
        (left.inputs.length > 0 && right.inputs.length > 0 && left.backward !== right.backward)
          ? { inputs, shape, hold, ...absorbers }
          : { inputs, shape, hold, ...absorbers, backward };
      switch (num.op) {
        case "add":
          return { ...rest, value: (s, k) => left.value(s, k) + right.value(s, k) };
        case "sub":
          return { ...rest, value: (s, k) => left.value(s, k) - right.value(s, k) };
        case "mul":
          return { ...rest, value: (s, k) => left.value(s, k) * right.value(s, k) };
        // A quotient by zero is unknown, not infinite: it must not fire a rule.
        case "div":
          return { ...rest, value: (s, k) => finite(left.value(s, k) / right.value(s, k)) };
        case "mod":
          return { ...rest, value: (s, k) => left.value(s, k) % right.value(s, k) };
        case "min2":
          return { ...rest, value: (s, k) => Math.min(left.value(s, k), right.value(s, k)) };
        case "max2":
          return { ...rest, value: (s, k) => Math.max(left.value(s, k), right.value(s, k)) };
      }
    }
  }
}

/** Sums share the spread; a factor that is constant scales it. Others are not held. */
function holdOfBoth(num: Extract<Num, { left: Num }>, left: NumNode, right: NumNode): NonNullable<NumNode["hold"]> {
  const both = (s: SubjectState, guard: Guard, spread: number): boolean =>
    left.hold?.(s, guard, spread) === true && right.hold?.(s, guard, spread) === true;
  switch (num.op) {
    case "add":
    case "sub":
      return (s, guard, spread) => both(s, guard, spread / 2);
    case "min2":
    case "max2":
      return both;
    case "mul": {
      const factor = num.left.op === "const" ? num.left.value : num.right.op === "const" ? num.right.value : 0;
      return factor === 0 ? () => false : (s, guard, spread) => both(s, guard, spread / Math.abs(factor));
    }
    default:
      return () => false;
  }
}

function negated(of: Bound): Bound {
  return {
    take: of.take,
    low: (n) => -of.high(n),
    high: (n) => -of.low(n),
    keep: (s, k, guard, low, high) => of.keep(s, k, guard, -high, -low),
  };
}

function magnitude(of: Bound): Bound {
  return {
    take: of.take,
    low: (n) => Math.max(0, of.low(n), -of.high(n)),
    high: (n) => Math.max(-of.low(n), of.high(n)),
    keep: (s, k, guard, low, high) => low < 0 && of.keep(s, k, guard, -high, high),
  };
}

function finite(x: number): number {
  return Number.isFinite(x) ? x : NaN;
}

export function union(a: readonly number[], b: readonly number[]): readonly number[] {
  return [...new Set([...a, ...b])];
}

function sourcesOf(num: Num, b: Builder): { hold: number; period: number } {
  switch (num.op) {
    case "const":
      return { hold: Infinity, period: Infinity };
    case "signal":
    case "age":
    case "last": {
      const source = b.inputs[b.input(num.id)];
      return { hold: source?.holdMs ?? Infinity, period: source?.periodMs ?? Infinity };
    }
    case "neg":
    case "abs":
    case "rate":
    case "delta":
    case "aggregate":
      return sourcesOf(num.of, b);
    default: {
      const left = sourcesOf(num.left, b);
      const right = sourcesOf(num.right, b);
      return { hold: Math.min(left.hold, right.hold), period: Math.min(left.period, right.period) };
    }
  }
}

export function holdOf(num: Num, b: Builder): number {
  return sourcesOf(num, b).hold;
}

export function periodOf(num: Num, b: Builder): number {
  return sourcesOf(num, b).period;
}
