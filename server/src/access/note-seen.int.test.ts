import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SYSTEM_INTAKE, type Records } from "../records/mod.ts";
import type { SeenVehicle } from "./note-seen.ts";
import { Registry } from "./registry.ts";
import { openTestAccess, person, type TestAccess } from "./testing.ts";

let t: TestAccess;
/** Transactions that the registry began. */
let transactions = 0;
let registry: Registry;
before(async () => {
  t = await openTestAccess();
  const counted: Records = Object.assign(Object.create(t.records) as Records, {
    transact: ((...given) => {
      transactions += 1;
      return t.records.transact(...given);
    }) satisfies Records["transact"],
  });
  registry = new Registry({
    records: counted,
    keyOf: t.access.keyOf,
    appendLeaf: async () => undefined,
    now: Date.now,
  });
});
after(() => t.close());

const seen = (index: number, given: Partial<SeenVehicle> = {}): SeenVehicle => {
  const vin = `LSGSEEN0${String(index).padStart(9, "0")}`;
  return { key: t.access.keyOf(vin), vin, firstSeen: Date.UTC(2026, 0, 1), edition: 2025, link: "terminal", ...given };
};
const monitor = person("NAT_PLATFORM", "monitor");

test("twelve thousand vehicles that are seen at once are written in a few statements, none left out", async () => {
  const some = Array.from({ length: 12_000 }, (_, index) => seen(index));
  transactions = 0;
  await registry.noteSeen(some);
  assert.ok(transactions <= 3, `${transactions} transactions`);
  const [{ known }] = (await t.records.asSuperuser(
    "select count(*)::integer as known from vehicles where first_seen = '2026-01-01Z' and not registered and link = 'terminal'",
  )) as [{ known: number }];
  assert.equal(known, 12_000);
});

test("vehicles that were seen before are not written again, as after a restart", async () => {
  const some = Array.from({ length: 50 }, (_, index) => seen(100_000 + index));
  await registry.noteSeen(some);
  await registry.noteSeen(some.map((each) => ({ ...each, firstSeen: Date.UTC(2026, 5, 1) })));
  const rows = await t.records.asSuperuser(
    "select first_seen, xmax::text as locked from vehicles where vin like 'LSGSEEN0000100%'",
  );
  assert.equal(rows.length, 50);
  // A row that was locked or changed names the transaction.
  assert.deepEqual(
    rows.filter(({ locked, first_seen: at }) => locked !== "0" || (at as Date).getTime() !== Date.UTC(2026, 0, 1)),
    [],
  );
});

test("of several sightings at once the first counts", async () => {
  await registry.noteSeen([
    seen(200_000, { edition: 2016, link: "platform" }),
    seen(200_000, { edition: 2025, firstSeen: Date.UTC(2026, 0, 2) }),
  ]);
  const { firstSeen, edition, link } = await registry.get(monitor, seen(200_000).key);
  assert.deepEqual([firstSeen, edition, link], [Date.UTC(2026, 0, 1), "2016", "platform"]);
});

test("a registered vehicle gets its first reception and keeps what was registered", async () => {
  const vehicle = seen(300_000);
  await t.access.directory.ensureOrganisation({ id: "m", kind: "maker", names: { en: "m", zh: "m" } });
  await registry.register(monitor, [{ vin: vehicle.vin, organisation: "m", maker: "Maker", model: "M1" }]);
  await registry.noteSeen([vehicle]);
  const { firstSeen, model, organisation } = await registry.get(monitor, vehicle.key);
  assert.deepEqual([firstSeen, model, organisation], [vehicle.firstSeen, "M1", "m"]);
});

test("a vehicle that another transaction adds meanwhile is seen all the same", async () => {
  const vehicle = seen(400_000);
  let noted: Promise<void> | undefined;
  await t.records.transact(SYSTEM_INTAKE, async (tx) => {
    await tx
      .insertInto("vehicles")
      .values({
        key: vehicle.key,
        vin: vehicle.vin,
        organisation: null,
        maker: null,
        model: null,
        region: null,
        powertrain: null,
        registered_at: null,
        first_seen: null,
        edition: null,
        link: null,
      })
      .execute();
    noted = registry.noteSeen([vehicle]);
    // Until it waits for this one: by then it has looked who is known, and found nobody.
    const deadline = performance.now() + 20_000;
    for (let waits = false; !waits && performance.now() < deadline;)
      waits =
        (
          await t.records.asSuperuser(
            "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          )
        ).length > 0;
  });
  await noted;
  assert.equal((await registry.get(monitor, vehicle.key)).firstSeen, vehicle.firstSeen);
});

test("types of registered vehicles are found by their text, after a change too", async () => {
  const [first, second] = [seen(500_000), seen(500_001)];
  const organisation = "m";
  await registry.register(monitor, [
    { vin: first.vin, organisation, model: "Falcon" },
    { vin: second.vin, organisation, model: "Heron" },
  ]);
  await registry.register(monitor, [{ vin: second.vin, organisation, model: "Ibis" }]);
  const found = async (text: string): Promise<bigint[]> =>
    (await registry.list(monitor, { text, limit: 10 })).map(({ key }) => key);
  assert.deepEqual([await found("falcon"), await found("heron"), await found("ibis")], [[first.key], [], [second.key]]);
});
