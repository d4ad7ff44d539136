import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CATALOGUE, SIGNALS } from "@sandglass/signals";
import { compileTriggers, type TriggerError, type TriggerSet } from "../mod.ts";
import { sha256Hex } from "./sha256.ts";
import { convert, matchUnit, parseUnit, sameDimension } from "./units.ts";

function set(text: string): TriggerSet {
  const result = compileTriggers([{ text }], CATALOGUE);
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.errors));
  return result.set;
}

function errors(text: string): readonly TriggerError[] {
  const result = compileTriggers([{ text }], CATALOGUE);
  assert.equal(result.ok, false, "the text should not compile");
  return result.ok ? [] : result.errors;
}

const when = (condition: string, more = "") => `trigger A version 1 { when ${condition} ; ${more} }`;
const hash = (text: string) => set(text).triggers[0]?.versionHash;

describe("sha256Hex", () => {
  it("equals the platform's SHA-256", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        assert.equal(sha256Hex(text), createHash("sha256").update(text, "utf8").digest("hex"));
      }),
    );
    assert.equal(sha256Hex("a".repeat(100_000)), createHash("sha256").update("a".repeat(100_000)).digest("hex"));
  });
});

describe("units", () => {
  const value = (v: number, from: string, to: string, difference = false) => {
    const a = parseUnit(from);
    const b = parseUnit(to);
    assert.ok(a && b && sameDimension(a, b), `${from} and ${to}`);
    return convert(v, a, b, difference);
  };
  it("converts without binary noise", () => {
    assert.equal(value(300, "mV", "V"), 0.3);
    assert.equal(value(36, "km/h", "m/s"), 10);
    assert.equal(value(0.5, "kOhm", "Ohm"), 500);
    assert.equal(value(1, "°C", "K"), 274.15);
    assert.equal(value(8, "K", "Cel", true), 8);
    assert.equal(value(60, "Cel/min", "Cel/s", true), 1);
    assert.equal(value(1, "r/min", "/min"), 1);
  });
  it("knows people's spellings and does not take the beginning of a word for a unit", () => {
    assert.equal(matchUnit("Ω/V for", 0)?.unit.code, "Ohm/V");
    assert.equal(matchUnit(" m/s² ", 1)?.unit.code, "m/s2");
    assert.equal(matchUnit("and x", 0), undefined);
    assert.equal(matchUnit("Volt", 0), undefined);
    assert.equal(matchUnit("摄氏度 持续", 0)?.unit.code, "Cel");
  });
  it("never confuses dimensions", () => {
    const volt = parseUnit("V");
    const kelvin = parseUnit("Cel");
    assert.ok(volt && kelvin && !sameDimension(volt, kelvin));
    assert.equal(parseUnit("__proto__"), undefined);
    assert.equal(parseUnit("constructor"), undefined);
  });
});

