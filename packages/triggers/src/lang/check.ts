/** From surface expressions to the core: names, types, units. Names, numbers, comparisons, calls and coverage: check-*.ts. */
import type { Expr } from "./ast.ts";
import { arithmetic, constant } from "./check-arithmetic.ts";
import { call } from "./check-call.ts";
import { comparison, membership } from "./check-comparison.ts";
import { numberOfSamples, share } from "./check-coverage.ts";
import { findSource } from "./check-name.ts";
import { isPoint, num, type Checked } from "./checked.ts";
import type { Cond } from "./core.ts";
import type { Names, Source } from "./names.ts";
import { TRIGGER_ERROR_CODES as CODES, type SourceRange } from "./source.ts";
import { problem, withNum, type Typed } from "./typed.ts";
import { DIMENSIONLESS, displayUnit } from "./units.ts";

export type LetTable = ReadonlyMap<string, Expr>;

export class Checker {
  readonly names: Names;
  readonly lets: LetTable;
  /** Source range of every condition, for witnesses and truth ribbons. */
  readonly ranges: Map<Cond, SourceRange>;
  readonly minSamples: number;
  /** Of `requires coverage`, 0 to 1. */
  readonly coverage: number | undefined;
  /** Of `requires period`, ms. */
  readonly period: number | undefined;
  private readonly open = new Set<string>();
  private nodes = 0;

  constructor(
    names: Names,
    lets: LetTable,
    ranges: Map<Cond, SourceRange>,
    requires: { minSamples: number; coverage?: number | undefined; period?: number | undefined },
  ) {
    this.names = names;
    this.lets = lets;
    this.ranges = ranges;
    this.minSamples = requires.minSamples;
    this.coverage = requires.coverage;
    this.period = requires.period;
  }

  condition(expr: Expr): Cond {
    const checked = this.check(expr);
    if (checked.kind === "cond") return checked.value;
    if (checked.kind === "num" && checked.value.num.op === "signal") {
      const source = this.names.byId.get(checked.value.num.id);
      if (source && isFlag(source)) return this.mark({ op: "flag", id: source.id }, expr.range);
    }
    const what = checked.kind === "text" ? ["text", "文字"] : ["a number", "数值"];
    throw problem(
      CODES.type,
      expr.range,
      `expected a condition, found ${what[0]}: compare it with something`,
      `此处应为条件，却是${what[1]}：请加上比较`,
      this.example(expr, "en"),
      this.example(expr, "zh"),
    );
  }

  mark<C extends Cond>(cond: C, range: SourceRange): C {
    this.ranges.set(cond, range);
    return cond;
  }

  number(expr: Expr): Typed {
    const checked = this.check(expr);
    if (checked.kind === "num") return checked.value;
    if (checked.kind === "text")
      throw problem(CODES.type, expr.range, "expected a number, found text", "此处应为数值，却是文字", "10");
    throw conditionForNumber(expr.range);
  }

  /** How a number or text becomes a condition. */
  private example(expr: Expr, language: "en" | "zh"): string {
    if (expr.kind !== "name") return language === "en" ? "speed > 60 km/h" : "车速 > 60 km/h";
    const source = this.names.find(expr.name);
    const unit = source === undefined ? "" : displayUnit(source.unit.code);
    return source?.values === undefined ? `${expr.name} > 10${unit === "" ? "" : ` ${unit}`}` : `${expr.name} == 1`;
  }

