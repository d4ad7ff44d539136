/** From surface expressions to the core: names, types, units. */
import { codeOfText } from "@sandglass/signals";
import type { Comparison, Expr } from "./ast.ts";
import type { Aggregate, Cond, Num } from "./core.ts";
import { AGGREGATES, signalsOf, signalsOfNum } from "./core.ts";
import { FUNCTIONS, type FunctionName } from "./keywords.ts";
import type { Names, Source } from "./names.ts";
import { nearest, TRIGGER_ERROR_CODES as CODES, type SourceRange } from "./source.ts";
import { align, fold, problem, withNum, type Typed } from "./typed.ts";
import { combine, DIMENSIONLESS, displayUnit, parseUnit, type Unit } from "./units.ts";

type Checked = { kind: "num"; value: Typed } | { kind: "cond"; value: Cond } | { kind: "text"; value: string };

export type LetTable = ReadonlyMap<string, Expr>;

const FUNCTION_BY_NAME = new Map<string, FunctionName>();
for (const [en, zh] of Object.entries(FUNCTIONS)) {
  FUNCTION_BY_NAME.set(en, en as FunctionName);
  FUNCTION_BY_NAME.set(zh, en as FunctionName);
}

/** Aggregates that `by` can tell apart. */
const BY: ReadonlySet<string> = new Set(["count", "sum", "avg", "min", "max", "distinct"]);
/** Position signals, the first that the catalogue has. */
const LONGITUDE = ["location.longitude", "longitude"];
const LATITUDE = ["location.latitude", "latitude"];
/** Text signal that names the function in use (`using("…")`). */
export const FEATURE_SIGNAL = "active_function";
const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  lt: "gt",
  le: "ge",
  gt: "lt",
  ge: "le",
  eq: "eq",
  ne: "ne",
};

