/** What an expression turns out to be, and what kinds of conditions there are. */
import type { Cond } from "./core.ts";
import type { Typed } from "./typed.ts";

export type Checked = { kind: "num"; value: Typed } | { kind: "cond"; value: Cond } | { kind: "text"; value: string };

export const num = (value: Typed): Checked => ({ kind: "num", value });

/** True for conditions that hold at instants only. */
export function isPoint(cond: Cond): boolean {
  switch (cond.op) {
    case "event":
    case "rising":
    case "falling":
      return true;
    case "response":
      return true;
    case "and":
      return isPoint(cond.left) || isPoint(cond.right);
    case "or":
      return isPoint(cond.left) && isPoint(cond.right);
    default:
      return false;
  }
}
