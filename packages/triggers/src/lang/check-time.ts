/** E3, E7 and E9: windows that the reporting period cannot fill, unbounded windows, holds longer than a `for`. */
import { partsOf, signalsOf, type Cond, type Num } from "./core.ts";
import type { Names } from "./names.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem, type SourceRange } from "./source.ts";
import { numbersIn, numbersOf } from "./walk.ts";

/** Most occurrences that a count may ask for. */
export const MOST_OCCURRENCES = 1000;

export interface TimeCheck {
  readonly ranges: ReadonlyMap<Cond, SourceRange>;
  readonly names: Names;
  /** `requires period`, ms. */
  readonly requiredPeriod: number | undefined;
  readonly warnings: TriggerProblem[];
  readonly pointwise: boolean;
  /** Gets the parts that the reporting period can never show, with the error of each. */
  readonly blind: Map<Cond, TriggerProblem>;
}

export function checkTime(cond: Cond, context: TimeCheck): void {
  const { ranges, names, requiredPeriod, warnings } = context;
  const range = ranges.get(cond) ?? { start: 0, end: 0 };
  if ((cond.op === "once" || cond.op === "historically" || cond.op === "since") && cond.to === null) {
    throw new TriggerProblem(
      CODES.unbounded,
      range,
      `"${cond.op}" needs a bound, e.g. ${cond.op === "since" ? "since[0, 1 h]" : `${cond.op}[0, 1 h](…)`}`,
      "须有时间上界，如 [0, 1 小时]",
      { suggestion: "[0, 1 h]", suggestionZh: "[0, 1 小时]" },
    );
  }
  if (cond.op === "previous" && !context.pointwise)
    throw new TriggerProblem(CODES.type, range, '"previous" needs "clock samples"', "“前一”需要“时钟 样本”", {
      suggestion: "clock samples",
      suggestionZh: "时钟 样本",
    });
  if ("ms" in cond && cond.ms <= 0)
    throw new TriggerProblem(CODES.type, range, "a duration must be longer than 0", "时长须大于 0", {
      suggestion: "30 s",
      suggestionZh: "30 秒",
    });
  const periodOf = (ids: Iterable<string>) =>
    requiredPeriod ?? Math.max(0, ...[...ids].map((id) => names.byId.get(id)?.periodMs ?? 0));
  const unobserved = (ms: number, ids: Iterable<string>): TriggerProblem | undefined => {
    const period = periodOf(ids);
    return ms < 2 * period ? unobservable(ms, period, range) : undefined;
  };
  const blind =
    cond.op === "share" || cond.op === "samples"
      ? unobserved(cond.ms, signalsOf(cond))
      : cond.op === "noData"
        ? unobserved(cond.ms, [cond.id])
        : cond.op === "for" && readsRate(cond.of)
          ? unobserved(cond.ms, signalsOf(cond))
          : undefined;
  if (blind) context.blind.set(cond, blind);
  // A short window sees the step from one sample to the next and nothing else.
  for (const num of numbersOf(cond)) {
    const problem = num.op === "delta" || num.op === "aggregate" ? unobserved(num.ms, idsOf(num.of)) : undefined;
    if (problem) warnings.push(asWarning(problem));
  }
  if (cond.op === "for") checkHold(cond.of, cond.ms, range, context);
  if (cond.op === "count" && cond.n > MOST_OCCURRENCES)
    throw new TriggerProblem(
      CODES.budget,
      range,
      `a count may not exceed ${MOST_OCCURRENCES}`,
      `次数不得超过 ${MOST_OCCURRENCES}`,
      { suggestion: `${MOST_OCCURRENCES}` },
    );
  for (const part of partsOf(cond)) checkTime(part, context);
}

function checkHold(of: Cond, ms: number, range: SourceRange, { names, warnings }: TimeCheck): void {
  const sources = [...signalsOf(of)].flatMap((id) => names.byId.get(id) ?? []);
  const hold = Math.min(...sources.map((s) => s.holdMs));
  const period = Math.max(0, ...sources.map((s) => s.periodMs));
  if (!Number.isFinite(hold) || ms >= hold || ms <= 0 || hold <= 3 * period) return;
  warnings.push(
    new TriggerProblem(
      CODES.hold,
      range,
      "the value is held longer than this duration: one stuck value could fire alone",
      "取值保持时间长于该时长：单个卡滞值即可触发",
      { severity: "warning", suggestion: `for ${hold / 1000} s`, suggestionZh: `持续 ${hold / 1000} 秒` },
    ),
  );
}

export function asWarning(problem: TriggerProblem): TriggerProblem {
  const { code, range, message, messageZh, suggestion, suggestionZh } = problem;
  return new TriggerProblem(code, range, message, messageZh, {
    severity: "warning",
    suggestion,
    suggestionZh,
  });
}

function unobservable(ms: number, period: number, range: SourceRange): TriggerProblem {
  return new TriggerProblem(
    CODES.unobservable,
    range,
    `${ms / 1000} s is shorter than two reporting periods (${period / 1000} s each) and could never be observed; add "requires period <= ${ms / 2000} s" if the vehicles report faster`,
    `${ms / 1000} 秒短于两个上报周期（每个 ${period / 1000} 秒），无法观测；若车辆上报更快，请加“要求 周期 <= ${ms / 2000} 秒”`,
    { suggestion: `requires period <= ${ms / 2000} s`, suggestionZh: `要求 周期 <= ${ms / 2000} 秒` },
  );
}

function idsOf(num: Num): string[] {
  return [...numbersIn(num)].flatMap((n) => ("id" in n ? [n.id] : []));
}

function readsRate(cond: Cond): boolean {
  return [...numbersOf(cond)].some((n) => n.op === "rate") || partsOf(cond).some(readsRate);
}