  check(expr: Expr): Checked {
    if (++this.nodes > 2000)
      throw problem(
        CODES.tooLarge,
        expr.range,
        "the trigger has more than 2000 parts",
        "触发器超过 2000 个部分",
        "two triggers",
        "拆成两个触发器",
      );
    switch (expr.kind) {
      case "number":
        return num(constant(expr.value, expr.unit, expr.range));
      case "string":
        return { kind: "text", value: expr.value };
      case "bool":
        return this.cond({ op: expr.value ? "true" : "false" }, expr.range);
      case "name":
        return this.name(expr.name, expr.range);
      case "neg":
        return num(
          withNum(this.number(expr.of), (of) => (of.op === "const" ? { ...of, value: -of.value } : { op: "neg", of })),
        );
      case "arith":
        return num(arithmetic(expr, this.number(expr.left), this.number(expr.right)));
      case "compare":
        return this.cond(comparison(this, expr.op, expr.left, expr.right), expr.range);
      case "between": {
        const low = this.mark(comparison(this, "ge", expr.of, expr.low), expr.range);
        const high = this.mark(comparison(this, "le", expr.of, expr.high), expr.range);
        return this.cond({ op: "and", left: low, right: high }, expr.range);
      }
      case "in":
        return this.cond(membership(this, expr), expr.range);
      case "not":
        return this.cond({ op: "not", of: this.condition(expr.of) }, expr.range);
      case "and":
      case "or":
      case "implies":
        return this.cond(
          { op: expr.kind, left: this.condition(expr.left), right: this.condition(expr.right) },
          expr.range,
        );
      case "since":
        return this.cond(
          {
            op: "since",
            left: this.condition(expr.left),
            right: this.condition(expr.right),
            from: expr.bound.from,
            to: expr.bound.to ?? null,
          },
          expr.range,
        );
      case "once":
      case "historically":
        return this.cond(
          { op: expr.kind, of: this.condition(expr.of), from: expr.bound.from, to: expr.bound.to ?? null },
          expr.range,
        );
      case "for":
      case "within":
        return this.cond({ op: expr.kind, of: this.condition(expr.of), ms: expr.ms }, expr.range);
      case "rising":
      case "falling":
      case "previous":
        return this.cond({ op: expr.kind, of: this.condition(expr.of) }, expr.range);
      case "count":
        return this.cond(
          { op: "count", of: this.occurrence(expr.of), cmp: expr.op, n: expr.n, ms: expr.ms },
          expr.range,
        );
      case "share":
        return this.cond(share(this, expr), expr.range);
      case "samples":
        return this.cond(numberOfSamples(this, expr), expr.range);
      case "response":
        return this.cond(
          {
            op: "response",
            after: this.occurrence(expr.after),
            expect: this.occurrence(expr.expect),
            negated: expr.negated,
            ms: expr.ms,
          },
          expr.range,
        );
      case "call":
        return call(this, expr);
      case "offline":
        return this.cond({ op: "offline", ms: expr.ms }, expr.range);
      case "noData":
        return this.cond(
          expr.from === undefined
            ? { op: "offline", ms: expr.ms }
            : { op: "noData", id: this.source(expr.from, expr.range).id, ms: expr.ms },
          expr.range,
        );
      case "timeOfDay":
        if (expr.from === expr.to)
          throw problem(
            CODES.type,
            expr.range,
            "a time of day begins and ends at different times",
            "时段的起止时刻不能相同",
            "time of day between 22:00 and 06:00",
            "时刻 介于 22:00 与 06:00",
          );
        return this.cond({ op: "timeOfDay", from: expr.from, to: expr.to }, expr.range);
      case "fleet":
        throw problem(
          CODES.type,
          expr.range,
          'a fleet condition is the whole of a "when"; it cannot be part of another condition',
          "车队条件须独占“当”子句，不能作为其他条件的一部分",
          "when more than 2 % of active vehicle have … in last 7 d",
          "当 超过 2 % 的 活跃 车辆 满足 … 过去 7 天",
        );
    }
  }

  cond(cond: Cond, range: SourceRange): Checked {
    return { kind: "cond", value: this.mark(cond, range) };
  }

  /** Counting and deadlines need points in time: a condition stands for its rising edges. */
  private occurrence(expr: Expr): Cond {
    const cond = this.condition(expr);
    if (isPoint(cond)) return cond;
    return this.mark({ op: "rising", of: cond }, expr.range);
  }

  private name(name: string, range: SourceRange): Checked {
    const letExpr = this.lets.get(name);
    if (letExpr !== undefined) {
      if (this.open.has(name))
        throw problem(
          CODES.syntax,
          range,
          `"${name}" is defined by itself`,
          `“${name}”的定义引用了自身`,
          "let … = speed > 60 km/h",
          "令 … = 车速 > 60 km/h",
        );
      this.open.add(name);
      try {
        return this.check(letExpr);
      } finally {
        this.open.delete(name);
      }
    }
    const source = this.source(name, range);
    if (source.kind === "event") return this.cond({ op: "event", id: source.id }, range);
    if (source.kind === "bit") return this.cond({ op: "flag", id: source.id }, range);
    return num({
      num: { op: "signal", id: source.id },
      unit: source.unit,
      difference: source.difference,
      bare: false,
      values: source.values,
      text: source.text,
    });
  }

  source(name: string, range: SourceRange): Source {
    return findSource(this.names, this.lets.keys(), name, range);
  }

  /** A number or text; a 0/1 signal may be compared as a number. */
  operand(expr: Expr): Exclude<Checked, { kind: "cond" }> {
    const checked = this.check(expr);
    if (checked.kind !== "cond") return checked;
    if (checked.value.op === "flag") {
      const source = this.names.byId.get(checked.value.id);
      return {
        kind: "num",
        value: {
          num: { op: "signal", id: checked.value.id },
          unit: DIMENSIONLESS,
          difference: false,
          bare: false,
          values: source?.values,
        },
      };
    }
    throw conditionForNumber(expr.range);
  }
}

function conditionForNumber(range: SourceRange) {
  return problem(
    CODES.type,
    range,
    "expected a number, found a condition",
    "此处应为数值，却是条件",
    "leave the comparison out",
    "去掉多余的比较",
  );
}

function isFlag(source: Source): boolean {
  return source.kind === "bit" || (source.unit.code === "1" && source.range[0] === 0 && source.range[1] === 1);
}
