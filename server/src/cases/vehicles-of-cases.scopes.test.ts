/** Which vehicles of the register a case opens, by role, organisation and territory: those of open cases that the actor sees, to who reads by case. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { covers, reachesOf, ROLE_CODES, type RoleCode } from "@sandglass/casework";
import * as fc from "fast-check";
import { maskVin, parseVehicleId } from "../access/mod.ts";
import type { Actor } from "../records/mod.ts";
import { walkCases } from "./http.fixture.ts";
import { person, projectInTest, vehicle } from "./world.fixture.ts";

const HUMAN_ROLES = ROLE_CODES.filter((role) => !role.startsWith("system:"));
const ACCIDENT = {
  happenedAt: "2026-11-20T00:00:00Z",
  place: "G4 km 2100",
  region: "440305",
  what: "Smoke",
  source: "enterprise",
  fire: true,
};

describe("vehicles of cases", () => {
  const fire = person("acc_fire", "FIRE", "fire");
  const walk = walkCases({ others: { fire } });
  const seenBy = (actor: Actor) =>
    walk.world.records.transact(actor, async (tx) => {
      const vehicles = await tx.selectFrom("vehicles").select(["key", "organisation", "region"]).execute();
      const cases = await tx.selectFrom("cases").select("vehicles").where("ended", "=", false).execute();
      return {
        keys: new Set(vehicles.map(({ key }) => key)),
        ofCases: new Set(cases.flatMap((each) => each.vehicles)),
      };
    });

  test("the fire service sees the vehicle of its accident, masked on the page, until the case ends, and no other", async () => {
    const id = await walk.open("oem", "accident", { ...ACCIDENT, vehicle: vehicle(0) });
    const key = parseVehicleId(vehicle(0))!;
    assert.deepEqual((await seenBy(fire)).keys, new Set([key]));
    const [{ vin }] = await walk.world.records.transact(fire, (tx) =>
      tx.selectFrom("vehicles").select("vin").execute(),
    );
    assert.equal((await walk.read("fire", `/cases/${id}`)).names[vehicle(0)].en, maskVin(vin));
    await walk.open("eidc", "hazard-order", { type: "FAULT_L3", level: 3, item: "insulation", vehicle: vehicle(2) });
    assert.deepEqual((await seenBy(fire)).keys, new Set([key]), "a hazard order is none of its cases");
    await walk.take("samr", id, "notAnAccident", { reasons: "A barbecue" });
    await walk.take("samr2", id, "notAnAccident", {});
    assert.deepEqual((await seenBy(fire)).keys, new Set());
    assert.deepEqual(
      (await walk.read("fire", `/cases/${id}`)).names,
      {},
      "whose page says that there is none to ask for",
    );
  });

  test("the page of a case names every vehicle of it that the reader sees in the register, not the first alone", async () => {
    const { vehicles, names } = await walk.read("oem", `/cases/${await projectInTest(walk.world)}`);
    assert.deepEqual(vehicles, [vehicle(0), vehicle(1)]);
    for (const each of vehicles) assert.match(names[each].zh, /\*{10}/);
  });

  test("whoever asks, the register shows what the matrix allows of it, by cases too", async () => {
    await walk.open("oem", "accident", { ...ACCIDENT, vehicle: vehicle(1) });
    await walk.open("oemB", "accident", { ...ACCIDENT, region: "310115", vehicle: vehicle(3) });
    const rows = await walk.world.records.transact(person("acc_all", "SUPERVISOR_ALL", "samr"), (tx) =>
      tx.selectFrom("vehicles").select(["key", "organisation", "region"]).execute(),
    );
    assert.ok(rows.length >= 4);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<RoleCode>(...HUMAN_ROLES, "FIRE", "FIRE", "FIRE"),
        fc.constantFrom("oem-a", "oem-b", "fire"),
        fc.constantFrom("440300", "310000", undefined),
        async (role, organisation, territory) => {
          const { keys, ofCases } = await seenBy(person(`acc_${role}`, role, organisation, territory));
          const keysOfCases = new Set([...ofCases].map(parseVehicleId));
          const reaches = reachesOf(role, "vehicleRegister", "read");
          const expected = rows.filter(
            (row) =>
              reaches.includes("all") ||
              (reaches.includes("own") && row.organisation === organisation) ||
              (reaches.includes("territory") &&
                territory !== undefined &&
                row.region !== null &&
                covers(territory, row.region)) ||
              (reaches.includes("case") && keysOfCases.has(row.key)),
          );
          assert.deepEqual(keys, new Set(expected.map(({ key }) => key)));
        },
      ),
      { numRuns: 120 },
    );
  });
});
