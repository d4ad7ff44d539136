/** Real-name registration on the real database: per vehicle, seen by maker and authorities, its particulars by few, and the clock of a new owner. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import { act, call as ask, hostOf } from "../http.fixture.ts";
import { DAY, openWorld, PEOPLE, vehicle, type World } from "../world.fixture.ts";

const people = {
  ...PEOPLE,
  police: { ...PEOPLE.eidc, id: "acc_police", account: "acc_police", role: "TRAFFIC_POLICE" },
} as const;

describe("real-name registration of SIMs", () => {
  let world: World;
  let app: FastifyInstance;
  before(async () => {
    world = await openWorld();
    app = await hostOf(world, people);
  });
  after(async () => {
    await app.close();
    await world.close();
  });

  const iccid = (index: number): string => `8986000000000000001${index}`;
  const register = (who: string, of: string, sim: string) =>
    ask(app, who, "POST", "/cases", {
      type: "sim-registration",
      input: { vehicle: of, iccid: sim, operator: "Operator A" },
    });

  it("R-5.29: a SIM belongs to one vehicle of the maker, its owner is verified at the sale, a new one by the clock", async () => {
    const { status, body } = await register("oem", vehicle(0), iccid(0));
    assert.equal(status, 201, JSON.stringify(body));
    const { id } = body as { readonly id: string };
    assert.equal((await register("oem", vehicle(0), iccid(1))).status, 409, "one SIM for a vehicle");
    assert.equal((await register("oem", vehicle(1), iccid(0))).status, 409, "one vehicle for a SIM");
    assert.equal((await register("oem", vehicle(3), iccid(1))).status, 400, "a vehicle of another maker");
    assert.equal((await register("oem", vehicle(1), "123")).status, 400, "no ICCID");
    assert.equal((await register("samr", vehicle(1), iccid(1))).status, 403);

    const at = (days: number): string => new Date(world.now + days * DAY).toISOString();
    const verification = { ...(acceptedInput("verifyOwner") as object), soldAt: at(-1), verifiedAt: at(-1) };
    const late = await ask(app, "oem", "POST", `/cases/${id}/actions/verifyOwner`, {
      input: { ...verification, soldAt: at(-3) },
    });
    assert.equal(late.status, 409, "handed over two days before anybody verified");
    assert.equal((await act(app, "oem", id, "verifyOwner", verification)).state, "VERIFIED");

    const fieldsOf = async (who: string): Promise<readonly string[] | undefined> => {
      const answer = await ask(app, who, "GET", `/cases/${id}`);
      return answer.status === 200
        ? (answer.body as { fields: readonly { name: string }[] }).fields.map((each) => each.name)
        : undefined;
    };
    assert.equal(await fieldsOf("oemB"), undefined);
    for (const who of ["oem", "police"]) assert.ok((await fieldsOf(who))?.includes("owner"), who);
    for (const who of ["eidc", "samr"]) {
      const names = (await fieldsOf(who)) ?? [];
      assert.ok(names.includes("verifiedAt") && !names.includes("owner") && !names.includes("iccid"), who);
      const seen = JSON.stringify([
        (await ask(app, who, "GET", `/cases/${id}`)).body,
        (await ask(app, who, "GET", "/cases?type=sim-registration")).body,
        (await ask(app, who, "GET", `/cases/${id}/actions`)).body,
      ]);
      assert.ok(!seen.includes(iccid(0)) && !seen.includes("C-2026-17"), `${who} reads neither SIM nor owner anywhere`);
    }

    await act(app, "oem", id, "reportTransfer", { transferredAt: at(-1) });
    world.now += 30 * DAY;
    await world.cases.runClock();
    const { flags } = (await ask(app, "oem", "GET", `/cases/${id}`)).body as { readonly flags: readonly string[] };
    assert.deepEqual(flags, ["LATE"]);
    await act(app, "oem", id, "endSim", { reasons: "Scrapped" });
    assert.equal((await register("oem", vehicle(1), iccid(0))).status, 201, "free again");
  });
});
