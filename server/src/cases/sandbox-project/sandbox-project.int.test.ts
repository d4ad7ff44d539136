import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { parseWorkCalendar } from "@sandglass/casework";
import { SandglassError } from "../../errors/mod.ts";
import { SYSTEM_TRIGGER } from "../../records/mod.ts";
import { getCase } from "../engine/store.ts";
import { checkCase, ActionRefusedError, createCases, type CaseChange } from "../mod.ts";
import {
  APPLICATION,
  DAY,
  openWorld,
  PEOPLE,
  PLAN,
  projectInTest,
  TO_ROUTINE,
  TO_TESTING,
  TRIGGER_SET_HASH,
  vehicle,
  type World,
} from "../world.fixture.ts";

const code = (expected: string) => (error: unknown) => error instanceof SandglassError && error.code === expected;

describe("sandbox project on the real database", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const state = async (id: string) =>
    (
      await world.cases.engine.transact(PEOPLE.samr, ({ tx }) =>
        tx.selectFrom("cases").select(["state", "version", "flags"]).where("id", "=", id).executeTakeFirstOrThrow(),
      )
    ).state;
  const same = async (id: string) =>
    assert.equal(
      await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => checkCase(world.cases.engine, tx, id)),
      undefined,
    );

  it("walks from the draft through test, suspension by rule and mitigation to routine supervision", async () => {
    const { cases } = world;
    const changes: CaseChange[] = [];
    const stop = cases.onChange((change) => changes.push(change));
    const { id } = await cases.createProject(PEOPLE.oem, APPLICATION);
    const visited = ["DRAFT"];
    for (const [who, name, input] of TO_TESTING)
      visited.push((await cases.actOnProject(PEOPLE[who], id, name, input)).folded.state);
    assert.deepEqual(visited, [
      "DRAFT",
      "SUBMITTED",
      "UNDER_ASSESSMENT",
      "DECISION_PENDING",
      "PLAN_NEGOTIATION",
      "PLAN_NEGOTIATION",
      "READY",
      "READY",
      "TESTING",
    ]);

    const finding = await world.fire({ trigger: "EV-BAT-001", level: 3, project: id });
    assert.equal(await cases.drain(), 1);
    assert.equal(await state(id), "SUSPENDED");
    const orders = await cases.engine.transact(PEOPLE.samr, ({ tx }) =>
      tx.selectFrom("cases").selectAll().where("project", "=", id).execute(),
    );
    assert.deepEqual(
      orders.map((order) => [order.state, order.level, order.vehicles]),
      [["OPEN", 3, [vehicle(0)]]],
    );

    await cases.actOnProject(PEOPLE.oem, id, "submitMitigation", { measures: "Cell replaced", evidence: "Report 7" });
    const lifted = await cases.actOnProject(PEOPLE.samr, id, "mitigationAccepted", {
      to: "TESTING",
      evidence: "Report 7",
      decidedBy: "dutyOfficer",
      reasons: "Cause removed",
    });
    assert.equal(lifted.folded.state, "TESTING");
    for (const [who, name, input] of TO_ROUTINE) await cases.actOnProject(PEOPLE[who], id, name, input);
    assert.equal(await state(id), "EXITED_TO_ROUTINE");
    await same(id);

    const actions = await cases.engine.transact(PEOPLE.samr, ({ tx }) =>
      tx.selectFrom("case_actions").selectAll().where("case_id", "=", id).orderBy("sequence").execute(),
    );
    const suspension = actions.find((action) => action.name === "riskTrigger");
    assert.equal(suspension?.actor_role, "system:trigger");
    const recorded = suspension?.input as {
      finding: string;
      version: number;
      versionHash: string;
      sentence: { en: string };
    };
    assert.deepEqual([recorded.finding, recorded.version, recorded.versionHash], [finding, 1, "cd".repeat(32)]);
    assert.match(recorded.sentence.en, /Cell over-temperature/);
    const leaves = await cases.engine.transact(PEOPLE.auditor, ({ tx }) =>
      tx
        .selectFrom("ledger_leaves")
        .select(["id", "subject", "content"])
        .where("subject", "=", id)
        .orderBy("ordinal")
        .execute(),
    );
    assert.deepEqual(
      leaves.map((leaf) => leaf.id),
      actions.map((action) => action.leaf_id),
      "every action has its leaf, in order",
    );
    assert.deepEqual(
      leaves.map((leaf) => (leaf.content as { name: string }).name),
      actions.map((action) => action.name),
    );
    assert.deepEqual(
      changes.filter((change) => change.id === id).map((change) => change.action),
      actions.map((action) => action.name),
      "every action is announced once",
    );
    stop();
  });

  it("refuses what is not possible now and names what is, in both languages", async () => {
    const { id } = await world.cases.createProject(PEOPLE.oem, APPLICATION);
    await assert.rejects(world.cases.actOnProject(PEOPLE.oem, id, "start", {}), (error) => {
      assert.ok(error instanceof ActionRefusedError);
      assert.deepEqual([error.code, error.status], ["SG_ACTION_NOT_POSSIBLE", 409]);
      const own = error.possible.filter((each) => each.isYours).map((each) => each.name);
      assert.deepEqual(own, ["edit", "submit", "withdraw"]);
      assert.ok(error.possible.every((each) => each.title.en !== "" && each.title.zh !== ""));
      return true;
    });
    await assert.rejects(world.cases.actOnProject(PEOPLE.oem, id, "fly", {}), code("SG_ACTION_NOT_POSSIBLE"));
    await assert.rejects(world.cases.actOnProject(PEOPLE.samr, id, "submit", {}), code("SG_ROLE_NOT_ALLOWED"));
    await assert.rejects(world.cases.actOnProject(PEOPLE.oem, id, "edit", { titel: "typo" }), code("SG_CASE_INPUT"));
    await assert.rejects(
      world.cases.actOnProject(PEOPLE.oemB, id, "submit", {}),
      code("SG_NOT_FOUND"),
      "another maker does not even learn that it exists",
    );
    await assert.rejects(
      world.cases.actOnProject(SYSTEM_TRIGGER, id, "riskTrigger", {}),
      code("SG_ACTION_NOT_POSSIBLE"),
    );
    assert.equal(await state(id), "DRAFT");
  });

  it("refuses an action on a version that is not the present one, and lets exactly one of two win", async () => {
    const { id } = await world.cases.createProject(PEOPLE.oem, APPLICATION);
    await world.cases.actOnProject(PEOPLE.oem, id, "edit", { summary: "first" }, { version: 1 });
    await assert.rejects(
      world.cases.actOnProject(PEOPLE.oem, id, "edit", { summary: "second" }, { version: 1 }),
      code("SG_CASE_CHANGED"),
    );
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) =>
        world.cases.actOnProject(PEOPLE.oem, id, "edit", { summary: `twin ${index}` }, { version: 2 }),
      ),
    );
    assert.equal(results.filter((result) => result.status === "fulfilled").length, 1);
    assert.ok(results.every((result) => result.status === "fulfilled" || code("SG_CASE_CHANGED")(result.reason)));
    const unversioned = await Promise.allSettled(
      Array.from({ length: 4 }, (_, index) =>
        world.cases.actOnProject(PEOPLE.oem, id, "edit", { summary: `any ${index}` }),
      ),
    );
    assert.ok(
      unversioned.every((result) => result.status === "fulfilled"),
      "without a version the actions follow each other",
    );
    const actions = await world.cases.engine.transact(PEOPLE.samr, ({ tx }) =>
      tx.selectFrom("case_actions").select("sequence").where("case_id", "=", id).orderBy("sequence").execute(),
    );
    assert.deepEqual(
      actions.map((action) => action.sequence),
      [1, 2, 3, 4, 5, 6, 7],
    );
    await same(id);
  });

  it("runs work again that PostgreSQL rolled back because of a deadlock", async () => {
    const [first, second] = await Promise.all([0, 1].map(() => world.cases.createProject(PEOPLE.oem, APPLICATION)));
    const { engine } = world.cases;
    const met = Promise.withResolvers<void>();
    let arrived = 0;
    const both = (one: string, other: string) =>
      engine.transact(PEOPLE.oem, async (unit) => {
        await engine.act(unit, one, "edit", { summary: "one" });
        arrived += 1;
        if (arrived === 2) met.resolve();
        await met.promise;
        await engine.act(unit, other, "edit", { summary: "other" });
      });
    await Promise.all([both(first!.id, second!.id), both(second!.id, first!.id)]);
    assert.ok(arrived > 2, "one of the two was rolled back and ran again");
    for (const { id } of [first!, second!]) await same(id);
  });

  it("takes a repeated call once, and refuses the id for another action", async () => {
    const first = await world.cases.createProject(PEOPLE.oem, APPLICATION, { idempotencyId: "draft-1" });
    const again = await world.cases.createProject(PEOPLE.oem, APPLICATION, { idempotencyId: "draft-1" });
    assert.equal(again.id, first.id);
    const twins = await Promise.all(
      [1, 2, 3].map(() => world.cases.actOnProject(PEOPLE.oem, first.id, "submit", {}, { idempotencyId: "submit-1" })),
    );
    assert.deepEqual(
      twins.map((twin) => twin.folded.version),
      [2, 2, 2],
    );
    await assert.rejects(
      world.cases.actOnProject(PEOPLE.oem, first.id, "withdraw", { reasons: "x" }, { idempotencyId: "submit-1" }),
      code("SG_IDEMPOTENCY_REUSED"),
    );
  });

  it("admits only vehicles that are registered for a party, and stores the hash that the triggers compile to", async () => {
    await assert.rejects(
      world.cases.createProject(PEOPLE.oem, { ...APPLICATION, vehicles: [vehicle(3)] }),
      code("SG_PROJECT_VEHICLE"),
    );
    await assert.rejects(
      world.cases.createProject(PEOPLE.oem, { ...APPLICATION, vehicles: [vehicle(9)] }),
      code("SG_PROJECT_VEHICLE"),
    );
    await assert.rejects(
      world.cases.createProject(PEOPLE.supervisor, { ...APPLICATION, vehicles: [vehicle(3)] }),
      code("SG_PROJECT_VEHICLE"),
    );
    await assert.rejects(
      world.cases.createProject(PEOPLE.oem, {
        ...APPLICATION,
        applicant: { organisation: "oem-b", role: "vehicleMaker" },
      }),
      code("SG_ACTION_NOT_POSSIBLE"),
    );
    const { folded } = await world.cases.createProject(PEOPLE.oem, {
      ...APPLICATION,
      vehicles: [vehicle(0)],
      triggerSet: { pack: "demo-sandbox", hash: "00".repeat(32) },
    });
    assert.equal((folded.data as { triggerSet: { hash: string } }).triggerSet.hash, TRIGGER_SET_HASH);
  });

  it("terminates only with four eyes", async () => {
    const id = await projectInTest(world);
    await world.cases.actOnProject(PEOPLE.samr, id, "deception", { reasons: "False proof" });
    const input = { reasons: "False proof", spillOverChecked: true, usersInformed: true, devicesRestored: true };
    assert.equal((await world.cases.actOnProject(PEOPLE.samr, id, "confirm", input)).folded.state, "TERMINATING");
    await assert.rejects(world.cases.actOnProject(PEOPLE.samr, id, "confirm", input), code("SG_FOUR_EYES"));
    assert.equal((await world.cases.actOnProject(PEOPLE.samr2, id, "confirm", {})).folded.state, "TERMINATED");
    await same(id);
  });

  it("lets the legal clock act: a suspension nobody answers ends in termination, a returned application lapses", async () => {
    const id = await projectInTest(world);
    const returned = await world.cases.createProject(PEOPLE.oem, APPLICATION);
    await world.cases.actOnProject(PEOPLE.oem, returned.id, "submit");
    await world.cases.actOnProject(PEOPLE.samr, returned.id, "incomplete", { missing: ["Emergency plan"] });
    await world.cases.actOnProject(PEOPLE.samr, id, "order", { reasons: "Spot check" });
    world.now += 29 * DAY;
    await world.cases.runClock();
    assert.deepEqual([await state(id), await state(returned.id)], ["SUSPENDED", "RETURNED"]);
    world.now += 3 * DAY;
    assert.ok((await world.cases.runClock()) >= 2);
    assert.equal(await state(id), "TERMINATING");
    assert.equal(await state(returned.id), "LAPSED");
    assert.equal(await world.cases.runClock(), 0, "a due time is handled once");
    await same(id);
  });

  it("keeps the due times that were announced when the work calendar changes, and says which calendar they are from", async () => {
    const { id } = await world.cases.createProject(PEOPLE.oem, APPLICATION);
    await world.cases.actOnProject(PEOPLE.oem, id, "submit");
    const everyDay = parseWorkCalendar({
      version: "test",
      years: [2026, 2027].map((year) => ({ year, source: "test", certainty: "P", holidays: [], workedWeekends: [] })),
    });
    const later = createCases({
      records: world.records,
      now: () => world.now,
      checkTriggerSet: async () => ({ hash: TRIGGER_SET_HASH }),
      calendar: everyDay,
    });
    await later.actOnProject(PEOPLE.samr, id, "incomplete", { missing: ["Risk self-assessment"] });
    await later.actOnProject(PEOPLE.oem, id, "resubmit");
    const obligations = (await later.engine.transact(PEOPLE.samr, ({ tx }) => getCase(tx, id))).folded.obligations;
    const checks = obligations.filter((each) => each.code === "completenessCheck");
    assert.deepEqual(
      checks.map((each) => each.calendar),
      ["CN-2026.1", "test"],
    );
    assert.equal(await later.engine.transact(SYSTEM_TRIGGER, ({ tx }) => checkCase(later.engine, tx, id)), undefined);
    await world.records.asSuperuser(
      `update cases set folded = jsonb_set(folded, '{data,title}', '"tampered"') where id = '${id}'`,
    );
    const difference = await later.engine.transact(SYSTEM_TRIGGER, ({ tx }) => checkCase(later.engine, tx, id));
    assert.match(difference?.reason ?? "", /differs from the fold in data/);
  });

  it("tells supervision which sets watch which vehicles, and when that changes", async () => {
    let told = 0;
    const stop = world.cases.onAssignmentsChanged(() => (told += 1));
    const { id } = await world.cases.createProject(PEOPLE.oem, APPLICATION);
    for (const [who, name, input] of TO_TESTING.slice(0, -1))
      await world.cases.actOnProject(PEOPLE[who], id, name, input);
    assert.equal(told, 0, "a project that is not tested yet concerns nobody");
    const last = TO_TESTING.at(-1)!;
    await world.cases.actOnProject(PEOPLE.oem, id, last[1], last[2]);
    assert.equal(told, 1);
    const own = (await world.cases.projectAssignments()).find((each) => each.project === id);
    assert.deepEqual(own?.vehicles, PLAN.vehicles);
    assert.deepEqual(
      [own?.state, own?.triggerSet.pack, own?.triggerSet.hash],
      ["TESTING", "demo-sandbox", TRIGGER_SET_HASH],
    );
    await world.cases.actOnProject(PEOPLE.oem, id, "planDone");
    assert.equal(told, 2);
    assert.ok(!(await world.cases.projectAssignments()).some((each) => each.project === id));
    stop();
  });
});
