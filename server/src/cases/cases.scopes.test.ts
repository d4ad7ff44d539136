/**
 * Who sees and does what: actors, organisations, regions and case states are generated; what the database lets through is
 * compared with the permission matrix and the lifecycle tables. `SANDGLASS_SCOPE_RUNS` sets how many attempts are made.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import {
  ACCIDENT_CASE,
  allows,
  asOwed,
  HAZARD_WORK_ORDER,
  isRoleCode,
  OTA_FILING,
  possibleActions,
  REACHES,
  reachesOf,
  RECALL_CASE,
  refusalOf,
  ROLE_CODES,
  ROLES,
  SANDBOX_PROJECT,
  type Folded,
  type Lifecycle,
  type RoleCode,
} from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import { sql } from "kysely";
import { SandglassError } from "../errors/mod.ts";
import { encodeCursor } from "../http/mod.ts";
import { SYSTEM_INTAKE, SYSTEM_TRIGGER, type Actor } from "../records/mod.ts";
import { countDuties, groupOf, listDuties } from "./board/queries.ts";
import { DUE_GROUPS } from "./board/schema.ts";
import { listDrafts, saveDraft } from "./engine/drafts.ts";
import { toCaseActor } from "./engine/engine.ts";
import { countCases, listCases } from "./engine/list.ts";
import { getCase, type StoredCase } from "./engine/store.ts";
import type { Unit } from "./engine/unit.ts";
import { programmesUnderTest, stepsIn } from "./programmes.fixture.ts";
import { APPLICATION, openWorld, PEOPLE, projectInTest, TO_TESTING, vehicle, type World } from "./world.fixture.ts";

const RUNS = Number(process.env.SANDGLASS_SCOPE_RUNS ?? 300);
const LIFECYCLES = {
  "sandbox-project": SANDBOX_PROJECT as unknown as Lifecycle,
  "hazard-order": HAZARD_WORK_ORDER as unknown as Lifecycle,
  accident: ACCIDENT_CASE as unknown as Lifecycle,
  recall: RECALL_CASE as unknown as Lifecycle,
  "ota-filing": OTA_FILING as unknown as Lifecycle,
};
const HUMAN_ROLES = ROLE_CODES.filter((role) => ROLES[role].kind !== "system");

const actors: fc.Arbitrary<Actor> = fc.record({
  kind: fc.constant("person" as const),
  id: fc.constantFrom("acc_expert", "acc_other", "acc_dealer"),
  role: fc.constantFrom<RoleCode>(...HUMAN_ROLES),
  organisation: fc.constantFrom("oem-a", "oem-b", "battery-a", "samr", ""),
  region: fc.constantFrom("440300", "440000", "310000", "110000", ""),
});

describe("permissions of cases", () => {
  let world: World;
  let stored: readonly StoredCase[];
  before(async () => {
    world = await openWorld();
    stored = await populate(world);
  });
  after(() => world.close());

  it("stores the matrix as the package has it", async () => {
    const rows = await world.records.asSuperuser("select kind, role, reach from case_access order by 1, 2, 3");
    const expected = Object.values(LIFECYCLES).flatMap(({ kind, object }) =>
      HUMAN_ROLES.flatMap((role) =>
        reachesOf(role, object, "read")
          .filter((reach) => ["all", "own", "territory", "assigned", "issued"].includes(reach))
          .map((reach) => ({ kind, role, reach })),
      ),
    );
    const key = (row: Record<string, unknown>) => `${String(row.kind)} ${String(row.role)} ${String(row.reach)}`;
    const compared = rows.filter((row) => Object.hasOwn(LIFECYCLES, String(row.kind)));
    assert.deepEqual(compared.map(key).sort(), expected.map(key).sort());
    assert.ok(REACHES.includes("territory"));
  });

  it("shows everyone exactly the cases, actions and duties that the matrix gives", async () => {
    await fc.assert(
      fc.asyncProperty(actors, async (actor) => {
        const expected = stored
          .filter((each) => maySee(actor, each))
          .map((each) => each.id)
          .sort();
        const seen = await world.records.transact(actor, async (tx) => ({
          listed: (await listCases(tx, { limit: 1_000 }, world.now)).map((row) => row.id).sort(),
          counted: (await countCases(tx, {}, world.now)).facets.reduce((sum, { count }) => sum + count, 0),
          indexed: [
            ...new Set((await tx.selectFrom("case_index").select("case_id").execute()).map((row) => row.case_id)),
          ].sort(),
          board: [
            ...new Set(
              (await tx.selectFrom("duty_index").select(["case_id", "id"]).execute()).map((row) => dutyKey(row)),
            ),
          ].sort(),
          cases: (await tx.selectFrom("cases").select("id").execute()).map((row) => row.id).sort(),
          actions: [
            ...new Set((await tx.selectFrom("case_actions").select("case_id").execute()).map((row) => row.case_id)),
          ].sort(),
          obligations: [
            ...new Set((await tx.selectFrom("case_obligations").select("case_id").execute()).map((row) => row.case_id)),
          ].sort(),
        }));
        assert.deepEqual(seen.cases, expected);
        assert.deepEqual(seen.listed, expected, "the list is what the policies show");
        assert.deepEqual(seen.indexed, expected, "the index shows nothing more");
        assert.equal(seen.counted, expected.length);
        assert.deepEqual(
          seen.board,
          openDuties(stored.filter((each) => maySee(actor, each))).map(({ key }) => key),
          "the index of duties shows the open duties of those cases and nothing more",
        );
        assert.deepEqual(seen.actions, expected);
        assert.deepEqual(
          seen.obligations,
          stored
            .filter((each) => maySee(actor, each) && each.folded.obligations.length > 0)
            .map((each) => each.id)
            .sort(),
        );
      }),
      { numRuns: RUNS, seed: 21 },
    );
  });

  it("lists and counts, by party and by vehicle, exactly the cases of them that everyone may see", async () => {
    const { engine } = world.cases;
    const partsOf = (each: StoredCase) => ({
      organisations: lifecycleOf(each).extentOf(each.folded.data).organisations,
      vehicles: engine.typeOf(each.kind).fieldsOf(each.folded.data).vehicles,
    });
    const parties = fc.constantFrom("oem-a", "oem-b", "battery-a", "nobody", undefined);
    const filters = fc.record({
      organisation: parties,
      vehicle: fc.constantFrom(...[0, 1, 3, 9].map(vehicle), undefined),
      kinds: fc.option(fc.subarray(Object.keys(LIFECYCLES), { minLength: 1 }), { nil: undefined }),
    });
    let some = 0;
    await fc.assert(
      fc.asyncProperty(actors, filters, async (actor, filter) => {
        const { organisation, vehicle: one, kinds } = filter;
        const expected = stored
          .filter((each) => maySee(actor, each) && (kinds === undefined || kinds.includes(each.kind)))
          .filter((each) => organisation === undefined || partsOf(each).organisations.includes(organisation))
          .filter((each) => one === undefined || partsOf(each).vehicles.includes(one))
          .map(({ id }) => id)
          .sort();
        const { listed, facets } = await world.records.transact(actor, async (tx) => ({
          listed: (await listCases(tx, { ...filter, limit: 1_000 }, world.now)).map(({ id }) => id).sort(),
          facets: (await countCases(tx, filter, world.now)).facets,
        }));
        assert.deepEqual(listed, expected);
        assert.equal(
          facets.reduce((sum, { count }) => sum + count, 0),
          expected.length,
        );
        if (expected.length > 0) some += 1;
      }),
      { numRuns: RUNS, seed: 25 },
    );
    assert.ok(some > RUNS / 20, `${some} lists have cases, so that the property says something`);
  });

  it("shows everyone on the board, counts and pages through exactly the open duties of the cases that they may see", async () => {
    const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
    const filters = fc.record({
      group: seldom(fc.constantFrom(...DUE_GROUPS)),
      kinds: seldom(fc.subarray(Object.keys(LIFECYCLES), { minLength: 1 })),
      code: seldom(fc.constantFrom(...new Set(openDuties(stored).map(({ code }) => code)))),
      bearer: seldom(fc.constantFrom("OEM", "SAMR", "LOCAL_IIT", "EXPERT")),
      organisation: seldom(fc.constantFrom("oem-a", "oem-b", "battery-a", "nobody")),
      case: seldom(fc.constantFrom(...stored.map((each) => each.id))),
    });
    let some = 0;
    await fc.assert(
      fc.asyncProperty(actors, filters, fc.integer({ min: 1, max: 7 }), async (actor, filter, limit) => {
        const expected = openDuties(stored.filter((each) => maySee(actor, each))).filter(
          (each) =>
            (filter.group === undefined || groupOf(each.dueAt, world.now) === filter.group) &&
            (filter.kinds === undefined || filter.kinds.includes(each.kind)) &&
            (filter.code === undefined || each.code === filter.code) &&
            (filter.bearer === undefined || each.bearers.includes(filter.bearer)) &&
            (filter.organisation === undefined || each.organisations.includes(filter.organisation)) &&
            (filter.case === undefined || each.id === filter.case),
        );
        const { engine } = world.cases;
        const seen: string[] = [];
        const facets = await engine.transact(actor, async ({ tx }) => {
          let cursor: string | undefined;
          do {
            const rows = await listDuties(
              engine,
              tx,
              { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) },
              world.now,
            );
            const page = rows.slice(0, limit);
            seen.push(...page.map(({ line }) => `${line.case.id} ${line.id}`));
            cursor = rows.length > limit ? encodeCursor(page.at(-1)!.position) : undefined;
          } while (cursor !== undefined);
          return countDuties(engine, tx, filter, world.now);
        });
        assert.deepEqual(
          [...seen].sort(),
          expected.map(({ key }) => key),
        );
        const due = new Map(expected.map(({ key, dueAt }) => [key, dueAt ?? Infinity]));
        assert.ok(
          seen.every((key, index) => index === 0 || due.get(seen[index - 1]!)! <= due.get(key)!),
          "nearest first",
        );
        assert.equal(facets.total, expected.length);
        for (const { group, count } of facets.groups)
          assert.equal(count, expected.filter(({ dueAt }) => groupOf(dueAt, world.now) === group).length, group);
        for (const { role, count } of facets.bearers)
          assert.equal(count, expected.filter(({ bearers }) => bearers.includes(role)).length, role);
        for (const { kind, code, count } of facets.duties)
          assert.equal(count, expected.filter((each) => each.kind === kind && each.code === code).length, code);
        if (expected.length > 0) some += 1;
      }),
      { numRuns: RUNS, seed: 24 },
    );
    assert.ok(some > RUNS / 10, "enough boards hold duties, so that the property says something");
  });

  it("takes the duties of a case along when a party is added to it or leaves", async () => {
    await rehearse(world, PEOPLE.oem, async (unit) => {
      const target = stored.find(
        (each) => each.kind === "accident" && maySee(PEOPLE.oem, each) && openDuties([each]).length > 0,
      )!;
      const scopes = async () =>
        (
          await unit.tx.selectFrom("duty_index").select(["scope", "id"]).where("case_id", "=", target.id).execute()
        ).filter(({ scope }) => scope.includes(" o:"));
      const before = await scopes();
      const put = (organisations: string[]) =>
        unit.tx.updateTable("cases").set({ organisations }).where("id", "=", target.id).execute();
      await put(["oem-a", "battery-a"]);
      await unit.tx.executeQuery(sql`select set_config('sandglass.organisation', 'battery-a', true)`.compile(unit.tx));
      assert.deepEqual(
        (await scopes()).map(({ scope, id }) => `${scope} ${id}`).sort(),
        before.flatMap(({ id }) => [`accident o:battery-a ${id}`, `accident o:oem-a ${id}`]).sort(),
        "each party has them, and who sees the case sees both",
      );
      await put(["battery-a"]);
      await unit.tx.executeQuery(sql`select set_config('sandglass.organisation', 'oem-a', true)`.compile(unit.tx));
      assert.deepEqual(await scopes(), []);
    });
  });

  it("takes no action from anyone but those whom the lifecycle and the matrix allow it, in every state", async () => {
    const attempts = fc.record({
      actor: actors,
      index: fc.nat(),
      name: fc.constantFrom(...Object.values(LIFECYCLES).flatMap(({ actions }) => Object.keys(actions))),
    });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(attempts, async ({ actor, index, name }) => {
        const target = stored[index % stored.length]!;
        const lifecycle = lifecycleOf(target);
        const refusal = refusalOf(lifecycle, target.folded, name, toCaseActor(actor), world.now);
        let outcome: string | undefined;
        try {
          await rehearse(world, actor, (unit) =>
            world.cases.engine.act(
              unit,
              target.id,
              name,
              acceptedInput(name, target.folded.obligations, target.folded.data, toCaseActor(actor)),
            ),
          );
        } catch (error) {
          if (!(error instanceof SandglassError)) throw error;
          outcome = error.code;
        }
        if (!maySee(actor, target))
          assert.equal(outcome, "SG_NOT_FOUND", `${actor.role} learned of ${target.folded.state}`);
        else if (refusal !== undefined)
          assert.equal(outcome, refusal.code, `${actor.role} ${name} in ${target.folded.state}`);
        else {
          assert.ok(
            outcome === undefined || outcome === "SG_ACTION_NOT_POSSIBLE" || outcome === "SG_PROJECT_VEHICLE",
            `${actor.role} ${name} in ${target.folded.state}: ${outcome}`,
          );
          accepted += 1;
        }
      }),
      { numRuns: RUNS * 3, seed: 22 },
    );
    assert.ok(accepted > 0, "some attempts were allowed, so that the property says something");
  });

  it("offers actions only to those who may see the case", () => {
    fc.assert(
      fc.property(actors, fc.nat(), (actor, index) => {
        const target = stored[index % stored.length]!;
        const offered = possibleActions(lifecycleOf(target), target.folded, toCaseActor(actor), world.now);
        if (!maySee(actor, target)) assert.deepEqual(offered, []);
        for (const { name } of offered)
          assert.ok(lifecycleOf(target).actions[name]!.roles.some((role) => role === actor.role));
      }),
      { numRuns: RUNS, seed: 23 },
    );
  });

  it("lets nobody change or remove an action, whatever the role", async () => {
    for (const actor of [...Object.values(PEOPLE), SYSTEM_TRIGGER]) {
      for (const statement of [
        "update case_actions set name = 'x'",
        "delete from case_actions",
        "truncate case_actions",
        "delete from case_obligations",
        "delete from case_escalations",
        "delete from case_notices",
        "delete from cases",
        "insert into duty_index (scope, case_id, id, code, bearers, due_at) values ('accident *', 'x', 'x', 'x', '', now())",
        "insert into case_index (scope, case_id, kind, state, ended, opened_at) values ('accident *', 'x', 'accident', 'CLOSED', true, now())",
      ]) {
        await assert.rejects(
          world.records.transact(actor, (tx) => sql.raw(statement).execute(tx)),
          /permission denied|row-level security/,
          `${actor.role}: ${statement}`,
        );
      }
    }
  });

  it("lets not even the owner of the database change an action", async () => {
    for (const statement of [
      "update case_actions set name = name",
      "delete from case_actions",
      "truncate case_actions cascade",
    ])
      await assert.rejects(world.records.asOwner(statement), /append-only/, statement);
  });

  it("lets nobody but the start of the server say which cases a role sees", async () => {
    for (const actor of [...Object.values(PEOPLE), SYSTEM_TRIGGER]) {
      const add = sql`insert into case_access (kind, role, reach) values ('accident', ${actor.role}, 'all')`;
      await assert.rejects(
        world.records.transact(actor, (tx) => add.execute(tx)),
        /row-level security|duplicate key/,
        actor.role,
      );
      const removed = await world.records.transact(actor, (tx) => tx.deleteFrom("case_access").executeTakeFirst());
      assert.equal(removed.numDeletedRows, 0n, actor.role);
    }
  });

  it("shows a draft to nobody but the person who began it", async () => {
    const target = stored.find((each) => each.kind === "sandbox-project")!;
    const { engine } = world.cases;
    await engine.transact(PEOPLE.oem, (unit) =>
      saveDraft(unit, { scope: target.id, action: "edit", content: { title: "Half" } }),
    );
    for (const actor of [...Object.values(PEOPLE), SYSTEM_TRIGGER]) {
      const drafts = await world.records.transact(actor, (tx) => listDrafts(tx, world.now));
      assert.equal(drafts.length, actor === PEOPLE.oem ? 1 : 0, actor.role);
    }
  });

  it("lets nobody write an action in another's name or into a case that is not theirs", async () => {
    const target = stored.find((each) => each.kind === "sandbox-project")!;
    const row = (actor: Actor) => ({
      id: "forged",
      case_id: target.id,
      sequence: 999,
      name: "x",
      at: new Date(),
      actor_id: actor.id,
      actor_role: actor.role,
      actor_organisation: actor.organisation,
      actor_region: null,
      actor_account: null,
      purpose: null,
      idempotency_id: null,
      input: "{}",
      facts: null,
      proposed: false,
      from_state: null,
      to_state: "DRAFT",
      leaf_id: "x",
    });
    const insert = (as: Actor, named: Actor) =>
      world.records.transact(as, (tx) => tx.insertInto("case_actions").values(row(named)).execute());
    await assert.rejects(insert(PEOPLE.oem, PEOPLE.samr), /row-level security/);
    await assert.rejects(insert(PEOPLE.oemB, PEOPLE.oemB), /row-level security/);
    await assert.rejects(insert(PEOPLE.auditor, PEOPLE.auditor), /row-level security/);
  });

  it("lets nobody move a case out of their own sight", async () => {
    const target = stored.find((each) => each.kind === "sandbox-project")!;
    await assert.rejects(
      world.records.transact(PEOPLE.oem, (tx) =>
        tx
          .updateTable("cases")
          .set({ organisations: ["oem-b"] })
          .where("id", "=", target.id)
          .execute(),
      ),
      /row-level security/,
    );
  });
});

const dutyKey = (row: { readonly case_id: string; readonly id: string }): string => `${row.case_id} ${row.id}`;

/** Open duties as the folds say, by key. */
function openDuties(cases: readonly StoredCase[]) {
  return cases
    .flatMap((each) =>
      each.folded.obligations
        .filter(({ ended }) => ended === undefined)
        .map((duty) => ({
          key: dutyKey({ case_id: each.id, id: duty.id }),
          id: each.id,
          kind: each.kind,
          code: duty.code,
          dueAt: duty.dueAt,
          bearers: asOwed(lifecycleOf(each), each.folded.data).obligations[duty.code]!.bearers as readonly string[],
          organisations: lifecycleOf(each).extentOf(each.folded.data).organisations,
        })),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function lifecycleOf(each: StoredCase): Lifecycle {
  return LIFECYCLES[each.kind as keyof typeof LIFECYCLES];
}

/** The matrix's own answer, from what the case's data says; the database answers from its columns. */
function maySee(actor: Actor, each: StoredCase): boolean {
  if (!isRoleCode(actor.role)) return false;
  const lifecycle = lifecycleOf(each);
  return allows(toCaseActor(actor), lifecycle.object, "read", lifecycle.extentOf(each.folded.data));
}

const ACCIDENT = {
  happenedAt: "2026-11-22T20:00:00Z",
  place: "G4 km 2100",
  what: "Smoke from the pack",
  source: "enterprise",
  fire: true,
  contact: "13800000000",
};

/** Runs work and rolls it back, so that every attempt meets the same cases. */
async function rehearse(
  world: World,
  actor: Actor,
  work: Parameters<World["cases"]["engine"]["transact"]>[1],
): Promise<void> {
  const undo = new Error("undo");
  try {
    await world.cases.engine.transact(actor, async (unit) => {
      await work(unit);
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
}

/** Projects in many states, of two makers and a partner, and work orders in several. */
async function populate(world: World): Promise<readonly StoredCase[]> {
  const { cases } = world;
  for (let steps = 0; steps <= TO_TESTING.length; steps += 1) {
    const parties = steps % 2 === 0 ? [{ organisation: "battery-a", role: "batteryMaker" }] : [];
    const { id } = await cases.createProject(PEOPLE.oem, { ...APPLICATION, title: `steps ${steps}`, parties });
    for (const { organisation } of steps > 0 ? parties : [])
      await cases.actOnProject(
        { ...PEOPLE.oem, id: `acc_${organisation}`, role: "BATTERY_MAKER", organisation },
        id,
        "joinApplication",
        { consent: true, contribution: "Cells" },
      );
    for (const [who, name, input] of TO_TESTING.slice(0, steps)) await cases.actOnProject(PEOPLE[who], id, name, input);
  }
  // Of programmes that other departments lead: an AI service, which has a region too, and a road test.
  const ai = programmesUnderTest([])["ai-service-sandbox"]!;
  for (const steps of [0, 2, 5, TO_TESTING.length]) {
    const { id } = await cases.createProject(PEOPLE.oem, { ...ai.application, limits: { regions: ["440300"] } });
    for (const [who, name, input] of stepsIn(ai, TO_TESTING.slice(0, steps)))
      await cases.actOnProject(PEOPLE[who], id, name, input);
  }
  await cases.createProject(PEOPLE.oem, { ...APPLICATION, programme: "road-test-ladder" });
  await cases.createProject(PEOPLE.oemB, {
    ...APPLICATION,
    applicant: { organisation: "oem-b", role: "vehicleMaker" },
    limits: { maxVehicles: 5, regions: ["310000"] },
  });
  const suspended = await projectInTest(world);
  await cases.actOnProject(PEOPLE.samr, suspended, "order", { reasons: "Spot check" });
  const terminating = await projectInTest(world);
  await cases.actOnProject(PEOPLE.samr, terminating, "deception", { reasons: "False proof" });
  const reporting = await projectInTest(world);
  await cases.actOnProject(PEOPLE.oem, reporting, "planDone");
  for (const index of [0, 1, 3, 9]) await world.fire({ vehicle: index, level: 3 });
  await cases.drain();
  const list = await cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) =>
    tx.selectFrom("cases").select(["id", "kind", "vehicles"]).execute(),
  );
  const notified = list.find((row) => row.kind === "hazard-order" && row.vehicles[0] === vehicle(1))!;
  await cases.actOnOrder(PEOPLE.oem, notified.id, "notifyOwner", { channel: "app", advice: "Stop" });
  await cases.actOnOrder(PEOPLE.oem, notified.id, "accept", { assignee: "acc_dealer" });
  for (const [person, accident] of [
    [PEOPLE.oem, { ...ACCIDENT, vehicle: vehicle(0) }],
    [PEOPLE.oemB, { ...ACCIDENT, region: "310115" }],
  ] as const) {
    const { id } = await cases.engine.transact(person, (unit) =>
      cases.engine.create(unit, "accident", "report", accident),
    );
    list.push({ id, kind: "accident", vehicles: [] });
    const confirm = (unit: Unit) => cases.engine.act(unit, id, "confirmAccident", {});
    if (person === PEOPLE.oem) await cases.engine.transact(person, confirm);
  }
  for (const id of await populateDuties(world)) list.push({ id, kind: "recall", vehicles: [] });
  return cases.engine.transact(SYSTEM_TRIGGER, async ({ tx }) => {
    const all: StoredCase[] = [];
    for (const { id } of list) all.push(await getCase(tx, id));
    return all as readonly (StoredCase & { readonly folded: Folded })[];
  });
}

/** A recall with vehicles in Shenzhen and a dealer, one that is a lead, and an OTA filing of each maker. @returns their ids */
async function populateDuties(world: World): Promise<readonly string[]> {
  const { engine } = world.cases;
  await world.records.transact(SYSTEM_INTAKE, (tx) =>
    tx.updateTable("vehicles").set({ model: "A1" }).where("registered", "=", true).execute(),
  );
  const ids: string[] = [];
  for (const maker of [PEOPLE.oem, PEOPLE.oemB]) {
    const open = (kind: string, name: string) =>
      engine.transact(maker, (unit) => engine.create(unit, kind, name, acceptedInput(name)));
    const recall = await open("recall", "reportDefect");
    ids.push(recall.id, (await open("ota-filing", "prepareOta")).id);
    if (maker !== PEOPLE.oem) continue;
    for (const name of ["confirmDefect", "confirmStop", "filePlan"]) {
      const input = acceptedInput(name) as object;
      const entered = name === "filePlan" ? { ...input, dealers: ["acc_dealer"] } : input;
      await engine.transact(maker, (unit) => engine.act(unit, recall.id, name, entered));
    }
  }
  return ids;
}
