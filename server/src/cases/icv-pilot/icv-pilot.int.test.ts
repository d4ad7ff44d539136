/** The access and on-road pilot on the real database: who of province, ministries and consortium sees and does what, and what must have been heard of. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import { SYSTEM_INTAKE } from "../../records/mod.ts";
import { fieldOf, walkCases } from "../http.fixture.ts";
import { person, vehicle } from "../world.fixture.ts";

describe("access and on-road pilot", () => {
  const walk = walkCases({
    others: {
      miit: person("acc_miit", "MIIT", "samr"),
      mps: person("acc_mps", "MPS", "samr"),
      user: person("acc_user", "OPERATOR", "oem-b"),
    },
  });

  const filing = { ...(acceptedInput("fileIcvPilot") as object), userEntity: "oem-b", region: "440300" };
  const refused = async (...action: Parameters<typeof walk.refused>) => (await walk.refused(...action)).status;
  const filed = () => walk.open("oem", "icv-pilot", filing);
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
      await walk.take(who, id, name);
    return id;
  };

  it("R-5.1: a consortium files with the consent of the city; its province forwards it, and MIIT and the police read it then too", async () => {
    const { cityConsent: _, ...unsealed } = filing as Record<string, unknown>;
    assert.equal((await walk.tryToOpen("oem", "icv-pilot", unsealed)).status, 400);
    assert.equal((await walk.tryToOpen("oem", "icv-pilot", { ...filing, userEntity: "nobody" })).status, 404);
    const id = await filed();
    await walk.seenBy(id, {
      oem: 200,
      user: 200,
      local: 200,
      elsewhere: 404,
      miit: 200,
      mps: 200,
      samr: 404,
      expert: 404,
    });
    assert.equal(await refused("miit", id, "confirmTestPlan"), 409);
    assert.equal((await walk.take("local", id, "forwardIcvPilot")).state, "FORWARDED");
  });

  it("R-5.3: no permit without the confirmation of both ministries, a supervised test and its evaluation", async () => {
    const id = await filed();
    await walk.take("local", id, "forwardIcvPilot");
    await walk.take("mps", id, "confirmTestPlan");
    assert.equal(await refused("mps", id, "confirmTestPlan"), 409, "one department confirms once");
    assert.equal((await walk.take("miit", id, "confirmTestPlan")).state, "TESTING");
    assert.equal(await refused("oem", id, "reportTestResult"), 409, "nobody supervised the test");
    await walk.take("local", id, "superviseTest");
    await walk.take("oem", id, "reportTestResult");
    assert.equal(await refused("oem", id, "evaluateAccess"), 403);
    const doubtful = { plan: true, execution: false, result: true, opinion: "Scenarios were left out" };
    assert.equal((await walk.take("eidc", id, "evaluateAccess", doubtful)).state, "TESTING");
    assert.equal(await refused("miit", id, "grantAccess"), 409);
    await walk.take("oem", id, "reportTestResult");
    await walk.take("eidc", id, "evaluateAccess");
    assert.equal((await walk.take("miit", id, "grantAccess")).state, "CONNECTING");
  });

  it("R-5.6: a permit names roads, lanes, speed, scenario, number and measures; user entity and plates stand beside it", async () => {
    const id = await permitted();
    for (const part of ["roads", "lanes", "maxSpeed", "scenario", "maxVehicles", "restrictions"]) {
      const { [part]: _, ...rest } = acceptedInput("grantAccess") as Record<string, unknown>;
      assert.equal(await refused("miit", id, "changeRestrictions", rest), 400, part);
    }
    const page = await walk.read("user", `/cases/${id}`);
    assert.deepEqual(
      ["permit.maxSpeed", "permit.lanes", "userEntity"].map((each) => fieldOf(page, each)),
      [50, "Single lane, no change of lane", "oem-b"],
    );
    assert.deepEqual(
      page.documents.map(({ code }: { readonly code: string }) => code),
      ["permit"],
    );
  });

  it("R-5.4: nobody operates before the vehicles are connected, each registered for the maker and heard of by the platform", async () => {
    const id = await permitted();
    assert.equal(await refused("user", id, "startOperation"), 409);
    const connect = async (vehicles: readonly string[]) =>
      (await walk.tryTo("oem", id, "connectPilotVehicles", { vehicles, plates: "粤BD00001", reference: "SYS-1" }))
        .status;
    assert.equal(await connect([vehicle(0), vehicle(1), vehicle(2)]), 409, "the permit has two");
    assert.equal(await connect([vehicle(3)]), 400, "of another maker");
    assert.equal(await connect([vehicle(0)]), 409, "it never sent anything");
    await walk.world.records.transact(SYSTEM_INTAKE, (tx) =>
      tx
        .updateTable("vehicles")
        .set({ first_seen: new Date(walk.world.now) })
        .where("vin", "=", "LSGTEST0000000000")
        .execute(),
    );
    assert.equal(await connect([vehicle(0), vehicle(1)]), 409, "one of two never did");
    assert.equal(await connect([vehicle(0)]), 200);
    assert.equal(await refused("user", id, "startOperation", {}), 400, "R-5.5: not without insurance");
    assert.equal((await walk.take("user", id, "startOperation")).state, "OPERATING");
  });

  it("R-5.5: events of the operation reach the ministries and the police, and responsibility is found by the police or the city", async () => {
    const id = await permitted();
    await walk.take("user", id, "reportPilotEvent");
    assert.equal(
      await refused("user", id, "reportPilotEvent", {
        ...(acceptedInput("reportPilotEvent") as object),
        relatedCase: "no",
      }),
      404,
    );
    assert.equal(await refused("user", id, "concludePilotEvent"), 403);
    assert.match(JSON.stringify((await walk.read("mps", `/cases/${id}`)).fields), /Lidar lost/);
    await walk.take("mps", id, "concludePilotEvent");
  });
});
