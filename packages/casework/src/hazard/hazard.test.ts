/** What a fault or hazard owes by its level and type, and how its order is closed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Json, Lifecycle } from "../lifecycle/definition.ts";
import { rowsOf } from "../documents/rows.ts";
import { escalationsOf } from "../lifecycle/escalation.ts";
import { apply } from "../lifecycle/fold.ts";
import { blockedActions } from "../lifecycle/possible.ts";
import { DAY_MS, HOUR_MS } from "../time/shanghai.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { refuses, Story, STORY_BEGINS } from "../story.fixture.ts";
import { applyMigration, MIGRATE } from "../lifecycle/migration.ts";
import type { HazardOrderData } from "./data.ts";
import { HAZARD_WORK_ORDER, HAZARD_WORK_ORDER_V1, HAZARD_WORK_ORDER_V2 } from "./lifecycle.ts";

const ORDER = HAZARD_WORK_ORDER as unknown as Lifecycle;
const OPTIONS = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const TRIGGER: CaseActor = { id: "system:trigger", role: "system:trigger" };
const MAKER: CaseActor = { id: "acc_maker", role: "OEM", organisation: "maker-a" };
const SENTENCE = { en: "Cell above 60 °C", zh: "单体高于60 °C" };

/** Nothing is entered where the test names nothing. */
class Order extends Story<HazardOrderData> {
  constructor() {
    super(HAZARD_WORK_ORDER, () => undefined);
  }
  detect(type: string, level: number): this {
    const finding = {
      finding: "fnd_1",
      trigger: "T",
      version: 1,
      level,
      onset: new Date(STORY_BEGINS).toISOString(),
      sentence: SENTENCE,
    };
    return this.take(TRIGGER, "detect", { type, level, item: "battery", organisation: "maker-a", finding }).take(
      TRIGGER,
      "classify",
    );
  }
  notify(): this {
    return this.take(MAKER, "notifyOwner", { channel: "app", advice: "Stop and leave the vehicle" });
  }
  /** How long after the last action a duty that runs is due, in ms, and on which basis. */
  limit(code: string): {
    readonly ms: number;
    readonly requirement: string;
    readonly certainty: string;
    readonly unit: string;
  } {
    const found = this.folded.obligations.find((each) => each.code === code && each.ended === undefined)!;
    const { basis, unit } = DEADLINES[found.deadline as keyof typeof DEADLINES];
    const { requirement, certainty } = basis;
    return { ms: found.dueAt! - (this.now - HOUR_MS), requirement, certainty, unit };
  }
}
const order = (type: string, level: number): Order => new Order().detect(type, level);

describe("the page of a hazard order", () => {
  it("shows no step of another type as waiting for something", () => {
    const { folded, now } = order("FAULT_L3", 3);
    const waiting = blockedActions(ORDER, folded, MAKER, now).filter(({ idle }) => idle === undefined);
    assert.deepEqual(waiting, []);
  });

  it("says when the owner was told and how the hazard ended", () => {
    const { data } = order("FAULT_L1", 1).notify();
    const rows = Object.entries(HAZARD_WORK_ORDER.fields!).flatMap(([name, { value }]) =>
      value === undefined ? [] : rowsOf({ [name]: value }, data as unknown as Json),
    );
    assert.match(rows[0]!.value.zh, /^\d{4}/);
  });
});

