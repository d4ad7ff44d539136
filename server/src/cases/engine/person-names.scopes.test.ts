/** Who is told the names of persons who acted: the function of the database against the matrix, and what the pages give. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reachesOf, ROLE_CODES } from "@sandglass/casework";
import { personNames } from "../../access/mod.ts";
import type { Actor } from "../../records/mod.ts";
import { walkCases, type Person } from "../http.fixture.ts";
import { PEOPLE, projectInTest } from "../world.fixture.ts";
import { referenceNames } from "./reference-names.ts";

const NAMED = {
  oem: "Zhao Yi",
  oemB: "Qian Er",
  samr: "Sun San",
  samr2: "Li Si",
  expert: "Zhou Wu",
} as const satisfies Partial<Record<keyof typeof PEOPLE, string>>;
const OWNER = { id: "acc_owner", role: "OWNER", organisation: "oem-a", name: "Wu Liu" } as const;
const PERSONS = [
  ...Object.entries(NAMED).map(([who, name]) => {
    const { id, role, organisation } = PEOPLE[who as keyof typeof NAMED];
    return { id, role, organisation, name };
  }),
  OWNER,
];

const walk = walkCases({
  prepare: async (world) => {
    for (const { id, role, organisation, name } of PERSONS)
      await world.records.asSuperuser(
        `insert into accounts (id, account, name, role, organisation, password) values ('${id}', '${id}', '${name}', '${role}', '${organisation}', 'x')`,
      );
  },
});

const namesFor = (actor: Actor): Promise<Record<string, string>> =>
  walk.world.records.transact(actor, async (tx) =>
    Object.fromEntries(
      await personNames(tx, [...PERSONS.map(({ id }) => id), "acc_nobody", "system:clock", PEOPLE.supervisor.id]),
    ),
  );

test("names are told as the matrix has it, of private persons to themselves only, for every role", async () => {
  for (const role of ROLE_CODES.filter((each) => !each.startsWith("system:")))
    for (const organisation of ["oem-a", "samr", ""]) {
      const reaches = reachesOf(role, "personName", "read");
      const told = PERSONS.filter(
        (person) =>
          person.role !== "OWNER" &&
          (reaches.includes("all") || (reaches.includes("own") && person.organisation === organisation)),
      );
      assert.deepEqual(
        await namesFor({ kind: "person", id: "acc_reader", role, organisation }),
        Object.fromEntries(told.map(({ id, name }) => [id, name])),
        `${role} of "${organisation}"`,
      );
    }
  const { id, role, organisation } = OWNER;
  assert.deepEqual(await namesFor({ kind: "person", id, role, organisation }), { [OWNER.id]: OWNER.name });
});

test("experts whom a case names have their names for those who may know them", async () => {
  const expert = "acc_00000000000000000001";
  const { role, organisation } = PEOPLE.expert;
  await walk.world.records.asSuperuser(
    `insert into accounts (id, account, name, role, organisation, password) values ('${expert}', 'e', 'Zheng Wang', '${role}', '${organisation}', 'x')`,
  );
  const named = (actor: Actor) => walk.world.records.transact(actor, (tx) => referenceNames(tx, { experts: [expert] }));
  assert.deepEqual(await named(PEOPLE.samr), { [expert]: { en: "Zheng Wang", zh: "Zheng Wang" } });
  assert.deepEqual(await named(PEOPLE.oem), {});
  await walk.world.records.asSuperuser(`delete from accounts where id = '${expert}'`);
});

test("what is behind the names stays closed: no account is read by somebody who may not", async () => {
  const seen = await walk.world.records.transact(PEOPLE.samr, (tx) =>
    tx.selectFrom("accounts").select(["id", "password"]).execute(),
  );
  assert.deepEqual(
    seen.map(({ id }) => id),
    [PEOPLE.samr.id],
  );
});

test("the history of a case names officials to officials, and to the maker its own people only", async () => {
  const id = await projectInTest(walk.world);
  const read = async (who: Person, url: string): Promise<Record<string, string | null>> => {
    const { actions, items }: Record<string, { actor: { id: string; name: string | null } }[]> = await walk.read(
      who,
      url,
    );
    return Object.fromEntries((actions ?? items ?? []).map(({ actor }) => [actor.id, actor.name]));
  };
  for (const url of [`/cases/${id}`, `/projects/${id}`, `/cases/${id}/actions`]) {
    assert.deepEqual(
      await read("samr", url),
      { [PEOPLE.oem.id]: NAMED.oem, [PEOPLE.samr.id]: NAMED.samr, [PEOPLE.expert.id]: NAMED.expert },
      url,
    );
    assert.deepEqual(
      await read("oem", url),
      { [PEOPLE.oem.id]: NAMED.oem, [PEOPLE.samr.id]: null, [PEOPLE.expert.id]: null },
      url,
    );
  }
  const signed = async (who: Person): Promise<unknown> => {
    const { plan } = await walk.read(who, `/projects/${id}`);
    return [plan.enterpriseSignature.by.name, plan.authoritySignature.by.name];
  };
  assert.deepEqual(await signed("samr"), [NAMED.oem, NAMED.samr]);
  assert.deepEqual(await signed("oem"), [NAMED.oem, null]);
});
