/** Conditions of one subject in plain words: "speed is above 60 km/h", and what they are when they do not hold. */
import { valueName } from "@sandglass/signals";
import { canonicalText, type Comparison, type Cond } from "../lang/core.ts";
import { displayUnit } from "../lang/units.ts";
import { describeNum, describeValue, label } from "./describe-number.ts";
import { timeOfDay, type Language, type NameBook } from "./format.ts";

const EN_COMPARISON: Readonly<Record<Comparison, string>> = {
  lt: "below",
  le: "at most",
  gt: "above",
  ge: "at least",
  eq: "",
  ne: "not",
};
const ZH_COMPARISON: Readonly<Record<Comparison, string>> = {
  lt: "低于",
  le: "不高于",
  gt: "高于",
  ge: "不低于",
  eq: "为",
  ne: "不为",
};
const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  lt: "ge",
  le: "gt",
  gt: "le",
  ge: "lt",
  eq: "ne",
  ne: "eq",
};
/** When an English condition holds. */
export type Tense = "present" | "past" | "perfect";
export const BE: Readonly<Record<Tense, string>> = { present: "is", past: "was", perfect: "has been" };
const HAVE: Readonly<Record<Tense, string>> = { present: "has", past: "had", perfect: "has had" };

/** A condition of one subject: what is spoken of, how it is, and how it is when the condition does not hold. */
export interface Simple {
  readonly subject: string;
  readonly en: (tense: Tense) => string;
  readonly zh: string;
  readonly denied: { readonly en: (tense: Tense) => string; readonly zh: string };
}

const plain = (subject: string, en: string, zh: string, notZh: string, notEn = `not ${en}`): Simple => ({
  subject,
  en: (tense) => `${BE[tense]} ${en}`,
  zh,
  denied: { en: (tense) => `${BE[tense]} ${notEn}`, zh: notZh },
});

export function simpleOf(cond: Cond, language: Language, names: NameBook): Simple | undefined {
  const zh = language === "zh";
  const name = (id: string): string => label(id, language, names);
  switch (cond.op) {
    case "flag":
      return plain(name(cond.id), "set", "置位", "未置位");
    case "valid":
      return {
        subject: name(cond.id),
        en: (tense) => `${HAVE[tense]} a valid value`,
        zh: "有有效值",
        denied: { en: (tense) => `${HAVE[tense]} no valid value`, zh: "无有效值" },
      };
    case "timeOfDay": {
      const [from, to] = [timeOfDay(cond.from), timeOfDay(cond.to)];
      const subject = zh ? "时刻" : "the time of day";
      return plain(subject, `between ${from} and ${to}`, `在${from}与${to}之间`, `不在${from}与${to}之间`);
    }
    case "inside": {
      const region = names.regions.byId.get(cond.region)?.region.names[language] ?? cond.region;
      const subject = zh ? "位置" : "the position";
      return plain(subject, `inside "${region}"`, `在“${region}”内`, `在“${region}”外`, `outside "${region}"`);
    }
    case "in":
      return oneOf(cond, language, names);
    case "and": {
      const range = between(cond, language, names);
      return (
        range && plain(range.subject, `between ${range.limits}`, `介于${range.limits}之间`, `不介于${range.limits}之间`)
      );
    }
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne": {
      const value = describeValue(cond.op, cond.left, cond.right, language, names);
      const en = (op: Comparison): string => `${EN_COMPARISON[op]} ${value}`.trimStart();
      const opposite = OPPOSITE[cond.op];
      const chinese = (op: Comparison): string => ZH_COMPARISON[op] + value;
      return plain(
        describeNum(cond.left, language, names),
        en(cond.op),
        chinese(cond.op),
        chinese(opposite),
        en(opposite),
      );
    }
    default:
      return undefined;
  }
}

function oneOf(cond: Extract<Cond, { op: "in" }>, language: Language, names: NameBook): Simple {
  const zh = language === "zh";
  const source = cond.of.op === "signal" ? names.byId.get(cond.of.id) : undefined;
  const unit = source === undefined ? "" : displayUnit(source.unit.code);
  const values = cond.values.map(
    (v, i) =>
      cond.texts?.[i] ??
      (source === undefined ? undefined : valueName(source, v, language)) ??
      `${v}${unit === "" ? "" : ` ${unit}`}`,
  );
  const subject = describeNum(cond.of, language, names);
  const [only] = values;
  if (values.length === 1) return plain(subject, `${only}`, `为${only}`, `不为${only}`);
  const list = values.join(zh ? "、" : ", ");
  return plain(subject, `one of ${list}`, `为${list}之一`, `不为${list}中的任何一个`, `none of ${list}`);
}

/** `x between a and b`, which the core knows as two comparisons. */
function between(
  { left, right }: { readonly left: Cond; readonly right: Cond },
  language: Language,
  names: NameBook,
): { subject: string; limits: string } | undefined {
  if (left.op !== "ge" || right.op !== "le" || left.right.op !== "const" || right.right.op !== "const")
    return undefined;
  if (canonicalText(left.left) !== canonicalText(right.left)) return undefined;
  const [from, to] = [left, right].map((c) => describeValue(c.op as Comparison, c.left, c.right, language, names));
  return {
    subject: describeNum(left.left, language, names),
    limits: language === "zh" ? `${from}与${to}` : `${from} and ${to}`,
  };
}
