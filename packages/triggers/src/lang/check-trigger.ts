/** From a parsed trigger to its core: clauses, registry conditions, compile-time checks E3, E5 (constant), E6, E7, E9. */
import type { Clause, Expr, TriggerNode } from "./ast.ts";
import { Checker, type LetTable } from "./check.ts";
import { partsOf, signalsOf, type Cond, type CoreTrigger, type RegistryCond } from "./core.ts";
import type { Names } from "./names.ts";
import { reachOf } from "./reach.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem, type SourceRange } from "./source.ts";

export interface CheckedTrigger {
  readonly core: CoreTrigger;
  readonly ranges: ReadonlyMap<Cond, SourceRange>;
  readonly warnings: readonly TriggerProblem[];
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
const SUBJECTS = new Map([
  ["车辆", "vehicle"],
  ["平台", "platform"],
]);
const ATTRIBUTES = new Map([
  ["动力类型", "powertrain"],
  ["车企", "maker"],
  ["厂商", "maker"],
  ["车型", "model"],
  ["地区", "region"],
  ["项目", "project"],
  ["级别", "ads_level"],
]);
const KNOWN_ATTRIBUTES = new Set([
  "powertrain",
  "maker",
  "model",
  "region",
  "project",
  "programme",
  "grade",
  "ads_level",
  "organisation",
]);

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
      throw new TriggerProblem(CODES.duplicate, second.range, "this clause may stand only once", "该子句只能出现一次");
    return first;
  };
  const requires = find("requires").map(({ what, op, value }) => ({ what, op, value }));
  const minSamples = requires.reduce(
    (n, r) =>
      r.what === "samples" && (r.op === "ge" || r.op === "gt") ? Math.max(n, r.value + (r.op === "gt" ? 1 : 0)) : n,
    0,
  );
  const checker = new Checker(names, lets, ranges, minSamples);

  const when = one("when");
  if (!when)
    throw new TriggerProblem(CODES.syntax, node.idRange, 'a trigger needs a "when" clause', "触发器须有“当”子句");
  const condition = checker.condition(when.condition);
  const severities = find("severity").map((c) => ({
    level: c.level,
    range: c.range,
    when: c.condition === undefined ? undefined : checker.condition(c.condition),
  }));
  for (const s of severities) {
    if (s.level < 1 || s.level > 4)
      throw new TriggerProblem(CODES.syntax, s.range, "a severity is 1 to 4", "等级为 1 至 4");
    if (severities.some((other) => other !== s && other.level === s.level))
      throw new TriggerProblem(CODES.duplicate, s.range, `severity ${s.level} stands twice`, `等级 ${s.level} 重复`);
  }
  severities.sort((a, b) => a.level - b.level);
  const unconditional = severities.filter((s) => s.when === undefined);
  if (unconditional.length > 1)
    throw new TriggerProblem(
      CODES.duplicate,
      (unconditional[1] as (typeof severities)[number]).range,
      "only one severity may be without a condition",
      "仅一个等级可不带条件",
    );
  const base = unconditional[0];
  if (base && severities[0] !== base) {
    // E6: a conditional severity below the unconditional one can never be the highest.
    throw new TriggerProblem(
      CODES.type,
      (severities[0] as typeof base).range,
      `severity ${(severities[0] as typeof base).level} can never apply: severity ${base.level} has no condition`,
      `等级 ${(severities[0] as typeof base).level} 永不生效：等级 ${base.level} 无条件`,
    );
  }
  const clearClause = one("clearWhen");
  const clear = clearClause ? checker.condition(clearClause.condition) : undefined;
  const clock = one("clock");
  if (clock?.mode === "every" && (clock.ms ?? 0) < 1000)
    throw new TriggerProblem(CODES.type, clock.range, "a grid is 1 s or wider", "网格不小于 1 秒");
  const pointwise = clock !== undefined && clock.mode !== "time";
  const group = one("groupBy");
  if (group)
    throw new TriggerProblem(
      CODES.unsupported,
      group.range,
      '"group by" belongs to fleet conditions, which are not available in this version',
      "“分组”属于车队条件，本版本尚不支持",
    );
  const coverage = find("requires").find((r) => r.what === "coverage");
  if (coverage)
    throw new TriggerProblem(
      CODES.unsupported,
      coverage.range,
      '"requires coverage" is not available in this version',
      "“要求 覆盖率”本版本尚不支持",
    );
  const suppressed = find("suppressedBy")[0];
  if (suppressed)
    throw new TriggerProblem(
      CODES.unsupported,
      suppressed.range,
      '"suppressed by" is not available in this version',
      "“被抑制于”本版本尚不支持",
    );

  const conditions: readonly Cond[] = [
    condition,
    ...severities.flatMap((s) => (s.when ? [s.when] : [])),
    ...(clear ? [clear] : []),
  ];
  const requiredPeriod = requires.find((r) => r.what === "period" && (r.op === "le" || r.op === "lt"))?.value;
  for (const c of conditions) checkTime(c, { ranges, names, requiredPeriod, warnings, pointwise });

  for (const c of conditions) {
    const { canHold, canFail } = reachOf(c, names);
    const range = ranges.get(c) ?? node.idRange;
    if (!canHold) {
      throw new TriggerProblem(
        CODES.neverTrue,
        range,
        "this condition can never be true within the ranges of its signals",
        "在信号量程内，该条件永不成立",
      );
    }
    if (!canFail && c.op !== "true") {
      warnings.push(
        new TriggerProblem(
          CODES.neverTrue,
          range,
          "this condition is always true within the ranges of its signals",
          "在信号量程内，该条件恒成立",
          { severity: "warning" },
        ),
      );
    }
  }

  const applies = one("appliesTo");
  const basis = one("basis");
  const missing = one("missing");
  const effective = one("effective");
  const late = one("late");
  const effects = find("effect").map(({ effect, level }) => ({ effect, ...(level === undefined ? {} : { level }) }));
  const core: CoreTrigger = {
    id: node.id,
    version: node.version,
    title: titleOf(node),
    appliesTo: applies === undefined ? "vehicle" : (SUBJECTS.get(applies.subject) ?? applies.subject),
    ...(applies?.where ? { where: registryCondition(applies.where) } : {}),
    ...(basis ? { basis: { text: basis.text, ...(basis.certainty ? { certainty: basis.certainty } : {}) } } : {}),
    when: condition,
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
    clock: { mode: clock?.mode ?? "time", ...(clock?.ms === undefined ? {} : { ms: clock.ms }) },
    ...(late ? { lateMs: late.ms } : {}),
    requires,
    suppressedBy: [],
    ...(effective ? { effective: { from: effective.from, ...(effective.to ? { to: effective.to } : {}) } } : {}),
    effects,
  };
  return { core, ranges, warnings };
}

