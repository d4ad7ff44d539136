/** The access and on-road pilot on the real database: who of province, ministries and consortium sees and does what, and what must have been heard of. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import { SYSTEM_INTAKE } from "../../records/mod.ts";
import { act, call as ask, hostOf } from "../http.fixture.ts";
import { openWorld, PEOPLE, vehicle, type World } from "../world.fixture.ts";

const as = (id: string, role: string, organisation: string) => ({
  ...PEOPLE.eidc,
  id,
  account: id,
  role,
  organisation,
});
const people = {
  ...PEOPLE,
  miit: as("acc_miit", "MIIT", "samr"),
  mps: as("acc_mps", "MPS", "samr"),
  user: as("acc_user", "OPERATOR", "oem-b"),
} as const;
type Person = keyof typeof people;

describe("access and on-road pilot", () => {
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

  const filing = { ...(acceptedInput("fileIcvPilot") as object), userEntity: "oem-b", region: "440300" };
  const file = (input: object) => ask(app, "oem", "POST", "/cases", { type: "icv-pilot", input });
  const take = (who: Person, id: string, name: string, input: unknown = acceptedInput(name)) =>
    act(app, who, id, name, input);
  const refused = async (who: Person, id: string, name: string, input: unknown = acceptedInput(name)) =>
    (await ask(app, who, "POST", `/cases/${id}/actions/${name}`, { input })).status;
  const filed = async (): Promise<string> => {
    const { status, body } = await file(filing);
    assert.equal(status, 201, JSON.stringify(body));
    return (body as { readonly id: string }).id;
  };
  const permitted = async (): Promise<string> => {
    const id = await filed();
    for (const [who, name] of [
      ["local", "forwardIcvPilot"],
      ["miit", "confirmTestPlan"],
      ["mps", "confirmTestPlan"],
      ["local", "superviseTest"],
      ["oem", "reportTestResult"],
      ["eidc", "evaluateAccess"],
      ["miit", "grantAccess"],
    ] as const)
      await take(who, id, name);
    return id;
  };

  it("R-5.1: a consortium files with the consent of the city; its province forwards it, and MIIT and the police read it then too", async () => {
    const { cityConsent: _, ...unsealed } = filing as Record<string, unknown>;
    assert.equal((await file(unsealed)).status, 400);
    assert.equal((await file({ ...filing, userEntity: "nobody" })).status, 404);
    const id = await filed();
    for (const [who, expected] of [
      ["oem", 200],
      ["user", 200],
      ["local", 200],
      ["elsewhere", 404],
      ["miit", 200],
      ["mps", 200],
      ["samr", 404],
      ["expert", 404],
    ] as const)
      assert.equal((await ask(app, who, "GET", `/cases/${id}`)).status, expected, who);
    assert.equal(await refused("miit", id, "confirmTestPlan"), 409);
    assert.equal((await take("local", id, "forwardIcvPilot")).state, "FORWARDED");
  });

  it("R-5.3: no permit without the confirmation of both ministries, a supervised test and its evaluation", async () => {
    const id = await filed();
    await take("local", id, "forwardIcvPilot");
    await take("mps", id, "confirmTestPlan");
    assert.equal(await refused("mps", id, "confirmTestPlan"), 409, "one department confirms once");
    assert.equal((await take("miit", id, "confirmTestPlan")).state, "TESTING");
    assert.equal(await refused("oem", id, "reportTestResult"), 409, "nobody supervised the test");
    await take("local", id, "superviseTest");
    await take("oem", id, "reportTestResult");
    assert.equal(await refused("oem", id, "evaluateAccess"), 403);
    const doubtful = { plan: true, execution: false, result: true, opinion: "Scenarios were left out" };
    assert.equal((await take("eidc", id, "evaluateAccess", doubtful)).state, "TESTING");
    assert.equal(await refused("miit", id, "grantAccess"), 409);
    await take("oem", id, "reportTestResult");
    await take("eidc", id, "evaluateAccess");
    assert.equal((await take("miit", id, "grantAccess")).state, "CONNECTING");
  });

  it("R-5.6: a permit names roads, lanes, speed, scenario, number and measures; user entity and plates stand beside it", async () => {
    const id = await permitted();
    for (const part of ["roads", "lanes", "maxSpeed", "scenario", "maxVehicles", "restrictions"]) {
      const { [part]: _, ...rest } = acceptedInput("grantAccess") as Record<string, unknown>;
      assert.equal(await refused("miit", id, "changeRestrictions", rest), 400, part);
    }
    const { body } = await ask(app, "user", "GET", `/cases/${id}`);
    const { fields, documents } = body as {
      readonly fields: readonly { readonly name: string; readonly value: unknown }[];
      readonly documents: readonly { readonly code: string }[];
    };
    const value = (name: string) => fields.find((each) => each.name === name)?.value;
    assert.deepEqual([value("permit.maxSpeed"), value("permit.lanes")], [50, "Single lane, no change of lane"]);
    assert.equal(value("userEntity"), "oem-b");
    assert.deepEqual(
      documents.map(({ code }) => code),
      ["permit"],
    );
  });

  it("R-5.4: nobody operates before the vehicles are connected, each registered for the maker and heard of by the platform", async () => {
    const id = await permitted();
    assert.equal(await refused("user", id, "startOperation"), 409);
    const connect = (vehicles: readonly string[]) =>
      refused("oem", id, "connectPilotVehicles", { vehicles, plates: "粤BD00001", reference: "SYS-1" });
    assert.equal(await connect([vehicle(0), vehicle(1), vehicle(2)]), 409, "the permit has two");
    assert.equal(await connect([vehicle(3)]), 400, "of another maker");
    assert.equal(await connect([vehicle(0)]), 409, "it never sent anything");
    await world.records.transact(SYSTEM_INTAKE, (tx) =>
      tx
        .updateTable("vehicles")
        .set({ first_seen: new Date(world.now) })
        .where("vin", "=", "LSGTEST0000000000")
        .execute(),
    );
    assert.equal(await connect([vehicle(0), vehicle(1)]), 409, "one of two never did");
    assert.equal(await connect([vehicle(0)]), 200);
    assert.equal(await refused("user", id, "startOperation", {}), 400, "R-5.5: not without insurance");
    assert.equal((await take("user", id, "startOperation")).state, "OPERATING");
  });

  it("R-5.5: events of the operation reach the ministries and the police, and responsibility is found by the police or the city", async () => {
    const id = await permitted();
    await take("user", id, "reportPilotEvent");
    assert.equal(
      await refused("user", id, "reportPilotEvent", {
        ...(acceptedInput("reportPilotEvent") as object),
        relatedCase: "no",
      }),
      404,
    );
    assert.equal(await refused("user", id, "concludePilotEvent"), 403);
    const { body } = await ask(app, "mps", "GET", `/cases/${id}`);
    assert.match(JSON.stringify((body as { readonly fields: unknown }).fields), /Lidar lost/);
    await take("mps", id, "concludePilotEvent");
  });
});
