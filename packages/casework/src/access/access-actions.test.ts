import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCESS_ACTION_GROUPS, ACCESS_ACTIONS, accessActionName } from "./access-actions.ts";

const HAN = /\p{Script=Han}/u;

test("every action has a name of its own in Chinese and in English", () => {
  const names = Object.entries(ACCESS_ACTIONS);
  for (const [code, { en, zh }] of names) {
    assert.match(en, /^[A-Z]/, code);
    assert.doesNotMatch(en, HAN, code);
    assert.match(zh, HAN, code);
  }
  for (const code of Object.keys(ACCESS_ACTIONS))
    assert.ok(Object.hasOwn(ACCESS_ACTION_GROUPS, code.slice(0, code.indexOf("."))), code);
  for (const language of ["en", "zh"] as const)
    assert.equal(new Set(names.map(([, text]) => text[language])).size, names.length, language);
});

test("a code of another version has no name", () => {
  assert.equal(accessActionName("session.dance"), undefined);
  assert.equal(accessActionName("toString"), undefined);
});
