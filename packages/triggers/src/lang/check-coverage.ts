/** Samples that windows need: `requires samples`, `requires coverage`. */
import type { Expr } from "./ast.ts";
import type { Checker } from "./check.ts";
import { signalsOf, signalsOfNum, type Cond, type Num } from "./core.ts";
import { TRIGGER_ERROR_CODES as CODES, type SourceRange } from "./source.ts";
import { problem } from "./typed.ts";

export function share(checker: Checker, expr: Extract<Expr, { kind: "share" }>): Cond {
  const { op: cmp, fraction, per, ms } = expr;
  const of = checker.condition(expr.of);
  if (per === "time")
    return {
      op: "share",
      of,
      cmp,
      fraction,
      per,
      ms,
      minSamples: 0,
      ...(checker.coverage === undefined ? {} : { minKnown: checker.coverage }),
    };
  return { op: "share", of, cmp, fraction, per, ms, minSamples: leastSamples(checker, of, ms, expr.range) };
}

export function numberOfSamples(checker: Checker, expr: Extract<Expr, { kind: "samples" }>): Cond {
  const { op: cmp, n, ms } = expr;
  const of = checker.condition(expr.of);
  return { op: "samples", of, cmp, n, ms, minSamples: leastSamples(checker, of, ms, expr.range) };
}

function leastSamples(checker: Checker, of: Cond, ms: number, range: SourceRange): number {
  const asked = [...signalsOf(of)].map((id) => covering(checker, { op: "signal", id }, ms, range));
  return Math.max(checker.minSamples, ...asked);
}

/** Samples that `requires coverage` asks of a window: so many of those that the reporting period promises. */
export function covering(checker: Checker, of: Num, ms: number, range: SourceRange): number {
  if (checker.coverage === undefined) return 0;
  const periods = [...signalsOfNum(of)].map((id) => checker.names.byId.get(id)?.periodMs ?? 0);
  const period = checker.period ?? Math.max(0, ...periods);
  if (period > 0) return Math.ceil((checker.coverage * ms) / period - 1e-9);
  throw problem(
    CODES.type,
    range,
    '"requires coverage" needs a reporting period, which these signals do not have; use "requires samples" or add "requires period"',
    "“要求 覆盖率”需要上报周期，而这些信号没有；请用“要求 样本数”或加“要求 周期”",
    "requires samples >= 10",
    "要求 样本数 >= 10",
  );
}
