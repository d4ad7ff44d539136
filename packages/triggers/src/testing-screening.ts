/**
 * Test cases of conditions over many subjects, beside those of `testing.ts`: who there is and for whom the sub-condition
 * holds, results per group or place expected. The sub-condition itself is an ordinary condition.
 */
import { screen, type ScreenedSubject } from "./screening.ts";
import type { TriggerSet } from "./set.ts";
import { TestCaseError } from "./testing.ts";

export interface ScreeningCase {
  readonly name: string;
  readonly trigger: string;
  readonly subjects: readonly {
    /** So many alike; 1 by default. */
    readonly count?: number;
    readonly holds: boolean;
    /** True by default. */
    readonly active?: boolean;
    readonly group?: string;
    /** Longitude and latitude in degrees. */
    readonly at?: readonly [longitude: number, latitude: number];
  }[];
  /** One per group, in the order of their names; of a condition of places the one result. */
  readonly expect: readonly { readonly group?: string; readonly verdict: "T" | "F" | "U"; readonly count?: number }[];
}

/** What differs from the expectation; undefined when nothing does. @throws TestCaseError for an unknown trigger */
export function runScreeningCase(set: TriggerSet, test: ScreeningCase): string | undefined {
  const found = set.screenings.find(({ id }) => id === test.trigger);
  if (found === undefined)
    throw new TestCaseError(`test "${test.name}": "${test.trigger}" is no condition over many subjects of the set`);
  const subjects = test.subjects.flatMap(({ count = 1, holds, active = true, group, at }, kind) =>
    Array.from({ length: count }, (_, index): ScreenedSubject => ({
      subject: `${kind}-${index}`,
      holds,
      active,
      ...(group === undefined ? {} : { group }),
      ...(at === undefined ? {} : { longitude: at[0], latitude: at[1] }),
    })),
  );
  const results = screen(found.plan, subjects);
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
