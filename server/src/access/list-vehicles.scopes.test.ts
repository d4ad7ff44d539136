/** Vehicles by their worst open finding: page by page what the plain query tells each actor, whatever happened to findings and vehicles. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { sql } from "kysely";
import { SYSTEM_ACCESS, SYSTEM_SUPERVISION, type Actor, type Tx } from "../records/mod.ts";
import type { OpenVehicle } from "./list-vehicles.ts";
import { openTestAccess, person, type TestAccess } from "./testing.ts";
import type { Vehicle } from "./vehicle-rows.ts";

const ORGANISATIONS = ["oem-a", "oem-b", "cell-co"] as const;
const REGIONS = ["440305", "440106", "310000", undefined] as const;
const MODELS = ["Even", "Odd"] as const;
const STATUSES = ["firing", "firing", "firing", "cleared", "retracted", "suppressed"] as const;
/** Keys of the property; those above the first twelve are not in the register at first. */
const VEHICLES = 15n;
const KNOWN = 12n;
/** All, by owner, by party, by territory; two who read the register but not the findings, and some who read neither. */
const READERS = [
  person("SAMR", "samr"),
  person("MIIT", "miit"),
  person("EIDC", "eidc"),
  person("RECALL_CENTER", "drc"),
  person("OEM", "oem-a"),
  person("OEM", "oem-b"),
  person("OEM", ""),
  person("BATTERY_MAKER", "cell-co"),
  person("OPERATOR", "oem-b"),
  person("LOCAL_IIT", "local", "440000"),
  person("LOCAL_PLATFORM", "local", "440300"),
  person("LOCAL_MOT", "local", "310000"),
  person("LOCAL_IIT", "local"),
  person("MPS", "mps"),
  person("TRAFFIC_POLICE", "police"),
  person("MOT", "mot"),
  person("EXPERT", "experts"),
  person("TEST_LAB", "lab"),
] as const;

let t: TestAccess;
before(async () => {
  t = await openTestAccess();
  for (const id of ORGANISATIONS)
    await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
  await t.records.asSuperuser(
    `insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
     values ('hash', 'T', 1, 't', 't', 1, 4, '', '', '', '', '[]', '')`,
  );
});
after(() => t.close());

interface Placed {
  readonly vehicle: bigint;
  readonly organisation: string | undefined;
  readonly party: string | undefined;
  readonly region: string | undefined;
  readonly model: string;
}

/** Registers a vehicle, or changes what is registered; without an organisation it is not registered. */
const place = (tx: Tx, { vehicle, organisation, party, region, model }: Placed): Promise<unknown> =>
  sql`insert into vehicles (key, vin, registered, registered_at, organisation, region, model, details)
    values (${vehicle}, ${`LSVAA${String(vehicle).padStart(12, "0")}`}, ${organisation !== undefined}, now(), ${organisation ?? null},
      ${region ?? null}, ${model}, ${JSON.stringify(party === undefined ? {} : { batteryMaker: party, operator: "oem-b" })})
    on conflict (key) do update set registered = excluded.registered, organisation = excluded.organisation, region = excluded.region,
      model = excluded.model, details = excluded.details`.execute(tx);

let opened = 0;
const open = (tx: Tx, vehicle: bigint, level: number, status: string): Promise<unknown> =>
  sql`insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
    values (${`fnd_${(opened += 1)}`}, 'T', 1, 'hash', ${level}, ${status}, ${vehicle}, 1, now(), now(), true, '[]', 1, now(), now(), now())`.execute(
    tx,
  );

const supervise = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => t.records.transact(SYSTEM_SUPERVISION, work);
const administer = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => t.records.transact(SYSTEM_ACCESS, work);

async function reset(): Promise<void> {
  await t.records.asSuperuser("delete from findings");
  await t.records.asSuperuser("delete from vehicles");
  await administer(async (tx) => {
    for (let vehicle = 1n; vehicle <= KNOWN; vehicle += 1n)
      await place(tx, {
        vehicle,
        organisation: ORGANISATIONS[Number(vehicle % 2n)],
        party: vehicle % 3n === 0n ? "cell-co" : undefined,
        region: REGIONS[Number(vehicle % 4n)],
        model: MODELS[Number(vehicle % 2n)]!,
      });
  });
}

