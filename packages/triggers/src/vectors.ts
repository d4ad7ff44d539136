/**
 * Conformance: evaluates case files of published semantics (RTAMT, reelay, Prometheus) with the engine's own operators.
 *
 * Past operators run online over the trace. Bounded future operators, which the language does not have, are their
 * past mirror images on the reversed trace, so that the same core computes them.
 */
import { compileCond } from "./engine/conditions.ts";
import { Builder, EXPIRY, INPUT_SLOTS, SAMPLE, VALUE } from "./engine/node.ts";
import { compileRobust, type RobustNode } from "./engine/robustness.ts";
import { generatePointwise } from "./generate/pointwise.ts";
import { T, F as FALSE, type SubjectState } from "./engine/state.ts";
import type { Cond, Num } from "./lang/core.ts";
import type { Source } from "./lang/names.ts";
import { DIMENSIONLESS } from "./lang/units.ts";
import { alertStates, type AlertCase } from "./vectors-alert.ts";
import { faultOf } from "./vectors-check.ts";

export type Formula = readonly [string, ...unknown[]];
type Value = number | boolean | "inf" | "-inf" | "invalid" | null;
type Scalar = number | boolean | "inf" | "-inf" | null;

export interface FormulaCase {
  readonly id: string;
  readonly family: string;
  readonly formula: Formula;
  readonly trace: Readonly<Record<string, unknown>>;
  readonly time: "discrete" | "dense";
  readonly semantics: string;
  readonly hold: string | null;
  readonly horizon?: number;
  readonly domain?: readonly [number, number];
  readonly max_hold?: number;
  readonly expected_rle?: unknown;
  readonly prehistory?: string;
}
export type VectorCase = FormulaCase | AlertCase;

export class VectorError extends Error {
  readonly code = "SG_TRIGGER_VECTOR";
}

/**
 * The answer to one case, in the format of its family's `expected` (run lengths where the case asks for them). Throws
 * SG_TRIGGER_VECTOR for a case that cannot be evaluated.
 */
export function evaluateVector(vector: VectorCase): unknown {
  const fault = faultOf(vector);
  if (fault !== undefined) throw new VectorError(fault);
  if ("rule" in vector) return alertStates(vector);
  if (vector.time === "discrete") return discrete(vector);
  return dense(vector);
}

/** A piecewise constant function: the values hold from their cell to the next; [low, high] coincide when known. */
interface Signal {
  readonly cells: number[];
  readonly low: number[];
  readonly high: number[];
}

const SECOND = 2000;
const cellOf = (seconds: number) => Math.round(seconds * SECOND);

// ---- pointwise ---------------------------------------------------------------------------------------------------

function discrete(v: FormulaCase): unknown {
  const names = Object.keys(v.trace).filter((name) => name !== "n" && name !== "encoding");
  const n = Number(v.trace["n"]);
  const boolean = v.semantics === "boolean";
  const columns = new Map<string, number[]>();
  for (const name of names) {
    const raw = v.trace[name];
    const list: Value[] = typeof raw === "string" ? Array.from(raw, (c) => c === "1") : (raw as Value[]);
    let last = NaN;
    columns.set(
      name,
      list.map((x) => (x === null ? last : (last = numeric(x)))),
    );
  }
  const { past, extra } = rewriteFuture(
    v.formula,
    (formula, trace) => runDiscrete(formula, trace, n, boolean),
    columns,
    (list) => list.toReversed(),
  );
  const result = runDiscrete(past, extra, n, boolean);
  const out = result.map((x) => encode(x, boolean));
  if (v.trace["encoding"] === "bitstring") return out.map((x) => (x === true ? "1" : "0")).join("");
  // Long numeric traces are told as run lengths: the family decides, the expected field may be held back.
  return v.family === "disc-rob-long" || "expected_rle" in v ? runLengths(out) : out;
}

/** Generating code pays for traces at least as long. */
const WORTH_GENERATING = 1000;

function runDiscrete(formula: Formula, columns: ReadonlyMap<string, number[]>, n: number, boolean: boolean): number[] {
  const generated =
    n < WORTH_GENERATING ? undefined : generatePointwise(toCond(formula, boolean), [...columns.keys()], boolean, 1000);
  if (generated === undefined) return interpretDiscrete(formula, columns, n, boolean);
  const out = new Float64Array(n);
  generated(
    [...columns.values()].map((list) => Float64Array.from(list)),
    n,
    out,
  );
  return Array.from(out);
}

