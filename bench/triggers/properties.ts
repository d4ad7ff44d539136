/**
 * The properties of the timescales benchmark (doganulus/timescales: ten shapes, bounds 10, 100 and 1000), pointwise, as
 * verdicts and as robustness, by generated code. Traces are drawn here: bits as that benchmark has, events about a bound
 * apart, so that windows fill and empty. `--real`: each bit becomes a real number on its side of the threshold.
 * Usage: node bench/triggers/properties.ts [--samples 1000000] [--rounds 5] [--list] [--real]
 */
import { parseArgs } from "node:util";
import { generatePointwise } from "../../packages/triggers/src/generate/pointwise.ts";
import { interpretDiscrete, toCond, type Formula } from "../../packages/triggers/src/vectors.ts";

const { values: options } = parseArgs({
  options: {
    samples: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "5" },
    list: { type: "boolean", default: false },
    real: { type: "boolean", default: false },
  },
});
const samples = Number(options.samples);
const CHUNK = 4096;

const bit = (name: string): Formula => ["prop", name];
const p = bit("p"),
  q = bit("q"),
  r = bit("r"),
  s = bit("s");
const not = (f: Formula): Formula => ["not", f];
const and = (f: Formula, g: Formula): Formula => ["and", f, g];
const implies = (f: Formula, g: Formula): Formula => ["implies", f, g];
/** Between an occurrence of q and r. */
const between = (f: Formula): Formula => implies(and(and(r, not(q)), ["once", q]), f);
const SHAPES: Readonly<Record<string, (b: number) => Formula>> = {
  AbsentAQ: (b) => implies(["onceT", 0, b, q], ["since", not(p), q]),
  AbsentBR: (b) => implies(r, ["histT", 0, b, not(p)]),
  AbsentBQR: (b) => between(["sinceT", 0.3 * b, b, not(p), q]),
  AlwaysAQ: (b) => implies(["onceT", 0, b, q], ["since", p, q]),
  AlwaysBR: (b) => implies(r, ["histT", 0, b, p]),
  AlwaysBQR: (b) => between(["sinceT", 0.3 * b, b, p, q]),
  RecurGLB: (b) => ["onceT", 0, b, p],
  RecurBQR: (b) => between(["since", ["onceT", 0, b, ["or", p, q]], q]),
  RespondGLB: (b) => responds(b),
  RespondBQR: (b) => between(["since", responds(b), q]),
};
function responds(b: number): Formula {
  return and(implies(s, ["onceT", 0.3 * b, b, p]), not(["sinceT", b, null, not(s), p]));
}

let seed = 20_260_101;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
};

/** Bits with the given share of ones; `real`: numbers above and below one half. */
function column(share: number, count: number, real: boolean): Float64Array {
  return Float64Array.from({ length: count }, () => {
    const one = random() < share;
    return real ? (one ? 0.5 + random() : 0.5 - random()) : one ? 1 : 0;
  });
}

function shares(name: string, b: number): readonly number[] {
  return [name.startsWith("Always") ? 1 - 1 / (2 * b) : 2 / b, 1 / (2 * b), 1 / (2 * b), 1 / b];
}

const NAMES = ["p", "q", "r", "s"];

function measure(name: string, b: number, boolean: boolean): number {
  const formula = (SHAPES[name] as (b: number) => Formula)(b);
  // Of robustness the trace holds distances: `prop` reads them against one half in either case.
  const cond = toCond(formula, true);
  const columns = shares(name, b).map((share) => column(share, samples, options.real));
  const pieces = Array.from({ length: Math.floor(samples / CHUNK) }, (_, i) =>
    columns.map((list) => list.subarray(i * CHUNK, (i + 1) * CHUNK)),
  );
  const out = new Float64Array(CHUNK);
  check(formula, cond, boolean, b);
  const costs: number[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    const run = generatePointwise(cond, NAMES, boolean, 1000);
    if (run === undefined) throw new Error(`${name} has no generated code`);
    const pass = (): void => pieces.forEach((piece) => run(piece, CHUNK, out));
    pass();
    const before = process.cpuUsage();
    pass();
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / (pieces.length * CHUNK));
  }
  return 1 / median(costs);
}

/** What is measured is what the operators of the engine say. */
function check(formula: Formula, cond: ReturnType<typeof toCond>, boolean: boolean, b: number): void {
  const count = Math.min(3000, 30 * b);
  const columns = shares("", b).map((share) => column(share, count, false));
  const out = new Float64Array(count);
  generatePointwise(cond, NAMES, boolean, 1000)?.(columns, count, out);
  if (!boolean) return;
  const expected = interpretDiscrete(
    formula,
    new Map(NAMES.map((n, i) => [n, Array.from(columns[i] ?? [])])),
    count,
    true,
  );
  if (expected.some((v, i) => v !== out[i])) throw new Error(`${JSON.stringify(formula)} differs from the engine`);
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] as number;
for (const boolean of [true, false]) {
  const rates: number[] = [];
  for (const name of Object.keys(SHAPES))
    for (const b of [10, 100, 1000]) {
      const rate = measure(name, b, boolean);
      rates.push(rate);
      if (options.list) console.log(`${boolean ? "verdict" : "robustness"} ${name}${b}: ${rate.toFixed(1)} M/s`);
    }
  console.log(
    JSON.stringify({
      semantics: boolean ? "boolean" : "robustness",
      trace: options.real ? "real" : "bits",
      properties: rates.length,
      medianMillionUpdatesPerSecond: Math.round(median(rates) * 10) / 10,
      least: Math.round(Math.min(...rates) * 10) / 10,
      most: Math.round(Math.max(...rates) * 10) / 10,
    }),
  );
}
