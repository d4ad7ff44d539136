/** Done rows of the outbox go some time after they were done, on a real database; what waits and what is young stays. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { SYSTEM_SUPERVISION, SYSTEM_TRIGGER, type Actor } from "../../records/mod.ts";
import { DAY, openWorld, type World } from "../world.fixture.ts";
import { forgetDone } from "./forget-done.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());
beforeEach(() => world.records.asSuperuser("truncate outbox restart identity"));

/** Rows as supervision wrote them and the reactor left them. */
const addRows = (count: number, doneAt: number | undefined): Promise<unknown> =>
  world.records.asSuperuser(
    `insert into outbox (topic, subject, payload, done_at) select 'firing', 'veh', '{}', ${
      doneAt === undefined ? "null" : `to_timestamp(${doneAt / 1_000})`
    } from generate_series(1, ${count})`,
  );
const left = async (): Promise<number[]> =>
  (await world.records.asSuperuser("select id::int from outbox order by id")).map((row) => row.id as number);

test("what was done a day ago is removed, what was done since and what waits is not", async () => {
  await addRows(2, world.now - DAY - 1);
  await addRows(1, undefined);
  await addRows(1, world.now - DAY - 1);
  await addRows(2, world.now - DAY + 1_000);
  assert.equal(await world.cases.forgetDone(), 3);
  assert.deepEqual(await left(), [3, 5, 6]);
  world.now += 2_000;
  assert.equal(await world.cases.forgetDone(), 2);
  assert.deepEqual(await left(), [3]);
});

test("a flood is removed in short transactions, each of which may be the last", async () => {
  await addRows(2_500, world.now - 2 * DAY);
  let asked = 0;
  const { engine } = world.cases;
  assert.equal(await forgetDone(engine, { now: world.now, goesOn: () => ++asked <= 1 }), 1_000);
  assert.equal(await forgetDone(engine, { now: world.now }), 1_500);
  assert.deepEqual(await left(), []);
});

test("a firing that has acted leaves its findings and cases when it is forgotten", async () => {
  await world.fire({ vehicle: 2, level: 3 });
  await world.cases.drain();
  world.now += 2 * DAY;
  assert.equal(await world.cases.forgetDone(), 1);
  const [{ cases, leaves }] = await world.records.asSuperuser(
    "select (select count(*)::int from cases) as cases, (select count(*)::int from ledger_leaves) as leaves",
  );
  assert.equal(cases, 1);
  assert.ok((leaves as number) > 0);
});

test("the database itself lets nobody remove a row that waits, nor anybody but the reactor one that is done", async () => {
  await addRows(1, undefined);
  await addRows(1, world.now - 2 * DAY);
  const remove = (actor: Actor) =>
    world.records.transact(actor, async (tx) =>
      Number((await tx.deleteFrom("outbox").executeTakeFirst()).numDeletedRows),
    );
  assert.equal(await remove(SYSTEM_SUPERVISION), 0);
  assert.equal(await remove(SYSTEM_TRIGGER), 1);
  assert.deepEqual(await left(), [1]);
});
