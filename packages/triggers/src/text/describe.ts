/** A trigger as a plain sentence, for people who will not read code. */
import { valueName } from "@sandglass/signals";
import type { Comparison, Cond, CoreTrigger } from "../lang/core.ts";
import { displayUnit } from "../lang/units.ts";
import { describeApplies, describeFleet } from "./describe-fleet.ts";
import { describeNum, describeValue, label, longDuration } from "./describe-number.ts";
import { formatDuration, percentOf, timeOfDay, type Language, type NameBook } from "./format.ts";
import { spaced } from "./spacing.ts";

const EN_COMPARISON: Readonly<Record<Comparison, string>> = {
  lt: "is below",
  le: "is at most",
  gt: "is above",
  ge: "is at least",
  eq: "is",
  ne: "is not",
};
const ZH_COMPARISON: Readonly<Record<Comparison, string>> = {
  lt: "低于",
  le: "不高于",
  gt: "高于",
  ge: "不低于",
  eq: "为",
  ne: "不为",
};
const EN_QUANTITY: Readonly<Record<Comparison, string>> = {
  lt: "fewer than",
  le: "at most",
  gt: "more than",
  ge: "at least",
  eq: "exactly",
  ne: "not",
};
const ZH_QUANTITY: Readonly<Record<Comparison, string>> = {
  lt: "少于",
  le: "至多",
  gt: "超过",
  ge: "至少",
  eq: "恰好",
  ne: "非",
};

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

