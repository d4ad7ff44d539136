/** The numbers of a condition. */
import { partsOf, type Cond, type Num } from "./core.ts";

/** Numbers that the condition itself compares, with their parts; not those of the conditions in it. */
export function* numbersOf(cond: Cond): Generator<Num> {
  switch (cond.op) {
    case "in":
      yield* numbersIn(cond.of);
      break;
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
      yield* numbersIn(cond.left);
      yield* numbersIn(cond.right);
      break;
    default:
      break;
  }
}

/** A number and its parts. */
export function* numbersIn(num: Num): Generator<Num> {
  yield num;
  if ("of" in num) yield* numbersIn(num.of);
  else if ("left" in num) {
    yield* numbersIn(num.left);
    yield* numbersIn(num.right);
  }
}

/** The condition and all conditions in it. */
export function* conditionsIn(cond: Cond): Generator<Cond> {
  yield cond;
  for (const part of partsOf(cond)) yield* conditionsIn(part);
}
