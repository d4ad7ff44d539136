import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, createMonitor, type FiringEvent, type Monitor } from "../mod.ts";
import type { SubjectState } from "./state.ts";
import { START } from "./traces.fixture.ts";

const compiled = compileTriggers(
  [
    {
      text: `trigger R version 1 {
        when rate(max_cell_temp) >= 1 °C/s for 3 s ;
        requires period <= 1 s ;
        missing unknown after 2 s ;
        severity 1 ;
      }`,
    },
  ],
  SIGNALS,
);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
const { set } = compiled;

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
});
