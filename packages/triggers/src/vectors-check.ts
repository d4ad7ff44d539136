/** Whether a case of a file can be evaluated at all; what is wrong with it otherwise. */
import { isFormula, variablesOf } from "./conformance/stl-text.ts";
import type { Formula } from "./vectors.ts";

/** Steps, samples or evaluations of a case: more is a mistake in the file, and would take minutes. */
const MOST_STEPS = 10_000_000;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (x: unknown): x is Fields => typeof x === "object" && x !== null && !Array.isArray(x);
const isNumber = (x: unknown): x is number => typeof x === "number" && Number.isFinite(x);

/** The first thing that is wrong with a case; undefined if it can be evaluated. */
export function faultOf(vector: unknown): string | undefined {
  if (!isObject(vector)) return "a case is an object";
  if ("rule" in vector) return faultOfAlert(vector);
  const { formula, trace, time } = vector;
  if (!isFormula(formula)) return "formula is a list that begins with an operator";
  if (!isObject(trace)) return "trace is an object";
  const missing = [...variablesOf(formula as Formula)].find((name) => !Object.hasOwn(trace, name));
  if (missing !== undefined) return `the trace has no variable "${missing}"`;
  if (time === "discrete") return faultOfSteps(trace);
  if (time === "dense") return faultOfSamples(trace);
  return 'time is "discrete" or "dense"';
}

function faultOfSteps(trace: Fields): string | undefined {
  const { n } = trace;
  if (!isNumber(n) || !Number.isInteger(n) || n < 0 || n > MOST_STEPS)
    return `n is a number of steps up to ${MOST_STEPS}`;
  for (const [name, column] of Object.entries(trace)) {
    if (name === "n" || name === "encoding") continue;
    const length = typeof column === "string" || Array.isArray(column) ? column.length : -1;
    if (length < n) return `"${name}" is a list of ${n} values or a bit string of that length`;
  }
  return undefined;
}

function faultOfSamples(trace: Fields): string | undefined {
  if (!isNumber(trace["end"]) || trace["end"] < 0) return "end is the time at which the trace ends";
  for (const [name, samples] of Object.entries(trace)) {
    if (name === "end") continue;
    const isList = Array.isArray(samples) && samples.every((s) => Array.isArray(s) && isNumber(s[0]) && s.length === 2);
    if (!isList) return `"${name}" is a list of [time, value]`;
    const times = samples.map((s) => s[0] as number);
    if (times.some((t, i) => t < (times[i - 1] ?? 0))) return `the times of "${name}" go back`;
  }
  return undefined;
}

function faultOfAlert({ rule, eval_interval: interval, trace }: Fields): string | undefined {
  if (!isObject(rule) || typeof rule["condition"] !== "string") return "rule is an object with a condition";
  if (![rule["for"], rule["keep_firing_for"]].every((s) => isNumber(s) && s >= 0))
    return "for and keep_firing_for are seconds";
  if (!isNumber(interval) || interval <= 0) return "eval_interval is more than 0 seconds";
  if (!isObject(trace) || !Array.isArray(trace["x"])) return "trace is an object with a list x";
  const { step, n } = trace;
  if (!isNumber(step) || step <= 0) return "step is more than 0 seconds";
  if (!isNumber(n) || !(n >= 0) || !((n * step) / interval <= MOST_STEPS) || n > MOST_STEPS)
    return `n is a number of samples that asks for at most ${MOST_STEPS} evaluations`;
  return undefined;
}
