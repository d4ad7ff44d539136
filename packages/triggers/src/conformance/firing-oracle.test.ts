/** Random triggers on random observations: the log of the monitor against the definitions of the language. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileTriggers, createMonitor, type FiringEvent, type TriggerSet } from "../mod.ts";
import { Oracle } from "./condition-oracle.fixture.ts";
import { firingsOf, type Told } from "./firing-oracle.fixture.ts";
import type { Row } from "./number-oracle.fixture.ts";
import { choicesOf, HOLDS, randomRows, randomTrigger, type Choice } from "./random-triggers.fixture.ts";

const TRIGGERS = Number(process.env["SANDGLASS_FUZZ_RUNS"] ?? 150);
const TRACES = 2;
const START = Date.UTC(2026, 0, 1);

const compile = (text: string) => compileTriggers([{ text }], [], { declarations: true });

/** What the monitor tells, in seconds; timers run at random instants, the state is saved and loaded now and then. */
function told(set: TriggerSet, rows: readonly Row[], end: number, choice: Choice): Told[] {
  const monitor = createMonitor(set, { generateAfter: choice.of([0, 8, Infinity]), everyTime: choice.next() < 0.2 });
  let state = monitor.create("random");
  const out: Told[] = [];
  const emit = (event: FiringEvent): void => {
    const at = event.kind === "onset" || event.kind === "suppressed" ? event.onset : event.at;
    out.push({
      kind: event.kind,
      at: (at - START) / 1000,
      ...("level" in event ? { level: event.level } : {}),
      ...(event.kind === "onset" ? { onsetObserved: event.onsetObserved } : {}),
    });
  };
  const values = new Float64Array(set.inputs.length);
  const present = new Uint8Array(set.inputs.length);
  const ticks = choice.next() < 0.5;
  rows.forEach(({ at, samples }, i) => {
    if (ticks && choice.next() < 0.5) monitor.tick(state, START + at * 1000 - choice.integer(0, 900), emit);
    set.inputs.forEach((id, input) => {
      const sample = samples[id];
      present[input] = sample === undefined ? 0 : sample === "invalid" ? 2 : 1;
      values[input] = typeof sample === "number" ? sample : 0;
    });
    monitor.step(state, START + at * 1000, values, present, i + 1, emit);
    if (choice.next() < 0.05) state = monitor.load(monitor.save(state));
  });
  monitor.tick(state, START + (end + 1) * 1000, emit);
  return out;
}

describe("firings", () => {
  it("are those of the definitions, for random triggers and observations", () => {
    let compared = 0;
    let events = 0;
    let sampled = 0;
    for (let seed = 1; seed <= TRIGGERS; seed++) {
      const choice = choicesOf(seed);
      const isSampled = choice.next() < 0.25;
      const plain = randomTrigger(choice);
      // A held value between the samples of a clock is not defined: changes over a time are left to `clock time`.
      if (isSampled && plain.includes("delta(")) continue;
      const text = isSampled ? plain.replace(/\}$/, "clock samples ; }") : plain;
      const result = compile(text);
      // What can never be true, or not be observed, is refused.
      const [trigger] = result.ok ? result.set.triggers : [];
      if (!result.ok || trigger === undefined) continue;
      for (let trace = 0; trace < TRACES; trace++) {
        const rows = randomRows(choice);
        const end = (rows.at(-1)?.at ?? 0) + choice.integer(0, 12);
        const expected = firingsOf(
          trigger.core,
          new Oracle(rows, end, HOLDS, isSampled ? result.set.inputs : undefined),
        );
        const actual = told(result.set, rows, end, choice);
        assert.deepEqual(actual, expected, `seed ${seed}: ${text}\n${JSON.stringify({ rows, end })}`);
        compared++;
        if (isSampled) sampled++;
        events += expected.length;
      }
    }
    assert.ok(compared > TRIGGERS && events > TRIGGERS, `only ${events} events in ${compared} traces`);
    assert.ok(sampled > TRIGGERS / 10, `only ${sampled} traces on the clock of their samples`);
  });
});
