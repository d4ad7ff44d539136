import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { hostOf } from "../../http/host.fixture.ts";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { PackStore, packRoutes, type PackFiles } from "./mod.ts";

const names = { en: "Speed", zh: "车速" };
const manifest = {
  id: "speed",
  version: 1,
  title: names,
  description: names,
  basis: [{ text: "a rule", certainty: "P" }],
  effective: { from: "2026-01-01" },
  triggers: ["a.tdl"],
  tests: [],
};
const files: PackFiles = {
  "pack.json": JSON.stringify(manifest),
  "a.tdl": 'trigger FAST version 1 "Fast" / "超速" { when speed > 100 km/h; }',
};
const SAMR = { kind: "person", id: "acc_samr", role: "SAMR", organisation: "samr" } as const;

let records: TestRecords;
let packs: PackStore;
let app: FastifyInstance;

before(async () => {
  records = await openTestRecords();
  packs = await PackStore.open({ records, shipped: new Map([["speed", files]]), now: Date.now });
  app = await hostOf([packRoutes({ packs })], () => SAMR);
});
after(async () => {
  await app.close();
  await records.close();
});

const fork = (id: string, changed: object = {}) =>
  app.inject({ method: "POST", url: "/packs/speed/fork", payload: { id, files: changed } });
const listed = async (): Promise<string[]> =>
  (await app.inject({ method: "GET", url: "/packs" })).json().items.map(({ id }: { readonly id: string }) => id);

test("a pack that there is not is not found, and the answer names those that there are", async () => {
  for (const [method, url, payload] of [
    ["GET", "/packs/none"],
    ["PUT", "/packs/none/install"],
    ["DELETE", "/packs/none/pin"],
    ["GET", "/packs/speed/diff?from=none"],
    ["POST", "/packs/none/fork", { id: "mine" }],
  ] as const) {
    const answer = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    assert.equal(answer.statusCode, 404, `${method} ${url}: ${answer.body}`);
    assert.deepEqual([answer.json().error.code, answer.json().error.possible], ["SG_PACK_UNKNOWN", ["speed"]]);
  }
});

test("texts of a fork that cannot be used are refused with the reason, and nothing of them is kept", async () => {
  const own = (changed: object): object => ({ "pack.json": JSON.stringify({ ...manifest, ...changed }) });
  const refused: readonly (readonly [what: string, files: object, reason: RegExp])[] = [
    ["a text that does not compile", { "a.tdl": "trigger ?" }, /a\.tdl:1:/],
    ["no JSON", { "pack.json": "{" }, /pack\.json is not JSON/],
    ["a list for a manifest", { "pack.json": "[]" }, /pack\.json/],
    ["no title", own({ title: undefined }), /title/],
    ["a version that is none", own({ version: 1e12 }), /version/],
    ["tests that are no list", own({ tests: 5 }), /tests/],
    ["a day that is none", own({ effective: { from: "soon" } }), /effective/],
    ["a file that is missing", own({ triggers: ["b.tdl"] }), /b\.tdl/],
    ["characters that are none", { "a.tdl": `${files["a.tdl"]}\0` }, /a\.tdl/],
  ];
  for (const [what, changed, reason] of refused) {
    const answer = await fork("mine", changed);
    assert.equal(answer.statusCode, 422, `${what}: ${answer.body}`);
    assert.equal(answer.json().error.code, "SG_PACK_TEXTS", what);
    assert.match(answer.json().error.message, reason, what);
  }
  assert.deepEqual(await listed(), ["speed"]);
  assert.equal((await fork("mine")).statusCode, 200);
  const edited = await app.inject({ method: "PUT", url: "/packs/mine/files", payload: { files: { "a.tdl": "x" } } });
  assert.deepEqual([edited.statusCode, edited.json().error.code], [422, "SG_PACK_TEXTS"]);
  const kept = await app.inject({ method: "GET", url: "/packs/mine" });
  assert.equal(kept.json().files["a.tdl"], files["a.tdl"]);
});

test("of forks under one id at the same moment one is kept and the others are told that it exists", async () => {
  const answers = await Promise.all(["a", "b", "c", "d"].map((letter) => fork("race", { "x.json": `"${letter}"` })));
  const kept = answers.filter(({ statusCode }) => statusCode === 200);
  assert.equal(kept.length, 1, answers.map(({ body }) => body).join("\n"));
  for (const answer of answers)
    if (answer.statusCode !== 200) assert.equal(answer.json().error.code, "SG_PACK_EXISTS", answer.body);
});
