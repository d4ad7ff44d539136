/** Parser of files, triggers and clauses. Expressions are in parse-expression.ts. */
import type { Clause, Comparison, Effect, Expr, FileNode, Missing, SignalNode, TriggerNode } from "./ast.ts";
import type { Keyword } from "./keywords.ts";
import { KEYWORDS } from "./keywords.ts";
import { parseComparison, parseExpression } from "./parse-expression.ts";
import { parseFleet } from "./parse-fleet.ts";
import { Scanner, type NameIndex } from "./scanner.ts";
import { nearest, TRIGGER_ERROR_CODES, TriggerProblem } from "./source.ts";

export interface ParseResult {
  readonly file: FileNode;
  readonly problems: readonly TriggerProblem[];
}

/** Longest text that is accepted, in UTF-16 units. */
export const MAX_TEXT = 256 * 1024;
const NO_NAMES: NameIndex = { match: () => undefined };

/** Parses a text. Problems are collected; after one, parsing goes on behind the next `;` or `}`. */
export function parseTriggers(text: string, names: NameIndex = NO_NAMES): ParseResult {
  const problems: TriggerProblem[] = [];
  const signals: SignalNode[] = [];
  const lets: Extract<Clause, { kind: "let" }>[] = [];
  const triggers: TriggerNode[] = [];
  const file = { signals, lets, triggers };
  if (text.length > MAX_TEXT) {
    problems.push(
      new TriggerProblem(
        TRIGGER_ERROR_CODES.tooLarge,
        { start: 0, end: 0 },
        `the text is longer than ${MAX_TEXT} characters`,
        `文本超过 ${MAX_TEXT} 个字符`,
        { suggestion: "several texts", suggestionZh: "拆成多个文本" },
      ),
    );
    return { file, problems };
  }
  const scanner = new Scanner(text, names);
  while (!scanner.done) {
    const start = scanner.at;
    try {
      if (scanner.accept("trigger")) triggers.push(parseTrigger(scanner, start, problems));
      else if (scanner.accept("let")) {
        lets.push(parseLet(scanner, start));
        scanner.expectPunct(";");
      } else if (scanner.accept("signal")) signals.push(parseSignal(scanner, start, "signal"));
      else if (scanner.accept("event")) signals.push(parseSignal(scanner, start, "event"));
      else failKeyword(scanner, ["trigger", "let", "signal", "event"]);
    } catch (error) {
      problems.push(asProblem(error, scanner));
      recover(scanner, start, true);
    }
    if (problems.length >= 50) break;
  }
  return { file, problems };
}

/** A stack that overflows on hostile nesting is a syntax problem, not a crash. */
function asProblem(error: unknown, scanner: Scanner): TriggerProblem {
  if (error instanceof TriggerProblem) return error;
  if (error instanceof RangeError) {
    return new TriggerProblem(
      TRIGGER_ERROR_CODES.tooLarge,
      scanner.here(),
      "the condition is nested too deeply",
      "条件嵌套过深",
      { suggestion: "let … = …", suggestionZh: "令 … = …" },
    );
  }
  throw error;
}

/** Skips to behind the next `;` (in a trigger also to before its `}`), or at top level to behind the next `}`. */
function recover(scanner: Scanner, start: number, topLevel: boolean): void {
  if (scanner.at === start) scanner.at++;
  const { text } = scanner;
  let depth = 0;
  while (scanner.at < text.length) {
    const c = text[scanner.at];
    if (c === "}" && !topLevel) break;
    scanner.at++;
    if (c === "{") depth++;
    else if (c === "}" && --depth <= 0) break;
    else if (c === ";" && depth === 0) break;
  }
  scanner.skip();
}

function failKeyword(scanner: Scanner, keywords: readonly Keyword[]): never {
  const range = scanner.here();
  const found = scanner.text.slice(range.start, range.end);
  const known = keywords.flatMap((k) => (KEYWORDS[k] as readonly (readonly string[])[]).flat());
  const suggestion = nearest(found, known);
  throw new TriggerProblem(
    TRIGGER_ERROR_CODES.syntax,
    range,
    `"${found}" does not start a ${keywords.includes("when") ? "clause" : "trigger, signal, event or let"}`,
    `“${found}”不是${keywords.includes("when") ? "子句" : "触发器、信号、事件或令"}的开头`,
    suggestion === undefined
      ? keywords.includes("when")
        ? { suggestion: "when", suggestionZh: "当" }
        : { suggestion: "trigger", suggestionZh: "触发器" }
      : { suggestion },
  );
}

