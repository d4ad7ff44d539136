/**
 * Reads formulas in the syntax of RTAMT (which reelay's and the given case files share): past and bounded future
 * operators, arithmetic, comparisons. The language itself has no such surface; this serves conformance only.
 *
 * Precedence, weakest first: iff xor, implies (right), or, and, until since, unary operators, comparison, + −, * /.
 */
import type { Formula } from "../vectors.ts";

export class StlSyntaxError extends Error {
  readonly code = "SG_TRIGGER_VECTOR";
}

export interface StlFormula {
  /** Name on the left of `=`, if there is one. */
  readonly name: string | undefined;
  readonly formula: Formula;
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_$][A-Za-z0-9_.$]*)|(->|<->|<=|>=|==|!==|!=|&&|\|\||[-+*/()<>=,:;[\]!&|]))/y;
const UNARY: Readonly<Record<string, string>> = {
  always: "alw",
  G: "alw",
  eventually: "ev",
  F: "ev",
  historically: "hist",
  H: "hist",
  once: "once",
  O: "once",
  P: "once",
  next: "next",
  X: "next",
  s_next: "s_next",
};
const FUNCTIONS = new Set([
  "rise",
  "fall",
  "prev",
  "s_prev",
  "previous",
  "abs",
  "sqrt",
  "exp",
  "pow",
  "next",
  "s_next",
]);
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  ns: 1e-9,
  ps: 1e-12,
  min: 60,
  h: 3600,
};
const COMPARISONS: Readonly<Record<string, string>> = {
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
  "==": "eq",
  "!=": "ne",
  "!==": "ne",
};
const DEEPEST = 200;

