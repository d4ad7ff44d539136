/** Numbers of a trigger in plain words. */
import { valueName } from "@sandglass/signals";
import type { Comparison, Num } from "../lang/core.ts";
import { displayUnit } from "../lang/units.ts";
import { formatDuration, type Language, type NameBook } from "./format.ts";

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
  const group = (n: Num) => ("left" in n ? (zh ? `（${inner(n)}）` : `(${inner(n)})`) : inner(n));
  const dur = (ms: number) => (zh ? formatDuration(ms, "zh") : longDuration(ms));
  switch (num.op) {
    case "signal":
      return label(num.id, language, names);
    case "const":
      if (num.text !== undefined) return zh ? `“${num.text}”` : `"${num.text}"`;
      return measure(num.value, num.unit);
    case "last":
      return zh
        ? `${label(num.id, language, names)}的最后值`
        : `the last known value of ${label(num.id, language, names)}`;
    case "age":
      return zh
        ? `距上次收到${label(num.id, language, names)}的时间`
        : `the time since the last sample of ${label(num.id, language, names)}`;
    case "rate":
      return zh ? `${group(num.of)}的变化率` : `the rate of change of ${group(num.of)}`;
    case "delta":
      return zh ? `${group(num.of)}在${dur(num.ms)}内的变化量` : `the change of ${group(num.of)} over ${dur(num.ms)}`;
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
        ? `${group(num.of)}过去${dur(num.ms)}的${fn[1]}${by === "" ? "" : `（按${by}分别计，取最大者）`}`
        : `${fn[0]} ${group(num.of)} over ${dur(num.ms)}${by === "" ? "" : `, of the ${by} that has most`}`;
    }
    case "neg":
      return zh ? `负的${group(num.of)}` : `minus ${group(num.of)}`;
    case "abs":
      return zh ? `${group(num.of)}的绝对值` : `the absolute value of ${group(num.of)}`;
    default: {
      const [en, behind] = BINARY[num.op];
      const [left, right] = [group(num.left), group(num.right)];
      if (zh) return num.op === "mod" ? `${left}除以${right}的余数` : `${left}与${right}${behind}`;
      return num.op === "min2" || num.op === "max2" ? `${en} ${left} and ${right}` : `${left} ${en} ${right}`;
    }
  }
}

const BINARY: Readonly<Record<Extract<Num, { left: Num }>["op"], readonly [en: string, zh: string]>> = {
  add: ["plus", "之和"],
  sub: ["minus", "之差"],
  mul: ["times", "之积"],
  div: ["divided by", "之比"],
  mod: ["modulo", "的余数"],
  min2: ["the smaller of", "中的较小者"],
  max2: ["the greater of", "中的较大者"],
};

const DIGITS = 6;
/** Longer times that make a small rate readable: 1 °C/min is 0.0166667 °C/s. */
const PER = [
  ["/min", 60],
  ["/h", 3600],
] as const;

function measure(value: number, code: string): string {
  const plain = `${Number(value.toPrecision(DIGITS))}`;
  if (code === "1") return plain;
  if (code.endsWith("/s") && Number(plain) !== value)
    for (const [per, seconds] of PER) {
      const scaled = Number((value * seconds).toPrecision(DIGITS));
      if (Math.abs(scaled - value * seconds) <= 1e-9 * Math.abs(scaled))
        return `${scaled} ${displayUnit(code.slice(0, -2) + per)}`;
    }
  return `${plain} ${displayUnit(code)}`;
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
