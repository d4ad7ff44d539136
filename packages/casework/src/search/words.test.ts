import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { askedWords, hasWords, wordsOf } from "./words.ts";

test("Chinese is taken apart into pairs and its last character, other scripts into words in lower case", () => {
  assert.deepEqual(wordsOf("电池起火"), ["电池", "池起", "起火", "火"]);
  assert.deepEqual(wordsOf("Model ＡＢ-12 电池 v2"), ["model", "ab", "12", "电池", "池", "v2"]);
  assert.deepEqual(wordsOf("EV-BAT-001"), ["ev", "bat", "001"]);
  assert.deepEqual(wordsOf("第2次 召回"), ["第", "2", "次", "召回", "回"]);
});

test("any part of a Chinese text is found, also one character; a word is found by its beginning", () => {
  const text = "某型纯电动乘用车电池包起火事故 Thermal runaway";
  for (const query of ["起火", "电池包", "火", "故", "乘用车 起火", "therm", "RUNAWAY 电池"])
    assert.ok(hasWords(text, query), query);
  for (const query of ["火灾", "unaway", "电池 召回", "", "，。", "事故者"]) assert.ok(!hasWords(text, query), query);
});

test("what looks like a VIN is no word, neither in a text nor in a query", () => {
  assert.deepEqual(wordsOf("车辆 LSVAU2180N2183294 检查"), ["车辆", "辆", "检查", "查"]);
  assert.deepEqual(askedWords("lsvau2180n2183294"), []);
  assert.deepEqual(wordsOf("x".repeat(41)), []);
});

test("whatever stands in a text, every cut of two characters or more from one of its runs finds it", () => {
  const run = fc.string({ unit: fc.constantFrom(..."电池起火事故车辆安全"), minLength: 1, maxLength: 12 });
  const other = fc.constantFrom(" ", "，", "abc ", "-", "。E2 ");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(run, other), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
      (parts, which, cut) => {
        const text = parts.flat().join("");
        const [chosen] = parts[which % parts.length]!;
        const query = chosen.slice(cut % chosen.length);
        assert.ok(hasWords(text, query), `${query} in ${text}`);
      },
    ),
  );
});
