import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, regionsOf, type Region, type TriggerSet } from "@sandglass/triggers";
import Fastify from "fastify";
import type { Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { RegionRegistry, regionRoutes } from "./mod.ts";

const actor = (role: string, organisation: string): Actor => ({
  kind: "person",
  id: `acc_${role}_${organisation}`,
  role,
  organisation,
});
const SAMR = actor("SAMR", "samr");
const OEM = actor("OEM", "oem-a");
const OTHER = actor("OEM", "oem-b");
const EXPERT = actor("EXPERT", "");

const square = (x: number, y = 22, size = 0.1) => ({
  type: "Polygon",
  coordinates: [
    [
      [x, y],
      [x + size, y],
      [x + size, y + size],
      [x, y + size],
      [x, y],
    ],
  ],
});
const input = (en: string, zh: string, geometry: unknown = square(114)) => ({
  names: { en, zh },
  geometry,
  coordinateSystem: "WGS-84" as const,
});

function compile(name: string, regions: readonly Region[]): TriggerSet | undefined {
  const result = compileTriggers(
    [{ text: `trigger R version 1 { when not inside(${JSON.stringify(name)}) for 60 s ; }` }],
    CATALOGUE,
    { regions },
  );
  return result.ok ? result.set : undefined;
}
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "ok",
    (error: unknown) => (error as { readonly code?: string }).code ?? String(error),
  );

