import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ERRORS, formatError, type ErrorDefinition } from "./mod.ts";
import { referencePage } from "./reference-page.ts";

const entries: [string, ErrorDefinition][] = Object.entries(ERRORS);
const placeholders = (text: string): Set<string> =>
  new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""));

test("every code is its key, and no two are alike", () => {
  for (const [key, { code }] of entries) assert.equal(code, `SG_${key}`);
  assert.equal(new Set(entries.map(([, { code }]) => code)).size, entries.length);
});

test("every error has an HTTP status of a refusal or failure", () => {
  for (const [key, { status }] of entries) assert.ok(Number.isInteger(status) && status >= 400 && status <= 599, key);
});

test("every error has a text in both languages", () => {
  for (const [key, { en, zh }] of entries) {
    assert.match(en, /[a-z]{2}/, key);
    assert.match(zh, /[\u4e00-\u9fff]/, key);
    assert.doesNotMatch(en, /[\u4e00-\u9fff]/, key);
  }
});

test("both languages name the same parameters", () => {
  for (const [key, { en, zh }] of entries) {
    // A parameter that is itself a text comes in both languages: `rule` and `ruleZh`.
    const chinese = new Set([...placeholders(zh)].map((name) => name.replace(/Zh$/, "")));
    assert.deepEqual(chinese, placeholders(en), key);
  }
});

test("parameters are put into the text; one that is missing stays visible", () => {
  assert.equal(formatError("{a} of {b}: {c}", { a: 1, b: ["x", "y"] }), "1 of x, y: {c}");
});

test("docs/errors.md is up to date: node server/src/errors/write-reference.ts", () => {
  assert.equal(readFileSync(path.join(import.meta.dirname, "../../../docs/errors.md"), "utf8"), referencePage());
});
