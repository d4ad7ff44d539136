/**
 * What is said to be impossible within the ranges of the data does not happen: random triggers over random samples,
 * judged by the engine. SANDGLASS_FUZZ_RUNS makes it longer.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, createMonitor, mayFire, type FiringEvent, type TriggerSet } from "../mod.ts";
import { formatCore } from "../text/format.ts";
import type { CoreTrigger } from "./core.ts";
import { names, REGIONS, trigger } from "./generated.fixture.ts";

const RUNS = Number(process.env["SANDGLASS_FUZZ_RUNS"] ?? 1500);
const START = Date.UTC(2026, 0, 5);

function find(core: CoreTrigger): TriggerSet | undefined {
  const { fleet: _, ...single } = core;
  const text = formatCore({ ...single, clock: { mode: "time" } }, "en", names);
  const result = compileTriggers([{ text }], CATALOGUE, { regions: REGIONS });
  return result.ok ? result.set : undefined;
}

/** Constants of a trigger: what samples are drawn around. */
function constantsOf(part: unknown, into: number[] = []): number[] {
  if (typeof part !== "object" || part === null) return into;
  const { op, value } = part as { readonly op?: unknown; readonly value?: unknown };
  if (op === "const" && typeof value === "number") into.push(value);
  for (const child of Object.values(part)) constantsOf(child, into);
  return into;
}

interface Input {
  readonly low: number;
  readonly width: number;
  readonly near: number;
  readonly isGiven: boolean;
}

const input: fc.Arbitrary<Input> = fc.record({
  low: fc.double({ min: -2, max: 2, noNaN: true }),
  width: fc.constantFrom(0, 0.5, 4),
  near: fc.nat(3),
  isGiven: fc.boolean(),
});
const rows = fc.array(
  fc.record({
    dt: fc.constantFrom(1000, 10_000, 30_000, 95_000),
    draws: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
    missing: fc.nat(40),
    invalid: fc.nat(40),
  }),
  { minLength: 5, maxLength: 60 },
);

describe("what cannot be within the ranges of the data", () => {
  it("never comes from the engine", () => {
    let [refuted, fired] = [0, 0];
    fc.assert(
      fc.property(trigger, fc.array(input, { minLength: 8, maxLength: 8 }), rows, (core, inputs, samples) => {
        const set = find(core);
        if (set === undefined || set.triggers[0] === undefined) return;
        const constants = [...constantsOf(core.when), 0, 1];
        const values = new Float64Array(set.inputs.length);
        const present = new Uint8Array(set.inputs.length);
        const ranges = new Map<string, [number, number]>();
        const stepped = samples.map(({ dt, draws, missing, invalid }) => ({
          dt,
          given: set.inputs.map((id, i) => {
            const { low, width, near, isGiven } = inputs[i % inputs.length] as Input;
            if (!isGiven || missing === i) return undefined;
            if (invalid === i) return Number.NaN;
            const isBit = names.byId.get(id)?.kind !== "scalar";
            const draw = draws[i % draws.length] as number;
            const centre = constants[near % constants.length] as number;
            const value = isBit ? Number(low + width * draw > 0) : centre + low + width * draw;
            const range = ranges.get(id);
            ranges.set(id, [Math.min(value, range?.[0] ?? value), Math.max(value, range?.[1] ?? value)]);
            return value;
          }),
        }));
        const events: FiringEvent[] = [];
        const monitor = createMonitor(set);
        const state = monitor.create();
        let time = START;
        stepped.forEach(({ dt, given }, ref) => {
          time += dt;
          given.forEach((value, i) => {
            present[i] = value === undefined ? 0 : Number.isNaN(value) ? 2 : 1;
            values[i] = value ?? 0;
          });
          monitor.step(state, time, values, present, ref, (event) => events.push(event));
        });
        monitor.tick(state, time + 86_400_000, (event) => events.push(event));
        if (events.length > 0) fired++;
        if (mayFire(set.triggers[0], (id) => ranges.get(id))) return;
        refuted++;
        assert.deepEqual(events, []);
      }),
      { seed: 20_260_102, numRuns: RUNS },
    );
    assert.ok(refuted > RUNS / 20 && fired > RUNS / 50, `${refuted} refuted, ${fired} fired: too few to mean anything`);
  });

  it("knows windows, edges and shares of what never held", () => {
    const result = compileTriggers(
      [
        "avg(total_current over 2 min) > 300 A",
        "rising(alarm.level >= 3) more than 3 times in last 24 h",
        "cell_spread > 300 mV in at least 80 % of samples in last 10 min",
        "sum(min2(1 Ω/V, max2(0 Ω/V, (100 Ω/V - insulation) * 1000 + 1 Ω/V)) over 1 d) >= 5 Ω/V",
        "after rising(alarm.level >= 2), no falling(alarm.level >= 2) within 10 min",
        "alarm.insulation or valid(alarm.thermal_event) and alarm.thermal_event",
        "abs(delta(soc over 1 min)) > 15 %",
        "not (speed < 130 km/h)",
        "count(login_failed over 10 min) >= 5",
      ].map((when, i) => ({ text: `trigger R-${i} version 1 { when ${when} ; severity 1 ; }` })),
      CATALOGUE,
    );
    assert.ok(result.ok, JSON.stringify(result));
    const calm: Record<string, readonly [number, number]> = {
      total_current: [-120, 280],
      "alarm.level": [0, 1],
      "alarm.insulation": [0, 0],
      cell_spread: [0.01, 0.03],
      insulation: [400, 900],
      soc: [30, 44],
      speed: [0, 120],
    };
    const wild = { ...calm, total_current: [-120, 301], "alarm.level": [0, 3], insulation: [99, 900], speed: [0, 140] };
    const may = (ranges: object) => result.set.triggers.map((t) => mayFire(t, (id) => ranges[id as keyof object]));
    assert.deepEqual(
      may(calm),
      Array.from({ length: 9 }, () => false),
    );
    assert.deepEqual(may(wild), [true, true, false, true, true, false, false, true, false]);
  });
});
