import assert from "node:assert/strict";
import { test } from "node:test";
import { byList, byName, compliance, generate, render } from "./generate.mjs";

test("takes the numbers of a test's name, several of them, and none of a comment", () => {
  const text = '// R-9.9\nit("R-1.2 R-3.19a: it holds", () => {});\ntest(`R-3.20.11 ${name}`, f);\nit("no number", f);';
  const named = byName([{ file: "a.test.ts", text }]);
  assert.deepEqual([...named.keys()].sort(), ["R-1.2", "R-3.19a", "R-3.20.11"]);
  assert.equal(named.get("R-1.2")[0].test, "R-1.2 R-3.19a: it holds");
});

test("refuses a list that names a test which is no longer there", () => {
  assert.throws(() => byList({ "R-1.1": [{ file: "package.json", test: "no such test anywhere" }] }), /no such test/);
});

test("says of a requirement without a test that it is not shown", () => {
  const text = render(
    compliance(
      [
        { id: "R-1.1", section: "1. One", title: "a | b", certainty: ["F"] },
        { id: "R-1.2", section: "1. One", title: "c", certainty: ["M"] },
      ],
      new Map([["R-1.1", [{ file: "x/a.test.ts", test: "R-1.1: holds" }]]]),
      new Map(),
    ),
  );
  assert.match(text, /\| R-1\.1 \| a \\\| b \| F \| R-1\.1: holds \(\[a\.test\.ts\]\(\.\.\/x\/a\.test\.ts\)\) \|/);
  assert.match(text, /\| R-1\.2 \| c \| M \| \*not shown\* \|/);
  assert.match(text, /\| \*\*All\*\* \| \*\*2\*\* \| \*\*1\*\* \| \*\*1\*\* \|/);
});

test("reads this checkout: every requirement once, and no number in a test that is none", () => {
  const { rows, stray } = generate();
  assert.equal(new Set(rows.map((row) => row.id)).size, rows.length);
  assert.ok(rows.length > 200 && rows.every((row) => row.title !== "" && row.certainty.length > 0));
  assert.deepEqual(stray, []);
});
