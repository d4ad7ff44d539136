import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { csvField, defuse, toCsv } from "./csv.ts";
import { instant, type Table } from "./table.ts";

const tableOf = (rows: Table["rows"]): Table => ({
  title: "T",
  headings: ["a", "b"],
  widths: [],
  rows,
  remarks: [["Rows", "1"]],
});

test("a text that a spreadsheet would calculate gets an apostrophe, also behind blanks and in full-width letters", () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n-2", "＝1", "＋1", "－1", "＠A", "\tx"])
    assert.equal(defuse(text), `'${text}`, JSON.stringify(text));
  for (const text of ["", "a=1", "电池-A", "a@b.cn", "1+1", "'x"]) assert.equal(defuse(text), text);
});

test("numbers stay numbers, also negative ones; instants are wall clock of Asia/Shanghai", () => {
  assert.equal(csvField(-5, "en"), "-5");
  assert.equal(csvField(Number.NaN, "en"), "");
  assert.equal(csvField(instant(Date.UTC(2026, 10, 22, 16, 30, 5)), "zh"), "2026-11-23 00:30:05");
  assert.deepEqual([csvField(true, "zh"), csvField(false, "en"), csvField(undefined, "en")], ["是", "no", ""]);
});

test("the file begins with a byte order mark and ends with the remarks behind an empty line", async () => {
  const bytes = await toCsv(tableOf([["电池", 1]]), "zh");
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.equal(bytes.toString("utf8").slice(1), "a,b\r\n电池,1\r\n\r\n# Rows,1\r\n");
});

test("whatever texts are written, a reader gets each back as it was or with one apostrophe in front, and none calculates", async () => {
  const dangerous = fc.stringMatching(/^[=+@\-\t\r\n ",']{0,3}[a-z电池",\n]{0,6}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(dangerous, fc.string({ unit: "grapheme" })), { minLength: 1, maxLength: 30 }),
      async (rows) => {
        const text = (await toCsv({ ...tableOf(rows), remarks: [] }, "en")).toString("utf8");
        const [, ...parsed] = parse(text, {
          bom: true,
          skip_empty_lines: false,
          relax_column_count: true,
        }) as string[][];
        assert.deepEqual(
          parsed.slice(0, rows.length),
          rows.map((row) => row.map((field) => defuse(field))),
        );
        for (const field of parsed.flat()) assert.doesNotMatch(field, /^[\s]*[=+\-@]/);
      },
    ),
    { numRuns: 200 },
  );
});
