import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import fc from "fast-check";
import { suggestions, tokensOf, triggerIds, wordStart } from "./trigger-words.ts";

const words = (line: string): string[] =>
  tokensOf(line)
    .filter(({ kind }) => kind !== "blank")
    .map(({ kind, start, end }) => `${kind}:${line.slice(start, end)}`);

test("both keyword sets, signals and units are told apart, in spaced and unspaced text", () => {
  assert.deepEqual(words("when max_cell_temp > 60 °C for 30 s ;"), [
    "keyword:when",
    "signal:max_cell_temp",
    "mark:>",
    "number:60",
    "unit:°C",
    "keyword:for",
    "number:30",
    "unit:s",
    "mark:;",
  ]);
  assert.deepEqual(words("当最高单体温度>60°C持续30秒;"), [
    "keyword:当",
    "signal:最高单体温度",
    "mark:>",
    "number:60",
    "unit:°C",
    "keyword:持续",
    "number:30",
    "unit:秒",
    "mark:;",
  ]);
});

test("keywords of several words are one word, and a word inside a name is none", () => {
  assert.deepEqual(words("applies to vehicle"), ["keyword:applies to", "registry:vehicle"]);
  assert.deepEqual(words("fortune"), ["name:fortune"]);
  assert.deepEqual(words("rising(speed) more than 3 times in last 24 h"), [
    "keyword:rising",
    "mark:(",
    "signal:speed",
    "mark:)",
    "keyword:more than",
    "number:3",
    "keyword:times in last",
    "number:24",
    "unit:h",
  ]);
});

test("the tokens of any line cover it without gaps", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'当最高abw0 9.>"/#%°C{};持续秒\t-:'.split("")), maxLength: 60 }),
      (line) => {
        let at = 0;
        for (const token of tokensOf(line)) {
          assert.equal(token.start, at);
          assert.ok(token.end > at);
          at = token.end;
        }
        assert.equal(at, line.length);
      },
    ),
  );
});

test("every word of the published examples is known but identifiers", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/triggers.md"), "utf8");
  const blocks = [...text.matchAll(/```tdl(?: same)?\n([^]*?)```/g)].map((match) => match[1]);
  assert.ok(blocks.length > 10);
  const unknown = blocks
    .flatMap((block) => block.split("\n"))
    .flatMap((line) =>
      tokensOf(line)
        .filter(({ kind }) => kind === "name")
        .map(({ start, end }) => line.slice(start, end)),
    )
    .filter((word) => !/^[A-Z]+-[A-Z0-9-]+$/.test(word) && !["hot", "P"].includes(word));
  assert.deepEqual(unknown, []);
});

test("the whole catalogue is offered under its ids and its Chinese names", () => {
  const labels = new Set(suggestions().map(({ label }) => label));
  for (const { id, names } of CATALOGUE) assert.ok(labels.has(id) && labels.has(names.zh), id);
});

test("completion begins at the word, not at the unspaced keyword before it", () => {
  assert.equal(wordStart("当最高单", 4), 1);
  assert.equal(wordStart("  when max_c", 12), 7);
  assert.equal(wordStart('basis "a', 8), undefined);
  assert.equal(wordStart("when speed > ", 13), undefined);
});

test("ids of triggers are read in both languages, not in comments", () => {
  assert.deepEqual(
    triggerIds("// trigger OLD-1\ntrigger A-1 version 1 {}\n触发器 乙 版本 1 {}\n触发器 B.2 版本 3 {}"),
    ["A-1", "B.2"],
  );
});