function titleOf(node: TriggerNode): { en: string; zh: string } {
  const zh = node.titles.find((t) => HAN.test(t));
  const en = node.titles.find((t) => !HAN.test(t));
  return { en: en ?? zh ?? node.id, zh: zh ?? en ?? node.id };
}

interface TimeCheck {
  readonly ranges: ReadonlyMap<Cond, SourceRange>;
  readonly names: Names;
  readonly requiredPeriod: number | undefined;
  readonly warnings: TriggerProblem[];
  readonly pointwise: boolean;
}

/** E3, E7 and E9: windows that the reporting period cannot fill, unbounded windows, holds longer than a `for`. */
function checkTime(cond: Cond, context: TimeCheck): void {
  const { ranges, names, requiredPeriod, warnings } = context;
  const range = ranges.get(cond) ?? { start: 0, end: 0 };
  if ((cond.op === "once" || cond.op === "historically" || cond.op === "since") && cond.to === null) {
    throw new TriggerProblem(
      CODES.unbounded,
      range,
      `"${cond.op}" needs a bound, e.g. ${cond.op === "since" ? "since[0, 1 h]" : `${cond.op}[0, 1 h](…)`}`,
      "须有时间上界，如 [0, 1 小时]",
      { suggestion: "[0, 1 h]" },
    );
  }
  if (cond.op === "previous" && !context.pointwise)
    throw new TriggerProblem(CODES.type, range, '"previous" needs "clock samples"', "“前一”需要“时钟 样本”", {
      suggestion: "clock samples",
    });
  if (cond.op === "for" || cond.op === "within" || cond.op === "share" || cond.op === "count") {
    if (cond.ms <= 0) throw new TriggerProblem(CODES.type, range, "a duration must be longer than 0", "时长须大于 0");
  }
  const period = Math.max(0, ...[...signalsOf(cond)].map((id) => names.byId.get(id)?.periodMs ?? 0));
  if (cond.op === "share" && cond.ms < 2 * period && requiredPeriod === undefined) unobservable(cond.ms, period, range);
  if (cond.op === "for" && readsRate(cond.of) && cond.ms < 2 * period && requiredPeriod === undefined)
    unobservable(cond.ms, period, range);
  if (cond.op === "for") {
    const hold = Math.min(...[...signalsOf(cond.of)].map((id) => names.byId.get(id)?.holdMs ?? Infinity));
    if (Number.isFinite(hold) && cond.ms < hold && cond.ms > 0 && hold > 3 * period) {
      warnings.push(
        new TriggerProblem(
          CODES.unobservable,
          range,
          "the value is held longer than this duration: one stuck value could fire alone",
          "取值保持时间长于该时长：单个卡滞值即可触发",
          { severity: "warning" },
        ),
      );
    }
  }
  if (cond.op === "count" && cond.n > 1000)
    throw new TriggerProblem(CODES.budget, range, "a count may not exceed 1000", "次数不得超过 1000");
  for (const part of partsOf(cond)) checkTime(part, context);
}

