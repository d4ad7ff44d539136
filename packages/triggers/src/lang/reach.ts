/**
 * Can a condition be true, can it be false, while its signals stay within known ranges? Interval arithmetic, no samples.
 * The compiler asks it for the declared ranges (E5), jobs over the history for the extremes of what was received: that
 * something cannot be is certain, that it can is not.
 */
import { isPoint } from "./checked.ts";
import { partsOf, type Comparison, type Cond, type CoreTrigger, type Num } from "./core.ts";

export interface Reach {
  readonly canHold: boolean;
  readonly canFail: boolean;
}

export type Interval = readonly [low: number, high: number];
/** Range of the valid values of a signal; of a bit or an event 0 to 1. Undefined: it has none at all. */
export type RangeOf = (signal: string) => Interval | undefined;

const ALL: Interval = [-Infinity, Infinity];
const EITHER: Reach = { canHold: true, canFail: true };
/** Unknown whatever happens. */
const NEITHER: Reach = { canHold: false, canFail: false };
const NEVER: Reach = { canHold: false, canFail: true };

/** @param never parts that are known never to hold, for reasons other than ranges */
export function reachOf(cond: Cond, rangeOf: RangeOf, never: Pick<ReadonlySet<Cond>, "has"> = new Set()): Reach {
  if (never.has(cond)) return NEVER;
  const of = (c: Cond) => reachOf(c, rangeOf, never);
  switch (cond.op) {
    case "true":
      return { canHold: true, canFail: false };
    case "false":
      return NEVER;
    case "flag": {
      const range = rangeOf(cond.id);
      return range === undefined ? NEITHER : { canHold: range[1] > 0, canFail: range[0] <= 0 };
    }
    case "event":
      return rangeOf(cond.id) === undefined ? NEVER : EITHER;
    case "inside":
      return rangeOf(cond.longitude) === undefined || rangeOf(cond.latitude) === undefined ? NEITHER : EITHER;
    case "not": {
      const { canHold, canFail } = of(cond.of);
      return { canHold: canFail, canFail: canHold };
    }
    case "and": {
      const [a, b] = [of(cond.left), of(cond.right)];
      return { canHold: a.canHold && b.canHold && !isContradiction(cond), canFail: a.canFail || b.canFail };
    }
    case "or": {
      const [a, b] = [of(cond.left), of(cond.right)];
      return { canHold: a.canHold || b.canHold, canFail: a.canFail && b.canFail };
    }
    case "implies": {
      const [a, b] = [of(cond.left), of(cond.right)];
      return { canHold: a.canFail || b.canHold, canFail: a.canHold && b.canFail };
    }
    // What is true at single instants does not last.
    case "for":
      return cond.ms > 0 && isPoint(cond.of) ? NEVER : of(cond.of);
    case "historically":
      return (cond.to ?? Infinity) > cond.from && isPoint(cond.of) ? NEVER : of(cond.of);
    case "within":
    case "once":
      return of(cond.of);
    case "in": {
      const range = intervalOf(cond.of, rangeOf);
      if (range === undefined) return NEITHER;
      return { canHold: cond.values.some((v) => v >= range[0] && v <= range[1]), canFail: true };
    }
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne": {
      const [left, right] = [intervalOf(cond.left, rangeOf), intervalOf(cond.right, rangeOf)];
      return left === undefined || right === undefined ? NEITHER : compared(cond.op, left, right);
    }
    case "rising":
    case "falling":
    case "count":
    case "share":
    case "samples":
    case "response":
    case "since":
      return overTime(cond, partsOf(cond).map(of));
    case "previous":
      return { canHold: of(cond.of).canHold, canFail: true };
    default:
      return EITHER;
  }
}

type Conjunction = Extract<Cond, { op: "and" | "or" | "implies" }>;

const SATISFIES: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
};

/** Whether what is required of one signal leaves it no value: `soc < 10 % and soc > 20 %`, `between` the wrong way round. */
function isContradiction(cond: Conjunction): boolean {
  const limits = new Map<string, (readonly [Comparison, number])[]>();
  const open: Cond[] = [cond];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.op === "and") open.push(part.left, part.right);
    else if (part.op in SATISFIES) {
      const { op, left, right } = part as Extract<Cond, { op: Comparison }>;
      if (left.op !== "signal" || right.op !== "const") continue;
      const known = limits.get(left.id);
      if (known) known.push([op, right.value]);
      else limits.set(left.id, [[op, right.value]]);
    }
  }
  return [...limits.values()].some((all) => {
    // Between two neighbouring constants all values are alike.
    const constants = [...new Set(all.map(([, value]) => value))].sort((a, b) => a - b);
    const values = constants.flatMap((c, i) => [c, (c + (constants[i + 1] ?? Infinity)) / 2]);
    return ![-Infinity, ...values].some((value) => all.every(([op, limit]) => SATISFIES[op](value, limit)));
  });
}

