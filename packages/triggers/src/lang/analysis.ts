/** What can be said about a condition without running it: how far back it looks, in which units it has margins. */
import { partsOf, type Cond, type Num } from "./core.ts";
import type { Names } from "./names.ts";
import { conditionsIn, numbersOf } from "./walk.ts";

/** Past that a verdict depends on, without holds. */
export function horizonOf(cond: Cond): number {
  const inner = Math.max(0, ...partsOf(cond).map(horizonOf));
  switch (cond.op) {
    case "once":
    case "historically":
    case "since":
      return inner + (cond.to ?? Infinity);
    case "for":
    case "within":
    case "count":
    case "share":
    case "samples":
    case "response":
      return inner + cond.ms;
    case "offline":
    case "noData":
      return cond.ms;
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
      return Math.max(horizonOfNum(cond.left), horizonOfNum(cond.right));
    case "in":
      return horizonOfNum(cond.of);
    default:
      return inner;
  }
}

function horizonOfNum(num: Num): number {
  switch (num.op) {
    case "const":
    case "signal":
    case "age":
    case "last":
      return 0;
    case "delta":
    case "aggregate":
      return num.ms + horizonOfNum(num.of);
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "mod":
    case "min2":
    case "max2":
      return Math.max(horizonOfNum(num.left), horizonOfNum(num.right));
    default:
      return horizonOfNum(num.of);
  }
}

/** What a condition goes by however old it is: beyond every horizon. */
export interface LongMemory {
  /** The last reception of anything. */
  readonly reception: boolean;
  /** Signals of which the last observation counts, whatever it said. */
  readonly observed: readonly string[];
  /** Signals of which the last valid value counts. */
  readonly valued: readonly string[];
}

export function longMemoryOf(cond: Cond): LongMemory {
  const all = [...conditionsIn(cond)];
  const numbers = all.flatMap((one) => [...numbersOf(one)]);
  const observed = [
    ...all.flatMap((one) => (one.op === "noData" ? [one.id] : [])),
    ...numbers.flatMap((num) => (num.op === "age" ? [num.id] : [])),
  ];
  const valued = numbers.flatMap((num) => (num.op === "last" ? [num.id] : []));
  return {
    reception: all.some((one) => one.op === "offline"),
    observed: [...new Set(observed)],
    valued: [...new Set(valued)],
  };
}

/** Units of the comparisons of a condition: one unit means margins in it, several mean normalised margins. */
export function marginUnits(cond: Cond, names: Names, into: Set<string> = new Set()): Set<string> {
  if ("left" in cond && (cond.op === "lt" || cond.op === "le" || cond.op === "gt" || cond.op === "ge")) {
    const unit = unitOfNum(cond.left, names) ?? unitOfNum(cond.right, names);
    into.add(unit ?? "1");
  }
  for (const part of partsOf(cond)) marginUnits(part, names, into);
  return into;
}

function unitOfNum(num: Num, names: Names): string | undefined {
  switch (num.op) {
    case "const":
      return num.unit === "1" ? undefined : num.unit;
    case "signal":
    case "last":
      return names.byId.get(num.id)?.unit.code;
    case "age":
      return "s";
    case "rate":
      return `${unitOfNum(num.of, names) ?? "1"}/s`;
    case "aggregate":
      return num.fn === "count" || num.fn === "distinct"
        ? "1"
        : num.fn === "slope"
          ? `${unitOfNum(num.of, names) ?? "1"}/s`
          : unitOfNum(num.of, names);
    case "add":
    case "sub":
    case "min2":
    case "max2":
      return unitOfNum(num.left, names) ?? unitOfNum(num.right, names);
    case "mul":
    case "div":
    case "mod":
      return undefined;
    default:
      return unitOfNum(num.of, names);
  }
}
