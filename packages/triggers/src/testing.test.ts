import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import {
  compileTriggers,
  judgeSubject,
  runScreeningCase,
  runTestCase,
  TestCaseError,
  type ScreeningCase,
  type TestCase,
  type TriggerSet,
} from "./mod.ts";

function set(text: string): TriggerSet {
  const result = compileTriggers([{ text }], CATALOGUE);
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.errors));
  return result.set;
}
const run = (text: string, test: Omit<TestCase, "name">) => runTestCase(set(text), { name: "t", ...test });

describe("a test case", () => {
  const hot =
    "trigger A version 1 { when max_cell_temp > 60 °C for 30 s ; severity 2 ; severity 3 when max_cell_temp > 70 °C ; }";
  it("states its expectations as text", () => {
    const series = { 最高单体温度: "40x2 65x5 75 30" };
    const expect = ["firing A at 50 s level 2", "escalated A at 70 s level 3", "cleared A at 80 s"];
    assert.equal(run(hot, { every: "10 s", series, expect }).problem, undefined);
    assert.match(run(hot, { every: "10 s", series, expect: expect.slice(1) }).problem ?? "", /got onset of A at 50 s/);
    assert.throws(() => run(hot, { every: "10 s", series, expect: ["fires A"] }), TestCaseError);
  });
  it("feeds text values, named values and bare frames", () => {
    const text =
      'trigger A version 1 { when active_function == "valet parking" and charge.state == "not charging" ; } trigger B version 1 { when offline for 5 min ; }';
    const result = run(text, {
      every: "1 min",
      series: {
        active_function: '"highway pilot" "valet parking"x2',
        "charge.state": '"not charging"x3',
        $frame: "1x3 _x5 1",
      },
      until: "8 min",
      expect: ["firing A at 1 min", "firing B at 7 min", "cleared B at 8 min"],
    });
    assert.equal(result.problem, undefined);
    assert.throws(
      () => run(text, { every: "1 s", series: { speed: "1" }, expect: [] }),
      /no trigger of the set reads "speed"/,
    );
  });
  it("starts at a time of day", () => {
    const text = "trigger A version 1 { when time of day between 22:00 and 06:00 and speed > 5 km/h ; }";
    const series = { speed: "50x6" };
    assert.equal(
      run(text, { every: "30 s", start: "21 h 59 min", series, expect: ["firing A at 60 s"] }).problem,
      undefined,
    );
  });
  it("screens a population by its series", () => {
    const triggers = set(
      "trigger F version 1 { when more than 2 % of active vehicle in group project have (alarm.insulation for 1 min) in last 1 h ; requires samples >= 50 ; }",
    );
    const series = (on: boolean) => ({ "alarm.insulation": on ? "1x6" : "0x6" });
    const test = (count: number): ScreeningCase => ({
      name: "t",
      trigger: "F",
      every: "30 s",
      judged: "10 min",
      subjects: [
        { count: 50 - count, group: "p", series: series(false) },
        { count, group: "p", series: series(true) },
        { count: 10, group: "p", series: { "alarm.insulation": "!" } },
        { count: 3, group: "q", series: series(true) },
      ],
      expect: [
        { group: "p", verdict: count > 1 ? "T" : "F", count },
        { group: "q", verdict: "U" },
      ],
    });
    assert.equal(runScreeningCase(triggers, test(2)), undefined);
    assert.equal(runScreeningCase(triggers, test(1)), undefined);
    assert.match(runScreeningCase(triggers, { ...test(2), expect: [] }) ?? "", /expected 0 results/);
  });
});

describe("judging one subject of a screening", () => {
  const [screening] = set(
    "trigger F version 1 { when at least 1 of registered vehicle have (alarm.level >= 2 for 1 min) in last 10 min ; }",
  ).screenings;
  assert.ok(screening);
  const { plan } = screening;
  const MIN = 60_000;
  const samples = (from: number, to: number) =>
    Array.from({ length: (to - from) / 30_000 + 1 }, (_, i) => ({
      time: from + i * 30_000,
      values: { "alarm.level": 2 },
    }));
  it("holds if it was true at some instant of the window, also when it began before", () => {
    const long = samples(0, 5 * MIN);
    assert.deepEqual(judgeSubject(plan, long, 14 * MIN), {
      active: true,
      holds: true,
      longitude: undefined,
      latitude: undefined,
    });
    // Held until 6.5 min: the window (6.5, 16.5] no longer sees it.
    assert.equal(judgeSubject(plan, long, 16.5 * MIN).holds, false);
    assert.equal(judgeSubject(plan, long, 16.5 * MIN - 1).holds, true);
    assert.equal(judgeSubject(plan, long, 16 * MIN).active, false);
    assert.equal(judgeSubject(plan, samples(0, 30_000), 1 * MIN).holds, true);
    assert.equal(judgeSubject(plan, samples(0, 30_000), 1 * MIN - 1).holds, false);
  });
});
