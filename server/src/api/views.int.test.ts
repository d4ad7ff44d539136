import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

let t: TestApi;
let mine: string;
let other: string;
before(async () => {
  t = await openTestApi();
  mine = await t.tokenOf("SAMR", "samr");
  other = await t.tokenOf("SAMR", "samr");
});
after(() => t.close());

const save = (body: object, token = mine) =>
  t.app.inject({ method: "PUT", url: "/api/v1/views", headers: { authorization: `Bearer ${token}` }, payload: body });
const drop = (id: string, token = mine) =>
  t.app.inject({ method: "DELETE", url: `/api/v1/views/${id}`, headers: { authorization: `Bearer ${token}` } });
const names = async (token = mine, list = "cases") =>
  (await t.get(`/views?list=${list}`, token)).json().items.map((each: { name: string }) => each.name);

test("a view is kept for the person who saved it, and for nobody else, of the same organisation neither", async () => {
  const saved = await save({ list: "cases", name: " 深圳逾期 ", query: { type: "hazard-order", show: "overdue" } });
  assert.equal(saved.statusCode, 200, saved.body);
  assert.deepEqual([saved.json().name, saved.json().query], ["深圳逾期", { type: "hazard-order", show: "overdue" }]);
  assert.deepEqual(await names(), ["深圳逾期"]);
  assert.deepEqual(await names(mine, "findings"), []);
  assert.deepEqual(await names(other), []);
  assert.equal((await drop(saved.json().id, other)).statusCode, 404);
  assert.deepEqual(await names(), ["深圳逾期"]);
});

test("the same name on the same list replaces the view; dropping it removes it", async () => {
  const first = (await save({ list: "findings", name: "open", query: { status: "firing" } })).json();
  const second = (await save({ list: "findings", name: "open", query: { level: 3 } })).json();
  assert.equal(second.id, first.id);
  assert.deepEqual(second.query, { level: 3 });
  assert.equal((await drop(first.id)).statusCode, 204);
  assert.deepEqual(await names(mine, "findings"), []);
});

test("what is no view is refused, and more than a hundred are", async () => {
  for (const body of [
    { list: "ledger", name: "x", query: {} },
    { list: "cases", name: "  ", query: {} },
    { list: "cases", name: "a\u0000b", query: {} },
    { list: "cases", name: "x", query: { "a b": "c" } },
    { list: "cases", name: "x", query: { q: ["a"] } },
  ])
    assert.equal((await save(body)).statusCode, 400, JSON.stringify(body));
  for (let index = 0; index < 100; index += 1)
    await save({ list: "vehicles", name: `view ${index}`, query: {} }, other);
  const more = await save({ list: "vehicles", name: "one more", query: {} }, other);
  assert.deepEqual([more.statusCode, more.json().error.code], [409, "SG_VIEWS_TOO_MANY"]);
  assert.equal((await save({ list: "vehicles", name: "view 1", query: { q: "x" } }, other)).statusCode, 200);
});

test("a shared view is shown to the organisation, read-only, and to nobody else; sharing and its end are on record", async () => {
  const maker = await t.tokenOf("OEM", "oem-a");
  const query = { type: "hazard-order", sort: "due", cols: "name.due" };
  const saved = (await save({ list: "cases", name: "Team", query, shared: true })).json();
  assert.deepEqual([saved.shared, saved.isYours, saved.owner], [true, true, null]);
  const seen = (await t.get("/views?list=cases", other)).json().items.find(({ id }: { id: string }) => id === saved.id);
  assert.deepEqual([seen.name, seen.query, seen.isYours], ["Team", query, false]);
  const { actor_id: sharer } = (
    await t.base.records.asSuperuser("select actor_id from saved_views where id = $1", [saved.id])
  )[0]!;
  await t.base.records.asSuperuser(
    `insert into accounts (id, account, name, role, organisation, password) values ('${String(sharer)}', 'sun', 'Sun San', 'SAMR', 'samr', 'x')`,
  );
  const named = (await t.get("/views?list=cases", other)).json().items;
  assert.ok(named.some(({ ownerName }: { ownerName: string | null }) => ownerName === "Sun San"));
  assert.ok(!(await names(maker)).includes("Team"));
  assert.equal((await drop(saved.id, other)).statusCode, 404);
  const copy = (await save({ list: "cases", name: "Team", query: { state: "OPEN" } }, other)).json();
  assert.notEqual(copy.id, saved.id, "the same name saves one of one's own");
  assert.equal((await save({ list: "cases", name: "Team", query: {} })).json().shared, true, "it stays shared");
  await save({ list: "cases", name: "Team", query: {}, shared: false });
  assert.ok(!(await t.get("/views?list=cases", other)).body.includes(saved.id));
  await save({ list: "cases", name: "Team", query: {}, shared: true });
  assert.equal((await drop(saved.id)).statusCode, 204);
  const logged = await t.base.records.asSuperuser("select action from access_log where subject = $1 order by 1", [
    saved.id,
  ]);
  assert.deepEqual(
    logged.map(({ action }) => action),
    ["view.share", "view.share", "view.share", "view.unshare", "view.unshare"],
  );
});
