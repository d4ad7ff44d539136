/**
 * Reads a trigger text by what the grammar expects next. There is no token list: whether `m` is a metre or a minute,
 * or where an unspaced Chinese name ends, depends on the place in the grammar.
 */
import { halfWidth, QUOTES } from "./full-width.ts";
import { DURATION_UNITS, KEYWORDS, spell, type Keyword } from "./keywords.ts";
import { TRIGGER_ERROR_CODES, TriggerProblem, type SourceRange } from "./source.ts";
import { misplaced } from "./misplaced.ts";
import { matchUnit, type Unit } from "./units.ts";

const WORD = /[A-Za-z0-9_]/;
const LATIN_NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y;
const HAN_NAME = /[\p{Script=Han}]+(?:\.[\p{Script=Han}A-Za-z0-9_]+)*/uy;
const NUMBER = /(?:\d+(?:\.\d+)?)(?:[eE][+-]?\d+)?/y;
const DURATION_KEYS = Object.keys(DURATION_UNITS).sort((a, b) => b.length - a.length);

/** Finds the longest known name at an offset, e.g. an alias of the catalogue that contains spaces or Han characters. */
export interface NameIndex {
  match(text: string, at: number): { name: string; end: number } | undefined;
}

export class Scanner {
  readonly text: string;
  readonly names: NameIndex;
  at = 0;
  /** End of the last thing read, without the white space behind it. */
  last = 0;

  constructor(text: string, names: NameIndex) {
    this.text = halfWidth(text);
    this.names = names;
    this.skip();
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Skips white space and comments (`// …`, `# …` and slash-star blocks). */
  skip(): void {
    const text = this.text;
    for (;;) {
      const c = text[this.at];
      if (c === undefined) return;
      if (/\s/.test(c)) this.at++;
      else if (c === "#" || (c === "/" && text[this.at + 1] === "/")) {
        const end = text.indexOf("\n", this.at);
        this.at = end < 0 ? text.length : end;
      } else if (c === "/" && text[this.at + 1] === "*") {
        const end = text.indexOf("*/", this.at + 2);
        this.at = end < 0 ? text.length : end + 2;
      } else return;
    }
  }

  private take(end: number): void {
    this.at = end;
    this.last = end;
    this.skip();
  }

  rangeFrom(start: number): SourceRange {
    return { start, end: Math.max(start, this.last) };
  }

  /** Range of the next word, for an error that points at it. */
  here(): SourceRange {
    const match = /[^\s;{}()[\],]+|./y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    return { start: this.at, end: found ? this.at + found[0].length : this.text.length };
  }

  /** End offset of a spelling at the current place, or -1. */
  private spellingEnd(spelling: string): number {
    let i = this.at;
    for (const part of spelling.split(" ")) {
      if (i > this.at) while (i < this.text.length && /\s/.test(this.text[i] ?? "")) i++;
      if (!this.text.startsWith(part, i)) return -1;
      const end = i + part.length;
      const lastChar = part[part.length - 1] ?? "";
      if (WORD.test(lastChar) && WORD.test(this.text[end] ?? " ")) return -1;
      i = end;
    }
    return i;
  }

  private keywordEnd(keyword: Keyword): number {
    let best = -1;
    for (const set of KEYWORDS[keyword] as readonly (readonly string[])[]) {
      for (const spelling of set) best = Math.max(best, this.spellingEnd(spelling));
    }
    return best;
  }

  peek(keyword: Keyword): boolean {
    return this.keywordEnd(keyword) >= 0;
  }

  accept(keyword: Keyword): boolean {
    const end = this.keywordEnd(keyword);
    if (end < 0) return false;
    this.take(end);
    return true;
  }

  expect(keyword: Keyword): void {
    if (!this.accept(keyword)) this.failAtWord(`"${spell(keyword, "en")}"`, `“${spell(keyword, "zh")}”`);
  }

  peekPunct(mark: string): boolean {
    return this.text.startsWith(mark, this.at);
  }

  acceptPunct(...marks: string[]): string | undefined {
    for (const mark of marks) {
      if (this.text.startsWith(mark, this.at)) {
        this.take(this.at + mark.length);
        return mark;
      }
    }
    return undefined;
  }

  expectPunct(mark: string): void {
    if (this.acceptPunct(mark) === undefined) this.failAtWord(`"${mark}"`, `“${mark}”`);
  }

  /** Like `fail`, where the word that stands there is likely to be meant for another. */
  private failAtWord(expected: string, expectedZh: string): never {
    const { start, end } = this.here();
    const meant = misplaced(this.text, start, this.text.slice(start, end));
    if (meant === undefined) return this.fail(expected, expectedZh);
    throw new TriggerProblem(
      TRIGGER_ERROR_CODES.syntax,
      { start, end: start + meant.word.length },
      `expected ${expected}, found "${meant.word}": ${meant.en}`,
      `此处应为${expectedZh}，却是“${meant.word}”：${meant.zh}`,
      { suggestion: meant.suggestion },
    );
  }

  number(): number | undefined {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) return undefined;
    // `0..15` is a range, not a decimal point.
    this.take(this.at + found[0].length);
    return Number(found[0]);
  }

