import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { covers, reachesOf, ROLE_CODES, type RoleCode } from "@sandglass/casework";
import * as fc from "fast-check";
import { sql } from "kysely";
import { mayActor, vehicleIdOf, type Actor } from "../access/mod.ts";
import { encodeCursor } from "../http/mod.ts";
import { appendLeaves } from "../ledger/mod.ts";
import { SYSTEM_SUPERVISION } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { FINDING_SORTS, placeOf } from "./finding-sort.ts";
import { findFindings, getFinding, type Finding } from "./mod.ts";

const ORGANISATIONS = ["org_a", "org_b"] as const;
const REGIONS = ["440300", "440100", "310000"] as const;
const TERRITORIES = ["440000", "440300", "310000", undefined] as const;
const HUMAN_ROLES = ROLE_CODES.filter((role) => !role.startsWith("system:"));

interface Row {
  readonly key: bigint;
  readonly finding: string;
  readonly organisation: string | undefined;
  readonly region: string | undefined;
}

let records: TestRecords;
const rows: Row[] = [];

before(async () => {
  records = await openTestRecords();
  await records.asSuperuser(
    `insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
     values ('hash', 'T', 1, 't', 't', 1, 4, '', '', '', '', '[]', '')`,
  );
  for (const id of ORGANISATIONS)
    await records.asSuperuser("insert into organisations (id, kind, name_en, name_zh) values ($1, 'OEM', $1, $1)", [
      id,
    ]);
  let n = 0n;
  const add = async (organisation: string | undefined, region: string | undefined): Promise<void> => {
    const key = ++n;
    const finding = `fnd_${String(key).padStart(26, "0")}`;
    if (organisation !== undefined) {
      await records.asSuperuser(
        "insert into vehicles (key, vin, registered, organisation, region, registered_at) values ($1, $2, true, $3, $4, now())",
        [key, `LSVAA${String(key).padStart(12, "0")}`, organisation, region],
      );
    }
    await records.asSuperuser(
      `insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
       values ($1, 'T', 1, 'hash', 3, 'firing', $2, 1, now(), now(), true, '[]', 1, now(), now(), now())`,
      [finding, key],
    );
    rows.push({ key, finding, organisation, region });
  };
  for (const organisation of ORGANISATIONS) for (const region of REGIONS) await add(organisation, region);
  await add(undefined, undefined);
});
after(() => records.close());

/** What the permission matrix says, independent of SQL: of a vehicle that is hidden from a role it sees no finding either. */
function mayRead(role: RoleCode, organisation: string, territory: string | undefined, row: Row): boolean {
  const reaches = (object: "finding" | "vehicleRegister"): boolean =>
    reachesOf(role, object, "read").some((reach) => {
      if (reach === "all") return true;
      if (reach === "own") return row.organisation === organisation;
      if (reach === "territory")
        return territory !== undefined && row.region !== undefined && covers(territory, row.region);
      return false;
    });
  const seesAll = reachesOf(role, "finding", "read").includes("all");
  return seesAll || (reaches("finding") && reaches("vehicleRegister"));
}

