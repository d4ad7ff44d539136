/** Positions in trigger texts and the errors that point at them. */

/** Half-open range of UTF-16 offsets in a source text. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** One-based line and column (column counts UTF-16 units, as editors do). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function positionOf(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < offset && i < text.length; i++) {
    if (text.charCodeAt(i) === 10) {
      line++;
      lineStart = i + 1;
    }
  }
  return { line, column: Math.min(offset, text.length) - lineStart + 1 };
}

/** Codes of everything the compiler can refuse; `E…` is the number in the language's list of compile-time checks. */
export const TRIGGER_ERROR_CODES = {
  syntax: "SG_TRIGGER_SYNTAX",
  /** E1 */
  type: "SG_TRIGGER_TYPE",
  /** E1 */
  unit: "SG_TRIGGER_UNIT",
  /** E2 */
  unknownName: "SG_TRIGGER_UNKNOWN_NAME",
  /** E3 */
  unobservable: "SG_TRIGGER_UNOBSERVABLE",
  /** E4 */
  budget: "SG_TRIGGER_BUDGET",
  /** E5 */
  neverTrue: "SG_TRIGGER_NEVER_TRUE",
  /** E7 */
  unbounded: "SG_TRIGGER_UNBOUNDED",
  /** E6 */
  severity: "SG_TRIGGER_SEVERITY",
  /** E8 */
  window: "SG_TRIGGER_WINDOW",
  /** E9, a warning */
  hold: "SG_TRIGGER_HOLD",
  /** A condition on signals in `where`; a warning. */
  where: "SG_TRIGGER_WHERE",
  /** A deadline or a silence that the clock hardly ever sees; a warning. */
  clock: "SG_TRIGGER_CLOCK",
  /** What nothing that is received says; a warning. */
  untold: "SG_TRIGGER_UNTOLD",
  duplicate: "SG_TRIGGER_DUPLICATE",
  unsupported: "SG_TRIGGER_UNSUPPORTED",
  tooLarge: "SG_TRIGGER_TOO_LARGE",
} as const;
export type TriggerErrorCode = (typeof TRIGGER_ERROR_CODES)[keyof typeof TRIGGER_ERROR_CODES];

/** A refusal with its place, its cause and what to write instead, in both languages. */
export interface TriggerError {
  readonly code: TriggerErrorCode;
  readonly severity: "error" | "warning";
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly messageZh: string;
  /** Text to put there, or an example of it. */
  readonly suggestion?: string;
  readonly suggestionZh?: string;
}

/** An error quotes what it is about, which may be as long as the text. */
const LONGEST_MESSAGE = 400;

function clipped(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE)}…`;
}

/** What parser and checker throw or collect; turned into a TriggerError with line and column by `toTriggerError`. */
export class TriggerProblem extends Error {
  readonly code: TriggerErrorCode;
  readonly range: SourceRange;
  readonly messageZh: string;
  readonly suggestion: string;
  readonly suggestionZh: string;
  readonly severity: "error" | "warning";

  constructor(
    code: TriggerErrorCode,
    range: SourceRange,
    message: string,
    messageZh: string,
    /** `suggestionZh` only where the suggestion is not a name, number or mark that both languages write alike. */
    options: { suggestion: string; suggestionZh?: string; severity?: "error" | "warning" },
  ) {
    super(clipped(message));
    this.name = "TriggerProblem";
    this.code = code;
    this.range = range;
    this.messageZh = clipped(messageZh);
    this.suggestion = clipped(options.suggestion);
    this.suggestionZh = clipped(options.suggestionZh ?? options.suggestion);
    this.severity = options.severity ?? "error";
  }
}

export function toTriggerError(problem: TriggerProblem, text: string, source: string): TriggerError {
  const { line, column } = positionOf(text, problem.range.start);
  return {
    code: problem.code,
    severity: problem.severity,
    source,
    line,
    column,
    start: problem.range.start,
    end: problem.range.end,
    message: problem.message,
    messageZh: problem.messageZh,
    suggestion: problem.suggestion,
    suggestionZh: problem.suggestionZh,
  };
}

/** The candidate nearest to `word` by edit distance, if it is near enough to be what was meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 2.5)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance && distance < Math.max(wanted.length, candidate.length)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (a.length > 64 || b.length > 64) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost));
    }
    previous = row;
  }
  return previous[b.length] ?? limit;
}
