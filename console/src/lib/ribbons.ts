/**
 * Truth ribbons: when each comparison of a condition was true, false or unknown, over the samples on screen.
 *
 * A reading aid beside the plot: it evaluates plain comparisons `signal <op> number` and a `for` that follows one.
 * The verdict itself is the engine's; other operators get no ribbon rather than a guessed one.
 */
import { findEntry } from "@sandglass/signals";
import type { PlotSample } from "./plot-data.ts";

export type Truth = "true" | "false" | "unknown";

export interface Interval {
  readonly from: number;
  readonly to: number;
  readonly truth: Truth;
}

export interface Atom {
  readonly signal: string;
  readonly operator: ">" | ">=" | "<" | "<=" | "==" | "!=";
  readonly value: number;
  /** Spelling of the comparison, as the condition wrote it. */
  readonly text: string;
  /** Duration of a `for` right behind it, ms. */
  readonly forMs: number | undefined;
  /** Level that it leads to: of the `severity N when` clause that it stands in, else the trigger's own. */
  readonly level: number | undefined;
}

const SECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  毫秒: 1,
  秒: 1000,
  分钟: 60_000,
  小时: 3_600_000,
  天: 86_400_000,
};
const ATOM =
  /([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\s*(>=|<=|≥|≤|==|!=|≠|>|<)\s*(-?\d+(?:\.\d+)?)(?:\s*([%°Ωµa-zA-Z][^\s,;()]*))?(?:\s*\)?\s*(?:for|持续)\s+((?:\d+(?:\.\d+)?\s*(?:ms|s|min|m|h|d|毫秒|秒|分钟|小时|天)\s*)+))?/g;
/** Units that rules write beside the catalogue's own: how many catalogue units one of them is. */
const SCALES: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  mV: ["V", 0.001],
  "℃": ["Cel", 1],
  MΩ: ["kOhm", 1000],
  Ω: ["kOhm", 0.001],
  mA: ["A", 0.001],
};
const WORDS = new Set(["for", "and", "or", "in", "within", "at", "more", "since", "implies", "between"]);
const OPERATORS: Readonly<Record<string, Atom["operator"]>> = {
  "≥": ">=",
  "≤": "<=",
  "≠": "!=",
  ">": ">",
  "<": "<",
  ">=": ">=",
  "<=": "<=",
  "==": "==",
  "!=": "!=",
};

/** Milliseconds of a duration such as `10 s` or `1 min 30 s`. */
export function parseDuration(text: string): number | undefined {
  let total = 0;
  let found = false;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|min|毫秒|秒|分钟|小时|天|[smhd])/g)) {
    total += Number(count) * SECONDS[unit];
    found = true;
  }
  return found ? total : undefined;
}

/** What makes a trigger fire: its clauses without those that clear it, demand data or describe it. */
export function firingClauses(text: string): string[] {
  const body = /\{([\s\S]*)\}/.exec(text)?.[1] ?? text;
  return body
    .split(";")
    .map((clause) => clause.trim())
    .filter(
      (clause) =>
        clause !== "" &&
        !/^(?:clear when|解除当|requires|要求|applies to|适用于|basis|依据|cooldown|冷却|missing|缺失|effect|效果|late|迟到数据|keep firing|解除延迟)/.test(
          clause,
        ),
    );
}

/**
 * Comparisons of scalar signals in a condition or a whole trigger, in order, without repeats. A unit other than the
 * catalogue's is left out.
 */
