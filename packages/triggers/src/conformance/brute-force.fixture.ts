/**
 * The definitions of the conformance cases, word for word and slowly: every operator looks at every instant of its
 * window. Time is a list of indices: pointwise one per step; dense 2i is the instant i/2 s, 2i+1 the open interval
 * behind it. Values are intervals [low, high]; what is unknown is [−∞, ∞].
 */
import type { Formula } from "../vectors.ts";

type Interval = readonly [low: number, high: number];
const UNKNOWN: Interval = [-Infinity, Infinity];

export interface World {
  /** Number of indices. */
  readonly length: number;
  /** Indices per second. */
  readonly scale: number;
  readonly dense: boolean;
  /** Conditions before index 0 are unknown; otherwise there is nothing before it. */
  readonly unknownPast: boolean;
  /** Comparisons are judged as written instead of measured. */
  readonly boolean: boolean;
  /** NaN is unknown. */
  number(name: string, index: number): number;
}

export function bruteForce(f: Formula, w: World): Interval[] {
  const memo = new Map<string, Interval>();
  const at = (g: Formula, k: number): Interval => {
    if (k < 0) return UNKNOWN;
    const key = `${ids.get(g) ?? (ids.set(g, ids.size), ids.size - 1)} ${k}`;
    const known = memo.get(key);
    if (known) return known;
    const value = compute(g, k);
    memo.set(key, value);
    return value;
  };
  const ids = new Map<Formula, number>();
  const num = (g: Formula, k: number): number => {
    const [op, ...a] = g as [string, ...never[]];
    switch (op) {
      case "var":
        return w.number(String(a[0]), k);
      case "const":
        return Number(a[0]);
      case "abs":
        return Math.abs(num(a[0] as unknown as Formula, k));
      default: {
        const [x, y] = [num(a[0] as unknown as Formula, k), num(a[1] as unknown as Formula, k)];
        return op === "add" ? x + y : op === "sub" ? x - y : x * y;
      }
    }
  };
  const atom = (op: string, x: number, y: number): Interval => {
    const d = x - y;
    if (Number.isNaN(d)) return UNKNOWN;
    if (w.boolean) {
      const holds = { ge: d >= 0, gt: d > 0, le: d <= 0, lt: d < 0, eq: d === 0, ne: d !== 0 }[op as "ge"];
      return holds ? [1, 1] : [-1, -1];
    }
    const value = { ge: d, gt: d, le: -d, lt: -d, eq: -Math.abs(d), ne: Math.abs(d) }[op as "ge"];
    return [value, value];
  };
  const top = w.boolean ? 1 : Infinity;
  const not = ([low, high]: Interval): Interval => [-high, -low];
  const min = (...xs: Interval[]): Interval => [
    Math.min(top, ...xs.map((x) => x[0])),
    Math.min(top, ...xs.map((x) => x[1])),
  ];
  const max = (...xs: Interval[]): Interval => not(min(...xs.map(not)));
  /** Indices of the window, those before the trace only where the past is unknown. */
  const window = (from: number, to: number): number[] => {
    const out: number[] = [];
    for (let j = Math.max(from, w.unknownPast ? Math.min(-1, to) : 0); j <= Math.min(to, w.length - 1); j++)
      out.push(j);
    if (w.unknownPast && from < 0 && !out.includes(-1) && to >= -1) out.push(-1);
    return out;
  };
  const since = (p: Formula, q: Formula, k: number, a: number, b: number): Interval =>
    max(
      ...window(k - b, k - a).map((j) => {
        const parts = [at(q, j)];
        // Behind an instant inside an interval there is more of the interval, unless it is the present one.
        if (w.dense && j % 2 !== 0 && !(j === k && a === 0)) parts.push(at(p, j));
        for (let i = j + 1; i <= k; i++) parts.push(at(p, i));
        return min(...parts);
      }),
    );
  const until = (p: Formula, q: Formula, k: number, a: number, b: number): Interval =>
    max(
      ...window(k + a, k + b).map((j) => {
        const parts = [at(q, j)];
        if (w.dense && j % 2 !== 0 && !(j === k && a === 0)) parts.push(at(p, j));
        for (let i = k; i < j; i++) parts.push(at(p, i));
        return min(...parts);
      }),
    );
  const steps = (x: unknown) => (x === null ? Infinity : Number(x) * w.scale);
  const compute = (g: Formula, k: number): Interval => {
    const [op, ...a] = g as [string, ...unknown[]];
    const f0 = a[0] as Formula;
    const f1 = a[1] as Formula;
    switch (op) {
      case "prop":
        return atom("ge", w.number(String(a[0]), k), 0.5);
      case "not":
        return not(at(f0, k));
      case "and":
        return min(at(f0, k), at(f1, k));
      case "or":
        return max(at(f0, k), at(f1, k));
      case "implies":
        return max(not(at(f0, k)), at(f1, k));
      case "once":
        return max(...window(-Infinity, k).map((j) => at(f0, j)));
      case "hist":
        return min(...window(-Infinity, k).map((j) => at(f0, j)));
      case "since":
        return since(f0, f1, k, 0, Infinity);
      case "onceT":
        return max(...window(k - steps(a[1]), k - steps(a[0])).map((j) => at(a[2] as Formula, j)));
      case "histT":
        return min(...window(k - steps(a[1]), k - steps(a[0])).map((j) => at(a[2] as Formula, j)));
      case "sinceT":
        return since(a[2] as Formula, a[3] as Formula, k, steps(a[0]), steps(a[1]));
      case "evT":
        return max(...window(k + steps(a[0]), k + steps(a[1])).map((j) => at(a[2] as Formula, j)));
      case "alwT":
        return min(...window(k + steps(a[0]), k + steps(a[1])).map((j) => at(a[2] as Formula, j)));
      case "untilT":
        return until(a[2] as Formula, a[3] as Formula, k, steps(a[0]), steps(a[1]));
      case "rise":
        return k === 0 ? at(f0, 0) : min(at(f0, k), not(at(f0, k - 1)));
      case "fall":
        return k === 0 ? not(at(f0, 0)) : min(not(at(f0, k)), at(f0, k - 1));
      case "prev":
        return k === 0 ? [top, top] : at(f0, k - 1);
      case "sprev":
        return k === 0 ? [-top, -top] : at(f0, k - 1);
      default:
        return atom(op, num(f0, k), num(f1, k));
    }
  };
  return Array.from({ length: w.length }, (_, k) => at(f, k));
}
