/** A trigger as a plain sentence, for people who will not read code. */
import type { Effect, Missing } from "../lang/ast.ts";
import { ATTRIBUTES, namedIn } from "../lang/attributes.ts";
import type { Cond, CoreTrigger } from "../lang/core.ts";
import { describeCond } from "./describe-condition.ts";
import { describeApplies, describeFleet } from "./describe-fleet.ts";
import { longDuration } from "./describe-number.ts";
import { formatDuration, percentOf, type Language, type NameBook } from "./format.ts";
import { spaced } from "./spacing.ts";

export { describeCond } from "./describe-condition.ts";

/** One sentence: when it fires, for whom, with what severity, when it clears. */
export function describeCore(core: CoreTrigger, language: Language, names: NameBook): string {
  const zh = language === "zh";
  const dur = (ms: number) => (zh ? formatDuration(ms, "zh") : longDuration(ms));
  const cond = (c: Cond) => describeCond(c, language, names);
  const base = core.severity[0];
  const level = base?.level ?? 1;
  const first = core.severity.length > 1 && base?.when ? cond(base.when) : undefined;
  const when = core.fleet
    ? describeFleet(core.fleet, core.when.op === "true" ? undefined : cond(core.when), language, dur)
    : cond(core.when);
  const applies = core.where ? describeApplies(core, language) : "";
  const parts: string[] = [];
  if (zh) {
    parts.push(`${applies === "" ? "" : `${applies}，`}当${when}时触发（${level}级）`);
    if (first !== undefined) parts.push(`${level}级的条件为${first}`);
    for (const s of core.severity.slice(1)) if (s.when) parts.push(`若${cond(s.when)}则升为${s.level}级`);
    if (core.clear) parts.push(`${cond(core.clear)}时解除`);
    if (core.keepFiringMs > 0) parts.push(`恢复后再保持${dur(core.keepFiringMs)}`);
    if (core.cooldownMs > 0) parts.push(`解除后${dur(core.cooldownMs)}内不重复触发`);
    if (core.suppressedBy.length > 0) parts.push(`${core.suppressedBy.join("、")}触发期间只记录、标为被抑制`);
    if (core.carry) parts.push("承接上一版本的状态与未关闭的发现");
    parts.push(...termsOf(core, "zh", dur));
    return spaced(`${parts.join("；")}。`);
  }
  parts.push(`Fires (level ${level}) ${applies === "" ? "" : `${applies} `}when ${when}`);
  if (first !== undefined) parts.push(`has level ${level} when ${first}`);
  for (const s of core.severity.slice(1)) if (s.when) parts.push(`rises to level ${s.level} when ${cond(s.when)}`);
  if (core.clear) parts.push(`clears when ${cond(core.clear)}`);
  if (core.keepFiringMs > 0) parts.push(`stays for another ${dur(core.keepFiringMs)}`);
  if (core.cooldownMs > 0) parts.push(`does not repeat within ${dur(core.cooldownMs)} after clearing`);
  if (core.suppressedBy.length > 0)
    parts.push(`is recorded but marked as suppressed while ${core.suppressedBy.join(" or ")} fires`);
  if (core.carry) parts.push("takes over what the version before it has open");
  parts.push(...termsOf(core, "en", dur));
  return `${parts.join("; ")}.`;
}

/** Measures by the names that sandbox projects have for them; the keywords of the language (警告, 暂停) are words of their own. */
const EFFECT: Readonly<Record<Effect, readonly [en: string, zh: string]>> = {
  warn: ["a warning to the sandbox project", "对沙盒项目预警"],
  restrict: ["a restriction of the sandbox project", "限制沙盒项目"],
  suspend: ["a suspension of the sandbox project", "中止沙盒项目"],
  terminate: ["a review for termination of the sandbox project", "对沙盒项目启动终止审查"],
};

/** What else was agreed: data that are missing, clocks, what windows need, days in force, effects. */
function termsOf(core: CoreTrigger, language: Language, dur: (ms: number) => string): string[] {
  const zh = language === "zh";
  const say = (en: string, chinese: string): string => (zh ? chinese : en);
  const terms: string[] = [];
  const missing = missingIn(core.missing, zh, dur);
  if (missing !== undefined) terms.push(missing);
  if (core.clock.mode === "samples") terms.push(say("is judged at samples only", "仅在样本处判定"));
  if (core.clock.mode === "every") {
    const every = dur(core.clock.ms ?? 0);
    terms.push(say(`is judged every ${every.replace(/^1 /, "")}`, `每${every}判定一次`));
  }
  for (const { what, op, value } of core.requires) {
    const least = op === "gt" ? say("more than ", "超过") : op === "ge" ? say("at least ", "至少") : "";
    if (what === "samples") {
      const [en, chinese] = core.fleet ? ["subjects", "对象"] : ["samples", "样本"];
      terms.push(say(`needs ${least}${value} ${en}`, `须有${least}${value}个${chinese}`));
    } else if (what === "coverage") {
      const percent = percentOf(value);
      terms.push(say(`needs data for ${least}${percent} % of its time`, `数据须覆盖${least}${percent}%的时间`));
    } else terms.push(say(`needs a report every ${dur(value)}`, `须每${dur(value)}上报一次`));
  }
  if (core.lateMs !== undefined)
    terms.push(say(`is amended by data up to ${dur(core.lateMs)} late`, `接受迟到不超过${dur(core.lateMs)}的数据修正`));
  if (core.groupBy?.length) {
    const by = core.groupBy.map((id) => namedIn(ATTRIBUTES, id, language)).join(say(", ", "、"));
    terms.push(say(`is gathered by ${by}`, `按${by}汇集`));
  }
  for (const { effect, level } of core.effects) {
    const at = level === undefined ? "" : say(` from level ${level} on`, `（${level}级起）`);
    const [en, chinese] = EFFECT[effect];
    terms.push(say(`asks for ${en}${at}`, `建议${chinese}${at}`));
  }
  if (core.effective !== undefined) {
    const { from, to } = core.effective;
    terms.push(say(`in force from ${from}${to ? ` to ${to}` : ""}`, `自${from}${to ? `至${to}` : "起"}生效`));
  }
  return terms;
}

function missingIn(
  { mode, afterMs }: { readonly mode: Missing; readonly afterMs?: number },
  zh: boolean,
  dur: (ms: number) => string,
): string | undefined {
  const after = afterMs === undefined ? "" : zh ? `超过${dur(afterMs)}` : ` for ${dur(afterMs)}`;
  switch (mode) {
    case "violate":
      return zh ? `数据缺失${after}视为违反` : `counts missing data${after} as a violation`;
    case "reset":
      return zh ? "数据缺失视为不成立" : "counts missing data as not fulfilled";
    case "unknown":
      return after === "" ? undefined : zh ? `数据缺失${after}时予以报告` : `reports when data are missing${after}`;
    default:
      return undefined;
  }
}