function parseTrigger(s: Scanner, start: number, problems: TriggerProblem[]): TriggerNode {
  const idStart = s.at;
  const id = s.triggerId();
  const idRange = s.rangeFrom(idStart);
  s.expect("version");
  const version = s.expectInteger();
  const titles: string[] = [];
  while (titles.length < 2) {
    const title = s.string();
    if (title === undefined) break;
    titles.push(title);
    s.acceptPunct("/");
  }
  s.expectPunct("{");
  const clauses: Clause[] = [];
  while (!s.done && !s.peekPunct("}")) {
    const clauseStart = s.at;
    try {
      clauses.push(parseClause(s));
      if (!s.peekPunct("}")) s.expectPunct(";");
    } catch (error) {
      problems.push(asProblem(error, s));
      recover(s, clauseStart, false);
      if (problems.length >= 50) break;
    }
  }
  s.expectPunct("}");
  return { range: s.rangeFrom(start), id, idRange, version, titles, clauses };
}

function parseLet(s: Scanner, start: number): Extract<Clause, { kind: "let" }> {
  const name = s.expectName("a name", "名称");
  if (s.acceptPunct("=") === undefined) s.fail('"="', "“=”");
  const value = parseExpression(s);
  return { kind: "let", name, value, range: s.rangeFrom(start) };
}

const CLAUSES: readonly Keyword[] = [
  "appliesTo",
  "basis",
  "clearWhen",
  "when",
  "severity",
  "keepFiring",
  "cooldown",
  "clock",
  "missing",
  "late",
  "requires",
  "groupBy",
  "suppressedBy",
  "carry",
  "effective",
  "effect",
  "let",
];

function parseClause(s: Scanner): Clause {
  const start = s.at;
  const keyword = CLAUSES.find((k) => s.accept(k));
  if (keyword === undefined) return failKeyword(s, CLAUSES);
  const body = parseClauseBody(s, keyword, start);
  return { ...body, range: s.rangeFrom(start) } as Clause;
}

type ClauseBody = Clause extends infer C ? (C extends Clause ? Omit<C, "range"> : never) : never;

