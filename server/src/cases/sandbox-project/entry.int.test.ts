/** The way into the box under a programme: what it demands, who decides, what the panel does, what no role can skip. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { BUILT_IN_PROGRAMMES, type Programme, type SandboxProjectData } from "@sandglass/casework";
import type { Actor } from "../../records/mod.ts";
import { publishProgramme } from "../programmes/store.ts";
import { toCaseActor } from "../engine/engine.ts";
import { APPLICATION, DAY, openWorld, PEOPLE, PLAN, type World } from "../world.fixture.ts";
import { listDrafts, newCaseScope, saveDraft } from "../engine/drafts.ts";
import { getProject } from "./queries.ts";

const expert = (id: string): Actor => ({ kind: "person", id, account: id, role: "EXPERT", organisation: "experts" });
const miit: Actor = { kind: "person", id: "acc_miit", account: "acc_miit", role: "MIIT", organisation: "samr" };
const police: Actor = { kind: "person", id: "acc_mps", account: "acc_mps", role: "MPS", organisation: "samr" };
const battery: Actor = {
  kind: "person",
  id: "acc_bat",
  account: "acc_bat",
  role: "BATTERY_MAKER",
  organisation: "oem-b",
};
const guardOf = (guard: string) => (error: unknown) =>
  (error as { readonly refusal?: { readonly guard?: string } }).refusal?.guard === guard;
const codeOf = (code: string) => (error: unknown) => (error as { readonly code?: string }).code === code;

describe("entry of a project under a programme", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const open = async (fields: object = {}, who: Actor = PEOPLE.oem) =>
    (await world.cases.createProject(who, { ...APPLICATION, ...fields })).id;
  const act = async (who: Actor, id: string, name: string, input: object = {}) =>
    (await world.cases.actOnProject(who, id, name, input)).folded;
  const view = (who: Actor, id: string) =>
    world.cases.engine.transact(who, ({ tx }) =>
      getProject(world.cases.engine, tx, id, toCaseActor(who, "read"), world.now),
    );
  const assessed = async (fields: object = {}, start: object = {}) => {
    const id = await open(fields);
    await act(PEOPLE.oem, id, "submit");
    await act(PEOPLE.samr, id, "completenessOk", {
      riskFactors: ["publicRoad"],
      experts: ["e1", "e2", "e3", "e4", "e5"],
      ...start,
    });
    return id;
  };
  const scores = (score: number) => BUILT_IN_PROGRAMMES[0]!.criteria.map(({ code }) => ({ criterion: code, score }));
  const vote = async (id: string, who: string, score: number, kind: "for" | "against", dissent?: string) => {
    await act(expert(who), id, "declareInterest", { freeOfInterest: true, statement: "None" });
    await act(expert(who), id, "castBallot", {
      scores: scores(score),
      vote: kind,
      ...(dissent === undefined ? {} : { dissent }),
    });
  };

  it("forgets what was kept of a form once it is sent, so that it does not come back over what is newer", async () => {
    const { engine } = world.cases;
    const keep = (scope: string, action: string) =>
      engine.transact(PEOPLE.oem, (unit) => saveDraft(unit, { scope, action, content: { title: "Half" } }));
    const kept = async () =>
      (await engine.transact(PEOPLE.oem, ({ tx }) => listDrafts(tx, world.now))).map(({ action }) => action);
    await keep(newCaseScope("sandbox-project"), "create");
    const id = await open();
    assert.deepEqual(await kept(), []);
    await keep(id, "edit");
    await keep(id, "submit");
    await act(PEOPLE.oem, id, "edit", { summary: "Whole" });
    assert.deepEqual(await kept(), ["submit"]);
  });

  it("R-1.12: shows the checklist of the programme, and takes no application that lacks a required document", async () => {
    const id = await open({ documents: APPLICATION.documents.slice(0, 3) });
    const { review } = await view(PEOPLE.oem, id);
    assert.deepEqual(
      review.checklist.filter((each) => each.required && !each.present).map((each) => each.code),
      ["resourceProof"],
    );
    assert.ok(review.checklist.every((each) => each.basis.sourceZh !== undefined));
    await assert.rejects(act(PEOPLE.oem, id, "submit"), guardOf("documentsComplete"));
    await act(PEOPLE.oem, id, "edit", { documents: APPLICATION.documents });
    assert.equal((await act(PEOPLE.oem, id, "submit")).state, "SUBMITTED");
  });

  it("R-1.2 R-1.3: takes only technology of the catalogue list", async () => {
    const id = await open({ technology: { ...APPLICATION.technology, catalogueItem: "teleportation" } });
    await assert.rejects(act(PEOPLE.oem, id, "submit"), guardOf("inCatalogue"));
  });

  it("R-1.4: wants novelty and knowledge gap stated", async () => {
    const { novelty: _novelty, ...technology } = APPLICATION.technology;
    const id = await open({ technology });
    await assert.rejects(act(PEOPLE.oem, id, "submit"), guardOf("unforeseeableRisk"));
  });

  it("R-1.6 R-1.8: a joint application waits until every party has joined by its own consent", async () => {
    const id = await open({ parties: [{ organisation: "oem-b", role: "batteryMaker" }] });
    await assert.rejects(act(PEOPLE.oem, id, "submit"), guardOf("partyConsent"));
    await assert.rejects(act(PEOPLE.oem, id, "joinApplication", { consent: true }), guardOf("mayJoin"));
    await assert.rejects(act(battery, id, "joinApplication", { consent: false }), guardOf("byConsent"));
    await act(battery, id, "joinApplication", { consent: true, contribution: "Cells" });
    assert.equal((await act(PEOPLE.oem, id, "submit")).state, "SUBMITTED");
  });

  it("R-1.5: nobody, the supervisor included, brings a vehicle without CCC in", async () => {
    const id = await open({ access: { announcementBatch: "2026-03" } });
    for (const who of [PEOPLE.oem, PEOPLE.supervisor])
      await assert.rejects(act(who, id, "submit"), guardOf("accessProof"));
  });

  it("R-6.2: what is excluded on the way is refused, and stays out on appeal", async () => {
    const id = await assessed();
    const folded = await act(PEOPLE.samr, id, "exclude", {
      exclusions: ["nationalSecurity"],
      reasons: "Restricted area",
    });
    assert.equal(folded.state, "REFUSED");
    await act(PEOPLE.oem, id, "appeal", { grounds: "The area was named by mistake" });
    await act(PEOPLE.samr, id, "appealUpheld", { reasons: "To be looked at" });
    const experts = ["a", "b", "c"].map((name) => ({ name, freeOfInterest: true, vote: "for" }));
    await act(PEOPLE.samr, id, "panelOpinion", { experts, opinion: "Good" });
    await assert.rejects(act(PEOPLE.supervisor, id, "admit", { reasons: "x" }), guardOf("exclusion"));
  });

  it("R-6.3 R-6.5: grades by factors and credit, sets pace and panel by it, and wants reasons for another tier", async () => {
    const id = await open();
    await act(PEOPLE.oem, id, "submit");
    await assert.rejects(
      act(PEOPLE.samr, id, "completenessOk", { riskFactors: ["misspelt"] }),
      guardOf("knownFactors"),
    );
    const start = { riskFactors: ["publicRoad", "vehicleControl"], credit: "D", creditSource: "Penalty 2025-7" };
    await assert.rejects(
      act(PEOPLE.samr, id, "completenessOk", { ...start, riskTier: "low" }),
      guardOf("tierExplained"),
    );
    await act(PEOPLE.samr, id, "completenessOk", start);
    const { review, riskTier } = await view(PEOPLE.samr, id);
    assert.deepEqual([riskTier, review.grade?.points, review.strategy?.panelSize], ["high", 10, 5]);
    assert.equal(review.strategy?.reportMonths, 1);
  });

  it("R-1.13: experts declare, score by the criteria and vote; the interested do not count, the dissent is kept", async () => {
    const id = await assessed();
    await assert.rejects(
      act(expert("e1"), id, "castBallot", { scores: scores(80), vote: "for" }),
      guardOf("hasDeclared"),
    );
    await act(expert("e5"), id, "declareInterest", { freeOfInterest: false, statement: "I own shares" });
    await assert.rejects(
      act(expert("e5"), id, "castBallot", { scores: scores(100), vote: "for" }),
      guardOf("freeOfInterest"),
    );
    await vote(id, "e1", 80, "for");
    await assert.rejects(act(expert("e1"), id, "castBallot", { scores: scores(9), vote: "for" }), guardOf("castOnce"));
    await vote(id, "e2", 90, "for");
    await assert.rejects(act(PEOPLE.samr, id, "panelOpinion", { experts: [], opinion: "x" }), guardOf("conflictFree"));
    const ballotOf = async (who: string) => {
      const { possibleActions, blockedActions } = await view(expert(who), id);
      const named = ({ name }: { readonly name: string }) => name === "castBallot";
      const codes = blockedActions.find(named)?.missing.map(({ code }) => code);
      return codes ?? possibleActions.find(named)?.present;
    };
    const waiting = [await ballotOf("e1"), await ballotOf("e3"), await ballotOf("e5")];
    assert.deepEqual(
      waiting,
      [["castOnce"], ["hasDeclared"], ["freeOfInterest"]],
      "each is told why it cannot vote now",
    );
    await act(expert("e3"), id, "declareInterest", { freeOfInterest: true, statement: "None" });
    const begun = scores(0).map(({ criterion }) => ({ criterion }));
    assert.deepEqual(await ballotOf("e3"), { scores: begun }, "a ballot begins with a row for every criterion");
    await assert.rejects(
      act(expert("e3"), id, "castBallot", { scores: scores(40).slice(1), vote: "against" }),
      guardOf("ballotComplete"),
    );
    await act(expert("e3"), id, "castBallot", { scores: scores(40), vote: "against", dissent: "The bond is unproven" });
    await act(PEOPLE.samr, id, "panelOpinion", { experts: [], opinion: "Admissible within limits" });
    const { review } = await view(PEOPLE.oem, id);
    assert.deepEqual(review.panelResults[0], {
      round: "admission",
      experts: 3,
      for: 2,
      against: 1,
      abstain: 0,
      score: 70,
      passMark: 60,
      opinion: "Admissible within limits",
      dissents: [{ expert: "e3", reasons: "The bond is unproven" }],
      at: review.panelResults[0]!.at,
    });
    await assert.rejects(view(expert("stranger"), id), codeOf("SG_NOT_FOUND"));
  });

  it("R-1.13: the parties see no single ballot, in the panel or in the timeline; those who judge do", async () => {
    const id = await assessed();
    await vote(id, "e1", 80, "for");
    const [party, judge] = [await view(PEOPLE.oem, id), await view(PEOPLE.samr, id)];
    assert.deepEqual(
      [party.review.panel, judge.review.panel.map((each) => [each.vote, each.score])],
      [[], [["for", 80]]],
    );
    const ballot = (page: typeof party) => page.actions.find((each) => each.name === "castBallot")?.input as object;
    assert.ok(!("vote" in ballot(party)) && !("scores" in ballot(party)));
    assert.ok("vote" in ballot(judge));
  });

  it("R-6.50: below the pass mark an admission needs reasons of its own", async () => {
    const id = await assessed();
    for (const who of ["e1", "e2", "e3"]) await vote(id, who, 50, "for");
    await act(PEOPLE.samr, id, "panelOpinion", { experts: [], opinion: "Weak" });
    await assert.rejects(act(PEOPLE.samr, id, "admit", { reasons: "In scope" }), guardOf("aboveMark"));
    const folded = await act(PEOPLE.samr, id, "admit", { reasons: "In scope", belowMarkReasons: "Unique knowledge" });
    assert.equal(folded.state, "PLAN_NEGOTIATION");
  });

  it("R-1.1: co-issuing departments give their opinion, an objection needs an answer, others have no say", async () => {
    const id = await assessed();
    await act(miit, id, "departmentOpinion", { opinion: "object", reasons: "Access test is missing" });
    await assert.rejects(
      act(police, id, "departmentOpinion", { opinion: "object", reasons: "x" }),
      codeOf("SG_NOT_FOUND"),
    );
    const experts = ["a", "b", "c"].map((name) => ({ name, freeOfInterest: true, vote: "for" }));
    await act(PEOPLE.samr, id, "panelOpinion", { experts, opinion: "Good" });
    await assert.rejects(act(PEOPLE.samr, id, "admit", { reasons: "x" }), guardOf("objectionsAnswered"));
    await assert.rejects(act(miit, id, "admit", { reasons: "x" }), guardOf("competent"));
    await act(PEOPLE.samr, id, "admit", { reasons: "x", objectionsAnswered: "The test is in the annex" });
  });

  it("R-6.34: silence approves where the programme says so, but never an excluded matter", async () => {
    const application = {
      programme: "eu-real-world-test",
      technology: { ...APPLICATION.technology, catalogueItem: "annexIB" },
      documents: ["testPlan", "riskAssessment", "consentForm", "recallProcedure"].map((kind) => ({
        kind,
        title: kind,
      })),
    };
    const [admitted, excluded] = [await open(application), await open(application)];
    for (const id of [admitted, excluded]) await act(PEOPLE.oem, id, "submit");
    await act(PEOPLE.ai, excluded, "exclude", { exclusions: ["illegal"], reasons: "Art. 5" });
    world.now += 32 * DAY;
    await world.cases.runClock();
    assert.equal((await view(PEOPLE.oem, admitted)).state, "PLAN_NEGOTIATION");
    assert.equal((await view(PEOPLE.oem, excluded)).state, "REFUSED");
  });

  it("R-6.31: a full programme and a closed window take no further application", async () => {
    const [base] = BUILT_IN_PROGRAMMES as readonly [Programme];
    const city = { ...base, id: "city-cohort", capacity: { amount: 1, basis: base.basis } };
    const publish = (programme: Programme) =>
      world.cases.engine.transact(PEOPLE.supervisor, ({ tx, at }) =>
        publishProgramme(tx, PEOPLE.supervisor, programme, "a cohort of one", at),
      );
    await publish(city);
    const [first, second] = [
      await open({ programme: "city-cohort" }),
      await open({ programme: "city-cohort" }, PEOPLE.supervisor),
    ];
    await act(PEOPLE.supervisor, second, "submit");
    await assert.rejects(act(PEOPLE.oem, first, "submit"), codeOf("SG_PROGRAMME_CLOSED"));
    const { capacity: _capacity, ...roomy } = city;
    const window = { from: "2030-01-01T00:00:00Z", to: "2030-02-01T00:00:00Z" };
    await publish({ ...roomy, version: 2, windows: [window] });
    await assert.rejects(act(PEOPLE.oem, first, "submit"), codeOf("SG_PROGRAMME_CLOSED"));
    await assert.rejects(open({ programme: "unheard-of" }), codeOf("SG_PROGRAMME_UNKNOWN"));
  });

  it("R-6.21 R-6.51: a plan needs goals, hypotheses, metrics, emergency plan and safeguards before both sides sign", async () => {
    const id = await assessed();
    for (const who of ["e1", "e2", "e3"]) await vote(id, who, 70, "for");
    await act(PEOPLE.samr, id, "panelOpinion", { experts: [], opinion: "Good" });
    await act(PEOPLE.samr, id, "admit", { reasons: "In scope" });
    const { hypotheses: _hypotheses, ...thin } = PLAN;
    await act(PEOPLE.oem, id, "signPlan", thin);
    await assert.rejects(act(PEOPLE.samr, id, "planAgreed"), guardOf("goals"));
    await act(PEOPLE.oem, id, "signPlan", { ...PLAN, months: 60 });
    await assert.rejects(act(PEOPLE.samr, id, "planAgreed"), guardOf("cycle"));
    await act(PEOPLE.oem, id, "signPlan", PLAN);
    assert.equal((await act(PEOPLE.samr, id, "planAgreed")).state, "READY");
  });

  it("C-4: a project stays with the version of the programme it was filed under", async () => {
    const id = await assessed();
    const [base] = BUILT_IN_PROGRAMMES as readonly [Programme];
    await world.cases.engine.transact(PEOPLE.samr, ({ tx, at }) =>
      publishProgramme(
        tx,
        PEOPLE.samr,
        { ...base, version: 2, passMark: { amount: 99, basis: base.basis } },
        "stricter",
        at,
      ),
    );
    for (const who of ["e1", "e2", "e3"]) await vote(id, who, 70, "for");
    await act(PEOPLE.samr, id, "panelOpinion", { experts: [], opinion: "Good" });
    const folded = await act(PEOPLE.samr, id, "admit", { reasons: "In scope" });
    assert.equal((folded.data as SandboxProjectData).terms?.version, 1);
  });
});
