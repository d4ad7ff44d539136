/** format ∘ parse is the identity on the core, in both keyword sets, and every construct has a sentence. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CATALOGUE } from "@sandglass/signals";
import { Checker } from "../lang/check.ts";
import { canonicalText, versionHashOf, type Cond } from "../lang/core.ts";
import { condition, names, REGIONS, trigger } from "../lang/generated.fixture.ts";
import { parseExpression } from "../lang/parse-expression.ts";
import { Scanner } from "../lang/scanner.ts";
import { compileTriggers } from "../set.ts";
import { describeCond, describeCore } from "./describe.ts";
import { formatCond, formatCore } from "./format.ts";

const LANGUAGES = ["en", "zh"] as const;

function parsed(text: string): Cond {
  const scanner = new Scanner(text, names);
  const expr = parseExpression(scanner);
  assert.ok(scanner.done, `not read to the end: ${text.slice(scanner.at)}`);
  return new Checker(names, new Map(), new Map(), { minSamples: 0 }).condition(expr);
}

describe("formatting", () => {
  it("a condition and reading it again gives the same condition, in both languages", () => {
    fc.assert(
      fc.property(condition, fc.constantFrom(...LANGUAGES), (cond, language) => {
        const text = formatCond(cond, language, names);
        assert.equal(canonicalText(parsed(text)), canonicalText(cond), text);
      }),
      { numRuns: 1000 },
    );
  });

  it("a trigger and compiling it again gives the same version, whichever languages it passes through", () => {
    let compiled = 0;
    fc.assert(
      fc.property(trigger, (core) => {
        const hash = versionHashOf(core);
        for (const language of LANGUAGES) {
          const text = formatCore(core, language, names);
          const result = compileTriggers([{ text }], CATALOGUE, { regions: REGIONS, bytesPerSubject: 1e9 });
          if (!result.ok) {
            // What it says may be refused (E3, E5, E6 …); that it can be read may not.
            const unread = result.errors.filter((e) => !REFUSALS.has(e.code));
            assert.deepEqual(unread, [], text);
            continue;
          }
          const again = [...result.set.triggers, ...result.set.screenings][0];
          assert.equal(again?.versionHash, hash, text);
          const other = formatCore(again.core, language === "en" ? "zh" : "en", names);
          const back = compileTriggers([{ text: other }], CATALOGUE, { regions: REGIONS, bytesPerSubject: 1e9 });
          assert.ok(back.ok);
          assert.equal([...back.set.triggers, ...back.set.screenings][0]?.versionHash, hash, other);
          compiled++;
        }
      }),
      { numRuns: 250 },
    );
    assert.ok(compiled > 100, `only ${compiled} of the generated triggers compile`);
  });
});

const REFUSALS = new Set([
  "SG_TRIGGER_NEVER_TRUE",
  "SG_TRIGGER_UNOBSERVABLE",
  "SG_TRIGGER_SEVERITY",
  "SG_TRIGGER_TOO_LARGE",
]);

describe("plain sentences", () => {
  it("exist for every construct, in the language asked for", () => {
    fc.assert(
      fc.property(condition, (cond) => {
        const en = describeCond(cond, "en", names);
        const zh = describeCond(cond, "zh", names);
        assert.doesNotMatch(en, /undefined|\[object|NaN|\p{Script=Han}/u);
        assert.doesNotMatch(zh, /undefined|\[object|NaN/);
        assert.match(zh, /\p{Script=Han}/u);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(trigger, (core) => {
        for (const language of LANGUAGES) {
          const sentence = describeCore(core, language, names);
          assert.doesNotMatch(sentence, /undefined|\[object|NaN/);
          assert.match(sentence, language === "en" ? /^Fires .*\.$/s : /触发.*。$/s);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("do not say the words of a signal's name twice", () => {
    const of = (text: string, language: "en" | "zh") => describeCond(parsed(text), language, names);
    assert.equal(of("alarm.level == 2", "en"), "highest alarm level is 2");
    assert.equal(of("alarm.level >= 3", "en"), "highest alarm level is at least 3");
    assert.equal(of("alarm.level in [1, 2]", "en"), "highest alarm level is one of 1, 2");
    assert.equal(of("alarm.level == 2", "zh"), "最高报警等级为2级");
    assert.equal(of('charge.state == "parked charging"', "en"), "charging state is parked charging");
  });

  it("say how often, when, and of what is awaited that it does not come", () => {
    const of = (text: string, language: "en" | "zh" = "en") => describeCond(parsed(text), language, names);
    const fast = "speed > 9 km/h";
    assert.equal(of("collision at least 1 times in last 1 h"), 'the event "collision" occurs at least once in 1 hour');
    assert.equal(
      of(`rising(${fast}) more than 3 times in last 1 d`),
      "it becomes true more than 3 times in 1 day that speed is above 9 km/h",
    );
    assert.equal(
      of(`after collision, no rising(${fast}) within 10 s`),
      'within 10 seconds after the event "collision", it does not become true that speed is above 9 km/h',
    );
    assert.equal(
      of(`${fast} since[5 s, 1 min] soc < 3 %`),
      "speed has been above 9 km/h ever since, between 5 seconds and 1 minute ago, state of charge was below 3 %",
    );
    assert.equal(
      of(`${fast} in at least 5 of samples in last 1 d`),
      "in at least 5 samples of the last day, speed was above 9 km/h",
    );
    assert.equal(of(`${fast} in at least 5 of samples in last 1 d`, "zh"), "过去1 天内至少5个样本满足“车速高于9 km/h”");
  });

  it("say of several occurrences how often any of them happens", () => {
    assert.equal(
      describeCond(parsed("(collision or rising(soc < 3 %)) at least 2 times in last 1 d"), "en", names),
      'it happens at least 2 times in 1 day that the event "collision" occurs or it becomes true that state of charge is below 3 %',
    );
  });

  const SENTENCES: readonly (readonly [text: string, en: string, zh: string])[] = [
    ["not (speed > 9 km/h)", "speed is at most 9 km/h", "车速不高于9 km/h"],
    ["not (speed between 5 km/h and 9 km/h)", "speed is not between 5 km/h and 9 km/h", "车速不介于5 km/h与9 km/h之间"],
    ['weather in ["snow"]', "weather is snow", "天气为雪"],
    ['not (weather in ["snow", "fog"])', "weather is none of snow, fog", "天气不为雪、雾中的任何一个"],
    [
      "not (alarm.insulation and soc < 3 %) for 5 s",
      "it is not the case that (insulation alarm is set and state of charge is below 3 %) for 5 seconds",
      "并非（绝缘报警置位，且荷电状态低于3 %）持续5 秒",
    ],
    [
      "alarm.insulation implies soc < 3 %",
      "it holds that if insulation alarm is set, then state of charge is below 3 %",
      "“若绝缘报警置位，则荷电状态低于3 %”成立",
    ],
    [
      "once[10 s, 5 min](soc < 3 %)",
      "at some instant of the time from 5 minutes to 10 seconds ago, state of charge was below 3 %",
      "在5 分钟前至10 秒前之间荷电状态曾低于3 %",
    ],
    [
      "historically[0, 1 h](soc < 3 %)",
      "throughout the last hour, state of charge was below 3 %",
      "过去1 小时内荷电状态始终低于3 %",
    ],
    [
      "soc < 3 % since[0, 5 min] rising(alarm.insulation)",
      "state of charge has been below 3 % ever since, at most 5 minutes ago, it became true that insulation alarm was set",
      "自绝缘报警变为置位时起（至多5 分钟前），荷电状态一直低于3 %",
    ],
    [
      "falling(alarm.level >= 2)",
      "it ceases to be true that highest alarm level is at least 2",
      "最高报警等级变为低于2",
    ],
    [
      "rate(max_cell_temp) >= 1 °C/min",
      "the rate of change of highest cell temperature is at least 1 °C/min",
      "最高单体温度的变化率不低于1 °C/min",
    ],
    [
      "abs(total_current) > max2(soc, 5 %) / 1 % * 1 A",
      "the absolute value of total current is above ((the greater of state of charge and 5 %) divided by 1 %) times 1 A",
      "总电流的绝对值高于（（荷电状态与5 %中的较大者）与1 %之比）与1 A之积",
    ],
  ];
  for (const [text, en, zh] of SENTENCES)
    it(`read like ${en}`, () => {
      assert.equal(describeCond(parsed(text), "en", names), en);
      assert.equal(describeCond(parsed(text), "zh", names), zh);
    });
});
