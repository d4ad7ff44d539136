import assert from "node:assert/strict";
import { test } from "node:test";
import { parseVehicleId } from "../../access/mod.ts";
import { walkCases, type Person } from "../http.fixture.ts";
import { PEOPLE, SERVICE, vehicle } from "../world.fixture.ts";
import { getCase } from "./store.ts";
import { firstSubject, subjectNames } from "./subject-names.ts";
import { pageOfCase } from "./view.ts";

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

test("the page of a case names its findings when the actions that brought them lie further back than it shows", async () => {
  const { items } = await walk.read("supervisor", "/cases");
  const { id } = items.find((each: { readonly subject: { id: string } | null }) => each.subject?.id === vehicle(0));
  const { findings } = await walk.read("supervisor", `/cases/${id}`);
  assert.equal(findings.length, 1);
  await walk.world.records.asSuperuser(
    `with noted as (
       insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
       values ('named', 'NAMED', 1, 'Insulation low', '绝缘电阻低', 3, 3, '', '', '', '', '[]', '')
     )
     insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
     values ($1, 'NAMED', 1, 'named', 3, 'firing', $2, 1, now(), now(), true, '[]', 1, now(), now(), now())`,
    findings.concat(parseVehicleId(vehicle(0))),
  );
  const page = await walk.world.records.transact(PEOPLE.oem, async (tx) => {
    const stored = await getCase(tx, id);
    // A thousand actions later none of these is shown, and findings are no field of an order.
    const later = { ...stored, folded: { ...stored.folded, version: stored.folded.version + 1000 } };
    return pageOfCase(walk.world.cases.engine, tx, later, { id: PEOPLE.oem.id, role: "OEM" }, walk.world.now);
  });
  assert.deepEqual([page.actions, page.fields.filter(({ value }) => JSON.stringify(value).includes("fnd_"))], [[], []]);
  assert.deepEqual(page.names[findings[0]], { en: "Insulation low", zh: "绝缘电阻低" });
});

test("a kind that hides its vehicles from a role does not name one", () => {
  const fields = { vehicles: { title: { en: "Vehicles", zh: "车辆" }, readers: ["SAMR"] } } as const;
  assert.equal(firstSubject({ fields }, PEOPLE.samr, [vehicle(0)]), vehicle(0));
  assert.equal(firstSubject({ fields }, PEOPLE.oem, [vehicle(0)]), undefined);
  assert.equal(firstSubject({}, PEOPLE.oem, []), undefined);
});
