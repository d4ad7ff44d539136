/**
 * Test cases that live beside a trigger, in the manner of promtool: series in, firings expected.
 *
 * A series is a text of tokens, one per observation: `3` a value, `3x4` the value four times, `_` no sample,
 * `!` an invalid sample, `_x10` ten observations without one; `"heavy_rain"` the named or text value of a signal. The
 * series `$frame` are observations that show only that the subject is there. Times are offsets from the start.
 */
import { codeOfText } from "@sandglass/signals";
import { createMonitor } from "./engine/monitor.ts";
import type { FiringEvent } from "./engine/firing-event.ts";
import { DURATION_UNITS } from "./lang/keywords.ts";
import type { Source } from "./lang/names.ts";
import type { TriggerSet } from "./set.ts";

export interface TestCase {
  readonly name: string;
  /** Time between two observations, e.g. "30 s". */
  readonly every: string;
  readonly series: Readonly<Record<string, string>>;
  /** Offset up to which timers run after the last observation; default: the last observation. */
  readonly until?: string;
  /** Offset of the start from a midnight in Asia/Shanghai, e.g. "22 h"; default "8 h". */
  readonly start?: string;
  /** Every event in order, as an object or as text: `firing A at 60 s level 2`, `cleared A at 3 min`. */
  readonly expect: readonly (ExpectedEvent | string)[];
  /** Triggers that the case shows not to fire: the condition must have been known to be false, and no event may come. */
  readonly silent?: readonly string[];
}

export interface ExpectedEvent {
  readonly kind: FiringEvent["kind"];
  readonly trigger: string;
  /** Offset of onset, escalation, clearing or flag. */
  readonly at: string;
  readonly level?: number;
  readonly onsetObserved?: boolean;
  readonly suppressedBy?: string;
}

export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  readonly problem?: string;
  readonly events: readonly FiringEvent[];
}

export class TestCaseError extends Error {
  readonly code = "SG_TRIGGER_TEST";
  constructor(message: string) {
    super(message);
    this.name = "TestCaseError";
  }
}

/** First instant of a test without a start: 08:00 in Asia/Shanghai. */
export const TEST_START = Date.UTC(2026, 0, 1);

/** Any midnight in Asia/Shanghai does; a fixed one keeps the logs of failures comparable. */
const MIDNIGHT = Date.UTC(2025, 11, 31, 16);

/** Throws SG_TRIGGER_TEST for a case that cannot be read. */
export function runTestCase(set: TriggerSet, test: TestCase): TestResult {
  const start = MIDNIGHT + parseOffset(test.start ?? "8 h");
  const known = new Set<string>();
  const events = runSeries(set, test, start, known);
  const expected = expectationsOf(test).map((e) => ({ ...e, at: parseOffset(e.at) }));
  const problem =
    firstDifference(
      events.map((event) => summary(event, start)),
      expected,
    ) ?? firstNoise(set, test, events, known);
  return { name: test.name, passed: problem === undefined, events, ...(problem === undefined ? {} : { problem }) };
}

function firstNoise(
  set: TriggerSet,
  test: TestCase,
  events: readonly FiringEvent[],
  known: ReadonlySet<string>,
): string | undefined {
  for (const id of test.silent ?? []) {
    if (!set.triggers.some((trigger) => trigger.id === id))
      throw new TestCaseError(`test "${test.name}": no trigger "${id}"`);
    if (events.some(({ trigger }) => trigger === id)) return `${id} is not silent`;
    if (!known.has(id)) return `${id} was never known to be false: its silence says nothing`;
  }
  return undefined;
}

const FRAME = "$frame";

export interface Column {
  readonly id: string;
  readonly cells: readonly Cell[];
}
export type Cell = number | "invalid" | undefined;

export function columnsOf(
  series: Readonly<Record<string, string>>,
  sources: readonly Source[],
  test: string,
): readonly Column[] {
  return Object.entries(series).map(([name, text]) => {
    const source = sources.find((s) => s.id === name || s.names.zh === name || s.names.en === name);
    if (source === undefined && name !== FRAME)
      throw new TestCaseError(`test "${test}": no trigger of the set reads "${name}"`);
    return { id: source?.id ?? FRAME, cells: expandSeries(text, test, source) };
  });
}

function runSeries(set: TriggerSet, test: TestCase, start: number, known: Set<string>): FiringEvent[] {
  const monitor = createMonitor(set);
  const state = monitor.create("test");
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent) => void events.push(event);
  const step = parseOffset(test.every);
  const columns = columnsOf(test.series, set.sources, test.name);
  const rows = Math.max(0, ...columns.map((c) => c.cells.length));
  const values = new Float64Array(set.inputs.length);
  const present = new Uint8Array(set.inputs.length);
  for (let row = 0; row < rows; row++) {
    present.fill(0);
    let seen = false;
    for (const { id, cells } of columns) {
      const cell = cells[row];
      if (cell === undefined) continue;
      seen = true;
      const slot = set.inputs.indexOf(id);
      if (slot < 0) continue;
      present[slot] = cell === "invalid" ? 2 : 1;
      values[slot] = cell === "invalid" ? 0 : cell;
    }
    if (seen) monitor.step(state, start + row * step, values, present, row + 1, emit);
    if (test.silent !== undefined)
      for (const { trigger, verdict } of monitor.status(state)) if (verdict === "F") known.add(trigger);
  }
  monitor.tick(state, start + (test.until === undefined ? (rows - 1) * step : parseOffset(test.until)) + 1, emit);
  return events;
}

