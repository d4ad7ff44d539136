/** What a project owes after its end, and how projects get it back that had lost it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { OWNER_ROLE } from "../../records/bootstrap.ts";
import { SYSTEM_TRIGGER } from "../../records/mod.ts";
import { getCase } from "../engine/store.ts";
import { checkCase } from "../mod.ts";
import { openWorld, PEOPLE, projectInTest, type World } from "../world.fixture.ts";

const MIGRATIONS = ["0234-departments-still-to-be-told", "0235-hour-of-suspension-is-a-proposal"]
  .map((name) => readFileSync(path.join(import.meta.dirname, `../../records/migrations/${name}.sql`), "utf8"))
  .join(";\n");

describe("what an ended project still owes", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it("R-6.26: a project that lost the duty with its termination owes it again, on the board too, until the departments are told", async () => {
    const id = await projectInTest(world);
    const { oem, samr, samr2 } = PEOPLE;
    await world.cases.actOnProject(samr, id, "order", { reasons: "Smoke" });
    await world.cases.actOnProject(samr, id, "mitigationFailed", { reasons: "No cause found" });
    const checked = { reasons: "No cause", spillOverChecked: true, usersInformed: true, devicesRestored: true };
    await world.cases.actOnProject(samr, id, "confirm", checked);
    await world.cases.actOnProject(samr2, id, "confirm", {});
    const duties = async () =>
      (await world.records.asSuperuser(`select id from duty_index where case_id = '${id}' group by id`)).map(
        (row) => row["id"],
      );
    const [duty, ...others] = await duties();
    assert.match(String(duty), /^informCoAuthorities#/);
    assert.deepEqual(others, []);

    await world.records.asSuperuser(`
      update case_obligations set ended_how = 'cancelled', ended_at = now(), certainty = 'F' where id = '${String(duty)}';
      update cases set due_at = null, folded = jsonb_set(folded, '{obligations}', (
        select jsonb_agg(case when each ->> 'id' = '${String(duty)}'
          then each || '{"ended": {"how": "cancelled", "at": 1, "action": "act_1"}, "certainty": "F"}' else each end)
        from jsonb_array_elements(folded -> 'obligations') each)) where id = '${id}'`);
    const check = () => world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => checkCase(world.cases.engine, tx, id));
    assert.match((await check())?.reason ?? "", /obligations/);
    assert.deepEqual(await duties(), []);

    // As migrations run: by the owner, who is bound by row policies.
    await world.records.asSuperuser(`begin; set local role ${OWNER_ROLE}; ${MIGRATIONS}; commit`);
    assert.equal(await check(), undefined);
    assert.deepEqual(await duties(), [duty]);
    const certainties = await world.records.asSuperuser(
      `select distinct certainty from case_obligations where id = '${String(duty)}'`,
    );
    assert.deepEqual(certainties, [{ certainty: "P" }], "the rule names no hour");
    await assert.rejects(world.cases.actOnProject(oem, id, "informCoAuthorities", {}));
    await world.cases.actOnProject(samr, id, "informCoAuthorities", {});
    assert.deepEqual(await duties(), []);
    const { folded } = await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, id));
    assert.equal(folded.state, "TERMINATED");
  });
});