/** Formulas of a specification, separated by `;`. Bounds are seconds, or whatever unit the text leaves out. */
export function parseStl(text: string): StlFormula[] {
  const tokens = tokenize(text);
  const formulas: StlFormula[] = [];
  let at = 0;
  let depth = 0;
  const peek = (offset = 0) => tokens[at + offset];
  const take = (): string => {
    const token = tokens[at++];
    if (token === undefined) throw new StlSyntaxError("the formula ends too early");
    return token;
  };
  const accept = (...options: string[]): string | undefined => {
    const token = tokens[at];
    if (token === undefined || !options.includes(token)) return undefined;
    at++;
    return token;
  };
  const expect = (token: string): void => {
    if (accept(token) === undefined) throw new StlSyntaxError(`expected "${token}", found "${peek() ?? "the end"}"`);
  };

  function level(next: () => Formula, options: Readonly<Record<string, string>>): Formula {
    let left = next();
    for (let token = accept(...Object.keys(options)); token !== undefined; token = accept(...Object.keys(options)))
      left = [options[token] as string, left, next()];
    return left;
  }
  const iff = () => level(implies, { iff: "iff", "<->": "iff", xor: "xor" });
  function implies(): Formula {
    const left = or();
    return accept("->", "implies") === undefined ? left : ["implies", left, implies()];
  }
  const or = () => level(and, { or: "or", "||": "or", "|": "or" });
  const and = () => level(since, { and: "and", "&&": "and", "&": "and" });
  function since(): Formula {
    let left = unary();
    for (let op = accept("since", "until", "S", "U"); op !== undefined; op = accept("since", "until", "S", "U")) {
      const [from, to] = bound();
      left = [op === "since" || op === "S" ? "sinceT" : "untilT", from, to, left, unary()];
    }
    return left;
  }
  function unary(): Formula {
    if (++depth > DEEPEST) throw new StlSyntaxError("the formula is nested too deeply");
    try {
      if (accept("not", "!") !== undefined) return ["not", unary()];
      const word = peek();
      const op = word === undefined ? undefined : UNARY[word];
      if (op === undefined || (peek(1) === undefined ? true : isOperand(word as string))) return comparison();
      at++;
      if (op === "next" || op === "s_next") return [op, unary()];
      const [from, to] = bound();
      return [op === "alw" || op === "ev" ? `${op}T` : `${op}T`, from, to, unary()];
    } finally {
      depth--;
    }
  }
  /** `G` and its like may also be names of variables. */
  function isOperand(word: string): boolean {
    return word.length === 1 && !/^[[(]$/.test(peek(1) ?? "") && !/^[A-Za-z_]/.test(peek(1) ?? "");
  }
  function bound(): [number, number | null] {
    if (accept("[") === undefined) return [0, null];
    const from = time();
    if (accept(",", ":") === undefined) throw new StlSyntaxError("a bound has two ends");
    const to = accept("inf") === undefined ? time() : null;
    expect("]");
    return [from, to];
  }
  function time(): number {
    const value = Number(take());
    if (!Number.isFinite(value)) throw new StlSyntaxError("a bound is a number");
    const unit = UNIT_SECONDS[peek() ?? ""];
    if (unit === undefined) return value;
    at++;
    return value * unit;
  }
  function comparison(): Formula {
    const left = sum();
    const op = accept(...Object.keys(COMPARISONS));
    return op === undefined ? left : [COMPARISONS[op] as string, left, sum()];
  }
  const sum = () => level(product, { "+": "add", "-": "sub" });
  const product = () => level(factor, { "*": "mul", "/": "div" });
  function factor(): Formula {
    if (++depth > DEEPEST) throw new StlSyntaxError("the formula is nested too deeply");
    try {
      if (accept("-") !== undefined) return ["neg", factor()];
      if (accept("(") !== undefined) {
        const inner = iff();
        expect(")");
        return inner;
      }
      const token = take();
      if (/^[\d.]/.test(token)) return ["const", Number(token)];
      if (!/^[A-Za-z_$]/.test(token)) throw new StlSyntaxError(`unexpected "${token}"`);
      if (FUNCTIONS.has(token) && accept("(") !== undefined) {
        const args = [iff()];
        while (accept(",") !== undefined) args.push(iff());
        expect(")");
        return [FUNCTION_NAMES[token] ?? token, ...args];
      }
      return ["var", token];
    } finally {
      depth--;
    }
  }

  while (at < tokens.length) {
    if (accept(";") !== undefined) continue;
    let name: string | undefined;
    if (peek(1) === "=") {
      name = take();
      at++;
    }
    formulas.push({ name, formula: iff() });
    if (at < tokens.length) expect(";");
  }
  return formulas;
}

const FUNCTION_NAMES: Readonly<Record<string, string>> = { s_prev: "sprev", previous: "prev" };

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < text.length && /\S/.test(text.slice(at))) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw new StlSyntaxError(`unexpected "${text.slice(at, at + 12).trim()}"`);
    tokens.push((found[1] ?? found[2] ?? found[3]) as string);
    at = TOKEN.lastIndex;
  }
  return tokens;
}

const CONDITIONS = new Set([
  ..."not and or implies iff xor rise fall prev sprev next s_next raw prop lt le gt ge eq ne".split(" "),
  ..."once hist since onceT histT sinceT evT alwT untilT".split(" "),
]);
/** Operators whose operands are conditions. */
const LOGICAL = new Set(
  "not and or implies rise fall prev sprev next s_next once hist since onceT histT sinceT evT alwT untilT iff xor".split(
    " ",
  ),
);

export function isFormula(x: unknown): x is Formula {
  return Array.isArray(x) && typeof x[0] === "string";
}

/** RTAMT reads a number as a condition by its sign: `a and b` is the minimum. */
export function asCondition(formula: Formula): Formula {
  if (!CONDITIONS.has(formula[0])) return ["ge", formula, ["const", 0]];
  if (!LOGICAL.has(formula[0])) return formula;
  return [formula[0], ...formula.slice(1).map((part) => (isFormula(part) ? asCondition(part) : part))] as Formula;
}

export function variablesOf(formula: Formula, into: Set<string> = new Set()): Set<string> {
  if (formula[0] === "var" || formula[0] === "raw" || formula[0] === "prop") into.add(String(formula[1]));
  else for (const part of formula.slice(1)) if (isFormula(part)) variablesOf(part, into);
  return into;
}