export function describeCond(cond: Cond, language: Language, names: NameBook): string {
  const zh = language === "zh";
  const inner = (c: Cond) => describeCond(c, language, names);
  const dur = (ms: number) => (zh ? formatDuration(ms, "zh") : longDuration(ms));
  switch (cond.op) {
    case "true":
      return zh ? "恒成立" : "always";
    case "false":
      return zh ? "恒不成立" : "never";
    case "flag":
      return zh ? `${label(cond.id, language, names)}置位` : `${label(cond.id, language, names)} is set`;
    case "event":
      return zh ? `发生${label(cond.id, language, names)}` : `${label(cond.id, language, names)} occurs`;
    case "valid":
      return zh ? `${label(cond.id, language, names)}有有效值` : `${label(cond.id, language, names)} has a valid value`;
    case "offline":
      return zh ? `已离线${dur(cond.ms)}` : `nothing was received for ${dur(cond.ms)}`;
    case "noData":
      return zh
        ? `已有${dur(cond.ms)}未收到${label(cond.id, language, names)}`
        : `no ${label(cond.id, language, names)} was received for ${dur(cond.ms)}`;
    case "timeOfDay":
      return zh
        ? `时刻在${timeOfDay(cond.from)}与${timeOfDay(cond.to)}之间`
        : `the time of day is between ${timeOfDay(cond.from)} and ${timeOfDay(cond.to)}`;
    case "inside": {
      const name = names.regions.byId.get(cond.region)?.region.names[language] ?? cond.region;
      return zh ? `位置在“${name}”内` : `the position is inside "${name}"`;
    }
    case "in": {
      const source = cond.of.op === "signal" ? names.byId.get(cond.of.id) : undefined;
      const unit = source === undefined ? "" : displayUnit(source.unit.code);
      const values = cond.values.map(
        (v, i) =>
          cond.texts?.[i] ??
          (source === undefined ? undefined : valueName(source, v, language)) ??
          `${v}${unit === "" ? "" : ` ${unit}`}`,
      );
      return zh
        ? `${describeNum(cond.of, language, names)}为${values.join("、")}之一`
        : `${describeNum(cond.of, language, names)} is one of ${values.join(", ")}`;
    }
    case "not": {
      const plain = denied(cond.of, language, names);
      if (plain !== undefined) return plain;
      return zh ? `并非（${inner(cond.of)}）` : `it is not the case that ${inner(cond.of)}`;
    }
    case "and":
      return zh
        ? `${group(cond.left, inner, language, cond.op)}，且${group(cond.right, inner, language, cond.op)}`
        : `${group(cond.left, inner, language, cond.op)} and ${group(cond.right, inner, language, cond.op)}`;
    case "or":
      return zh
        ? `${group(cond.left, inner, language, cond.op)}，或${group(cond.right, inner, language, cond.op)}`
        : `${group(cond.left, inner, language, cond.op)} or ${group(cond.right, inner, language, cond.op)}`;
    case "implies":
      return zh ? `若${inner(cond.left)}，则${inner(cond.right)}` : `if ${inner(cond.left)}, then ${inner(cond.right)}`;
    case "since":
      return zh
        ? `自“${inner(cond.right)}”${ago(cond, dur, zh)}以来一直“${inner(cond.left)}”`
        : `${group(cond.left, inner, language)} ever since ${group(cond.right, inner, language)}${ago(cond, dur, zh)}`;
    case "once":
      return zh
        ? `过去${span(cond, dur, zh)}内曾${inner(cond.of)}`
        : `at some instant of the last ${span(cond, dur, zh)}, ${inner(cond.of)}`;
    case "historically":
      return zh
        ? `过去${span(cond, dur, zh)}内一直${inner(cond.of)}`
        : `throughout the last ${span(cond, dur, zh)}, ${inner(cond.of)}`;
    case "rising":
      return zh ? `“${inner(cond.of)}”由假变真` : `it becomes true that ${inner(cond.of)}`;
    case "falling":
      return zh ? `“${inner(cond.of)}”由真变假` : `it ceases to be true that ${inner(cond.of)}`;
    case "previous":
      return zh ? `前一样本${inner(cond.of)}` : `at the previous sample ${inner(cond.of)}`;
    case "for":
      return zh
        ? `${group(cond.of, inner, language)}，持续${dur(cond.ms)}`
        : `${group(cond.of, inner, language)} for ${dur(cond.ms)}`;
    case "within":
      return zh
        ? `过去${dur(cond.ms)}内曾${inner(cond.of)}`
        : `at some instant of the last ${dur(cond.ms)}, ${inner(cond.of)}`;
    case "count":
      return zh
        ? `过去${dur(cond.ms)}内${cond.of.op === "rising" ? `出现“${inner(cond.of.of)}”` : inner(cond.of)}${ZH_QUANTITY[cond.cmp]}${cond.n}次`
        : occurring(cond.of, inner, `${EN_QUANTITY[cond.cmp]} ${times(cond.n)} in ${dur(cond.ms)}`);
    case "share": {
      const percent = percentOf(cond.fraction);
      return zh
        ? `过去${dur(cond.ms)}内${ZH_QUANTITY[cond.cmp]}${percent}%的${cond.per === "samples" ? "样本" : "时间"}满足：${inner(cond.of)}`
        : `in ${EN_QUANTITY[cond.cmp]} ${percent} % of the ${cond.per} of the last ${dur(cond.ms)}, ${inner(cond.of)}`;
    }
    case "samples":
      return zh
        ? `过去${dur(cond.ms)}内${ZH_QUANTITY[cond.cmp]}${cond.n}个样本满足：${inner(cond.of)}`
        : `in ${EN_QUANTITY[cond.cmp]} ${cond.n} ${cond.n === 1 ? "sample" : "samples"} of the last ${dur(cond.ms)}, ${inner(cond.of)}`;
    case "response":
      if (zh) return `${inner(cond.after)}之后${dur(cond.ms)}内${cond.negated ? "未" : ""}${inner(cond.expect)}`;
      return cond.negated
        ? `within ${dur(cond.ms)} after ${inner(cond.after)}, ${missing(cond.expect, language, names)}`
        : `within ${dur(cond.ms)} after ${inner(cond.after)}, ${inner(cond.expect)}`;
    default: {
      const left = describeNum(cond.left, language, names);
      const right = describeValue(cond.op, cond.left, cond.right, language, names);
      return zh ? `${left}${ZH_COMPARISON[cond.op]}${right}` : `${left} ${EN_COMPARISON[cond.op]} ${right}`;
    }
  }
}

