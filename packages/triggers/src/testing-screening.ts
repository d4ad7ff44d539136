/**
 * Test cases of conditions over many subjects, beside those of `testing.ts`: who there is and for whom the sub-condition
 * holds (or the series that decide it), results per group or place expected.
 */
import { judgeSubject, type SubjectSample } from "./judge.ts";
import { screen, type ScreenedSubject, type ScreeningPlan } from "./screening.ts";
import type { TriggerSet } from "./set.ts";
import { columnsOf, parseOffset, TEST_START, TestCaseError } from "./testing.ts";

export interface ScreeningCase {
  readonly name: string;
  readonly trigger: string;
  readonly subjects: readonly {
    /** So many alike; 1 by default. */
    readonly count?: number;
    /** Whether the sub-condition was true in the window; or `series`, over which it is run. */
    readonly holds?: boolean;
    /** Series as in other tests, `every` of the case apart. */
    readonly series?: Readonly<Record<string, string>>;
    /** True by default; with series it follows from them. */
    readonly active?: boolean;
    readonly group?: string;
    /** Longitude and latitude in degrees. */
    readonly at?: readonly [longitude: number, latitude: number];
  }[];
  /** Of series: time between two observations, and the offset of the instant that is judged. */
  readonly every?: string;
  readonly judged?: string;
  /** One per group, in the order of their names; of a condition of places the one result. */
  readonly expect: readonly { readonly group?: string; readonly verdict: "T" | "F" | "U"; readonly count?: number }[];
}

/** What differs from the expectation; undefined when nothing does. @throws TestCaseError for an unknown trigger */
export function runScreeningCase(set: TriggerSet, test: ScreeningCase): string | undefined {
  const found = set.screenings.find(({ id }) => id === test.trigger);
  if (found === undefined)
    throw new TestCaseError(`test "${test.name}": "${test.trigger}" is no condition over many subjects of the set`);
  const { plan } = found;
  const subjects = test.subjects.flatMap(({ count = 1, holds = false, active = true, group, at, series }, kind) => {
    const judged = series === undefined ? { holds, active } : judgeSeries(plan, test, series);
    return Array.from({ length: count }, (_, index): ScreenedSubject => ({
      subject: `${kind}-${index}`,
      ...judged,
      ...(group === undefined ? {} : { group }),
      ...(at === undefined ? {} : { longitude: at[0], latitude: at[1] }),
    }));
  });
  const results = screen(plan, subjects);
  if (results.length !== test.expect.length)
    return `expected ${test.expect.length} results, got ${results.length}: ${results.map(({ group, verdict }) => `${group ?? "-"} ${verdict}`).join(", ")}`;
  for (const [i, expected] of test.expect.entries()) {
    const result = results[i];
    if (result === undefined) continue;
    if (expected.verdict !== result.verdict || (expected.count !== undefined && expected.count !== result.count))
      return `${expected.group ?? "the result"}: expected ${expected.verdict} ${expected.count ?? ""}, got ${result.verdict} ${result.count}`;
    if (expected.group !== undefined && expected.group !== result.group)
      return `expected the group ${expected.group}, got ${result.group ?? "none"}`;
  }
  return undefined;
}

function judgeSeries(plan: ScreeningPlan, test: ScreeningCase, series: Readonly<Record<string, string>>) {
  if (test.every === undefined || test.judged === undefined)
    throw new TestCaseError(`test "${test.name}": series need "every" and "judged"`);
  const step = parseOffset(test.every);
  const { byId } = plan.member.program.origin.names;
  const sources = [...plan.inputs, ...Object.values(plan.position ?? {})].flatMap((id) => byId.get(id) ?? []);
  const columns = columnsOf(series, sources, test.name);
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length));
  const samples = Array.from({ length: rows }, (_, row): SubjectSample => ({
    time: TEST_START + row * step,
    values: Object.fromEntries(
      columns.flatMap(({ id, cells }) => {
        const cell = cells[row];
        return cell === undefined ? [] : [[id, cell === "invalid" ? null : cell]];
      }),
    ),
  })).filter(({ values }) => Object.keys(values).length > 0);
  return judgeSubject(plan, samples, TEST_START + parseOffset(test.judged));
}
