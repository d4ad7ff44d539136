/** Who may have a plan rehearsed over past data: whoever has a part in the project, also without one in the rulebook. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { APPLICATION, openWorld, type World } from "../cases/world.fixture.ts";
import type { Actor } from "../records/mod.ts";
import { createBacktest, getBacktest } from "../rulebook/backtests.ts";

const at = (organisation: string): Actor => ({
  kind: "person",
  id: `acc_${organisation}`,
  account: `acc_${organisation}`,
  role: "TECH_FIRM",
  organisation,
});
const FIRM = at("oem-a");
const STRANGER = at("oem-b");
const RUN = { text: "", regions: [], from: 0, to: 1 };

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const request = (actor: Actor, project?: string) =>
  world.cases.engine.transact(actor, ({ tx }) => createBacktest(tx, actor, RUN, "hash", world.now, project));
const read = (actor: Actor, id: string) => world.cases.engine.transact(actor, ({ tx }) => getBacktest(tx, id));

test("a provider of services rehearses the plan of its own project, of no other, and nothing of the rulebook", async () => {
  const application = {
    ...APPLICATION,
    programme: "ai-service-sandbox",
    applicant: { organisation: "oem-a", role: "software" },
    technology: { description: "Answers", catalogueItem: "generative" },
  };
  const { id } = await world.cases.createProject(FIRM, application);
  const run = await request(FIRM, id);
  assert.deepEqual([run.state, run.project], ["queued", id]);
  assert.equal((await read(FIRM, run.id)).id, run.id);
  await assert.rejects(request(FIRM), { code: "SG_FORBIDDEN" });
  await assert.rejects(request(STRANGER, id), /row-level security/);
  await assert.rejects(read(STRANGER, run.id), { code: "SG_NOT_FOUND" });
});
