import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCIDENT_CASE } from "../accident/lifecycle.ts";
import type { Lifecycle } from "../lifecycle/definition.ts";
import { ROLE_CODES } from "../access/roles.ts";
import { redact } from "../lifecycle/visibility.ts";
import { caseQuery, wordsOfAction } from "./case-words.ts";

const lifecycle = {
  kind: "thing",
  version: 2,
  fields: {
    what: { title: { en: "What", zh: "事项" } },
    contact: { title: { en: "Contact", zh: "联系人" }, readers: ["SAMR"] },
    "panel.opinion": { title: { en: "Opinion", zh: "意见" }, readers: ["SAMR", "EXPERT"] },
  },
} as const satisfies Pick<Lifecycle, "kind" | "version" | "fields">;

const finds = (words: readonly string[], query: ReturnType<typeof caseQuery>): boolean =>
  query.words.length > 0 &&
  query.words.every((choices) =>
    choices.some(({ word, isPrefix }) => words.some((each) => (isPrefix ? each.startsWith(word) : each === word))),
  );

test("a word of a field is found by its readers only, in objects and lists too; words of open and closed fields may be mixed", () => {
  const words = wordsOfAction(lifecycle, {
    input: { what: "起火", contact: "张三", panel: [{ opinion: "不予准入", name: "Chen" }] },
    facts: { place: "深圳" },
  });
  const asks = (role: "SAMR" | "EXPERT" | "OEM", query: string) => finds(words, caseQuery([lifecycle], role, query));
  for (const role of ["SAMR", "EXPERT", "OEM"] as const)
    for (const query of ["起火", "chen", "深圳"]) assert.ok(asks(role, query));
  assert.deepEqual([asks("SAMR", "张三"), asks("EXPERT", "张三"), asks("OEM", "张三")], [true, false, false]);
  assert.deepEqual([asks("SAMR", "准入"), asks("EXPERT", "准入"), asks("OEM", "准入")], [true, true, false]);
  assert.ok(asks("SAMR", "起火 张三 准入"));
  assert.ok(!asks("EXPERT", "起火 张三"));
  assert.ok(!finds(words, caseQuery([lifecycle], undefined, "张三")));
  assert.ok(!finds(words, caseQuery([lifecycle], "SAMR", "~thing")));
});

test("for every role, what a query finds in the contact of an accident is what the page shows it", () => {
  const input = { what: "追尾", contact: "13800000000 李四" };
  const words = wordsOfAction(ACCIDENT_CASE as unknown as Lifecycle, { input });
  for (const role of ROLE_CODES) {
    const shown = JSON.stringify(redact(ACCIDENT_CASE as unknown as Lifecycle, role, input).value).includes("李四");
    assert.equal(finds(words, caseQuery([ACCIDENT_CASE as unknown as Lifecycle], role, "李四")), shown, role);
  }
});
