/** What falls between the instants at which `clock samples` and `clock every` look: nobody sees it. */
import type { Cond, CoreTrigger } from "./core.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem, type SourceRange } from "./source.ts";
import { conditionsIn } from "./walk.ts";

/** Warnings about the parts of a condition that its clock can hardly ever see. */
export function clockWarnings(
  cond: Cond,
  { mode }: CoreTrigger["clock"],
  ranges: ReadonlyMap<Cond, SourceRange>,
): TriggerProblem[] {
  if (mode === "time") return [];
  return [...conditionsIn(cond)].flatMap((part) => {
    const [en, zh] = unseen(part, mode) ?? [];
    if (en === undefined || zh === undefined) return [];
    return new TriggerProblem(CODES.clock, ranges.get(part) ?? { start: 0, end: 0 }, en, zh, {
      severity: "warning",
      suggestion: "clock time",
      suggestionZh: "时钟 时间",
    });
  });
}

function unseen(part: Cond, mode: "samples" | "every"): readonly [en: string, zh: string] | undefined {
  if (part.op === "response" && part.negated)
    return mode === "samples"
      ? [
          "the deadline is a single instant: at samples only it is noticed when a sample comes at that very instant, and never when none does",
          "期限是一个瞬间：只在样本时刻判断时，恰有样本落在该瞬间才能发现，否则永远不会发现",
        ]
      : [
          "the deadline is a single instant: on a grid it is noticed when it falls on the grid, and never when it falls between",
          "期限是一个瞬间：按网格判断时，恰落在网格点上才能发现，否则永远不会发现",
        ];
  if (part.op === "offline" && mode === "samples")
    return [
      "every sample ends the silence: at samples only it is never noticed",
      "任何样本都会结束静默：只在样本时刻判断时永远不会发现离线",
    ];
  return undefined;
}
