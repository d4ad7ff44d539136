/** Numbers of a trigger in plain words. */
import { valueName } from "@sandglass/signals";
import type { Comparison, Num } from "../lang/core.ts";
import { displayUnit } from "../lang/units.ts";
import { formatDuration, formatNum, type Language, type NameBook } from "./format.ts";

/** "30 minutes", as sentences have it. */
export function longDuration(ms: number): string {
  const [count, unit] = formatDuration(ms, "en").split(" ") as [string, string];
  const word = { d: "day", h: "hour", min: "minute", s: "second", ms: "millisecond" }[unit] ?? unit;
  return `${count} ${word}${count === "1" ? "" : "s"}`;
}

/** The name of a signal or event inside a sentence. */
export function label(id: string, language: Language, names: NameBook): string {
  const name = names.byId.get(id)?.names[language];
  if (name === undefined) return id;
  // Lower case inside a sentence, but abbreviations stay: "DC-DC state", "SOC jump".
  return language === "en" && !/^[A-Z]{2}/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

export function describeNum(num: Num, language: Language, names: NameBook): string {
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
export function describeValue(op: Comparison, left: Num, right: Num, language: Language, names: NameBook): string {
  if (right.op === "const" && left.op === "signal" && (op === "eq" || op === "ne")) {
    const source = names.byId.get(left.id);
    const name = source === undefined ? undefined : valueName(source, right.value, language);
    if (name !== undefined) return name;
  }
  return describeNum(right, language, names);
}
