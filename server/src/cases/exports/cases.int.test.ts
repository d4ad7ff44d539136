import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Actor } from "../../records/mod.ts";
import { openWorld, PEOPLE, projectInTest, type World } from "../world.fixture.ts";
import { casesExport } from "./cases.ts";

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
