/** Vehicles by their worst open finding: every page in order, nothing twice, nothing told that the actor may not read. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { openTestAccess, person, type TestAccess } from "./testing.ts";
import type { OpenVehicle } from "./list-vehicles.ts";

const ORGANISATIONS = ["oem-a", "oem-b"] as const;
const REGIONS = ["440305", "310000"] as const;
const VEHICLES = 12n;
const STATUSES = ["firing", "firing", "cleared", "retracted", "suppressed"] as const;
/** May the role of the actor read findings, and of which vehicles. */
const READERS = [
  { actor: person("SAMR", "samr"), sees: () => true, readsFindings: true },
  { actor: person("OEM", "oem-a"), sees: (key: bigint) => organisationOf(key) === "oem-a", readsFindings: true },
  {
    actor: person("LOCAL_IIT", "local", "440300"),
    sees: (key: bigint) => regionOf(key) === "440305",
    readsFindings: true,
  },
  // Reads the register, not the findings: all vehicles are alike.
  { actor: person("MPS", "mps"), sees: () => true, readsFindings: false },
  { actor: person("EXPERT", "experts"), sees: () => false, readsFindings: false },
] as const;
const organisationOf = (key: bigint): string => ORGANISATIONS[Number(key % 2n)]!;
const regionOf = (key: bigint): string => REGIONS[Number((key / 2n) % 2n)]!;

let t: TestAccess;
before(async () => {
  t = await openTestAccess();
  for (const id of ORGANISATIONS)
    await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
  await t.records.asSuperuser(
    `insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
     values ('hash', 'T', 1, 't', 't', 1, 4, '', '', '', '', '[]', '')`,
  );
  for (let key = 1n; key <= VEHICLES; key += 1n)
    await t.records.asSuperuser(
      "insert into vehicles (key, vin, registered, registered_at, organisation, region) values ($1, $2, true, now(), $3, $4)",
      [key, `LSVAA${String(key).padStart(12, "0")}`, organisationOf(key), regionOf(key)],
    );
});
after(() => t.close());

interface Written {
  readonly vehicle: bigint;
  readonly level: number;
  readonly status: (typeof STATUSES)[number];
}

/** Replaces all findings; in the order of the list they were found. */
async function write(findings: readonly Written[]): Promise<void> {
  await t.records.asSuperuser("delete from findings");
  await t.records.asSuperuser(
    `insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
     select 'fnd_' || n, 'T', 1, 'hash', level, status, vehicle, 1, now(), now(), true, '[]', n, now(), now(), now()
     from unnest($1::smallint[], $2::text[], $3::bigint[]) with ordinality as given (level, status, vehicle, n) order by n`,
    [findings.map(({ level }) => level), findings.map(({ status }) => status), findings.map(({ vehicle }) => vehicle)],
  );
}

/** The worst open finding of each vehicle, by hand: level, and its place among all. */
function worstOf(findings: readonly Written[]): Map<bigint, { level: number; at: number }> {
  const worst = new Map<bigint, { level: number; at: number }>();
  for (const [at, { vehicle, level, status }] of findings.entries())
    if (status === "firing" && level >= (worst.get(vehicle)?.level ?? 0)) worst.set(vehicle, { level, at });
  return worst;
}

const written = fc.array(
  fc.record({
    vehicle: fc.bigInt({ min: 1n, max: VEHICLES }),
    level: fc.integer({ min: 1, max: 4 }),
    status: fc.constantFrom(...STATUSES),
  }),
  { maxLength: 25 },
);

test("pages by level hold each vehicle once, the worst first, as far as the actor reads findings", async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(
      written,
      fc.constantFrom(...READERS),
      fc.integer({ min: 1, max: 5 }),
      async (findings, reader, limit) => {
        await write(findings);
        const worst = reader.readsFindings ? worstOf(findings) : new Map<bigint, never>();
        const visible = Array.from({ length: Number(VEHICLES) }, (_, index) => BigInt(index + 1)).filter(reader.sees);
        const open = visible
          .filter((key) => worst.has(key))
          .sort((a, b) => worst.get(b)!.level - worst.get(a)!.level || worst.get(b)!.at - worst.get(a)!.at);
        const { registry } = t.access;

        const found: OpenVehicle[] = [];
        for (let page: OpenVehicle[]; ; found.push(...page)) {
          page = await registry.listOpen(reader.actor, { limit, behind: found.at(-1) });
          if (page.length === 0) break;
        }
        assert.deepEqual(
          found.map(({ vehicle, level }) => [vehicle.key, level, vehicle.openLevel]),
          open.map((key) => [key, worst.get(key)!.level, worst.get(key)!.level]),
        );
        const all = await registry.list(reader.actor, { limit: 100 });
        assert.deepEqual(
          all.map(({ key, openLevel }) => [key, openLevel]),
          visible.map((key) => [key, worst.get(key)?.level ?? 0]),
        );
        told += found.length;
      },
    ),
    { numRuns: Number(process.env.SANDGLASS_SCOPE_RUNS ?? 20), seed: 211 },
  );
  assert.ok(told > 5, "some have open findings");
});
