/** E5: can a condition be true, can it be false, on the declared ranges of its signals? Interval arithmetic, no samples. */
import { partsOf, type Cond, type Num } from "./core.ts";
import type { Names } from "./names.ts";

export interface Reach {
  readonly canHold: boolean;
  readonly canFail: boolean;
}

type Interval = readonly [low: number, high: number];
const ALL: Interval = [-Infinity, Infinity];
const EITHER: Reach = { canHold: true, canFail: true };

/** @param never parts that are known never to hold, for reasons other than ranges */
export function reachOf(
  cond: Cond,
  names: Pick<Names, "byId">,
  never: Pick<ReadonlySet<Cond>, "has"> = new Set(),
): Reach {
  if (never.has(cond)) return { canHold: false, canFail: true };
  const of = (c: Cond) => reachOf(c, names, never);
  switch (cond.op) {
    case "true":
      return { canHold: true, canFail: false };
    case "false":
      return { canHold: false, canFail: true };
    case "not": {
      const { canHold, canFail } = of(cond.of);
      return { canHold: canFail, canFail: canHold };
    }
    case "and": {
      const [a, b] = [of(cond.left), of(cond.right)];
      return { canHold: a.canHold && b.canHold, canFail: a.canFail || b.canFail };
    }
    case "or": {
      const [a, b] = [of(cond.left), of(cond.right)];
      return { canHold: a.canHold || b.canHold, canFail: a.canFail && b.canFail };
    }
    case "implies": {
      const [a, b] = [of(cond.left), of(cond.right)];
      return { canHold: a.canFail || b.canHold, canFail: a.canHold && b.canFail };
    }
    case "for":
    case "within":
    case "once":
    case "historically":
      return of(cond.of);
    case "in": {
      const [low, high] = intervalOf(cond.of, names);
      return { canHold: cond.values.some((v) => v >= low && v <= high), canFail: true };
    }
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne": {
      const [a, b] = intervalOf(cond.left, names);
      const [c, d] = intervalOf(cond.right, names);
      switch (cond.op) {
        case "lt":
          return { canHold: a < d, canFail: b >= c };
        case "le":
          return { canHold: a <= d, canFail: b > c };
        case "gt":
          return { canHold: b > c, canFail: a <= d };
        case "ge":
          return { canHold: b >= c, canFail: a < d };
        case "eq":
          return { canHold: a <= d && c <= b, canFail: !(a === b && c === d && a === c) };
        default:
          return { canHold: !(a === b && c === d && a === c), canFail: a <= d && c <= b };
      }
    }
    case "rising":
    case "falling":
    case "count":
    case "share":
    case "response":
    case "since": {
      // What never holds has no edges, counts nothing and answers nothing.
      const parts = partsOf(cond).map(of);
      if (cond.op === "since" || (cond.op === "response" && !cond.negated))
        return { canHold: parts[1]?.canHold ?? true, canFail: true };
      if (cond.op === "response" || cond.op === "rising") return { canHold: parts[0]?.canHold ?? true, canFail: true };
      return EITHER;
    }
    default:
      return EITHER;
  }
}

function intervalOf(num: Num, names: Pick<Names, "byId">): Interval {
  switch (num.op) {
    case "const":
      return [num.value, num.value];
    case "signal":
    case "last":
      return names.byId.get(num.id)?.range ?? ALL;
    case "age":
      return [0, Infinity];
    case "neg": {
      const [a, b] = intervalOf(num.of, names);
      return [-b, -a];
    }
    case "abs": {
      const [a, b] = intervalOf(num.of, names);
      return [a > 0 ? a : b < 0 ? -b : 0, Math.max(Math.abs(a), Math.abs(b))];
    }
    case "delta": {
      const [a, b] = intervalOf(num.of, names);
      return [a - b, b - a];
    }
    case "aggregate":
      if (num.fn === "min" || num.fn === "max" || num.fn === "avg" || num.fn === "quantile")
        return intervalOf(num.of, names);
      return num.fn === "count" || num.fn === "distinct" ? [0, Infinity] : ALL;
    case "rate":
      return ALL;
    case "mod":
      return ALL;
    default: {
      const [a, b] = intervalOf(num.left, names);
      const [c, d] = intervalOf(num.right, names);
      switch (num.op) {
        case "add":
          return [a + c, b + d];
        case "sub":
          return [a - d, b - c];
        case "min2":
          return [Math.min(a, c), Math.min(b, d)];
        case "max2":
          return [Math.max(a, c), Math.max(b, d)];
        case "div":
          return ALL;
        case "mul": {
          const products = [a * c, a * d, b * c, b * d].map((x) => (Number.isNaN(x) ? 0 : x));
          return [Math.min(...products), Math.max(...products)];
        }
      }
    }
  }
}
