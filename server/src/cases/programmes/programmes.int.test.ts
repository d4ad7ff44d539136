/** Programmes in real records: the shipped ones, published versions, who may publish, what is refused. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { BUILT_IN_PROGRAMMES, type Programme } from "@sandglass/casework";
import { sql } from "kysely";
import { APPLICATION, openWorld, PEOPLE, type World } from "../world.fixture.ts";
import { dayOf, getCurrent, listCurrent, listVersions, publishProgramme } from "./store.ts";

const [AUTOMOBILE] = BUILT_IN_PROGRAMMES as readonly [Programme];
const codeOf = (code: string) => (error: unknown) => (error as { readonly code?: string }).code === code;

describe("programmes", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());
  const publish = (who: keyof typeof PEOPLE, programme: unknown, reason = "as agreed by the departments") =>
    world.cases.engine.transact(PEOPLE[who], ({ tx, at }) => publishProgramme(tx, PEOPLE[who], programme, reason, at));
  const current = () => world.cases.engine.transact(PEOPLE.oem, ({ tx, at }) => listCurrent(tx, at));

  it("R-1.2: ships four, each in its first version, and tells the day in Shanghai", async () => {
    assert.deepEqual(
      (await current()).map((each) => [each.programme.id, each.programme.version]),
      BUILT_IN_PROGRAMMES.map((each) => [each.id, 1]),
    );
    assert.equal(dayOf(Date.UTC(2026, 10, 22, 17)), "2026-11-23");
  });

  it("R-1.2 C-4: a published version stands beside the old one, and takes effect on its day", async () => {
    const next = { ...AUTOMOBILE, version: 2, effectiveFrom: dayOf(world.now + 86_400_000) };
    const { publication } = await publish("samr", next);
    assert.match(publication?.leaf ?? "", /./);
    assert.equal((await current()).find((each) => each.programme.id === AUTOMOBILE.id)?.programme.version, 1);
    world.now += 86_400_000;
    assert.equal((await current()).find((each) => each.programme.id === AUTOMOBILE.id)?.programme.version, 2);
    const versions = await world.cases.engine.transact(PEOPLE.oem, ({ tx }) => listVersions(tx, AUTOMOBILE.id));
    assert.deepEqual(
      versions.map((each) => each.programme.version),
      [1, 2],
    );
  });

  it("takes no version twice and none out of order", async () => {
    for (const version of [1, 2, 4])
      await assert.rejects(publish("samr", { ...AUTOMOBILE, version }), codeOf("SG_PROGRAMME_VERSION"));
  });

  it("takes a further programme, and leaves out one whose time has passed", async () => {
    const local = { ...AUTOMOBILE, id: "city-pilot", version: 1, effectiveTo: dayOf(world.now + 86_400_000) };
    await publish("supervisor", local);
    assert.ok((await current()).some((each) => each.programme.id === "city-pilot"));
    world.now += 2 * 86_400_000;
    assert.ok(!(await current()).some((each) => each.programme.id === "city-pilot"));
    await assert.rejects(
      world.cases.engine.transact(PEOPLE.oem, ({ tx, at }) => getCurrent(tx, "city-pilot", at)),
      codeOf("SG_PROGRAMME_UNKNOWN"),
    );
  });

  it("is published only by an authority that leads it, complete and without a fault", async () => {
    const next = { ...AUTOMOBILE, version: 3 };
    for (const who of ["oem", "eidc", "auditor", "expert", "local"] as const)
      await assert.rejects(publish(who, next), codeOf("SG_FORBIDDEN"));
    await assert.rejects(publish("samr", { ...next, criteria: next.criteria.slice(1) }), codeOf("SG_PROGRAMME_FAULT"));
    await assert.rejects(publish("samr", { ...next, passMark: 3 }), codeOf("SG_CASE_INPUT"));
  });

  it("cannot be changed or removed by anybody", async () => {
    for (const statement of ["update programme_versions set version = 9", "delete from programme_versions"])
      await assert.rejects(
        world.cases.engine.transact(PEOPLE.supervisor, async ({ tx }) => {
          await sql.raw(statement).execute(tx);
        }),
      );
  });

  it("R-6.31: of applications filed in the same instant, no more are taken than the programme can carry", async () => {
    const id = "two-at-once";
    const basis = AUTOMOBILE.passMark.basis;
    await publish("samr", { ...AUTOMOBILE, id, version: 1, capacity: { amount: 2, basis } });
    const drafts = [];
    for (let count = 0; count < 6; count += 1)
      drafts.push((await world.cases.createProject(PEOPLE.oem, { ...APPLICATION, programme: id })).id);
    const filed = await Promise.allSettled(
      drafts.map((draft) => world.cases.actOnProject(PEOPLE.oem, draft, "submit", {})),
    );
    const refused = filed.filter((each) => each.status === "rejected").map((each) => each.reason as unknown);
    assert.ok(refused.every(codeOf("SG_PROGRAMME_CLOSED")), String(refused[0]));
    assert.equal(refused.length, 4);
  });
});