export function readAtoms(text: string): Atom[] {
  const clauses = firingClauses(text);
  const condition = clauses.join(";\n");
  const plain = clauses
    .map((clause) => /^(?:severity|等级)\s+([0-4])$/.exec(clause)?.[1])
    .find((level) => level !== undefined);
  const base = plain === undefined ? undefined : Number(plain);
  const atoms: Atom[] = [];
  for (const match of condition.matchAll(ATOM)) {
    const [, path, operator, number, rawUnit, duration] = match;
    const signal = findEntry(path);
    if (!signal || signal.kind === "list" || signal.kind === "event") continue;
    const unit = rawUnit !== undefined && WORDS.has(rawUnit) ? undefined : rawUnit;
    const scale =
      unit === undefined || unit === signal.display || unit === signal.unit
        ? 1
        : SCALES[unit]?.[0] === signal.unit
          ? SCALES[unit][1]
          : undefined;
    if (scale === undefined) continue;
    const value = Number((Number(number) * scale).toPrecision(12));
    const forMs = duration === undefined ? forAfter(condition, match, unit) : parseDuration(duration);
    const text = `${path} ${operator} ${value}${signal.display === "" ? "" : ` ${signal.display}`}`;
    if (atoms.some((atom) => atom.text === text && atom.forMs === forMs)) continue;
    atoms.push({
      signal: path,
      operator: OPERATORS[operator],
      value,
      text,
      forMs,
      level: levelBefore(condition, match.index) ?? base,
    });
  }
  return atoms;
}

/** Level of the clause at a place of the text; undefined outside of `severity N when …`. */
function levelBefore(condition: string, index: number): number | undefined {
  const clause = condition.slice(0, index).split(/[;\n]/).at(-1) ?? "";
  const match = /(?:severity|等级)\s+([0-4])\s+(?:when|当)/.exec(clause);
  return match ? Number(match[1]) : undefined;
}

/** `for` taken for a unit by the pattern: read the duration behind it. */
function forAfter(condition: string, match: RegExpExecArray, unit: string | undefined): number | undefined {
  if (match[4] !== "for" || unit !== undefined) return undefined;
  const rest = /^\s+((?:\d+(?:\.\d+)?\s*(?:ms|min|[smhd])\s*)+)/.exec(condition.slice(match.index + match[0].length));
  return rest ? parseDuration(rest[1]) : undefined;
}

function compare(operator: Atom["operator"], value: number, bound: number): boolean {
  switch (operator) {
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case "==":
      return value === bound;
    case "!=":
      return value !== bound;
  }
}

/** Adds an interval, joining it to an equal one before it. */
function append(intervals: Interval[], from: number, to: number, truth: Truth): void {
  if (to <= from) return;
  const last = intervals.at(-1);
  if (last && last.truth === truth && last.to === from) intervals[intervals.length - 1] = { ...last, to };
  else intervals.push({ from, to, truth });
}

/** Truth of one comparison over [from, to]: a value holds until the next sample, at most `holdMs`. */
export function truthOf(
  atom: Atom,
  samples: readonly PlotSample[],
  from: number,
  to: number,
  holdMs: number,
): Interval[] {
  const intervals: Interval[] = [];
  let cursor = from;
  for (let i = 0; i < samples.length && cursor < to; i++) {
    const { time, value } = samples[i];
    const next = samples[i + 1]?.time ?? Number.POSITIVE_INFINITY;
    const end = Math.min(to, next, value === undefined ? next : time + holdMs);
    if (end <= cursor) continue;
    const start = Math.max(cursor, Math.min(time, to));
    append(intervals, cursor, start, "unknown");
    append(
      intervals,
      start,
      end,
      value === undefined ? "unknown" : compare(atom.operator, value, atom.value) ? "true" : "false",
    );
    cursor = Math.max(cursor, end);
  }
  append(intervals, cursor, to, "unknown");
  return intervals;
}

/** Truth of `P for D` from the truth of P: true once P held for D, unknown while it might have. */
export function heldFor(intervals: readonly Interval[], ms: number): Interval[] {
  const result: Interval[] = [];
  let unknownSince: number | undefined;
  for (const { from, to, truth } of intervals) {
    if (truth === "false") {
      unknownSince = undefined;
      append(result, from, to, "false");
    } else if (truth === "unknown") {
      unknownSince ??= from;
      append(result, from, to, "unknown");
    } else {
      const reached = Math.min(to, from + ms);
      append(result, from, reached, unknownSince === undefined ? "false" : "unknown");
      append(result, reached, to, "true");
      unknownSince = undefined;
    }
  }
  return result;
}
