/**
 * Conditions and sums share one expression grammar; the checker tells them apart by type. That removes the
 * ambiguity of `(`, which may open either, without backtracking.
 */
import type { Bound, Comparison, Expr, Quantity } from "./ast.ts";
import type { Keyword } from "./keywords.ts";
import type { Scanner } from "./scanner.ts";
import { TRIGGER_ERROR_CODES, TriggerProblem, type SourceRange } from "./source.ts";

const MAX_DEPTH = 200;
const depths = new WeakMap<Scanner, number>();

/** Cond of the grammar; also parses a plain sum. */
export function parseExpression(s: Scanner): Expr {
  const depth = (depths.get(s) ?? 0) + 1;
  if (depth > MAX_DEPTH) throw tooDeep(s);
  depths.set(s, depth);
  try {
    const start = s.at;
    const left = parseOr(s);
    if (!s.accept("implies")) return left;
    const right = parseOr(s);
    return { kind: "implies", left, right, range: s.rangeFrom(start) };
  } finally {
    depths.set(s, depth - 1);
  }
}

function parseOr(s: Scanner): Expr {
  const start = s.at;
  let left = parseAnd(s);
  while (s.accept("or")) left = { kind: "or", left, right: parseAnd(s), range: s.rangeFrom(start) };
  return left;
}

function parseAnd(s: Scanner): Expr {
  const start = s.at;
  let left = parseSince(s);
  while (s.accept("and")) left = { kind: "and", left, right: parseSince(s), range: s.rangeFrom(start) };
  return left;
}

function parseSince(s: Scanner): Expr {
  const start = s.at;
  const left = parseNot(s);
  if (!s.accept("since")) return left;
  const bound = parseBound(s);
  const right = parseNot(s);
  return { kind: "since", left, right, bound, range: s.rangeFrom(start) };
}

/**
 * `not` binds closer than a suffix: `not P for 10 s` is (not P) for 10 s, as people read it. The negation of a whole
 * suffixed condition takes parentheses.
 */
function parseNot(s: Scanner): Expr {
  const start = s.at;
  const nots: number[] = [];
  for (let at = s.at; !s.peekPunct("!=") && s.accept("not"); at = s.at) {
    nots.push(at);
    if (nots.length > MAX_DEPTH) throw tooDeep(s);
  }
  const negated = (of: Expr): Expr =>
    nots.reduceRight((inner, at) => ({ kind: "not", of: inner, range: s.rangeFrom(at) }), of);
  if (s.accept("after")) return negated(parseResponse(s, start));
  if (s.accept("noData")) {
    const from = s.accept("noDataFrom") ? s.expectName("a signal", "信号") : undefined;
    if (!s.accept("exceeds")) s.expect("for");
    return negated({ kind: "noData", from, ms: s.duration(), range: s.rangeFrom(start) });
  }
  if (s.accept("offline")) {
    if (!s.accept("exceeds")) s.expect("for");
    return negated({ kind: "offline", ms: s.duration(), range: s.rangeFrom(start) });
  }
  if (s.names.match(s.text, s.at) === undefined && s.accept("timeOfDay"))
    return parseSuffixes(s, start, negated(parseTimeOfDay(s, start)));
  return parseSuffixes(s, start, negated(parseRelation(s)));
}

function tooDeep(s: Scanner): TriggerProblem {
  return new TriggerProblem(
    TRIGGER_ERROR_CODES.tooLarge,
    s.here(),
    "the condition is nested too deeply",
    "条件嵌套过深",
    { suggestion: "let … = …", suggestionZh: "令 … = …" },
  );
}

function guarded<T>(s: Scanner, work: () => T): T {
  const depth = (depths.get(s) ?? 0) + 1;
  if (depth > MAX_DEPTH) throw tooDeep(s);
  depths.set(s, depth);
  try {
    return work();
  } finally {
    depths.set(s, depth - 1);
  }
}

/** `time of day between 22:00 and 06:00` */
function parseTimeOfDay(s: Scanner, start: number): Expr {
  s.expect("between");
  const from = s.clockTime();
  s.expect("betweenAnd");
  const to = s.clockTime();
  return { kind: "timeOfDay", from, to, range: s.rangeFrom(start) };
}

/** `after A, [no] Q within D` */
function parseResponse(s: Scanner, start: number): Expr {
  const after = parseRelation(s);
  s.expectPunct(",");
  const negated = s.accept("no");
  const expect = parseRelation(s);
  s.expect("within");
  const ms = s.duration();
  return { kind: "response", after, expect, negated, ms, range: s.rangeFrom(start) };
}

