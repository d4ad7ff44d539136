/** Words that people write where the language has another: what to write instead. */
import { KEYWORDS } from "./keywords.ts";
import { nearest } from "./source.ts";

export interface Misplaced {
  readonly word: string;
  readonly en: string;
  readonly zh: string;
  readonly suggestion: string;
}

/** Of Chinese the longest that fits is meant: words are not set apart. */
const WORDS: Readonly<Record<string, string>> = {
  并且: "且",
  而且: "且",
  同时: "且",
  以及: "且",
  或者: "或",
  不是: "!=",
  大于等于: ">=",
  大于或等于: ">=",
  不小于: ">=",
  不低于: ">=",
  不少于: ">=",
  小于等于: "<=",
  小于或等于: "<=",
  不大于: "<=",
  不高于: "<=",
  不超过: "<=",
  不等于: "!=",
  大于: ">",
  高于: ">",
  超过: ">",
  小于: "<",
  低于: "<",
  等于: "==",
  为: "==",
  是: "==",
  is: "==",
  equals: "==",
  exceeds: ">",
  "<>": "!=",
  during: "for",
  in: "in [",
  kph: "km/h",
};

/** Units of the catalogue, as they are displayed. */
const UNITS = [
  "km/h",
  "m/s",
  "m/s²",
  "°C",
  "°C/s",
  "V",
  "mV",
  "A",
  "kW",
  "Ω",
  "kΩ",
  "Ω/V",
  "kPa",
  "MPa",
  "N·m",
  "r/min",
].concat(["km", "m", "kWh", "%", "L/100km", "s", "min", "h", "d", "°"]);

const LONGEST = Math.max(...Object.keys(WORDS).map((word) => word.length));
const LATIN_KEYWORDS = new Set(
  Object.values(KEYWORDS).flatMap(
    (set) => (set as readonly (readonly string[])[])[0]?.filter((w) => /^[a-z]+$/.test(w)) ?? [],
  ),
);

/** What is meant by the word at an offset where the grammar has no place for it; `word` is what stands there up to a blank. */
export function misplaced(text: string, at: number, word: string): Misplaced | undefined {
  const lower = word.toLowerCase();
  if (lower !== word && LATIN_KEYWORDS.has(lower))
    return { word, en: "keywords are written in small letters", zh: "英文关键字须小写", suggestion: lower };
  for (let length = Math.min(LONGEST, text.length - at); length > 0; length--) {
    const found = text.slice(at, at + length);
    if (!Object.hasOwn(WORDS, found) || (/[a-z]$/.test(found) && found !== word)) continue;
    const suggestion = WORDS[found] as string;
    return { word: found, en: `write "${suggestion}"`, zh: `应写作“${suggestion}”`, suggestion };
  }
  if (!/\d\s*$/.test(text.slice(Math.max(0, at - 8), at)) || !/^[\p{L}°%]/u.test(word)) return undefined;
  const unit = nearest(word, UNITS) ?? "km/h";
  return { word, en: "it is not a known unit", zh: "不是已知的单位", suggestion: unit };
}