/** The same by the operators of the engine. */
export function interpretDiscrete(
  formula: Formula,
  columns: ReadonlyMap<string, number[]>,
  n: number,
  boolean: boolean,
): number[] {
  const machine = new Machine(formula, [...columns.keys()], boolean, { pointwise: true, neutral: true });
  const out: number[] = [];
  for (let i = 0; i < n; i++) {
    const k = i * SECOND;
    for (const [name, list] of columns) machine.set(name, list[i] as number, k, Infinity);
    machine.eval(k);
    out.push(machine.low);
  }
  return out;
}

// ---- dense -------------------------------------------------------------------------------------------------------

function dense(v: FormulaCase): unknown {
  const end = Number(v.trace["end"]);
  const three = v.semantics.startsWith("three");
  const boolean = v.semantics === "boolean";
  const shift = v.hold === "left-open" ? 1 : 0;
  const last = cellOf(end);
  const signals = new Map<string, Signal>();
  for (const name of Object.keys(v.trace)) {
    if (name === "end") continue;
    const signal: Signal = { cells: [], low: [], high: [] };
    const samples = v.trace[name] as readonly (readonly [number, Value])[];
    samples.forEach(([t, value], i) => {
      // A trace starts at 0; its first left-open segment includes the start.
      const cell = cellOf(t) + (i === 0 && cellOf(t) === 0 ? 0 : shift);
      push(signal, cell, value === "invalid" ? NaN : numeric(value));
      const expires = v.max_hold === undefined ? Infinity : cell + cellOf(v.max_hold);
      const next = samples[i + 1];
      if (expires <= last && (next === undefined || cellOf(next[0]) + shift > expires)) push(signal, expires, NaN);
    });
    signals.set(name, signal);
  }
  const run = (formula: Formula, inputs: ReadonlyMap<string, Signal>) =>
    runDense(formula, inputs, last, boolean, three);
  const { past, extra } = rewriteFuture(v.formula, run, signals, (signal) => reversed(signal, last));
  const verdicts = three ? runDense(past, extra, last, true, true) : undefined;
  const result = run(past, extra);
  const [from, to] = v.domain ?? [0, end];
  return three && verdicts ? intervalsOf(result, verdicts, from, to) : runsOf(result, from, to, boolean);
}

function push(signal: Signal, cell: number, value: number): void {
  const n = signal.cells.length;
  if (n > 0 && signal.cells[n - 1] === cell) {
    signal.low[n - 1] = value;
    signal.high[n - 1] = value;
    return;
  }
  signal.cells.push(cell);
  signal.low.push(value);
  signal.high.push(value);
}

/** The mirror image on the cells 0 … last. */
function reversed(signal: Signal, last: number): Signal {
  const out: Signal = { cells: [], low: [], high: [] };
  for (let i = signal.cells.length - 1; i >= 0; i--) {
    const end = i + 1 < signal.cells.length ? (signal.cells[i + 1] as number) - 1 : last;
    out.cells.push(Math.max(0, last - end));
    out.low.push(signal.low[i] as number);
    out.high.push(signal.high[i] as number);
  }
  return out;
}

function runDense(
  formula: Formula,
  inputs: ReadonlyMap<string, Signal>,
  last: number,
  boolean: boolean,
  three: boolean,
): Signal {
  const machine = new Machine(formula, [...inputs.keys()], boolean, { pointwise: false, neutral: !three });
  const next = new Map([...inputs.keys()].map((name) => [name, 0]));
  const out: Signal = { cells: [], low: [], high: [] };
  let k = 0;
  while (k <= last) {
    let following = Infinity;
    for (const [name, signal] of inputs) {
      let i = next.get(name) as number;
      while (i < signal.cells.length && (signal.cells[i] as number) <= k) {
        machine.set(name, signal.low[i] as number, k, Infinity);
        i++;
      }
      next.set(name, i);
      if (i < signal.cells.length) following = Math.min(following, signal.cells[i] as number);
    }
    machine.eval(k);
    const n = out.cells.length;
    if (n === 0 || !Object.is(out.low[n - 1], machine.low) || !Object.is(out.high[n - 1], machine.high)) {
      out.cells.push(k);
      out.low.push(machine.low);
      out.high.push(machine.high);
    }
    k = Math.max(k + 1, Math.min(following, machine.due));
  }
  return out;
}

