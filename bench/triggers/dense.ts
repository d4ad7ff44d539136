/**
 * Single operators over dense time on one boolean signal, bound 1000 s: the operators as live triggers run them, with
 * every timer between two changes of the signal. An update is a change of the signal, 1 to 9 s after the one before.
 * Usage: node bench/triggers/dense.ts [--updates 2000000] [--rounds 5] [--every-ms 5000] [--witnesses]
 */
import { parseArgs } from "node:util";
import { compileCond } from "../../packages/triggers/src/engine/conditions.ts";
import { Builder, INPUT_SLOTS, SAMPLE, VALUE } from "../../packages/triggers/src/engine/node.ts";
import type { Cond } from "../../packages/triggers/src/lang/core.ts";
import { DIMENSIONLESS } from "../../packages/triggers/src/lang/units.ts";

const { values: options } = parseArgs({
  options: {
    updates: { type: "string", default: "2000000" },
    rounds: { type: "string", default: "5" },
    witnesses: { type: "boolean", default: false },
    "every-ms": { type: "string", default: "5000" },
  },
});
const updates = Number(options.updates);
const every = Number(options["every-ms"]);
const BOUND = 1_000_000;

const flag = (id: string): Cond => ({ op: "flag", id });
const OPERATORS: Readonly<Record<string, Cond>> = {
  "once[0,b] q": { op: "once", of: flag("q"), from: 0, to: BOUND },
  "once[b/2,b] q": { op: "once", of: flag("q"), from: BOUND / 2, to: BOUND },
  "p since[0,b] q": { op: "since", left: flag("p"), right: flag("q"), from: 0, to: BOUND },
  "p since[b/2,b] q": { op: "since", left: flag("p"), right: flag("q"), from: BOUND / 2, to: BOUND },
};

let seed = 1;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
};
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] as number;

for (const [name, cond] of Object.entries(OPERATORS)) {
  const rates: number[] = [];
  let evaluations = 0;
  for (let round = 0; round < Number(options.rounds); round++) {
    const builder = new Builder();
    builder.neutral = true;
    builder.exact = true;
    // Verdicts only, as the tools that it is compared with.
    builder.witness = options.witnesses;
    const inputs = ["p", "q"].map(
      (id) =>
        builder.declareInput({
          id,
          kind: "bit",
          unit: DIMENSIONLESS,
          difference: false,
          range: [0, 1],
          periodMs: 1000,
          holdMs: Infinity,
          scale: 1,
          names: { en: id, zh: id },
          values: undefined,
        }) * INPUT_SLOTS,
    );
    const node = compileCond(cond, { builder, textOf: () => "", normalised: false });
    const state = builder.createState("");
    const { context } = builder;
    const gaps = Float64Array.from({ length: 4096 }, () => Math.round(every * (0.2 + 1.6 * random())));
    // P fails every two hundredth time, Q every second time.
    const bits = Uint8Array.from({ length: 4096 }, () => (random() < 0.995 ? 1 : 0) | (random() < 0.5 ? 2 : 0));
    let k = 0;
    let sum = 0;
    evaluations = 0;
    const begun = process.cpuUsage();
    for (let i = 0; i < updates; i++) {
      const { numbers } = state;
      const pair = bits[i & 4095] as number;
      numbers[(inputs[0] as number) + VALUE] = pair & 1;
      numbers[(inputs[0] as number) + SAMPLE] = k;
      numbers[(inputs[1] as number) + VALUE] = pair >> 1;
      numbers[(inputs[1] as number) + SAMPLE] = k;
      const next = k + 2 * (gaps[i & 4095] as number);
      for (let at = k; at < next; at = context.due) {
        context.due = Infinity;
        sum += node.eval(state, at);
        evaluations++;
        if (context.tight) builder.settle(state);
      }
      k = next;
    }
    const { user, system } = process.cpuUsage(begun);
    rates.push(updates / (user + system));
    if (sum < 0) throw new Error("verdicts are not negative");
  }
  console.log(
    JSON.stringify({
      operator: name,
      bound: BOUND / 1000,
      medianMillionUpdatesPerSecond: Math.round(median(rates) * 100) / 100,
      evaluationsPerUpdate: Math.round((evaluations / updates) * 100) / 100,
    }),
  );
}