/** What happens, one transaction each, as the product writes it. */
const vehicle = fc.bigInt({ min: 1n, max: VEHICLES });
const level = fc.integer({ min: 1, max: 4 });
const happening = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("open"), vehicle, level, status: fc.constantFrom(...STATUSES) }),
  },
  fc.record({ kind: fc.constant("change"), vehicle, level, status: fc.constantFrom(...STATUSES) }),
  fc.record({
    kind: fc.constant("place"),
    vehicle,
    organisation: fc.option(fc.constantFrom(...ORGANISATIONS), { nil: undefined }),
    party: fc.option(fc.constantFrom(...ORGANISATIONS), { nil: undefined }),
    region: fc.constantFrom(...REGIONS),
    model: fc.constantFrom(...MODELS),
  }),
);
const filter = fc.record({
  text: fc.constantFrom(undefined, undefined, "even", "oem-a"),
  registered: fc.constantFrom(undefined, undefined, true, false),
  where: fc.constantFrom(undefined, undefined, (key: bigint) => key % 3n !== 0n),
});

/** The plain query: the row policies of vehicles and findings decide, and nothing else does. */
async function plainly(
  actor: Actor,
  { text, registered, where = () => true }: { text?: string; registered?: boolean; where?: (key: bigint) => boolean },
): Promise<{ key: bigint; level: number }[]> {
  const { rows } = await t.records.transact(actor, (tx) =>
    sql<{ key: bigint; level: number }>`
      select v.key, coalesce(worst.level, 0) as level from vehicles v left join lateral (
        select level, ordinal from findings where vehicle = v.key and status = 'firing' order by level desc, ordinal desc limit 1
      ) worst on true
      where (${text ?? null}::text is null or v.model ilike ${text ?? ""} or v.organisation = ${text ?? ""})
        and (${registered ?? null}::boolean is null or v.registered = ${registered ?? null})
      order by worst.level desc nulls last, worst.ordinal desc, v.key`.execute(tx),
  );
  return rows.filter(({ key }) => where(key));
}

/** All pages, one after the other. */
async function pages<Each>(page: (last: Each | undefined) => Promise<readonly Each[]>): Promise<Each[]> {
  const all: Each[] = [];
  for (let found: readonly Each[]; ; all.push(...found)) {
    found = await page(all.at(-1));
    if (found.length === 0) return all;
  }
}

test("pages by level are the plain query of each actor, after findings and vehicles changed", async () => {
  let told = 0;
  let calm = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 10, maxLength: 20 }),
      fc.shuffledSubarray([...READERS], { minLength: 3, maxLength: 3 }),
      filter,
      fc.integer({ min: 2, max: 6 }),
      async (happenings, readers, asked, limit) => {
        await reset();
        for (const each of happenings)
          if ("organisation" in each) await administer((tx) => place(tx, each));
          else if (each.kind === "open") await supervise((tx) => open(tx, each.vehicle, each.level, each.status));
          else
            await supervise((tx) =>
              sql`update findings set level = ${each.level}, status = ${each.status} where vehicle = ${each.vehicle}`.execute(
                tx,
              ),
            );
        for (const reader of readers) {
          const expected = await plainly(reader, asked);
          const { registry } = t.access;
          const found = await pages<OpenVehicle>((last) =>
            registry.listOpen(reader, { ...asked, limit, behind: last }),
          );
          assert.deepEqual(
            found.map(({ vehicle: { key, openLevel }, level: by }) => [key, openLevel, by]),
            expected.filter((each) => each.level > 0).map((each) => [each.key, each.level, each.level]),
          );
          const byKey = [...expected].sort((a, b) => (a.key < b.key ? -1 : 1));
          const all = await pages<Vehicle>((last) => registry.list(reader, { ...asked, limit, after: last?.key }));
          assert.deepEqual(
            all.map(({ key, openLevel }) => [key, openLevel]),
            byKey.map((each) => [each.key, each.level]),
          );
          const rest = await pages<Vehicle>((last) =>
            registry.list(reader, { ...asked, calm: true, limit, after: last?.key }),
          );
          assert.deepEqual(
            rest.map(({ key }) => key),
            byKey.filter((each) => each.level === 0).map(({ key }) => key),
          );
          told += found.length;
          calm += rest.length;
        }
      },
    ),
    { numRuns: Number(process.env.SANDGLASS_SCOPE_RUNS ?? 6), seed: 211 },
  );
  assert.ok(told > 5 && calm > 5, `some have open findings (${told}), some have none (${calm})`);
});

