/** A trigger as a plain sentence, for people who will not read code. */
import { valueName } from "@sandglass/signals";
import type { Comparison, Cond, CoreTrigger, Num } from "../lang/core.ts";
import { displayUnit } from "../lang/units.ts";
import { describeApplies, describeFleet } from "./describe-fleet.ts";
import { formatDuration, formatNum, percentOf, timeOfDay, type Language, type NameBook } from "./format.ts";
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
        ? `自“${inner(cond.right)}”以来一直“${inner(cond.left)}”`
        : `${inner(cond.left)} ever since ${inner(cond.right)}`;
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
        ? `过去${dur(cond.ms)}内${occurrence(cond.of, inner, zh)}${ZH_QUANTITY[cond.cmp]}${cond.n}次`
        : `${occurrence(cond.of, inner, zh)} ${EN_QUANTITY[cond.cmp]} ${times(cond.n)} in ${dur(cond.ms)}`;
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
        ? `within ${dur(cond.ms)} after ${inner(cond.after)}, ${inner(cond.expect)} does not follow`
        : `${inner(cond.expect)} within ${dur(cond.ms)} after ${inner(cond.after)}`;
    default: {
      const left = describeNum(cond.left, language, names);
      const right = value(cond.op, cond.left, cond.right, language, names);
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

function occurrence(cond: Cond, inner: (c: Cond) => string, zh: boolean): string {
  if (cond.op === "rising") return zh ? `出现“${inner(cond.of)}”` : `${inner(cond.of)} begins`;
  return inner(cond);
}

function span(cond: { from: number; to: number | null }, dur: (ms: number) => string, zh: boolean): string {
  const to = cond.to === null ? (zh ? "全部历史" : "history") : dur(cond.to);
  return cond.from === 0 ? to : zh ? `${dur(cond.from)}前至${to}前` : `${to} except the last ${dur(cond.from)}`;
}

function longDuration(ms: number): string {
  const [count, unit] = formatDuration(ms, "en").split(" ") as [string, string];
  const word = { d: "day", h: "hour", min: "minute", s: "second", ms: "millisecond" }[unit] ?? unit;
  return `${count} ${word}${count === "1" ? "" : "s"}`;
}

function label(id: string, language: Language, names: NameBook): string {
  const name = names.byId.get(id)?.names[language];
  if (name === undefined) return id;
  // Lower case inside a sentence, but abbreviations stay: "DC-DC state", "SOC jump".
  return language === "en" && !/^[A-Z]{2}/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

function describeNum(num: Num, language: Language, names: NameBook): string {
  const zh = language === "zh";
  const inner = (n: Num) => describeNum(n, language, names);
  const dur = (ms: number) => (zh ? formatDuration(ms, "zh") : longDuration(ms));
  switch (num.op) {
    case "signal":
      return label(num.id, language, names);
    case "const":
      if (num.text !== undefined) return zh ? `“${num.text}”` : `"${num.text}"`;
      return `${num.value}${num.unit === "1" ? "" : ` ${displayUnit(num.unit)}`}`;
    case "last":
      return zh
        ? `${label(num.id, language, names)}的最后值`
        : `the last known value of ${label(num.id, language, names)}`;
    case "age":
      return zh ? `${label(num.id, language, names)}的数据龄` : `the age of ${label(num.id, language, names)}`;
    case "rate":
      return zh ? `${inner(num.of)}的变化率` : `the rate of change of ${inner(num.of)}`;
    case "delta":
      return zh ? `${inner(num.of)}在${dur(num.ms)}内的变化量` : `the change of ${inner(num.of)} over ${dur(num.ms)}`;
    case "aggregate": {
      const fn = {
        min: ["the lowest", "最小值"],
        max: ["the highest", "最大值"],
        avg: ["the average", "平均值"],
        sum: ["the sum of", "总和"],
        slope: ["the trend of", "趋势"],
        quantile: [`the ${num.p} quantile of`, `${num.p} 分位数`],
        count: ["the number of samples of", "样本数"],
        distinct: ["the number of distinct values of", "不同值数"],
      }[num.fn] as [string, string];
      const by = num.by === undefined ? "" : label(num.by, language, names);
      return zh
        ? `${inner(num.of)}过去${dur(num.ms)}的${fn[1]}${by === "" ? "" : `（按${by}分别计，取最大者）`}`
        : `${fn[0]} ${inner(num.of)} over ${dur(num.ms)}${by === "" ? "" : `, of the ${by} that has most`}`;
    }
    case "sub":
      return zh ? `${inner(num.left)}与${inner(num.right)}之差` : `${inner(num.left)} minus ${inner(num.right)}`;
    default:
      return formatNum(num, language, names);
  }
}

/** A constant beside a signal with named values is told by its name, unless it is a step of a scale: "at least 3". */
function value(op: Comparison, left: Num, right: Num, language: Language, names: NameBook): string {
  if (right.op === "const" && left.op === "signal" && (op === "eq" || op === "ne")) {
    const source = names.byId.get(left.id);
    const name = source === undefined ? undefined : valueName(source, right.value, language);
    if (name !== undefined) return name;
  }
  return describeNum(right, language, names);
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
