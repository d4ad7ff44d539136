/** The yearly safety report on the real database: the figures of the platform beside the maker's answers, and what is kept of it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import { SYSTEM_INTAKE } from "../../records/mod.ts";
import { act, call as ask, hostOf } from "../http.fixture.ts";
import { DAY, openWorld, PEOPLE, vehicle, type World } from "../world.fixture.ts";

describe("safety report of the year", () => {
  let world: World;
  let app: FastifyInstance;
  before(async () => {
    world = await openWorld();
    app = await hostOf(world);
  });
  after(async () => {
    await app.close();
    await world.close();
  });

  it("is submitted with what the platform counts of the year, late by the clock, and can never be removed", async () => {
    const open = (input: object) => ask(app, "oem", "POST", "/cases", { type: "safety-report", input });
    assert.equal((await open({ year: 2026 })).status, 409, "not in force yet");
    world.now = Date.UTC(2027, 4, 1);
    for (const [index, name] of [
      [0, "oem-a"],
      [1, "oem-a"],
      [3, "oem-b"],
    ] as const)
      await world.cases.openOrder(PEOPLE.eidc, { type: "FAULT_L1", level: 1, item: name, vehicle: vehicle(index) });
    const { body, status } = await open({ year: 2027, region: "440300" });
    assert.equal(status, 201, JSON.stringify(body));
    const { id } = body as { readonly id: string };
    for (const [who, expected] of [
      ["oemB", 404],
      ["eidc", 200],
      ["local", 200],
      ["elsewhere", 404],
    ] as const)
      assert.equal((await ask(app, who, "GET", `/cases/${id}`)).status, expected, who);

    world.now = Date.UTC(2028, 3, 5);
    await world.cases.runClock();
    const claim = await ask(app, "oem", "POST", `/cases/${id}/actions/submitSafetyReport`, {
      input: acceptedInput("submitSafetyReport"),
    });
    assert.equal(claim.status, 409, "none of the three vehicles was ever heard of");
    await world.records.transact(SYSTEM_INTAKE, (tx) =>
      tx
        .updateTable("vehicles")
        .set({ first_seen: new Date(Date.UTC(2027, 5, 1)) })
        .where("organisation", "=", "oem-a")
        .execute(),
    );
    const { fields, flags } = await act(app, "oem", id, "submitSafetyReport", acceptedInput("submitSafetyReport"));
    const value = (name: string) => fields.find((each: { name: string }) => each.name === name)?.value;
    assert.deepEqual(flags, ["LATE"]);
    assert.deepEqual(
      ["registered", "connected", "orders", "ordersClosed", "accidents"].map((each) => value(`figures.${each}`)),
      [3, 3, 2, 0, 0],
    );
    assert.equal((await act(app, "eidc", id, "acceptSafetyReport", {})).state, "ACCEPTED");

    // For the life of the product: longer than anybody has access to shorten it.
    world.now += 15 * 365 * DAY;
    await world.cases.runClock();
    await world.records.asOwner(`delete from cases where id = '${id}'`);
    await assert.rejects(
      world.records.asOwner(`delete from case_actions where case_id = '${id}'`),
      /append-only|permission denied/,
    );
    const kept = await ask(app, "oem", "GET", `/cases/${id}`);
    assert.equal(kept.status, 200, "no row of it is the owner's to delete");
    assert.equal((kept.body as { readonly state: string }).state, "ACCEPTED");
  });
});
