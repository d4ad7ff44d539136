/** The hazard check on the real database: announced to one maker, reported beside its work orders, late by the clock. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import { act, call as ask, hostOf, type Person } from "../http.fixture.ts";
import { DAY, openWorld, PEOPLE, vehicle, type World } from "../world.fixture.ts";

describe("hazard check of the year", () => {
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

  const take = (who: Person, id: string, name: string, input: unknown = acceptedInput(name)) =>
    act(app, who, id, name, input);

  it("R-2.20: counts the maker's work orders beside its report, marks it late, and is closed after a spot check", async () => {
    const finishBy = new Date(world.now + 10 * DAY).toISOString();
    const input = { ...(acceptedInput("announceCheck") as object), organisation: "oem-a", finishBy };
    const announce = (who: Person, entered: object) =>
      ask(app, who, "POST", "/cases", { type: "hazard-check", input: entered });
    assert.equal((await announce("oem", input)).status, 403);
    assert.equal((await announce("eidc", { ...input, organisation: "nobody" })).status, 404);
    const { status, body } = await announce("eidc", input);
    assert.equal(status, 201, JSON.stringify(body));
    const { id } = body as { readonly id: string };
    for (const [who, expected] of [
      ["oem", 200],
      ["oemB", 404],
      ["samr", 200],
    ] as const)
      assert.equal((await ask(app, who, "GET", `/cases/${id}`)).status, expected, who);
    await take("oem", id, "planCheck");
    await take("oem", id, "startCheck");
    for (const index of [0, 3])
      await world.cases.openOrder(PEOPLE.eidc, { type: "FAULT_L1", level: 1, item: "seal", vehicle: vehicle(index) });
    world.now += 12 * DAY;
    await world.cases.runClock();
    const reported = await take("oem", id, "reportCheck");
    assert.deepEqual(reported.flags, ["LATE"]);
    const { body: history } = await ask(app, "oem", "GET", `/cases/${id}/actions`);
    const { items } = history as { readonly items: readonly { actor: { id: string }; summary: object | null }[] };
    assert.deepEqual(
      items.filter(({ actor }) => actor.id === "system:clock").map(({ summary }) => summary),
      [{ en: '"Finish and report the check" was due', zh: "“完成并上报隐患排查”已到期" }],
    );
    const field = (name: string) =>
      reported.fields.find((each: { readonly name: string }) => each.name === name)?.value;
    assert.deepEqual([field("orders.opened"), field("orders.closed"), field("orders.overdue")], [1, 0, 1]);
    await take("eidc", id, "startSpotCheck");
    assert.equal((await take("eidc", id, "endSpotCheck")).state, "CLOSED");
  });
});
