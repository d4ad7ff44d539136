import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Actor } from "../../records/mod.ts";
import { openWorld, PEOPLE, projectInTest, type World } from "../world.fixture.ts";
import { casesExport } from "./cases.ts";
import { dutiesExport } from "./duties.ts";

let world: World;
before(async () => {
  world = await openWorld();
  await projectInTest(world);
});
after(() => world.close());

test("whether the list of cases is longer than a number is known without reading it, within filter and sight of the actor", async () => {
  const { hasMoreThan } = casesExport(world.cases.engine);
  const more = (actor: Actor, query: { readonly kind?: string }, rows: number) =>
    hasMoreThan?.({ actor, query, language: "en", now: world.now }, rows);
  assert.deepEqual([await more(PEOPLE.samr, {}, 0), await more(PEOPLE.samr, {}, 1)], [true, false]);
  assert.equal(await more(PEOPLE.oemB, {}, 0), false);
  assert.equal(await more(PEOPLE.samr, { kind: "accident" }, 0), false);
});

test("whether the board is longer than a number is known without reading it, within filter and sight of the actor", async () => {
  const { hasMoreThan, read } = dutiesExport(world.cases.engine);
  const request = (actor: Actor, query: { readonly due?: "overdue" } = {}) =>
    ({ actor, query, language: "en", now: world.now }) as const;
  let listed = 0;
  for await (const rows of read(request(PEOPLE.samr))) listed += rows.length;
  assert.ok(listed > 0);
  const more = (actor: Actor, rows: number, query: { readonly due?: "overdue" } = {}) =>
    hasMoreThan?.(request(actor, query), rows);
  assert.deepEqual([await more(PEOPLE.samr, listed - 1), await more(PEOPLE.samr, listed)], [true, false]);
  assert.equal(await more(PEOPLE.oemB, 0), false);
  assert.equal(await more(PEOPLE.samr, 0, { due: "overdue" }), false);
});
