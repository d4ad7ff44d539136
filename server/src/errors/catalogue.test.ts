import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ERRORS, formatError, SandglassError, type ErrorDefinition } from "./mod.ts";
import { referencePage } from "./reference-page.ts";
import { THINGS } from "./words.ts";

/** A literal or a template as what is missing, other than the method and path of a request. */
const WHAT_IS_MISSING = /ERRORS\.(?:NOT_FOUND|UNAVAILABLE), \{\s*what: ("(\w+)"|"[^"]*"|`[^`]*`)/g;

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
  const text = { en: "{a} of {b}: {c}", zh: "{b} 中的 {a}：{c}" };
  assert.equal(formatError(text, { a: 1, b: ["x", "y"] }, "en"), "1 of x, y: {c}");
  assert.equal(formatError(text, { a: 1, b: ["x", "y"] }, "zh"), "x、y 中的 1：{c}");
});

test("a parameter that holds a code is named in the reader's language, and stays the code in the parameters", () => {
  const error = new SandglassError(ERRORS.NOT_FOUND, { what: "frame", id: "12" });
  assert.equal(error.message, "frame 12 does not exist or is not visible to you");
  assert.equal(formatError(ERRORS.NOT_FOUND, error.parameters, "zh"), "报文 12不存在或您无权查看");
  assert.deepEqual(error.parameters, { what: "frame", id: "12" });
  const refused = { role: "FIRE", object: "finding", right: "read" };
  assert.equal(
    formatError(ERRORS.FORBIDDEN, refused, "en"),
    "Fire and rescue has no right to read: Finding of a trigger",
  );
  assert.equal(formatError(ERRORS.FORBIDDEN, refused, "zh"), "消防救援机构无权查看：触发结果");
});

test("a number of a case, and what only looks like a code, are shown as they are", () => {
  for (const what of ["acc-2026-0001", "constructor", "GET /nowhere"])
    assert.equal(formatError(ERRORS.NOT_FOUND, { what }, "zh"), `${what}不存在或您无权查看`);
});

test("what is missing is named by a word of the table, never by an English text", () => {
  const source = path.join(import.meta.dirname, "..");
  const named = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(file))
    .flatMap((file) => [...readFileSync(path.join(source, file), "utf8").matchAll(WHAT_IS_MISSING)])
    .map(([, text, word]) => ({ text, isKnown: word !== undefined && Object.hasOwn(THINGS, word) }));
  assert.ok(named.length > 15);
  assert.deepEqual(
    named.filter(({ isKnown }) => !isKnown).map(({ text }) => text),
    [],
  );
});

test("docs/errors.md is up to date: node server/src/errors/write-reference.ts", () => {
  assert.equal(readFileSync(path.join(import.meta.dirname, "../../../docs/errors.md"), "utf8"), referencePage());
});