  expectNumber(): number {
    let sign = 1;
    if (this.acceptPunct("-")) sign = -1;
    const value = this.number();
    if (value === undefined) return this.fail("a number", "数字");
    return sign * value;
  }

  expectInteger(): number {
    const start = this.at;
    const value = this.expectNumber();
    if (!Number.isInteger(value) || value < 0 || value > 1e9) {
      throw new TriggerProblem(
        TRIGGER_ERROR_CODES.syntax,
        this.rangeFrom(start),
        "expected a whole number",
        "此处应为整数",
        { suggestion: `${Math.min(1e9, Math.max(0, Math.round(value)))}` },
      );
    }
    return value;
  }

  /** A unit right behind a number, if there is one. */
  unit(): Unit | undefined {
    const found = matchUnit(this.text, this.at);
    if (!found) return undefined;
    this.take(found.end);
    return found.unit;
  }

  string(): string | undefined {
    const close = QUOTES[this.text[this.at] ?? ""];
    if (close === undefined) return undefined;
    const start = this.at;
    let value = "";
    for (let i = this.at + 1; i < this.text.length; i++) {
      const c = this.text[i] as string;
      if (close.includes(c)) {
        this.take(i + 1);
        return value;
      }
      if (c === "\n") break;
      if (c === "\\" && i + 1 < this.text.length) value += this.text[++i];
      else value += c;
    }
    throw new TriggerProblem(
      TRIGGER_ERROR_CODES.syntax,
      { start, end: start + 1 },
      "text in quotes is not closed",
      "引号未闭合",
      { suggestion: close[0] as string },
    );
  }

  expectString(): string {
    return this.string() ?? this.fail("text in quotes", "引号内的文字");
  }

  /** A known alias or an identifier path. */
  name(): string | undefined {
    const known = this.names.match(this.text, this.at);
    LATIN_NAME.lastIndex = this.at;
    HAN_NAME.lastIndex = this.at;
    const plain = LATIN_NAME.exec(this.text) ?? HAN_NAME.exec(this.text);
    if (known && (!plain || known.end >= this.at + plain[0].length || !/^[A-Za-z_]/.test(plain[0]))) {
      this.take(known.end);
      return known.name;
    }
    if (!plain) return undefined;
    this.take(this.at + plain[0].length);
    return plain[0];
  }

  expectName(en: string, zh: string): string {
    return this.name() ?? this.fail(en, zh);
  }

  /** Identifier of a trigger: letters, digits, `-`, `_` and `.`. */
  triggerId(): string {
    const match = /[A-Za-z_][A-Za-z0-9_.-]*/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (!found || found[0].length > 80)
      return this.fail("a trigger id such as EV-BAT-001", "触发器编号，如 EV-BAT-001");
    this.take(this.at + found[0].length);
    return found[0];
  }

  /** ISO date YYYY-MM-DD. */
  date(): string {
    const match = /\d{4}-\d{2}-\d{2}/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (!found || Number.isNaN(Date.parse(`${found[0]}T00:00:00Z`)))
      return this.fail("a date such as 2026-01-01", "日期，如 2026-01-01");
    this.take(this.at + found[0].length);
    return found[0];
  }

