import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { interpretDiscrete, toCond, type Formula } from "../vectors.ts";
import { generatePointwise } from "./pointwise.ts";

const comparison = fc.tuple(
  fc.constantFrom("ge", "gt", "le", "lt", "eq", "ne"),
  fc.constantFrom<Formula>(["var", "x"], ["var", "y"], ["add", ["var", "x"], ["var", "y"]], ["abs", ["var", "x"]]),
  fc.integer({ min: -2, max: 2 }).map((c): Formula => ["const", c]),
);
const bounds = fc
  .tuple(fc.nat(6), fc.oneof({ weight: 4, arbitrary: fc.nat(7) }, { weight: 1, arbitrary: fc.constant(undefined) }))
  .map(([a, more]): [number, number | null] => [a, more === undefined ? null : a + more]);

/** Random formulas of past operators. */
const formula = fc.letrec<{ f: Formula }>((tie) => ({
  f: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    comparison,
    fc.tuple(fc.constantFrom("not", "rise", "fall", "prev", "sprev", "once", "hist"), tie("f")),
    fc.tuple(fc.constantFrom("and", "or", "implies", "since"), tie("f"), tie("f")),
    fc.tuple(fc.constantFrom("onceT", "histT"), bounds, tie("f")).map(([op, [a, b], f]): Formula => [op, a, b, f]),
    fc.tuple(bounds, tie("f"), tie("f")).map(([[a, b], f, g]): Formula => ["sinceT", a, b, f, g]),
  ),
})).f;
const trace = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })), {
  minLength: 1,
  maxLength: 60,
});

describe("generated pointwise conditions", () => {
  for (const boolean of [true, false])
    it(`give the ${boolean ? "verdicts" : "robustness"} of the engine's operators, however the samples are handed in`, () =>
      fc.assert(
        fc.property(formula, trace, fc.integer({ min: 1, max: 60 }), (given, rows, piece) => {
          const columns = new Map([
            ["x", rows.map(([x]) => x)],
            ["y", rows.map(([, y]) => y)],
          ]);
          const run = generatePointwise(toCond(given, boolean), ["x", "y"], boolean, 1000);
          assert.ok(run);
          const out: number[] = [];
          for (let from = 0; from < rows.length; from += piece) {
            const part = [...columns.values()].map((list) => Float64Array.from(list.slice(from, from + piece)));
            const values = new Float64Array((part[0] as Float64Array).length);
            run(part, values.length, values);
            out.push(...values);
          }
          // Zero has one sign for whoever reads it.
          const plain = (list: readonly number[]) => list.map((v) => v + 0);
          assert.deepEqual(plain(out), plain(interpretDiscrete(given, columns, rows.length, boolean)));
        }),
        { numRuns: Number(process.env["SANDGLASS_FUZZ_RUNS"] ?? 500) },
      ));

  it("are left out for a bound between samples", () => {
    const half = toCond(["onceT", 0, 0.5, ["ge", ["var", "x"], ["const", 0]]], true);
    assert.equal(generatePointwise(half, ["x"], true, 1000), undefined);
    assert.ok(generatePointwise(half, ["x"], true, 500));
  });
});
