/** RTAMT's own unit tests, as far as the semantics cover them; skipped where the data is absent. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { evaluateRtamt, NotApplicable, REASONS, type RtamtCase } from "./rtamt.ts";
import { parseStl, StlSyntaxError } from "./stl-text.ts";

const DATA = process.env["SANDGLASS_DATA"] ?? join(import.meta.dirname, "../../../../../shared/data");
const FILE = join(DATA, "stl-rtamt/stl_cases.given.json");

/** Two lists of break points are the same function if they agree after points without a change are left out. */
function merged(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every((p) => Array.isArray(p) && p.length === 2)) return value;
  const points = value as (readonly [number, unknown])[];
  return points.filter(([, v], i) => i === 0 || !near(v, points[i - 1]?.[1]));
}

function near(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => near(x, b[i]));
  return a === b;
}

describe("RTAMT's unit tests", () => {
  it(
    "have the expected value, or a documented reason why not",
    { skip: existsSync(FILE) ? false : `no ${FILE}` },
    () => {
      const cases = JSON.parse(readFileSync(FILE, "utf8")) as RtamtCase[];
      const reasons = new Set<string>(Object.values(REASONS));
      let equal = 0;
      for (const one of cases) {
        let actual: ReturnType<typeof evaluateRtamt>;
        try {
          actual = evaluateRtamt(one);
        } catch (error) {
          assert.ok(error instanceof NotApplicable && reasons.has(error.reason), `${one.id}: ${String(error)}`);
          continue;
        }
        one.steps.forEach((step, i) => {
          if (step.expect === undefined) return;
          const expected = step.expect[0]?.expected;
          const discrete = one.engine.startsWith("discrete");
          const [a, b] = discrete ? [actual[i], expected] : [merged(actual[i]), merged(expected)];
          assert.ok(
            near(a, b),
            `${one.id} step ${i}: ${JSON.stringify(actual[i])} instead of ${JSON.stringify(expected)}`,
          );
        });
        equal++;
      }
      assert.ok(equal >= (2 / 3) * cases.length, `only ${equal} of ${cases.length} are covered`);
    },
  );
});

describe("formulas in the tools' syntax", () => {
  const of = (text: string) => JSON.stringify(parseStl(text).map((f) => f.formula));
  it("bind as the tools bind them", () => {
    assert.equal(of("a -> b -> c"), of("a -> (b -> c)"));
    assert.equal(of("not a and b or c"), of("((not (a)) and b) or c"));
    assert.equal(of("historically[0:5] x==1"), of("historically[0,5](x == 1)"));
    assert.equal(of("G[0,1](a)"), of("always[0,1] a"));
    assert.equal(of("a+b*2 >= -1"), of("(a + (b*2)) >= (-1)"));
    assert.equal(of("once[500 ms, 1 s] a"), of("once[0.5, 1](a)"));
  });
  it("are refused with a code when they cannot be read", () => {
    for (const text of ["(a", "a and", "once[1](a)", "a ? b", "=", "(".repeat(5000), "not ".repeat(5000)])
      assert.throws(() => parseStl(text), StlSyntaxError, text.slice(0, 20));
  });
});