/** What never holds has no edges, counts nothing and answers nothing. */
function overTime(cond: Cond, [first = EITHER, second = EITHER]: readonly Reach[]): Reach {
  switch (cond.op) {
    case "rising":
      return { canHold: first.canHold, canFail: true };
    case "falling":
      return { canHold: first.canHold && first.canFail, canFail: true };
    case "since":
      return { canHold: second.canHold, canFail: true };
    case "response":
      return { canHold: first.canHold && (cond.negated || second.canHold), canFail: true };
    case "count":
      return first.canHold ? EITHER : compared(cond.cmp, [0, 0], [cond.n, cond.n]);
    case "share":
      // Unknown samples can make a share as great as one.
      return compared(cond.cmp, [0, 1], [cond.fraction, cond.fraction], !first.canHold);
    case "samples":
      return first.canHold ? EITHER : compared(cond.cmp, [0, Infinity], [cond.n, cond.n], true);
    default:
      return EITHER;
  }
}

/** @param isLeastSure of a share without any true part, only what holds for nothing holds for certain */
function compared(cmp: Comparison, [a, b]: Interval, [c, d]: Interval, isLeastSure = false): Reach {
  switch (cmp) {
    case "lt":
      return { canHold: a < d, canFail: b >= c };
    case "le":
      return { canHold: a <= d, canFail: b > c };
    case "gt":
      return { canHold: (isLeastSure ? a : b) > c, canFail: a <= d };
    case "ge":
      return { canHold: (isLeastSure ? a : b) >= c, canFail: a < d };
    case "eq":
      return { canHold: a <= d && c <= b, canFail: !(a === b && c === d && a === c) };
    case "ne":
      return { canHold: !(a === b && c === d && a === c), canFail: a <= d && c <= b };
  }
}

/** Means are kept in millionths: they may lie that much beside the values that they are made of. */
function about([low, high]: Interval): Interval {
  return [low - 1e-5 - Math.abs(low) * 1e-9, high + 1e-5 + Math.abs(high) * 1e-9];
}

/** Undefined: it is never known. */
function intervalOf(num: Num, rangeOf: RangeOf): Interval | undefined {
  switch (num.op) {
    case "const":
      return [num.value, num.value];
    case "signal":
    case "last":
      return rangeOf(num.id);
    case "age":
      return rangeOf(num.id) === undefined ? undefined : [0, Infinity];
    case "aggregate": {
      const of = intervalOf(num.of, rangeOf);
      if (num.fn === "count") return of === undefined ? [0, 0] : [0, Infinity];
      return of === undefined ? (num.fn === "distinct" ? [0, 0] : undefined) : aggregated(num.fn, of);
    }
    case "neg":
    case "abs":
    case "delta":
    case "rate": {
      const of = intervalOf(num.of, rangeOf);
      if (of === undefined) return undefined;
      const [a, b] = of;
      if (num.op === "neg") return [-b, -a];
      if (num.op === "abs") return [a > 0 ? a : b < 0 ? -b : 0, Math.max(Math.abs(a), Math.abs(b))];
      return num.op === "delta" ? [a - b, b - a] : a === b ? [0, 0] : ALL;
    }
    default: {
      const [left, right] = [intervalOf(num.left, rangeOf), intervalOf(num.right, rangeOf)];
      return left === undefined || right === undefined ? undefined : calculated(num.op, left, right);
    }
  }
}

function aggregated(fn: Extract<Num, { readonly op: "aggregate" }>["fn"], of: Interval): Interval {
  switch (fn) {
    case "min":
    case "max":
      return of;
    case "avg":
    case "quantile":
      return about(of);
    case "sum": {
      const [low, high] = about(of);
      return [of[0] >= 0 ? Math.min(0, low) : -Infinity, of[1] <= 0 ? Math.max(0, high) : Infinity];
    }
    case "slope":
      return of[0] === of[1] ? [-1e-5, 1e-5] : ALL;
    case "count":
      return [0, Infinity];
    case "distinct":
      return of[0] === of[1] ? [0, 1] : [0, Infinity];
  }
}

function calculated(
  op: "add" | "sub" | "mul" | "div" | "mod" | "min2" | "max2",
  [a, b]: Interval,
  [c, d]: Interval,
): Interval {
  switch (op) {
    case "add":
      return [a + c, b + d];
    case "sub":
      return [a - d, b - c];
    case "min2":
      return [Math.min(a, c), Math.min(b, d)];
    case "max2":
      return [Math.max(a, c), Math.max(b, d)];
    case "div":
    case "mod":
      return ALL;
    case "mul": {
      const products = [a * c, a * d, b * c, b * d].map((x) => (Number.isNaN(x) ? 0 : x));
      return [Math.min(...products), Math.max(...products)];
    }
  }
}

/**
 * Whether a trigger can say anything (fire, or report that its data is missing) about a subject whose signals stayed
 * within these ranges all the time that was judged.
 */
export function mayFire({ core }: { readonly core: CoreTrigger }, rangeOf: RangeOf): boolean {
  const { mode, afterMs } = core.missing;
  if (mode === "violate" || (mode === "unknown" && afterMs !== undefined)) return true;
  return reachOf(core.when, rangeOf).canHold;
}
