/** The accident case on the real database: independent clocks, corrections, returned reports, the ladder, the closure. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Obligation } from "@sandglass/casework";
import { ActionRefusedError, checkCase } from "../mod.ts";
import { SYSTEM_CLOCK, type Actor } from "../../records/mod.ts";
import type { StoredCase } from "../engine/store.ts";
import { lineOf } from "../engine/view.ts";
import { DAY, openWorld, PEOPLE, vehicle, type World } from "../world.fixture.ts";

const HOUR = 3_600_000;
const police: Actor = { kind: "person", id: "acc_police", role: "TRAFFIC_POLICE", organisation: "samr" };
const centre: Actor = { kind: "person", id: "acc_centre", role: "RECALL_CENTER", organisation: "samr" };
const centre2: Actor = { ...centre, id: "acc_centre_2" };

describe("accident case", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const facts = (fields: object = {}) => ({
    happenedAt: new Date(world.now - 2 * HOUR).toISOString(),
    place: "Nanshan",
    what: "Smoke from the pack while charging",
    source: "enterprise",
    vehicle: vehicle(0),
    fire: true,
    contact: "13800000000",
    ...fields,
  });
  const report = (actor: Actor = PEOPLE.oem, fields: object = {}): Promise<StoredCase> =>
    world.cases.engine.transact(actor, (unit) => world.cases.engine.create(unit, "accident", "report", facts(fields)));
  const act = (actor: Actor, id: string, name: string, input: object = {}): Promise<StoredCase> =>
    world.cases.engine.transact(actor, (unit) => world.cases.engine.act(unit, id, name, input));
  const dutyOf = ({ folded }: StoredCase, code: string): Obligation | undefined =>
    folded.obligations.find((each) => each.code === code);

  it("starts every authority's clock from the accident, each by its own limit", async () => {
    const happened = world.now - 2 * HOUR;
    const burnt = await report();
    const dues = Object.fromEntries(
      burnt.folded.obligations.map(({ code, dueAt }) => [code, (dueAt! - happened) / HOUR]),
    );
    const endOf = (days: number) => Math.floor((happened + 8 * HOUR) / DAY + 1 + days) * DAY - 8 * HOUR - 1;
    assert.deepEqual([dues.samrBasic, dues.samrFull, dues.eidcBasic], [12, 48, 24]);
    assert.equal(dutyOf(burnt, "eidcDetail")?.dueAt, endOf(5));
    assert.equal(dutyOf(burnt, "eidcAnalysis")?.dueAt, endOf(15));
    assert.deepEqual(dutyOf(burnt, "eidcBasic")?.certainty, "S");
    const injured = await report(PEOPLE.oem, { injured: 1 });
    const hours = (code: string) => (dutyOf(injured, code)!.dueAt! - happened) / HOUR;
    assert.deepEqual(
      [hours("samrBasic"), hours("eidcBasic")],
      [6, 24],
      "injuries shorten one track, not the other (X-2)",
    );
    const late = await report(PEOPLE.oem, { happenedAt: new Date(world.now - 30 * HOUR).toISOString() });
    assert.ok(late.folded.flags.includes("AWARE_LATE"));
    const row = await world.records.transact(PEOPLE.samr, (tx) =>
      tx.selectFrom("cases").selectAll().where("id", "=", late.id).executeTakeFirstOrThrow(),
    );
    assert.deepEqual(lineOf(world.cases.engine, row, world.now).flagTitles, {
      AWARE_LATE: { en: "Learned of after the limit", zh: "知悉时已逾期" },
    });
    assert.ok(dutyOf(late, "samrBasic")!.dueAt! < world.now, "late by law already when it became known");
    const piloted = await report(PEOPLE.oem, { fire: false, automatedDriving: true, cyberCause: "infrastructure" });
    assert.deepEqual(piloted.folded.obligations.map(({ code }) => code).sort(), [
      "cdasReport",
      "cyberReport",
      "policeReport",
    ]);
    assert.equal(dutyOf(piloted, "cyberReport")!.dueAt, world.now + HOUR, "counted from awareness");
  });

  it("belongs to the vehicle's maker and territory, whoever reports it", async () => {
    const { id } = await report(PEOPLE.supervisor);
    const seenBy = async (actor: Actor) =>
      world.records.transact(
        actor,
        async (tx) => (await tx.selectFrom("cases").select("id").where("id", "=", id).execute()).length,
      );
    const visible: number[] = [];
    for (const actor of [PEOPLE.oem, PEOPLE.local, PEOPLE.samr, police, PEOPLE.oemB, PEOPLE.elsewhere, PEOPLE.auditor])
      visible.push(await seenBy(actor));
    assert.deepEqual(visible, [1, 1, 1, 1, 0, 0, 0]);
    await assert.rejects(report(PEOPLE.oemB), { code: "SG_ORDER_VEHICLE" }, "another maker's vehicle");
  });

  it("computes the clocks again when the facts are corrected, keeps the old due time and the reason, and lets severity only rise", async () => {
    const { id } = await report();
    const before = world.now - 2 * HOUR;
    const moved = new Date(before - HOUR).toISOString();
    await act(PEOPLE.oem, id, "correct", { reasons: "Video seen", happenedAt: moved });
    const risen = await act(PEOPLE.oem, id, "correct", { reasons: "Died in hospital", dead: 1 });
    const duty = dutyOf(risen, "samrBasic")!;
    assert.equal(duty.dueAt, before - HOUR + 6 * HOUR);
    assert.deepEqual(duty.formerDue, [before + 12 * HOUR, before + 11 * HOUR]);
    assert.deepEqual(
      duty.revisions?.map(({ startAt, reason }) => [startAt, reason.en]),
      [
        [before, "Time of the accident corrected: Video seen"],
        [before - HOUR, "Severity corrected: Died in hospital"],
      ],
    );
    assert.equal(dutyOf(risen, "eidcBasic")!.dueAt, before - HOUR + 12 * HOUR, "deaths shorten the other track too");
    await assert.rejects(act(PEOPLE.oem, id, "correct", { reasons: "Mistake", dead: 0 }), ActionRefusedError);
    const opened = await act(PEOPLE.oem, id, "correct", { reasons: "Log read", driverAssistance: true });
    assert.ok(dutyOf(opened, "cdasReport") !== undefined, "a fact found later opens its own clock");
    const stored = await world.records.asSuperuser(
      "select code, cardinality(former_due) as former from case_obligations where case_id = $1 and code = 'samrBasic'",
      [id],
    );
    assert.deepEqual(stored, [{ code: "samrBasic", former: 2 }]);
    const same = await world.records.transact(SYSTEM_CLOCK, (tx) => checkCase(world.cases.engine, tx, id));
    assert.equal(same, undefined, "the snapshot is what the history amounts to");
  });

  it("owes a returned report again by the original deadline, and leaves each track to its own authority", async () => {
    const first = await report();
    const { id } = first;
    const due = dutyOf(first, "samrBasic")!.dueAt;
    await act(PEOPLE.oem, id, "submitReport", { report: "samrBasic", reference: "S-1" });
    await assert.rejects(act(PEOPLE.eidc, id, "acceptReport", { report: "samrBasic" }), ActionRefusedError);
    const back = await act(PEOPLE.samr, id, "returnReport", { report: "samrBasic", reasons: "Mileage missing" });
    assert.deepEqual([dutyOf(back, "samrBasic")!.ended, dutyOf(back, "samrBasic")!.dueAt], [undefined, due]);
    const open = await world.records.asSuperuser(
      "select ended_how from case_obligations where case_id = $1 and code = 'samrBasic'",
      [id],
    );
    assert.deepEqual(open, [{ ended_how: null }]);
    await act(PEOPLE.oem, id, "submitReport", { report: "samrBasic", reference: "S-2" });
    const accepted = await act(PEOPLE.samr, id, "acceptReport", { report: "samrBasic" });
    assert.equal(dutyOf(accepted, "samrBasic")!.ended?.how, "met");
    await assert.rejects(
      act(PEOPLE.oem, id, "submitReport", { report: "samrBasic", reference: "S-3" }),
      ActionRefusedError,
    );
  });

  it("warns, marks and escalates by itself as the clock runs, each step once", async () => {
    const { id } = await report();
    const kinds = async () =>
      (
        await world.records.asSuperuser(
          "select kind, obligation_id, roles from case_notices where case_id = $1 and obligation_id like 'samrBasic%' order by id",
          [id],
        )
      ).map(({ kind, roles }) => `${String(kind)} ${String(roles)}`);
    const begin = world.now;
    assert.deepEqual(await kinds(), ["duty OEM,IMPORTER"]);
    world.now = begin + 8 * HOUR + 1;
    await world.cases.runClock();
    assert.deepEqual(await kinds(), ["duty OEM,IMPORTER", "dueSoon OEM,IMPORTER"]);
    world.now = begin + 10 * HOUR + 1;
    await world.cases.runClock();
    await world.cases.runClock();
    const flags = await world.records.asSuperuser("select flags from cases where id = $1", [id]);
    assert.deepEqual(flags, [{ flags: ["REPORT_LATE"] }]);
    world.now = begin + 11 * HOUR + 1;
    await world.cases.runClock();
    assert.deepEqual(await kinds(), [
      "duty OEM,IMPORTER",
      "dueSoon OEM,IMPORTER",
      "overdue OEM,IMPORTER",
      "escalation SAMR,RECALL_CENTER,SUPERVISOR_ALL",
    ]);
    await act(PEOPLE.oem, id, "submitReport", { report: "samrBasic", reference: "S-1" });
    world.now = begin + 4 * DAY;
    await world.cases.runClock();
    assert.equal((await kinds()).length, 4, "a met duty climbs no further");
    world.now = begin;
  });

  it("closes only when every report was sent, and what is needed is there", async () => {
    const { id } = await report(PEOPLE.oem, { fire: false, lossOfControl: true });
    const steps: readonly (readonly [Actor, string, object])[] = [
      [PEOPLE.oem, "confirmAccident", {}],
      [PEOPLE.oem, "preserve", { custody: "Yard 3", dataHeldFrom: new Date(world.now - 40 * DAY).toISOString() }],
      [centre, "investigate", { bodies: ["recallCenter", "police"], sceneDoneAt: new Date(world.now).toISOString() }],
      [police, "commission", { institution: "Institute 1", matter: "Brake" }],
      [police, "extendAppraisal", { reasons: "Parts are abroad" }],
      [police, "appraised", { result: "Brake intact" }],
      [police, "sendAppraisal", { parties: "Owner and maker" }],
      [PEOPLE.oem, "siblingCheck", { scope: "Model A1", checked: 10, hazards: 0 }],
      [PEOPLE.oem, "attach", { documents: [{ kind: "investigationReport", title: "Report 7" }] }],
      [centre, "rootCause", { rootCause: "software", conclusion: "Pedal signal misread" }],
      [centre, "defectSuspected", { reasons: "All of the batch" }],
      [PEOPLE.oem, "measures", { measures: "Software corrected" }],
      [PEOPLE.oem, "attach", { documents: [{ kind: "measuresProof", title: "Proof" }] }],
    ];
    for (const [actor, name, input] of steps) await act(actor, id, name, input);
    const refused = await act(centre, id, "measuresVerified", { evidence: "Test 9" }).catch((error: unknown) => error);
    assert.ok(refused instanceof ActionRefusedError && refused.refusal.kind === "guard", String(refused));
    assert.equal(refused.refusal.guard, "reportsDone");
    for (const code of ["samrBasic", "samrFull"])
      await act(PEOPLE.oem, id, "submitReport", { report: code, reference: code });
    const closed = await act(centre, id, "measuresVerified", { evidence: "Test 9" });
    assert.deepEqual([closed.folded.state, closed.folded.flags], ["CLOSED", ["DEFECT_SUSPECTED"]]);
    const appraisal = dutyOf(closed, "appraisal")!;
    assert.deepEqual(
      [appraisal.deadline, appraisal.formerDue.length, appraisal.revisions?.[0]?.reason.en],
      ["appraisalExtended", 1, "Extended: Parts are abroad"],
    );
    assert.equal(await world.records.transact(SYSTEM_CLOCK, (tx) => checkCase(world.cases.engine, tx, id)), undefined);
  });

  it("needs two persons to say that it was no accident", async () => {
    const { id } = await report();
    const proposed = await act(centre, id, "notAnAccident", { reasons: "Steam" });
    assert.deepEqual([proposed.folded.state, proposed.folded.proposals.length], ["REPORTED", 1]);
    await assert.rejects(act(centre, id, "notAnAccident", { reasons: "Steam" }), { code: "SG_FOUR_EYES" });
    const { engine } = world.cases;
    await engine.transact(centre2, (unit) => engine.decline(unit, id, "notAnAccident", "Look again"));
    const again = await act(centre2, id, "notAnAccident", { reasons: "Steam" });
    assert.equal(again.folded.state, "REPORTED");
    assert.equal((await act(PEOPLE.samr, id, "notAnAccident")).folded.state, "NOT_AN_ACCIDENT");
    assert.equal(await world.records.transact(SYSTEM_CLOCK, (tx) => checkCase(engine, tx, id)), undefined);
  });
});