  /** Time of day HH:MM, in ms since midnight. */
  clockTime(): number {
    const match = /([01]?\d|2[0-3])\s*:\s*([0-5]\d)(?!\d)/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (!found) return this.fail("a time of day such as 22:00", "时刻，如 22:00");
    this.take(this.at + found[0].length);
    return (Number(found[1]) * 60 + Number(found[2])) * 60_000;
  }

  private durationUnit(): number | undefined {
    for (const key of DURATION_KEYS) {
      if (!this.text.startsWith(key, this.at)) continue;
      if (
        /^[a-z]/.test(key) &&
        WORD.test(this.text[this.at + key.length] ?? " ") &&
        !/\d/.test(this.text[this.at + key.length] ?? " ")
      )
        continue;
      this.take(this.at + key.length);
      return DURATION_UNITS[key];
    }
    return undefined;
  }

  /** Milliseconds; `1 h 30 min` adds up. */
  duration(): number {
    const start = this.at;
    let total = 0;
    let parts = 0;
    for (;;) {
      const before = this.at;
      const beforeLast = this.last;
      const value = this.number();
      const unit = value === undefined ? undefined : this.durationUnit();
      if (value === undefined || unit === undefined) {
        if (parts === 0) {
          if (value === undefined) return this.fail("a duration such as 30 s", "时长，如 30 秒");
          throw new TriggerProblem(
            TRIGGER_ERROR_CODES.syntax,
            { start, end: this.last },
            "a duration needs a unit: ms, s, min, h, d or w",
            "时长须带单位：毫秒、秒、分钟、小时、天、周",
            { suggestion: `${value} s`, suggestionZh: `${value} 秒` },
          );
        }
        this.at = before;
        this.last = beforeLast;
        break;
      }
      total += value * unit;
      parts++;
    }
    const ms = Math.round(total);
    if (Math.abs(ms - total) > 1e-6 || ms > 400 * 86_400_000) {
      throw new TriggerProblem(
        TRIGGER_ERROR_CODES.syntax,
        this.rangeFrom(start),
        "a duration is a whole number of milliseconds up to 400 d",
        "时长须为整数毫秒，最长 400 天",
        {
          suggestion: ms > 400 * 86_400_000 ? "400 d" : `${ms} ms`,
          suggestionZh: ms > 400 * 86_400_000 ? "400 天" : `${ms} 毫秒`,
        },
      );
    }
    return ms;
  }

  fail(expected: string, expectedZh: string): never {
    const range = this.here();
    const found = this.text.slice(range.start, range.end);
    throw new TriggerProblem(
      TRIGGER_ERROR_CODES.syntax,
      range,
      found ? `expected ${expected}, found "${found}"` : `expected ${expected}, found the end of the text`,
      found ? `此处应为${expectedZh}，却是“${found}”` : `此处应为${expectedZh}，文本却已结束`,
      { suggestion: exampleIn(expected), suggestionZh: exampleIn(expectedZh) },
    );
  }
}

/** What to write, out of what was expected: the first thing in quotes, the example that it gives, or a plain one. */
function exampleIn(expected: string): string {
  const quoted = /["“](.+?)["”]/.exec(expected)?.[1];
  if (quoted !== undefined) return quoted;
  const example = /(?:such as|e\.g\.|如)\s*(.+)$/.exec(expected)?.[1];
  if (example !== undefined) return example;
  return PLAIN_EXAMPLES.find(([pattern]) => pattern.test(expected))?.[1] ?? "…";
}

const PLAIN_EXAMPLES: readonly [RegExp, string][] = [
  [/signal, number/, "speed"],
  [/信号、数值/, "车速"],
  [/text|文字/, '"…"'],
  [/number|数字|整数/, "10"],
  [/comparison|比较/, ">"],
  [/unit|单位/, "km/h"],
  [/number, integer/, "number"],
  [/attribute|属性/, "model"],
  [/F, S|F、S/, "P"],
  [/signal|信号/, "soc"],
];
