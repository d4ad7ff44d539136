/** The test, its records, and the way out: assessments, incidents, extensions, regrading, exits, results, follow-up, the register. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Folded, SandboxProjectData } from "@sandglass/casework";
import { BUILT_IN_PROGRAMMES } from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import { SYSTEM_TRIGGER, type Actor } from "../../records/mod.ts";
import { toCaseActor } from "../engine/engine.ts";
import { listCases } from "../engine/list.ts";
import { getCase } from "../engine/store.ts";
import { yearOf } from "../programmes/figures.ts";
import { answerComplaint, fileComplaint, listComplaints, readAnswer } from "../public/complaints.ts";
import { findEntry, listRegister, PUBLIC_READER, toCsv } from "../public/register.ts";
import { DAY, openWorld, PEOPLE, projectInTest, TO_ROUTINE, vehicle, type World } from "../world.fixture.ts";
import { draftAssessment, findLastHalt, proveHalt, type AssessmentDraft } from "./assessment.ts";
import { getProject } from "./queries.ts";

const codeOf = (code: string) => (error: unknown) => (error as { readonly code?: string }).code === code;
const guardOf = (guard: string) => (error: unknown) =>
  (error as { readonly refusal?: { readonly guard?: string } }).refusal?.guard === guard;
const AUTOMOBILE = BUILT_IN_PROGRAMMES[0]!.id;

describe("test and exit of a project under a programme", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const act = async (who: Actor, id: string, name: string, input?: object) =>
    (await world.cases.actOnProject(who, id, name, input ?? (acceptedInput(name) as object))).folded;
  const folded = async (id: string) =>
    (await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, id))).folded as Folded<
      string,
      string,
      SandboxProjectData
    >;
  const due = (project: Folded, code: string) =>
    project.obligations.filter((each) => each.code === code && each.ended === undefined).map((each) => each.dueAt);
  const related = (kind: string, project: string) =>
    world.cases.engine.transact(PEOPLE.samr, ({ tx }) => listCases(tx, { kinds: [kind], project }, world.now));
  const toReview = async () => {
    const id = await projectInTest(world);
    for (const [who, name, input] of TO_ROUTINE.slice(0, 3)) await act(PEOPLE[who], id, name, input);
    return id;
  };

  it("R-6.3 R-6.8: reports and assessments come due at the pace of the tier, again after each, and faster when regraded", async () => {
    const id = await projectInTest(world);
    const start = await folded(id);
    const months = (dueTimes: readonly (number | undefined)[]) =>
      dueTimes.map((time) => Math.round(((time ?? 0) - world.now) / DAY / 30));
    assert.deepEqual([months(due(start, "stageReport")), months(due(start, "periodicAssessment"))], [[3], [6]]);
    world.now += 30 * DAY;
    const reported = await act(PEOPLE.oem, id, "stageReport");
    assert.deepEqual(months(due(reported, "stageReport")), [3]);
    const regraded = await act(PEOPLE.samr, id, "regrade", {
      riskTier: "high",
      evidence: "Report 3",
      reasons: "Two findings",
    });
    assert.deepEqual(months(due(regraded, "stageReport")), [1]);
    const assessed = await act(PEOPLE.samr, id, "periodicAssessment", { rating: "adjust", opinion: "Closer looks" });
    assert.deepEqual(months(due(assessed, "periodicAssessment")), [3]);
    await assert.rejects(act(PEOPLE.oem, id, "controlledChange"), guardOf("approvedChange"));
    assert.equal((await act(PEOPLE.samr, id, "controlledChange")).data !== undefined, true);
  });

  it("R-6.31 R-1.17: an extension is asked for, decided in time, and never longer or more often than the programme says", async () => {
    const id = await projectInTest(world);
    await assert.rejects(
      act(PEOPLE.oem, id, "requestExtension", { months: 13, reasons: "x" }),
      guardOf("fitsExtension"),
    );
    const asked = await act(PEOPLE.oem, id, "requestExtension", { months: 6, reasons: "Winter is missing" });
    assert.equal(due(asked, "decideExtension").length, 1);
    const before = due(asked, "testPeriod")[0]!;
    const extended = await act(PEOPLE.samr, id, "extend", { months: 6, reasons: "Winter is missing" });
    assert.deepEqual(due(extended, "decideExtension"), []);
    assert.ok(due(extended, "testPeriod")[0]! > before + 150 * DAY);
    await assert.rejects(act(PEOPLE.oem, id, "requestExtension", { months: 1, reasons: "x" }), guardOf("oneRequest"));
    await assert.rejects(act(PEOPLE.samr, id, "extend", { months: 1, reasons: "x" }), guardOf("mayExtend"));
  });

  it("R-4.1 R-1.18 C-3: an accident in the test opens a case with a clock per authority, and the project cannot end before it", async () => {
    const id = await projectInTest(world);
    await act(PEOPLE.oem, id, "reportIncident", {
      what: "Smoke under the floor",
      happenedAt: new Date(world.now - 3_600_000).toISOString(),
      injured: 0,
      dead: 0,
      kind: "smokeOrFire",
      vehicle: vehicle(0),
    });
    const [accident, ...others] = await related("accident", id);
    assert.ok(accident !== undefined && others.length === 0);
    const clocks = (accident.folded as Folded).obligations.map((each) => each.code);
    assert.ok(clocks.length >= 2, `clocks of two authorities: ${clocks.join(", ")}`);
    for (const [who, name, input] of TO_ROUTINE.slice(0, 3)) await act(PEOPLE[who], id, name, input);
    await assert.rejects(act(PEOPLE.samr, id, "toRoutine", { reasons: "Stable" }), guardOf("accidentsClosed"));
    assert.equal((await folded(id)).state, "EXIT_REVIEW");
  });

  it("R-6.6 R-6.27: tolerance and liability are kept apart", async () => {
    const id = await projectInTest(world);
    await act(PEOPLE.samr, id, "decideTolerance");
    await act(PEOPLE.oem, id, "recordLiability", { claim: "Scratched gate", status: "open", amount: 3000 });
    const { data } = await folded(id);
    assert.deepEqual([data.tolerances?.length, data.liabilities?.map((each) => each.status)], [1, ["open"]]);
    await assert.rejects(
      act(PEOPLE.samr, id, "decideTolerance", {
        ...(acceptedInput("decideTolerance") as object),
        matter: "recallDuty",
      }),
      guardOf("tolerable"),
    );
    await assert.rejects(act(PEOPLE.oem, id, "decideTolerance"), codeOf("SG_ROLE_NOT_ALLOWED"));
  });

  it("R-1.9 R-6.7: services are asked for and answered, each contact is on record", async () => {
    const id = await projectInTest(world);
    const asked = await act(PEOPLE.oem, id, "requestService", {
      kind: "performanceVerification",
      note: "A test bench",
    });
    assert.equal(due(asked, "answerService").length, 1);
    const answered = await act(PEOPLE.samr, id, "logContact", {
      kind: "performanceVerification",
      note: "Bench 4, Monday",
    });
    assert.deepEqual(due(answered, "answerService"), []);
    assert.deepEqual(
      (answered.data as SandboxProjectData).contacts?.map((each) => each.requested),
      [true, false],
    );
  });

  it("R-6.26: whether each vehicle stands after a suspension is read from what it sent, and a movement is a breach", async () => {
    const id = await projectInTest(world);
    await act(PEOPLE.samr, id, "order", { reasons: "Stop" });
    const since = (await folded(id)).data.suspension!.since;
    const sent = new Map([
      [vehicle(0), { frames: 20, lastFrameAt: since + 60_000, lastMovingAt: since + 40_000 }],
      [vehicle(1), { frames: 12, lastFrameAt: since + 60_000 }],
    ]);
    const asked: number[] = [];
    const prove = (storedThrough: number, until?: number) =>
      proveHalt(
        PEOPLE.samr,
        {
          since,
          ...(until === undefined ? {} : { until }),
          vehicles: [vehicle(0), vehicle(1), vehicle(2), vehicle(3), vehicle(9)],
          breaches: [{ vehicle: vehicle(3), seenAt: since + 50_000 }],
        },
        {
          graceMs: 15_000,
          storedThrough: () => storedThrough,
          read: async (_actor, ids, from) => {
            asked.push(from);
            return new Map(ids.filter((id) => id !== vehicle(9)).map((id) => [id, sent.get(id) ?? { frames: 0 }]));
          },
        },
        since + 90_000,
      );
    const proof = await prove(since + 88_000);
    const verdicts = ({ vehicles }: typeof proof) => vehicles.map((each) => each.verdict);
    assert.deepEqual(verdicts(proof), ["moved", "standing", "noData", "moved"]);
    assert.deepEqual([proof.through, proof.until], [null, null]);
    assert.equal(proof.left, 1, "what the reader may not see is left out, and said to be");
    assert.ok(asked.every((from) => from === since + 15_000));
    const late = await prove(since + 30_000);
    assert.deepEqual(verdicts(late), ["moved", "standing", "notStored", "moved"], "what is not stored is not silence");
    assert.equal(late.through, new Date(since + 30_000).toISOString());
    assert.equal((await prove(since + 30_000, since + 40_000)).through, null);
    await world.cases.noteActivityAfterSuspension({
      project: id,
      vehicle: vehicle(0),
      seenAt: since + 40_000,
      speed: 30,
    });
    const { flags, data } = await folded(id);
    assert.deepEqual([flags, data.breaches?.map((each) => each.vehicle)], [["BREACH"], [vehicle(0)]]);
  });

  it("R-6.26: the proof of a halt can be had after the suspension was lifted, for the time that it lasted", async () => {
    const id = await projectInTest(world);
    const halt = () => world.cases.engine.transact(PEOPLE.samr, ({ tx }) => findLastHalt(tx, id));
    assert.equal(await halt(), undefined);
    const since = world.now;
    await act(PEOPLE.samr, id, "order", { reasons: "Stop" });
    assert.deepEqual(await halt(), { since });
    world.now += DAY;
    await act(PEOPLE.oem, id, "submitMitigation");
    await act(PEOPLE.samr, id, "mitigationAccepted");
    assert.deepEqual(await halt(), { since, until: since + DAY });
  });

  it("R-6.8: drafts an assessment from the data, the same data giving the same hash", async () => {
    const id = await projectInTest(world);
    const from = world.now;
    await world.fire({ project: id, trigger: "EV-BAT-002", level: 1 });
    await world.cases.drain();
    await act(PEOPLE.oem, id, "stageReport");
    world.now += DAY;
    const draft = () =>
      world.cases.engine.transact(PEOPLE.samr, async ({ tx }) =>
        draftAssessment(tx, await getCase(tx, id), { from, to: world.now }, counted, null, world.now),
      );
    let counted: AssessmentDraft["telemetry"] = null;
    const [one, two] = [await draft(), await draft()];
    assert.equal(one.hash, two.hash);
    assert.deepEqual([one.effects, one.stageReports, one.obligations.overdue], [{ warn: 1 }, 1, 0]);
    counted = { subjects: 2, reporting: 0, frames: 0, through: new Date(from).toISOString() };
    assert.match((await draft()).sentences[1]!.en, /what came later is received and not stored yet/);
    counted = null;
    world.now += 1_000;
    assert.equal((await draft()).hash, one.hash, "nothing was recorded since");
    await world.fire({ project: id, trigger: "EV-BAT-003", level: 1 });
    await world.cases.drain();
    world.now += 1_000;
    const assessment = { rating: "continue", opinion: "Stable" };
    await assert.rejects(
      act(PEOPLE.samr, id, "periodicAssessment", { ...assessment, draft: one.hash }),
      guardOf("draftStands"),
    );
    const { hash } = await draft();
    assert.notEqual(hash, one.hash);
    await act(PEOPLE.samr, id, "periodicAssessment", { ...assessment, draft: hash });
    const { facts } = await world.cases.engine.transact(PEOPLE.samr, ({ tx }) =>
      tx
        .selectFrom("case_actions")
        .select("facts")
        .where("case_id", "=", id)
        .where("name", "=", "periodicAssessment")
        .executeTakeFirstOrThrow(),
    );
    const kept = (facts as { readonly draft: AssessmentDraft }).draft;
    assert.deepEqual([kept.hash, kept.effects], [hash, { warn: 2 }], "what it rests on stands in the history");
  });

  it("R-6.9 R-1.16 R-1.20: results are promoted one by one, each tracked to what became of it", async () => {
    const id = await toReview();
    const promotions = [
      { title: "Bond ageing test", kind: "standardProposal", summary: "How to test it" },
      { title: "Guideline on structural packs", kind: "guideline" },
    ];
    assert.equal((await act(PEOPLE.samr, id, "promote", { reasons: "Useful", promotions })).state, "EXITED_PROMOTED");
    const results = await related("sandbox-result", id);
    assert.deepEqual(results.map((each) => each.title_en).sort(), promotions.map((each) => each.title).sort());
    const standard = results.find((each) => each.title_en === "Bond ageing test")!;
    const step = (name: string, input: object) =>
      world.cases.engine.transact(PEOPLE.samr, (unit) => world.cases.engine.act(unit, standard.id, name, input));
    await step("startReview", { body: "TC 114" });
    await step("adopt", { reference: "20270001-T", reasons: "Gap in the standard" });
    assert.equal((await step("publish", { reference: "GB/T 99999" })).folded.state, "PUBLISHED");
  });

  it("R-6.4 R-1.20: an exit to routine supervision opens a follow-up with rules of its own, which ends only with its period", async () => {
    const id = await toReview();
    await act(PEOPLE.samr, id, "toRoutine", { reasons: "Stable" });
    const [row] = await related("sandbox-follow-up", id);
    assert.ok(row !== undefined);
    const step = (who: Actor, name: string, input: object) =>
      world.cases.engine.transact(who, (unit) => world.cases.engine.act(unit, row.id, name, input));
    await step(PEOPLE.samr, "setRules", { triggerSet: { pack: "gbt45688-hazards" }, reasons: "Series rules" });
    await step(PEOPLE.oem, "trackingReport", acceptedInput("trackingReport") as object);
    await assert.rejects(step(PEOPLE.samr, "conclude", { reasons: "x" }), guardOf("periodOver"));
    await step(PEOPLE.samr, "escalate", { measure: "orderToCorrect", reasons: "A late report" });
    await step(PEOPLE.samr, "settle", { reasons: "Corrected" });
    world.now += 400 * DAY;
    assert.equal((await step(PEOPLE.samr, "conclude", { reasons: "Nothing found" })).folded.state, "CONCLUDED");
  });

  it("R-1.20: the page says how a project ended, by whom and why, with the final report and the ledger leaf of each", async () => {
    const leaving = async (id: string, who: Actor = PEOPLE.samr) =>
      (
        await world.cases.engine.transact(who, ({ tx }) =>
          getProject(world.cases.engine, tx, id, toCaseActor(who, "read"), world.now),
        )
      ).leaving;
    const told = ({ name, actor, to, input, leaf }: NonNullable<Awaited<ReturnType<typeof leaving>>["decision"]>) => ({
      name,
      by: actor.id,
      to,
      reasons: (input as { readonly reasons?: string }).reasons,
      hasLeaf: leaf !== "",
    });
    const running = await projectInTest(world);
    assert.deepEqual(await leaving(running), { report: null, decision: null, proposal: null });

    const id = await toReview();
    const { possibleActions } = await world.cases.engine.transact(PEOPLE.samr, ({ tx }) =>
      getProject(world.cases.engine, tx, id, toCaseActor(PEOPLE.samr, "read"), world.now),
    );
    const said = (name: string) => possibleActions.find((each) => each.name === name)?.remarks.map(({ en }) => en);
    assert.match(said("toRoutine")?.join() ?? "", /^A follow-up of \d+ months opens.* every \d+ months$/);
    assert.deepEqual([said("improve"), said("promote")], [said("toRoutine"), []]);
    const { report, decision: none } = await leaving(id);
    assert.equal(none, null, "exit review is no end");
    assert.deepEqual([report?.name, report?.actor.id], ["finalReport", PEOPLE.oem.id]);
    await act(PEOPLE.samr, id, "improve", { reasons: "Useful with limits", conditions: "Yearly check" });
    const exit = { name: "improve", by: PEOPLE.samr.id, to: "EXITED_WITH_CONDITIONS", hasLeaf: true };
    for (const who of [PEOPLE.samr, PEOPLE.oem]) {
      const left = await leaving(id, who);
      assert.deepEqual(told(left.decision!), { ...exit, reasons: "Useful with limits" });
      assert.equal(left.proposal, null);
    }

    await act(PEOPLE.samr, running, "order", { reasons: "Smoke" });
    await act(PEOPLE.samr, running, "mitigationFailed", { reasons: "No cause found" });
    const checked = { reasons: "No cause", spillOverChecked: true, usersInformed: true, devicesRestored: true };
    await act(PEOPLE.samr, running, "confirm", checked);
    await act(PEOPLE.samr2, running, "confirm", {});
    const { decision, proposal } = await leaving(running);
    assert.deepEqual([decision?.actor.id, decision?.to], [PEOPLE.samr2.id, "TERMINATED"]);
    assert.deepEqual(
      [proposal?.actor.id, (proposal?.input as { readonly reasons?: string } | undefined)?.reasons],
      [PEOPLE.samr.id, "No cause"],
    );
  });

  it("R-6.24 R-6.28: the register shows only what both sides agreed to, and forgets when one withdraws", async () => {
    const id = await toReview();
    const entry = () => world.cases.engine.transact(PUBLIC_READER, ({ tx }) => findEntry(tx, id));
    await act(PEOPLE.oem, id, "consentPublication", {
      agrees: true,
      fields: ["title", "applicant", "outcome", "technology"],
    });
    assert.equal(await entry(), undefined);
    await assert.rejects(
      act(PEOPLE.supervisor, id, "consentPublication", { agrees: true, fields: [] }),
      codeOf("SG_ROLE_NOT_ALLOWED"),
    );
    await act(PEOPLE.samr, id, "consentPublication", { agrees: true, fields: ["title", "outcome", "exitReport"] });
    const shown = (await entry())!;
    assert.deepEqual(
      [shown.title, shown.applicant, shown.technology, shown.results, shown.outcome],
      ["Cell-to-body pack", null, null, null, null],
    );
    assert.ok(!JSON.stringify(shown).includes("oem-a"), "no field that one side withheld");
    await act(PEOPLE.samr, id, "toRoutine", { reasons: "Stable" });
    assert.deepEqual(
      [(await entry())?.outcome?.en, (await entry())?.history.map((each) => each.state)],
      ["Exited to routine supervision", ["EXIT_REVIEW", "EXITED_TO_ROUTINE"]],
    );
    await act(PEOPLE.oem, id, "consentPublication", { agrees: false, fields: [] });
    assert.equal(await entry(), undefined, "what was agreed to is taken back behind the exit too");
    await act(PEOPLE.oem, id, "consentPublication", { agrees: true, fields: ["title"] });
    assert.equal((await entry())?.title, "Cell-to-body pack", "and given behind it");
    await world.records.asSuperuser(
      "update organisations set name_zh = '企业甲', name_en = 'Maker A' where id = 'oem-a'",
    );
    for (const who of [PEOPLE.oem, PEOPLE.samr])
      await act(who, id, "consentPublication", { agrees: true, fields: ["applicant"] });
    assert.equal((await entry())?.applicant, "企业甲 · Maker A");
    const other = await toReview();
    for (const who of [PEOPLE.oem, PEOPLE.samr])
      await act(who, other, "consentPublication", { agrees: true, fields: [] });
    await act(PEOPLE.oem, other, "consentPublication", { agrees: false, fields: [] });
    const listed = await world.cases.engine.transact(PUBLIC_READER, ({ tx }) => listRegister(tx, { limit: 100 }));
    assert.deepEqual(
      listed.map((row) => row.entry.id).filter((each) => each === id || each === other),
      [id],
    );
    const csv = toCsv([{ ...shown, title: '=HYPERLINK("x"), y' }]);
    assert.match(csv, /"'=HYPERLINK\(""x""\), y"/);
  });

  it("R-4.23: anyone complains without an account; only those who answer read it, only the code reads the answer", async () => {
    const calendar = world.cases.engine.foldOptions.calendar;
    const filed = await world.cases.engine.transact(PUBLIC_READER, (unit) =>
      fileComplaint(
        unit.tx,
        { subject: "Noise", text: "The test car was loud at night", contact: "someone@example.org" },
        unit.at,
        calendar,
      ),
    );
    const list = (who: Actor) =>
      world.cases.engine.transact(who, ({ tx }) => listComplaints(tx, { limit: 10, open: true }));
    assert.equal((await list(PEOPLE.samr)).length, 1);
    for (const who of [PUBLIC_READER, PEOPLE.oem, PEOPLE.auditor, PEOPLE.expert]) assert.deepEqual(await list(who), []);
    const read = (code: string) => world.cases.engine.transact(PUBLIC_READER, ({ tx }) => readAnswer(tx, code));
    assert.equal((await read(filed.code)).answer, null);
    await assert.rejects(read("x".repeat(20)), codeOf("SG_NOT_FOUND"));
    const answer = (who: Actor) =>
      world.cases.engine.transact(who, (unit) =>
        answerComplaint(unit.tx, who, filed.id, "The hours were narrowed", unit.at),
      );
    await assert.rejects(answer(PEOPLE.oem), codeOf("SG_NOT_FOUND"));
    await answer(PEOPLE.samr);
    await assert.rejects(answer(PEOPLE.samr), codeOf("SG_NOT_FOUND"));
    assert.equal((await read(filed.code)).answer, "The hours were narrowed");
  });

  it("R-6.29: the figures of the year are counted from what happened", async () => {
    const year = new Date(world.now).getUTCFullYear();
    const figures = (who: Actor, of: number) =>
      world.cases.engine.transact(who, ({ tx }) => yearOf(tx, AUTOMOBILE, of));
    const [first, later] = [await figures(PEOPLE.samr, 2026), await figures(PEOPLE.samr, year)];
    assert.ok(first.filed >= 5 && first.admitted === first.filed && first.acceptanceRate === 1);
    assert.ok(first.filed + later.filed >= 10 || year === 2026);
    assert.deepEqual((await figures(PEOPLE.samr, 2031)).filed, 0);
    assert.equal((await figures(PEOPLE.oemB, 2026)).filed, 0, "another maker's projects are not counted for them");
    assert.ok(Object.values({ ...first.results, ...later.results }).some((each) => each.published === 1));
  });
});
