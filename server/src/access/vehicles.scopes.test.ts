import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { covers, reachesOf, ROLE_CODES, type RoleCode } from "@sandglass/casework";
import * as fc from "fast-check";
import { SandglassError } from "../errors/mod.ts";
import { SYSTEM_SETUP } from "../records/mod.ts";
import { openTestAccess, person, type TestAccess } from "./testing.ts";

const ORGANISATIONS = ["a", "b", "c"] as const;
const REGIONS = ["440300", "440100", "310000", "110105"] as const;
const TERRITORIES = ["440000", "440300", "310000", "000000", undefined] as const;
const HUMAN_ROLES = ROLE_CODES.filter((role) => !role.startsWith("system:"));

interface Row {
  readonly key: bigint;
  readonly organisation: string | undefined;
  readonly region: string | undefined;
}

/** What the matrix of REQUIREMENTS 8.2 says, independent of SQL. */
function mayRead(
  object: "vehicleRegister" | "rawTelemetry",
  role: RoleCode,
  organisation: string,
  territory: string | undefined,
  row: Row,
  inCase: boolean,
): boolean {
  return reachesOf(role, object, "read").some((reach) => {
    switch (reach) {
      case "all":
        return true;
      case "own":
        return row.organisation === organisation;
      case "territory":
        return (
          territory !== undefined && row.region !== undefined && territory !== "000000" && covers(territory, row.region)
        );
      case "case":
        return inCase;
      default:
        return false;
    }
  });
}

describe("vehicles and their telemetry, by role, organisation, territory and case", () => {
  let t: TestAccess;
  const rows: Row[] = [];

  before(async () => {
    t = await openTestAccess();
    for (const id of ORGANISATIONS)
      await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
    let n = 0;
    for (const organisation of ORGANISATIONS) {
      for (const region of REGIONS) {
        const vin = `LSJE36091MS${String(n++).padStart(6, "0")}`;
        await t.access.registry.register(SYSTEM_SETUP, [{ vin, organisation, region }]);
        rows.push({ key: t.access.keyOf(vin), organisation, region });
      }
    }
    const lost = "LSJE36091MS999999";
    await t.access.registry.noteSeen([
      { key: t.access.keyOf(lost), vin: lost, firstSeen: 0, edition: 2016, link: "terminal" },
    ]);
    rows.push({ key: t.access.keyOf(lost), organisation: undefined, region: undefined });
  });
  after(() => t.close());

  const actors = fc.record({
    role: fc.constantFrom(...HUMAN_ROLES),
    organisation: fc.constantFrom(...ORGANISATIONS, "elsewhere"),
    territory: fc.constantFrom(...TERRITORIES),
  });

  test("the registry shows exactly what the matrix allows", async () => {
    await fc.assert(
      fc.asyncProperty(actors, async ({ role, organisation, territory }) => {
        const actor = person(role, organisation, territory);
        const expected = rows
          .filter((row) => mayRead("vehicleRegister", role, organisation, territory, row, false))
          .map((row) => row.key);
        assert.deepEqual(await t.access.registry.keysOf(actor), new Set(expected));
      }),
      { numRuns: 150 },
    );
  });

  test("a history scope of one vehicle is given exactly when the matrix allows its telemetry", async () => {
    await fc.assert(
      fc.asyncProperty(
        actors,
        fc.nat(ORGANISATIONS.length * REGIONS.length),
        fc.boolean(),
        async ({ role, organisation, territory }, index, inCase) => {
          const row = rows[index];
          assert.ok(row);
          const actor = person(role, organisation, territory);
          t.caseVehicles.set(actor.id, new Set(inCase ? [row.key] : []));
          const expected = mayRead("rawTelemetry", role, organisation, territory, row, inCase);
          let given = true;
          try {
            const scope = await t.access.scopes.ofVehicle(actor, row.key);
            assert.deepEqual(scope.vehicles, new Set([row.key]));
          } catch (cause) {
            assert.ok(
              cause instanceof SandglassError && ["SG_FORBIDDEN", "SG_NEEDS_CASE", "SG_NOT_FOUND"].includes(cause.code),
            );
            given = false;
          }
          assert.equal(given, expected);
          const fleet = await t.access.scopes.ofFleet(actor);
          assert.equal(fleet.vehicles === "all" || fleet.vehicles.has(row.key), expected);
          const among = await t.access.scopes.ofFleet(actor, [row.key]);
          assert.deepEqual(among.vehicles, fleet.vehicles === "all" ? "all" : new Set(expected ? [row.key] : []));
        },
      ),
      { numRuns: 200 },
    );
  });
});
