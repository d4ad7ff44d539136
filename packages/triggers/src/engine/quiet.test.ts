import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createMonitor, type Economy, type FiringEvent, type Monitor, type TriggerSet } from "../mod.ts";
import { INPUT_SLOTS } from "./state.ts";
import { observations, PACKS, setsOf, START, trace, type Frame, type Trace } from "./traces.fixture.ts";

const sets = setsOf(
  PACKS.map((name) => readFileSync(join(import.meta.dirname, "../../../../packs", name, "triggers.tdl"), "utf8")),
);

const economies = fc.constantFrom<Economy>("fast", "small", "least");

interface Run {
  readonly events: FiringEvent[];
  readonly status: unknown;
  readonly noted: number;
}

function run(set: TriggerSet, monitor: Monitor, given: Trace, hooks: boolean): Run {
  let state = monitor.create("v");
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent): void => void events.push(event);
  const width = set.inputs.length;
  const values = new Float64Array(width);
  const present = new Uint8Array(width);
  let noted = 0;
  let ref = 0;
  let last = START;
  for (const { time, before, frame } of observations(set, given, values, present)) {
    const { dt, tick, save } = frame;
    if (hooks && tick !== undefined) monitor.tick(state, before + Math.floor(dt * tick), emit);
    if (hooks && save) state = createMonitor(set).load(monitor.save(state));
    const held = state.numbers.slice();
    if (hooks) monitor.warm(state);
    monitor.step(state, time, values, present, ++ref, emit);
    // A trigger without a timer or an input slot moved: the observation was only noted.
    if (held.subarray(0, 5 * width).every((x, i) => Object.is(x, state.numbers[i]))) noted++;
    last = time;
  }
  monitor.tick(state, last + 3_600_000, emit);
  return { events, status: monitor.status(state), noted };
}

describe("quiet subjects", () => {
  it("emit what they would if every observation were evaluated, whatever ticks, saves and warming come in between, packed or not", () => {
    fc.assert(
      fc.property(fc.nat(sets.length - 1), trace, economies, (index, given, economy) => {
        const set = sets[index] as TriggerSet;
        const quiet = run(set, createMonitor(set, { economy }), given, true);
        const busy = run(set, createMonitor(set, { everyTime: true }), given, false);
        assert.deepEqual(quiet.events, busy.events);
        assert.deepEqual(quiet.status, busy.status);
      }),
      { numRuns: 400 },
    );
  });

  it("have the same inputs whether these were left out or not", () => {
    fc.assert(
      fc.property(fc.nat(sets.length - 1), trace, (index, given) => {
        const set = sets[index] as TriggerSet;
        const [kept, packed] = (["fast", "small"] as const).map((economy) => {
          const monitor = createMonitor(set, { economy });
          const state = monitor.create("v");
          const values = new Float64Array(set.inputs.length);
          const present = new Uint8Array(set.inputs.length);
          let ref = 0;
          for (const { time } of observations(set, given, values, present))
            monitor.step(state, time, values, present, ++ref, () => {});
          monitor.save(state);
          return state.numbers.slice(0, INPUT_SLOTS * set.inputs.length);
        });
        assert.deepEqual(packed, kept);
      }),
      { numRuns: 150 },
    );
  });

  it("are most of those whose values rest", () => {
    const rest: Frame = { dt: 10_000, wild: 0, odd: undefined, tick: undefined, save: false };
    for (const set of [sets[0] as TriggerSet]) {
      const { noted } = run(set, createMonitor(set), [Array.from({ length: 400 }, () => rest), 7, 0], false);
      assert.ok(noted > 200, `${noted} of 400 observations were only noted`);
    }
  });
});
