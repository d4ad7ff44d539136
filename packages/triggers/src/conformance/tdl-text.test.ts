/** The texts beside the given cases are texts of the language: they parse to the formulas of the cases. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Expr } from "../lang/ast.ts";
import { parseExpression } from "../lang/parse-expression.ts";
import { Scanner } from "../lang/scanner.ts";
import type { Formula } from "../vectors.ts";
import { isFormula } from "./stl-text.ts";

const DATA = process.env["SANDGLASS_DATA"] ?? join(import.meta.dirname, "../../../../../shared/data");
const FOLDER = join(DATA, "trigger-vectors");
const NOT_IN_THE_LANGUAGE = new Set(["evT", "alwT", "untilT", "prev"]);

interface Case {
  readonly id: string;
  readonly formula?: Formula;
  readonly text?: { readonly tdl?: string };
}

function operators(f: Formula): string[] {
  return [f[0], ...f.slice(1).flatMap((part) => (isFormula(part) ? operators(part) : []))];
}

/** `[0, inf]` says the same as no bound. */
function unbounded(f: unknown): unknown {
  if (!isFormula(f)) return f;
  const [op, ...a] = f.map(unbounded) as unknown as [string, ...unknown[]];
  return /^(?:once|hist|since)T$/.test(op) && a[0] === 0 && a[1] === null
    ? [op.slice(0, -1), ...a.slice(2)]
    : [op, ...a];
}

/** A name is a condition or a number by where it stands, as in the checker. */
function formulaOf(e: Expr, number = false): unknown {
  const sub = (x: Expr) => formulaOf(x);
  const num = (x: Expr) => formulaOf(x, true);
  const seconds = (ms: number | undefined) => (ms === undefined ? null : ms / 1000);
  switch (e.kind) {
    case "name":
      return number ? ["var", e.name] : ["prop", e.name];
    case "number":
      return ["const", e.value];
    case "compare":
      return [e.op, num(e.left), num(e.right)];
    case "arith":
      return [e.op, num(e.left), num(e.right)];
    case "call":
      return [e.name, ...e.args.map(num)];
    case "not":
      return ["not", sub(e.of)];
    case "and":
    case "or":
    case "implies":
      return [e.kind, sub(e.left), sub(e.right)];
    case "since":
      return e.bound.from === 0 && e.bound.to === undefined
        ? ["since", sub(e.left), sub(e.right)]
        : ["sinceT", seconds(e.bound.from), seconds(e.bound.to), sub(e.left), sub(e.right)];
    case "once":
    case "historically": {
      const op = e.kind === "once" ? "once" : "hist";
      return e.bound.from === 0 && e.bound.to === undefined
        ? [op, sub(e.of)]
        : [`${op}T`, seconds(e.bound.from), seconds(e.bound.to), sub(e.of)];
    }
    case "rising":
      return ["rise", sub(e.of)];
    case "falling":
      return ["fall", sub(e.of)];
    case "previous":
      return ["sprev", sub(e.of)];
    default:
      throw new Error(`no formula for ${e.kind}`);
  }
}

describe("texts of the given cases", () => {
  it("parse to their formulas", { skip: existsSync(FOLDER) ? false : `no ${FOLDER}` }, () => {
    let parsed = 0;
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json") && name !== "divergences.json")) {
      for (const { id, formula, text } of JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Case[]) {
        if (formula === undefined || text?.tdl === undefined) continue;
        if (operators(formula).some((op) => NOT_IN_THE_LANGUAGE.has(op))) continue;
        const scanner = new Scanner(text.tdl, { match: () => undefined });
        const expr = parseExpression(scanner);
        assert.ok(scanner.done, `${id}: ${text.tdl}`);
        assert.deepEqual(unbounded(formulaOf(expr)), unbounded(formula), `${id}: ${text.tdl}`);
        parsed++;
      }
    }
    assert.ok(parsed > 300, `only ${parsed} texts`);
  });
});
