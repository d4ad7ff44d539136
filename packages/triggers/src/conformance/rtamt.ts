/**
 * Conformance: RTAMT's own unit tests as captured cases (formula or operator, steps with arguments, expected values).
 *
 * A case is answered where the language's semantics say what the value is; `NotApplicable` tells why not otherwise. See
 * docs/triggers.md for the list of reasons.
 */
import { evaluateVector, VectorError, type Formula, type FormulaCase } from "../vectors.ts";
import { asCondition, isFormula, parseStl, StlSyntaxError, variablesOf, type StlFormula } from "./stl-text.ts";

export interface RtamtCase {
  readonly id: string;
  readonly class: string;
  /** `discrete/offline`, `dense/online` … */
  readonly engine: string;
  readonly spec: string | null;
  readonly vars?: readonly (readonly [string, string])[];
  readonly consts?: readonly (readonly [string, string, string | number])[];
  readonly ctor?: readonly [readonly unknown[], Readonly<Record<string, unknown>>];
  readonly config?: readonly Readonly<Record<string, readonly unknown[]>>[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly steps: readonly RtamtStep[];
}

export interface RtamtStep {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly expect?: readonly { readonly path: readonly unknown[]; readonly expected: unknown }[];
}

/** Why the language's semantics do not answer a case. */
export class NotApplicable extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

export const REASONS = {
  tool: "tests an interface of the tool (names of rewritten formulas, sampling frequency, errors), not a value",
  function: "uses exp, sqrt or pow, which the language does not have",
  iff: "uses iff or xor, whose robustness in RTAMT is −|a − b| and |a − b|; the language expands them to and, or, not",
  interface: "uses interface-aware semantics (vacuity, input and output robustness), which the language does not have",
  chunks: "expects the output chunks of a dense online monitor, which depend on how the input is batched",
  constant: "a formula without a variable has no time",
  reference: "compares two results of the tool with each other",
} as const;

type Samples = readonly (readonly [number, number])[];
type Output = number | "Infinity" | "-Infinity" | readonly (readonly [number, number | string])[];

/** One value per step that expects something; null for a step that expects nothing. */
export function evaluateRtamt(one: RtamtCase): readonly (Output | null)[] {
  refuse(one);
  const formulas = formulasOf(one);
  return one.engine.startsWith("dense") ? dense(one, formulas) : discrete(one, formulas);
}

function refuse(one: RtamtCase): void {
  if (!/^(?:discrete|dense)\/(?:online|offline)$/.test(one.engine)) throw new NotApplicable(REASONS.tool);
  if (one.steps.some((s) => s.op === "get_sampling_frequency")) throw new NotApplicable(REASONS.tool);
  if (String(one.ctor?.[1]?.["semantics"] ?? "").includes("Semantics.") && !isStandard(one))
    throw new NotApplicable(REASONS.interface);
  for (const step of one.steps)
    for (const { path, expected } of step.expect ?? []) {
      if (path.length > 0 || (typeof expected === "object" && expected !== null && "$ref" in expected))
        throw new NotApplicable(REASONS.reference);
    }
}

const isStandard = (one: RtamtCase) => String(one.ctor?.[1]?.["semantics"]).endsWith("STANDARD");

/** Operators that are tested without a formula. */
function formulaOfClass(one: RtamtCase): Formula {
  const [a, b] = [["var", "$0"] as const, ["var", "$1"] as const];
  const [first, second] = (one.ctor?.[0] ?? []) as readonly (number | string)[];
  const timed = [Number(first), Number(second)] as const;
  switch (one.class) {
    case "AbsOperation":
      return ["abs", a];
    case "AdditionOperation":
      return ["add", a, b];
    case "SubtractionOperation":
      return ["sub", a, b];
    case "MultiplicationOperation":
      return ["mul", a, b];
    case "DivisionOperation":
      return ["div", a, b];
    case "AndOperation":
      return ["and", a, b];
    case "OrOperation":
      return ["or", a, b];
    case "ImpliesOperation":
      return ["implies", a, b];
    case "NotOperation":
      return ["not", a];
    case "IffOperation":
    case "XorOperation":
      return ["iff", a, b];
    case "RiseOperation":
      return ["rise", a];
    case "FallOperation":
      return ["fall", a];
    case "PreviousOperation":
      return ["prev", a];
    case "StrongPreviousOperation":
      return ["sprev", a];
    // Online and unbounded, these look at what has come so far.
    case "AlwaysOperation":
    case "HistoricallyOperation":
      return ["hist", a];
    case "EventuallyOperation":
    case "OnceOperation":
      return ["once", a];
    case "SinceOperation":
      return ["since", a, b];
    case "HistoricallyTimedOperation":
      return ["histT", ...timed, a];
    case "OnceTimedOperation":
      return ["onceT", ...timed, a];
    case "SinceTimedOperation":
      return ["sinceT", ...timed, a, b];
    case "PrecedesTimedOperation":
      // Past mirror image of until: b was true m steps ago, and a from `last` steps ago until then.
      return precedes(timed[0], timed[1], a, b);
    case "PredicateOperation": {
      const op = { LEQ: "le", LESS: "lt", GEQ: "ge", GREATER: "gt", EQUAL: "eq", EQ: "eq", NEQ: "ne", NEQUAL: "ne" }[
        String(first).replace(/^.*\./, "")
      ];
      if (op !== undefined) return [op, a, b];
      throw new NotApplicable(REASONS.tool);
    }
    case "ExpOperation":
    case "PowOperation":
    case "SqrtOperation":
      throw new NotApplicable(REASONS.function);
    case "ConstantOperation":
      throw new NotApplicable(REASONS.constant);
    default:
      throw new NotApplicable(REASONS.tool);
  }
}

/** a precedes[m, n] b, with delay n: at some step k in [m, n], b held n − k ago and a at every step before it in the window. */
function precedes(from: number, to: number, a: Formula, b: Formula): Formula {
  let out: Formula | undefined;
  for (let k = from; k <= to; k++) {
    const held: Formula = ["onceT", to - k, to - k, b];
    const term: Formula = k === 0 ? held : ["and", held, ["histT", to - k + 1, to, a]];
    out = out === undefined ? term : ["or", out, term];
  }
  return out ?? b;
}

function formulasOf(one: RtamtCase): readonly StlFormula[] {
  if (one.spec === null) return [{ name: undefined, formula: checked(asCondition(formulaOfClass(one))) }];
  const text = one.spec;
  const constants = new Map(one.consts?.map(([name, , value]) => [name, Number(value)]));
  const named = new Map<string, Formula>();
  return parseStl(text).map(({ name, formula }) => {
    const inlined = inline(formula, constants, named);
    if (name !== undefined) named.set(name, inlined);
    return { name, formula: checked(asCondition(inlined)) };
  });
}

function inline(f: Formula, constants: ReadonlyMap<string, number>, named: ReadonlyMap<string, Formula>): Formula {
  if (f[0] === "var") {
    const constant = constants.get(String(f[1]));
    return constant === undefined ? (named.get(String(f[1])) ?? f) : ["const", constant];
  }
  return [f[0], ...f.slice(1).map((part) => (isFormula(part) ? inline(part, constants, named) : part))] as Formula;
}

function checked(f: Formula): Formula {
  if (f[0] === "iff" || f[0] === "xor") throw new NotApplicable(REASONS.iff);
  if (f[0] === "exp" || f[0] === "sqrt" || f[0] === "pow") throw new NotApplicable(REASONS.function);
  for (const part of f.slice(1)) if (isFormula(part)) checked(part);
  return f;
}

// ---- discrete ----------------------------------------------------------------------------------------------------

/** Steps of `next`: the value one step later; at the end of a trace there is none, and it is the neutral value of its kind. */
function lowered(f: Formula, online: boolean): Formula {
  const parts = f.slice(1).map((part) => (isFormula(part) ? lowered(part, online) : part));
  switch (f[0]) {
    case "next":
      return ["alwT", 1, 1, parts[0]];
    case "s_next":
      return ["evT", 1, 1, parts[0]];
    // Online and unbounded, the future is what has come so far.
    case "alwT":
      return online && parts[1] === null ? ["hist", parts[2]] : ["alwT", ...parts];
    case "evT":
      return online && parts[1] === null ? ["once", parts[2]] : ["evT", ...parts];
    default:
      return [f[0], ...parts] as Formula;
  }
}

/** Steps by which a bounded future formula is late. */
function delayOf(f: Formula): number {
  const inner = Math.max(0, ...f.slice(1).map((part) => (isFormula(part) ? delayOf(part) : 0)));
  if (f[0] !== "alwT" && f[0] !== "evT" && f[0] !== "untilT") return inner;
  const to = f[2];
  if (to === null) throw new NotApplicable("an unbounded future operator inside another one has no online value");
  return inner + Number(to);
}

/** The formula about the instant `delay` steps ago, in past operators only. */
function pastified(f: Formula, delay: number): Formula {
  // What looks back only is delayed as a whole.
  if (delayOf(f) === 0) return delay === 0 ? f : ["onceT", delay, delay, f];
  const [op, ...a] = f;
  const sub = (part: unknown, d = delay) => pastified(part as Formula, d);
  switch (op) {
    case "alwT":
    case "evT": {
      const [from, to] = [Number(a[0]), Number(a[1])];
      return [op === "alwT" ? "histT" : "onceT", 0, to - from, sub(a[2], delay - to)];
    }
    case "untilT": {
      const [from, to] = [Number(a[0]), Number(a[1])];
      return precedes(from, to, sub(a[2], delay - to), sub(a[3], delay - to));
    }
    case "not":
    case "and":
    case "or":
    case "implies":
    case "rise":
    case "fall":
    case "prev":
    case "sprev":
    case "once":
    case "hist":
    case "since":
      return [op, ...a.map((part) => sub(part))];
    case "onceT":
    case "histT":
      return [op, a[0], a[1], sub(a[2])];
    case "sinceT":
      return [op, a[0], a[1], sub(a[2]), sub(a[3])];
    default:
      throw new NotApplicable(REASONS.tool);
  }
}

/** Seconds of the unit that bounds without a unit are in, and of a sampling period. */
const UNITS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9, ps: 1e-12 };

