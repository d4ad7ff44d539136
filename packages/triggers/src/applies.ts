/** Which subjects a trigger watches: its `applies to … where` over the attributes of the registry. */
import { versionCode } from "@sandglass/signals";
import { ATTRIBUTES, findNamed } from "./lang/attributes.ts";
import type { RegistryCond } from "./lang/core.ts";
import type { CompiledTrigger } from "./set.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An attribute that is not known satisfies no comparison; `not` of it does. */
export function appliesTo(trigger: CompiledTrigger, subject: string, attributes: Attributes): boolean {
  const { core } = trigger;
  return core.appliesTo === subject && (core.where === undefined || holds(core.where, attributes));
}

function holds(cond: RegistryCond, attributes: Attributes): boolean {
  switch (cond.op) {
    case "and":
      return holds(cond.left, attributes) && holds(cond.right, attributes);
    case "or":
      return holds(cond.left, attributes) || holds(cond.right, attributes);
    case "not":
      return !holds(cond.of, attributes);
    default:
      break;
  }
  const value = Object.hasOwn(attributes, cond.attribute) ? attributes[cond.attribute] : undefined;
  if (value === undefined) return false;
  if (cond.op !== "is" && cond.op !== "in" && findNamed(ATTRIBUTES, cond.attribute)?.type === "version") {
    const distance = versionCode(String(value)) - versionCode(String(cond.value));
    return compare(cond.op, distance, 0);
  }
  switch (cond.op) {
    case "is":
      return value === true;
    case "in":
      return cond.values.some((v) => v === value);
    case "eq":
      return value === cond.value;
    case "ne":
      return value !== cond.value;
    default:
      return compare(cond.op, Number(value), Number(cond.value));
  }
}

/** What is not a number satisfies nothing. */
function compare(op: "eq" | "ne" | "lt" | "le" | "gt" | "ge", a: number, b: number): boolean {
  switch (op) {
    case "eq":
      return a === b;
    case "ne":
      return a < b || a > b;
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    default:
      return a >= b;
  }
}
