import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { parse } from "csv-parse/sync";
import { SandglassError } from "../errors/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import type { Actor } from "../records/mod.ts";
import { exportList } from "./export-list.ts";
import { ROW_LIMIT, type ExportableList, type Row } from "./exportable.ts";
import { partsOf, sheetOf } from "./workbook.fixture.ts";
import { instant } from "./table.ts";

let records: TestRecords;
before(async () => void (records = await openTestRecords()));
after(() => records.close());

const NOW = Date.UTC(2026, 10, 22, 10);
const person = (id: string, role: string): Actor => ({ kind: "person", id, account: id, role, organisation: "org_x" });
const SAMR = person("acc_samr", "SAMR");

const rowsOf = (rows: readonly Row[]): ExportableList<{ readonly q?: string }> => ({
  list: "things",
  title: { en: "Things", zh: "事项" },
  columns: [
    { title: { en: "Name", zh: "名称" } },
    { title: { en: "Count", zh: "数量" } },
    { title: { en: "At", zh: "时间" }, isTime: true },
  ],
  async *read() {
    for (let at = 0; at < rows.length; at += 500) yield rows.slice(at, at + 500);
  },
});
const request = (actor: Actor, language: "en" | "zh" = "zh", query: { readonly q?: string } = {}) => ({
  actor,
  language,
  query,
  now: NOW,
});

test("an export is recorded with its query, its rows and the hash of the very bytes", async () => {
  const file = await exportList(
    records,
    rowsOf([["电池", 3, instant(NOW)]]),
    request(SAMR, "zh", { q: "车 LSVAA000000000001" }),
    "csv",
  );
  assert.equal(createHash("sha256").update(file.bytes).digest("hex"), file.sha256);
  const [row] = await records.asSuperuser("select * from exports where id = $1", [file.id]);
  assert.deepEqual(
    [row?.actor_id, row?.actor_role, row?.list, row?.rows, row?.bytes, row?.sha256, row?.query],
    ["acc_samr", "SAMR", "things", 1, file.bytes.length, file.sha256, { q: "车 LSV**********0001" }],
  );
  const lines = parse(file.bytes, { bom: true, relax_column_count: true, skip_empty_lines: true }) as string[][];
  assert.deepEqual(lines.slice(0, 2), [
    ["名称", "数量", "时间 (北京时间)"],
    ["电池", "3", "2026-11-22 18:00:00"],
  ]);
  const remarks = new Map(lines.slice(2).map(([label = "", value = ""]) => [label, value]));
  assert.equal(remarks.get("# 导出编号"), file.id);
  assert.equal(remarks.get("# 筛选条件"), 'q = "车 LSV**********0001"');
  assert.equal(remarks.get("# 行数"), "1");
  assert.match(remarks.get("# 导出人") ?? "", /acc_samr · SAMR/);
});

test("a workbook says on its first sheet what it is, holds the rows on the second, and texts that look like formulas as texts", async () => {
  const file = await exportList(
    records,
    rowsOf([
      ['=HYPERLINK("http://x")', -4, instant(NOW)],
      ["a\u0000b & <c>", 2, undefined],
    ]),
    request(SAMR, "en"),
    "xlsx",
  );
  const about = new Map(sheetOf(file.bytes, 1).map(([label = "", value = ""]) => [label, value]));
  assert.deepEqual([about.get("Export"), about.get("Rows"), about.get("Query")], [file.id, "2", "none"]);
  const [heading, first, second] = sheetOf(file.bytes, 2);
  assert.deepEqual(heading, ["Name", "Count", "At (Beijing time)"]);
  assert.deepEqual(first?.slice(0, 2), ['=HYPERLINK("http://x")', "-4"]);
  assert.equal(second?.[0], "ab & <c>");
  assert.doesNotMatch(partsOf(file.bytes).get("xl/worksheets/sheet2.xml") ?? "<f>", /<f[ >]/, "no cell is a formula");
});

test("more rows than the limit are refused, and nothing is recorded", async () => {
  const count = async () => Number((await records.asSuperuser("select count(*) as n from exports"))[0]?.n);
  const earlier = await count();
  const many = Array.from({ length: ROW_LIMIT + 1 }, (_, index): Row => [`row ${index}`, index, undefined]);
  await assert.rejects(
    exportList(records, rowsOf(many), request(SAMR), "csv"),
    (error) => error instanceof SandglassError && error.code === "SG_EXPORT_TOO_LARGE",
  );
  assert.equal(await count(), earlier);
  const most = await exportList(records, rowsOf(many.slice(1)), request(SAMR), "csv");
  assert.equal(most.rows, ROW_LIMIT);
});

test("a list that knows itself too large is refused before a row of it is read", async () => {
  let pages = 0;
  const asked: number[] = [];
  const long = (isLong: boolean): ExportableList<object> => ({
    ...rowsOf([]),
    hasMoreThan: async (_request, rows) => {
      asked.push(rows);
      return isLong;
    },
    async *read() {
      pages++;
      yield [["row", 1, undefined]];
    },
  });
  await assert.rejects(
    exportList(records, long(true), request(SAMR), "csv"),
    (error) => error instanceof SandglassError && error.code === "SG_EXPORT_TOO_LARGE",
  );
  assert.deepEqual([asked, pages], [[ROW_LIMIT], 0]);
  assert.equal((await exportList(records, long(false), request(SAMR), "csv")).rows, 1);
});

test("exports are seen by who made them and by who reads the log; nobody changes one or writes one for another", async () => {
  const own = await exportList(records, rowsOf([]), request(person("acc_oem", "OEM")), "csv");
  const ids = (actor: Actor) =>
    records.transact(actor, async (tx) => (await tx.selectFrom("exports").select("id").execute()).map(({ id }) => id));
  assert.deepEqual(await ids(person("acc_oem", "OEM")), [own.id]);
  assert.deepEqual(await ids(person("acc_other", "OEM")), []);
  assert.ok((await ids(person("acc_auditor", "AUDITOR"))).includes(own.id));
  await assert.rejects(records.asOwner("update exports set rows = 0"), /append-only/);
  await assert.rejects(
    records.transact(person("acc_other", "OEM"), (tx) =>
      tx
        .insertInto("exports")
        .values({
          id: "exp_forged",
          at: new Date(),
          actor_id: "acc_oem",
          actor_role: "OEM",
          actor_account: null,
          organisation: "org_x",
          list: "things",
          query: "{}",
          format: "csv",
          language: "en",
          rows: 0,
          bytes: 0,
          sha256: "0".repeat(64),
        })
        .execute(),
    ),
    /row-level security/,
  );
});