/** [from, to, value] on the open intervals between whole cells; single points are break points and not told. */
function* pieces(signals: readonly Signal[], from: number, to: number): Generator<[number, number, number[]]> {
  const start = cellOf(from);
  const end = cellOf(to);
  const cuts = new Set<number>([start, end]);
  for (const signal of signals) for (const cell of signal.cells) cuts.add(cell % 2 === 0 ? cell : cell - 1);
  const sorted = [...cuts].filter((c) => c >= start && c <= end).sort((a, b) => a - b);
  const at = signals.map(() => 0);
  for (let i = 0; i + 1 < sorted.length; i++) {
    const inside = (sorted[i] as number) + 1;
    signals.forEach((signal, j) => {
      while ((at[j] as number) + 1 < signal.cells.length && (signal.cells[(at[j] as number) + 1] as number) <= inside)
        at[j] = (at[j] as number) + 1;
    });
    yield [(sorted[i] as number) / SECOND, (sorted[i + 1] as number) / SECOND, at];
  }
}

function runsOf(signal: Signal, from: number, to: number, boolean: boolean): [number, number, Scalar][] {
  const out: [number, number, Scalar][] = [];
  for (const [a, b, [i]] of pieces([signal], from, to)) {
    const value = encode(signal.low[i as number] as number, boolean);
    const last = out.at(-1);
    if (last && last[2] === value) last[1] = b;
    else out.push([a, b, value]);
  }
  return out;
}

function intervalsOf(robust: Signal, verdicts: Signal, from: number, to: number): unknown[] {
  const out: [number, number, string, Scalar, Scalar][] = [];
  for (const [a, b, [i, j]] of pieces([robust, verdicts], from, to)) {
    const verdict = ["F", "U", "T"][verdicts.low[j as number] as number] as string;
    const low = encode(robust.low[i as number] as number, false);
    const high = encode(robust.high[i as number] as number, false);
    const last = out.at(-1);
    if (last && last[2] === verdict && last[3] === low && last[4] === high) last[1] = b;
    else out.push([a, b, verdict, low, high]);
  }
  return out;
}

// ---- formulas ----------------------------------------------------------------------------------------------------

const FUTURE: Readonly<Record<string, string>> = { evT: "onceT", alwT: "histT", untilT: "sinceT" };

/** Replaces every future operator by an input that holds its values, innermost first. */
function rewriteFuture<S>(
  formula: Formula,
  run: (formula: Formula, inputs: ReadonlyMap<string, S>) => S,
  inputs: ReadonlyMap<string, S>,
  reverse: (signal: S) => S,
): { past: Formula; extra: Map<string, S> } {
  const extra = new Map(inputs);
  let made = 0;
  const walk = (f: Formula): Formula => {
    const [op, ...args] = f;
    const parts = args.map((arg) => (isFormula(arg) ? walk(arg) : arg));
    const twin = FUTURE[op];
    if (twin === undefined) return [op, ...parts];
    const operands = parts.map((part) => {
      if (!isFormula(part)) return part;
      const name = `$${made++}`;
      extra.set(name, reverse(run(part, extra)));
      return ["raw", name] as Formula;
    });
    const name = `$${made++}`;
    const wanted = new Map([...extra].filter(([key]) => operands.some((o) => isFormula(o) && o[1] === key)));
    const value = reverse(run([twin, ...operands], wanted));
    for (const key of wanted.keys()) extra.delete(key);
    extra.set(name, value);
    return ["raw", name];
  };
  return { past: walk(formula), extra };
}

function isFormula(x: unknown): x is Formula {
  return Array.isArray(x) && typeof x[0] === "string";
}

const COMPARISONS = new Set(["ge", "gt", "le", "lt", "eq", "ne"]);

