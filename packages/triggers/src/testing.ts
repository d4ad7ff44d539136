/**
 * Test cases that live beside a trigger, in the manner of promtool: series in, firings expected.
 *
 * A series is a text of tokens, one per observation: `3` a value, `3x4` the value four times, `_` no sample,
 * `!` an invalid sample, `_x10` ten observations without one. Times are offsets from the start.
 */
import { createMonitor } from "./engine/monitor.ts";
import type { FiringEvent } from "./engine/firing.ts";
import { DURATION_UNITS } from "./lang/keywords.ts";
import type { TriggerSet } from "./set.ts";

export interface TestCase {
  readonly name: string;
  /** Time between two observations, e.g. "30 s". */
  readonly every: string;
  readonly series: Readonly<Record<string, string>>;
  /** Offset up to which timers run after the last observation; default: the last observation. */
  readonly until?: string;
  readonly expect: readonly ExpectedEvent[];
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

/** Any date does; a fixed one keeps the logs of failures comparable. */
const START = Date.UTC(2026, 0, 1);

export function runTestCase(set: TriggerSet, test: TestCase): TestResult {
  const monitor = createMonitor(set);
  const state = monitor.create("test");
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent) => void events.push(event);
  const step = parseOffset(test.every);
  const columns = Object.entries(test.series).map(([id, text]) => {
    const slot = set.inputs.indexOf(id);
    if (slot < 0) throw new TestCaseError(`test "${test.name}": no trigger of the set reads "${id}"`);
    return { slot, cells: expandSeries(text, test.name) };
  });
  const rows = Math.max(0, ...columns.map((c) => c.cells.length));
  const values = new Float64Array(set.inputs.length);
  const present = new Uint8Array(set.inputs.length);
  for (let row = 0; row < rows; row++) {
    present.fill(0);
    for (const { slot, cells } of columns) {
      const cell = cells[row];
      if (cell === undefined) continue;
      present[slot] = cell === "invalid" ? 2 : 1;
      values[slot] = cell === "invalid" ? 0 : cell;
    }
    if (present.some((p) => p !== 0)) monitor.step(state, START + row * step, values, present, row + 1, emit);
  }
  monitor.tick(state, START + (test.until === undefined ? (rows - 1) * step : parseOffset(test.until)) + 1, emit);
  const actual = events.map(summary);
  const expected = test.expect.map((e) => ({ ...e, at: parseOffset(e.at) }));
  const problem = firstDifference(actual, expected);
  return { name: test.name, passed: problem === undefined, events, ...(problem === undefined ? {} : { problem }) };
}

function summary(event: FiringEvent) {
  const time = event.kind === "onset" || event.kind === "suppressed" ? event.onset : event.at;
  return {
    kind: event.kind,
    trigger: event.trigger,
    at: time - START,
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

function expandSeries(text: string, name: string): (number | "invalid" | undefined)[] {
  return text
    .trim()
    .split(/\s+/)
    .flatMap((token) => {
      const match = /^(_|!|-?\d+(?:\.\d+)?)(?:x(\d+))?$/.exec(token);
      if (!match) throw new TestCaseError(`test "${name}": bad token "${token}" in a series`);
      const times = match[2] === undefined ? 1 : Number(match[2]);
      if (times > 100_000) throw new TestCaseError(`test "${name}": "${token}" is too long`);
      const value = match[1] === "_" ? undefined : match[1] === "!" ? ("invalid" as const) : Number(match[1]);
      return Array.from({ length: times }, () => value);
    });
}
