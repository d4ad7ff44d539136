import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createMonitor, type Economy, type FiringEvent, type Monitor } from "../mod.ts";
import type { MonitorSettings } from "./monitor.ts";
import { compileTexts } from "./random-triggers.fixture.ts";
import type { SubjectState } from "./state.ts";
import { observations, START, trace, type Trace } from "./traces.fixture.ts";

const set = compileTexts([
  `trigger R version 1 {
    when rate(max_cell_temp) >= 1 °C/s for 3 s ;
    requires period <= 1 s ;
    missing unknown after 2 s ;
    severity 1 ;
  }`,
]);

/** Reports a temperature per second from START on; those that are undefined do not come. */
function report(monitor: Monitor, temperatures: readonly (number | undefined)[]): [SubjectState, FiringEvent[]] {
  const s = monitor.create("v");
  const events: FiringEvent[] = [];
  temperatures.forEach((value, second) => {
    if (value === undefined) return;
    const time = START + 1000 * second;
    monitor.step(s, time, Float64Array.of(value), Uint8Array.of(1), second, (e) => events.push(e));
  });
  return [s, events];
}

const LONG = Array.from({ length: 20 }, () => 30);
const GENERATED = { generateAfter: 0 };

/** Limits that the walks of `trace` cross now and then. */
const rate = fc
  .tuple(
    fc.constantFrom(
      "rate(speed) > 2 km/h/s",
      "rate(speed) < -2 km/h/s",
      "rate(speed) <= 1 km/h/s",
      "rate(soc) >= 1 %/s",
    ),
    fc.constantFrom("", " for 2 s", " for 3 s", " for 12 s"),
  )
  .map((parts) => parts.join(""));
const atom = fc.oneof(
  { weight: 3, arbitrary: rate },
  {
    weight: 1,
    arbitrary: fc.constantFrom("soc > 47 %", "avg(speed over 1 min) > 55 km/h", "speed > 55 km/h for 20 s"),
  },
);
const join = (word: string) => (parts: readonly string[]) => `(${parts.join(` ${word} `)})`;
const condition = fc.oneof(
  atom,
  fc.tuple(atom, atom).map(join("and")),
  fc.tuple(atom, atom).map(join("or")),
  fc.tuple(atom, atom).map(join("since[0, 1 min]")),
  atom.map((one) => `not (${one})`),
  atom.map((one) => `(${one}) within last 10 s`),
);
const rule = fc
  .tuple(
    condition,
    fc.option(condition, { freq: 2 }),
    fc.constantFrom("", "missing unknown after 2 s ;", "missing reset ;", "keep firing 20 s ;"),
  )
  .map(
    ([when, clear, more]) =>
      `trigger G version 1 { when ${when} ; requires period <= 1 s ; severity 1 ; ${clear === null ? "" : `clear when ${clear} ;`} ${more} }`,
  );

function eventsOf(text: string, settings: MonitorSettings, given: Trace): readonly FiringEvent[] {
  const monitor = createMonitor(compileTexts([text]), settings);
  const { inputs } = monitor.set;
  let s = monitor.create("v");
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent): void => void events.push(event);
  const values = new Float64Array(inputs.length);
  const present = new Uint8Array(inputs.length);
  let ref = 0;
  for (const { time, before, frame } of observations(monitor.set, given, values, present)) {
    const { dt, tick, save } = frame;
    if (settings.everyTime !== true) {
      if (tick !== undefined) monitor.tick(s, before + Math.floor(dt * tick), emit);
      if (save) s = monitor.load(monitor.save(s));
    }
    monitor.step(s, time, values, present, ++ref, emit);
  }
  return events;
}

describe("a rate that is beyond its limit for one report", () => {
  it("ends no guard", () => {
    for (const settings of [{}, GENERATED]) {
      const [s] = report(createMonitor(set, settings), [...LONG, 31, 31, 31, 32, 32]);
      assert.ok((s.quiet[3] as number) > 15, "observations are still in the log");
    }
  });

  it("fires when the reports that follow go on", () => {
    for (const settings of [{}, GENERATED, { everyTime: true }]) {
      const [, events] = report(createMonitor(set, settings), [...LONG, 31, 32, 33, 34]);
      assert.deepEqual(
        events.map(({ kind, ...e }) => [kind, "conditionSince" in e && e.conditionSince, "onset" in e && e.onset]),
        [["onset", START + 19_000, START + 22_000]],
      );
    }
  });

  it("is told as the first witness, also by a rule that is evaluated later", () => {
    const later = compileTexts([
      `trigger R version 1 {
        when rate(max_cell_temp) >= 1 °C/s for 3 s ;
        requires period <= 1 s ;
        severity 1 ;
        clear when delta(max_cell_temp over 10 s) < 1 °C for 5 s ;
      }`,
    ]);
    const given = [...LONG.map((t, i) => t + (i % 2) / 2), 31, 32, 33, 34];
    for (const rules of [set, later])
      for (const settings of [{}, GENERATED]) {
        const [, events] = report(createMonitor(rules, settings), given);
        assert.deepEqual(events, report(createMonitor(rules, { everyTime: true }), given)[1]);
        const [onset] = events;
        assert.equal(onset?.kind === "onset" && onset.witnesses[0]?.ref, 21);
      }
  });

  it("is known no longer once its time is over and no report has come", () => {
    const gap = [...LONG, 31, ...Array.from({ length: 8 }, () => undefined), 31];
    const expected = [
      { kind: "degraded", trigger: "R", at: START + 24_000 },
      { kind: "restored", trigger: "R", at: START + 29_000 },
    ];
    for (const settings of [{}, GENERATED, { everyTime: true }])
      assert.deepEqual(report(createMonitor(set, settings), gap)[1], expected);
  });

  it("asks for a timer at that time", () => {
    for (const settings of [{}, GENERATED]) {
      const monitor = createMonitor(set, settings);
      const [s] = report(monitor, [...LONG, 31]);
      assert.equal(monitor.nextTimer(s), START + 22_001);
      const [calm] = report(monitor, LONG);
      assert.ok(monitor.nextTimer(calm) > START + 24_001);
    }
  });

  it("emits what it would if every observation were evaluated, whatever asks for it", () => {
    fc.assert(
      fc.property(rule, trace, fc.constantFrom<Economy>("fast", "small", "least"), (text, given, economy) => {
        assert.deepEqual(eventsOf(text, { economy }, given), eventsOf(text, { everyTime: true }, given));
      }),
      { numRuns: 150 },
    );
  });
});
