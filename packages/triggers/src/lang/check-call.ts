/** Calls of functions: of the moment, and aggregates over windows. */
import type { Expr } from "./ast.ts";
import { comparison } from "./check-comparison.ts";
import { covering } from "./check-coverage.ts";
import type { Checker } from "./check.ts";
import { num, type Checked } from "./checked.ts";
import type { Aggregate, Cond } from "./core.ts";
import { AGGREGATES } from "./core.ts";
import { FUNCTIONS, type FunctionName } from "./keywords.ts";
import { nearest, TRIGGER_ERROR_CODES as CODES } from "./source.ts";
import { align, problem, withNum, type Typed } from "./typed.ts";
import { combine, DIMENSIONLESS, parseUnit, type Unit } from "./units.ts";

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
const FEATURE_SIGNAL = "active_function";

export function call(checker: Checker, expr: Extract<Expr, { kind: "call" }>): Checked {
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
      return num(withNum(checker.number(first), (of) => ({ op: "abs", of })));
    case "min2":
    case "max2": {
      const left = checker.number(first);
      const right = checker.number(second as Expr);
      const [l, r] = align(left, right, first.range, (second as Expr).range);
      return num({ ...left, num: { op: name, left: l, right: r }, values: undefined });
    }
    case "valid":
    case "age": {
      const id = signalArgument(checker, first);
      if (name === "valid") return checker.cond({ op: "valid", id }, range);
      return num({
        num: { op: "age", id },
        unit: parseUnit("s") as Unit,
        difference: false,
        bare: false,
        values: undefined,
      });
    }
    case "last": {
      const id = signalArgument(checker, first);
      const source = checker.names.byId.get(id);
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
      return checker.cond(inside(checker, first), range);
    case "using": {
      const feature: Expr = { kind: "name", name: FEATURE_SIGNAL, range };
      return checker.cond(comparison(checker, "eq", feature, first), range);
    }
    case "rate": {
      const of = checker.number(first);
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
    throw problem(CODES.type, range, "a window must be longer than 0", "窗口须大于 0", "over 10 min", "于过去 10 分钟");
  if (name === "delta") {
    const of = checker.number(first);
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
  const of = name === "count" || name === "distinct" ? counted(checker, first, name) : checker.number(first);
  const by = expr.by === undefined ? undefined : checker.source(expr.by, range).id;
  let p: number | undefined;
  if (name === "quantile") {
    const value = checker.number(second as Expr).num;
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
  const minSamples = Math.max(checker.minSamples, name === "slope" ? 3 : 1);
  return num({
    num: {
      op: "aggregate",
      fn: name as Aggregate,
      of: of.num,
      ms: overMs,
      // A count is what was counted, however little; every other result says something only of enough samples.
      minSamples: name === "count" ? minSamples : Math.max(minSamples, covering(checker, of.num, overMs, range)),
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
function counted(checker: Checker, expr: Expr, name: string): Typed {
  const checked = checker.check(expr);
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

function inside(checker: Checker, argument: Expr): Cond {
  const name = argument.kind === "name" ? argument.name : argument.kind === "string" ? argument.value : undefined;
  const known = name === undefined ? undefined : checker.names.regions.find(name);
  if (name === undefined || known === undefined) {
    const suggestion = name === undefined ? undefined : checker.names.regions.nearest(name);
    throw problem(
      CODES.unknownName,
      argument.range,
      `the registry has no region or road list "${name ?? "?"}"${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`,
      `登记中没有名为“${name ?? "？"}”的区域或道路清单${suggestion === undefined ? "" : `；是否应为“${suggestion}”？`}`,
      suggestion === undefined ? 'inside("…")' : `"${suggestion}"`,
    );
  }
  const [longitude, latitude] = [LONGITUDE, LATITUDE].map((ids) => ids.find((id) => checker.names.byId.has(id)));
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

function signalArgument(checker: Checker, expr: Expr): string {
  const checked = checker.check(expr);
  if (checked.kind === "num" && checked.value.num.op === "signal") return checked.value.num.id;
  if (checked.kind === "cond" && checked.value.op === "flag") return checked.value.id;
  throw problem(CODES.type, expr.range, "expected a signal", "此处应为信号", "soc", "荷电状态");
}
