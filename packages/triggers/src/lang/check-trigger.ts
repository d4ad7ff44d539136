/** From a parsed trigger to its core: clauses and what they may say together. Expressions are checked in check.ts. */
import type { Clause, Expr, TriggerNode } from "./ast.ts";
import { namedIn, SUBJECTS } from "./attributes.ts";
import { attributeOf, checkFleet, subjectOf } from "./check-fleet.ts";
import { checkSeverities } from "./check-severity.ts";
import { clockWarnings } from "./check-clock.ts";
import { asWarning, checkTime } from "./check-time.ts";
import { untoldWarning } from "./check-told.ts";
import { Checker, type LetTable } from "./check.ts";
import { signalsOf, type Cond, type CoreFleet, type CoreTrigger } from "./core.ts";
import type { Names } from "./names.ts";
import { reachOf, type RangeOf } from "./reach.ts";
import { splitWhere } from "./registry-condition.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem, type SourceRange } from "./source.ts";
import { displayUnit } from "./units.ts";

export interface CheckedTrigger {
  readonly core: CoreTrigger;
  readonly ranges: ReadonlyMap<Cond, SourceRange>;
  readonly warnings: readonly TriggerProblem[];
  /** Where the ids of `suppressed by` stand. */
  readonly suppressorRanges: readonly SourceRange[];
}

/** The member of Clause for a kind; members may cover several kinds, which Extract does not match. */
type ClauseOf<K extends Clause["kind"]> = Clause extends infer C
  ? C extends { kind: infer Kinds }
    ? K extends Kinds
      ? C & { kind: K }
      : never
    : never
  : never;

const HAN = /\p{Script=Han}/u;

