import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { scopeNeeded, scopesAllow } from "@sandglass/casework";
import { parse } from "csv-parse/sync";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

const VINS = ["LSVAU2180N2183294", "LGXCE6CC0H0000001"] as const;
let t: TestApi;
let samr: string;
let maker: string;

before(async () => {
  t = await openTestApi();
  samr = await t.tokenOf("SAMR", "samr");
  maker = await t.tokenOf("OEM", "oem-a");
  const other = await t.tokenOf("OEM", "oem-b");
  await t.post(
    "/vehicles",
    { vin: VINS[0], organisation: "oem-a", maker: "=1+1", model: "电池一号", region: "440300" },
    maker,
  );
  await t.post("/vehicles", { vin: VINS[1], organisation: "oem-b", maker: "B", model: "B1", region: "310000" }, other);
});
after(() => t.close());

test("the file of vehicles holds what the list shows: masked VINs, one's own vehicles, texts that do not calculate", async () => {
  const all = await t.get("/vehicles/export?lang=en", samr);
  assert.equal(all.statusCode, 200, all.body);
  assert.match(String(all.headers["content-type"]), /^text\/csv/);
  assert.match(String(all.headers["content-disposition"]), /^attachment; filename="vehicles-\d{12}\.csv"$/);
  for (const vin of VINS) assert.ok(!all.body.includes(vin));
  const lines = parse(all.rawPayload, { bom: true, relax_column_count: true }) as string[][];
  assert.deepEqual(new Set([lines[1]?.[4], lines[2]?.[4]]), new Set(["'=1+1", "B"]));
  const own = await t.get("/vehicles/export?lang=en", maker);
  assert.deepEqual([all.headers["x-export-rows"], own.headers["x-export-rows"]], ["2", "1"]);
  assert.ok(!own.body.includes("LGX"));
});

test("the answer names the export and the digest of its bytes; the record is found by id and by hash", async () => {
  const file = await t.get("/vehicles/export?format=xlsx&q=电池", samr);
  assert.equal(file.statusCode, 200, file.body.slice(0, 200));
  assert.equal(file.rawPayload.subarray(0, 2).toString("latin1"), "PK");
  const digest = createHash("sha256").update(file.rawPayload).digest();
  assert.equal(file.headers["repr-digest"], `sha-256=:${digest.toString("base64")}:`);
  const id = String(file.headers["x-export-id"]);
  const { query, rows, list, format } = (await t.get(`/exports/${id}`, samr)).json();
  assert.deepEqual({ query, rows, list, format }, { query: { q: "电池" }, rows: 1, list: "vehicles", format: "xlsx" });
  const found = (await t.get(`/exports?sha256=${digest.toString("hex")}`, samr)).json().items;
  assert.deepEqual(
    found.map((each: { id: string }) => each.id),
    [id],
  );
  assert.equal((await t.get(`/exports/${id}`, maker)).statusCode, 404);
});

test("an export needs the scope of its list, and who sees no vehicle gets a file without rows", async () => {
  for (const [path, scope] of [
    ["/vehicles/export", "vehicles:read"],
    ["/cases/export", "cases:read"],
    ["/obligations/export", "cases:read"],
    ["/findings/export", "findings:read"],
  ] as const) {
    assert.equal(scopeNeeded("GET", path), scope);
    assert.ok(!scopesAllow(["rules:write"], "GET", path));
  }
  const answer = await t.get("/vehicles/export", await t.tokenOf("PUBLIC", "ops"));
  assert.equal(answer.headers["x-export-rows"], "0");
});
