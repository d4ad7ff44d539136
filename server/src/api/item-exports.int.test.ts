import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parse } from "csv-parse/sync";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

let t: TestApi;
let auditor: string;
let maker: string;

before(async () => {
  t = await openTestApi();
  auditor = await t.tokenOf("AUDITOR", "ops");
  maker = await t.tokenOf("OEM", "oem-a");
  await t.post("/vehicles", { vin: "LSVAU2180N2183294", organisation: "oem-a", region: "440300" }, maker);
  const [vehicle] = (await t.get("/vehicles", maker)).json().items;
  await t.post(`/vehicles/${vehicle.id}/unmask`, { reason: "=cmd|' /C calc'!A0" }, maker);
});
after(() => t.close());

const tableOf = (body: Buffer): string[][] => {
  const lines = parse(body, { bom: true, relax_column_count: true }) as string[][];
  const end = lines.findIndex(([first = ""]) => first.startsWith("# "));
  return lines.slice(0, end).filter((row) => row.length > 1);
};

test("a list without an export of its own is exported page by page as it shows itself to the same caller, and recorded", async () => {
  const items = (await t.get("/access-log?limit=1000", auditor)).json().items as { id: string; action: string }[];
  assert.ok(items.length > 2);
  const file = await t.get("/access-log/export?lang=en", auditor);
  assert.equal(file.statusCode, 200, file.body);
  const [heading = [], ...rows] = tableOf(file.rawPayload);
  assert.ok(heading[0]?.startsWith("Time (Beijing"));
  const actions = rows.map((row) => row[heading.indexOf("Action")]);
  assert.deepEqual(
    actions.slice(-items.length),
    items.map(({ action }) => action),
    "newest first, as in the list",
  );
  const filtered = await t.get("/access-log/export?action=none&format=xlsx&lang=zh", auditor);
  assert.equal(filtered.headers["x-export-rows"], "0");
  const record = (await t.get(`/exports/${String(filtered.headers["x-export-id"])}`, auditor)).json();
  assert.deepEqual([record.list, record.query, record.format], ["access-log", { action: "none" }, "xlsx"]);
});

test("who may not read a list may not export it, and is told so by the same code; unknown filters are refused", async () => {
  for (const [path, token] of [
    ["/access-log", maker],
    ["/accounts", maker],
    ["/vehicles/veh_0000000000009/commands", maker],
  ] as const) {
    const [list, file] = [await t.get(path, token), await t.get(`${path}/export`, token)];
    assert.ok(list.statusCode >= 400, path);
    assert.deepEqual([file.statusCode, file.json().error.code], [list.statusCode, list.json().error.code], path);
  }
  assert.equal((await t.get("/access-log/export?cursor=x", auditor)).statusCode, 400);
});

test("texts that would calculate are defused", async () => {
  const file = await t.get("/access-log/export?action=vin.unmask&lang=zh", auditor);
  const [heading = [], ...rows] = tableOf(file.rawPayload);
  assert.deepEqual(
    rows.map((row) => row[heading.indexOf("理由")]),
    ["'=cmd|' /C calc'!A0"],
  );
});
