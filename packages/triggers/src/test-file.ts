/** A file of test cases as text: read and run with bounds, for places that take it from people. */
import type { TriggerSet } from "./set.ts";
import { parseOffset, runTestCase, TestCaseError, type TestCase } from "./testing.ts";
import { runScreeningCase, type ScreeningCase } from "./testing-screening.ts";

export interface TestFile {
  readonly tests: readonly TestCase[];
  readonly screenings: readonly ScreeningCase[];
}

export interface CaseResult {
  readonly name: string;
  /** Undefined: passed. */
  readonly problem: string | undefined;
}

/** Observations and subjects that the cases of one text may have, in all. */
const MAX_ROWS = 50_000;
const MAX_CASES = 200;
const MAX_SPAN_MS = 100 * 86_400_000;
/** Instants of a grid (`clock every`) that the time of one case may have. */
const MAX_INSTANTS = 100_000;

/** @throws TestCaseError for text that is no file of test cases, or too much of it */
export function parseTestFile(text: string): TestFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new TestCaseError(`not JSON: ${(cause as Error).message}`);
  }
  const { tests = [], screenings = [] } = (parsed ?? {}) as Partial<TestFile>;
  const isCase = (each: unknown): boolean =>
    typeof each === "object" && each !== null && typeof (each as { name?: unknown }).name === "string";
  if (!Array.isArray(tests) || !Array.isArray(screenings) || ![...tests, ...screenings].every(isCase))
    throw new TestCaseError('expected {"tests": […], "screenings": […]}, each case with a name');
  if (tests.length + screenings.length > MAX_CASES) throw new TestCaseError(`more than ${MAX_CASES} cases`);
  let rows = 0;
  for (const { series } of tests) rows += rowsOf(series);
  for (const { subjects } of screenings)
    for (const { count = 1, series } of Array.isArray(subjects) ? subjects : [])
      rows += Math.max(1, Number(count)) * Math.max(1, rowsOf(series));
  if (!(rows <= MAX_ROWS)) throw new TestCaseError(`more than ${MAX_ROWS} observations`);
  return { tests, screenings };
}

function rowsOf(series: unknown): number {
  let rows = 0;
  for (const text of Object.values(series ?? {}))
    for (const token of typeof text === "string" ? text.split(/\s+/) : [])
      rows += token === "" ? 0 : Number(/x(\d+)$/.exec(token)?.[1] ?? 1);
  return rows;
}

/** The time that a case lasts, against what the set would do in it. */
function refuseLong(set: TriggerSet, { every, until, series }: TestCase): void {
  const rows = Math.max(0, ...Object.values(series).map((text) => rowsOf({ text })));
  const span = Math.max(rows * parseOffset(every), until === undefined ? 0 : parseOffset(until));
  const grid = Math.min(...set.triggers.map(({ core }) => core.clock.ms ?? Infinity));
  if (span > MAX_SPAN_MS || span / grid > MAX_INSTANTS) throw new TestCaseError("the case lasts too long");
}

/** Every case, in order. What cannot be read as a case is a problem of that case. */
export function runTests(set: TriggerSet, { tests, screenings }: TestFile): CaseResult[] {
  return [
    ...tests.map((test) =>
      resultOf(test.name, () => {
        refuseLong(set, test);
        return runTestCase(set, test).problem;
      }),
    ),
    ...screenings.map((screening) => resultOf(screening.name, () => runScreeningCase(set, screening))),
  ];
}

function resultOf(name: string, run: () => string | undefined): CaseResult {
  try {
    return { name, problem: run() };
  } catch (error) {
    // A case may be any JSON: whatever it breaks is its own fault.
    if (error instanceof TestCaseError || error instanceof TypeError) return { name, problem: error.message };
    throw error;
  }
}