/** `raw` reads an input that already holds verdicts or margins; its comparison with 0 gives them back. */
export function toCond(f: Formula, boolean: boolean): Cond {
  const [op, ...a] = f as readonly [string, ...never[]];
  const sub = (x: unknown) => toCond(x as Formula, boolean);
  const ms = (x: unknown) => Math.round(Number(x) * 1000);
  if (COMPARISONS.has(op))
    return { op: op as "ge", left: toNum(a[0] as unknown as Formula), right: toNum(a[1] as unknown as Formula) };
  switch (op) {
    case "prop":
    case "raw":
      return {
        op: "ge",
        left: { op: "signal", id: String(a[0]) },
        right: { op: "const", value: boolean ? 0.5 : 0, unit: "1" },
      };
    case "not":
      return { op, of: sub(a[0]) };
    case "and":
    case "or":
    case "implies":
      return { op, left: sub(a[0]), right: sub(a[1]) };
    case "once":
      return { op: "once", of: sub(a[0]), from: 0, to: null };
    case "hist":
      return { op: "historically", of: sub(a[0]), from: 0, to: null };
    case "since":
      return { op: "since", left: sub(a[0]), right: sub(a[1]), from: 0, to: null };
    case "onceT":
    case "histT":
      return {
        op: op === "onceT" ? "once" : "historically",
        of: sub(a[2]),
        from: ms(a[0]),
        to: a[1] === null ? null : ms(a[1]),
      };
    case "sinceT":
      return { op: "since", left: sub(a[2]), right: sub(a[3]), from: ms(a[0]), to: a[1] === null ? null : ms(a[1]) };
    case "rise":
    case "fall":
      return { op: op === "rise" ? "rising" : "falling", of: sub(a[0]) };
    case "sprev":
      return { op: "previous", of: sub(a[0]) };
    // Weak previous is the dual of the strong one.
    case "prev":
      return { op: "not", of: { op: "previous", of: { op: "not", of: sub(a[0]) } } };
    default:
      throw new VectorError(`unknown operator ${op}`);
  }
}

function toNum(f: Formula): Num {
  const [op, ...a] = f as readonly [string, ...never[]];
  const sub = (x: unknown) => toNum(x as Formula);
  switch (op) {
    case "var":
      return { op: "signal", id: String(a[0]) };
    case "const":
      return { op: "const", value: Number(a[0]), unit: "1" };
    case "add":
    case "sub":
    case "mul":
    case "div":
      return { op, left: sub(a[0]), right: sub(a[1]) };
    case "abs":
    case "neg":
      return { op, of: sub(a[0]) };
    default:
      throw new VectorError(`unknown operator ${op}`);
  }
}

/** Drives one compiled condition, as verdicts or as robustness. */
class Machine {
  private readonly builder = new Builder();
  private readonly state: SubjectState;
  private readonly evaluate: (s: SubjectState, k: number) => void;
  private readonly slots = new Map<string, number>();
  low = NaN;
  high = NaN;

  constructor(
    formula: Formula,
    inputs: readonly string[],
    verdicts: boolean,
    time: { pointwise: boolean; neutral: boolean },
  ) {
    const b = this.builder;
    b.pointwise = time.pointwise;
    b.neutral = time.neutral;
    b.exact = true;
    for (const name of inputs) this.slots.set(name, b.declareInput(inputSource(name)) * INPUT_SLOTS);
    const cond = toCond(formula, verdicts && time.neutral);
    if (verdicts) {
      const node = compileCond(cond, { builder: b, textOf: () => "", normalised: false });
      this.evaluate = (s, k) => {
        const v = node.eval(s, k);
        this.low = this.high = v;
      };
    } else {
      const node: RobustNode = compileRobust(cond, b);
      this.evaluate = (s, k) => {
        node.eval(s, k);
        this.low = node.low;
        this.high = node.high;
      };
    }
    this.state = b.createState("");
  }

  set(name: string, value: number, k: number, expiry: number): void {
    const at = this.slots.get(name) as number;
    this.state.numbers[at + VALUE] = value;
    this.state.numbers[at + EXPIRY] = expiry;
    this.state.numbers[at + SAMPLE] = k;
  }

  eval(k: number): void {
    this.builder.context.due = Infinity;
    this.evaluate(this.state, k);
    this.builder.settle(this.state);
  }

  get due(): number {
    return this.builder.context.due;
  }
}

function inputSource(id: string): Source {
  return {
    id,
    kind: "scalar",
    unit: DIMENSIONLESS,
    difference: false,
    range: [-Infinity, Infinity],
    periodMs: 0,
    holdMs: Infinity,
    scale: 1,
    names: { en: id, zh: id },
    values: undefined,
  };
}

function numeric(x: Value): number {
  if (x === "inf") return Infinity;
  if (x === "-inf") return -Infinity;
  if (typeof x === "boolean") return x ? 1 : 0;
  return typeof x === "number" ? x : NaN;
}

function encode(x: number, boolean: boolean): Scalar {
  if (boolean) return x === T ? true : x === FALSE ? false : null;
  if (x === Infinity) return "inf";
  if (x === -Infinity) return "-inf";
  return x === 0 ? 0 : x;
}

function runLengths(values: readonly Scalar[]): [Scalar, number][] {
  const out: [Scalar, number][] = [];
  for (const value of values) {
    const last = out.at(-1);
    if (last && last[0] === value) last[1]++;
    else out.push([value, 1]);
  }
  return out;
}