test("a role sees exactly the findings that the matrix gives it, in lists and one by one", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...HUMAN_ROLES),
      fc.constantFrom(...ORGANISATIONS, "elsewhere"),
      fc.constantFrom(...TERRITORIES),
      async (role, organisation, territory) => {
        const actor: Actor = {
          kind: "person",
          id: "acc_1",
          role,
          organisation,
          ...(territory ? { region: territory } : {}),
        };
        // The route asks the matrix first whether the role may read findings at all.
        if (!mayActor(actor, "finding", "read"))
          return assert.ok(rows.every((row) => !mayRead(role, organisation, territory, row)));
        const seen = await records.transact(actor, (tx) => findFindings(tx, { limit: 100 }));
        const expected = rows.filter((row) => mayRead(role, organisation, territory, row));
        assert.deepEqual(
          seen.map((finding) => finding.vehicle).toSorted(),
          expected.map((row) => vehicleIdOf(row.key)).toSorted(),
          role,
        );
        for (const row of rows) {
          const one = records.transact(actor, (tx) => getFinding(tx, row.finding));
          if (expected.includes(row)) assert.equal((await one).id, row.finding);
          else await assert.rejects(one, (error: { code?: string }) => error.code === "SG_NOT_FOUND");
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("whoever reads a finding sees where it is recorded, also who has no right over the log", async () => {
  const service = `fnd_${"a".repeat(26)}`;
  const pack = `fnd_${"b".repeat(26)}`;
  const unread = `fnd_${"c".repeat(26)}`;
  const columns =
    "id, trigger_id, version, version_hash, level, status, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to";
  const values = "'T', 1, 'hash', 3, 'firing', 1, now(), now(), true, '[]', 1, now(), now(), now()";
  await records.asSuperuser(
    `insert into findings (${columns}, subject_kind, subject_id, subject_key, subject_organisation)
     values ($1, ${values}, 'ai_service', 'sub_1', 77, 'org_a')`,
    [service],
  );
  await records.asSuperuser(
    `insert into vehicles (key, vin, registered, organisation, details, registered_at) values (500, 'LSVAA000000000500', true, 'org_a', '{"batteryMaker": "org_b"}', now())`,
  );
  for (const id of [pack, unread])
    await records.asSuperuser(`insert into findings (${columns}, vehicle) values ($1, ${values}, $2)`, [
      id,
      id === pack ? 500 : rows[0].key,
    ]);
  await records.transact(SYSTEM_SUPERVISION, (tx) =>
    appendLeaves(
      tx,
      [service, service, pack, unread].map((subject) => ({
        kind: "finding",
        subject,
        content: {},
        organisation: "org_a",
      })),
    ),
  );
  const leavesFor = async (role: RoleCode, organisation: string, id: string): Promise<number> => {
    const actor: Actor = { kind: "person", id: "acc_1", role, organisation };
    return (await records.transact(actor, (tx) => getFinding(tx, id))).leaves.length;
  };
  const found = await records.transact(SYSTEM_SUPERVISION, (tx) =>
    findFindings(tx, { subject: { id: "sub_1" }, limit: 10 }),
  );
  assert.deepEqual(
    found.map(({ id }) => id),
    [service],
  );
  assert.equal(await leavesFor("AI_REGULATOR", "org_gov", service), 2);
  assert.equal(await leavesFor("TECH_FIRM", "org_a", service), 2);
  assert.equal(await leavesFor("BATTERY_MAKER", "org_b", pack), 1);
  await assert.rejects(
    leavesFor("BATTERY_MAKER", "org_b", unread),
    (error: { code?: string }) => error.code === "SG_NOT_FOUND",
  );
});

test("nobody but supervision writes findings, and nobody changes their events", async () => {
  for (const role of [...HUMAN_ROLES, "system:trigger", "system:intake"] as string[]) {
    const actor: Actor = { kind: "system", id: "x", role, organisation: "org_a" };
    const attempts = [
      `insert into finding_events (finding_id, kind, at) values ('${rows[0].finding}', 'cleared', now())`,
      "update finding_events set kind = 'cleared'",
      "delete from finding_events",
      "delete from findings",
    ];
    for (const statement of attempts) {
      await assert.rejects(
        records.transact(actor, (tx) => sql.raw(statement).execute(tx)),
        /permission denied|row-level security/,
        `${role}: ${statement}`,
      );
    }
    const changed = await records.transact(actor, (tx) =>
      sql.raw("update findings set status = 'cleared'").execute(tx),
    );
    assert.equal(changed.numAffectedRows, 0n, role);
  }
});

test("in every order a role meets the findings that it sees, each once and in that order, page after page", async () => {
  await records.asSuperuser(
    "update findings set level = 1 + ordinal % 3, onset = now() - make_interval(mins => ((ordinal * 5) % 4)::int)",
  );
  const order = fc.constantFrom(...FINDING_SORTS);
  await fc.assert(
    fc.asyncProperty(
      order,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom("SAMR", "OEM"),
      async (sort, limit, role) => {
        const actor: Actor = { kind: "person", id: "acc_1", role, organisation: "org_a" };
        const all = await records.transact(actor, (tx) => findFindings(tx, { limit: 100 }));
        const seen: Finding[] = [];
        for (let cursor: string | undefined; ;) {
          const page = { sort, limit, ...(cursor === undefined ? {} : { cursor }) };
          const found = await records.transact(actor, (tx) => findFindings(tx, page));
          seen.push(...found);
          const last = found.at(-1);
          if (last === undefined) break;
          cursor = encodeCursor(placeOf(sort, last));
        }
        const ids = (findings: readonly Finding[]): string[] => findings.map(({ id }) => id).sort();
        assert.deepEqual(ids(seen), ids(all));
        const key = sort.replace("-", "");
        const places = seen.map((each) =>
          key === "level" ? each.level : key === "onset" ? each.onset : Number(each.ordinal),
        );
        const rising = sort.startsWith("-") ? places.toReversed() : places;
        assert.ok(
          rising.every((place, index) => index === 0 || rising[index - 1]! <= place),
          `${sort}: ${places.join(", ")}`,
        );
        assert.ok(all.length > 2);
      },
    ),
    { numRuns: 40, seed: 5 },
  );
});
