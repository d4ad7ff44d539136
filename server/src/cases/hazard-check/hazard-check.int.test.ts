/** The hazard check on the real database: announced to one maker, reported beside its work orders, late by the clock. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import { fieldOf, walkCases, type Person } from "../http.fixture.ts";
import { DAY, PEOPLE, vehicle } from "../world.fixture.ts";

describe("hazard check of the year", () => {
  const walk = walkCases();

  it("R-2.20: counts the maker's work orders beside its report, marks it late, and is closed after a spot check", async () => {
    const finishBy = new Date(walk.world.now + 10 * DAY).toISOString();
    const input = { ...(acceptedInput("announceCheck") as object), organisation: "oem-a", finishBy };
    const announce = (who: Person, entered: object) => walk.tryToOpen(who, "hazard-check", entered);
    assert.equal((await announce("oem", input)).status, 403);
    assert.equal((await announce("eidc", { ...input, organisation: "nobody" })).status, 404);
    const id = await walk.open("eidc", "hazard-check", input);
    await walk.seenBy(id, { oem: 200, oemB: 404, samr: 200 });
    await walk.take("oem", id, "planCheck");
    await walk.take("oem", id, "startCheck");
    for (const index of [0, 3])
      await walk.world.cases.openOrder(PEOPLE.eidc, {
        type: "FAULT_L1",
        level: 1,
        item: "seal",
        vehicle: vehicle(index),
      });
    await walk.wait(12);
    const reported = await walk.take("oem", id, "reportCheck");
    assert.deepEqual(reported.flags, ["LATE"]);
    const { items } = await walk.read("oem", `/cases/${id}/actions`);
    assert.deepEqual(
      (items as { actor: { id: string }; summary: object | null }[])
        .filter(({ actor }) => actor.id === "system:clock")
        .map(({ summary }) => summary),
      [{ en: '"Finish and report the check" was due', zh: "“完成并上报隐患排查”已到期" }],
    );
    assert.deepEqual(
      ["opened", "closed", "overdue"].map((each) => fieldOf(reported, `orders.${each}`)),
      [1, 0, 1],
    );
    await walk.take("eidc", id, "startSpotCheck");
    assert.equal((await walk.take("eidc", id, "endSpotCheck")).state, "CLOSED");
  });
});
