/**
 * The common shapes of rules as forms. A form is read from the text and writes into it (form-edit.ts): there is no
 * second copy of a rule. What a form cannot show stays as it is written and is named as such.
 */
import type { CatalogueEntry } from "@sandglass/signals";
import type { Clause, Comparison, Expr, Quantity, TriggerNode } from "../lang/ast.ts";
import { Names, sourceOf } from "../lang/names.ts";
import { parseTriggers } from "../lang/parser.ts";
import type { SourceRange } from "../lang/source.ts";
import type { Language } from "./format.ts";

/** A signal against a constant. Without `cmp` the signal itself is the condition (alarm bits, events). */
export interface FormLimit {
  /** Catalogue id. */
  readonly signal: string;
  readonly cmp?: Comparison;
  /** As written, with its unit: `60 °C`, `"rain"`. */
  readonly limit?: string;
}

/** One shape, or several that must hold together. */
export type FormShape = SingleShape | { readonly kind: "all"; readonly of: readonly SingleShape[] };

export type SingleShape =
  | ({ readonly kind: "threshold"; readonly holdMs?: number } & FormLimit)
  /** Change within a time. */
  | ({ readonly kind: "rise"; readonly overMs: number } & FormLimit)
  /** Change per second. */
  | ({ readonly kind: "rate"; readonly holdMs?: number } & FormLimit)
  /** Greatest less smallest value within a time. */
  | ({ readonly kind: "spread"; readonly overMs: number } & FormLimit)
  | ({
      readonly kind: "count";
      readonly quantity: Quantity;
      readonly times: number;
      readonly withinMs: number;
    } & FormLimit)
  | ({
      readonly kind: "share";
      readonly quantity: Quantity;
      readonly percent: number;
      readonly per: "samples" | "time";
      readonly withinMs: number;
    } & FormLimit)
  | { readonly kind: "offline"; readonly forMs: number }
  | { readonly kind: "noData"; readonly signal: string; readonly forMs: number };

/** A condition: `shape` where the form can show it, and always the text. */
export interface FormCondition {
  readonly shape: FormShape | undefined;
  readonly text: string;
}

export interface TriggerForm {
  readonly id: string;
  readonly version: number;
  /** Undefined where comments stand between: the header is then changed in the text. */
  readonly titles: readonly string[] | undefined;
  /** In which keywords the trigger is written. */
  readonly language: Language;
  readonly when: FormCondition;
  /** Level without a condition; undefined when there is none or more than one. */
  readonly level: number | undefined;
  readonly escalations: readonly { readonly level: number; readonly when: FormCondition }[];
  readonly clear: FormCondition | undefined;
  readonly keepFiringMs: number | undefined;
  readonly cooldownMs: number | undefined;
  /** `texts`: one, or one for each language. */
  readonly basis: { readonly texts: readonly string[]; readonly certainty: string | undefined } | undefined;
  readonly effective: { readonly from: string; readonly to: string | undefined } | undefined;
  /** Clauses that have no field: they stay as they are. */
  readonly others: readonly string[];
}

/** Kinds of clauses that have a field. */
const SHOWN = new Set<Clause["kind"]>([
  "when",
  "severity",
  "clearWhen",
  "keepFiring",
  "cooldown",
  "basis",
  "effective",
]);

export interface FormSource {
  readonly text: string;
  readonly names: Names;
  readonly triggers: readonly TriggerNode[];
}

/** Undefined while the text has a syntax error: there is nothing to show yet. */
export function parseForm(text: string, catalogue: readonly CatalogueEntry[]): FormSource | undefined {
  const names = new Names(catalogue.map(sourceOf));
  names.addLets(text);
  const { file, problems } = parseTriggers(text, names);
  return problems.length > 0 ? undefined : { text, names, triggers: file.triggers };
}

/** @returns one form for each trigger; undefined while the text has a syntax error */
export function readForms(text: string, catalogue: readonly CatalogueEntry[]): TriggerForm[] | undefined {
  const source = parseForm(text, catalogue);
  return source?.triggers.map((node) => formOf(source, node));
}

