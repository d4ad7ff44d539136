/** Sums of the start page over HTTP: what the actor sees, by what vehicles have in common. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { vehicleIdOf } from "../access/mod.ts";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

let t: TestApi;
let all: string;
let own: string;
before(async () => {
  t = await openTestApi();
  all = await t.tokenOf("SAMR", "samr");
  own = await t.tokenOf("OEM", "oem-b");
  const { records, clock } = t.base;
  for (let key = 1; key <= 9; key += 1)
    await records.asSuperuser(
      "insert into vehicles (key, vin, registered, registered_at, organisation, maker, model, region) values ($1, $2, true, now(), $3, $4, $5, '440300')",
      [key, `LSVAA${String(key).padStart(12, "0")}`, key > 6 ? "oem-b" : "oem-a", key > 6 ? "B" : "A", `M${key % 2}`],
    );
  await records.asSuperuser(
    "insert into vehicles (key, vin, registered, first_seen) values (10, 'LSVAA000000000010', false, now())",
  );
  await records.asSuperuser(
    `insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
     values ('hash', 'T', 1, 't', 't', 1, 4, '', '', '', '', '[]', '')`,
  );
  for (const [at, [vehicle, level]] of [
    [1, 2],
    [1, 4],
    [2, 4],
    [7, 1],
  ].entries())
    await records.asSuperuser(
      `insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
       values ($1, 'T', 1, 'hash', $2, 'firing', $3, 1, now(), now(), true, '[]', 1, now(), now(), now())`,
      [`fnd_${at}`, level, vehicle],
    );
  for (const vehicle of [1n, 3n, 7n])
    t.fleet.prime(vehicle, { lastReceived: clock.now, lastEvent: clock.now, frames: 1 });
  t.fleet.prime(8n, { lastReceived: clock.now - 3_600_000, lastEvent: clock.now, frames: 1 });
});
after(() => t.close());

interface Sums {
  readonly vehicles: number;
  readonly groups: readonly {
    name: string | null;
    vehicles: number;
    online: number;
    byLevel: Record<string, number>;
  }[];
  readonly others: { readonly groups: number; readonly vehicles: number };
}
const sums = async (by: string, token: string): Promise<Sums> =>
  (await t.get(`/situation/fleet?by=${by}`, token)).json<Sums>();
const NONE = { "1": 0, "2": 0, "3": 0, "4": 0 };

test("the fleet is summed by maker, most vehicles first: who sends, and vehicles by their worst open finding", async () => {
  assert.deepEqual(await sums("maker", all), {
    at: (await t.get("/situation/fleet?by=maker", all)).json<{ at: string }>().at,
    vehicles: 10,
    groups: [
      { name: "A", vehicles: 6, online: 2, byLevel: { ...NONE, "4": 2 } },
      { name: "B", vehicles: 3, online: 1, byLevel: { ...NONE, "1": 1 } },
      { name: null, vehicles: 1, online: 0, byLevel: NONE },
    ],
    others: { groups: 0, vehicles: 0 },
  });
  assert.deepEqual(
    (await sums("model", all)).groups.map(({ name, vehicles }) => [name, vehicles]),
    [
      ["M1", 5],
      ["M0", 4],
      [null, 1],
    ],
  );
  assert.deepEqual(
    (await sums("region", all)).groups.map(({ name }) => name),
    ["440300", null],
  );
});

test("a maker counts its own vehicles only, and what is not asked by one of the three is refused", async () => {
  assert.deepEqual(
    (await sums("maker", own)).groups.map(({ name, vehicles, online }) => [name, vehicles, online]),
    [["B", 3, 1]],
  );
  assert.equal((await t.get("/situation/fleet?by=vin", all)).statusCode, 400);
});

test("groups that a page does not list are told by their number", async () => {
  await t.base.records.asSuperuser(
    "insert into vehicles (key, vin, registered, registered_at, organisation, maker, model) select 1000 + n, 'LSVAB' || lpad(n::text, 12, '0'), true, now(), 'oem-a', 'A', 'Z' || n from generate_series(1, 205) n",
  );
  const token = await t.tokenOf("MIIT", "samr");
  const { vehicles, groups, others } = await sums("model", token);
  assert.equal(vehicles, 215);
  assert.equal(groups.length, 200);
  assert.deepEqual(others, { groups: 8, vehicles: 8 });
});

test("vehicles are asked for by their ids, and those of others are left out", async () => {
  const ids = [1n, 7n, 9n].map(vehicleIdOf).join(",");
  const listed = async (token: string, query = ""): Promise<(string | number)[][]> =>
    (await t.get(`/vehicles?ids=${ids}${query}`, token))
      .json<{ items: { vin: string; openLevel: number }[] }>()
      .items.map(({ vin, openLevel }) => [vin.slice(-1), openLevel]);
  const found = [
    ["1", 4],
    ["7", 1],
    ["9", 0],
  ];
  assert.deepEqual(await listed(all), found);
  assert.deepEqual(await listed(all, "&sort=-level"), found);
  assert.deepEqual(await listed(all, "&state=online"), found.slice(0, 2));
  assert.deepEqual(await listed(own), found.slice(1));
  const many = Array.from({ length: 201 }, (_, n) => vehicleIdOf(BigInt(n + 1))).join(",");
  assert.equal((await t.get(`/vehicles?ids=${many}`, all)).statusCode, 400);
});
