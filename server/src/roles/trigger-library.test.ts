import assert from "node:assert/strict";
import { test } from "node:test";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers } from "@sandglass/triggers";
import { createTriggerLibrary } from "./trigger-library.ts";

const library = createTriggerLibrary({ packs: new Map() });

test("a text without a trigger is refused with an example that compiles", () => {
  const checked = library.check("  // nothing here\n");
  assert.equal(checked.ok, false);
  if (checked.ok) return;
  assert.equal(checked.errors[0].code, "SG_TRIGGER_EMPTY");
  assert.equal(compileTriggers([{ text: checked.errors[0].suggestion ?? "" }], SIGNALS).ok, true);
});

test("a text that compiles is described in both languages", () => {
  const checked = library.check('触发器 T-1 版本 1 "测试" { 当 荷电状态 < 10 % 持续 1 分钟 ; 等级 1 ; }');
  assert.equal(checked.ok, true);
  if (!checked.ok) return;
  assert.deepEqual([checked.triggers[0].id, checked.triggers[0].inputs], ["T-1", ["soc"]]);
  assert.notEqual(checked.triggers[0].sentence.en, checked.triggers[0].sentence.zh);
  assert.match(checked.triggers[0].texts.zh, /荷电状态 < 10 %/);
  assert.match(checked.triggers[0].texts.en, /soc < 10 %/);
  assert.equal(checked.triggers[0].horizonMs >= 60_000 && checked.triggers[0].bytesPerSubject > 0, true);
});

test("an error points at its place and says in both languages what to write", () => {
  const text = '触发器 T-1 版本 1 "测试" { 当 车速 > 60 ; 等级 1 ; }';
  const checked = library.check(text);
  assert.equal(checked.ok, false);
  if (checked.ok) return;
  const [{ code, start, end, suggestion, suggestionZh }] = checked.errors;
  assert.deepEqual([code, text.slice(start, end)], ["SG_TRIGGER_UNIT", "60"]);
  assert.deepEqual([suggestion, suggestionZh], ["60 km/h", "60 km/h"]);
});