const QUANTIFIERS: readonly [Keyword, Quantity][] = [
  ["moreThan", "gt"],
  ["atLeast", "ge"],
  ["fewerThan", "lt"],
  ["atMost", "le"],
];

export function parseQuantifier(s: Scanner): Quantity | undefined {
  return QUANTIFIERS.find(([k]) => s.accept(k))?.[1];
}

function parseSuffixes(s: Scanner, start: number, prim: Expr): Expr {
  let of = prim;
  for (;;) {
    const range = (): SourceRange => s.rangeFrom(start);
    // Chinese: `A 之后 10 秒 内 [未] Q`
    if (/\p{Script=Han}/u.test(s.text[s.at] ?? "") && s.accept("after")) {
      const ms = s.duration();
      s.expect("within");
      const negated = s.accept("no");
      const expect = parseRelation(s);
      return { kind: "response", after: of, expect, negated, ms, range: range() };
    }
    if (s.accept("for")) of = { kind: "for", of, ms: s.duration(), range: range() };
    else if (s.accept("withinLast")) {
      const ms = s.duration();
      s.accept("occurred");
      of = { kind: "within", of, ms, range: range() };
    } else if (!s.peek("inLast") && s.accept("shareIn")) {
      const op =
        parseQuantifier(s) ??
        s.fail('"at least", "more than", "at most" or "fewer than"', "“至少”“超过”“至多”或“少于”");
      const amount = s.expectNumber();
      const isNumber = Number.isInteger(amount) && s.peek("of");
      if (!isNumber) s.expectPunct("%");
      s.expect("of");
      if (isNumber) {
        s.expect("samples");
        s.expect("inLast");
        of = { kind: "samples", of, op, n: amount, ms: s.duration(), range: range() };
        continue;
      }
      const per = s.accept("samples")
        ? "samples"
        : s.accept("time")
          ? "time"
          : s.fail('"samples" or "time"', "“样本”或“时间”");
      s.expect("inLast");
      // 64.1 % is 0.641, not 0.6409999999999999.
      const fraction = Number((amount / 100).toPrecision(15));
      of = { kind: "share", of, op, fraction, per, ms: s.duration(), range: range() };
    } else {
      const op = parseQuantifier(s);
      if (op === undefined) return of;
      const n = s.expectInteger();
      s.expect("timesInLast");
      of = { kind: "count", of, op, n, ms: s.duration(), range: range() };
    }
  }
}

const COMPARISONS: readonly [string, Comparison][] = [
  ["<=", "le"],
  ["≤", "le"],
  [">=", "ge"],
  ["≥", "ge"],
  ["==", "eq"],
  ["!=", "ne"],
  ["≠", "ne"],
  ["<", "lt"],
  [">", "gt"],
];

export function parseComparison(s: Scanner): Comparison | undefined {
  for (const [mark, op] of COMPARISONS) if (s.acceptPunct(mark)) return op;
  if (s.peekPunct("=")) {
    const at = s.at;
    const after = s.text[at + 1] ?? "";
    const meant = after === ">" || after === "<" ? `${after}=` : "==";
    throw new TriggerProblem(
      TRIGGER_ERROR_CODES.syntax,
      { start: at, end: at + (meant === "==" ? 1 : 2) },
      `a comparison ${meant === "==" ? "for equality " : ""}is written "${meant}"`,
      `${meant === "==" ? "相等" : ""}比较应写作“${meant}”`,
      { suggestion: meant },
    );
  }
  return undefined;
}

