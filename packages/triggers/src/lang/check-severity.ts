/** E6: severities rise with their conditions. */
import type { Cond } from "./core.ts";
import { canonicalText } from "./core.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem, type SourceRange } from "./source.ts";

export interface SeverityClause {
  readonly level: number;
  readonly range: SourceRange;
  readonly when: Cond | undefined;
}

/** Sorts ascending; throws SG_TRIGGER_SEVERITY, SG_TRIGGER_DUPLICATE. */
export function checkSeverities(clauses: readonly SeverityClause[]): readonly SeverityClause[] {
  for (const s of clauses) {
    if (s.level < 1 || s.level > 4)
      throw new TriggerProblem(CODES.severity, s.range, "a severity is 1 to 4", "等级为 1 至 4", {
        suggestion: s.level < 1 ? "severity 1" : "severity 4",
        suggestionZh: s.level < 1 ? "等级 1" : "等级 4",
      });
    if (clauses.some((other) => other !== s && other.level === s.level))
      throw new TriggerProblem(CODES.duplicate, s.range, `severity ${s.level} stands twice`, `等级 ${s.level} 重复`, {
        suggestion: `severity ${s.level} when … or …`,
        suggestionZh: `等级 ${s.level} 当 … 或 …`,
      });
  }
  const sorted = [...clauses].sort((a, b) => a.level - b.level);
  const unconditional = sorted.filter((s) => s.when === undefined);
  const [base, second] = unconditional;
  if (second)
    throw new TriggerProblem(
      CODES.duplicate,
      second.range,
      "only one severity may be without a condition",
      "仅一个等级可不带条件",
      { suggestion: `severity ${second.level} when …`, suggestionZh: `等级 ${second.level} 当 …` },
    );
  const lowest = sorted[0];
  if (base && lowest && lowest !== base)
    throw new TriggerProblem(
      CODES.severity,
      lowest.range,
      `severity ${lowest.level} can never apply: severity ${base.level} has no condition`,
      `等级 ${lowest.level} 永不生效：等级 ${base.level} 无条件`,
      { suggestion: `severity ${base.level} when …`, suggestionZh: `等级 ${base.level} 当 …` },
    );
  for (const high of sorted) {
    const covered = sorted.find(
      (low) => low.level < high.level && low.when && high.when && implies(low.when, high.when),
    );
    if (covered)
      throw new TriggerProblem(
        CODES.severity,
        covered.range,
        `severity ${covered.level} can never apply: whenever its condition holds, severity ${high.level} holds too`,
        `等级 ${covered.level} 永不生效：其条件成立时，等级 ${high.level} 也成立`,
        { suggestion: `severity ${high.level} when …`, suggestionZh: `等级 ${high.level} 当 …` },
      );
  }
  return sorted;
}

/** Whether `a` can be seen to imply `b`: the same shape with thresholds and durations at least as strict. */
function implies(a: Cond, b: Cond): boolean {
  if (canonicalText(a) === canonicalText(b)) return true;
  if (a.op === "for" && b.op === "for") return a.ms >= b.ms && implies(a.of, b.of);
  if (a.op === "for") return implies(a.of, b);
  if (a.op === "and" && (implies(a.left, b) || implies(a.right, b))) return true;
  if (b.op === "or" && (implies(a, b.left) || implies(a, b.right))) return true;
  const [x, y] = [threshold(a), threshold(b)];
  if (!x || !y || x.of !== y.of || x.sign !== y.sign) return false;
  const distance = x.sign * (x.value - y.value);
  return distance > 0 || (distance === 0 && (x.strict || !y.strict));
}

function threshold(cond: Cond): { of: string; sign: 1 | -1; value: number; strict: boolean } | undefined {
  if (cond.op !== "gt" && cond.op !== "ge" && cond.op !== "lt" && cond.op !== "le") return undefined;
  if (cond.right.op !== "const") return undefined;
  return {
    of: canonicalText(cond.left),
    sign: cond.op === "gt" || cond.op === "ge" ? 1 : -1,
    value: cond.right.value,
    strict: cond.op === "gt" || cond.op === "lt",
  };
}