const KINDS: Readonly<Record<string, FiringEvent["kind"]>> = {
  firing: "onset",
  onset: "onset",
  escalated: "escalated",
  cleared: "cleared",
  suppressed: "suppressed",
  degraded: "degraded",
  restored: "restored",
};

/** What a case expects, as objects. Throws SG_TRIGGER_TEST for text that is no expectation. */
export function expectationsOf(test: Pick<TestCase, "name" | "expect">): readonly ExpectedEvent[] {
  return test.expect.map((e) => (typeof e === "string" ? parseExpectation(e, test.name) : e));
}

/** `firing EV-BAT-001 at 60 s level 2` */
function parseExpectation(text: string, test: string): ExpectedEvent {
  const found = /^\s*(\w+)\s+(\S+)\s+at\s+(.+?)(?:\s+level\s+(\d))?\s*$/.exec(text);
  const kind = found && Object.hasOwn(KINDS, found[1] as string) ? KINDS[found[1] as string] : undefined;
  if (!found || kind === undefined)
    throw new TestCaseError(
      `test "${test}": "${text}" is not of the form "firing TRIGGER at 60 s level 2" (firing, escalated, cleared, suppressed, degraded, restored)`,
    );
  return {
    kind,
    trigger: found[2] as string,
    at: found[3] as string,
    ...(found[4] === undefined ? {} : { level: Number(found[4]) }),
  };
}

function summary(event: FiringEvent, start: number) {
  const time = event.kind === "onset" || event.kind === "suppressed" ? event.onset : event.at;
  return {
    kind: event.kind,
    trigger: event.trigger,
    at: time - start,
    ...(event.kind === "onset"
      ? { level: event.level, onsetObserved: event.onsetObserved, suppressedBy: event.suppressedBy }
      : event.kind === "escalated"
        ? { level: event.level }
        : {}),
  };
}

function firstDifference(
  actual: readonly ReturnType<typeof summary>[],
  expected: readonly (Omit<ExpectedEvent, "at"> & { at: number })[],
): string | undefined {
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    const a = actual[i];
    const e = expected[i];
    if (e === undefined) return `unexpected ${tell(a)}`;
    if (a === undefined) return `missing ${tell(e)}`;
    for (const key of Object.keys(e) as (keyof typeof e)[]) {
      if ((a as Record<string, unknown>)[key] !== e[key]) return `expected ${tell(e)}, got ${tell(a)}`;
    }
  }
  return undefined;
}

function tell(event: { kind: string; trigger: string; at: number; level?: number } | undefined): string {
  return event === undefined
    ? "nothing"
    : `${event.kind} of ${event.trigger} at ${event.at / 1000} s${event.level === undefined ? "" : ` level ${event.level}`}`;
}

/** Milliseconds of "90 s", "1 h 30 min" or "0". */
export function parseOffset(text: string): number {
  if (text.trim() === "0") return 0;
  let total = 0;
  const rest = text.replace(/(\d+(?:\.\d+)?)\s*([a-z\p{Script=Han}]+)/gu, (_all, count: string, unit: string) => {
    const size = Object.hasOwn(DURATION_UNITS, unit) ? DURATION_UNITS[unit] : undefined;
    if (size === undefined) throw new TestCaseError(`unknown unit of time "${unit}"`);
    total += Number(count) * size;
    return "";
  });
  if (rest.trim() !== "" || text.trim() === "") throw new TestCaseError(`not a duration: "${text}"`);
  return Math.round(total);
}

const TOKEN = /^(_|!|-?\d+(?:\.\d+)?|"[^"]*")(?:x(\d+))?$/;

function expandSeries(text: string, name: string, source: Source | undefined): Cell[] {
  return (text.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).flatMap((token) => {
    const match = TOKEN.exec(token);
    if (!match) throw new TestCaseError(`test "${name}": bad token "${token}" in a series`);
    const times = match[2] === undefined ? 1 : Number(match[2]);
    if (times > 100_000) throw new TestCaseError(`test "${name}": "${token}" is too long`);
    const value = cellOf(match[1] as string, source, name);
    return Array.from({ length: times }, () => value);
  });
}

function cellOf(token: string, source: Source | undefined, test: string): Cell {
  if (token === "_") return undefined;
  if (token === "!") return "invalid";
  if (!token.startsWith('"')) return Number(token);
  const text = token.slice(1, -1);
  if (source?.text !== undefined) return codeOfText(text, source.text);
  const named = Object.entries(source?.values ?? {}).find(([, { en, zh }]) => en === text || zh === text);
  if (named === undefined) throw new TestCaseError(`test "${test}": "${text}" is no value of ${source?.id ?? FRAME}`);
  return Number(named[0]);
}
