/**
 * Can a condition have been true at some instant of a period of which only the extremes of each signal are known? Used
 * to leave out subjects whose rows need not be read: `false` is certain, `true` means that the rows decide.
 */
import type { CompiledTrigger } from "@sandglass/triggers";

type Cond = CompiledTrigger["core"]["when"];
type Num = Extract<Cond, { readonly values: readonly number[] }>["of"];

/** Smallest and greatest valid value in the period; undefined when there was none. */
export type Extremes = (signal: string) => { readonly min: number; readonly max: number } | undefined;

export function mayHold(cond: Cond, extremes: Extremes): boolean {
  switch (cond.op) {
    case "false":
      return false;
    case "lt":
    case "le":
      return compare(cond.left, cond.right, extremes, (left, right) => left.min <= right.max);
    case "gt":
    case "ge":
      return compare(cond.left, cond.right, extremes, (left, right) => left.max >= right.min);
    case "eq":
      return compare(cond.left, cond.right, extremes, (left, right) => left.min <= right.max && left.max >= right.min);
    case "in": {
      const values = rangeOf(cond.of, extremes);
      return values === "any" || (values !== undefined && cond.values.some((v) => v >= values.min && v <= values.max));
    }
    case "and":
      return mayHold(cond.left, extremes) && mayHold(cond.right, extremes);
    case "or":
      return mayHold(cond.left, extremes) || mayHold(cond.right, extremes);
    case "for":
      // It holds at the end of the time for which it must have held.
      return mayHold(cond.of, extremes);
    default:
      // Windows, edges, silence, negation: the rows decide.
      return true;
  }
}

/** Signals whose extremes `mayHold` looks at. */
export function comparedSignals(cond: Cond, into = new Set<string>()): ReadonlySet<string> {
  const ofNum = (num: Num): void => {
    if (num.op === "signal") into.add(num.id);
  };
  switch (cond.op) {
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
      ofNum(cond.left);
      ofNum(cond.right);
      break;
    case "in":
      ofNum(cond.of);
      break;
    case "and":
    case "or":
      comparedSignals(cond.left, into);
      comparedSignals(cond.right, into);
      break;
    case "for":
      comparedSignals(cond.of, into);
      break;
    default:
      break;
  }
  return into;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** `any`: nothing is known about it; undefined: it had no value, so that no comparison with it was true. */
function rangeOf(num: Num, extremes: Extremes): Range | "any" | undefined {
  if (num.op === "const") return { min: num.value, max: num.value };
  return num.op === "signal" ? extremes(num.id) : "any";
}

function compare(left: Num, right: Num, extremes: Extremes, test: (left: Range, right: Range) => boolean): boolean {
  const [a, b] = [rangeOf(left, extremes), rangeOf(right, extremes)];
  if (a === undefined || b === undefined) return false;
  return a === "any" || b === "any" || test(a, b);
}