describe("the identity of a version", () => {
  it("is the same in both languages, with aliases, other units and other layout", () => {
    const a = hash(
      'trigger X version 2 "Hot" / "过热" { when max_cell_temp > 60 °C for 1 min and speed > 36 km/h ; severity 2 ; effect suspend ; }',
    );
    assert.equal(
      hash('触发器 X 版本 2 "Hot" / "过热" { 当 最高单体温度>60℃ 持续 60 秒 且 车速>10 m/s; 等级 2; 效果 暂停; }'),
      a,
    );
    assert.equal(
      hash(
        'trigger X version 2 "Hot" / "过热" { // same\n effect suspend ; severity 2 ; when (Highest cell temperature > 333.15 K) for 60000 ms 且 speed > 10 m/s }',
      ),
      a,
    );
    assert.equal(
      hash(
        'trigger X version 2 "Hot" / "过热" { let hot = max_cell_temp > 60 °C ; when hot for 1 min and speed > 36 km/h ; severity 2 ; effect suspend ; }',
      ),
      a,
    );
  });
  it("changes with the meaning", () => {
    const base = hash(when("speed > 5 km/h"));
    assert.notEqual(hash(when("speed >= 5 km/h")), base);
    assert.notEqual(hash(when("speed > 5 km/h", "effect suspend ;")), base);
    assert.notEqual(hash("trigger A version 2 { when speed > 5 km/h ; }"), base);
  });
  it("takes names of parts in either script, glued to keywords too", () => {
    const plain = hash(when("max_cell_temp > 60 °C and speed > 5 km/h"));
    assert.equal(
      hash("trigger A version 1 { let 过热 = 最高单体温度>60℃ ; 令 行驶 = 车速>5km/h; 当 过热且行驶 ; }"),
      plain,
    );
    assert.equal(
      hash(
        "令 过热 = 最高单体温度 > 60 °C ; trigger A version 1 { let moving = speed > 5 km/h ; when 过热 and moving }",
      ),
      plain,
    );
  });
  it("reads `not P for D` as (not P) for D", () => {
    assert.equal(hash(when("not valid(soc) for 2 min")), hash(when("(not valid(soc)) for 2 min")));
    assert.notEqual(hash(when("not valid(soc) for 2 min")), hash(when("not (valid(soc) for 2 min)")));
    assert.equal(hash(when("非 有效(荷电状态) 持续 2 分钟")), hash(when("not valid(soc) for 2 min")));
  });
  it("survives formatting in either language", () => {
    const conditions = [
      "max_cell_temp > 60 °C for 30 s",
      "not (speed > 5 km/h or soc < 10 %)",
      "abs(delta(soc over 1 min)) > 15 %",
      "(max_cell_voltage - min_cell_voltage) * 2 > 300 mV in at least 80 % of samples in last 10 min",
      "rising(alarm.level >= 3) more than 3 times in last 24 h",
      "alarm.level >= 2 within last 30 min and not valid(soc)",
      "after rising(alarm.insulation), no falling(alarm.insulation) within 10 min",
      "after alarm.insulation, speed > 5 km/h within 10 s",
      "(speed > 5 km/h implies soc > 5 %) and charge.state in [1, 4]",
      "speed > 5 km/h since[5 s, 10 min] alarm.insulation",
      "once[10 s, 1 min](speed > 5 km/h) or historically[0, 5 min](speed > 1 km/h)",
      "quantile(speed, 0.95 over 5 min) > 100 km/h",
      "slope(soc over 5 min) < -1 %/min",
      "min2(max_cell_temp, 50 °C) >= 40 °C",
      "age(soc) > 5 min",
      "temp_spread > 15 K in more than 50 % of time in last 5 min",
      "speed between 5 km/h and 20 km/h",
      'charge.state == "parked charging"',
      "-total_current > 10 A",
      "rate(max_cell_temp) >= 1 °C/s",
      "(speed > 5 km/h for 10 s) within last 1 min",
      "speed > 5 km/h at most 3 times in last 1 h",
      "not (speed > 5 km/h for 10 s)",
      "not not alarm.insulation for 10 s",
      "not (after alarm.insulation, no alarm.brake_system within 10 s)",
    ];
    for (const condition of conditions) {
      const first = set(
        when(condition, "clear when soc > 50 % for 1 min ; keep firing 30 s ; missing reset ; clock time ;"),
      ).triggers[0];
      assert.equal(hash(first?.text.en ?? ""), first?.versionHash, condition);
      assert.equal(hash(first?.text.zh ?? ""), first?.versionHash, first?.text.zh);
    }
  });
});