export function formOf(source: FormSource, node: TriggerNode): TriggerForm {
  const { text } = source;
  const find = <K extends Clause["kind"]>(kind: K) =>
    node.clauses.filter((c) => c.kind === kind) as Extract<Clause, { kind: K }>[];
  const condition = (expr: Expr): FormCondition => {
    const own = text.slice(expr.range.start, expr.range.end);
    return { shape: hasRemark(own) ? undefined : shapeOf(expr, source), text: own };
  };
  const [when] = find("when");
  const levels = find("severity");
  const plain = levels.filter((each) => each.condition === undefined);
  const [clear] = find("clearWhen");
  const [basis] = find("basis");
  const [effective] = find("effective");
  return {
    id: node.id,
    version: node.version,
    titles: headerOf(text, node) === undefined ? undefined : node.titles,
    language: text.startsWith("触发器", node.range.start) ? "zh" : "en",
    when: when === undefined ? { shape: undefined, text: "" } : condition(when.condition),
    level: plain.length === 1 ? plain[0]?.level : undefined,
    escalations: levels.flatMap((each) =>
      each.condition === undefined ? [] : [{ level: each.level, when: condition(each.condition) }],
    ),
    clear: clear === undefined ? undefined : condition(clear.condition),
    keepFiringMs: durationOf(node, "keepFiring"),
    cooldownMs: durationOf(node, "cooldown"),
    basis: basis === undefined ? undefined : { texts: basis.texts, certainty: basis.certainty },
    effective: effective === undefined ? undefined : { from: effective.from, to: effective.to },
    others: node.clauses
      .filter((c) => !SHOWN.has(c.kind) || (c.kind === "severity" && c.condition === undefined && plain.length > 1))
      .map(({ range }) => text.slice(range.start, range.end)),
  };
}

function durationOf({ clauses }: TriggerNode, kind: "keepFiring" | "cooldown"): number | undefined {
  for (const clause of clauses) if (clause.kind === kind) return clause.ms;
  return undefined;
}

/** A comment would be lost when its clause is written anew. */
export function hasRemark(text: string): boolean {
  return /\/\/|#|\/\*/.test(text.replace(/"(?:[^"\\\n]|\\.)*"|“[^”\n]*”/g, '""'));
}

const HEADER = /^(\s*(?:version|版本)\s*)(\d+)(\s*(?:"(?:[^"\\\n]|\\.)*"\s*\/?\s*){0,2})\{/;

/** Places of the version and the titles, behind the id. */
export function headerOf(
  text: string,
  { idRange }: TriggerNode,
): { readonly version: SourceRange; readonly titles: SourceRange } | undefined {
  const found = HEADER.exec(text.slice(idRange.end));
  if (found === null) return undefined;
  const [, before = "", version = "", titles = ""] = found;
  const start = idRange.end + before.length;
  const behind = start + version.length;
  return { version: { start, end: behind }, titles: { start: behind, end: behind + titles.length } };
}

function shapeOf(expr: Expr, source: FormSource): FormShape | undefined {
  if (expr.kind !== "and") return singleOf(expr, source);
  // `a and b and c` leans to the left; what parentheses join otherwise would not be written so again.
  const left = shapeOf(expr.left, source);
  const right = singleOf(expr.right, source);
  if (left === undefined || right === undefined || hasParentheses(expr.left, source)) return undefined;
  return { kind: "all", of: [...(left.kind === "all" ? left.of : [left]), right] };
}

function hasParentheses({ kind, range }: Expr, { text }: FormSource): boolean {
  return (
    kind === "and" &&
    /^[(（]/.test(text.slice(range.start, range.end)) &&
    /[)）]$/.test(text.slice(range.start, range.end))
  );
}