function scaleOf(one: RtamtCase): number {
  const period = one.config?.flatMap((c) => (c["set_sampling_period"] ? [c["set_sampling_period"]] : []))[0];
  const unit = UNITS[String(one.settings?.["unit"] ?? "s")] ?? 1;
  if (period === undefined) return 1;
  return unit / (Number(period[0]) * (UNITS[String(period[1] ?? "s")] ?? 1));
}

function scaled(f: Formula, scale: number): Formula {
  const [op, ...a] = f;
  const parts = a.map((part) => (isFormula(part) ? scaled(part, scale) : part));
  if (/^(?:once|hist|since|ev|alw|until)T$/.test(op) && scale !== 1)
    for (const i of [0, 1]) if (typeof parts[i] === "number") parts[i] = Math.round((parts[i] as number) * scale);
  return [op, ...parts] as Formula;
}

function discrete(one: RtamtCase, formulas: readonly StlFormula[]): (Output | null)[] {
  const online = one.engine.endsWith("online");
  const scale = scaleOf(one);
  const late = one.steps.some((s) => s.op === "pastify");
  const ready = formulas.map(({ name, formula }) => {
    const plain = scaled(lowered(formula, online), scale);
    return { name, formula: late ? pastified(plain, delayOf(plain)) : plain };
  });
  const main = ready.at(-1) as StlFormula;
  const columns = new Map<string, number[]>();
  let times: number[] = [];
  const values = (formula: Formula): (number | string)[] => {
    const trace: Record<string, unknown> = { n: times.length };
    for (const name of variablesOf(formula)) trace[name] = columns.get(name) ?? times.map(() => 0);
    return run({ formula, trace, time: "discrete" }) as (number | string)[];
  };
  return one.steps.map((step) => {
    switch (step.op) {
      case "pastify":
        return null;
      case "reset":
        columns.clear();
        times = [];
        return null;
      case "evaluate": {
        columns.clear();
        const data = step.args[0] as Readonly<Record<string, number[] | string>>;
        times = rangeOf(data["time"]);
        for (const [name, list] of Object.entries(data)) if (name !== "time") columns.set(name, rangeOf(list));
        if (step.expect === undefined) return null;
        return times.map((t, i) => [t, number(values(main.formula)[i])] as const);
      }
      case "update": {
        const operator = one.spec === null;
        const samples = operator
          ? step.args.map((value, i) => [`$${i}`, Number(value)] as const)
          : (step.args[1] as readonly (readonly [string, number])[]);
        times.push(operator ? times.length : Number(step.args[0]));
        for (const [name, value] of samples) {
          const list = columns.get(name) ?? Array.from({ length: times.length - 1 }, () => 0);
          list.push(value);
          columns.set(name, list);
        }
        return step.expect === undefined ? null : number(values(main.formula).at(-1));
      }
      case "get_value": {
        if (step.expect === undefined) return null;
        const name = String(step.args[0]);
        const known = columns.get(name);
        const list = known ?? values(byName(ready, name));
        return online ? number(list.at(-1)) : (list.map(number) as unknown as Output);
      }
      default:
        throw new NotApplicable(REASONS.tool);
    }
  });
}

