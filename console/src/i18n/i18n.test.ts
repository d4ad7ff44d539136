import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { NAMESPACES, resources } from "./resources.ts";

type Tree = { readonly [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ""): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") entries.set(prefix + key, value);
    else for (const [path, text] of flatten(value, `${prefix}${key}.`)) entries.set(path, text);
  }
  return entries;
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)(?:, number)?\}\}/g)].map((match) => match[1]).sort();

/** `<key>_one`: what English says of one thing where the text of `key` counts. */
const manyOf = (key: string): string => key.replace(/_one$/, "");

test("both languages have every namespace", () => {
  assert.deepEqual(Object.keys(resources.zh).sort(), [...NAMESPACES].sort());
  assert.deepEqual(Object.keys(resources.en).sort(), [...NAMESPACES].sort());
});

for (const name of NAMESPACES) {
  test(`${name}: both languages have the same keys, the same placeholders and no empty text`, () => {
    const zh = flatten(resources.zh[name]);
    const en = flatten(resources.en[name]);
    assert.deepEqual(new Set([...en.keys()].map(manyOf)), new Set(zh.keys()));
    for (const [key, text] of en) {
      const chinese = zh.get(manyOf(key)) ?? "";
      const names = placeholders(text);
      if (key === manyOf(key) || names.includes("count")) assert.deepEqual(names, placeholders(chinese), key);
      assert.notEqual(text.trim(), "", key);
      assert.notEqual(chinese.trim(), "", key);
    }
  });

  test(`${name}: texts that have a form for one thing count by the number itself`, () => {
    for (const [key] of flatten(resources.en[name])) {
      if (key === manyOf(key)) continue;
      for (const texts of [resources.en[name], resources.zh[name]])
        assert.match(flatten(texts).get(manyOf(key)) ?? "", /\{\{count, number\}\}/, key);
    }
  });
}

test("English texts hold no Chinese but names that stay", () => {
  for (const name of NAMESPACES) {
    for (const [key, text] of flatten(resources.en[name])) {
      if (key === "brand") continue;
      assert.doesNotMatch(text, /\p{Script=Han}/u, `${name}:${key}`);
    }
  }
});

/** Fixed English texts of the kit that reach a screen reader unless a prop replaces them, by the component that has them. */
const FIXED: Readonly<Record<string, RegExp>> = {
  "<Modal": /closeButtonProps=\{\{ "aria-label": t\(/,
  "<PasswordInput": /visibilityToggleButtonProps=\{\{ "aria-label": t\(/,
};

test("the kit's fixed English labels are replaced wherever its components are used", () => {
  const folder = join(import.meta.dirname, "..");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx"));
  assert.ok(files.length > 30);
  for (const file of files) {
    const source = readFileSync(join(folder, file), "utf8");
    for (const [component, label] of Object.entries(FIXED)) {
      for (const use of source.split(component).slice(1))
        assert.match(use.slice(0, 900), label, `${component} in ${file}`);
    }
    for (const use of source.match(/<(?:Select|MultiSelect|TagsInput)\b[^]*?\/>/g) ?? []) {
      if (/\bclearable\b/.test(use)) assert.match(use, /clearButtonProps=\{\{ "aria-label": t\(/, file);
    }
  }
});