/** Throws TriggerProblem at the first thing that is wrong with the trigger. */
export function checkTrigger(node: TriggerNode, names: Names, fileLets: LetTable): CheckedTrigger {
  const ranges = new Map<Cond, SourceRange>();
  const warnings: TriggerProblem[] = [];
  const lets = new Map(fileLets);
  for (const clause of node.clauses) if (clause.kind === "let") lets.set(clause.name, clause.value);
  const find = <K extends Clause["kind"]>(kind: K) =>
    node.clauses.filter((c) => c.kind === kind) as unknown as readonly ClauseOf<K>[];
  const one = <K extends Clause["kind"]>(kind: K): ClauseOf<K> | undefined => {
    const [first, second] = find(kind);
    if (second)
      throw new TriggerProblem(CODES.duplicate, second.range, "this clause may stand only once", "该子句只能出现一次", {
        suggestion: "leave one of them out",
        suggestionZh: "去掉其中一个",
      });
    return first;
  };
  const requires = find("requires").map(({ what, op, value }) => ({ what, op, value }));
  const minSamples = requires.reduce(
    (n, r) =>
      r.what === "samples" && (r.op === "ge" || r.op === "gt") ? Math.max(n, r.value + (r.op === "gt" ? 1 : 0)) : n,
    0,
  );
  const coverage = requires.find((r) => r.what === "coverage" && (r.op === "ge" || r.op === "gt"))?.value;
  const period = requires.find((r) => r.what === "period" && (r.op === "le" || r.op === "lt"))?.value;
  for (const clause of find("requires")) {
    const fits = clause.what === "period" ? ["le", "lt"] : ["ge", "gt"];
    if (!fits.includes(clause.op))
      throw new TriggerProblem(
        CODES.type,
        clause.range,
        clause.what === "period" ? "a period is required to be at most something" : "at least so much is required",
        clause.what === "period" ? "周期只能要求不超过某值" : "只能要求不少于某值",
        {
          suggestion: clause.what === "period" ? "requires period <= 1 s" : `requires ${clause.what} >= …`,
          suggestionZh: clause.what === "period" ? "要求 周期 <= 1 秒" : "要求 样本数 >= …",
        },
      );
  }

  for (const clause of find("requires"))
    if (clause.what === "coverage" && clause.value > 1)
      throw new TriggerProblem(CODES.type, clause.range, "no more than all can be required", "要求不能超过全部", {
        suggestion: "requires coverage >= 80 %",
        suggestionZh: "要求 覆盖率 >= 80 %",
      });

  const when = one("when");
  if (!when)
    throw new TriggerProblem(CODES.syntax, node.idRange, 'a trigger needs a "when" clause', "触发器须有“当”子句", {
      suggestion: "when speed > 60 km/h for 30 s ;",
      suggestionZh: "当 车速 > 60 km/h 持续 30 秒 ;",
    });
  const groupBy = [...new Set(find("groupBy").flatMap((c) => c.paths.map((path) => attributeOf(path, c.range))))];
  let fleet: CoreFleet | undefined;
  let whenExpr: Expr = when.condition;
  if (whenExpr.kind === "fleet") {
    fleet = checkFleet(whenExpr, node.clauses, groupBy, names);
    whenExpr = whenExpr.have;
  }
  // Of a fleet condition the required samples are subjects.
  const checker = new Checker(
    names,
    lets,
    ranges,
    fleet ? { minSamples: 0, period } : { minSamples, coverage, period },
  );
  const applies = one("appliesTo");
  const where = applies?.where ? splitWhere(applies.where) : undefined;
  let condition = checker.condition(whenExpr);
  for (const expr of where?.signals ?? []) {
    condition = joined(checker.condition(expr), condition, ranges);
    warnings.push(
      new TriggerProblem(
        CODES.where,
        expr.range,
        '"where" is for registry attributes; this condition on signals is read as part of "when"',
        "“其中”用于登记属性；该信号条件按“当”的一部分处理",
        { severity: "warning", suggestion: "when … and (…)", suggestionZh: "当 … 且 (…)" },
      ),
    );
  }
  const severities = checkSeverities(
    find("severity").map((c) => ({
      level: c.level,
      range: c.range,
      when: c.condition === undefined ? undefined : checker.condition(c.condition),
    })),
  );
  const clearClause = one("clearWhen");
  const clear = clearClause ? checker.condition(clearClause.condition) : undefined;
  const clock = one("clock");
  if (clock?.mode === "every" && (clock.ms ?? 0) < 1000)
    throw new TriggerProblem(CODES.type, clock.range, "a grid is 1 s or wider", "网格不小于 1 秒", {
      suggestion: "clock every 1 s",
      suggestionZh: "时钟 每 1 秒",
    });
  const pointwise = clock !== undefined && clock.mode !== "time";
  const suppressors = find("suppressedBy");
  for (const clause of suppressors)
    if (clause.id === node.id)
      throw new TriggerProblem(CODES.type, clause.range, "a trigger cannot suppress itself", "触发器不能抑制自身", {
        suggestion: "cooldown 10 min",
        suggestionZh: "冷却 10 分钟",
      });

  const conditions: readonly Cond[] = [
    condition,
    ...severities.flatMap((s) => (s.when ? [s.when] : [])),
    ...(clear ? [clear] : []),
  ];
  for (const c of conditions) {
    const blind = new Map<Cond, TriggerProblem>();
    checkTime(c, { ranges, names, requiredPeriod: period, warnings, pointwise, blind });
    const [first] = blind.values();
    if (first && !reachOf(c, declared(names), blind).canHold && reachOf(c, declared(names)).canHold) throw first;
    warnings.push(...[...blind.values()].map(asWarning));
  }
  const clockOf: CoreTrigger["clock"] = {
    mode: clock?.mode ?? "time",
    ...(clock?.ms === undefined ? {} : { ms: clock.ms }),
  };
  for (const c of conditions) warnings.push(...clockWarnings(c, clockOf, ranges));
  for (const c of conditions) checkReach(c, ranges.get(c) ?? node.idRange, names, warnings, fleet !== undefined);

  const subject = applies === undefined ? undefined : subjectOf(applies.subject, applies.range);
  if (fleet && applies && subject !== fleet.subject)
    throw new TriggerProblem(
      CODES.type,
      applies.range,
      `the condition counts ${fleet.subject}, but the trigger applies to ${subject}`,
      `条件统计的是“${fleet.subject}”，而触发器适用于“${subject}”`,
      { suggestion: `applies to ${fleet.subject}`, suggestionZh: `适用于 ${namedIn(SUBJECTS, fleet.subject, "zh")}` },
    );
  const untold = untoldWarning(
    {
      subject: fleet?.subject ?? subject ?? "vehicle",
      fleet,
      condition,
      range: fleet === undefined ? (applies?.range ?? node.idRange) : when.condition.range,
    },
    names,
  );
  if (untold !== undefined) warnings.push(untold);
  const carry = one("carry");
  if (carry !== undefined && fleet !== undefined)
    throw new TriggerProblem(
      CODES.unsupported,
      carry.range,
      "a condition over many subjects is judged from history each time and keeps nothing to carry",
      "多对象条件每次都从历史数据判定，没有可承接的状态",
      { suggestion: "leave carry out", suggestionZh: "去掉承接" },
    );
  const basis = one("basis");
  const missing = one("missing");
  const effective = one("effective");
  if (effective?.to !== undefined && effective.to < effective.from)
    throw new TriggerProblem(CODES.type, effective.range, "the last day is before the first", "结束日期早于开始日期", {
      suggestion: `to ${effective.from}`,
      suggestionZh: `至 ${effective.from}`,
    });
  const late = one("late");
  const effects = find("effect").map(({ effect, level }) => ({ effect, ...(level === undefined ? {} : { level }) }));
  const core: CoreTrigger = {
    id: node.id,
    version: node.version,
    title: titleOf(node),
    appliesTo: fleet?.subject ?? subject ?? "vehicle",
    ...(where?.registry ? { where: where.registry } : {}),
    ...(basis
      ? { basis: { ...basisTexts(basis.texts), ...(basis.certainty ? { certainty: basis.certainty } : {}) } }
      : {}),
    when: condition,
    ...(fleet ? { fleet } : {}),
    ...(groupBy.length > 0 && fleet === undefined ? { groupBy } : {}),
    severity:
      severities.length > 0
        ? severities.map((s) => ({ level: s.level, ...(s.when ? { when: s.when } : {}) }))
        : [{ level: 1 }],
    ...(clear ? { clear } : {}),
    keepFiringMs: one("keepFiring")?.ms ?? 0,
    cooldownMs: one("cooldown")?.ms ?? 0,
    missing: missing
      ? { mode: missing.mode, ...(missing.afterMs === undefined ? {} : { afterMs: missing.afterMs }) }
      : { mode: "unknown" },
    clock: clockOf,
    ...(late ? { lateMs: late.ms } : {}),
    requires,
    suppressedBy: [...new Set(suppressors.map((c) => c.id))],
    ...(carry ? { carry: true as const } : {}),
    ...(effective ? { effective: { from: effective.from, ...(effective.to ? { to: effective.to } : {}) } } : {}),
    effects,
  };
  return { core, ranges, warnings, suppressorRanges: suppressors.map((c) => c.range) };
}