/** A sub-formula by its name or its text. */
function byName(formulas: readonly StlFormula[], name: string): Formula {
  const named = formulas.find((f) => f.name === name);
  if (named) return named.formula;
  const [parsed] = parseStl(name);
  if (parsed === undefined) throw new StlSyntaxError(`no value is named "${name}"`);
  return checked(asCondition(parsed.formula));
}

function rangeOf(list: unknown): number[] {
  if (Array.isArray(list)) return list.map(Number);
  const found = /^range\((\d+),\s*(\d+)\)$/.exec(String(list));
  if (!found) throw new NotApplicable(REASONS.tool);
  return Array.from({ length: Number(found[2]) - Number(found[1]) }, (_, i) => Number(found[1]) + i);
}

function number(value: unknown): number | "Infinity" | "-Infinity" {
  if (value === "inf" || value === "Infinity") return "Infinity";
  if (value === "-inf" || value === "-Infinity") return "-Infinity";
  return Number(value);
}

// ---- dense -------------------------------------------------------------------------------------------------------

/** RTAMT's dense `since` and `until` need the left side at the instant of the right side too. */
function closed(f: Formula): Formula {
  const [op, ...a] = f;
  const parts = a.map((part) => (isFormula(part) ? closed(part) : part));
  if ((op === "sinceT" || op === "untilT") && parts[0] === 0)
    return [op, parts[0], parts[1], parts[2], ["and", parts[2], parts[3]]];
  if (op === "since") return [op, parts[0], ["and", parts[0], parts[1]]];
  return [op, ...parts] as Formula;
}