/** Goes on with the first when the second has come to wait for it, or is through. */
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

test("a finding and its vehicle that are written at once are found with each other", async () => {
  const samr = READERS[0];
  const registered = { vehicle: 20n, party: undefined, region: undefined, model: "Even" };
  const keys = async (actor: Actor): Promise<bigint[]> =>
    (await t.access.registry.listOpen(actor, { limit: 100 })).map(({ vehicle: { key } }) => key);
  await reset();

  let adding: Promise<unknown> | undefined;
  await supervise(async (tx) => {
    await open(tx, 20n, 3, "firing");
    adding = administer((other) => place(other, { ...registered, organisation: "oem-a" }));
    await soon();
  });
  await adding;
  assert.deepEqual(await keys(samr), [20n], "the vehicle is added while its finding is written");

  let finding: Promise<unknown> | undefined;
  await administer(async (tx) => {
    await place(tx, { ...registered, vehicle: 21n, organisation: "oem-a" });
    finding = supervise((other) => open(other, 21n, 3, "firing"));
    await soon();
  });
  await finding;
  assert.deepEqual(await keys(samr), [21n, 20n], "the finding is written while its vehicle is added");

  await administer(async (tx) => {
    await place(tx, { ...registered, organisation: "oem-b" });
    finding = supervise((other) => open(other, 20n, 4, "firing"));
    await soon();
  });
  await finding;
  assert.deepEqual(await keys(person("OEM", "oem-b")), [20n], "the vehicle goes to another maker meanwhile");
  assert.deepEqual(await keys(person("OEM", "oem-a")), [21n]);

  await supervise(async (tx) => {
    await open(tx, 21n, 1, "firing");
    finding = supervise((other) => open(other, 21n, 4, "firing"));
    await soon();
  });
  await finding;
  const [worst] = await t.access.registry.listOpen(samr, { limit: 1 });
  assert.deepEqual([worst?.vehicle.key, worst?.level], [21n, 4], "two findings of one vehicle at once");
});

test("a page is full whether its vehicles are near each other or thousands of others lie between", async () => {
  await reset();
  await t.records.asSuperuser(
    `insert into vehicles (key, vin, registered, registered_at, organisation, region, model)
     select 1000 + n, 'LSVBB' || lpad(n::text, 12, '0'), true, now(), case when n % 4000 = 1 then 'oem-b' else 'oem-a' end,
       case when n % 3000 = 2 then '310115' else '440305' end, case when n % 2 = 0 then 'Even' else 'Far' end
     from generate_series(1, 21000) n`,
  );
  await t.records.asOwner("analyze vehicles");
  const { registry } = t.access;
  for (const [reader, text] of [
    [person("OEM", "oem-b"), undefined],
    [person("OEM", "oem-a"), "far"],
    [person("LOCAL_IIT", "local", "310000"), undefined],
    [person("SAMR", "samr"), "oem-b"],
  ] as const) {
    const expected = (await plainly(reader, { text: text === "far" ? "Far" : text })).map(({ key }) => key);
    const found = await pages<Vehicle>((last) => registry.list(reader, { text, limit: 1_000, after: last?.key }));
    assert.deepEqual(
      found.map(({ key }) => key),
      expected,
    );
  }
});

test("nobody but the triggers writes the index of vehicles with open findings", async () => {
  for (const statement of [
    "insert into open_vehicle_index (scope, vehicle, level, ordinal, type, registered) values ('*', 1, 4, 1, 1, true)",
    "update open_vehicle_index set level = 1",
    "delete from open_vehicle_index",
    "select index_open_vehicles('{1}')",
    "select region from vehicle_regions",
  ])
    await assert.rejects(
      supervise((tx) => sql.raw(statement).execute(tx)),
      /permission denied/,
      statement,
    );
});
