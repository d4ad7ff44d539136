/** The yearly safety report on the real database: the figures of the platform beside the maker's answers, and what is kept of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SYSTEM_INTAKE } from "../../records/mod.ts";
import { fieldOf, walkCases } from "../http.fixture.ts";
import { PEOPLE, vehicle } from "../world.fixture.ts";

describe("safety report of the year", () => {
  const walk = walkCases();

  it("is submitted with what the platform counts of the year, late by the clock, and can never be removed", async () => {
    assert.equal((await walk.tryToOpen("oem", "safety-report", { year: 2026 })).status, 409, "not in force yet");
    walk.world.now = Date.UTC(2027, 4, 1);
    for (const [index, name] of [
      [0, "oem-a"],
      [1, "oem-a"],
      [3, "oem-b"],
    ] as const)
      await walk.world.cases.openOrder(PEOPLE.eidc, {
        type: "FAULT_L1",
        level: 1,
        item: name,
        vehicle: vehicle(index),
      });
    const id = await walk.open("oem", "safety-report", { year: 2027, region: "440300" });
    await walk.seenBy(id, { oemB: 404, eidc: 200, local: 200, elsewhere: 404 });

    walk.world.now = Date.UTC(2028, 3, 5);
    await walk.world.cases.runClock();
    const claim = await walk.tryTo("oem", id, "submitSafetyReport");
    assert.equal(claim.status, 409, "none of the three vehicles was ever heard of");
    await walk.world.records.transact(SYSTEM_INTAKE, (tx) =>
      tx
        .updateTable("vehicles")
        .set({ first_seen: new Date(Date.UTC(2027, 5, 1)) })
        .where("organisation", "=", "oem-a")
        .execute(),
    );
    const submitted = await walk.take("oem", id, "submitSafetyReport");
    assert.deepEqual(submitted.flags, ["LATE"]);
    assert.deepEqual(
      ["registered", "connected", "orders", "ordersClosed", "accidents"].map((each) =>
        fieldOf(submitted, `figures.${each}`),
      ),
      [3, 3, 2, 0, 0],
    );
    assert.equal((await walk.take("eidc", id, "acceptSafetyReport", {})).state, "ACCEPTED");

    // For the life of the product: longer than anybody has access to shorten it.
    await walk.wait(15 * 365);
    await walk.world.records.asOwner(`delete from cases where id = '${id}'`);
    await assert.rejects(
      walk.world.records.asOwner(`delete from case_actions where case_id = '${id}'`),
      /append-only|permission denied/,
    );
    const kept = await walk.ask("oem", "GET", `/cases/${id}`);
    assert.equal(kept.status, 200, "no row of it is the owner's to delete");
    assert.equal(kept.body.state, "ACCEPTED");
  });
});
