/** A trigger as a plain sentence, for people who will not read code. */
import type { Comparison, Cond, CoreTrigger, Num } from "../lang/core.ts";
import type { Names } from "../lang/names.ts";
import { displayUnit } from "../lang/units.ts";
import { formatDuration, formatNum, type Language } from "./format.ts";

type NameBook = Pick<Names, "byId">;

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
    case "in": {
      const source = cond.of.op === "signal" ? names.byId.get(cond.of.id) : undefined;
      const values = cond.values.map((v) => source?.values?.[v]?.[language] ?? `${v}`);
      return zh
        ? `${describeNum(cond.of, language, names)}为${values.join("、")}之一`
        : `${describeNum(cond.of, language, names)} is one of ${values.join(", ")}`;
    }
    case "not":
      return zh ? `并非（${inner(cond.of)}）` : `it is not the case that ${inner(cond.of)}`;
    case "and":
      return zh
        ? `${group(cond.left, inner, language)}，且${group(cond.right, inner, language)}`
        : `${group(cond.left, inner, language)} and ${group(cond.right, inner, language)}`;
    case "or":
      return zh
        ? `${group(cond.left, inner, language)}，或${group(cond.right, inner, language)}`
        : `${group(cond.left, inner, language)} or ${group(cond.right, inner, language)}`;
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
        : `${occurrence(cond.of, inner, zh)} ${EN_QUANTITY[cond.cmp]} ${cond.n} times in ${dur(cond.ms)}`;
    case "share": {
      const percent = Number((cond.fraction * 100).toPrecision(12));
      return zh
        ? `过去${dur(cond.ms)}内${ZH_QUANTITY[cond.cmp]}${percent}%的${cond.per === "samples" ? "样本" : "时间"}满足：${inner(cond.of)}`
        : `in ${EN_QUANTITY[cond.cmp]} ${percent} % of the ${cond.per} of the last ${dur(cond.ms)}, ${inner(cond.of)}`;
    }
    case "response":
      if (zh) return `${inner(cond.after)}之后${dur(cond.ms)}内${cond.negated ? "未" : ""}${inner(cond.expect)}`;
      return cond.negated
        ? `within ${dur(cond.ms)} after ${inner(cond.after)}, ${inner(cond.expect)} does not follow`
        : `${inner(cond.expect)} within ${dur(cond.ms)} after ${inner(cond.after)}`;
    default: {
      const left = describeNum(cond.left, language, names);
      const right = value(cond.left, cond.right, language, names);
      return zh ? `${left}${ZH_COMPARISON[cond.op]}${right}` : `${left} ${EN_COMPARISON[cond.op]} ${right}`;
    }
  }
}

function group(cond: Cond, inner: (c: Cond) => string, language: Language): string {
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
      return `${num.value}${num.unit === "1" ? "" : ` ${displayUnit(num.unit)}`}`;
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
      return zh ? `${inner(num.of)}过去${dur(num.ms)}的${fn[1]}` : `${fn[0]} ${inner(num.of)} over ${dur(num.ms)}`;
    }
    case "sub":
      return zh ? `${inner(num.left)}与${inner(num.right)}之差` : `${inner(num.left)} minus ${inner(num.right)}`;
    default:
      return formatNum(num, language, names);
  }
}

/** A constant beside a signal with named values is told by its name. */
function value(left: Num, right: Num, language: Language, names: NameBook): string {
  if (right.op === "const" && left.op === "signal") {
    const named = names.byId.get(left.id)?.values?.[right.value];
    if (named && names.byId.get(left.id)?.range[1] !== 4) return named[language];
  }
  return describeNum(right, language, names);
}

/** One sentence: when it fires, with what severity, when it clears. */
export function describeCore(core: CoreTrigger, language: Language, names: NameBook): string {
  const zh = language === "zh";
  const dur = (ms: number) => (zh ? formatDuration(ms, "zh") : longDuration(ms));
  const base = core.severity[0];
  const rest = core.severity.slice(1);
  if (zh) {
    const parts = [`当${describeCond(core.when, "zh", names)}时触发（${base?.level ?? 1}级）`];
    for (const s of rest) if (s.when) parts.push(`若${describeCond(s.when, "zh", names)}则升为${s.level}级`);
    if (core.clear) parts.push(`${describeCond(core.clear, "zh", names)}时解除`);
    if (core.keepFiringMs > 0) parts.push(`恢复后再保持${dur(core.keepFiringMs)}`);
    if (core.cooldownMs > 0) parts.push(`解除后${dur(core.cooldownMs)}内不重复触发`);
    return `${parts.join("；")}。`;
  }
  const parts = [`Fires (level ${base?.level ?? 1}) when ${describeCond(core.when, "en", names)}`];
  for (const s of rest) if (s.when) parts.push(`rises to level ${s.level} when ${describeCond(s.when, "en", names)}`);
  if (core.clear) parts.push(`clears when ${describeCond(core.clear, "en", names)}`);
  if (core.keepFiringMs > 0) parts.push(`stays for another ${dur(core.keepFiringMs)}`);
  if (core.cooldownMs > 0) parts.push(`does not repeat within ${dur(core.cooldownMs)} after clearing`);
  return `${parts.join("; ")}.`;
}