function dense(one: RtamtCase, formulas: readonly StlFormula[]): (Output | null)[] {
  const online = one.engine.endsWith("online");
  const late = one.steps.some((s) => s.op === "pastify");
  const ready = formulas.map(({ name, formula }) => {
    const plain = lowered(formula, online);
    return { name, formula: late ? pastified(plain, delayOf(plain)) : plain };
  });
  if (online && one.steps.filter((s) => s.op === "update").length > 1) throw new NotApplicable(REASONS.chunks);
  const main = ready.at(-1) as StlFormula;
  if (variablesOf(main.formula).size === 0) throw new NotApplicable(REASONS.constant);
  let signals = new Map<string, Samples>();
  return one.steps.map((step) => {
    if (step.op === "pastify" || step.op === "reset") return null;
    if (step.op === "evaluate" || step.op === "update") {
      signals = signalsIn(one, step);
      return step.expect === undefined ? null : denseValues(main.formula, signals, online, late);
    }
    if (step.op === "get_value") {
      if (step.expect === undefined) return null;
      const name = String(step.args[0]);
      return signals.get(name) ?? denseValues(byName(ready, name), signals, online, late);
    }
    throw new NotApplicable(REASONS.tool);
  });
}

function signalsIn(one: RtamtCase, step: RtamtStep): Map<string, Samples> {
  const { args } = step;
  if (one.spec === null) return new Map(args.map((samples, i) => [`$${i}`, samples as Samples]));
  const pairs = (typeof (args[0] as unknown[])?.[0] === "string" ? args : args[0]) as readonly (readonly [
    string,
    Samples,
  ])[];
  return new Map(pairs.map(([name, samples]) => [name, samples]));
}

