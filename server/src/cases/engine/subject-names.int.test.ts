import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { call, hostOf, type Person } from "../http.fixture.ts";
import { openWorld, PEOPLE, SERVICE, vehicle, type World } from "../world.fixture.ts";
import { firstSubject, subjectNames } from "./subject-names.ts";

let world: World;
let app: FastifyInstance;
before(async () => {
  world = await openWorld();
  await world.fire({ vehicle: 0, level: 3 });
  await world.fire({ vehicle: 9, level: 3 });
  await world.cases.drain();
  app = await hostOf(world);
});
after(async () => {
  await app.close();
  await world.close();
});

const names = (who: Person, ids: readonly string[]) =>
  world.records.transact(PEOPLE[who], async (tx) => Object.fromEntries(await subjectNames(tx, ids)));

test("a vehicle is named by its masked VIN, a service by its name, and what one may not see not at all", async () => {
  const [service] = await world.records.asSuperuser("select name from subjects limit 1");
  assert.deepEqual(await names("samr", [SERVICE, vehicle(0), vehicle(0), "veh_nothing"]), {
    [SERVICE]: service?.name,
    [vehicle(0)]: "LSG**********0000",
  });
  assert.deepEqual(await names("oemB", [SERVICE, vehicle(0)]), {});
});

test("the list and the page of a case name what it is about; without a name its id stays", async () => {
  const { items } = (await call(app, "supervisor", "GET", "/cases")).body as {
    items: { id: string; subject: { id: string; name: string | null } | null }[];
  };
  const named = items.find(({ subject }) => subject?.id === vehicle(0))!;
  assert.equal(named.subject?.name, "LSG**********0000");
  const page = (await call(app, "oem", "GET", `/cases/${named.id}`)).body as { subject: unknown };
  assert.deepEqual(page.subject, named.subject);
});

test("a kind that hides its vehicles from a role does not name one", () => {
  const fields = { vehicles: { title: { en: "Vehicles", zh: "车辆" }, readers: ["SAMR"] } } as const;
  assert.equal(firstSubject({ fields }, PEOPLE.samr, [vehicle(0)]), vehicle(0));
  assert.equal(firstSubject({ fields }, PEOPLE.oem, [vehicle(0)]), undefined);
  assert.equal(firstSubject({}, PEOPLE.oem, []), undefined);
});
