import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { HazardOrderData, SandboxProjectData } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { SYSTEM_SUPERVISION, SYSTEM_TRIGGER } from "../../records/mod.ts";
import { getCase, type StoredCase } from "../engine/store.ts";
import { checkCase, createCases, type ReactorAlarm } from "../mod.ts";
import { DAY, openWorld, PEOPLE, projectInTest, TRIGGER_SET_HASH, vehicle, type World } from "../world.fixture.ts";
import { Reactor } from "./reactor.ts";

describe("what firings do to cases", () => {
  let world: World;
  const alarms: ReactorAlarm[] = [];
  before(async () => {
    world = await openWorld({ onAlarm: (alarm) => alarms.push(alarm) });
  });
  after(() => world.close());

  const get = (id: string) => world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, id));
  const project = async (id: string) =>
    (await get(id)).folded as StoredCase["folded"] & { readonly data: SandboxProjectData };
  const ordersOf = async (
    index: number,
  ): Promise<
    {
      id: string;
      state: string;
      flags: readonly string[];
      data: HazardOrderData;
      obligations: StoredCase["folded"]["obligations"];
    }[]
  > => {
    const rows = await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) =>
      tx
        .selectFrom("cases")
        .selectAll()
        .where("kind", "=", "hazard-order")
        .orderBy("opened_at")
        .orderBy("id")
        .execute(),
    );
    return rows
      .filter((row) => row.vehicles.includes(vehicle(index)))
      .map((row) => {
        const { state, flags, data, obligations } = row.folded as StoredCase["folded"];
        return { id: row.id, state, flags, data: data as HazardOrderData, obligations };
      });
  };

  it("opens one order per vehicle and item, merged to the highest level, of the vehicle's owner", async () => {
    const first = await world.fire({ vehicle: 2, level: 3 });
    await world.fire({ vehicle: 2, level: 3 });
    await world.fire({ vehicle: 2, level: 4, kind: "escalated", finding: first });
    await world.fire({ vehicle: 2, level: 3, trigger: "OTHER-ITEM" });
    await world.fire({ vehicle: 2, level: 2, trigger: "MILD" });
    assert.equal(await world.cases.drain(), 5);
    const orders = await ordersOf(2);
    const byItem = Object.fromEntries(
      orders.map(({ state, data }) => [data.item, [state, data.level, data.type, data.findings.length]]),
    );
    assert.deepEqual(byItem, {
      "GBT32960-ALARM": ["OPEN", 4, "THERMAL_EVENT", 2],
      "OTHER-ITEM": ["OPEN", 3, "FAULT_L3", 1],
    });
    assert.deepEqual([orders[0]!.data.organisation, orders[0]!.data.region], ["oem-a", "440305"]);
    assert.ok(orders.every((order) => order.obligations.some((each) => each.code === "notify")));
  });

  it("opens an order for a vehicle that nobody has registered", async () => {
    await world.fire({ vehicle: 9, level: 3 });
    await world.cases.drain();
    const [order] = await ordersOf(9);
    assert.deepEqual([order?.state, order?.data.organisation], ["OPEN", undefined]);
  });

  it("takes an order through notice, repair, recurrence and closure, with the limits of its level", async () => {
    const finding = await world.fire({ vehicle: 3, level: 3 });
    await world.cases.drain();
    const { id } = (await ordersOf(3))[0]!;
    const act = (name: string, input: object) => world.cases.actOnOrder(PEOPLE.oemB, id, name, input);
    await act("notifyOwner", { channel: "phone", advice: "Stop and switch off" });
    const repair = (await ordersOf(3))[0]!.obligations.find((each) => each.code === "repair");
    assert.equal(repair?.deadline, "repairLevel3");
    await act("accept", { dealer: "Dealer 1" });
    await act("repairRecord", { dealer: "Dealer 1", causeCode: "CELL", work: "Module replaced" });
    await assert.rejects(
      act("close", { disposalReference: "1", confirmed: true }),
      /finding of this order still stands/,
    );
    await world.fire({ vehicle: 3, kind: "cleared", finding });
    const superseded = await world.fire({ vehicle: 3, level: 3 });
    await world.fire({ vehicle: 3, kind: "superseded", finding: superseded });
    const again = await world.fire({ vehicle: 3, level: 3 });
    await world.cases.drain();
    assert.deepEqual([(await ordersOf(3))[0]!.state, (await ordersOf(3))[0]!.data.reopenings], ["OPEN", 1]);
    await act("notifyOwner", { channel: "phone", advice: "Stop" });
    await act("accept", {});
    await act("repairRecord", { dealer: "Dealer 1", causeCode: "BUSBAR", work: "Busbar replaced" });
    await world.fire({ vehicle: 3, kind: "cleared", finding: again });
    await world.cases.drain();
    await assert.rejects(act("close", { disposalReference: "1", confirmed: true }), /without recurrence/);
    world.now += 4 * DAY;
    assert.equal((await act("close", { disposalReference: "1", confirmed: true })).folded.state, "CLOSED");
    await world.fire({ vehicle: 3, level: 3 });
    await world.cases.drain();
    assert.equal((await ordersOf(3)).length, 2, "after closure the same item opens a new order");
  });

  it("marks an order overdue and puts it under supervision, both beside its state", async () => {
    await world.fire({ vehicle: 1, level: 3 });
    await world.cases.drain();
    const { id } = (await ordersOf(1))[0]!;
    world.now += DAY;
    await world.cases.runClock();
    assert.deepEqual([(await get(id)).folded.state, (await get(id)).folded.flags], ["OPEN", ["OVERDUE"]]);
    world.now += 9 * DAY;
    await world.cases.runClock();
    assert.deepEqual([(await get(id)).folded.state, (await get(id)).folded.flags], ["OPEN", ["OVERDUE", "SUPERVISED"]]);
    assert.ok((await world.cases.counts(PEOPLE.samr)).cases.overdue >= 1);
  });

  it("warns, restricts and suspends as the plan says", async () => {
    const id = await projectInTest(world);
    await world.fire({ project: id, trigger: "EV-BAT-002", level: 1 });
    await world.cases.drain();
    let folded = await project(id);
    assert.equal(folded.state, "TESTING");
    assert.equal(
      folded.obligations.filter((each) => each.code === "correctiveTask" && each.ended === undefined).length,
      1,
    );
    await world.fire({ project: id, trigger: "UNNAMED", level: 2 });
    await world.cases.drain();
    folded = await project(id);
    assert.deepEqual([folded.state, folded.data.restriction?.stoppedVehicles], ["RESTRICTED", [vehicle(0)]]);
    await world.fire({ project: id, trigger: "UNNAMED-2", level: 1, effect: "suspend" });
    await world.cases.drain();
    folded = await project(id);
    assert.deepEqual([folded.state, folded.data.suspension?.by.role], ["SUSPENDED", "system:trigger"]);
    assert.ok(folded.documents.some((each) => each.code === "suspensionOrder"));
    assert.ok(folded.obligations.some((each) => each.code === "informCoAuthorities"));
    await world.fire({ project: id, trigger: "UNNAMED-3", level: 4, effect: "terminate" });
    await world.cases.drain();
    assert.equal((await project(id)).state, "TERMINATING");
  });

  it("suspends nothing on data nobody vouches for: it restricts, and a person must confirm at once", async () => {
    const id = await projectInTest(world);
    await world.fire({ project: id, trigger: "EV-BAT-001", level: 3, assurance: 0 });
    await world.cases.drain();
    let folded = await project(id);
    assert.deepEqual([folded.state, folded.flags], ["RESTRICTED", ["CONFIRM_AT_ONCE"]]);
    assert.ok(folded.obligations.some((each) => each.code === "confirmSuspension" && each.ended === undefined));
    await assert.rejects(
      world.cases.actOnProject(PEOPLE.samr, id, "lift", { evidence: "x", reasons: "x" }),
      /neither ordered nor dismissed/,
    );
    await world.cases.actOnProject(PEOPLE.samr, id, "order", { reasons: "Confirmed by phone" });
    folded = await project(id);
    assert.deepEqual([folded.state, folded.flags], ["SUSPENDED", []]);
    assert.equal(folded.obligations.find((each) => each.code === "confirmSuspension")?.ended?.how, "met");
  });

  it("acts once per finding: repeated firings and rising levels add only what is new", async () => {
    const id = await projectInTest(world);
    const finding = await world.fire({ project: id, trigger: "RISING", level: 1 });
    await world.fire({ project: id, trigger: "RISING", level: 1, finding });
    await world.fire({ project: id, trigger: "RISING", level: 2, kind: "escalated", finding });
    await world.fire({ project: id, trigger: "RISING", level: 3, kind: "escalated", finding });
    await world.cases.drain();
    const folded = await project(id);
    assert.equal(folded.state, "SUSPENDED");
    assert.deepEqual(
      folded.data.findings.map((each) => [each.level, each.effect]),
      [
        [1, "warn"],
        [2, "restrict"],
        [3, "suspend"],
      ],
    );
  });

  it("records movement after a suspension as a breach, once per vehicle, whoever reports it", async () => {
    const id = await projectInTest(world);
    await world.fire({ project: id, trigger: "EV-BAT-001", level: 3 });
    await world.cases.drain();
    const seenAt = world.now + 60_000;
    world.now = seenAt;
    assert.equal(
      await world.cases.noteActivityAfterSuspension({
        project: id,
        vehicle: vehicle(0),
        seenAt: seenAt - 120_000,
        speed: 30,
      }),
      false,
      "before the suspension",
    );
    assert.equal(
      await world.cases.noteActivityAfterSuspension({ project: id, vehicle: vehicle(2), seenAt, speed: 30 }),
      false,
      "not a vehicle of the project",
    );
    assert.equal(
      await world.cases.noteActivityAfterSuspension({ project: id, vehicle: vehicle(0), seenAt, speed: 30 }),
      true,
    );
    assert.equal(
      await world.cases.noteActivityAfterSuspension({
        project: id,
        vehicle: vehicle(0),
        seenAt: seenAt + 1_000,
        speed: 31,
      }),
      false,
      "told once",
    );
    await world.fire({ project: id, trigger: "SG-BREACH", level: 3, vehicle: 1, at: seenAt });
    await world.cases.drain();
    const folded = await project(id);
    assert.deepEqual(folded.flags, ["BREACH"]);
    const actions = await world.cases.engine.transact(PEOPLE.samr, ({ tx }) =>
      tx.selectFrom("case_actions").select("name").where("case_id", "=", id).where("name", "=", "noteBreach").execute(),
    );
    assert.equal(actions.length, 2);
    assert.ok(folded.obligations.some((each) => each.code === "breachReview" && each.ended === undefined));
  });

  it("opens a review when a finding is retracted, and undoes nothing", async () => {
    const id = await projectInTest(world);
    const finding = await world.fire({ project: id, trigger: "EV-BAT-001", level: 3 });
    await world.fire({ project: id, trigger: "EV-BAT-001", level: 3, kind: "retracted", finding });
    await world.cases.drain();
    const folded = await project(id);
    assert.equal(folded.state, "SUSPENDED");
    assert.equal(folded.data.suspension?.findingRetractedAt, world.now);
    assert.equal(folded.data.findings.find((each) => each.finding === finding)?.retractedAt, world.now);
    const [order] = (await ordersOf(0)).filter(({ data }) => data.findings.some((each) => each.finding === finding));
    assert.equal(order?.state, "OPEN", "an order stays open: the vehicle must still be checked");
    assert.ok(order.data.findings.find((each) => each.finding === finding)?.clearedAt !== undefined);
    assert.ok(
      folded.obligations.some(
        (each) => each.code === "retractionReview" && each.subject === finding && each.ended === undefined,
      ),
    );
  });

  it("consumes each firing exactly once when two reactors race and one is cut off in the middle", async () => {
    const id = await projectInTest(world);
    for (let index = 0; index < 6; index += 1) await world.fire({ project: id, trigger: `WARN-${index}`, level: 1 });
    const other = createCases({
      records: world.records,
      now: () => world.now,
      checkTriggerSet: async () => ({ hash: TRIGGER_SET_HASH }),
    });
    const failing = new Reactor({ engine: cutOff(world, 2), now: () => world.now });
    await Promise.all([world.cases.drain(), other.drain(), failing.drain().catch(() => undefined)]);
    await world.cases.drain();
    const folded = await project(id);
    assert.equal(folded.data.findings.length, 6);
    assert.equal(folded.obligations.filter((each) => each.code === "correctiveTask").length, 6);
    const open = await world.records.transact(SYSTEM_SUPERVISION, (tx) =>
      tx.selectFrom("outbox").select("id").where("done_at", "is", null).execute(),
    );
    assert.deepEqual(open, []);
  });

  it("sets a firing aside that cannot be applied, raises an alarm and goes on", async () => {
    await world.fire({ vehicle: 1, assurance: 17 });
    const id = await projectInTest(world);
    await world.fire({ project: id, trigger: "EV-BAT-001", level: 3 });
    await world.cases.drain();
    assert.equal((await project(id)).state, "SUSPENDED");
    assert.equal(alarms.length, 1);
    const failures = await world.records.transact(PEOPLE.supervisor, (tx) =>
      tx.selectFrom("case_reactor_failures").select("reason").execute(),
    );
    assert.match(failures[0]?.reason ?? "", /assurance is 17/);
  });

  it("leaves every case as its history folds", async () => {
    const ids = await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) =>
      tx.selectFrom("cases").select("id").execute(),
    );
    assert.ok(ids.length > 8);
    for (const { id } of ids)
      assert.equal(
        await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => checkCase(world.cases.engine, tx, id)),
        undefined,
        id,
      );
  });
});

/** An engine whose transactions are rolled back after `count` of them have done their work: a process that dies before its commit. */
function cutOff(world: World, count: number): World["cases"]["engine"] {
  let left = count;
  const { engine } = world.cases;
  return new Proxy(engine, {
    get(target, property) {
      if (property !== "transact") {
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return (actor: never, work: (unit: never) => Promise<unknown>, options: never) =>
        target.transact(
          actor,
          async (unit) => {
            const result = await work(unit as never);
            left -= 1;
            if (left < 0) throw new SandglassError(ERRORS.RECORDS_UNAVAILABLE);
            return result;
          },
          options,
        );
    },
  });
}
