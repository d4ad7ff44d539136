/** Comparisons and membership: of numbers with units, of named values, of text. */
import { codeOfText } from "@sandglass/signals";
import type { Comparison, Expr } from "./ast.ts";
import type { Checker } from "./check.ts";
import type { Cond, Num } from "./core.ts";
import { nearest, TRIGGER_ERROR_CODES as CODES, type SourceRange } from "./source.ts";
import { align, problem, type Typed } from "./typed.ts";

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  lt: "gt",
  le: "ge",
  gt: "lt",
  ge: "le",
  eq: "eq",
  ne: "ne",
};

export function comparison(checker: Checker, op: Comparison, leftExpr: Expr, rightExpr: Expr): Cond {
  const left = checker.operand(leftExpr);
  const right = checker.operand(rightExpr);
  if (left.kind === "text" || right.kind === "text") {
    const side = left.kind === "text" ? right : left;
    const text = left.kind === "text" ? left : right;
    const ordered = side.kind === "num" && side.value.text === "version";
    if (side.kind !== "num" || text.kind !== "text" || (op !== "eq" && op !== "ne" && !ordered)) {
      throw problem(
        CODES.type,
        rightExpr.range,
        "text can only be compared with == or != to a signal with named values",
        "文字只能用 == 或 != 与有命名取值的信号比较",
        "==",
      );
    }
    const value = code(side.value, text.value, left.kind === "text" ? leftExpr.range : rightExpr.range);
    const constant: Num = {
      op: "const",
      value,
      unit: "1",
      ...(side.value.text === undefined ? {} : { text: text.value }),
    };
    return left.kind === "text"
      ? { op: MIRRORED[op], left: side.value.num, right: constant }
      : { op, left: side.value.num, right: constant };
  }
  if (left.value.text !== undefined || right.value.text !== undefined)
    throw problem(
      CODES.type,
      rightExpr.range,
      "this signal is text: compare it with text in quotes",
      "该信号为文字：请与引号内的文字比较",
      '"…"',
    );
  const [l, r] = align(left.value, right.value, leftExpr.range, rightExpr.range);
  return { op, left: l, right: r };
}

function code(side: Typed, text: string, range: SourceRange): number {
  if (side.text !== undefined) {
    const code = codeOfText(text, side.text);
    if (!Number.isNaN(code)) return code;
    throw problem(
      CODES.type,
      range,
      `"${text}" is no version such as "2.1.0"`,
      `“${text}”不是版本号，应如“2.1.0”`,
      '"2.1.0"',
    );
  }
  const values = Object.entries(side.values ?? {});
  const wanted = text.trim().toLowerCase();
  const found = values.find(([, names]) => names.en.toLowerCase() === wanted || names.zh.toLowerCase() === wanted);
  if (found) return Number(found[0]);
  const known = values.flatMap(([, names]) => [names.en, names.zh]);
  const suggestion = nearest(text, known);
  throw problem(
    CODES.type,
    range,
    known.length === 0
      ? "this signal has no named values"
      : `no value is named "${text}"; known: ${values.map(([, n]) => n.en).join(", ")}`,
    known.length === 0
      ? "该信号没有命名取值"
      : `没有名为“${text}”的取值；可用：${values.map(([, n]) => n.zh).join("、")}`,
    suggestion ?? known[0] ?? "1",
    suggestion ?? known[1] ?? "1",
  );
}

export function membership(checker: Checker, expr: Extract<Expr, { kind: "in" }>): Cond {
  const of = checker.operand(expr.of);
  if (of.kind !== "num")
    throw problem(CODES.type, expr.of.range, "expected a signal", "此处应为信号", "charge.state", "充电状态");
  const values = expr.values.map((item) => {
    const checked = checker.check(item);
    if (checked.kind === "text") return code(of.value, checked.value, item.range);
    if (checked.kind === "cond")
      throw problem(CODES.type, item.range, "expected a number or text", "此处应为数值或文字", "1");
    if (of.value.text !== undefined)
      throw problem(CODES.type, item.range, "expected text in quotes", "此处应为引号内的文字", '"…"');
    const [, aligned] = align(of.value, checked.value, expr.of.range, item.range);
    if (aligned.op !== "const")
      throw problem(CODES.type, item.range, "a list holds constants", "列表中只能是常量", "[1, 2]");
    return aligned.value;
  });
  if (of.value.text === undefined) return { op: "in", of: of.value.num, values };
  const texts = expr.values.map((item) => (item.kind === "string" ? item.value : ""));
  return { op: "in", of: of.value.num, values, texts };
}
