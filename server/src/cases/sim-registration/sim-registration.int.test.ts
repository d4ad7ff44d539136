/** Real-name registration on the real database: per vehicle, seen by maker and authorities, its particulars by few, and the clock of a new owner. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import { walkCases, type Person } from "../http.fixture.ts";
import { DAY, person, vehicle } from "../world.fixture.ts";

describe("real-name registration of SIMs", () => {
  const walk = walkCases({ others: { police: person("acc_police", "TRAFFIC_POLICE", "samr") } });

  const iccid = (index: number): string => `8986000000000000001${index}`;
  const chip = (of: string, sim: string) => ({ vehicle: of, iccid: sim, operator: "Operator A" });
  const register = (who: Person, of: string, sim: string) => walk.tryToOpen(who, "sim-registration", chip(of, sim));

  it("R-5.29: a SIM belongs to one vehicle of the maker, its owner is verified at the sale, a new one by the clock", async () => {
    const id = await walk.open("oem", "sim-registration", chip(vehicle(0), iccid(0)));
    assert.equal((await register("oem", vehicle(0), iccid(1))).status, 409, "one SIM for a vehicle");
    assert.equal((await register("oem", vehicle(1), iccid(0))).status, 409, "one vehicle for a SIM");
    assert.equal((await register("oem", vehicle(3), iccid(1))).status, 400, "a vehicle of another maker");
    assert.equal((await register("oem", vehicle(1), "123")).status, 400, "no ICCID");
    assert.equal((await register("samr", vehicle(1), iccid(1))).status, 403);

    const at = (days: number): string => new Date(walk.world.now + days * DAY).toISOString();
    const verification = { ...(acceptedInput("verifyOwner") as object), soldAt: at(-1), verifiedAt: at(-1) };
    const late = await walk.tryTo("oem", id, "verifyOwner", { ...verification, soldAt: at(-3) });
    assert.equal(late.status, 409, "handed over two days before anybody verified");
    assert.equal((await walk.take("oem", id, "verifyOwner", verification)).state, "VERIFIED");

    const fieldsOf = async (who: Person | "police"): Promise<readonly string[] | undefined> => {
      const answer = await walk.ask(who, "GET", `/cases/${id}`);
      return answer.body.fields?.map((each: { readonly name: string }) => each.name);
    };
    assert.equal(await fieldsOf("oemB"), undefined);
    for (const who of ["oem", "police"] as const) assert.ok((await fieldsOf(who))?.includes("owner"), who);
    for (const who of ["eidc", "samr"] as const) {
      const names = (await fieldsOf(who)) ?? [];
      assert.ok(names.includes("verifiedAt") && !names.includes("owner") && !names.includes("iccid"), who);
      const seen = JSON.stringify([
        (await walk.ask(who, "GET", `/cases/${id}`)).body,
        (await walk.ask(who, "GET", "/cases?type=sim-registration")).body,
        (await walk.ask(who, "GET", `/cases/${id}/actions`)).body,
      ]);
      assert.ok(!seen.includes(iccid(0)) && !seen.includes("C-2026-17"), `${who} reads neither SIM nor owner anywhere`);
    }

    await walk.take("oem", id, "reportTransfer", { transferredAt: at(-1) });
    await walk.wait(30);
    assert.deepEqual((await walk.read("oem", `/cases/${id}`)).flags, ["LATE"]);
    await walk.take("oem", id, "endSim", { reasons: "Scrapped" });
    assert.equal((await register("oem", vehicle(1), iccid(0))).status, 201, "free again");
  });
});
