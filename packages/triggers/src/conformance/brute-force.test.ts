/** What the README of the case files defines, on random formulas and traces of every family: the engine against brute force. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { evaluateVector, type Formula, type FormulaCase, type VectorCase } from "../vectors.ts";
import { bruteForce, type World } from "./brute-force.fixture.ts";

const RUNS = { numRuns: Number(process.env["SANDGLASS_FUZZ_RUNS"] ?? 120) };
const half = fc.integer({ min: -6, max: 6 }).map((n) => n / 2);
const VARIABLES = ["x", "y"] as const;

const num: fc.Arbitrary<Formula> = fc.letrec<{ num: Formula }>((tie) => ({
  num: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...VARIABLES).map((v): Formula => ["var", v]),
    half.map((c): Formula => ["const", c]),
    fc.tuple(fc.constantFrom("add", "sub", "mul"), tie("num"), tie("num")).map(([op, a, b]): Formula => [op, a, b]),
    tie("num").map((a): Formula => ["abs", a]),
  ),
})).num;

interface Shape {
  readonly atoms: fc.Arbitrary<Formula>;
  readonly bound: fc.Arbitrary<readonly [number, number | null]>;
  readonly past: boolean;
  readonly future: boolean;
  /** `prev`, `rise` and their like. */
  readonly steps: boolean;
  readonly unbounded: boolean;
}

function formulas(shape: Shape): fc.Arbitrary<Formula> {
  return fc.letrec<{ f: Formula }>((tie) => {
    const f = tie("f");
    const timed = (...ops: string[]) =>
      fc.tuple(fc.constantFrom(...ops), shape.bound, f).map(([op, [a, b], g]): Formula => [op, a, b, g]);
    const binary = (op: string) => fc.tuple(shape.bound, f, f).map(([[a, b], g, h]): Formula => [op, a, b, g, h]);
    const finite = shape.bound.filter(([, b]) => b !== null);
    return {
      f: fc.oneof(
        { maxDepth: 3 },
        shape.atoms,
        f.map((g): Formula => ["not", g]),
        fc.tuple(fc.constantFrom("and", "or", "implies"), f, f).map(([op, g, h]): Formula => [op, g, h]),
        ...(shape.past ? [timed("onceT", "histT"), binary("sinceT")] : []),
        ...(shape.unbounded
          ? [
              fc.tuple(fc.constantFrom("once", "hist"), f).map(([op, g]): Formula => [op, g]),
              fc.tuple(f, f).map(([g, h]): Formula => ["since", g, h]),
            ]
          : []),
        ...(shape.future
          ? [
              fc.tuple(fc.constantFrom("evT", "alwT"), finite, f).map(([op, [a, b], g]): Formula => [op, a, b, g]),
              fc.tuple(finite, f, f).map(([[a, b], g, h]): Formula => ["untilT", a, b, g, h]),
            ]
          : []),
        ...(shape.steps
          ? [fc.tuple(fc.constantFrom("prev", "sprev", "rise", "fall"), f).map(([op, g]): Formula => [op, g])]
          : []),
      ),
    };
  }).f;
}

const compared = fc
  .tuple(fc.constantFrom("ge", "gt", "le", "lt", "eq", "ne"), num, num)
  .map(([op, a, b]): Formula => [op, a, b]);
const props = fc.constantFrom<Formula>(["prop", "p"], ["prop", "q"]);
const steps = (unit: number) =>
  fc
    .tuple(fc.nat(6), fc.nat(6), fc.boolean())
    .map(([a, d, open]): readonly [number, number | null] => [a * unit, open && d === 0 ? null : (a + d) * unit]);

const encode = (x: number): number | string => (x === Infinity ? "inf" : x === -Infinity ? "-inf" : x === 0 ? 0 : x);
const answer = (question: Omit<FormulaCase, "id">): unknown =>
  JSON.parse(JSON.stringify(evaluateVector({ id: "generated", ...question } as VectorCase)));

