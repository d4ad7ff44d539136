/** Conformity tests on the real database: platform before model, and what the vehicles of a model really speak. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SYSTEM_INTAKE } from "../../records/mod.ts";
import { fieldOf, walkCases, type Person } from "../http.fixture.ts";

const PASSED = { passed: true, report: "CT-1", findings: "All items" };

describe("conformity tests", () => {
  const walk = walkCases();

  const register = (subject: string, name: string, who: Person = "oem"): Promise<string> =>
    walk.open(who, "conformity-test", { subject, name, edition: "2025" });
  const start = async (id: string, who: Person = "monitor"): Promise<number> =>
    (await walk.tryTo(who, id, "startConformity")).status;

  it("R-3.7: the platform of an enterprise passes first, then each model; what failed is tested again", async () => {
    const model = await register("model", "A1");
    const platform = await register("platform", "Maker cloud");
    await walk.seenBy(platform, { oemB: 404, eidc: 200, samr: 200, auditor: 404 });
    assert.equal(await start(model), 409, "its platform has not passed");
    assert.equal(await start(platform, "oem"), 403, "nobody tests themselves");
    assert.equal(await start(platform), 200);
    const failed = await walk.take("monitor", platform, "recordConformity", { ...PASSED, passed: false });
    assert.equal(failed.state, "FAILED");
    assert.equal(await start(model), 409, "a test that failed opens nothing");
    assert.equal(await start(platform), 200);
    assert.equal((await walk.take("monitor", platform, "recordConformity", PASSED)).state, "PASSED");
    assert.equal(await start(model), 200);
    assert.equal(await start(await register("model", "B1", "oemB")), 409, "another maker's platform is no help");
    await walk.take("monitor", platform, "withdrawConformity", { reasons: "Sent false data" });
    assert.equal(await start(await register("model", "A2")), 409, "nor one that was withdrawn");
  });

  it("R-3.8: the edition of a model is on record, and vehicles of it that speak another are counted", async () => {
    const platform = await register("platform", "Maker cloud 2");
    await start(platform);
    await walk.take("monitor", platform, "recordConformity", PASSED);
    const model = await register("model", "A3");
    await start(model);
    await walk.take("monitor", model, "recordConformity", PASSED);
    const speak = (vin: number, edition: string) =>
      walk.world.records.transact(SYSTEM_INTAKE, (tx) =>
        tx
          .updateTable("vehicles")
          .set({ model: "A3", edition })
          .where("vin", "=", `LSGTEST0000000${String(vin).padStart(3, "0")}`)
          .execute(),
      );
    await speak(0, "2025");
    await speak(1, "2016");
    // Of another maker, under the same name.
    await speak(3, "2016");
    const count = async () => {
      const counted = await walk.take("eidc", model, "countEditions");
      return [counted.flags, ...["edition", "spoken.applicable", "spoken.other"].map((each) => fieldOf(counted, each))];
    };
    assert.deepEqual(await count(), [["OTHER_EDITION"], "2025", 1, 1]);
    await speak(1, "2025");
    assert.deepEqual(await count(), [[], "2025", 2, 0]);
  });
});