function singleOf(expr: Expr, source: FormSource): SingleShape | undefined {
  switch (expr.kind) {
    case "offline":
      return { kind: "offline", forMs: expr.ms };
    case "noData": {
      const signal = expr.from === undefined ? undefined : idOf(expr.from, source);
      return signal === undefined ? undefined : { kind: "noData", signal, forMs: expr.ms };
    }
    case "for": {
      const of = singleOf(expr.of, source);
      return of !== undefined && (of.kind === "threshold" || of.kind === "rate") && of.holdMs === undefined
        ? { ...of, holdMs: expr.ms }
        : undefined;
    }
    case "share": {
      const of = limitOf(expr.of, source);
      const { op, fraction, per, ms } = expr;
      if (of === undefined || op === "eq" || op === "ne") return undefined;
      return {
        kind: "share",
        ...of,
        quantity: op,
        percent: Number((fraction * 100).toPrecision(12)),
        per,
        withinMs: ms,
      };
    }
    case "count": {
      const inner = expr.of.kind === "rising" ? expr.of.of : expr.of;
      const of = limitOf(inner, source);
      const { op, n, ms } = expr;
      if (of === undefined || op === "eq" || op === "ne") return undefined;
      // An event counts by itself, everything else by its edges: that is what the form writes.
      if ((expr.of.kind === "rising") === isEvent(of.signal, source)) return undefined;
      return { kind: "count", ...of, quantity: op, times: n, withinMs: ms };
    }
    case "compare":
      return compared(expr, source);
    default: {
      const of = limitOf(expr, source);
      return of === undefined ? undefined : { kind: "threshold", ...of };
    }
  }
}

function compared(expr: Extract<Expr, { kind: "compare" }>, source: FormSource): SingleShape | undefined {
  const plain = limitOf(expr, source);
  if (plain !== undefined) return { kind: "threshold", ...plain };
  const limit = constantOf(expr.right, source);
  if (limit === undefined) return undefined;
  const { left, op: cmp } = expr;
  if (left.kind === "arith" && left.op === "sub") {
    const [high, low] = [windowOf(left.left, "max", source), windowOf(left.right, "min", source)];
    return high !== undefined && low !== undefined && high.signal === low.signal && high.overMs === low.overMs
      ? { kind: "spread", ...high, cmp, limit }
      : undefined;
  }
  const change = windowOf(left, "delta", source);
  if (change !== undefined) return { kind: "rise", ...change, cmp, limit };
  const signal = left.kind === "call" && functionOf(left.name) === "rate" ? argumentOf(left, source) : undefined;
  return signal === undefined || (left.kind === "call" && left.overMs !== undefined)
    ? undefined
    : { kind: "rate", signal, cmp, limit };
}

function limitOf(expr: Expr, source: FormSource): FormLimit | undefined {
  if (expr.kind === "name") {
    const signal = idOf(expr.name, source);
    return signal === undefined ? undefined : { signal };
  }
  if (expr.kind !== "compare" || expr.left.kind !== "name") return undefined;
  const signal = idOf(expr.left.name, source);
  const limit = constantOf(expr.right, source);
  return signal === undefined || limit === undefined ? undefined : { signal, cmp: expr.op, limit };
}

function constantOf(expr: Expr, { text }: FormSource): string | undefined {
  if (expr.kind !== "number" && expr.kind !== "string" && expr.kind !== "bool") return undefined;
  return text.slice(expr.range.start, expr.range.end);
}

const FUNCTION_NAMES: Readonly<Record<string, "max" | "min" | "delta" | "rate">> = {
  max: "max",
  最大值: "max",
  min: "min",
  最小值: "min",
  delta: "delta",
  变化量: "delta",
  rate: "rate",
  变化率: "rate",
};

function functionOf(name: string): "max" | "min" | "delta" | "rate" | undefined {
  return Object.hasOwn(FUNCTION_NAMES, name) ? FUNCTION_NAMES[name] : undefined;
}

function argumentOf({ args, by }: Extract<Expr, { kind: "call" }>, source: FormSource): string | undefined {
  const [only] = args;
  return args.length === 1 && by === undefined && only?.kind === "name" ? idOf(only.name, source) : undefined;
}

function windowOf(
  expr: Expr,
  fn: "max" | "min" | "delta",
  source: FormSource,
): { readonly signal: string; readonly overMs: number } | undefined {
  if (expr.kind !== "call" || functionOf(expr.name) !== fn || expr.overMs === undefined) return undefined;
  const signal = argumentOf(expr, source);
  return signal === undefined ? undefined : { signal, overMs: expr.overMs };
}

function idOf(name: string, { names }: FormSource): string | undefined {
  return names.find(name)?.id;
}

export function isEvent(signal: string, { names }: Pick<FormSource, "names">): boolean {
  return names.byId.get(signal)?.kind === "event";
}