describe("compile errors", () => {
  const cases: readonly [
    name: string,
    text: string,
    code: string,
    line: number,
    column: number,
    suggestion?: string,
  ][] = [
    [
      "an unknown signal",
      "trigger A version 1 {\n  when max_cel_temp > 60 °C ;\n}",
      "SG_TRIGGER_UNKNOWN_NAME",
      2,
      8,
      "max_cell_temp",
    ],
    [
      "an unknown Chinese name",
      "触发器 A 版本 1 { 当 最高单体温渡 > 60 °C ; }",
      "SG_TRIGGER_UNKNOWN_NAME",
      1,
      16,
      "最高单体温度",
    ],
    ["a bare number against a unit", when("speed > 60"), "SG_TRIGGER_UNIT", 1, 36, "60 km/h"],
    ["a wrong dimension", when("speed > 60 V"), "SG_TRIGGER_UNIT", 1, 36, "km/h"],
    ["a number as a condition", when("speed"), "SG_TRIGGER_TYPE", 1, 28],
    ["a condition as a number", when("(speed > 5 km/h) > 3"), "SG_TRIGGER_TYPE", 1, 28],
    ["a list signal", when("motor.temp > 100 °C"), "SG_TRIGGER_TYPE", 1, 28, "max_motor_temp"],
    ["a single equals sign", when("alarm.level = 3"), "SG_TRIGGER_SYNTAX", 1, 40, "=="],
    ["a duration without a unit", when("speed > 5 km/h for 30"), "SG_TRIGGER_SYNTAX", 1, 47, "30 s"],
    [
      "a misspelt clause",
      "trigger A version 1 { when speed > 5 km/h ; severty 2 ; }",
      "SG_TRIGGER_SYNTAX",
      1,
      45,
      "severity",
    ],
    ["an unbounded operator (E7)", when("once(speed > 5 km/h)"), "SG_TRIGGER_UNBOUNDED", 1, 28, "[0, 1 h]"],
    [
      "a rate that cannot be observed (E3)",
      when("rate(max_cell_temp) > 1 °C/s for 3 s"),
      "SG_TRIGGER_UNOBSERVABLE",
      1,
      28,
      "requires period <= 1.5 s",
    ],
    ["a condition out of range (E5)", when("soc > 100 %"), "SG_TRIGGER_NEVER_TRUE", 1, 28],
    ["requirements that leave no value (E5)", when("soc < 10 % and soc > 20 %"), "SG_TRIGGER_NEVER_TRUE", 1, 28],
    ["limits the wrong way round (E5)", when("speed between 60 km/h and 20 km/h"), "SG_TRIGGER_NEVER_TRUE", 1, 28],
    ["an event that should last (E5)", when("takeover_request for 10 s"), "SG_TRIGGER_NEVER_TRUE", 1, 28],
    [
      "more than all samples (E5)",
      when("soc < 9 % in more than 100 % of samples in last 5 min"),
      "SG_TRIGGER_NEVER_TRUE",
      1,
      28,
    ],
    ["more than all coverage", when("speed > 5 km/h", "requires coverage >= 180 % ;"), "SG_TRIGGER_TYPE", 1, 45],
    [
      "a severity that never applies (E6)",
      when("speed > 5 km/h", "severity 3 ; severity 2 when soc < 5 % ;"),
      "SG_TRIGGER_SEVERITY",
      1,
      58,
    ],
    ["an unknown value name", when('charge.state == "parked chargin"'), "SG_TRIGGER_TYPE", 1, 44, "parked charging"],
    [
      "a signal mixed with attributes in where",
      'trigger A version 1 { applies to vehicle where (soc > 20 % or model == "X") ; when speed > 5 km/h ; }',
      "SG_TRIGGER_TYPE",
      1,
      49,
    ],
    ["a unit that is none", when("speed > 60 kmh"), "SG_TRIGGER_SYNTAX", 1, 39, "km/h"],
    ["a keyword in capitals", when("speed > 60 km/h AND soc < 5 %"), "SG_TRIGGER_SYNTAX", 1, 44, "and"],
    ["a comparison turned round", when("speed => 60 km/h"), "SG_TRIGGER_SYNTAX", 1, 34, ">="],
    ["a comparison in Chinese words", "触发器 A 版本 1 { 当 车速大于等于50 km/h ; }", "SG_TRIGGER_SYNTAX", 1, 18, ">="],
    ["another word for and", "触发器 A 版本 1 { 当 绝缘报警 并且 车速 > 5 km/h ; }", "SG_TRIGGER_SYNTAX", 1, 21, "且"],
    ["no when", "trigger A version 1 { severity 2 ; }", "SG_TRIGGER_SYNTAX", 1, 9],
    ["two triggers of one id", `${when("speed > 5 km/h")}\n${when("speed > 6 km/h")}`, "SG_TRIGGER_DUPLICATE", 2, 9],
    ["a let that defines itself", "trigger A version 1 { let x = not x ; when x ; }", "SG_TRIGGER_SYNTAX", 1, 35],
    [
      "an unknown function",
      when("quantil(speed, 0.5 over 1 min) > 5 km/h"),
      "SG_TRIGGER_UNKNOWN_NAME",
      1,
      28,
      "quantile",
    ],
    [
      "a fleet window beyond 90 days (E8)",
      when("more than 2 % of active vehicle in group project have alarm.insulation in last 100 d"),
      "SG_TRIGGER_WINDOW",
      1,
      28,
      "in last 90 d",
    ],
  ];
  for (const [name, text, code, line, column, suggestion] of cases) {
    it(`points at ${name}`, () => {
      const [first] = errors(text);
      assert.deepEqual(
        { code: first?.code, line: first?.line, column: first?.column },
        { code, line, column },
        first?.message,
      );
      if (suggestion !== undefined) assert.equal(first?.suggestion, suggestion);
      assert.match(first?.messageZh ?? "", /\p{Script=Han}/u);
      assert.doesNotMatch(first?.message ?? "", /[，。；“”]/);
      assert.ok(first?.suggestion && first.suggestionZh, "every error says what to write instead");
    });
  }

  it("does not take alternatives, or what holds at other times, for a contradiction", () => {
    for (const condition of [
      "soc < 10 % or soc > 20 %",
      "soc <= 10 % and soc >= 10 %",
      "soc > 10 % and once[0, 5 min](soc < 5 %)",
      "takeover_request and soc > 5 %",
      "takeover_request within last 10 s",
      "(takeover_request for 10 s) or soc > 5 %",
    ])
      assert.ok(compileTriggers([{ text: when(condition) }], CATALOGUE).ok, condition);
  });

  it("reports several errors of one text", () => {
    const found = errors(
      "trigger A version 1 { when speed > ; severty 2 ; cooldown 3 ; }\ntrigger B version 1 { when nothing > 3 ; }",
    );
    assert.deepEqual(
      found.map((e) => [e.line, e.code]),
      [
        [1, "SG_TRIGGER_SYNTAX"],
        [1, "SG_TRIGGER_SYNTAX"],
        [1, "SG_TRIGGER_SYNTAX"],
        [2, "SG_TRIGGER_UNKNOWN_NAME"],
      ],
    );
  });

  it("refuses a trigger whose state would be too large (E4)", () => {
    const result = compileTriggers([{ text: when("avg(speed over 10 min) > 5 km/h") }], SIGNALS, {
      bytesPerSubject: 1000,
    });
    assert.equal(result.ok, false);
    if (!result.ok) assert.equal(result.errors[0]?.code, "SG_TRIGGER_BUDGET");
  });
});
