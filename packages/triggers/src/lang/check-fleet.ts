/** Checks of conditions over many subjects; E8: the window is at most 90 days. */
import type { Clause, Expr, FleetExpr } from "./ast.ts";
import { ATTRIBUTES, findNamed, namedIn, nearestNamed, SUBJECTS } from "./attributes.ts";
import type { CoreFleet } from "./core.ts";
import type { Names } from "./names.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem, type SourceRange } from "./source.ts";

export const LONGEST_FLEET_WINDOW_MS = 90 * 86_400_000;

export function subjectOf(name: string, range: SourceRange): string {
  const known = findNamed(SUBJECTS, name);
  if (known) return known.id;
  const suggestion = nearestNamed(SUBJECTS, name);
  throw new TriggerProblem(
    CODES.unknownName,
    range,
    `unknown kind of subject "${name}"; known: ${SUBJECTS.map((s) => s.id).join(", ")}`,
    `未知对象种类“${name}”；可用：${SUBJECTS.map((s) => s.zh[0]).join("、")}`,
    { suggestion: suggestion ?? "vehicle", suggestionZh: suggestion ?? "车辆" },
  );
}

export function attributeOf(name: string, range: SourceRange): string {
  const known = findNamed(ATTRIBUTES, name);
  if (known) return known.id;
  const suggestion = nearestNamed(ATTRIBUTES, name);
  throw new TriggerProblem(
    CODES.unknownName,
    range,
    `the registry has no attribute "${name}"; known: ${ATTRIBUTES.map((a) => a.id).join(", ")}`,
    `登记中没有属性“${name}”；可用：${ATTRIBUTES.map((a) => a.zh[0]).join("、")}`,
    { suggestion: suggestion ?? "model", suggestionZh: suggestion ?? "车型" },
  );
}

/** @param groupBy attributes of `group by`, resolved */
export function checkFleet(
  expr: Expr & FleetExpr,
  clauses: readonly Clause[],
  groupBy: readonly string[],
  names: Names,
): CoreFleet {
  for (const clause of clauses) {
    if (clause.kind === "clearWhen" || (clause.kind === "severity" && clause.condition !== undefined))
      throw new TriggerProblem(
        CODES.type,
        clause.range,
        "a fleet condition has one threshold: it clears when the count falls below it; write a second trigger for another",
        "车队条件只有一个阈值：计数回落即解除；其他阈值请另写触发器",
        { suggestion: "severity 2", suggestionZh: "等级 2" },
      );
  }
  if (expr.ms <= 0 || expr.ms > LONGEST_FLEET_WINDOW_MS)
    throw new TriggerProblem(
      CODES.window,
      expr.range,
      "the window of a fleet condition is at most 90 d",
      "车队条件的窗口最长 90 天",
      { suggestion: "in last 90 d", suggestionZh: "过去 90 天" },
    );
  if (expr.percent ? expr.amount < 0 || expr.amount > 100 : expr.amount < 0 || !Number.isInteger(expr.amount))
    throw new TriggerProblem(
      CODES.type,
      expr.range,
      "a fleet condition counts whole subjects or 0 % to 100 % of them",
      "车队条件须为整数个对象或 0 % 至 100 %",
      { suggestion: expr.percent ? "100 %" : `${Math.max(0, Math.round(expr.amount))}` },
    );
  const group = expr.group === undefined ? groupBy[0] : attributeOf(expr.group, expr.range);
  const other = groupBy.find((attribute) => attribute !== group);
  if (other !== undefined)
    throw new TriggerProblem(
      CODES.type,
      expr.range,
      `the condition counts in group ${group}, but the trigger groups by ${other}`,
      `条件按“${group}”分组计数，而触发器按“${other}”分组`,
      {
        suggestion: `group by ${group}`,
        suggestionZh: `分组 ${group === undefined ? "…" : namedIn(ATTRIBUTES, group, "zh")}`,
      },
    );
  if (expr.nearM !== undefined) {
    if (expr.percent)
      throw new TriggerProblem(
        CODES.type,
        expr.range,
        "a place has no population: count subjects, not a percentage",
        "地点没有总体：请按数量而非百分比计",
        { suggestion: "at least 100", suggestionZh: "至少 100" },
      );
    if (expr.op === "lt" || expr.op === "le")
      throw new TriggerProblem(
        CODES.type,
        expr.range,
        'subjects near each other are counted with "at least" or "more than"',
        "相邻对象请用“至少”或“超过”计数",
        { suggestion: "at least", suggestionZh: "至少" },
      );
    if (!names.byId.has("location.longitude") && !names.byId.has("longitude"))
      throw new TriggerProblem(
        CODES.unknownName,
        expr.range,
        "the catalogue has no position signals",
        "目录中没有位置信号",
        { suggestion: "location.longitude" },
      );
  }
  return {
    cmp: expr.op,
    amount: expr.percent ? Number((expr.amount / 100).toPrecision(15)) : expr.amount,
    percent: expr.percent,
    population: expr.population,
    subject: subjectOf(expr.subject, expr.range),
    ...(group === undefined ? {} : { group }),
    ...(expr.nearM === undefined ? {} : { nearM: expr.nearM }),
    ms: expr.ms,
  };
}
