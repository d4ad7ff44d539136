import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, createMonitor, type FiringEvent, type Monitor, type TriggerSet } from "../mod.ts";
import { observations, PACKS, setsOf, START, trace, type Trace } from "./traces.fixture.ts";

const sets = setsOf(
  PACKS.map((name) => readFileSync(join(import.meta.dirname, "../../../../packs", name, "triggers.tdl"), "utf8")),
);
const all = sets[1] as TriggerSet;

/** Events about the triggers of the first set; where the trace says so, the state goes over to the next set in turn. */
function run(turns: readonly TriggerSet[], given: Trace, moves: boolean) {
  const own = turns[0] as TriggerSet;
  const ids = new Set(own.triggers.map(({ id }) => id));
  let at = 0;
  let monitor: Monitor = createMonitor(own);
  let state = monitor.create("v");
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent): void => void (ids.has(event.trigger) && events.push(event));
  const values = new Float64Array(all.inputs.length);
  const present = new Uint8Array(all.inputs.length);
  let ref = 0;
  let last = START;
  for (const { time, before, frame } of observations(all, given, values, present)) {
    const { dt, tick, save } = frame;
    if (tick !== undefined) monitor.tick(state, before + Math.floor(dt * tick), emit);
    if (moves && save) {
      const source = { layout: monitor.layout(), saved: monitor.save(state) };
      monitor = createMonitor(turns[++at % turns.length] as TriggerSet);
      const carried = monitor.carry([{ ...source, layout: JSON.parse(JSON.stringify(source.layout)) }]);
      assert.ok(carried);
      state = carried;
    }
    const wanted = monitor.set.inputs.map((id) => all.inputs.indexOf(id));
    monitor.step(
      state,
      time,
      Float64Array.from(wanted, (i) => values[i] as number),
      Uint8Array.from(wanted, (i) => present[i] as number),
      ++ref,
      emit,
    );
    last = time;
  }
  monitor.tick(state, last + 3_600_000, emit);
  return { events, status: monitor.status(state).filter(({ trigger }) => ids.has(trigger)) };
}

describe("carried state", () => {
  it("of triggers that stay goes on as if their set had not changed, whatever comes and goes around them", () => {
    let moved = 0;
    fc.assert(
      fc.property(fc.nat(sets.length - 1), trace, (index, given) => {
        const own = sets[index] as TriggerSet;
        const stayed = run([own], given, false);
        const carried = run([own, all], given, true);
        assert.deepEqual(carried, stayed);
        if (given[0].some(({ save }) => save)) moved += stayed.events.length;
      }),
      { numRuns: 300 },
    );
    assert.ok(moved > 100, `${moved} events with a move before or behind`);
  });
});

function compile(text: string): TriggerSet {
  const result = compileTriggers([{ text }], SIGNALS);
  assert.ok(result.ok, JSON.stringify(result.ok ? "" : result.errors));
  return result.set;
}

describe("a version with carry", () => {
  const v1 = compile(
    "trigger HOT version 1 { when max_cell_temp > 60 °C for 30 s ; severity 2 ; clear when max_cell_temp < 50 °C ; }",
  );
  const drive = (
    first: TriggerSet,
    second: TriggerSet,
    samples: readonly (readonly [number, number])[],
    from: number,
  ) => {
    let monitor = createMonitor(first);
    let state = monitor.create();
    const told: unknown[] = [];
    const emit = (e: FiringEvent): void =>
      void told.push([
        e.kind,
        "onset" in e ? (e.onset - START) / 1000 : undefined,
        "at" in e ? (e.at - START) / 1000 : undefined,
        ...(e.kind === "onset" ? [e.version, e.onsetObserved] : []),
      ]);
    samples.forEach(([at, value], i) => {
      if (i === from) {
        const saved = monitor.save(state);
        const next = createMonitor(second);
        state = next.carry([{ layout: monitor.layout(), saved }]) ?? next.create();
        monitor = next;
      }
      monitor.step(state, START + at * 1000, Float64Array.of(value), Uint8Array.of(1), at, emit);
    });
    return told;
  };
  const HEATING = [[-10, 40] as const, ...[0, 10, 20, 30, 40].map((second) => [second, 65] as const)];

  it("keeps what a condition that did not change knows: half of the time has passed already", () => {
    const v2 = compile(
      "trigger HOT version 2 { when max_cell_temp > 60 °C for 30 s ; severity 3 ; clear when max_cell_temp < 50 °C ; carry ; }",
    );
    assert.deepEqual(drive(v1, v2, HEATING, 3), [["onset", 30, undefined, 2, true]]);
  });

  it("without the word starts cold", () => {
    const v2 = compile("trigger HOT version 2 { when max_cell_temp > 60 °C for 30 s ; severity 3 ; }");
    assert.deepEqual(drive(v1, v2, [...HEATING, [50, 65]], 3), [["onset", 50, undefined, 2, false]]);
  });

  it("goes on with the open firing under its own onset, and clears it by its own terms", () => {
    const v2 = compile(
      "trigger HOT version 2 { when max_cell_temp > 62 °C for 30 s ; severity 2 ; clear when max_cell_temp < 55 °C ; carry ; }",
    );
    assert.deepEqual(drive(v1, v2, [...HEATING, [50, 65], [60, 54], [70, 54]], 6), [
      ["onset", 30, undefined, 1, true],
      ["cleared", 30, 60],
    ]);
  });

  it("whose condition is met at once by what is known says that nobody saw it begin", () => {
    const v2 = compile("trigger HOT version 2 { when max_cell_temp > 58 °C ; severity 2 ; carry ; }");
    assert.deepEqual(
      drive(
        v1,
        v2,
        [
          [0, 59],
          [10, 59],
          [20, 59],
        ],
        1,
      ),
      [["onset", 0, undefined, 2, false]],
    );
  });

  it("is refused for many subjects", () => {
    const result = compileTriggers(
      [
        {
          text: "trigger F version 1 { when more than 2 % of active vehicle have alarm.insulation in last 7 d ; carry ; }",
        },
      ],
      SIGNALS,
    );
    assert.ok(!result.ok);
    assert.equal(result.errors[0]?.code, "SG_TRIGGER_UNSUPPORTED");
  });
});
