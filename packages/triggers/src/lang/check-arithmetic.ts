/** Numbers with units: constants, sums and products. */
import type { Expr } from "./ast.ts";
import { TRIGGER_ERROR_CODES as CODES, type SourceRange } from "./source.ts";
import { align, fold, problem, type Typed } from "./typed.ts";
import { combine, DIMENSIONLESS, parseUnit } from "./units.ts";

export function constant(value: number, unitText: string | undefined, range: SourceRange): Typed {
  const unit = unitText === undefined ? DIMENSIONLESS : parseUnit(unitText);
  if (unit === undefined)
    throw problem(CODES.unit, range, `unknown unit "${unitText}"`, `未知单位“${unitText}”`, "km/h");
  return {
    num: { op: "const", value, unit: unit.code },
    unit,
    difference: false,
    bare: unitText === undefined,
    values: undefined,
  };
}

/** @param left @param right the two sides, checked */
export function arithmetic(expr: Extract<Expr, { kind: "arith" }>, left: Typed, right: Typed): Typed {
  if (expr.op === "mul" || expr.op === "div") {
    const unit = combine(left.unit, right.unit, expr.op === "mul" ? 1 : -1);
    return fold({
      num: { op: expr.op, left: left.num, right: right.num },
      unit,
      difference: true,
      bare: left.bare && right.bare,
      values: undefined,
    });
  }
  const [l, r] = align(left, right, expr.left.range, expr.right.range);
  const unit = left.num.op === "const" && right.num.op !== "const" ? right.unit : left.unit;
  const difference = expr.op === "sub" ? left.difference === right.difference : left.difference && right.difference;
  return fold({
    num: { op: expr.op, left: l, right: r },
    unit,
    difference,
    bare: left.bare && right.bare,
    values: undefined,
  });
}