function parseClauseBody(s: Scanner, keyword: Keyword, start: number): ClauseBody {
  switch (keyword) {
    case "appliesTo": {
      const subject = s.expectName("a kind of subject, e.g. vehicle", "对象种类，如 车辆");
      const where: Expr | undefined = s.accept("where") ? parseExpression(s) : undefined;
      return { kind: "appliesTo", subject, where };
    }
    case "basis": {
      const texts = [s.expectString()];
      if (s.acceptPunct("/")) texts.push(s.expectString());
      let certainty: string | undefined;
      if (s.accept("certainty")) {
        const at = s.at;
        certainty = s.expectName("F, S, D, M or P", "F、S、D、M 或 P");
        if (!/^[FSDMP]$/.test(certainty)) {
          throw new TriggerProblem(
            TRIGGER_ERROR_CODES.syntax,
            s.rangeFrom(at),
            "certainty is one of F, S, D, M, P",
            "确定性为 F、S、D、M、P 之一",
            { suggestion: "certainty P", suggestionZh: "确定性 P" },
          );
        }
      }
      return { kind: "basis", texts, certainty };
    }
    case "when":
      return { kind: "when", condition: parseFleet(s) ?? parseExpression(s) };
    case "severity": {
      const level = s.expectInteger();
      return { kind: "severity", level, condition: s.accept("when") ? parseExpression(s) : undefined };
    }
    case "clearWhen":
      return { kind: "clearWhen", condition: parseExpression(s) };
    case "keepFiring":
      return { kind: "keepFiring", ms: s.duration() };
    case "cooldown":
      return { kind: "cooldown", ms: s.duration() };
    case "late":
      s.expect("accept");
      return { kind: "late", ms: s.duration() };
    case "clock":
      if (s.accept("clockEvery")) return { kind: "clock", mode: "every", ms: s.duration() };
      if (s.accept("clockSamples")) return { kind: "clock", mode: "samples", ms: undefined };
      s.expect("clockTime");
      return { kind: "clock", mode: "time", ms: undefined };
    case "missing": {
      const modes: readonly [Keyword, Missing][] = [
        ["missingUnknown", "unknown"],
        ["missingReset", "reset"],
        ["missingHold", "hold"],
        ["missingViolate", "violate"],
      ];
      const mode = modes.find(([k]) => s.accept(k))?.[1];
      if (mode === undefined)
        return s.fail('"unknown", "reset", "hold state" or "violate"', "“未知”“复位”“保持状态”或“视为违反”");
      return { kind: "missing", mode, afterMs: s.accept("after") ? s.duration() : undefined };
    }
    case "requires": {
      const what = s.accept("reqPeriod")
        ? "period"
        : s.accept("reqCoverage")
          ? "coverage"
          : s.accept("reqSamples")
            ? "samples"
            : undefined;
      if (what === undefined) return s.fail('"period", "coverage" or "samples"', "“周期”“覆盖率”或“样本数”");
      const op: Comparison = parseComparison(s) ?? s.fail("a comparison", "比较符");
      if (what === "period") return { kind: "requires", what, op, value: s.duration() };
      const value = s.expectNumber();
      if (what === "coverage") {
        s.expectPunct("%");
        return { kind: "requires", what, op, value: Number((value / 100).toPrecision(15)) };
      }
      return { kind: "requires", what, op, value };
    }
    case "groupBy": {
      const paths = [s.expectName("a name", "名称")];
      while (s.acceptPunct(",")) paths.push(s.expectName("a name", "名称"));
      return { kind: "groupBy", paths };
    }
    case "suppressedBy":
      return { kind: "suppressedBy", id: s.triggerId() };
    case "carry":
      return { kind: "carry" };
    case "effective": {
      s.expect("from");
      const from = s.date();
      return { kind: "effective", from, to: s.accept("to") ? s.date() : undefined };
    }
    case "effect": {
      const effects: readonly [Keyword, Effect][] = [
        ["effectWarn", "warn"],
        ["effectRestrict", "restrict"],
        ["effectSuspend", "suspend"],
        ["effectTerminate", "terminate"],
      ];
      const effect = effects.find(([k]) => s.accept(k))?.[1];
      if (effect === undefined)
        return s.fail('"warn", "restrict", "suspend" or "terminate"', "“警告”“限制”“暂停”或“终止”");
      return { kind: "effect", effect, level: s.accept("atSeverity") ? s.expectInteger() : undefined };
    }
    default: {
      const { kind, name, value } = parseLet(s, start);
      return { kind, name, value };
    }
  }
}

function parseSignal(s: Scanner, start: number, kind: "signal" | "event"): SignalNode {
  const name = s.expectName("a name", "名称");
  let type: SignalNode["type"] = "event";
  let unit: string | undefined;
  if (kind === "signal") {
    s.expectPunct(":");
    const found = (["number", "integer", "bool", "string", "enum"] as const).find((t) => s.accept(t));
    type = found ?? s.fail("number, integer, bool, string or enum", "数值、整数、布尔、字符串或枚举");
    if (s.acceptPunct("[")) {
      unit = (s.unit() ?? s.fail("a unit", "单位")).code;
      s.expectPunct("]");
    }
  }
  const node: { -readonly [K in keyof SignalNode]: SignalNode[K] } = {
    range: { start, end: start },
    kind,
    name,
    type,
    unit,
    low: undefined,
    high: undefined,
    holdMs: undefined,
    periodMs: undefined,
    scale: undefined,
    alias: undefined,
  };
  while (!s.peekPunct(";")) {
    if (s.accept("range")) {
      node.low = s.expectNumber();
      s.expectPunct("..");
      node.high = s.expectNumber();
    } else if (s.accept("hold")) node.holdMs = s.duration();
    else if (s.accept("reqPeriod")) node.periodMs = s.duration();
    else if (s.accept("scale")) node.scale = s.expectNumber();
    else if (s.accept("alias")) node.alias = s.expectString();
    else if (s.accept("attrFrom")) s.expectString();
    else if (s.accept("invalid")) {
      s.expectPunct("[");
      do {
        if (s.string() === undefined) s.expectNumber();
      } while (s.acceptPunct(","));
      s.expectPunct("]");
    } else s.fail('an attribute or ";"', "属性或“;”");
  }
  s.expectPunct(";");
  node.range = s.rangeFrom(start);
  return node;
}
