import assert from "node:assert/strict";
import { test } from "node:test";
import { byList, byName, compliance, generate, reasonsOf, render } from "./generate.mjs";

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
  assert.match(text, /\| \*\*All\*\* \| \*\*2\*\* \| \*\*1\*\* \| \*\*0\*\* \| \*\*1\*\* \| \*\*0\*\* \|/);
});

test("says which part a test shows, and why no test can show a requirement", () => {
  const row = (id) => ({ id, section: "1. One", title: "t", certainty: ["F"] });
  const listed = new Map([["R-1.1", [{ file: "a.test.ts", test: "half", part: "the first half" }]]]);
  const reasons = [{ reason: "done in a laboratory", requirements: ["R-1.2"] }];
  const text = render(compliance([row("R-1.1"), row("R-1.2"), row("R-1.3")], new Map(), listed, reasons));
  assert.match(text, /\| R-1\.1 \| t \| F \| \*In part \(the first half\):\* half /);
  assert.match(text, /\| R-1\.2 \| t \| F \| \*not shown: done in a laboratory\* \|/);
  assert.match(text, /\| \*\*All\*\* \| \*\*3\*\* \| \*\*0\*\* \| \*\*1\*\* \| \*\*2\*\* \| \*\*1\*\* \|/);
  assert.throws(() => reasonsOf([{ reason: "r", requirements: ["R-9.9"] }], [{ id: "R-1.1" }]), /R-9\.9/);
});

test("reads this checkout: every requirement once, and no number in a test that is none", () => {
  const { rows, stray } = generate();
  assert.equal(new Set(rows.map((row) => row.id)).size, rows.length);
  assert.ok(rows.length > 200 && rows.every((row) => row.title !== "" && row.certainty.length > 0));
  assert.deepEqual(stray, []);
});
