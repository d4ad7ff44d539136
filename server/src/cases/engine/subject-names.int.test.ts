import assert from "node:assert/strict";
import { test } from "node:test";
import { walkCases, type Person } from "../http.fixture.ts";
import { PEOPLE, SERVICE, vehicle } from "../world.fixture.ts";
import { firstSubject, subjectNames } from "./subject-names.ts";

const walk = walkCases({
  prepare: async (world) => {
    await world.fire({ vehicle: 0, level: 3 });
    await world.fire({ vehicle: 9, level: 3 });
    await world.cases.drain();
  },
});

const names = (who: Person, ids: readonly string[]) =>
  walk.world.records.transact(PEOPLE[who], async (tx) => Object.fromEntries(await subjectNames(tx, ids)));

test("a vehicle is named by its masked VIN, a service by its name, and what one may not see not at all", async () => {
  const [service] = await walk.world.records.asSuperuser("select name from subjects limit 1");
  assert.deepEqual(await names("samr", [SERVICE, vehicle(0), vehicle(0), "veh_nothing"]), {
    [SERVICE]: service?.name,
    [vehicle(0)]: "LSG**********0000",
  });
  assert.deepEqual(await names("oemB", [SERVICE, vehicle(0)]), {});
});

test("the list and the page of a case name what it is about; without a name its id stays", async () => {
  const { items } = await walk.read("supervisor", "/cases");
  const named = items.find((each: { readonly subject: { id: string } | null }) => each.subject?.id === vehicle(0));
  assert.equal(named.subject.name, "LSG**********0000");
  assert.deepEqual((await walk.read("oem", `/cases/${named.id}`)).subject, named.subject);
});

test("a kind that hides its vehicles from a role does not name one", () => {
  const fields = { vehicles: { title: { en: "Vehicles", zh: "车辆" }, readers: ["SAMR"] } } as const;
  assert.equal(firstSubject({ fields }, PEOPLE.samr, [vehicle(0)]), vehicle(0));
  assert.equal(firstSubject({ fields }, PEOPLE.oem, [vehicle(0)]), undefined);
  assert.equal(firstSubject({}, PEOPLE.oem, []), undefined);
});