describe("the registry of regions", () => {
  let records: TestRecords;
  let registry: RegionRegistry;
  before(async () => {
    records = await openTestRecords();
    registry = await RegionRegistry.open({ records, now: () => Date.UTC(2026, 10, 22) });
  });
  after(() => records.close());

  test("a region is nameable at once, in both languages and by id; a change makes another shape and keeps the old one", async () => {
    const told: string[] = [];
    const stop = registry.onChange((id) => told.push(id));
    const id = await registry.create(SAMR, "area", { ...input("Demo zone", "示范区"), areaCode: "440300" });
    const names = [id, "demo ZONE", "示范区"];
    const sets = names.map((name) => compile(name, registry.visibleTo(SAMR)));
    assert.equal(new Set(sets.map((set) => set?.triggers[0]?.versionHash)).size, 1);
    assert.equal(registry.find("440300")?.region.id, id);
    const [before] = sets;
    assert.ok(before);
    await registry.pinNow(before);
    await registry.revise(SAMR, id, 1, input("Demo zone", "示范区", square(115)));
    const now = compile("示范区", registry.visibleTo(SAMR));
    assert.notEqual(now?.hash, before.hash);
    const pinned = registry.pinnedTo(before.hash);
    assert.ok(pinned);
    assert.equal(compile("示范区", pinned)?.hash, before.hash, "what was put in force means the shape of then");
    const again = await RegionRegistry.open({ records, now: () => 0 });
    assert.equal(compile("Demo zone", again.pinnedTo(before.hash) ?? [])?.hash, before.hash, "also after a restart");
    const { version, versions, pins } = await registry.get(SAMR, id, 1);
    assert.deepEqual([version.version, versions.length, pins], [1, 2, 1]);
    assert.equal(version.shape, regionsOf(before)[0]?.shape);
    await registry.retire(SAMR, id);
    assert.equal(compile("示范区", registry.visibleTo(SAMR)), undefined);
    assert.ok(compile("示范区", registry.pinnedTo(before.hash) ?? []));
    assert.equal(await codeOf(registry.revise(SAMR, id, 2, input("x", "x"))), "SG_REGION_RETIRED");
    assert.deepEqual(told, [id, id, id]);
    stop();
    const leaves = await records.asSuperuser(
      "select content->>'event' as event from ledger_leaves where kind = 'region' order by ordinal",
    );
    assert.deepEqual(
      leaves.map(({ event }) => event),
      ["created", "revised", "retired"],
    );
    const rows = await records.asSuperuser("select count(*) as n from region_versions");
    assert.equal(Number(rows[0]?.n), 2);
  });

  test("a name leads to one region in either language, also where the other one is hidden; a retired one gives it back", async () => {
    const id = await registry.create(OEM, "area", input("Yard", "场地"));
    for (const [en, zh] of [
      ["yard", "别处"],
      ["Elsewhere", "YARD"],
      ["Elsewhere", "场地"],
    ])
      assert.equal(
        await codeOf(registry.create(OTHER, "area", input(en as string, zh as string))),
        "SG_REGION_NAME_USED",
      );
    assert.equal(await codeOf(registry.revise(OEM, id, 1, input("Yard", "场地", square(113)))), "ok");
    assert.equal(await codeOf(registry.revise(OEM, id, 1, input("Yard", "场地"))), "SG_REGION_CHANGED");
    await registry.retire(OEM, id);
    assert.equal(await codeOf(registry.create(OTHER, "area", input("Yard", "场地"))), "ok");
  });

  test("a region of an enterprise is its own and the authorities'; what an authority draws everybody may name", async () => {
    const own = await registry.create(OEM, "area", input("Own track", "自有试验场"));
    const shared = await registry.create(SAMR, "road", {
      ...input("Ring road", "环路", {
        type: "LineString",
        coordinates: [
          [114, 22],
          [114.2, 22],
        ],
      }),
      breadthM: 20,
    });
    const sees = async (who: Actor) => (await registry.list(who, { limit: 100 })).map(({ region }) => region.id);
    for (const [who, expected] of [
      [SAMR, [true, true]],
      [OEM, [true, true]],
      [OTHER, [false, true]],
    ] as const) {
      const ids = await sees(who);
      assert.deepEqual([ids.includes(own), ids.includes(shared)], expected, who.id);
      const visible = registry.visibleTo(who).map(({ id }) => id);
      assert.deepEqual([visible.includes(own), visible.includes(shared)], expected, who.id);
    }
    assert.equal(await codeOf(registry.list(EXPERT, { limit: 1 })), "SG_FORBIDDEN");
    assert.equal(await codeOf(registry.get(OTHER, own)), "SG_NOT_FOUND");
    assert.equal(await codeOf(registry.retire(OTHER, own)), "SG_NOT_FOUND");
    assert.equal(await codeOf(registry.retire(OEM, shared)), "SG_FORBIDDEN");
    assert.equal(
      await codeOf(
        registry.revise(
          OEM,
          shared,
          1,
          input("x", "x", {
            type: "LineString",
            coordinates: [
              [1, 1],
              [2, 2],
            ],
          }),
        ),
      ),
      "SG_FORBIDDEN",
    );
    assert.equal(await codeOf(registry.create(EXPERT, "area", input("E", "专家"))), "SG_FORBIDDEN");
    // Row policies refuse what the code would let through.
    await assert.rejects(
      records.transact(OEM, (tx) =>
        tx
          .insertInto("regions")
          .values({
            id: "rgn_x",
            kind: "area",
            name_en: "x",
            name_zh: "x",
            area_code: null,
            organisation: "oem-b",
            shared: false,
            version: 1,
            created_by: OEM.id,
            created_at: new Date(),
            retired_at: null,
            retired_by: null,
          })
          .execute(),
      ),
      /row-level security/,
    );
  });

  test("over HTTP: upload in GCJ-02, page, read, version, refuse with a code and a place", async () => {
    const app = Fastify();
    let who = SAMR;
    app.decorateRequest("actor");
    app.addHook("onRequest", async (request) => {
      request.actor = who;
    });
    app.setErrorHandler((error: { code?: string; status?: number; message: string }, _, reply) =>
      reply
        .code(error.status ?? 500)
        .serializer(JSON.stringify)
        .send({ code: error.code, message: error.message }),
    );
    await app.register(regionRoutes({ regions: registry }));
    const body = {
      kind: "area",
      names: { en: "Port", zh: "港区" },
      geometry: { type: "Feature", properties: {}, geometry: square(113.9) },
      coordinateSystem: "GCJ-02",
      source: "survey 7",
    };
    const made = await app.inject({ method: "POST", url: "/regions", payload: body });
    assert.equal(made.statusCode, 201, made.body);
    const region = made.json<{
      id: string;
      version: number;
      box: { west: number };
      geometry: { type: string };
      shape: string;
    }>();
    assert.ok(Math.abs(region.box.west - 113.9) > 0.001, "kept in WGS-84");
    assert.equal(region.geometry.type, "MultiPolygon");
    const page = await app.inject({ method: "GET", url: "/regions?limit=1&kind=area" });
    const first = page.json<{ items: { id: string }[]; next: string }>();
    const next = await app.inject({ method: "GET", url: `/regions?limit=1&kind=area&cursor=${first.next}` });
    assert.notEqual(next.json<{ items: { id: string }[] }>().items[0]?.id, first.items[0]?.id);
    const revised = await app.inject({
      method: "PUT",
      url: `/regions/${region.id}`,
      payload: { version: 1, names: body.names, geometry: square(113.8) },
    });
    assert.equal(revised.json<{ version: number }>().version, 2, revised.body);
    const old = await app.inject({ method: "GET", url: `/regions/${region.id}?version=1` });
    assert.deepEqual(
      [old.json<typeof region>().shape, old.json<{ currentVersion: number }>().currentVersion],
      [region.shape, 2],
    );
    const open = square(100);
    open.coordinates[0]?.pop();
    const refused = await app.inject({
      method: "POST",
      url: "/regions",
      payload: { ...body, names: { en: "a", zh: "b" }, geometry: open },
    });
    assert.equal(refused.statusCode, 422);
    assert.match(refused.body, /SG_REGION_RING_OPEN.*geometry\.coordinates\[0\]/);
    who = EXPERT;
    assert.equal((await app.inject({ method: "GET", url: "/regions" })).statusCode, 403);
    await app.close();
  });
});