/** The negation of a simple condition as a sentence of its own. */
function denied(cond: Cond, language: Language, names: NameBook): string | undefined {
  const zh = language === "zh";
  switch (cond.op) {
    case "flag":
      return zh ? `${label(cond.id, language, names)}未置位` : `${label(cond.id, language, names)} is not set`;
    case "valid":
      return zh
        ? `${label(cond.id, language, names)}无有效值`
        : `${label(cond.id, language, names)} has no valid value`;
    case "inside":
      return describeCond(cond, language, names).replace(zh ? /内$/ : " is inside ", zh ? "外" : " is outside ");
    case "timeOfDay":
      return describeCond(cond, language, names).replace(zh ? "在" : " is between ", zh ? "不在" : " is not between ");
    case "in":
      return describeCond(cond, language, names).replace(zh ? "为" : " is one of ", zh ? "不为" : " is none of ");
    default:
      return undefined;
  }
}

/** Parts of one list of alternatives, or of one list of requirements, need no parentheses. */
function group(cond: Cond, inner: (c: Cond) => string, language: Language, around?: Cond["op"]): string {
  if (cond.op === around) return inner(cond);
  if (cond.op !== "or" && cond.op !== "implies" && cond.op !== "and") return inner(cond);
  return language === "zh" ? `（${inner(cond)}）` : `(${inner(cond)})`;
}

/** English says how often before it says of what: "it becomes true at least once in 1 hour that …". */
function occurring(cond: Cond, inner: (c: Cond) => string, often: string): string {
  if (cond.op === "rising") return `it becomes true ${often} that ${inner(cond.of)}`;
  if (cond.op === "falling") return `it ceases to be true ${often} that ${inner(cond.of)}`;
  return `${inner(cond)} ${often}`;
}

/** English of an occurrence that does not come. */
function missing(cond: Cond, language: Language, names: NameBook): string {
  switch (cond.op) {
    case "event":
      return `${label(cond.id, language, names)} does not occur`;
    case "rising":
      return `it does not become true that ${describeCond(cond.of, language, names)}`;
    case "falling":
      return `it does not cease to be true that ${describeCond(cond.of, language, names)}`;
    case "or":
      return `${missing(cond.left, language, names)} and ${missing(cond.right, language, names)}`;
    default:
      return `it never holds that ${describeCond(cond, language, names)}`;
  }
}

/** When the condition that opens a `since` must have held. */
function ago(
  { from, to }: { readonly from: number; readonly to: number | null },
  dur: (ms: number) => string,
  zh: boolean,
): string {
  if (from === 0 && to === null) return "";
  if (to === null) return zh ? `（至少${dur(from)}前）` : ` at least ${dur(from)} ago`;
  if (from === 0) return zh ? `（至多${dur(to)}前）` : ` at most ${dur(to)} ago`;
  return zh ? `（${dur(from)}至${dur(to)}前）` : ` between ${dur(from)} and ${dur(to)} ago`;
}

function span(cond: { from: number; to: number | null }, dur: (ms: number) => string, zh: boolean): string {
  const to = cond.to === null ? (zh ? "全部历史" : "history") : dur(cond.to);
  return cond.from === 0 ? to : zh ? `${dur(cond.from)}前至${to}前` : `${to} except the last ${dur(cond.from)}`;
}

/** One sentence: when it fires, for whom, with what severity, when it clears. */
export function describeCore(core: CoreTrigger, language: Language, names: NameBook): string {
  const zh = language === "zh";
  const dur = (ms: number) => (zh ? formatDuration(ms, "zh") : longDuration(ms));
  const cond = (c: Cond) => describeCond(c, language, names);
  const base = core.severity[0];
  const level = base?.level ?? 1;
  const first = core.severity.length > 1 && base?.when ? cond(base.when) : undefined;
  const when = core.fleet ? describeFleet(core.fleet, cond(core.when), language, dur) : cond(core.when);
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
    parts.push(...(core.missing.mode === "violate" ? ["数据缺失视为违反"] : []));
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
  if (core.missing.mode === "violate") parts.push("counts missing data as a violation");
  return `${parts.join("; ")}.`;
}
