/**
 * Live events of cases reach exactly those for whom the case exists: after each action, whoever is told is compared with whom
 * the row policies of the database show the case, persons to whom it is assigned from outside of its territory included.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ROLE_CODES, ROLES } from "@sandglass/casework";
import * as fc from "fast-check";
import { EventHub, isVisible, type LiveEvent } from "../api/mod.ts";
import { openWorld, PEOPLE, projectInTest, vehicle, type World } from "../cases/world.fixture.ts";
import type { Actor } from "../records/mod.ts";
import { caseEventOf } from "./case-events.ts";

const RUNS = Number(process.env["SANDGLASS_SCOPE_RUNS"] ?? 200);
const HUMAN = ROLE_CODES.filter((role) => ROLES[role].kind !== "system");
const watchers: fc.Arbitrary<Actor> = fc.record({
  kind: fc.constant("person" as const),
  id: fc.constantFrom("acc_expert", "acc_dealer", "acc_other"),
  role: fc.constantFrom(...HUMAN),
  organisation: fc.constantFrom("oem-a", "oem-b", "experts", "samr", ""),
  region: fc.constantFrom("440300", "440000", "310000", ""),
});

let world: World;
let hub: EventHub;
const told: { readonly event: LiveEvent; readonly hears: (actor: Actor) => boolean }[] = [];

before(async () => {
  world = await openWorld();
  hub = new EventHub("test", isVisible);
  world.cases.onChange((change) => {
    const event = caseEventOf(change);
    const before = hub.lastNumber;
    hub.publish(event);
    const number = hub.lastNumber;
    told.push({
      event,
      hears: (actor) => hub.since(before, actor)?.some((each) => each.number === number) ?? false,
    });
  });
  await projectInTest(world);
  const engine = world.cases.engine;
  for (const [person, place] of [
    [PEOPLE.oem, { vehicle: vehicle(0) }],
    [PEOPLE.oemB, { region: "310115" }],
  ] as const) {
    const { id } = await engine.transact(person, (unit) =>
      engine.create(unit, "accident", "report", {
        happenedAt: new Date(world.now - 3_600_000).toISOString(),
        place: "G4 km 2100",
        what: "Smoke from the pack",
        source: "enterprise",
        fire: true,
        contact: "13800000000",
        ...place,
      }),
    );
    await engine.transact(PEOPLE.samr, (unit) => engine.act(unit, id, "assign", { accounts: ["acc_expert"] }));
  }
  await world.fire({ vehicle: 0, level: 3 });
  await world.cases.drain();
});
after(() => world.close());

const ofExpert = (organisation: string, id = "acc_expert"): Actor => ({ ...PEOPLE.expert, id, organisation });

test("whoever is assigned to a case hears of its changes, though it lies in nobody's territory of theirs", () => {
  const newest = told.findLast(({ event }) => event.topic === "project")!;
  assert.ok(newest.hears(ofExpert("experts")), "the expert of the panel");
  assert.ok(!newest.hears(ofExpert("experts", "acc_other")), "another expert of the same institute");
  const accident = told.findLast(({ event }) => event.object === "accidentTrackA")!;
  assert.ok(accident.hears(ofExpert("experts")));
  const reported = told.find(({ event }) => event.object === "accidentTrackA")!;
  assert.ok(!reported.hears(ofExpert("experts")), "before they were assigned there was nothing to hear");
});

test("8.2: an event of a case is heard by exactly those for whom the database shows the case", async () => {
  // The state that the row policies judge is the last one: so is the event that is compared with it.
  const newest = new Map(told.map((each) => [each.event.data.id, each]));
  const objects = new Set([...newest.values()].map(({ event }) => event.object));
  assert.deepEqual([...objects].toSorted(), ["accidentTrackA", "hazardOrder", "sandboxApplication"]);
  const counts = { heard: 0, unheard: 0 };
  await fc.assert(
    fc.asyncProperty(watchers, async (actor) => {
      const rows = await world.records.transact(actor, (tx) => tx.selectFrom("cases").select("id").execute());
      const shown = new Set(rows.map(({ id }) => id));
      for (const [id, { event, hears }] of newest) {
        assert.equal(hears(actor), shown.has(id), `${actor.role} ${actor.id} ${JSON.stringify(event)}`);
        counts[shown.has(id) ? "heard" : "unheard"] += 1;
      }
    }),
    { numRuns: RUNS, seed: 82 },
  );
  assert.ok(counts.heard > RUNS / 4 && counts.unheard > RUNS / 4, JSON.stringify(counts));
});
