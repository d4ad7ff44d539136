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
    assert.equal(of("collision at least 1 times in last 1 h"), "collision occurs at least once in 1 hour");
    assert.equal(
      of(`rising(${fast}) more than 3 times in last 1 d`),
      "it becomes true more than 3 times in 1 day that speed is above 9 km/h",
    );
    assert.equal(
      of(`after collision, no rising(${fast}) within 10 s`),
      "within 10 seconds after collision occurs, it does not become true that speed is above 9 km/h",
    );
    assert.equal(
      of(`${fast} since[5 s, 1 min] soc < 3 %`),
      "speed is above 9 km/h ever since state of charge is below 3 % between 5 seconds and 1 minute ago",
    );
    assert.equal(
      of(`${fast} in at least 5 of samples in last 1 d`),
      "in at least 5 samples of the last 1 day, speed is above 9 km/h",
    );
    assert.equal(of(`${fast} in at least 5 of samples in last 1 d`, "zh"), "过去1 天内至少5个样本满足：车速高于9 km/h");
  });
});
