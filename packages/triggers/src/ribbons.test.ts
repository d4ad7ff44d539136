import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SIGNALS } from "@sandglass/signals";
import {
  compileTriggers,
  describeTrigger,
  effectAt,
  explainFiring,
  formatTrigger,
  shanghaiTime,
  truthRibbons,
  type CompiledTrigger,
  type TriggerSet,
} from "./mod.ts";

const TEXT = `trigger HOT version 1 "Hot while driving" / "行驶中过热" {
  when max_cell_temp > 60 °C for 20 s and speed > 5 km/h ;
  severity 2 ; severity 3 when max_cell_temp > 70 °C ;
  clear when max_cell_temp < 55 °C ;
  effect warn ; effect suspend at severity 3 ;
}`;
const START = Date.UTC(2026, 4, 10, 0, 44, 0);

function compiled(): { set: TriggerSet; trigger: CompiledTrigger } {
  const result = compileTriggers([{ text: TEXT }], SIGNALS);
  assert.ok(result.ok);
  return { set: result.set, trigger: result.set.triggers[0] as CompiledTrigger };
}

const samples = [20, 65, 66, 62, 75, 50].map((max_cell_temp, i) => ({
  time: START + i * 10_000,
  ref: 100 + i,
  values: { max_cell_temp, speed: i === 4 ? null : 40 },
}));

describe("truthRibbons", () => {
  it("draws every sub-condition under its place in the text", () => {
    const { set } = compiled();
    const { ribbons } = truthRibbons(set, "HOT", samples);
    const told = ribbons.map((r) => [
      TEXT.slice(r.range.start, r.range.end),
      r.role,
      r.parent,
      r.spans.map(([a, b, v]) => `${(a - START) / 1000}-${(b - START) / 1000}${v}`).join(" "),
    ]);
    assert.deepEqual(told, [
      ["max_cell_temp > 60 °C for 20 s and speed > 5 km/h", "when", undefined, "0-30F 30-40T 40-50U 50-50F"],
      ["max_cell_temp > 60 °C for 20 s", "when", 0, "0-30F 30-50T 50-50F"],
      ["max_cell_temp > 60 °C", "when", 1, "0-10F 10-50T 50-50F"],
      ["speed > 5 km/h", "when", 0, "0-40T 40-50U 50-50T"],
      ["max_cell_temp > 70 °C", "severity", undefined, "0-40F 40-50T 50-50F"],
      ["max_cell_temp < 55 °C", "clear", undefined, "0-10T 10-50F 50-50T"],
    ]);
  });
  it("tells what the trigger would have said", () => {
    const { set } = compiled();
    assert.deepEqual(
      truthRibbons(set, "HOT", samples).events.map((e) => e.kind),
      ["onset", "escalated", "cleared"],
    );
  });
  it("refuses a trigger that the set does not have", () => {
    assert.throws(() => truthRibbons(compiled().set, "COLD", []), { code: "SG_TRIGGER_RIBBON" });
  });
});

describe("explainFiring", () => {
  const { set, trigger } = compiled();
  const { events } = truthRibbons(set, "HOT", samples);
  const onset = events[0];
  assert.ok(onset?.kind === "onset");

  it("tells rule, duration, samples and margin in English", () => {
    const text = explainFiring(trigger, onset, "en");
    assert.equal(text[0], 'At 2026-05-10 08:44:30 "Hot while driving" (HOT version 1) fired at level 2.');
    assert.match(
      text[1] ?? "",
      /^Rule: Fires \(level 2\) when highest cell temperature is above 60 °C for 20 seconds and speed is above 5 km\/h/,
    );
    assert.equal(text[2], "The condition had been holding since 2026-05-10 08:44:10 (20 s).");
    assert.ok(
      text.includes("First sample: highest cell temperature 65 °C at 2026-05-10 08:44:10 (no. 101).") ||
        text.includes("First sample: Highest cell temperature 65 °C at 2026-05-10 08:44:10 (no. 101)."),
      text.join("\n"),
    );
    assert.ok(
      text.some((s) => s.startsWith("Extreme sample") && s.includes("62 °C")),
      text.join("\n"),
    );
  });
  it("tells the same in Chinese", () => {
    const text = explainFiring(trigger, onset, "zh");
    assert.equal(text[0], "2026-05-10 08:44:30，“行驶中过热”（HOT 第 1 版）以 2 级触发。");
    assert.ok(text.some((s) => s.includes("最高单体温度 65 °C")));
    assert.ok(
      text.every((s) => !/[a-z]{4,}/.test(s)),
      text.join("\n"),
    );
  });
  it("has a sentence for every kind of event", () => {
    for (const event of events)
      for (const language of ["en", "zh"] as const)
        assert.ok((explainFiring(trigger, event, language)[0] ?? "").length > 5);
  });
  it("shows times of Shanghai", () => {
    assert.equal(shanghaiTime(Date.UTC(2026, 0, 1, 16, 0, 0, 5)), "2026-01-02 00:00:00.005");
  });
});

describe("renderings", () => {
  const { trigger } = compiled();
  it("format to text that compiles to the same version", () => {
    for (const language of ["en", "zh"] as const) {
      const again = compileTriggers([{ text: formatTrigger(trigger, language) }], SIGNALS);
      assert.ok(again.ok);
      assert.equal(again.set.triggers[0]?.versionHash, trigger.versionHash);
    }
  });
  it("describe in one sentence per language", () => {
    assert.match(
      describeTrigger(trigger, "en"),
      /clears when highest cell temperature is below 55 °C; asks for a warning/,
    );
    assert.match(describeTrigger(trigger, "zh"), /最高单体温度低于 55 °C 时解除；建议对沙盒项目预警/);
  });
  it("call what `terminate` asks for a review: no trigger ends a project", () => {
    const text = 'trigger END version 1 "End" / "终" { when speed > 1 km/h ; severity 4 ; effect terminate ; }';
    const ending = compileTriggers([{ text }], SIGNALS);
    assert.ok(ending.ok);
    const [only] = ending.set.triggers;
    assert.match(describeTrigger(only!, "en"), /asks for a review for termination of the sandbox project/);
    assert.match(describeTrigger(only!, "zh"), /建议对沙盒项目启动终止审查/);
  });
  it("give the effect of a level", () => {
    assert.deepEqual(
      [2, 3, 4].map((level) => effectAt(trigger, level)),
      ["warn", "suspend", "suspend"],
    );
  });
});