describe("pointwise", () => {
  const world = (
    columns: Readonly<Record<string, readonly (number | null)[]>>,
    n: number,
    boolean: boolean,
  ): World => ({
    length: n,
    scale: 1,
    dense: false,
    unknownPast: false,
    boolean,
    number(name, k) {
      for (let i = k; i >= 0; i--) {
        const x = columns[name]?.[i];
        if (x !== null && x !== undefined) return x;
      }
      return NaN;
    },
  });
  const shape = { bound: steps(1), past: true, steps: true, unbounded: true } as const;
  const trace = fc.integer({ min: 1, max: 14 }).chain((n) =>
    fc.record({
      n: fc.constant(n),
      x: fc.array(half, { minLength: n, maxLength: n }),
      y: fc.array(half, { minLength: n, maxLength: n }),
    }),
  );
  const bits = fc.integer({ min: 1, max: 14 }).chain((n) => {
    const column = fc.array(fc.option(fc.boolean(), { freq: 3 }), { minLength: n - 1, maxLength: n - 1 });
    return fc.record({ n: fc.constant(n), p: column.map((c) => [true, ...c]), q: column.map((c) => [false, ...c]) });
  });

  for (const [family, future] of [
    ["disc-rob", false],
    ["disc-rob-future", true],
  ] as const) {
    it(`${family}: robustness`, () => {
      const formula = formulas({ ...shape, atoms: compared, future });
      fc.assert(
        fc.property(formula, trace, (f, t) => {
          const expected = bruteForce(f, world({ x: t.x, y: t.y }, t.n, false)).map(([low]) => encode(low));
          const question = {
            family,
            formula: f,
            trace: t,
            time: "discrete",
            semantics: "robustness",
            hold: null,
          } as const;
          assert.deepEqual(answer(question), expected);
        }),
        RUNS,
      );
    });
  }
  it("disc-bool: verdicts as compared", () => {
    fc.assert(
      fc.property(formulas({ ...shape, atoms: compared, future: true }), trace, (f, t) => {
        const expected = bruteForce(f, world({ x: t.x, y: t.y }, t.n, true)).map(([low]) => low === 1);
        const question = {
          family: "disc-bool",
          formula: f,
          trace: t,
          time: "discrete",
          semantics: "boolean",
          hold: null,
        } as const;
        assert.deepEqual(answer(question), expected);
      }),
      RUNS,
    );
  });
  it("disc-bool-persist: an absent field keeps its last value", () => {
    fc.assert(
      fc.property(formulas({ ...shape, atoms: props, future: false }), bits, (f, t) => {
        const columns = Object.fromEntries(
          (["p", "q"] as const).map((name) => [name, t[name].map((b) => (b === null ? null : Number(b)))]),
        );
        const expected = bruteForce(f, world(columns, t.n, true)).map(([low]) => low === 1);
        const question = {
          family: "disc-bool-persist",
          formula: f,
          trace: t,
          time: "discrete",
          semantics: "boolean",
          hold: null,
        } as const;
        assert.deepEqual(answer(question), expected);
      }),
      RUNS,
    );
  });
  it("long traces are told as run lengths or bit strings", () => {
    fc.assert(
      fc.property(formulas({ ...shape, atoms: compared, future: false }), trace, (f, t) => {
        const plain = answer({
          family: "disc-rob",
          formula: f,
          trace: t,
          time: "discrete",
          semantics: "robustness",
          hold: null,
        }) as unknown[];
        const runs = answer({
          family: "disc-rob-long",
          formula: f,
          trace: t,
          time: "discrete",
          semantics: "robustness",
          hold: null,
        }) as [unknown, number][];
        assert.deepEqual(
          runs.flatMap(([value, count]) => Array.from({ length: count }, () => value)),
          plain,
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe("dense", () => {
  const END = 8;
  type Samples = readonly (readonly [number, number | boolean | "invalid"])[];
  const samples = <V extends number | boolean | "invalid">(
    value: fc.Arbitrary<V>,
    fromStart: boolean,
  ): fc.Arbitrary<Samples> =>
    fc
      .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 2 * END - 1 }), value), {
        selector: ([t]) => t,
        minLength: 1,
        maxLength: 6,
      })
      .map((list) => {
        const sorted = list.map(([t, v]) => [t / 2, v] as const).sort((a, b) => a[0] - b[0]);
        return fromStart ? sorted.map(([t, v], i) => [i === 0 ? 0 : t, v] as const) : sorted;
      });

  function world(
    trace: Readonly<Record<string, Samples>>,
    more: { boolean: boolean; unknownPast?: boolean; leftOpen?: boolean; maxHold?: number },
  ): World {
    const length = 4 * END + 1;
    const columns = new Map(
      Object.entries(trace).map(([name, list]) => {
        const column = new Float64Array(length).fill(NaN);
        list.forEach(([t, v], i) => {
          const shift = more.leftOpen && !(i === 0 && t === 0) ? 1 : 0;
          const until = more.maxHold === undefined ? length : 4 * t + 4 * more.maxHold;
          column.fill(NaN, 4 * t + shift);
          column.fill(v === "invalid" ? NaN : Number(v), 4 * t + shift, until);
        });
        return [name, column];
      }),
    );
    return {
      length,
      scale: 4,
      dense: true,
      unknownPast: more.unknownPast ?? false,
      boolean: more.boolean,
      number: (name, k) => columns.get(name)?.[k] ?? NaN,
    };
  }
  /** Value of every open interval out of the runs. */
  const spread = (runs: readonly (readonly [number, number, ...unknown[]])[]): unknown[] => {
    const out: unknown[] = [];
    for (const [from, to, ...value] of runs) for (let k = 4 * from + 1; k < 4 * to; k += 2) out[(k - 1) / 2] = value;
    return out;
  };
  const odd = <T>(list: readonly T[]): T[] => list.filter((_, k) => k % 2 === 1 && k < 4 * END);
  // Half seconds are two indices: the grid of the cases with fractions.
  const shape = { bound: steps(0.5), past: true, steps: false } as const;

  for (const [family, future, hold] of [
    ["dense-rob", false, "right-continuous"],
    ["dense-rob-future", true, "right-continuous"],
    ["dense-rob-reelay", false, "left-open"],
  ] as const) {
    it(`${family}: robustness on open intervals`, () => {
      const trace = fc.record({ x: samples(half, true), y: samples(half, true) });
      fc.assert(
        fc.property(formulas({ ...shape, atoms: compared, future, unbounded: true }), trace, (f, t) => {
          const expected = odd(bruteForce(f, world(t, { boolean: false, leftOpen: hold === "left-open" }))).map(
            ([low]) => [encode(low)],
          );
          const question = {
            family,
            formula: f,
            trace: { end: END, ...t },
            time: "dense",
            semantics: "robustness",
            hold,
          } as const;
          assert.deepEqual(spread(answer(question) as never), expected);
        }),
        RUNS,
      );
    });
  }
  it("dense-bool and dense-bool-frac: verdicts with left-open hold", () => {
    const trace = fc.record({ p: samples(fc.boolean(), true), q: samples(fc.boolean(), true) });
    fc.assert(
      fc.property(formulas({ ...shape, atoms: props, future: false, unbounded: true }), trace, (f, t) => {
        const expected = odd(bruteForce(f, world(t, { boolean: true, leftOpen: true }))).map(([low]) => [low === 1]);
        const question = {
          family: "dense-bool",
          formula: f,
          trace: { end: END, ...t },
          time: "dense",
          semantics: "boolean",
          hold: "left-open",
        } as const;
        assert.deepEqual(spread(answer(question) as never), expected);
      }),
      RUNS,
    );
  });
  it("kleene-dense: verdict and robustness interval with invalid samples, expiry and unknown past", () => {
    const value = fc.oneof({ weight: 5, arbitrary: half }, fc.constant("invalid" as const));
    const trace = fc.record({ x: samples(value, false), y: samples(value, false) });
    fc.assert(
      fc.property(
        formulas({ ...shape, atoms: compared, future: false, unbounded: true }),
        trace,
        fc.integer({ min: 1, max: 5 }),
        (f, t, maxHold) => {
          const more = { unknownPast: true, maxHold };
          const verdicts = bruteForce(f, world(t, { boolean: true, ...more }));
          const margins = bruteForce(f, world(t, { boolean: false, ...more }));
          const expected = odd(
            verdicts.map(([low, high], k) => [
              low === 1 ? "T" : high === -1 ? "F" : "U",
              encode(margins[k]?.[0] ?? NaN),
              encode(margins[k]?.[1] ?? NaN),
            ]),
          );
          const question = {
            family: "kleene-dense",
            formula: f,
            trace: { end: END, ...t },
            time: "dense",
            semantics: "three-valued",
            hold: "right-continuous",
            max_hold: maxHold,
          } as const;
          assert.deepEqual(spread(answer(question) as never), expected);
        },
      ),
      RUNS,
    );
  });
});

describe("prom-alert-state", () => {
  it("is the alert automaton of Prometheus on its grid", () => {
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 9 }) },
      fc.constant(null),
      fc.constant("stale" as const),
    );
    const rule = fc.record({
      threshold: fc.integer({ min: 1, max: 8 }),
      op: fc.constantFrom(">", ">=", "<", "<="),
      for: fc.constantFrom(0, 30, 60, 120),
      keep: fc.constantFrom(0, 30, 90),
    });
    fc.assert(
      fc.property(
        rule,
        fc.array(value, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(15, 30, 60),
        fc.constantFrom(15, 30),
        (r, x, interval, step) => {
          const actual = evaluateVector({
            id: "generated",
            family: "prom-alert-state",
            rule: { condition: `x ${r.op} ${r.threshold}`, for: r.for, keep_firing_for: r.keep },
            eval_interval: interval,
            trace: { step, n: x.length, x },
          });
          assert.deepEqual(actual, alertStates(r, x, interval, step));
        },
      ),
      { numRuns: 200 },
    );
  });

  /** rules/alerting.go, Eval. */
  function alertStates(
    r: { threshold: number; op: string; for: number; keep: number },
    x: readonly (number | null | "stale")[],
    interval: number,
    step: number,
  ): string[] {
    const out: string[] = [];
    let active: number | undefined;
    let firing = false;
    let keepSince: number | undefined;
    for (let now = 0; now <= (x.length - 1) * step; now += interval) {
      let value: number | undefined;
      for (let i = Math.floor(now / step); i >= 0 && now - i * step < 300; i--) {
        const sample = x[i];
        if (sample === null || sample === undefined) continue;
        if (sample !== "stale") value = sample;
        break;
      }
      const t = r.threshold;
      const holds = value !== undefined && { ">": value > t, ">=": value >= t, "<": value < t, "<=": value <= t }[r.op];
      if (holds) {
        active ??= now;
        keepSince = undefined;
        if (now - active >= r.for) firing = true;
      } else if (firing && r.keep > 0) {
        keepSince ??= now;
        if (now - keepSince >= r.keep) {
          firing = false;
          active = undefined;
          keepSince = undefined;
        }
      } else {
        firing = false;
        active = undefined;
      }
      out.push(firing ? "firing" : active === undefined ? "inactive" : "pending");
    }
    return out;
  }
});
