/** What a follow-up's own rules watch, and what their findings do to it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { SANDBOX_FOLLOW_UP, type Folded, type FollowUpData, type HazardOrderData } from "@sandglass/casework";
import { SYSTEM_TRIGGER, type Actor } from "../../records/mod.ts";
import { getCase } from "../engine/store.ts";
import { checkCase } from "../mod.ts";
import { DAY, openWorld, PEOPLE, projectInTest, TO_ROUTINE, vehicle, type World } from "../world.fixture.ts";

describe("tracking after the exit", () => {
  let world: World;
  let project: string;
  let followUp: string;
  let changes = 0;
  before(async () => {
    world = await openWorld();
    project = await projectInTest(world);
    world.cases.onAssignmentsChanged(() => (changes += 1));
    for (const [who, name, input] of TO_ROUTINE) await world.cases.actOnProject(PEOPLE[who], project, name, input);
    const row = await world.records.transact(PEOPLE.samr, (tx) =>
      tx.selectFrom("cases").select("id").where("kind", "=", SANDBOX_FOLLOW_UP.kind).executeTakeFirstOrThrow(),
    );
    followUp = row.id;
  });
  after(() => world.close());

  const act = (who: Actor, name: string, input: object) =>
    world.cases.engine.transact(who, (unit) => world.cases.engine.act(unit, followUp, name, input));
  const folded = async () =>
    (await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, followUp))).folded as Folded<
      string,
      string,
      FollowUpData
    >;
  const assigned = async () => (await world.cases.projectAssignments()).filter((each) => each.project === followUp);
  const reviews = async () =>
    (await folded()).obligations.filter((each) => each.code === "reviewFinding" && each.ended === undefined);
  const orders = () =>
    world.cases.engine.transact(PEOPLE.samr, async ({ tx }) => {
      const rows = await tx.selectFrom("cases").selectAll().where("kind", "=", "hazard-order").execute();
      return rows.map((row) => [row.project, ((row.folded as Folded).data as HazardOrderData).type]);
    });

  it("R-6.4: its rules watch the project's vehicles from the exit on, without limits and without a suspension", async () => {
    const [assignment, ...others] = await assigned();
    assert.equal(others.length, 0);
    assert.deepEqual(
      [assignment?.state, assignment?.vehicles, assignment?.limits, assignment?.startedAt, assignment?.suspendedSince],
      ["TRACKED", [vehicle(0), vehicle(1)], undefined, world.now, undefined],
    );
    assert.ok(changes > 0);
    assert.ok(!(await world.cases.projectAssignments()).some((each) => each.project === project));
  });

  it("R-6.4: other rules for fewer vehicles take the place of the plan's at once", async () => {
    const before = changes;
    world.now += DAY;
    await act(PEOPLE.samr, "setRules", {
      triggerSet: { pack: "demo-sandbox", text: "routine" },
      vehicles: [vehicle(1)],
      reasons: "One is enough",
    });
    const [assignment] = await assigned();
    assert.deepEqual(
      [assignment?.vehicles, assignment?.triggerSet.text, assignment?.startedAt],
      [[vehicle(1)], "routine", world.now],
    );
    assert.ok(changes > before);
  });

  it("R-6.4: a finding is put on the follow-up's file with a duty to review it, and the vehicle's order is one of routine", async () => {
    const finding = await world.fire({ project: followUp, vehicle: 1, level: 2, trigger: "TRK-1" });
    await world.cases.drain();
    assert.deepEqual(
      (await folded()).data.findings.map((each) => [each.finding, each.level, each.vehicle]),
      [[finding, 2, vehicle(1)]],
    );
    assert.deepEqual(
      (await reviews()).map((each) => each.subject),
      [finding],
    );
    await world.fire({ kind: "escalated", finding, project: followUp, vehicle: 1, level: 3, trigger: "TRK-1" });
    await world.cases.drain();
    assert.equal((await reviews()).length, 1, "a rise is the same duty");
    assert.deepEqual(await orders(), [[null, "FAULT_L3"]]);
    await assert.rejects(act(PEOPLE.samr, "reviewFinding", { finding: "fnd_x", outcome: "confirmed", reasons: "x" }));
    await assert.rejects(act(PEOPLE.oem, "reviewFinding", { finding, outcome: "explained", reasons: "x" }));
    await act(PEOPLE.samr, "reviewFinding", { finding, outcome: "confirmed", reasons: "Cell 7" });
    assert.deepEqual(await reviews(), []);
  });

  it("R-6.4: what late data takes back is marked, and never acts on the project that has left", async () => {
    const finding = await world.fire({ project: followUp, vehicle: 1, level: 1, trigger: "TRK-2" });
    await world.fire({ kind: "retracted", finding, project: followUp, vehicle: 1, level: 1, trigger: "TRK-2" });
    await world.cases.drain();
    assert.equal((await folded()).data.findings.find((each) => each.finding === finding)?.retractedAt, world.now);
    await act(PEOPLE.samr, "reviewFinding", { finding, outcome: "explained", reasons: "Late data" });
    const { state } = (await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, project))).folded;
    assert.equal(state, "EXITED_TO_ROUTINE");
  });

  it("R-6.4: the watch ends with the tracking, and a later finding changes nothing", async () => {
    world.now += 400 * DAY;
    const before = changes;
    await act(PEOPLE.samr, "conclude", { reasons: "Stable" });
    assert.deepEqual(await assigned(), []);
    assert.ok(changes > before);
    const { version } = await folded();
    await world.fire({ project: followUp, vehicle: 1, level: 2, trigger: "TRK-3" });
    assert.equal(await world.cases.drain(), 1);
    assert.equal((await folded()).version, version);
    const difference = await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) =>
      checkCase(world.cases.engine, tx, followUp),
    );
    assert.equal(difference, undefined);
  });
});