function parseRelation(s: Scanner): Expr {
  const start = s.at;
  const left = parseSum(s);
  const op = parseComparison(s);
  if (op !== undefined) return { kind: "compare", op, left, right: parseSum(s), range: s.rangeFrom(start) };
  if (s.accept("between")) {
    const low = parseSum(s);
    s.expect("betweenAnd");
    return { kind: "between", of: left, low, high: parseSum(s), range: s.rangeFrom(start) };
  }
  // `in [` is a list; `in at least …` is a share of samples and belongs to the suffixes.
  if (/^(?:in\s*|属于\s*)\[/.test(s.text.slice(s.at, s.at + 24)) && s.accept("in")) {
    s.expectPunct("[");
    const values: Expr[] = [];
    do values.push(parseSum(s));
    while (s.acceptPunct(","));
    s.expectPunct("]");
    return { kind: "in", of: left, values, range: s.rangeFrom(start) };
  }
  return left;
}

function parseSum(s: Scanner): Expr {
  const start = s.at;
  let left = parseProduct(s);
  for (;;) {
    const op = s.acceptPunct("+", "-");
    if (op === undefined) return left;
    left = { kind: "arith", op: op === "+" ? "add" : "sub", left, right: parseProduct(s), range: s.rangeFrom(start) };
  }
}

function parseProduct(s: Scanner): Expr {
  const start = s.at;
  let left = parseFactor(s);
  for (;;) {
    const op = s.acceptPunct("*", "×", "/", "÷", "%");
    if (op === undefined) return left;
    const kind = op === "*" || op === "×" ? "mul" : op === "%" ? "mod" : "div";
    left = { kind: "arith", op: kind, left, right: parseFactor(s), range: s.rangeFrom(start) };
  }
}

function parseFactor(s: Scanner): Expr {
  const start = s.at;
  if (s.acceptPunct("-")) {
    const of = guarded(s, () => parseFactor(s));
    const range = s.rangeFrom(start);
    // `-6 m/s²` is one constant, so that a temperature of -6 °C converts with its offset.
    if (of.kind === "number" && s.text[start + 1] !== "(") return { ...of, value: -of.value, range };
    return { kind: "neg", of, range };
  }
  if (s.acceptPunct("(")) {
    const inner = parseExpression(s);
    s.expectPunct(")");
    return { ...inner, range: s.rangeFrom(start) };
  }
  const value = s.number();
  if (value !== undefined) {
    const unit = s.unit();
    return { kind: "number", value, unit: unit?.code, range: s.rangeFrom(start) };
  }
  const text = s.string();
  if (text !== undefined) return { kind: "string", value: text, range: s.rangeFrom(start) };
  return parseWord(s, start);
}

const PREFIX_OPERATORS = ["once", "historically", "rising", "falling", "previous"] as const;

function parseWord(s: Scanner, start: number): Expr {
  // A name of the catalogue wins over a keyword that it begins with: 当… , 曾… may start a name.
  const known = s.names.match(s.text, s.at);
  if (known === undefined) {
    for (const kind of PREFIX_OPERATORS) {
      if (!s.accept(kind)) continue;
      const bound = kind === "once" || kind === "historically" ? parseBound(s) : undefined;
      s.expectPunct("(");
      const of = parseExpression(s);
      s.expectPunct(")");
      const range = s.rangeFrom(start);
      return bound === undefined ? { kind: kind as "rising", of, range } : { kind: kind as "once", of, bound, range };
    }
    if (s.accept("true")) return { kind: "bool", value: true, range: s.rangeFrom(start) };
    if (s.accept("false")) return { kind: "bool", value: false, range: s.rangeFrom(start) };
  }
  const name = s.expectName("a signal, number or condition", "信号、数值或条件");
  if (!s.acceptPunct("(")) return { kind: "name", name, range: s.rangeFrom(start) };
  const args: Expr[] = [];
  if (!s.peekPunct(")")) {
    do args.push(parseExpression(s));
    while (s.acceptPunct(","));
  }
  const overMs = s.accept("over") ? s.duration() : undefined;
  const by = s.accept("by") ? s.expectName("a name", "名称") : undefined;
  s.expectPunct(")");
  return { kind: "call", name, args, overMs, by, range: s.rangeFrom(start) };
}

/** `[a, b]`; absent means [0, unbounded]. */
function parseBound(s: Scanner): Bound {
  const start = s.at;
  if (!s.acceptPunct("[")) return { from: 0, to: undefined };
  const from = parseBoundEnd(s);
  s.expectPunct(",");
  const to = s.accept("inf") ? undefined : parseBoundEnd(s);
  s.expectPunct("]");
  if (to !== undefined && to < from) {
    throw new TriggerProblem(
      TRIGGER_ERROR_CODES.syntax,
      s.rangeFrom(start),
      "the upper bound is below the lower bound",
      "上界小于下界",
      { suggestion: `[${to} ms, ${from} ms]`, suggestionZh: `[${to} 毫秒, ${from} 毫秒]` },
    );
  }
  return { from, to };
}

function parseBoundEnd(s: Scanner): number {
  if (/^0\s*[,\]]/.test(s.text.slice(s.at, s.at + 8))) {
    s.number();
    return 0;
  }
  return s.duration();
}
