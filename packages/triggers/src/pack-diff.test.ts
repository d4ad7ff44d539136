import assert from "node:assert/strict";
import { test } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import fc from "fast-check";
import { diffLines, diffSets } from "./pack-diff.ts";
import { compileTriggers } from "./set.ts";

function set(text: string) {
  const result = compileTriggers([{ text }], CATALOGUE);
  assert.ok(result.ok);
  return result.set;
}
const rule = (id: string, limit: number, title = id) =>
  `trigger ${id} version 1 "${title}" { when speed > ${limit} km/h ; severity 1 ; }\n`;

test("added, removed and changed triggers are told apart; layout changes nothing", () => {
  const before = set(rule("A", 100) + rule("B", 100) + rule("C", 100));
  const after = set(rule("A", 100).replaceAll(" ;", "  ;\n") + rule("B", 120) + rule("D", 100));
  const { added, removed, changed, unchanged } = diffSets(before, after);
  assert.deepEqual([added.map(({ id }) => id), removed.map(({ id }) => id), unchanged], [["D"], ["C"], 1]);
  assert.equal(changed.length, 1);
  const lines = diffLines(changed[0]?.before.text.en ?? "", changed[0]?.after.text.en ?? "");
  assert.deepEqual(
    lines.filter((line) => !line.startsWith(" ")).map((line) => line.replace(/\s+/g, " ")),
    ["- when speed > 100 km/h ;", "+ when speed > 120 km/h ;"],
  );
});

test("both texts can be read back from their lines", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const of = (marks: string) =>
        lines
          .filter((line) => marks.includes(line[0] as string))
          .map((line) => line.slice(2))
          .join("\n");
      assert.equal(of(" -"), before);
      assert.equal(of(" +"), after);
    }),
  );
});