function unobservable(ms: number, period: number, range: SourceRange): never {
  throw new TriggerProblem(
    CODES.unobservable,
    range,
    `${ms / 1000} s is shorter than two reporting periods (${period / 1000} s each) and could never be observed; add "requires period <= ${ms / 2000} s" if the vehicles report faster`,
    `${ms / 1000} 秒短于两个上报周期（每个 ${period / 1000} 秒），无法观测；若车辆上报更快，请加“要求 周期 <= ${ms / 2000} 秒”`,
    { suggestion: `requires period <= ${ms / 2000} s` },
  );
}

function readsRate(cond: Cond): boolean {
  return JSON.stringify(cond).includes('"op":"rate"');
}

/** `where` speaks of registry attributes only: signals belong into `when`. */
function registryCondition(expr: Expr): RegistryCond {
  const refuse = (): never => {
    throw new TriggerProblem(
      CODES.type,
      expr.range,
      '"where" filters by registry attributes (maker, model, region, powertrain, …); put signals into "when"',
      "“其中”只按登记属性（车企、车型、地区、动力类型等）筛选；信号请写入“当”",
    );
  };
  switch (expr.kind) {
    case "and":
    case "or":
      return { op: expr.kind, left: registryCondition(expr.left), right: registryCondition(expr.right) };
    case "not":
      return { op: "not", of: registryCondition(expr.of) };
    case "name":
      return { op: "is", attribute: attributeOf(expr, refuse) };
    case "compare": {
      const attribute = attributeOf(expr.left, refuse);
      const right = expr.right;
      if (right.kind === "string" && (expr.op === "eq" || expr.op === "ne"))
        return { op: expr.op, attribute, value: right.value };
      if (right.kind === "number") return { op: expr.op, attribute, value: right.value };
      return refuse();
    }
    case "in": {
      const attribute = attributeOf(expr.of, refuse);
      return {
        op: "in",
        attribute,
        values: expr.values.map((v) => (v.kind === "string" || v.kind === "number" ? v.value : refuse())),
      };
    }
    default:
      return refuse();
  }
}

function attributeOf(expr: Expr, refuse: () => never): string {
  if (expr.kind !== "name") return refuse();
  const attribute = ATTRIBUTES.get(expr.name) ?? expr.name;
  return KNOWN_ATTRIBUTES.has(attribute) ? attribute : refuse();
}