describe("limits of a hazard order", () => {
  it("R-3.19a: a fault of level 1 is told to the owner with advice and repaired within 7 days of the notice", () => {
    refuses(() => order("FAULT_L1", 1).take(MAKER, "accept"), "state", "first the notice");
    const { ms, requirement, certainty } = order("FAULT_L1", 1).notify().limit("repair");
    assert.deepEqual([ms, requirement, certainty], [7 * DAY_MS, "R-3.19a", "F"]);
  });

  it("R-3.19b: a fault of level 2 is repaired within one day of the notice", () => {
    const { ms, requirement, certainty } = order("FAULT_L2", 2).notify().limit("repair");
    assert.deepEqual([ms, requirement, certainty], [DAY_MS, "R-3.19b", "F"]);
  });

  it("R-3.19c: a fault of level 3 is told at once and repaired immediately", () => {
    const told = order("FAULT_L3", 3);
    assert.equal(told.limit("notify").unit, "immediate");
    const { unit, requirement, certainty } = told.notify().limit("repair");
    assert.deepEqual([unit, requirement, certainty], ["immediate", "R-3.19c", "F"]);
  });

  it("R-3.19d X-3: level 4 is a thermal event: told at once, handled immediately, marked as a secondary source", () => {
    for (const [type, level] of [
      ["THERMAL_EVENT", 4],
      ["FAULT_L3", 4],
    ] as const) {
      const told = order(type, level);
      assert.equal(told.limit("notify").unit, "immediate");
      const { unit, requirement, certainty } = told.notify().limit("repair");
      assert.deepEqual([unit, requirement, certainty], ["immediate", "R-3.19d", "S"]);
    }
  });

  it("a fault that rises while its order is open has the shorter limit, and the old due time is kept", () => {
    const rising = order("FAULT_L1", 1).notify();
    const finding = { ...rising.data.findings[0], finding: "fnd_2", level: 2 };
    rising.take(TRIGGER, "merge", { finding } as unknown as Json);
    assert.equal(rising.limit("repair").ms, DAY_MS - HOUR_MS, "from the notice, an hour before");
    assert.equal(rising.folded.obligations.find(({ code }) => code === "repair")!.formerDue.length, 1);
  });

  it("a single hazard is handled within 7 days of the notice, a repeated one within a day", () => {
    assert.equal(order("HAZARD_SINGLE", 2).notify().limit("repair").ms, 7 * DAY_MS);
    assert.equal(order("HAZARD_REPEAT", 2).notify().limit("repair").ms, DAY_MS);
  });

  it("long offline and clustered vehicles are located or their site checked, and confirmed with what was found", () => {
    const lost = order("LONG_OFFLINE", 2);
    refuses(() => lost.notify(), "type");
    lost.take(MAKER, "locateOrContact", { how: "Called the owner" });
    lost.take(MAKER, "confirmed", { outcome: "stored", evidence: "Photo of the garage" });
    assert.equal(lost.state, "RESOLVED");
    const parked = order("CLUSTER_PARKING", 2);
    parked.take(MAKER, "siteCheck", { operator: "Yard 3", socReduced: true, spacingKept: true, fireMeans: false });
    assert.equal(parked.state, "VERIFYING");
  });

  it("closes only when the finding has cleared and 72 hours passed without another", () => {
    const done = order("FAULT_L2", 2).notify().take(MAKER, "accept");
    done.take(MAKER, "repairRecord", { dealer: "Dealer 1", causeCode: "C1", work: "Module replaced" } as Json);
    const close = { disposalReference: "0x12-7", confirmed: true } as Json;
    const cleared: Json = { finding: "fnd_1", clearedAt: new Date(STORY_BEGINS).toISOString() };
    refuses(() => new Order().detect("FAULT_L2", 2).take(MAKER, "close", close), "state");
    refuses(() => done.take(MAKER, "close", close), "cleared", "the finding stands");
    done.now += 69 * HOUR_MS;
    done.take(TRIGGER, "clear", cleared);
    refuses(() => done.take(MAKER, "close", close), "noRecurrence", "71 hours after the repair");
    done.now += HOUR_MS;
    assert.equal(done.take(MAKER, "close", close).state, "CLOSED");
  });

  it("is assigned, taken over and noted without a step of the procedure, and its clocks run on", () => {
    const open = order("FAULT_L1", 1);
    const before = open.folded;
    open.take(MAKER, "assign", { assignee: "acc_a" }).take(MAKER, "assign", { assignee: "acc_b" });
    assert.deepEqual(open.data.assigned, ["acc_a", "acc_b"]);
    open.take(MAKER, "assign", { assignee: "acc_c", instead: true }).take(MAKER, "note", { note: "Waits for parts" });
    assert.deepEqual(open.data.assigned, ["acc_c"]);
    assert.deepEqual([open.state, open.folded.obligations], [before.state, before.obligations]);
  });

  it("those who have to handle it are reminded at once while a duty runs, by who supervises, and not after its end", () => {
    const open = order("FAULT_L1", 1);
    const action = {
      id: "r",
      name: "remind",
      at: open.now,
      actor: { id: "acc_eidc", role: "EIDC" },
      input: {},
    } as const;
    const outcome = apply(ORDER, open.folded, action, OPTIONS);
    assert.ok(outcome.kind === "accepted");
    assert.ok(outcome.notices.some(({ to, urgent }) => urgent && to.includes("OEM") && to.includes("DEALER_REPAIR")));
    refuses(() => open.take(MAKER, "remind"), "role");
    open.take({ id: "acc_eidc", role: "EIDC" }, "falseAlarm", { reasons: "Test bench", evidence: "Log" });
    refuses(() => open.take({ id: "acc_eidc", role: "EIDC" }, "remind"), "state");
  });

  it("local authorities are told when the owner is not reached, whoever supervises when the clock does", () => {
    const told = (name: string, input: object): readonly string[] =>
      (ORDER.actions[name]?.notifies ?? [])
        .filter(({ urgent }) => urgent === true)
        .flatMap(({ to, text }) => [...to, text?.({ input } as never).zh ?? ""]);
    const asked = told("noContact", { attempts: 3, log: "无人接听" });
    assert.ok(asked.includes("LOCAL_IIT") && asked.includes("LOCAL_PLATFORM"));
    assert.ok(asked.some((text) => text.includes("无人接听")));
    for (const role of ["EIDC", "MIIT", "LOCAL_IIT", "OEM"]) assert.ok(told("supervise", {}).includes(role), role);
  });

  it("what was repaired has a limit to be closed out, is told of when it can be, and ends with it or with a recurrence", () => {
    const repair = { dealer: "Dealer", causeCode: "C1", work: "Seal replaced" };
    const repaired = () => order("FAULT_L2", 2).notify().take(MAKER, "accept", {}).take(MAKER, "repairRecord", repair);
    const open = ({ folded }: Order) =>
      folded.obligations.find(({ code, ended }) => code === "closeOut" && ended === undefined);
    const story = repaired();
    const duty = open(story) ?? assert.fail();
    assert.equal(duty.certainty, "P");
    const steps = escalationsOf(ORDER.obligations["closeOut"]!, duty, CN_WORK_CALENDAR);
    const possible = steps.find(({ step }) => step.code === "possible") ?? assert.fail();
    assert.equal(possible.at, duty.startAt + DEADLINES.noRecurrence.amount * HOUR_MS);
    assert.ok(steps.some(({ step }) => step.when === "after" && step.notify.includes("EIDC")));
    const { finding } = story.data.findings[0]!;
    story.take(TRIGGER, "clear", { finding, clearedAt: new Date(story.now).toISOString() });
    refuses(() => story.take(MAKER, "close", { disposalReference: "0x12", confirmed: true }), "noRecurrence");
    story.wait(DEADLINES.noRecurrence.amount / 24);
    story.take(MAKER, "close", { disposalReference: "0x12", confirmed: true });
    assert.equal(story.folded.obligations.find(({ code }) => code === "closeOut")?.ended?.how, "met");
    const again = repaired();
    again.take(TRIGGER, "recurrence", { finding: again.data.findings[0]! as unknown as Json });
    assert.equal(open(again), undefined);
    assert.equal(
      HAZARD_WORK_ORDER_V2.actions["repairRecord"]?.effects?.some(({ kind }) => kind === "open"),
      false,
    );
  });

  it("an order of the first version moves on as it is, and a repairer cannot move it", () => {
    const former = HAZARD_WORK_ORDER_V1 as unknown as Lifecycle;
    const { folded } = order("FAULT_L2", 2).notify();
    assert.equal(former.actions.assign, undefined);
    const move = (role: "EIDC" | "OEM") =>
      applyMigration(former, ORDER, folded!, {
        id: "m",
        name: MIGRATE,
        at: STORY_BEGINS,
        actor: { id: "acc", role, organisation: "maker-a" },
        input: { to: 3, reasons: "Hand over" },
      });
    const moved = move("EIDC");
    assert.ok(moved.kind === "accepted");
    assert.deepEqual({ ...moved.folded, version: folded!.version }, folded);
    assert.equal(move("OEM").kind, "refused");
  });
});