interface Domain {
  readonly from: number;
  readonly to: number;
}

/** Where RTAMT tells a value: past windows reach beyond the last sample, future ones begin before the first. */
function domainOf(f: Formula, signals: ReadonlyMap<string, Samples>, online: boolean): Domain | undefined {
  if (f[0] === "var") {
    const samples = signals.get(String(f[1])) ?? [];
    const [first, last] = [samples[0], samples.at(-1)];
    return first && last ? { from: first[0], to: last[0] } : { from: Infinity, to: -Infinity };
  }
  const parts = f.slice(1).flatMap((part) => (isFormula(part) ? (domainOf(part, signals, online) ?? []) : []));
  if (parts.length === 0) return undefined;
  const ends = parts.map((d) => d.to);
  const inner = { from: Math.max(...parts.map((d) => d.from)), to: online ? Math.min(...ends) : Math.max(...ends) };
  const [from, to] = [Number(f[1]), f[2] === null ? null : Number(f[2])];
  switch (f[0]) {
    case "onceT":
    case "histT":
      if (to === null) return inner;
      return online ? { from: inner.from + from, to: inner.to } : { from: inner.from, to: inner.to + to };
    case "untilT":
      return { from: inner.from, to: inner.to - from };
    case "alwT":
    case "evT":
      return to === null ? inner : { from: Math.max(0, inner.from - to), to: inner.to - from };
    default:
      return inner;
  }
}

/** Engine time beyond the end, so that the value at the end is one of a segment. */
const BEYOND = 0.001;
const UNBOUNDED = /^(?:once|hist|alw|ev)/;

/** Break points with their values; the end of the domain is one if the value differs there. */
function denseValues(
  question: Formula,
  signals: ReadonlyMap<string, Samples>,
  online: boolean,
  late: boolean,
): readonly (readonly [number, number | string])[] {
  const formula = closed(question);
  const used = [...variablesOf(formula)].map((name) => signals.get(name) ?? []);
  if (used.length === 0) throw new NotApplicable(REASONS.constant);
  if (used.some((samples) => samples.length === 0)) return [];
  const { from, to } = domainOf(question, signals, online && !late) as Domain;
  // The trace of the engine begins at 0, where every variable has begun.
  const start = Math.max(...used.map((samples) => (samples[0] as readonly [number, number])[0]));
  const begin = Math.min(from, start);
  const end = Math.max(to, ...used.map((samples) => (samples.at(-1) as readonly [number, number])[0]));
  const trace: Record<string, unknown> = { end: round(end - begin + BEYOND) };
  for (const name of variablesOf(formula)) {
    const samples = signals.get(name) as Samples;
    const before = samples.filter(([t]) => t <= start).at(-1) as readonly [number, number];
    trace[name] = [[0, before[1]], ...samples.filter(([t]) => t > start).map(([t, v]) => [round(t - begin), v])];
  }
  const runs = run({ formula, trace, time: "dense" }) as readonly (readonly [number, number, number | string])[];
  const points: (readonly [number, number | string])[] = [];
  for (const [a, z, value] of runs) {
    const [at, until] = [round(Math.max(a + begin, from)), round(z + begin)];
    if (until <= from || at > to) continue;
    points.push([at, number(value)]);
  }
  const last = points.at(-1);
  if (last && isUnbounded(question) && last[0] < to) points.push([round(to), last[1]]);
  return points;
}

/** Of an unbounded operator RTAMT always tells the end. */
function isUnbounded(f: Formula): boolean {
  return UNBOUNDED.test(f[0]) && (isFormula(f[1]) || f[2] === null);
}

function round(seconds: number): number {
  return Number(seconds.toFixed(6));
}

function run(question: Pick<FormulaCase, "formula" | "trace" | "time">): unknown {
  try {
    return evaluateVector({
      id: "rtamt",
      family: "rtamt",
      semantics: "robustness",
      hold: question.time === "dense" ? "right-continuous" : null,
      ...question,
    });
  } catch (error) {
    if (error instanceof VectorError) throw new NotApplicable(error.message);
    throw error;
  }
}
