/** The list of vehicles by level over HTTP: page after page, with and without open findings, under every filter. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

const VEHICLES = 9n;
/** Vehicle and level of the open findings, oldest first. */
const OPEN = [
  [1n, 2],
  [2n, 4],
  [3n, 4],
  [1n, 3],
  [2n, 1],
  [4n, 3],
] as const;
/** Worst first, among equals the newest; then those without, by key. */
const IN_ORDER = [3n, 2n, 4n, 1n, 5n, 6n, 7n, 8n, 9n];

let t: TestApi;
let all: string;
before(async () => {
  t = await openTestApi();
  all = await t.tokenOf("SAMR", "samr");
  const { records, access } = t.base;
  await access.directory.ensureOrganisation({ id: "oem-a", kind: "maker", names: { en: "A", zh: "甲" } });
  for (let key = 1n; key <= VEHICLES; key += 1n)
    await records.asSuperuser(
      "insert into vehicles (key, vin, registered, registered_at, organisation, maker) values ($1, $2, $3, now(), 'oem-a', $4)",
      [key, `LSVAA${String(key).padStart(12, "0")}`, key !== 4n, key % 2n === 0n ? "Even" : "Odd"],
    );
  await records.asSuperuser(
    `insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
     values ('hash', 'T', 1, 't', 't', 1, 4, '', '', '', '', '[]', '')`,
  );
  for (const [at, [vehicle, level]] of OPEN.entries())
    await records.asSuperuser(
      `insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
       values ($1, 'T', 1, 'hash', $2, 'firing', $3, 1, now(), now(), true, '[]', 1, now(), now(), now())`,
      [`fnd_${at}`, level, vehicle],
    );
});
after(() => t.close());

/** Keys of all pages; VINs of the test end in them. */
async function listed(query: string, limit: number): Promise<bigint[]> {
  const found: bigint[] = [];
  for (let next: string | null = ""; next !== null;) {
    const answer = await t.get(`/vehicles?${query}&limit=${limit}${next === "" ? "" : `&cursor=${next}`}`, all);
    assert.equal(answer.statusCode, 200, answer.body);
    const page = answer.json<{ items: { vin: string; openLevel: number }[]; next: string | null }>();
    found.push(...page.items.map(({ vin }) => BigInt(vin.slice(-4))));
    next = page.next;
  }
  return found;
}

test("vehicles by level follow each other over pages of any size, none lost and none twice", async () => {
  for (const limit of [1, 2, 3, 4, 5, 100]) assert.deepEqual(await listed("sort=-level", limit), IN_ORDER, `${limit}`);
});

test("the order holds under the filters of the list", async () => {
  assert.deepEqual(await listed("sort=-level&q=even", 2), [2n, 4n, 6n, 8n]);
  assert.deepEqual(
    await listed("sort=-level&state=registered", 3),
    IN_ORDER.filter((key) => key !== 4n),
  );
  assert.deepEqual(await listed("sort=-level&state=unregistered", 3), [4n]);
  assert.deepEqual(await listed("sort=-level&state=online", 3), []);
});

test("each vehicle tells its worst open level; orders and places that are none are refused", async () => {
  const { items } = (await t.get("/vehicles?sort=-level&limit=5", all)).json<{ items: { openLevel: number }[] }>();
  assert.deepEqual(
    items.map(({ openLevel }) => openLevel),
    [4, 4, 3, 3, 0],
  );
  const { next } = (await t.get("/vehicles?limit=1", all)).json<{ next: string }>();
  for (const query of ["sort=level", "sort=vin", `sort=-level&cursor=${next}`])
    assert.equal((await t.get(`/vehicles?${query}`, all)).statusCode, 400, query);
});
