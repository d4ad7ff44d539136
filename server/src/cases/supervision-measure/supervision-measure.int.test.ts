/** The ladder of measures on the real database: who sees it, the clock that lets it rise, the second person of a public notice. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import { fieldOf, walkCases, type Person } from "../http.fixture.ts";
import { person } from "../world.fixture.ts";

describe("measures against an enterprise", () => {
  const walk = walkCases({ others: { miit: person("acc_miit", "MIIT", "samr") } });

  it("R-2.19: a risk-notice letter that stays without an answer rises rung by rung, and a public notice needs two persons", async () => {
    const input = { ...(acceptedInput("sendRiskNotice") as object), organisation: "oem-a", region: "440300" };
    const send = (who: Person, entered: object) => walk.tryToOpen(who, "supervision-measure", entered);
    assert.equal((await send("samr", input)).status, 403);
    assert.equal((await send("eidc", { ...input, organisation: "nobody" })).status, 404);
    assert.equal((await send("eidc", { ...input, relatedCase: "chk_nothing" })).status, 404);
    const id = await walk.open("eidc", "supervision-measure", input);
    await walk.seenBy(id, { oem: 200, oemB: 404, samr: 200, local: 200, elsewhere: 404, expert: 404 });

    const tryTo = async (name: string): Promise<number> => (await walk.tryTo("eidc", id, name)).status;
    assert.equal(await tryTo("holdInterview"), 409, "the enterprise still has time");
    await walk.wait(20);
    assert.equal(await tryTo("giveNotice"), 409, "no rung is left out");
    const interview = await walk.take("eidc", id, "holdInterview");
    assert.deepEqual([interview.state, interview.flags], ["INTERVIEW", []]);
    await walk.take("oem", id, "reportCorrection");
    assert.equal((await walk.take("eidc", id, "giveNotice")).state, "INTERVIEW");
    assert.equal(await tryTo("giveNotice"), 409, "who proposed it does not confirm it");
    const notice = await walk.take("miit", id, "giveNotice");
    assert.deepEqual([notice.state, notice.flags], ["PUBLIC_NOTICE", []]);

    await walk.take("eidc", id, "shareMeasure");
    assert.notEqual(fieldOf(await walk.read("samr", `/cases/${id}`), "shared"), undefined);
    assert.equal(
      fieldOf(await walk.read("oem", `/cases/${id}`), "shared"),
      undefined,
      "what departments share is not the enterprise's to read",
    );
  });
});
