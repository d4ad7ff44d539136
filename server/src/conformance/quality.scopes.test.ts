import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { covers, reachesOf, ROLE_CODES, type RoleCode } from "@sandglass/casework";
import type { Actor } from "../access/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import {
  findBursts,
  findPlatformDays,
  findPlatformQuality,
  findVehicleDays,
  findWorstVehicles,
  sumRules,
} from "./queries.ts";
import { BASE } from "./counters.ts";
import { RULES } from "./catalogue.ts";

const ORGANISATIONS = ["org_a", "org_b"] as const;
const REGIONS = ["440300", "310000"] as const;
const TERRITORIES = ["440000", "310000", undefined] as const;
const RANGE = { from: "2026-07-01", to: "2026-07-01" };

interface Row {
  readonly key: bigint;
  readonly organisation: string | undefined;
  readonly region: string | undefined;
}

let records: TestRecords;
const rows: Row[] = [];

before(async () => {
  records = await openTestRecords();
  for (const [i, id] of ORGANISATIONS.entries()) {
    await records.asSuperuser(
      "insert into organisations (id, kind, name_en, name_zh, region) values ($1, 'OEM', $1, $1, $2)",
      [id, REGIONS[i]],
    );
    await records.asSuperuser(
      "insert into platforms (id, name, organisation, username, password) values ($1, $1, $2, $1, 'x')",
      [`user_${id}`, id],
    );
    await records.asSuperuser(
      "insert into quality_platform_days (day, username, base, rules, hits, rules_version) values ('2026-07-01', $1, '{5}', '{3}', '{2}', 1)",
      [`user_${id}`],
    );
  }
  const add = async (organisation: string | undefined, region: string | undefined): Promise<void> => {
    const key = BigInt(rows.length + 1);
    if (organisation !== undefined)
      await records.asSuperuser(
        "insert into vehicles (key, vin, registered, organisation, region, registered_at) values ($1, $2, true, $3, $4, now())",
        [key, `LSVAA${String(key).padStart(12, "0")}`, organisation, region],
      );
    await records.asSuperuser(
      "insert into quality_vehicle_days (day, vehicle, base, rules, hits, rules_version) values ('2026-07-01', $1, '{7}', '{3}', '{2}', 1)",
      [key],
    );
    await records.asSuperuser(
      "insert into quality_bursts (vehicle, onset, level, edition, before_seconds, after_seconds) values ($1, '2026-07-01T04:00:00Z', 3, 2016, 30, 30)",
      [key],
    );
    rows.push({ key, organisation, region });
  };
  for (const organisation of ORGANISATIONS) for (const region of REGIONS) await add(organisation, region);
  await add(undefined, undefined);
});
after(() => records.close());

/** What the permission matrix says, independent of SQL. */
function mayRead(role: RoleCode, organisation: string, territory: string | undefined, row: Omit<Row, "key">): boolean {
  return reachesOf(role, "platformEvaluation", "read").some((reach) => {
    if (reach === "all") return true;
    if (reach === "own") return row.organisation === organisation;
    return (
      reach === "territory" && territory !== undefined && row.region !== undefined && covers(territory, row.region)
    );
  });
}

test("every role sees exactly the quality figures that the permission matrix gives it", async () => {
  const wrong: string[] = [];
  for (const role of ROLE_CODES.filter((code) => !code.startsWith("system:"))) {
    for (const organisation of ORGANISATIONS) {
      for (const region of TERRITORIES) {
        const actor: Actor = {
          kind: "person",
          id: "acc_1",
          role,
          organisation,
          ...(region === undefined ? {} : { region }),
        };
        await records.transact(actor, async (tx) => {
          let visible = 0;
          for (const row of rows) {
            const expected = mayRead(role, organisation, region, row) ? 1 : 0;
            visible += expected;
            const days = await findVehicleDays(tx, row.key, RANGE);
            const bursts = await findBursts(tx, row.key, 0, Date.UTC(2027, 0, 1));
            if (days.length !== expected || bursts.length !== expected)
              wrong.push(`${role} ${organisation} ${region} ${row.key}`);
          }
          for (const [i, of] of ORGANISATIONS.entries()) {
            const expected = mayRead(role, organisation, region, { organisation: of, region: REGIONS[i] }) ? 1 : 0;
            const days = await findPlatformDays(tx, `user_${of}`, RANGE);
            const listed = (await findPlatformQuality(tx, RANGE)).filter(({ id }) => id === `user_${of}`);
            if (days.length !== expected || listed.length !== expected)
              wrong.push(`${role} ${organisation} ${region} platform ${of}`);
          }
          const worst = await findWorstVehicles(
            tx,
            RANGE,
            RULES.map(({ number }) => number),
            { limit: 50 },
          );
          const { totals } = await sumRules(tx, RANGE);
          if (
            worst.length !== visible ||
            totals.base[BASE.frames] !== visible * 7 ||
            (totals.hits.get(3) ?? 0) !== visible * 2
          )
            wrong.push(`${role} ${organisation} ${region} sums`);
        });
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test("nobody but the counters writes quality figures", async () => {
  for (const role of ["SUPERVISOR_ALL", "NAT_PLATFORM", "system:supervision"]) {
    const actor: Actor = { kind: "system", id: role, role, organisation: "" };
    for (const statement of [
      "insert into quality_vehicle_days (day, vehicle, base, rules, hits, rules_version) values ('2026-07-02', 1, '{}', '{}', '{}', 1)",
      "insert into quality_bursts (vehicle, onset, level, edition, before_seconds, after_seconds) values (1, now(), 3, 2016, 0, 0)",
    ]) {
      await assert.rejects(
        records.transact(actor, async (tx) => {
          await tx.executeQuery({
            sql: statement,
            parameters: [],
            query: undefined as never,
            queryId: { queryId: "q" },
          } as never);
        }),
        /row-level security/,
      );
    }
  }
});
