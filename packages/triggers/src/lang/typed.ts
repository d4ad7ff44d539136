/** Numbers with units while checking: bringing two to one unit, folding constants. */
import type { Num } from "./core.ts";
import type { Source } from "./names.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem, type SourceRange } from "./source.ts";
import { convert, displayUnit, sameDimension, type Unit } from "./units.ts";

export const problem = (
  code: (typeof CODES)[keyof typeof CODES],
  range: SourceRange,
  en: string,
  zh: string,
  suggestion: string,
  suggestionZh: string = suggestion,
) => new TriggerProblem(code, range, en, zh, { suggestion, suggestionZh });

/** A number with its unit while checking. `bare`: a literal without unit, which only fits dimensionless partners. */
export interface Typed {
  readonly num: Num;
  readonly unit: Unit;
  readonly difference: boolean;
  readonly bare: boolean;
  /** Enumerated codes, if the number is a signal that has them. */
  readonly values: Source["values"];
  /** If the number is a text signal. */
  readonly text?: Source["text"];
}
/** Brings two numbers to one unit, that of the signal side. */
export function align(left: Typed, right: Typed, leftRange: SourceRange, rightRange: SourceRange): [Num, Num] {
  requireUnit(left, right, leftRange);
  requireUnit(right, left, rightRange);
  if (!sameDimension(left.unit, right.unit)) {
    throw problem(
      CODES.unit,
      rightRange,
      `units do not fit: ${unitName(left.unit)} against ${unitName(right.unit)}`,
      `单位不符：${unitName(left.unit, true)} 与 ${unitName(right.unit, true)}`,
      displayUnit(left.unit.code) || "1",
    );
  }
  const difference = left.difference || right.difference;
  if (left.num.op === "const" && right.num.op !== "const") return [rescale(left, right.unit, difference), right.num];
  return [left.num, rescale(right, left.unit, difference)];
}

function requireUnit(side: Typed, other: Typed, range: SourceRange): void {
  if (!side.bare || other.bare || other.unit.code === "1") return;
  const value = side.num.op === "const" ? side.num.value : "";
  const suggestion = `${value} ${displayUnit(other.unit.code)}`;
  throw problem(
    CODES.unit,
    range,
    `the number needs a unit: ${suggestion}`,
    `该数值须带单位：${suggestion}`,
    suggestion,
  );
}

export function withNum(typed: Typed, change: (num: Num) => Num): Typed {
  return fold({ ...typed, num: change(typed.num), values: undefined, text: undefined });
}

/** Folds constants, so that `0 - 6 m/s2` is one. */
export function fold(typed: Typed): Typed {
  const n = typed.num;
  if (!("left" in n) || n.left.op !== "const" || n.right.op !== "const") return typed;
  const a = n.left.value;
  const b = n.right.value;
  const value =
    n.op === "add" ? a + b : n.op === "sub" ? a - b : n.op === "mul" ? a * b : n.op === "div" ? a / b : undefined;
  if (value === undefined || !Number.isFinite(value)) return typed;
  return { ...typed, num: { op: "const", value: Number(value.toPrecision(15)), unit: typed.unit.code } };
}

function rescale(typed: Typed, to: Unit, difference: boolean): Num {
  const { num: n, unit } = typed;
  if (unit.code === to.code) return n;
  if (n.op === "const") return { op: "const", value: convert(n.value, unit, to, difference), unit: to.code };
  if (unit.factor === to.factor && (difference || unit.offset === to.offset)) return n;
  const factor: Num = { op: "const", value: Number((unit.factor / to.factor).toPrecision(15)), unit: "1" };
  const scaled: Num = { op: "mul", left: n, right: factor };
  if (difference || unit.offset === to.offset) return scaled;
  return {
    op: "add",
    left: scaled,
    right: { op: "const", value: Number(((unit.offset - to.offset) / to.factor).toPrecision(15)), unit: to.code },
  };
}

function unitName(unit: Unit, zh = false): string {
  return displayUnit(unit.code) || (zh ? "无单位" : "no unit");
}