/** Scalar signals that stand for the highest entry of a list. */
const HIGHEST_OF = new Map([
  ["motor.temp", "max_motor_temp"],
  ["motor.controller_temp", "max_controller_temp"],
  ["cell.voltage", "max_cell_voltage"],
  ["probe.temp", "max_cell_temp"],
]);

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

  private mark<C extends Cond>(cond: C, range: SourceRange): C {
    this.ranges.set(cond, range);
    return cond;
  }

  private number(expr: Expr): Typed {
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

  private check(expr: Expr): Checked {
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
        return num(this.constant(expr.value, expr.unit, expr.range));
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
        return num(this.arithmetic(expr));
      case "compare":
        return this.cond(this.comparison(expr.op, expr.left, expr.right), expr.range);
      case "between": {
        const low = this.mark(this.comparison("ge", expr.of, expr.low), expr.range);
        const high = this.mark(this.comparison("le", expr.of, expr.high), expr.range);
        return this.cond({ op: "and", left: low, right: high }, expr.range);
      }
      case "in":
        return this.cond(this.membership(expr), expr.range);
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
        return this.cond(this.share(expr), expr.range);
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
        return this.call(expr);
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

  private share(expr: Extract<Expr, { kind: "share" }>): Cond {
    const { op: cmp, fraction, per, ms } = expr;
    const of = this.condition(expr.of);
    if (per === "time")
      return {
        op: "share",
        of,
        cmp,
        fraction,
        per,
        ms,
        minSamples: 0,
        ...(this.coverage === undefined ? {} : { minKnown: this.coverage }),
      };
    const covering = Math.max(
      0,
      ...[...signalsOf(of)].map((id) => this.covering({ op: "signal", id }, ms, expr.range)),
    );
    return { op: "share", of, cmp, fraction, per, ms, minSamples: Math.max(this.minSamples, covering) };
  }

  private cond(cond: Cond, range: SourceRange): Checked {
    return { kind: "cond", value: this.mark(cond, range) };
  }

  /** Counting and deadlines need points in time: a condition stands for its rising edges. */
  private occurrence(expr: Expr): Cond {
    const cond = this.condition(expr);
    if (isPoint(cond)) return cond;
    return this.mark({ op: "rising", of: cond }, expr.range);
  }

  private constant(value: number, unitText: string | undefined, range: SourceRange): Typed {
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

  private source(name: string, range: SourceRange): Source {
    const source = this.names.find(name);
    if (source === undefined) {
      const suggestion = this.names.nearest(name, this.lets.keys());
      throw problem(
        CODES.unknownName,
        range,
        `unknown signal "${name}"${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`,
        `未知信号“${name}”${suggestion === undefined ? "" : `；是否应为“${suggestion}”？`}`,
        suggestion ?? "speed",
        suggestion ?? "车速",
      );
    }
    if (source.kind === "list") {
      const suggestion = HIGHEST_OF.get(source.id);
      throw problem(
        CODES.type,
        range,
        `"${source.id}" has several values per observation and cannot be compared${suggestion === undefined ? "" : `; use "${suggestion}"`}`,
        `“${source.names.zh}”每次观测有多个值，不能直接比较${suggestion === undefined ? "" : `；请用“${suggestion}”`}`,
        suggestion ?? "max_cell_temp",
        this.names.byId.get(suggestion ?? "")?.names.zh ?? "最高单体温度",
      );
    }
    return source;
  }

  private comparison(op: Comparison, leftExpr: Expr, rightExpr: Expr): Cond {
    const left = this.operand(leftExpr);
    const right = this.operand(rightExpr);
    if (left.kind === "text" || right.kind === "text") {
      const side = left.kind === "text" ? right : left;
      const text = left.kind === "text" ? left : right;
      const ordered = side.kind === "num" && side.value.text === "version";
      if (side.kind !== "num" || text.kind !== "text" || (op !== "eq" && op !== "ne" && !ordered)) {
        throw problem(
          CODES.type,
          rightExpr.range,
          "text can only be compared with == or != to a signal with named values",
          "文字只能用 == 或 != 与有命名取值的信号比较",
          "==",
        );
      }
      const value = this.code(side.value, text.value, left.kind === "text" ? leftExpr.range : rightExpr.range);
      const constant: Num = {
        op: "const",
        value,
        unit: "1",
        ...(side.value.text === undefined ? {} : { text: text.value }),
      };
      return left.kind === "text"
        ? { op: MIRRORED[op], left: side.value.num, right: constant }
        : { op, left: side.value.num, right: constant };
    }
    if (left.value.text !== undefined || right.value.text !== undefined)
      throw problem(
        CODES.type,
        rightExpr.range,
        "this signal is text: compare it with text in quotes",
        "该信号为文字：请与引号内的文字比较",
        '"…"',
      );
    const [l, r] = align(left.value, right.value, leftExpr.range, rightExpr.range);
    return { op, left: l, right: r };
  }

  /** A number or text; a 0/1 signal may be compared as a number. */
  private operand(expr: Expr): Exclude<Checked, { kind: "cond" }> {
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

  private code(side: Typed, text: string, range: SourceRange): number {
    if (side.text !== undefined) {
      const code = codeOfText(text, side.text);
      if (!Number.isNaN(code)) return code;
      throw problem(
        CODES.type,
        range,
        `"${text}" is no version such as "2.1.0"`,
        `“${text}”不是版本号，应如“2.1.0”`,
        '"2.1.0"',
      );
    }
    const values = Object.entries(side.values ?? {});
    const wanted = text.trim().toLowerCase();
    const found = values.find(([, names]) => names.en.toLowerCase() === wanted || names.zh.toLowerCase() === wanted);
    if (found) return Number(found[0]);
    const known = values.flatMap(([, names]) => [names.en, names.zh]);
    const suggestion = nearest(text, known);
    throw problem(
      CODES.type,
      range,
      known.length === 0
        ? "this signal has no named values"
        : `no value is named "${text}"; known: ${values.map(([, n]) => n.en).join(", ")}`,
      known.length === 0
        ? "该信号没有命名取值"
        : `没有名为“${text}”的取值；可用：${values.map(([, n]) => n.zh).join("、")}`,
      suggestion ?? known[0] ?? "1",
      suggestion ?? known[1] ?? "1",
    );
  }

  private membership(expr: Extract<Expr, { kind: "in" }>): Cond {
    const of = this.operand(expr.of);
    if (of.kind !== "num")
      throw problem(CODES.type, expr.of.range, "expected a signal", "此处应为信号", "charge.state", "充电状态");
    const values = expr.values.map((item) => {
      const checked = this.check(item);
      if (checked.kind === "text") return this.code(of.value, checked.value, item.range);
      if (checked.kind === "cond")
        throw problem(CODES.type, item.range, "expected a number or text", "此处应为数值或文字", "1");
      if (of.value.text !== undefined)
        throw problem(CODES.type, item.range, "expected text in quotes", "此处应为引号内的文字", '"…"');
      const [, aligned] = align(of.value, checked.value, expr.of.range, item.range);
      if (aligned.op !== "const")
        throw problem(CODES.type, item.range, "a list holds constants", "列表中只能是常量", "[1, 2]");
      return aligned.value;
    });
    if (of.value.text === undefined) return { op: "in", of: of.value.num, values };
    const texts = expr.values.map((item) => (item.kind === "string" ? item.value : ""));
    return { op: "in", of: of.value.num, values, texts };
  }

  private arithmetic(expr: Extract<Expr, { kind: "arith" }>): Typed {
    const left = this.number(expr.left);
    const right = this.number(expr.right);
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

  private call(expr: Extract<Expr, { kind: "call" }>): Checked {
    const name = FUNCTION_BY_NAME.get(expr.name);
    if (name === undefined) {
      const suggestion = nearest(expr.name, FUNCTION_BY_NAME.keys());
      throw problem(
        CODES.unknownName,
        expr.range,
        `unknown function "${expr.name}"`,
        `未知函数“${expr.name}”`,
        suggestion ?? "avg(… over 10 min)",
        suggestion ?? "平均值(… 于过去 10 分钟)",
      );
    }
    const { args, overMs, range } = expr;
    const [first, second] = args;
    const arity = name === "min2" || name === "max2" || name === "quantile" ? 2 : 1;
    if (args.length !== arity || first === undefined) {
      throw problem(
        CODES.type,
        range,
        `${name} takes ${arity} argument${arity > 1 ? "s" : ""}`,
        `${FUNCTIONS[name]}需要 ${arity} 个参数`,
        `${name}(${arity === 2 ? "…, …" : "…"})`,
        `${FUNCTIONS[name]}(${arity === 2 ? "…, …" : "…"})`,
      );
    }
    if (expr.by !== undefined && (overMs === undefined || !BY.has(name)))
      throw problem(
        CODES.type,
        range,
        '"by" tells apart what is counted or aggregated over a window: count, sum, avg, min, max, distinct',
        "“按”用于区分窗口内计数或聚合的对象：计数、总和、平均值、最小值、最大值、不同值数",
        "count(… over 10 min by …)",
        "计数(… 于过去 10 分钟 按 …)",
      );
    switch (name) {
      case "abs":
        return num(withNum(this.number(first), (of) => ({ op: "abs", of })));
      case "min2":
      case "max2": {
        const left = this.number(first);
        const right = this.number(second as Expr);
        const [l, r] = align(left, right, first.range, (second as Expr).range);
        return num({ ...left, num: { op: name, left: l, right: r }, values: undefined });
      }
      case "valid":
      case "age": {
        const id = this.signalArgument(first);
        if (name === "valid") return this.cond({ op: "valid", id }, range);
        return num({
          num: { op: "age", id },
          unit: parseUnit("s") as Unit,
          difference: false,
          bare: false,
          values: undefined,
        });
      }
      case "last": {
        const id = this.signalArgument(first);
        const source = this.names.byId.get(id);
        if (source === undefined || source.kind === "event")
          throw problem(CODES.type, first.range, "expected a signal", "此处应为信号", "soc", "荷电状态");
        return num({
          num: { op: "last", id },
          unit: source.unit,
          difference: source.difference,
          bare: false,
          values: source.values,
          text: source.text,
        });
      }
      case "inside":
        return this.cond(this.inside(first), range);
      case "using": {
        const feature: Expr = { kind: "name", name: FEATURE_SIGNAL, range };
        return this.cond(this.comparison("eq", feature, first), range);
      }
      case "rate": {
        const of = this.number(first);
        return num({
          num: { op: "rate", of: of.num },
          unit: combine(of.unit, parseUnit("s") as Unit, -1),
          difference: true,
          bare: false,
          values: undefined,
        });
      }
      default:
        break;
    }
    if (overMs === undefined) {
      const twin = name === "min" ? "min2" : name === "max" ? "max2" : undefined;
      throw problem(
        CODES.type,
        range,
        `${name} needs a window: ${name}(… over 10 min)`,
        `${FUNCTIONS[name]}需要窗口：${FUNCTIONS[name]}(… 于过去 10 分钟)`,
        twin ?? `${name}(… over 10 min)`,
        twin === undefined ? `${FUNCTIONS[name]}(… 于过去 10 分钟)` : FUNCTIONS[twin],
      );
    }
    if (overMs <= 0)
      throw problem(
        CODES.type,
        range,
        "a window must be longer than 0",
        "窗口须大于 0",
        "over 10 min",
        "于过去 10 分钟",
      );
    if (name === "delta") {
      const of = this.number(first);
      return num({
        num: { op: "delta", of: of.num, ms: overMs },
        unit: of.unit,
        difference: true,
        bare: false,
        values: undefined,
      });
    }
    if (!(AGGREGATES as readonly string[]).includes(name))
      throw problem(
        CODES.type,
        range,
        `${name} takes no window`,
        `${FUNCTIONS[name]}不带窗口`,
        `${name}(…)`,
        `${FUNCTIONS[name]}(…)`,
      );
    const of = name === "count" || name === "distinct" ? this.counted(first, name) : this.number(first);
    const by = expr.by === undefined ? undefined : this.source(expr.by, range).id;
    let p: number | undefined;
    if (name === "quantile") {
      const value = this.number(second as Expr).num;
      if (value.op !== "const" || value.value < 0 || value.value > 1)
        throw problem(
          CODES.type,
          (second as Expr).range,
          "the quantile is a constant from 0 to 1",
          "分位数须为 0 到 1 的常量",
          "0.95",
        );
      p = value.value;
    }
    const unit =
      name === "count" || name === "distinct"
        ? DIMENSIONLESS
        : name === "slope"
          ? combine(of.unit, parseUnit("s") as Unit, -1)
          : of.unit;
    const minSamples = Math.max(this.minSamples, name === "slope" ? 3 : 1);
    return num({
      num: {
        op: "aggregate",
        fn: name as Aggregate,
        of: of.num,
        ms: overMs,
        // A count is what was counted, however little; every other result says something only of enough samples.
        minSamples: name === "count" ? minSamples : Math.max(minSamples, this.covering(of.num, overMs, range)),
        ...(p === undefined ? {} : { p }),
        ...(by === undefined ? {} : { by }),
      },
      unit,
      difference: of.difference || name === "slope" || name === "sum",
      bare: false,
      values: undefined,
    });
  }

  /** What is counted: samples of a number, or occurrences of an event. */
  private counted(expr: Expr, name: string): Typed {
    const checked = this.check(expr);
    if (checked.kind === "num") return checked.value;
    if (checked.kind === "cond" && (checked.value.op === "event" || checked.value.op === "flag"))
      return {
        num: { op: "signal", id: checked.value.id },
        unit: DIMENSIONLESS,
        difference: false,
        bare: false,
        values: undefined,
      };
    throw problem(
      CODES.type,
      expr.range,
      `${name} counts samples of a signal or an event; a condition is counted with "more than N times in last D"`,
      `${FUNCTIONS[name as FunctionName]}只对信号样本或事件计数；条件请用“超过 N 次于过去 D”`,
      "… more than 3 times in last 1 h",
      "… 超过 3 次于过去 1 小时",
    );
  }

  /** Samples that `requires coverage` asks of a window: so many of those that the reporting period promises. */
  private covering(of: Num, ms: number, range: SourceRange): number {
    if (this.coverage === undefined) return 0;
    const periods = [...signalsOfNum(of)].map((id) => this.names.byId.get(id)?.periodMs ?? 0);
    const period = this.period ?? Math.max(0, ...periods);
    if (period > 0) return Math.ceil((this.coverage * ms) / period - 1e-9);
    throw problem(
      CODES.type,
      range,
      '"requires coverage" needs a reporting period, which these signals do not have; use "requires samples" or add "requires period"',
      "“要求 覆盖率”需要上报周期，而这些信号没有；请用“要求 样本数”或加“要求 周期”",
      "requires samples >= 10",
      "要求 样本数 >= 10",
    );
  }

  private inside(argument: Expr): Cond {
    const name = argument.kind === "name" ? argument.name : argument.kind === "string" ? argument.value : undefined;
    const known = name === undefined ? undefined : this.names.regions.find(name);
    if (name === undefined || known === undefined) {
      const suggestion = name === undefined ? undefined : this.names.regions.nearest(name);
      throw problem(
        CODES.unknownName,
        argument.range,
        `the registry has no region or road list "${name ?? "?"}"${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`,
        `登记中没有名为“${name ?? "？"}”的区域或道路清单${suggestion === undefined ? "" : `；是否应为“${suggestion}”？`}`,
        suggestion === undefined ? 'inside("…")' : `"${suggestion}"`,
      );
    }
    const [longitude, latitude] = [LONGITUDE, LATITUDE].map((ids) => ids.find((id) => this.names.byId.has(id)));
    if (longitude === undefined || latitude === undefined)
      throw problem(
        CODES.unknownName,
        argument.range,
        "the catalogue has no position signals",
        "目录中没有位置信号",
        "location.longitude",
      );
    return { op: "inside", region: known.region.id, shape: known.shape, longitude, latitude };
  }

  private signalArgument(expr: Expr): string {
    const checked = this.check(expr);
    if (checked.kind === "num" && checked.value.num.op === "signal") return checked.value.num.id;
    if (checked.kind === "cond" && checked.value.op === "flag") return checked.value.id;
    throw problem(CODES.type, expr.range, "expected a signal", "此处应为信号", "soc", "荷电状态");
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

const num = (value: Typed): Checked => ({ kind: "num", value });

function isFlag(source: Source): boolean {
  return source.kind === "bit" || (source.unit.code === "1" && source.range[0] === 0 && source.range[1] === 1);
}

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
