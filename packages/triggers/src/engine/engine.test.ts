import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SIGNALS } from "@sandglass/signals";
import {
  appliesTo,
  compilePack,
  compileTriggers,
  createMonitor,
  loadPack,
  truthRibbons,
  type FiringEvent,
  type Monitor,
  type TriggerSet,
} from "../mod.ts";

const PACKS = join(import.meta.dirname, "../../../../packs");

/** Operators and clauses that the packs do not use. */
const MORE = `
trigger M1 version 1 { when speed > 50 km/h since[5 s, 10 min] rising(alarm.insulation) ; severity 1 ; }
trigger M2 version 1 { when once[10 s, 1 min](alarm.level >= 2) and not historically[5 s, 40 s](speed > 20 km/h) ; severity 1 ; keep firing 20 s ; }
trigger M3 version 1 { when speed > 50 km/h for 1 min ; clock every 10 s ; missing reset ; keep firing 30 s ; }
trigger M4 version 1 { when previous(speed > 50 km/h) and speed <= 50 km/h ; clock samples ; }
trigger M5 version 1 { when max_cell_temp > 40 °C for 20 s ; missing violate after 2 min ; severity 2 ; cooldown 3 min ; }
trigger M6 version 1 { when falling(alarm.level >= 2) at least 2 times in last 5 min ; severity 1 ; }
trigger M7 version 1 { when age(soc) > 90 s and speed > 10 km/h ; severity 1 ; missing unknown after 30 s ; }
trigger M8 version 1 { when after alarm.insulation, speed > 60 km/h within 1 min ; severity 1 ; }
trigger M9 version 1 { when distinct(soc over 5 min) >= 3 or quantile(speed, 0.5 over 5 min) > 70 km/h ; severity 1 ; }
trigger M10 version 1 { when count(speed over 2 min) < 3 and alarm.level >= 1 ; severity 1 ; severity 2 when alarm.level >= 2 for 30 s ; severity 4 when alarm.level >= 4 ; }
trigger M11 version 1 { when (max_cell_temp > 40 °C implies speed < 20 km/h) for 30 s ; clear when speed > 60 km/h ; severity 1 ; missing hold state ; }
`;

function compileAll(): TriggerSet {
  const texts = ["bench-24", "demo-sandbox", "gbt32960-alarms"].flatMap((name) => {
    const folder = join(PACKS, name);
    const pack = loadPack(
      Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")])),
    );
    compilePack(pack, SIGNALS);
    return pack.sources;
  });
  const result = compileTriggers([...texts, { text: MORE }], SIGNALS);
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.errors));
  return result.set;
}

const set = compileAll();
const START = Date.UTC(2026, 0, 1);

interface Observation {
  readonly dt: number;
  readonly cells: readonly (readonly [slot: number, value: number | "invalid"])[];
}

/** Values around the thresholds of the triggers, per signal. */
const LEVELS: Readonly<Record<string, readonly number[]>> = {
  "alarm.level": [0, 0, 1, 2, 3, 4],
  speed: [0, 5, 30, 50, 60.1, 80, 170],
  max_cell_temp: [20, 38, 45, 56, 61, 75],
  soc: [5, 30, 50, 90],
  cell_spread: [0.05, 0.31, 0.5],
  insulation: [80, 120, 200, 900],
  "charge.state": [1, 3],
  "vehicle.state": [1, 2],
  total_current: [-50, 100, 500],
  total_voltage: [240, 300, 380],
  min_cell_voltage: [2.4, 3.2, 3.6],
  max_cell_voltage: [3.7, 4.2, 4.5],
  temp_spread: [3, 20],
};
const cell = fc.nat(set.inputs.length - 1).chain((slot) => {
  const values = LEVELS[set.inputs[slot] as string] ?? [0, 1];
  return fc.tuple(
    fc.constant(slot),
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...values) },
      { weight: 1, arbitrary: fc.constant("invalid" as const) },
    ),
  );
});
const observation: fc.Arbitrary<Observation> = fc.record({
  dt: fc.oneof(
    fc.constantFrom(0, 0, 1, 100, 1000, 10_000, 30_000),
    fc.integer({ min: 1, max: 400_000 }),
    fc.constant(3_600_000),
  ),
  cells: fc.array(cell, { minLength: 1, maxLength: 12 }),
});
const trace = fc.array(observation, { minLength: 1, maxLength: 60 });