function joined(left: Cond, right: Cond, ranges: Map<Cond, SourceRange>): Cond {
  const both: Cond = { op: "and", left, right };
  const range = ranges.get(right);
  if (range) ranges.set(both, range);
  return both;
}

/** Ranges as declared; of events and what has none, everything. */
function declared(names: Pick<Names, "byId">): RangeOf {
  return (id) => names.byId.get(id)?.range ?? [-Infinity, Infinity];
}

/** E5. A fleet condition may count everybody: `true` is then the point. */
function checkReach(cond: Cond, range: SourceRange, names: Names, warnings: TriggerProblem[], counted: boolean): void {
  const { canHold, canFail } = reachOf(cond, declared(names));
  if (!canHold)
    throw new TriggerProblem(
      CODES.neverTrue,
      range,
      "this condition can never be true within the ranges of its signals",
      "在信号量程内，该条件永不成立",
      { suggestion: reachable(cond, names), suggestionZh: reachable(cond, names, "zh") },
    );
  if (!canFail && !(counted && cond.op === "true"))
    warnings.push(
      new TriggerProblem(
        CODES.neverTrue,
        range,
        "this condition is always true within the ranges of its signals",
        "在信号量程内，该条件恒成立",
        { severity: "warning", suggestion: reachable(cond, names), suggestionZh: reachable(cond, names, "zh") },
      ),
    );
}

/** The range of the first signal that is compared, as advice. */
function reachable(cond: Cond, names: Names, language: "en" | "zh" = "en"): string {
  const id = [...signalsOf(cond)][0];
  const source = id === undefined ? undefined : names.byId.get(id);
  if (!source || !Number.isFinite(source.range[0]) || !Number.isFinite(source.range[1]))
    return language === "zh" ? "换一个阈值" : "another threshold";
  return `${language === "zh" ? source.names.zh : source.id} ${source.range[0]} … ${source.range[1]} ${displayUnit(source.unit.code)}`.trim();
}

/** Of two texts the one with Han characters is the Chinese one; of two alike the second. */
function basisTexts([first = "", second]: readonly string[]): { text: string; zh?: string } {
  if (second === undefined) return { text: first };
  return HAN.test(first) && !HAN.test(second) ? { text: second, zh: first } : { text: first, zh: second };
}

function titleOf(node: TriggerNode): { en: string; zh: string } {
  const zh = node.titles.find((t) => HAN.test(t));
  const en = node.titles.find((t) => !HAN.test(t));
  return { en: en ?? zh ?? node.id, zh: zh ?? en ?? node.id };
}
