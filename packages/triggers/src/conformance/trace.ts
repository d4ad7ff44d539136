/** Rules over a recorded trace, one row per step: satisfied rows, episodes, margins. */
import { evaluateVector, type FormulaCase } from "../vectors.ts";
import { asCondition, parseStl, StlSyntaxError, variablesOf } from "./stl-text.ts";

export interface TraceRule {
  readonly rule: string;
  readonly stl: string;
  /** Rows at which the margin is told; default: the first ones, the middle and the last ones. */
  readonly rows?: readonly number[];
}

export interface TraceResult {
  readonly rule: string;
  readonly stl: string;
  readonly rows: number;
  readonly sat_rows: number;
  /** Runs of satisfied rows. */
  readonly episodes: number;
  readonly first_sat_row: number | null;
  readonly robustness_min: number | string;
  readonly robustness_max: number | string;
  readonly robustness_at: Readonly<Record<string, number | string>>;
  readonly sat_ranges_first_20: readonly (readonly [number, number])[];
}

const TOLD = 20;

/** Bounds of the rule count rows. Columns hold one number per row. Throws SG_TRIGGER_VECTOR. */
export function evaluateTraceRule(
  { rule, stl, rows }: TraceRule,
  columns: ReadonlyMap<string, readonly number[]>,
): TraceResult {
  const [first, second] = parseStl(stl);
  if (first === undefined || second !== undefined) throw new StlSyntaxError(`rule ${rule} is not one formula`);
  const formula = asCondition(first.formula);
  const trace: Record<string, unknown> = {};
  let n = 0;
  for (const name of variablesOf(formula)) {
    const column = columns.get(name);
    if (column === undefined) throw new StlSyntaxError(`rule ${rule}: the trace has no column "${name}"`);
    trace[name] = column;
    n = column.length;
  }
  const ask = (semantics: string) =>
    evaluateVector({
      id: rule,
      family: "real",
      formula,
      trace: { ...trace, n },
      time: "discrete",
      semantics,
      hold: null,
    } satisfies FormulaCase);
  const verdicts = ask("boolean") as boolean[];
  const margins = ask("robustness") as (number | string)[];
  const ranges: [number, number][] = [];
  let satisfied = 0;
  verdicts.forEach((verdict, row) => {
    if (!verdict) return;
    satisfied++;
    const last = ranges.at(-1);
    if (last && last[1] === row - 1) last[1] = row;
    else ranges.push([row, row]);
  });
  const values = margins.map((m) => (m === "inf" ? Infinity : m === "-inf" ? -Infinity : Number(m)));
  const told =
    rows ?? [...new Set([0, 1, 10, 100, Math.floor(n / 2), n - 2, n - 1])].filter((row) => row >= 0 && row < n);
  return {
    rule,
    stl,
    rows: n,
    sat_rows: satisfied,
    episodes: ranges.length,
    first_sat_row: ranges[0]?.[0] ?? null,
    robustness_min: plain(values.reduce((a, b) => Math.min(a, b), Infinity)),
    robustness_max: plain(values.reduce((a, b) => Math.max(a, b), -Infinity)),
    robustness_at: Object.fromEntries(told.map((row) => [String(row), plain(values[row] ?? NaN)])),
    sat_ranges_first_20: ranges.slice(0, TOLD),
  };
}

/** Differences of decimals leave binary noise behind the twelfth digit. */
function plain(x: number): number | string {
  if (x === Infinity) return "inf";
  if (x === -Infinity) return "-inf";
  return Object.is(x, -0) ? 0 : Number(x.toPrecision(10));
}