interface Hooks {
  readonly monitor?: Monitor;
  /** Called before each step with the time of the step; may tick, save and load. */
  readonly before?: (
    monitor: Monitor,
    state: ReturnType<Monitor["create"]>,
    last: number,
    time: number,
    emit: (e: FiringEvent) => void,
    i: number,
  ) => ReturnType<Monitor["create"]>;
}

function run(observations: readonly Observation[], hooks: Hooks = {}): FiringEvent[] {
  const monitor = hooks.monitor ?? createMonitor(set);
  let state = monitor.create("v");
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent): void => void events.push(event);
  const values = new Float64Array(set.inputs.length);
  const present = new Uint8Array(set.inputs.length);
  let time = START;
  observations.forEach(({ dt, cells }, i) => {
    const last = time;
    time += dt;
    if (hooks.before) state = hooks.before(monitor, state, last, time, emit, i);
    present.fill(0);
    for (const [slot, value] of cells) {
      present[slot] = value === "invalid" ? 2 : 1;
      values[slot] = value === "invalid" ? 0 : value;
    }
    monitor.step(state, time, values, present, i + 1, emit);
  });
  monitor.tick(state, time + 2 * 86_400_000, emit);
  return events;
}

describe("the monitor", () => {
  it("gives the same log whatever timer ticks come in between", () => {
    fc.assert(
      fc.property(
        trace,
        fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }), { maxLength: 60 }),
        (observations, ticks) => {
          const ticked = run(observations, {
            before(monitor, state, last, time, emit, i) {
              for (const part of (ticks[i] ?? []).toSorted((a, b) => a - b))
                monitor.tick(state, Math.floor(last + (time - last) * part), emit);
              return state;
            },
          });
          assert.deepEqual(ticked, run(observations));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives the same log when ticked exactly at its own timers", () => {
    fc.assert(
      fc.property(trace, (observations) => {
        const timed = run(observations, {
          before(monitor, state, _last, time, emit) {
            for (let i = 0; i < 200; i++) {
              const next = monitor.nextTimer(state);
              if (next > time) break;
              monitor.tick(state, next, emit);
            }
            return state;
          },
        });
        assert.deepEqual(timed, run(observations));
      }),
      { numRuns: 40 },
    );
  });

  it("gives the same log when saved and loaded at random points", () => {
    fc.assert(
      fc.property(trace, fc.array(fc.boolean(), { maxLength: 60 }), (observations, stops) => {
        const resumed = run(observations, {
          before(monitor, state, _last, _time, _emit, i) {
            return stops[i] === true ? createMonitor(set).load(monitor.save(state)) : state;
          },
        });
        assert.deepEqual(resumed, run(observations));
      }),
      { numRuns: 40 },
    );
  });

  it("loses nothing by skipping triggers whose constants were not crossed", () => {
    const every = compileAll();
    // Under `clock samples` the trigger's own samples are its clock: there a foreign sample must not count.
    const { sampleMasks, modes } = every.program;
    const words = sampleMasks.length / modes.length;
    modes.forEach((mode, i) => {
      if (mode === 0) sampleMasks.fill(-1, i * words, (i + 1) * words);
    });
    fc.assert(
      fc.property(trace, (observations) => {
        assert.deepEqual(run(observations, { monitor: createMonitor(every) }), run(observations));
      }),
      { numRuns: 80 },
    );
  });

  it("keeps subjects apart", () => {
    fc.assert(
      fc.property(trace, trace, (a, b) => {
        const monitor = createMonitor(set);
        run(a, { monitor });
        assert.deepEqual(run(b, { monitor }), run(b));
      }),
      { numRuns: 20 },
    );
  });

  it("never holds more than the bytes reported at compile time", () => {
    const monitor = createMonitor(set);
    const state = monitor.create();
    const values = new Float64Array(set.inputs.length);
    const present = new Uint8Array(set.inputs.length).fill(1);
    for (let i = 0; i < 6_000; i++) {
      for (let j = 0; j < values.length; j++) {
        const levels = LEVELS[set.inputs[j] as string] ?? [0, 1];
        values[j] = levels[(i * 7 + j * 13 + (i >> 3)) % levels.length] as number;
      }
      monitor.step(state, START + i * 137, values, present, i, () => {});
    }
    assert.ok(state.numbers.byteLength <= set.bytesPerSubject, `${state.numbers.byteLength} of ${set.bytesPerSubject}`);
  });

  it("emits at most 16 witnesses, each a sample that was given", () => {
    fc.assert(
      fc.property(trace, (observations) => {
        const times: number[] = [];
        observations.reduce((time, { dt }) => (times.push(time + dt), time + dt), START);
        for (const event of run(observations)) {
          if (event.kind !== "onset") continue;
          assert.ok(event.witnesses.length <= 16);
          for (const w of event.witnesses) {
            const given = observations[w.ref - 1];
            assert.equal(w.time, times[w.ref - 1]);
            const last = given?.cells.findLast(([slot]) => set.inputs[slot] === w.signal);
            assert.equal(w.value, last?.[1] === "invalid" ? undefined : last?.[1], `${event.trigger} ${w.node}`);
          }
          assert.ok(event.conditionSince <= event.onset);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("alternates onset and clearing per trigger, with rising levels in between", () => {
    fc.assert(
      fc.property(trace, (observations) => {
        const open = new Map<string, number>();
        for (const event of run(observations)) {
          if (event.kind === "onset") {
            assert.ok(!open.has(event.trigger), `${event.trigger} fired twice`);
            open.set(event.trigger, event.level);
          } else if (event.kind === "escalated") {
            assert.ok(event.level > (open.get(event.trigger) ?? Infinity));
            open.set(event.trigger, event.level);
          } else if (event.kind === "cleared")
            assert.ok(open.delete(event.trigger), `${event.trigger} cleared without firing`);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("refuses a saved state of another set, or damaged bytes, with SG_TRIGGER_STATE", () => {
    const monitor = createMonitor(set);
    const bytes = monitor.save(monitor.create("v"));
    const other = compileTriggers([{ text: "trigger Z version 1 { when speed > 5 km/h ; }" }], SIGNALS);
    assert.ok(other.ok);
    assert.throws(() => createMonitor(other.set).load(bytes), { code: "SG_TRIGGER_STATE" });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        assert.throws(() => monitor.load(bytes.subarray(0, length)), { code: "SG_TRIGGER_STATE" });
      }),
      { numRuns: 50 },
    );
  });
});

describe("windows over samples", () => {
  it("count a sample once, however often its instant is evaluated, and take its correction", () => {
    const conditions = [
      ["avg(speed over 2 min) > 60 km/h", 60],
      ["sum(speed over 2 min) > 170 km/h", 170],
      ["count(speed over 2 min) >= 3", 3],
      ["speed > 50 km/h in more than 50 % of samples in last 2 min", 0],
    ] as const;
    for (const [condition] of conditions) {
      const compiled = compileTriggers(
        [{ text: `trigger W version 1 { when ${condition} and soc >= 51.5 % ; }` }],
        SIGNALS,
      );
      assert.ok(compiled.ok);
      // Two samples within one second share a bucket; then the same instant again, by another signal, and corrected.
      const rows = [
        { time: 100, values: { speed: 90, soc: 50 } },
        { time: 200, values: { speed: 30 } },
        ...[51, 52, 51].map((soc) => ({ time: 200, values: { soc } })),
      ];
      const last = (more: readonly { time: number; values: Record<string, number> }[]) =>
        truthRibbons(compiled.set, "W", [...rows, ...more]).ribbons[1]?.spans.at(-1)?.[2];
      assert.equal(last([]), "F", condition);
      assert.equal(last([{ time: 200, values: { speed: 90 } }]), condition.startsWith("count") ? "F" : "T", condition);
    }
  });
  // As far apart as the buckets of the window: each has a row of its own.
  const samples = fc.array(fc.tuple(fc.integer({ min: 2000, max: 40_000 }), fc.integer({ min: 0, max: 2000 })), {
    minLength: 1,
    maxLength: 50,
  });
  const WINDOW = 120_000;

  /** Truth of `condition` at each sample instant, by the engine and by the definition over (t − D, t]. */
  function compare(
    condition: string,
    holds: (window: readonly (readonly [time: number, value: number])[], t: number) => boolean | undefined,
  ): void {
    const compiled = compileTriggers([{ text: `trigger W version 1 { when ${condition} ; }` }], SIGNALS);
    assert.ok(compiled.ok, compiled.ok ? "" : JSON.stringify(compiled.errors));
    fc.assert(
      fc.property(samples, (steps) => {
        let time = START;
        const rows = steps.map(([dt, ticks]) => [(time += dt), ticks / 10] as const);
        const { ribbons } = truthRibbons(
          compiled.set,
          "W",
          rows.map(([t, v]) => ({ time: t, values: { speed: v } })),
        );
        const spans = ribbons[0]?.spans ?? [];
        for (const [t] of rows) {
          const window = rows.filter(([at]) => at > t - WINDOW && at <= t);
          const expected = holds(window, t);
          const actual = spans.findLast(([from, to]) => from <= t && (t < to || to === spans.at(-1)?.[1]))?.[2];
          assert.equal(actual, expected === undefined ? "U" : expected ? "T" : "F", `at ${t - START}`);
        }
      }),
      { numRuns: 60 },
    );
  }
  const ticks = (window: readonly (readonly [number, number])[]) => window.map(([, v]) => Math.round(v * 10));

  it("average", () =>
    compare("avg(speed over 2 min) > 100 km/h", (w) => ticks(w).reduce((a, b) => a + b, 0) > 1000 * w.length));
  it("lowest and highest", () =>
    compare(
      "max(speed over 2 min) > 150 km/h and min(speed over 2 min) < 50 km/h",
      (w) => Math.max(...ticks(w)) > 1500 && Math.min(...ticks(w)) < 500,
    ));
  it("distinct and count", () =>
    compare("distinct(speed over 2 min) < count(speed over 2 min)", (w) => new Set(ticks(w)).size < w.length));
  it("share of samples", () =>
    compare(
      "speed > 100 km/h in at least 50 % of samples in last 2 min",
      (w) => ticks(w).filter((x) => x > 1000).length * 2 >= w.length,
    ));
  it("number of samples", () =>
    compare(
      "speed > 100 km/h in at least 5 of samples in last 2 min and not (speed > 150 km/h in more than 2 of samples in last 2 min)",
      (w) => ticks(w).filter((x) => x > 1000).length >= 5 && ticks(w).filter((x) => x > 1500).length <= 2,
    ));
  it("slope", () =>
    compare("slope(speed over 2 min) > 0 km/h/s", (w) => {
      if (w.length < 3) return undefined;
      const n = w.length;
      const origin = (w[0] as readonly [number, number])[0];
      let st = 0n,
        sv = 0n,
        stv = 0n;
      for (const [t, v] of w) {
        const dt = BigInt(t - origin);
        const ticks10 = BigInt(Math.round(v * 10));
        st += dt;
        sv += ticks10;
        stv += dt * ticks10;
      }
      return BigInt(n) * stv - st * sv > 0n;
    }));
});

describe("the firing automaton", () => {
  const one = (clauses: string): TriggerSet => {
    const result = compileTriggers([{ text: `trigger A version 1 { ${clauses} }` }], SIGNALS);
    assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.errors));
    return result.set;
  };
  /** Events of speeds given every 10 s; null is invalid, undefined no sample. */
  function feed(compiled: TriggerSet, speeds: readonly (number | null | undefined)[], tickTo?: number): string[] {
    const { events } = truthRibbons(
      compiled,
      "A",
      speeds.flatMap((v, i) => (v === undefined ? [] : [{ time: i * 10_000, values: { speed: v } }])),
      tickTo,
    );
    return events.map((e) => `${e.kind}@${(e.kind === "onset" || e.kind === "suppressed" ? e.onset : e.at) / 1000}`);
  }

  it("fires at the instant at which a for is complete, between samples", () => {
    assert.deepEqual(feed(one("when speed > 50 km/h for 25 s ;"), [0, 60, 60, 60, 60, 0]), ["onset@35", "cleared@50"]);
  });
  it("does not fire when the value expires before the for is complete", () => {
    assert.deepEqual(feed(one("when speed > 50 km/h for 2 min ;"), [0, 60], 1_000_000), []);
  });
  it("does not fire again after a gap within an episode, and clears when the value is known to be below", () => {
    assert.deepEqual(
      feed(one("when speed > 50 km/h ;"), [0, 60, ...Array.from({ length: 30 }, () => undefined), 60, null, 0, 60]),
      ["onset@10", "cleared@340", "onset@350"],
    );
  });
  it("treats the unknown as false with missing reset, and as true with missing violate", () => {
    assert.deepEqual(feed(one("when speed > 50 km/h ; missing reset ;"), [0, 60, null, 60]), [
      "onset@10",
      "cleared@20",
      "onset@30",
    ]);
    assert.deepEqual(
      feed(one("when speed > 50 km/h ; missing violate after 30 s ;"), [0, null, null, null, null, null, 0]),
      ["degraded@40", "onset@40", "restored@60", "cleared@60"],
    );
  });
  it("keeps firing for a while and takes a new T back in", () => {
    assert.deepEqual(feed(one("when speed > 50 km/h ; keep firing 25 s ;"), [60, 0, 60, 0, 0, 0, 0]), [
      "onset@0",
      "cleared@55",
    ]);
  });
  it("records an onset within the cooldown as suppressed", () => {
    assert.deepEqual(feed(one("when speed > 50 km/h ; cooldown 30 s ;"), [0, 60, 0, 60, 0, 0, 60]), [
      "onset@10",
      "cleared@20",
      "suppressed@30",
      "onset@60",
    ]);
  });
  it("clears with hysteresis", () => {
    assert.deepEqual(
      feed(one("when speed > 50 km/h ; clear when speed < 40 km/h for 15 s ;"), [0, 60, 45, 60, 30, 30, 30, 60]),
      ["onset@10", "cleared@55", "onset@70"],
    );
  });
  it("judges by the law in force at event time", () => {
    const compiled = one("when speed > 50 km/h ; effective from 2026-01-02 to 2026-01-02 ;");
    const at = (text: string) => Date.parse(`${text}+08:00`);
    const { events } = truthRibbons(
      compiled,
      "A",
      ["2026-01-01T12:00:00", "2026-01-01T23:59:50"].map((t) => ({ time: at(t), values: { speed: 60 } })),
      at("2026-01-02T00:00:30"),
    );
    assert.deepEqual(
      events.map((e) => [e.kind, e.kind === "onset" && e.onset]),
      [["onset", at("2026-01-02T00:00:00")]],
    );
    const after = truthRibbons(
      compiled,
      "A",
      [0, 60].map((speed, i) => ({ time: at("2026-01-03T00:00:00") + i * 1000, values: { speed } })),
    );
    assert.deepEqual(after.events, []);
  });
  it("does not let one sample of another signal end a for", () => {
    const compiled = one("when speed > 50 km/h for 25 s and soc > 5 % ;");
    const { events } = truthRibbons(compiled, "A", [
      { time: 0, values: { speed: 0, soc: 50 } },
      { time: 10_000, values: { speed: 60 } },
      { time: 20_000, values: { soc: 49 } },
      { time: 50_000, values: { soc: 48 } },
    ]);
    assert.deepEqual(
      events.map((e) => (e.kind === "onset" ? [e.onset, e.conditionSince] : e.kind)),
      [[35_000, 10_000]],
    );
  });
});

describe("appliesTo", () => {
  it("judges registry attributes; an unknown one satisfies nothing", () => {
    const result = compileTriggers(
      [
        {
          text: 'trigger A version 1 { applies to vehicle where powertrain in ["BEV", "PHEV"] and not (maker == "X") ; when speed > 5 km/h ; }',
        },
      ],
      SIGNALS,
    );
    assert.ok(result.ok);
    const trigger = result.set.triggers[0];
    assert.ok(trigger);
    assert.equal(appliesTo(trigger, "vehicle", { powertrain: "BEV", maker: "Y" }), true);
    assert.equal(appliesTo(trigger, "vehicle", { powertrain: "BEV", maker: "X" }), false);
    assert.equal(appliesTo(trigger, "vehicle", { maker: "Y" }), false);
    assert.equal(appliesTo(trigger, "ai_service", { powertrain: "BEV" }), false);
  });
});
