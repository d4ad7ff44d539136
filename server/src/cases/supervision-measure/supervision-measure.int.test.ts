/** The ladder of measures on the real database: who sees it, the clock that lets it rise, the second person of a public notice. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import { act, call as ask, hostOf } from "../http.fixture.ts";
import { DAY, openWorld, PEOPLE, type World } from "../world.fixture.ts";

const people = { ...PEOPLE, miit: { ...PEOPLE.eidc, id: "acc_miit", account: "acc_miit", role: "MIIT" } } as const;

describe("measures against an enterprise", () => {
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

  it("R-2.19: a risk-notice letter that stays without an answer rises rung by rung, and a public notice needs two persons", async () => {
    const input = { ...(acceptedInput("sendRiskNotice") as object), organisation: "oem-a", region: "440300" };
    const send = (who: string, entered: object) =>
      ask(app, who, "POST", "/cases", { type: "supervision-measure", input: entered });
    assert.equal((await send("samr", input)).status, 403);
    assert.equal((await send("eidc", { ...input, organisation: "nobody" })).status, 404);
    assert.equal((await send("eidc", { ...input, relatedCase: "chk_nothing" })).status, 404);
    const { status, body } = await send("eidc", input);
    assert.equal(status, 201, JSON.stringify(body));
    const { id } = body as { readonly id: string };
    for (const [who, expected] of [
      ["oem", 200],
      ["oemB", 404],
      ["samr", 200],
      ["local", 200],
      ["elsewhere", 404],
      ["expert", 404],
    ] as const)
      assert.equal((await ask(app, who, "GET", `/cases/${id}`)).status, expected, who);

    const tryTo = async (who: string, name: string): Promise<number> =>
      (await ask(app, who, "POST", `/cases/${id}/actions/${name}`, { input: acceptedInput(name) })).status;
    assert.equal(await tryTo("eidc", "holdInterview"), 409, "the enterprise still has time");
    world.now += 20 * DAY;
    await world.cases.runClock();
    assert.equal(await tryTo("eidc", "giveNotice"), 409, "no rung is left out");
    const interview = await act(app, "eidc", id, "holdInterview", acceptedInput("holdInterview"));
    assert.deepEqual([interview.state, interview.flags], ["INTERVIEW", []]);
    await act(app, "oem", id, "reportCorrection", acceptedInput("reportCorrection"));
    assert.equal((await act(app, "eidc", id, "giveNotice", acceptedInput("giveNotice"))).state, "INTERVIEW");
    assert.equal(await tryTo("eidc", "giveNotice"), 409, "who proposed it does not confirm it");
    const notice = await act(app, "miit", id, "giveNotice", acceptedInput("giveNotice"));
    assert.deepEqual([notice.state, notice.flags], ["PUBLIC_NOTICE", []]);

    await act(app, "eidc", id, "shareMeasure", acceptedInput("shareMeasure"));
    const fieldsOf = async (who: string): Promise<readonly string[]> =>
      ((await ask(app, who, "GET", `/cases/${id}`)).body as { fields: readonly { name: string }[] }).fields.map(
        (each) => each.name,
      );
    assert.ok((await fieldsOf("samr")).includes("shared"));
    assert.ok(!(await fieldsOf("oem")).includes("shared"), "what departments share is not the enterprise's to read");
  });
});
